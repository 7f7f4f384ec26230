"""Market data on the graph: quality, revisions and their differences, adjusted prices, imports; whole answers."""

import asyncio

import numpy as np
import pytest

from tests import make
from tests.resolvers.conftest import Caller
from tests.sql import recorded_sql
from titan_graphql.models.markets import Dataset, Series
from titan_graphql.services import market_datasets, market_quality, market_samples
from titan_graphql.services.market_revisions import Provenance, write_revision

SPLIT = """
mutation ($id: ID!, $value: Float!) {
  importCorporateActions(input: {instrumentId: $id, source: "press", actions: [
    {kind: SPLIT, exDate: "2020-01-03", value: $value}]}) {
    __typename
    ... on Instrument { corporateActions { kind exDate value source } }
    ... on Problem { code path }
  }
}"""


async def listed_twice() -> None:
    """KO with a restated bar: revision 1, then 2."""
    made = await make.listed("KO", [10.0, 11.0, 6.0, 6.5], volume=[5.0, 5.0, 9.0, 9.0])
    series = await Series.get(instrument=made)
    await write_revision(series, make.bars([6.25], "2020-01-04", volume=[9.0]), Provenance("csv", "restated.csv"))


async def identifier(caller: Caller) -> str:
    return (await caller.data('{ instrument(symbol: "KO") { id } }'))["instrument"]["id"]


async def test_revisions_and_what_they_differ_in(researcher: Caller):
    await listed_twice()
    listing = await researcher.data(
        '{ instrument(symbol: "KO") { datasets(first: 5) { nodes { id revision source adjustment barCount } } } }'
    )
    newest, oldest = listing["instrument"]["datasets"]["nodes"]
    answer = await researcher.data(
        """query ($id: ID!, $other: ID!) { node(id: $id) { ... on Dataset { diff(other: $other) {
             added removed changed actionsChanged
             bars { time before { close volume } after { close volume } } } } } }""",
        id=oldest["id"],
        other=newest["id"],
    )

    assert [(one["revision"], one["source"], one["adjustment"]) for one in (newest, oldest)] == [
        (2, "restated.csv", "RAW"), (1, "synthetic", "RAW"),
    ]  # fmt: skip
    assert answer["node"]["diff"] == {
        "added": 0,
        "removed": 0,
        "changed": 1,
        "actionsChanged": False,
        "bars": [
            {
                "time": "2020-01-04T00:00:00Z",
                "before": {"close": 6.5, "volume": 9.0},
                "after": {"close": 6.25, "volume": 9.0},
            }
        ],
    }


async def test_bars_as_of_an_older_moment_are_the_older_revision(researcher: Caller):
    await listed_twice()
    moments = await researcher.data(
        '{ instrument(symbol: "KO") { datasets(last: 1) { nodes { createdAt } } bars { dataset { revision } } } }'
    )
    then = moments["instrument"]["datasets"]["nodes"][0]["createdAt"]
    document = 'query ($at: DateTime!) { instrument(symbol: "KO") { bars(asOf: $at) { close dataset { revision } } } }'
    old = await researcher.data(document, at=then)
    never = await researcher.data(document, at="2001-01-01T00:00:00Z")

    assert old["instrument"]["bars"] == {"close": [10.0, 11.0, 6.0, 6.5], "dataset": {"revision": 1}}
    assert moments["instrument"]["bars"]["dataset"]["revision"] == 2
    assert never["instrument"]["bars"] == {"close": [], "dataset": None}


async def test_a_split_corrects_what_is_read_and_not_what_is_stored(researcher: Caller, reader: Caller):
    await make.listed("KO", [10.0, 11.0, 6.0, 6.5], volume=[5.0, 5.0, 9.0, 9.0])
    answer = await researcher.data(SPLIT, id=await identifier(researcher), value=2.0)
    bars = await reader.data(
        """{ instrument(symbol: "KO") {
             raw: bars(adjustment: RAW) { close volume adjustment } total: bars { close volume adjustment } } }"""
    )

    assert answer["importCorporateActions"] == {
        "__typename": "Instrument",
        "corporateActions": [{"kind": "SPLIT", "exDate": "2020-01-03", "value": 2.0, "source": "press"}],
    }
    assert bars["instrument"] == {
        "raw": {"close": [10.0, 11.0, 6.0, 6.5], "volume": [5.0, 5.0, 9.0, 9.0], "adjustment": "RAW"},
        "total": {"close": [5.0, 5.5, 6.0, 6.5], "volume": [10.0, 10.0, 9.0, 9.0], "adjustment": "TOTAL_RETURN"},
    }


