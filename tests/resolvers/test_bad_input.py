"""Bad input at the endpoint: each with its own code and path, and nothing is created."""

import json
from typing import Any
from uuid import UUID

import pytest

from tests import make
from tests.resolvers.conftest import Caller
from titan_graphql.models.backtests import Backtest
from titan_graphql.models.jobs import Job
from titan_graphql.models.pairs import Pair
from titan_graphql.models.users import User
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import pairs, users

START = """mutation ($input: StartBacktestInput!) { startBacktest(input: $input) {
  __typename ... on Problem { code path message } } }"""
CREATE = """mutation ($input: CreatePairInput!) { createPair(input: $input) {
  __typename ... on Problem { code path message } } }"""
ANALYSIS = "query ($id: ID!, $f: PeriodInput!) { node(id: $id) { ... on Pair { analysis(formation: $f) { bars } } } }"
INVALID, MISSING = "InvalidInputProblem", "NotFoundProblem"
FORMATION = {"start": "2020-01-01T00:00:00Z", "end": "2020-04-30T00:00:00Z"}
TRADING = {"start": "2020-04-30T00:00:00Z", "end": "2020-10-27T00:00:00Z"}


async def counts() -> tuple[int, int, int]:
    return await Pair.all().count(), await Backtest.all().count(), await Job.all().count()


async def own_pair() -> Pair:
    owner = await users.authenticate(await make.secret_of(await users.by_name("ada"), "made"))
    assert owner is not None
    return await make.pair(owner)


STARTS: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "entry below exit": ({"entry": 0.1, "exit": 0.5}, "THRESHOLD_ORDER", ["entry"]),
    "stop at entry": ({"entry": 2, "stop": 2}, "THRESHOLD_ORDER", ["stop"]),
    "negative threshold": ({"exit": -1}, "THRESHOLD_NEGATIVE", ["exit"]),
    "negative fee": ({"commissionBps": -1}, "FEE_OUT_OF_RANGE", ["commissionBps"]),
    "fee of 100 %": ({"slippageBps": 10_000}, "FEE_OUT_OF_RANGE", ["slippageBps"]),
    "capital 0": ({"capital": 0}, "CAPITAL_NOT_POSITIVE", ["capital"]),
    "capital -0.0": ({"capital": -0.0}, "CAPITAL_NOT_POSITIVE", ["capital"]),
    "dates reversed": (
        {"trading": {"start": TRADING["end"], "end": TRADING["start"]}},
        "PERIOD_REVERSED",
        ["trading"],
    ),
    "overlap": ({"trading": FORMATION}, "PERIODS_OVERLAP", ["trading", "start"]),
    "no data": (
        {"trading": {"start": "2031-01-01T00:00:00Z", "end": "2032-01-01T00:00:00Z"}},
        "NO_DATA",
        ["trading"],
    ),
    "window longer than data": ({"zScore": "ROLLING", "window": 2**31 - 1}, "LOOKBACK_TOO_LONG", ["window"]),
    "window of 1": ({"zScore": "ROLLING", "window": 1}, "LOOKBACK_TOO_SHORT", ["window"]),
    "key too long": ({"idempotencyKey": "x" * 101}, "IDEMPOTENCY_KEY_INVALID", ["idempotencyKey"]),
    "malformed id": ({"pairId": "nonsense"}, "ID_INVALID", ["pairId"]),
    "empty id": ({"pairId": ""}, "ID_INVALID", ["pairId"]),
}


@pytest.mark.parametrize(("changes", "code", "path"), STARTS.values(), ids=STARTS.keys())
async def test_a_backtest_that_makes_no_sense(researcher: Caller, changes: dict, code: str, path: list[str]):
    pair = await own_pair()
    plain = {"pairId": encode_id("Pair", pair.id), "formation": FORMATION, "trading": TRADING}

    problem = (await researcher.data(START, input={**plain, **changes}))["startBacktest"]

    assert problem.pop("message")
    assert problem == {"__typename": INVALID, "code": code, "path": ["input", *path]}
    assert await counts() == (1, 0, 0)


