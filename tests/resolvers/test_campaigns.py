"""Campaigns: the work behind the number of trials."""

from typing import Any

from tests import make
from tests.resolvers.conftest import Caller
from tests.sql import recorded_sql
from titan_graphql.models.backtests import Backtest
from titan_graphql.models.users import User
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import backtest_runs, backtests, campaigns, users

WORK = """query Work($id: ID!, $first: Int!, $after: String) {
  node(id: $id) { ... on Campaign { work(first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } nodes { kind tried work { __typename id
    ... on Backtest { spec { entry } metrics { trades } } ... on Scan { summary { pairsTested } } } } } } } }"""


async def work(caller: Caller, campaign_id: Any, first: int = 10, after: str | None = None) -> Any:
    found = await caller.data(WORK, id=encode_id("Campaign", campaign_id), first=first, after=after)
    return found["node"]["work"]


async def backtested(pair: Any, viewer: users.Viewer, entry: float) -> Backtest:
    started = await backtests.start(viewer, pair.id, make.spec(entry=entry))
    await backtest_runs.run(started.job_id)
    return await Backtest.get(id=started.id)


async def ada() -> users.Viewer:
    return await users.authenticate(await make.secret_of(await User.get(name="ada"), "more"))


def counted(run: Backtest, entry: float) -> dict[str, Any]:
    node = {"__typename": "Backtest", "id": encode_id("Backtest", run.id), "spec": {"entry": entry}}
    return {"kind": "BACKTEST", "tried": 1, "work": {**node, "metrics": {"trades": run.metrics["trades"]}}}


async def test_the_work_of_a_campaign_is_paged_newest_first(researcher: Caller):
    viewer = await ada()
    pair = await make.pair(viewer)
    runs = [(await backtested(pair, viewer, entry), entry) for entry in (1.0, 1.5, 2.0)]
    campaign_id = runs[0][0].campaign_id

    page = await work(researcher, campaign_id, first=2)
    assert page["nodes"] == [counted(*runs[2]), counted(*runs[1])]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    rest = await work(researcher, campaign_id, first=2, after=page["pageInfo"]["endCursor"])
    assert rest["nodes"] == [counted(*runs[0])]
    assert rest["pageInfo"]["hasNextPage"] is False


async def test_work_that_was_removed_still_counts(researcher: Caller):
    viewer = await ada()
    pair = await make.pair(viewer)
    run = await backtested(pair, viewer, 1.0)
    await pair.delete()
    assert (await work(researcher, run.campaign_id))["nodes"] == [{"kind": "BACKTEST", "tried": 1, "work": None}]


async def test_work_of_somebody_else_is_counted_but_not_shown(researcher: Caller, reader: Caller):
    viewer, stranger = await ada(), await make.viewer()
    own = await backtested(await make.pair(viewer), viewer, 1.0)
    foreign = await backtested(await make.pair(stranger), stranger, 1.0)
    await campaigns.count(own.campaign_id, "BACKTEST", foreign.id, 1)

    page = await work(researcher, own.campaign_id)
    assert page["nodes"] == [{"kind": "BACKTEST", "tried": 1, "work": None}, counted(own, 1.0)]
    found = await reader.data(WORK, id=encode_id("Campaign", own.campaign_id), first=1)
    assert found == {"node": None}


async def test_a_longer_list_of_work_costs_no_more_statements(researcher: Caller):
    viewer = await ada()
    pair = await make.pair(viewer)
    costs, lengths = [], []
    for entry in (1.0, 1.5, 2.0):
        run = await backtested(pair, viewer, entry)
        with recorded_sql() as statements:
            lengths.append(len((await work(researcher, run.campaign_id))["nodes"]))
        # Who is asking is looked up again from time to time, whatever they ask.
        costs.append(len([statement for statement in statements if '"credential"' not in statement]))
    assert lengths == [1, 2, 3]
    assert costs[0] == costs[1] == costs[2]
