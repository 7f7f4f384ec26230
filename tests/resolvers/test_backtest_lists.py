"""Lists of backtests and trades as clients ask for them: whole answers, refusals, and a fixed number of statements."""

from typing import Any

import pytest

from tests import make
from tests.resolvers.conftest import Caller
from tests.services.test_backtest_lists import make_runs, make_trades
from tests.sql import recorded_sql
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import pairs, users
from titan_graphql.services.users import Viewer

BACKTESTS = """query ($where: BacktestFilter, $orderBy: BacktestOrder! = CREATED_DESC, $after: String) {
  backtests(first: 2, after: $after, where: $where, orderBy: $orderBy) {
    totalCount nodes { pair { y { symbol } x { symbol } } job { state } } pageInfo { hasNextPage endCursor } } }"""
OF_PAIR = """query ($id: ID!, $where: BacktestFilter) { node(id: $id) { ... on Pair {
  backtests(first: 9, where: $where, orderBy: TOTAL_RETURN_ASC) { nodes { job { state } createdAt } } } } }"""
TRADES = """query ($id: ID!, $orderBy: TradeOrder!) { node(id: $id) { ... on Backtest {
  trades(first: 2, orderBy: $orderBy) { nodes { number pnl } totalCount } } } }"""


async def ada() -> Viewer:
    found = await users.authenticate(await make.secret_of(await users.by_name("ada"), "more"))
    assert found is not None
    return found


def run(legs: str, state: str) -> dict[str, Any]:
    return {"pair": {"y": {"symbol": legs[0]}, "x": {"symbol": legs[1]}}, "job": {"state": state}}


async def test_backtests_are_filtered_sorted_and_paged(researcher: Caller):
    await make_runs(await ada())
    where = {
        "state": {"in": ["SUCCEEDED"]},
        "createdAt": {"gte": "2026-05-01T15:00:00+02:00"},
        "OR": [{"x": {"eq": "C"}}, {"totalReturn": {"gt": -1}, "sharpe": None}],
    }

    first = (await researcher.data(BACKTESTS, where=where, orderBy="SHARPE_DESC"))["backtests"]
    cursor = first["pageInfo"].pop("endCursor")
    rest = (await researcher.data(BACKTESTS, where=where, orderBy="SHARPE_DESC", after=cursor))["backtests"]

    nodes = [run("AB", "SUCCEEDED"), run("CB", "SUCCEEDED")]
    assert first == {"totalCount": 3, "nodes": nodes, "pageInfo": {"hasNextPage": True}}
    assert (rest["nodes"], rest["pageInfo"]["hasNextPage"]) == ([run("AC", "SUCCEEDED")], False)
    moved = await researcher.answer(BACKTESTS, where=where, orderBy="SHARPE_ASC", after=cursor)
    assert [error["extensions"]["code"] for error in moved["errors"]] == ["CURSOR_INVALID"]


async def test_the_newest_backtests_come_first_unless_asked_otherwise(researcher: Caller):
    await make_runs(await ada())

    data = (await researcher.data("{ backtests(first: 9) { nodes { createdAt } } }"))["backtests"]

    hours = [int(node["createdAt"][11:13]) for node in data["nodes"]]
    assert hours == [15, 15, 14, 13, 13, 12]


async def test_the_backtests_of_a_pair_are_filtered_and_sorted(researcher: Caller):
    viewer = await ada()
    await make_runs(viewer)
    pair = await pairs.find_by_symbols(viewer, "A", "B")
    assert pair is not None

    data = await researcher.data(OF_PAIR, id=encode_id("Pair", pair.id), where={"state": {"ne": "FAILED"}})

    runs = [
        {"job": {"state": "SUCCEEDED"}, "createdAt": "2026-05-01T15:00:00Z"},
        {"job": {"state": "SUCCEEDED"}, "createdAt": "2026-05-01T12:00:00Z"},
    ]
    assert data == {"node": {"backtests": {"nodes": runs}}}


async def test_trades_are_sorted(researcher: Caller):
    backtest_id = encode_id("Backtest", (await make_trades(await ada())).id)

    async def listed(order: str) -> list[tuple[int, float]]:
        trades = (await researcher.data(TRADES, id=backtest_id, orderBy=order))["node"]["trades"]
        assert trades["totalCount"] == 5
        return [(node["number"], node["pnl"]) for node in trades["nodes"]]

    assert await listed("ENTRY_ASC") == [(1, -1.5), (2, 0.1 + 0.2)]
    assert await listed("PROFIT_DESC") == [(5, 1e300), (2, 0.1 + 0.2)]
    assert sorted(await listed("PROFIT_ASC")) == [(1, -1.5), (4, -1.5)]
    assert await listed("EXIT_REASON_ASC") in ([(1, -1.5), (3, 0.3)], [(3, 0.3), (1, -1.5)])


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an order that is none": ({"orderBy": "SHARPE"}, "GRAPHQL_INVALID"),
    "a state that is none": ({"where": {"state": {"eq": "DONE"}}}, "GRAPHQL_INVALID"),
    "a moment without a zone": ({"where": {"createdAt": {"gt": "2026-05-01T12:00:00"}}}, "GRAPHQL_INVALID"),
    "a moment beyond the calendar": ({"where": {"createdAt": {"gt": "9999-12-31T23:59:59-14:00"}}}, "GRAPHQL_INVALID"),
    "a number that is none": ({"where": {"sharpe": {"gt": "high"}}}, "GRAPHQL_INVALID"),
    "an unknown test": ({"where": {"metrics": {}}}, "GRAPHQL_INVALID"),
    "a text with NUL": ({"where": {"y": {"eq": "K\x00O"}}}, "TEXT_INVALID"),
    "a text longer than any": ({"where": {"y": {"eq": "x" * 10_000}}}, "TEXT_TOO_LONG"),
    "a long list": ({"where": {"x": {"in": ["KO"] * 251}}}, "LIST_TOO_LONG"),
    "a cursor that is none": ({"after": "nonsense"}, "CURSOR_INVALID"),
}


@pytest.mark.parametrize(("variables", "code"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_question_that_makes_no_sense(researcher: Caller, variables: dict[str, Any], code: str):
    answer = await researcher.answer(BACKTESTS, **variables)

    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_the_ends_of_the_calendar_are_moments_too(researcher: Caller):
    await make_runs(await ada())

    for test, found in (({"gt": "0001-01-01T00:00:00Z"}, 6), ({"gte": "9999-12-31T23:59:59.999999Z"}, 0)):
        data = await researcher.data(BACKTESTS, where={"createdAt": test})
        assert data["backtests"]["totalCount"] == found


async def test_a_longer_filtered_list_costs_no_more_statements(researcher: Caller):
    viewer = await ada()
    document = BACKTESTS.replace("first: 2", "first: 50")
    variables = {"where": {"y": {"contains": "y"}, "state": {"eq": "QUEUED"}}, "orderBy": "SHARPE_DESC"}
    costs = []
    for _ in range(2):
        for _ in range(2):
            await make.backtest(viewer)
        with recorded_sql() as statements:
            data = await researcher.data(document, **variables)
        costs.append(len([statement for statement in statements if '"credential"' not in statement]))

    assert data["backtests"]["totalCount"] == 4
    assert costs[0] == costs[1] <= 8