CREATES: dict[str, tuple[dict[str, Any], str, str, list[str]]] = {
    "unknown symbol": ({"y": "NONE"}, MISSING, "INSTRUMENT_NOT_FOUND", ["y"]),
    "SQL in a symbol": ({"y": "'; DROP TABLE pair; --"}, MISSING, "INSTRUMENT_NOT_FOUND", ["y"]),
    "emoji": ({"x": "\U0001f422"}, MISSING, "INSTRUMENT_NOT_FOUND", ["x"]),
    "right to left": ({"x": "\u202eOK"}, MISSING, "INSTRUMENT_NOT_FOUND", ["x"]),
    "10,001 characters": ({"y": "x" * 10_001}, MISSING, "INSTRUMENT_NOT_FOUND", ["y"]),
    "same leg twice": ({"x": "KO"}, INVALID, "SAME_LEG_TWICE", ["x"]),
    "long note": ({"note": "x" * 10_001}, INVALID, "NOTE_TOO_LONG", ["note"]),
    "empty tag": ({"tags": [""]}, INVALID, "TAG_INVALID", ["tags"]),
}


@pytest.mark.parametrize(("changes", "kind", "code", "path"), CREATES.values(), ids=CREATES.keys())
async def test_a_pair_that_makes_no_sense(researcher: Caller, changes: dict, kind: str, code: str, path: list[str]):
    for symbol in ("KO", "PEP"):
        await make.instrument(symbol)

    problem = (await researcher.data(CREATE, input={"y": "KO", "x": "PEP", **changes}))["createPair"]

    assert problem.pop("message")
    assert problem == {"__typename": kind, "code": code, "path": ["input", *path]}
    assert await counts() == (0, 0, 0)


@pytest.mark.parametrize("symbol", ["K\x00O", "\x00"])
async def test_a_text_with_nul_is_told_so(researcher: Caller, symbol: str):
    answer = await researcher.answer(CREATE, input={"y": symbol, "x": "KO"})

    assert "TEXT_INVALID" in str(answer)
    assert await counts() == (0, 0, 0)


LISTS: dict[str, tuple[str, str]] = {
    "neither first nor last": ("{ instruments { nodes { id } } }", "PAGE_SIZE_INVALID"),
    "first 101": ("{ instruments(first: 101) { nodes { id } } }", "PAGE_SIZE_INVALID"),
    "first 0": ("{ instruments(first: 0) { nodes { id } } }", "PAGE_SIZE_INVALID"),
    "first -1": ("{ instruments(first: -1) { nodes { id } } }", "PAGE_SIZE_INVALID"),
    "first and last": ("{ instruments(first: 1, last: 1) { nodes { id } } }", "PAGE_SIZE_INVALID"),
    "first 2³¹": ("{ instruments(first: 2147483648) { nodes { id } } }", "GRAPHQL_INVALID"),
    "tampered cursor": ('{ instruments(first: 1, after: "bnVsbA==") { nodes { id } } }', "CURSOR_INVALID"),
    "universe by the id of a market": (
        f'{{ universe(id: "{encode_id("Market", UUID(int=1))}") {{ name }} }}',
        "ID_INVALID",
    ),
    "scan by the id of a market": (f'{{ scan(id: "{encode_id("Market", UUID(int=1))}") {{ id }} }}', "ID_INVALID"),
    "malformed id": ('{ node(id: "x") { id } }', "ID_INVALID"),
    "251 nodes": ("{ nodes(ids: [" + '"x",' * 251 + "]) { id } }", "LIST_TOO_LONG"),
    "no such field": ("{ nothing }", "GRAPHQL_INVALID"),
    "syntax": ("{ viewer { ", "GRAPHQL_INVALID"),
    "float 1e400": ('mutation { startBacktest(input: {pairId: "x", entry: 1e400}) { __typename } }', "NOT_FINITE"),
    "moment without zone": (
        '{ instrument(symbol: "KO") { bars(from: "2020-01-01T00:00:00") { count } } }',
        "GRAPHQL_INVALID",
    ),
    "no such day": (
        '{ instrument(symbol: "KO") { bars(from: "2024-02-30T00:00:00Z") { count } } }',
        "GRAPHQL_INVALID",
    ),
    "a day by its week": (
        f'{{ universe(id: "{encode_id("Universe", UUID(int=1))}") {{ members(asOf: "2024-W01-1") {{ symbol }} }} }}',
        "GRAPHQL_INVALID",
    ),
    "few points": ('{ instrument(symbol: "KO") { bars(maxPoints: 1) { count } } }', "MAX_POINTS_INVALID"),
    "deep filter": (
        "{ instruments(first: 1, where: " + "{OR: [" * 100 + "{}" + "]}" * 100 + ") { nodes { id } } }",
        "GRAPHQL_INVALID",
    ),
}