async def test_an_impossible_action_is_a_problem_and_a_reader_may_add_none(researcher: Caller, reader: Caller):
    await make.listed("KO", [10.0, 11.0])
    key = await identifier(researcher)
    answer = await researcher.data(SPLIT, id=key, value=-2.0)
    refused = await reader.answer(SPLIT, id=key, value=2.0)

    assert answer["importCorporateActions"] == {
        "__typename": "InvalidInputProblem", "code": "ACTION_INVALID", "path": ["input", "actions", "0", "value"],
    }  # fmt: skip
    assert refused["errors"][0]["extensions"]["code"] in {"ROLE_TOO_LOW", "FORBIDDEN"}
    assert (await reader.data('{ instrument(symbol: "KO") { corporateActions { kind } } }')) == {
        "instrument": {"corporateActions": []}
    }


async def test_quality_of_many_instruments_costs_one_query_once_examined(reader: Caller):
    for k in range(5):
        await make.listed(f"S{k}", [10.0] * 4 + [-1.0] * (k == 3) + [11.0] * 5)
    document = (
        """{ instruments(first: 10) { nodes { symbol quality { grade findings { kind start count value } } } } }"""
    )
    await reader.data(document)
    with recorded_sql() as statements:
        answer = await reader.data(document)

    grades = {node["symbol"]: node["quality"]["grade"] for node in answer["instruments"]["nodes"]}
    assert grades == {"S0": "CHECK", "S1": "CHECK", "S2": "CHECK", "S3": "BAD", "S4": "CHECK"}
    s3 = answer["instruments"]["nodes"][3]["quality"]["findings"][0]
    assert s3 == {"kind": "NON_POSITIVE_PRICE", "start": "2020-01-05T00:00:00Z", "count": 1, "value": -1.0}
    assert len([one for one in statements if 'FROM "series"' in one or 'FROM "dataset"' in one]) == 2


@pytest.mark.usefixtures("db")
async def test_askers_at_the_same_time_share_one_examination(monkeypatch: pytest.MonkeyPatch):
    await make.listed("KO", [10.0] * 9)
    dataset = await Dataset.get()
    examined = []
    report = market_quality.report
    monkeypatch.setattr(market_quality, "report", lambda *given: examined.append(1) or report(*given))

    asked = await asyncio.gather(*(market_datasets.quality(dataset) for _ in range(5)))

    assert len(examined) == 1
    assert {one.grade for one in asked} == {"CHECK"}
    assert (await Dataset.get()).quality["grade"] == "CHECK"


@pytest.mark.usefixtures("db")
async def test_the_sample_is_examined_when_it_is_imported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(market_samples, "NAMES", {"KO": "Coca-Cola", "PEP": "PepsiCo"})
    await market_samples.import_sample()

    assert [one.quality["calendar"] for one in await Dataset.all()] == ["XNYS", "XNYS"]


async def test_datasets_say_whose_bars_they_hold_by_one_query(reader: Caller):
    await listed_twice()
    document = '{ instrument(symbol: "KO") { datasets(first: 5) { nodes { revision instrument { symbol } } } } }'
    with recorded_sql() as statements:
        answer = await reader.data(document)

    assert answer["instrument"]["datasets"]["nodes"] == [
        {"revision": 2, "instrument": {"symbol": "KO"}},
        {"revision": 1, "instrument": {"symbol": "KO"}},
    ]
    assert len([one for one in statements if 'FROM "series"' in one]) == 1


async def test_logarithms_of_negative_prices_are_refused_by_their_stretch(researcher: Caller):
    y, x = make.wave(120)
    y = np.where(np.arange(120) == 60, -36.98, y)
    await make.listed("WTI", y)
    await make.listed("BRENT", x)
    await researcher.data('mutation { createPair(input: {y: "WTI", x: "BRENT"}) { __typename } }')
    document = """query ($prices: PriceScale!) { pair(y: "WTI", x: "BRENT") { analysis(prices: $prices,
      formation: {start: "2020-01-01T00:00:00Z", end: "2020-04-30T00:00:00Z"}) { bars } } }"""
    logs = await researcher.answer(document, prices="LOG")
    raw = await researcher.data(document, prices="RAW")

    error = logs["errors"][0]
    assert (error["extensions"]["code"], error["message"]) == (
        "PRICE_NOT_POSITIVE",
        "y has prices down to -36.98 on 2020-03-01, which have no logarithm; use raw prices",
    )
    assert raw["pair"]["analysis"]["bars"] == 120


async def test_an_import_that_names_no_upload_is_a_problem(researcher: Caller):
    document = """mutation ($id: ID!) { importBars(input: {uploadId: $id}) { __typename ... on Problem { code } } }"""
    malformed = await researcher.data(document, id="../../etc/x")

    assert malformed["importBars"] == {"__typename": "InvalidInputProblem", "code": "ID_INVALID"}
