"""Lists of results with their evidence, and rows by their ids: a longer list costs no more statements."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from tests import make
from tests.resolvers.conftest import Caller
from tests.services.test_portfolios import SPEC as BOOK
from tests.services.test_sweeps import SPEC as SWEEP
from tests.services.test_walk_forwards import SPEC as WALK
from tests.sql import recorded_sql
from titan_graphql.models.backtests import Backtest, Trade
from titan_graphql.models.campaigns import Campaign
from titan_graphql.models.jobs import Job
from titan_graphql.models.pairs import Pair
from titan_graphql.models.portfolios import Portfolio
from titan_graphql.models.sweeps import Sweep
from titan_graphql.models.users import User
from titan_graphql.models.walk_forwards import WalkForward
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import (
    backtest_runs,
    backtests,
    pairs,
    portfolio_runs,
    portfolios,
    sweep_runs,
    sweeps,
    users,
    walk_forward_runs,
    walk_forwards,
)
from titan_graphql.services.users import Viewer

TRIALS = "trials { tried deflatedSharpe { value } campaign { name tried trials { kind tried } } }"
DOCUMENTS = {
    "backtests": f"""{{ backtests(first: 4) {{ nodes {{ pair {{ y {{ symbol }} }} job {{ state }} metrics {{ trades }}
      attribution {{ total }} leakCheck {{ verdict selection {{ scan {{ id }} }} }} {TRIALS}
      manifest {{ datasets {{ leg adjustment missing ended }} }} }} }} }}""",
    "sweeps": f"""{{ sweeps(first: 4) {{ nodes {{ pair {{ y {{ symbol }} }} job {{ state }}
      summary {{ sets null {{ pValue }} }} {TRIALS} }} }} }}""",
    "walks": f"""{{ walkForwards(first: 4) {{ nodes {{ job {{ state }} summary {{ trades }} {TRIALS}
      steps {{ choices {{ y x delisted }} }} equity(maxPoints: 10) {{ count }} }} }} }}""",
    "portfolios": f"""{{ portfolios(first: 4) {{ nodes {{ pairCount job {{ state }} metrics {{ trades }} {TRIALS}
      profit {{ total contributions {{ pair {{ y {{ symbol }} }} total }} }} }} }} }}""",
    "jobs": "{ jobs(first: 100) { nodes { state subject { __typename id } } } }",
    "campaigns": "{ campaigns(first: 8) { nodes { name tried trials { kind tried } } } }",
}
OWNED = (Backtest, Campaign, Job, Pair, Portfolio, Sweep, Trade, User, WalkForward)
NAMES = [table.__name__ for table in OWNED]
SMALL = replace(SWEEP, hedge=["OLS"], window=[None], stop=[None], max_hold=[None], cost_bps=[0.0])


async def all_kinds(viewer: Viewer) -> None:
    """One more of everything, on a pair of its own."""
    pair = await make.pair(viewer)
    await backtest_runs.run((await backtests.start(viewer, pair.id, make.spec())).job_id)
    await sweep_runs.run((await sweeps.start(viewer, pair.id, SMALL)).job_id)
    await portfolio_runs.run((await portfolios.start(viewer, [pair.id], BOOK)).job_id)
    symbols = [leg.symbol for leg in await pairs.legs(pair)]
    walk = await walk_forwards.start(viewer, replace(WALK, market=None, symbols=symbols, pairs=1))
    await walk_forward_runs.run(walk.job_id)


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
async def test_a_longer_list_costs_no_more_statements(researcher: Caller, document: str):
    viewer = await users.authenticate(await make.secret_of(await User.get(name="ada"), "more"))
    costs, answers = [], []
    for _ in range(2):
        await all_kinds(viewer)
        with recorded_sql() as statements:
            answers.append(await researcher.data(document))
        # Who is asking is looked up again from time to time, whatever they ask.
        costs.append(len([statement for statement in statements if '"credential"' not in statement]))

    (shorter,), (longer,) = ([page["nodes"] for page in answer.values()] for answer in answers)
    assert len(longer) == 2 * len(shorter)
    assert costs[0] == costs[1]
    assert costs[0] <= 8


async def test_rows_of_many_kinds_are_read_by_one_statement_for_each_kind(researcher: Caller):
    viewer = await users.authenticate(await make.secret_of(await User.get(name="ada"), "more"))
    for _ in range(2):
        await all_kinds(viewer)
    mine = [encode_id(table.__name__, row.pk) for table in OWNED for row in await table.all()]
    foreign = await make.backtest(await make.viewer())
    hidden = [encode_id("Backtest", foreign.id), encode_id("Job", foreign.job_id)]

    with recorded_sql() as statements:
        data = await researcher.data("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[*mine, *hidden])

    assert [node and node["id"] for node in data["nodes"]] == [*mine, None, None]
    read = Counter(table for statement in statements for table in re.findall(r'^SELECT .*? FROM "(\w+)"', statement))
    assert {table.__name__: read[table._meta.db_table] for table in OWNED} == dict.fromkeys(NAMES, 1)