@pytest.mark.parametrize(("document", "code"), LISTS.values(), ids=LISTS.keys())
async def test_a_question_that_makes_no_sense(researcher: Caller, document: str, code: str):
    await make.listed("KO", [1, 2, 3])

    answer = await researcher.answer(document)

    codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
    assert codes[:1] == [code]
    assert "INTERNAL" not in codes
    assert (await researcher.data("{ viewer { name } }")) == {"viewer": {"name": "ada"}}


async def test_somebody_elses_rows_are_not_there(researcher: Caller, reader: Caller):
    pair = await own_pair()
    pair_id = encode_id("Pair", pair.id)

    assert await reader.data("query ($id: ID!) { node(id: $id) { id } }", id=pair_id) == {"node": None}
    assert await reader.data("{ pairs(first: 9) { nodes { id } totalCount } }") == {
        "pairs": {"nodes": [], "totalCount": 0}
    }
    refused = await reader.answer(START, input={"pairId": pair_id, "formation": FORMATION, "trading": TRADING})
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["ROLE_TOO_LOW"]
    assert await counts() == (1, 0, 0)


async def test_a_researcher_meets_somebody_elses_pair_as_missing(researcher: Caller):
    stranger = await make.viewer()
    pair = await make.pair(stranger)
    plain = {"pairId": encode_id("Pair", pair.id), "formation": FORMATION, "trading": TRADING}

    problem = (await researcher.data(START, input=plain))["startBacktest"]

    assert problem.pop("message")
    assert problem == {"__typename": MISSING, "code": "PAIR_NOT_FOUND", "path": ["input", "pairId"]}
    assert await counts() == (1, 0, 0)


async def test_histories_that_do_not_meet_are_told_so(researcher: Caller):
    owner = await users.authenticate(await make.secret_of(await User.get(name="ada"), "made"))
    assert owner is not None
    await make.listed("Y", [1.0] * 40, "2020-01-01")
    await make.listed("X", [1.0] * 40, "2020-03-01")
    pair = await pairs.create(owner, "Y", "X")

    answer = await researcher.answer(ANALYSIS, id=encode_id("Pair", pair.id), f=FORMATION)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NO_OVERLAP"]


async def test_a_symbol_of_two_markets_needs_a_market_and_only_then(researcher: Caller):
    await make.listed("KO", [10.0, 11.0])
    await make.instrument("KO", await make.market("LSE"))
    await make.listed("PEP", [10.0, 11.0])
    plain = {"y": "KO", "x": "PEP"}

    refused = (await researcher.data(CREATE, input=plain))["createPair"]
    created = (await researcher.data(CREATE, input={**plain, "market": "LSE"}))["createPair"]
    nowhere = (await researcher.data(CREATE, input={**plain, "market": "\U0001f422"}))["createPair"]

    assert (refused["code"], refused["path"]) == ("SYMBOL_AMBIGUOUS", ["input", "market"])
    assert (created["__typename"], nowhere["code"]) == ("Pair", "INSTRUMENT_NOT_FOUND")
    legs = await Pair.get().select_related("y__market", "x__market")
    assert (legs.y.market.code, legs.x.market.code) == ("LSE", "US")


MOMENTS = ["2020-01-01", "2020-02-30T00:00:00Z", "2020-01-01T00:00:00", "yesterday", "", 5, "0001-01-01T00:00:00+14:00"]
AT = 'query ($at: DateTime!) { instrument(symbol: "KO") { bars(asOf: $at) { close } } }'


async def test_what_is_no_moment_is_said_to_be_none_in_variables_and_in_the_document(researcher: Caller):
    for moment in MOMENTS:
        said = f"A DateTime is RFC 3339 with a time zone, such as 2012-01-30T00:00:00Z; found {str(moment)!r}"
        literal = AT.replace("($at: DateTime!)", "").replace("$at", json.dumps(moment))
        for answer in (await researcher.answer(AT, at=moment), await researcher.answer(literal)):
            (error,) = answer["errors"]
            assert (error["extensions"]["code"], said in error["message"]) == ("GRAPHQL_INVALID", True), error
