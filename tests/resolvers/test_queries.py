"""Documents and their whole answers; a list costs the same number of statements however long it is."""

from uuid import UUID

import pytest

from tests import make
from tests.resolvers.conftest import Caller
from tests.sql import recorded_sql
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import backtest_runs, users
from titan_graphql.services.users import Viewer

INSTRUMENTS = """{ instruments(first: 50) { totalCount nodes {
  symbol firstBar lastBar barCount timeframes market { code } } } }"""
PAIRS = "{ pairs(first: 50) { nodes { y { symbol market { code } } x { symbol barCount } } } }"
BACKTESTS = """{ backtests(first: 50) { nodes {
  pair { y { symbol } } job { state createdBy { name } } metrics { trades } } } }"""
JOBS = """{ jobs(first: 50) { nodes {
  state createdBy { name } progress { fraction } subject { id ... on Backtest { pair { y { symbol } } } } } } }"""


async def ada() -> Viewer:
    found = await users.authenticate(await make.secret_of(await users.by_name("ada"), "more"))
    assert found is not None
    return found


async def test_a_market_with_its_instruments(researcher: Caller):
    for symbol, close in {"KO": [1.0, 2.0, 3.0], "PEP": [4.0, 5.0]}.items():
        await make.listed(symbol, close)

    data = await researcher.data(
        """{ market(code: "US") { code currency instruments(first: 5) { totalCount nodes {
          symbol barCount lastBar timeframes bars { count time close volume downsampledFrom } } } } }"""
    )

    first = 1_577_836_800_000
    times = [first, first + 86_400_000, first + 2 * 86_400_000]

    def row(symbol: str, last: str, close: list[float]) -> dict:
        bars = {"count": len(close), "time": times[: len(close)], "close": close, "volume": None}
        plain = {"symbol": symbol, "barCount": len(close), "lastBar": last, "timeframes": ["D1"]}
        return {**plain, "bars": {**bars, "downsampledFrom": None}}

    rows = [row("KO", "2020-01-03T00:00:00Z", [1.0, 2.0, 3.0]), row("PEP", "2020-01-02T00:00:00Z", [4.0, 5.0])]
    instruments = {"totalCount": 2, "nodes": rows}
    assert data == {"market": {"code": "US", "currency": "USD", "instruments": instruments}}


async def test_a_finished_backtest_is_read_whole(researcher: Caller):
    viewer = await ada()
    backtest = await make.backtest(viewer)
    await backtest_runs.run(backtest.job_id)

    data = await researcher.data(
        """{ backtests(first: 1) { nodes { job { state attempts error { code } } spec { entry prices window }
          equity(maxPoints: 10) { count downsampledFrom } trades(first: 1) { nodes { number } } } } }"""
    )

    expected = {
        "job": {"state": "SUCCEEDED", "attempts": 1, "error": None},
        "spec": {"entry": 1.5, "prices": "LOG", "window": None},
        "equity": {"count": 10, "downsampledFrom": 180},
        "trades": {"nodes": [{"number": 1}]},
    }
    assert data == {"backtests": {"nodes": [expected]}}


async def test_nodes_come_in_the_order_of_their_ids_by_one_statement_per_kind(researcher: Caller):
    rows = [await make.listed(symbol, [1.0, 2.0]) for symbol in ("KO", "PEP", "PG")]
    own, foreign = await make.pair(await ada()), await make.pair(await make.viewer())
    ids = [encode_id("Instrument", row.id) for row in rows]
    gone = encode_id("Instrument", UUID(int=1))
    asked = [ids[2], encode_id("Pair", foreign.id), ids[0], gone, encode_id("Pair", own.id), ids[1], ids[0]]

    with recorded_sql() as statements:
        data = await researcher.data(
            "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Instrument { symbol } } }", ids=asked
        )

    def instrument(number: int, symbol: str) -> dict:
        return {"__typename": "Instrument", "id": ids[number], "symbol": symbol}

    pair = {"__typename": "Pair", "id": encode_id("Pair", own.id)}
    found = [instrument(2, "PG"), None, instrument(0, "KO"), None, pair, instrument(1, "PEP"), instrument(0, "KO")]
    assert data == {"nodes": found}
    for table in ("instrument", "pair"):
        assert len([statement for statement in statements if f'FROM "{table}"' in statement]) == 1


async def test_a_job_names_what_it_works_for(researcher: Caller):
    backtests = [await make.backtest(await ada()) for _ in range(2)]

    data = await researcher.data("{ jobs(first: 9) { nodes { subject { __typename id } } } }")

    subjects = [{"__typename": "Backtest", "id": encode_id("Backtest", one.id)} for one in reversed(backtests)]
    assert [job["subject"] for job in data["jobs"]["nodes"]] == subjects


@pytest.mark.parametrize(
    "document", [INSTRUMENTS, PAIRS, BACKTESTS, JOBS], ids=["instruments", "pairs", "backtests", "jobs"]
)
async def test_a_longer_list_costs_no_more_statements(researcher: Caller, document: str):
    viewer = await ada()
    costs = []
    for _ in range(2):
        for _ in range(3):
            await make.backtest(viewer)
        with recorded_sql() as statements:
            await researcher.data(document)
        # Who is asking is looked up again from time to time, whatever they ask.
        costs.append(len([statement for statement in statements if '"credential"' not in statement]))

    assert costs[0] == costs[1]
    assert costs[0] <= 8
