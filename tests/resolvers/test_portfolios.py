"""The documents of a portfolio's page, asked as a client asks them."""

import pytest

from tests import make
from tests.resolvers.conftest import Caller
from titan_graphql.models.portfolios import Portfolio
from titan_graphql.models.users import User
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import portfolio_runs, users

PERIODS = {
    "formation": {"start": "2020-01-01T00:00:00Z", "end": "2020-04-30T00:00:00Z"},
    "trading": {"start": "2020-04-30T00:00:00Z", "end": "2020-10-27T00:00:00Z"},
}
START = """mutation($input: StartPortfolioInput!) { startPortfolio(input: $input) { __typename
  ... on Portfolio { id pairCount spec { allocation nameLimit hedge window prices } profit { total } }
  ... on Problem { code path } } }"""
READ = """query($id: ID!) { portfolio(id: $id) { job { state } metrics { trades totalReturn { value } }
  profit { total netting contributions { pair { y { symbol } } y x weight price dividends commission slippage borrow
                                         total trades blocked reduced } }
  equity(maxPoints: 20) { count time equity drawdown gross net largest held downsampledFrom }
  leakCheck { verdict cuts leak { bar column } selection { verdict scan { id } } }
  manifest { datasets { leg revision contentHash adjustment splits dividends missing ended } codeVersion parameters seed
             inputHash resultHash }
  trials { tried } datasetHashes resultHash } portfolios(first: 5) { nodes { id } } }"""


async def test_a_portfolio_from_start_to_result(researcher: Caller):
    owner = await users.authenticate(await make.secret_of(await User.get(name="ada"), "second"))
    ids = [encode_id("Pair", (await make.pair(owner, seed=seed)).id) for seed in (1, 2)]
    asked = {**PERIODS, "pairIds": ids, "entry": 1.0, "allocation": "VOLATILITY", "nameLimit": 0.4, "borrowBps": 20.0}
    started = (await researcher.data(START, input=asked))["startPortfolio"]
    assert (started["__typename"], started["pairCount"], started["profit"]) == ("Portfolio", 2, None)
    assert started["spec"] == {
        "allocation": "VOLATILITY", "nameLimit": 0.4, "hedge": "OLS", "window": None, "prices": "LOG",
    }  # fmt: skip
    await portfolio_runs.run((await Portfolio.get()).job_id)

    answer = await researcher.data(READ, id=started["id"])
    found, parts = answer["portfolio"], answer["portfolio"]["profit"]
    assert answer["portfolios"]["nodes"] == [{"id": started["id"]}]
    assert (found["job"]["state"], found["trials"]["tried"]) == ("SUCCEEDED", 1)
    assert sum(one["total"] for one in parts["contributions"]) + parts["netting"] == parts["total"]
    assert found["metrics"]["totalReturn"]["value"] * 100_000.0 == pytest.approx(parts["total"], rel=1e-9)
    assert [one["pair"]["y"]["symbol"] for one in parts["contributions"]] == [
        one["y"] for one in parts["contributions"]
    ]
    assert (found["equity"]["count"], found["equity"]["downsampledFrom"]) == (20, 180)
    assert (found["leakCheck"]["verdict"], len(found["leakCheck"]["cuts"])) == ("CLEAN", 6)
    assert found["leakCheck"]["selection"] == {"verdict": "NOT_SCANNED", "scan": None}
    told = found["manifest"]
    assert [one["contentHash"] for one in told["datasets"]] == found["datasetHashes"]
    assert [one["leg"] for one in told["datasets"]] == [
        s for one in parts["contributions"] for s in (one["y"], one["x"])
    ]
    assert (told["resultHash"], len(told["inputHash"]), len(found["datasetHashes"])) == (found["resultHash"], 64, 4)


async def test_what_cannot_be_a_book_is_a_typed_problem(researcher: Caller, reader: Caller):
    owner = await users.authenticate(await make.secret_of(await User.get(name="ada"), "second"))
    one = encode_id("Pair", (await make.pair(owner)).id)
    for changes, kind, code, path in (
        ({"pairIds": []}, "InvalidInputProblem", "NO_PAIRS", "pairIds"),
        ({"pairIds": [one, one]}, "InvalidInputProblem", "PAIR_TWICE", "pairIds"),
        ({"nameLimit": 0.0}, "InvalidInputProblem", "LIMIT_OUT_OF_RANGE", "nameLimit"),
        ({"pairIds": ["x"]}, "InvalidInputProblem", "ID_INVALID", "pairIds"),
        ({"pairIds": [encode_id("Pair", owner.user_id)]}, "NotFoundProblem", "PAIR_NOT_FOUND", "pairIds"),
    ):
        refused = (await researcher.data(START, input={**PERIODS, "pairIds": [one], **changes}))["startPortfolio"]
        assert refused == {"__typename": kind, "code": code, "path": ["input", path]}
    denied = await reader.answer(START, input={**PERIODS, "pairIds": [one]})
    assert denied["errors"][0]["extensions"]["code"] == "ROLE_TOO_LOW"
    assert await researcher.data(READ, id=encode_id("Portfolio", owner.user_id)) == {
        "portfolio": None,
        "portfolios": {"nodes": []},
    }
    assert await Portfolio.all().count() == 0
