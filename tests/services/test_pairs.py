"""Pairs: kept once per owner, seen by them and an administrator; a refusal keeps nothing."""

import asyncio
from uuid import uuid4

import numpy as np
import pytest

from tests import make
from titan_graphql.errors import ConflictError, InvalidInputError, NotFoundError, TitanError
from titan_graphql.models.backtests import Backtest
from titan_graphql.models.jobs import Job
from titan_graphql.models.markets import Instrument
from titan_graphql.models.pairs import Pair
from titan_graphql.models.users import Role
from titan_graphql.services import job_runs, pairs, sweeps
from titan_graphql.services.pages import Order, PageRequest
from titan_graphql.services.sweep_specs import SweepSpec

pytestmark = pytest.mark.usefixtures("db")
NEWEST = Order("created_at", descending=True)
SWEEP = SweepSpec(
    formation=make.HARMLESS_SPEC.formation,
    trading=make.HARMLESS_SPEC.trading,
    prices="LOG",
    hedge=["OLS"],
    window=[None],
    entry=[1.5, 2.0],
    exit=[0.5],
    stop=[None],
    max_hold=[None],
    cost_bps=[0.0],
)


async def symbols(of: Pair) -> tuple[str, str]:
    y, x = await pairs.legs(of)
    return y.symbol, x.symbol


async def test_a_pair_is_kept_with_its_legs_in_order():
    viewer = await make.viewer()
    await make.instrument("PEP")
    await make.instrument("KO")

    made = await pairs.create(viewer, "KO", "PEP", "Sugar water; 日本語 \U0001f422", ["drinks", "日本"])

    row = await Pair.get(id=made.id)
    assert (row.note, row.tags) == ("Sugar water; 日本語 \U0001f422", ["drinks", "日本"])
    assert await symbols(row) == ("KO", "PEP")
    found = await pairs.find_by_symbols(viewer, "KO", "PEP")
    assert found is not None
    assert found.id == made.id
    assert await pairs.find_by_symbols(viewer, "PEP", "KO") is None


@pytest.mark.parametrize(
    ("y", "x", "note", "tags", "code", "path"),
    [
        ("NONE", "KO", None, [], "INSTRUMENT_NOT_FOUND", ["y"]),
        ("KO", "NONE", None, [], "INSTRUMENT_NOT_FOUND", ["x"]),
        ("KO", "' OR 1=1 --", None, [], "INSTRUMENT_NOT_FOUND", ["x"]),
        ("x" * 10_001, "KO", None, [], "INSTRUMENT_NOT_FOUND", ["y"]),
        ("K\x00O", "KO", None, [], "TEXT_INVALID", ["y"]),
        ("KO", "\ud800", None, [], "TEXT_INVALID", ["x"]),
        ("KO", "KO", None, [], "SAME_LEG_TWICE", ["x"]),
        ("KO", "PEP", "x" * 10_001, [], "NOTE_TOO_LONG", ["note"]),
        ("KO", "PEP", "a\x00b", [], "TEXT_INVALID", ["note"]),
        ("KO", "PEP", "\udfff", [], "TEXT_INVALID", ["note"]),
        ("KO", "PEP", None, [""], "TAG_INVALID", ["tags"]),
        ("KO", "PEP", None, ["x" * 41], "TAG_INVALID", ["tags"]),
        ("KO", "PEP", None, ["x"] * 21, "TAG_INVALID", ["tags"]),
        ("KO", "PEP", None, ["a\x00b"], "TEXT_INVALID", ["tags"]),
        ("KO", "PEP", None, ["\ud800"], "TEXT_INVALID", ["tags"]),
    ],
)
async def test_a_refused_pair_is_not_kept(
    y: str, x: str, note: str | None, tags: list[str], code: str, path: list[str]
):
    viewer = await make.viewer()
    await make.instrument("KO")
    await make.instrument("PEP")

    with pytest.raises(TitanError) as refused:
        await pairs.create(viewer, y, x, note, tags)
    assert (refused.value.code, refused.value.path) == (code, path)
    assert await Pair.all().count() == 0


@pytest.mark.parametrize(
    ("change", "tags", "note"),
    [
        ({}, ["drinks"], "Sugar"),
        ({"tags": ["soft", "日本", "soft"]}, ["soft", "日本", "soft"], "Sugar"),
        ({"tags": []}, [], "Sugar"),
        ({"note": "Salt;\n🐢"}, ["drinks"], "Salt;\n🐢"),
        ({"note": ""}, ["drinks"], None),
        ({"tags": ["x" * 40] * 20, "note": "x" * 10_000}, ["x" * 40] * 20, "x" * 10_000),
    ],
)
async def test_what_is_written_on_a_pair_replaces_only_what_is_given(change: dict, tags: list[str], note: str | None):
    viewer = await make.viewer()
    await make.instrument("KO")
    await make.instrument("PEP")
    pair = await pairs.create(viewer, "KO", "PEP", "Sugar", ["drinks"])
    other = await pairs.create(viewer, "PEP", "KO", "Sugar", ["drinks"])

    answered = await pairs.tag(viewer, pair.id, **change)

    row, untouched = await Pair.get(id=pair.id), await Pair.get(id=other.id)
    assert (answered.id, answered.tags, answered.note) == (row.id, row.tags, row.note) == (pair.id, tags, note)
    assert (untouched.tags, untouched.note) == (["drinks"], "Sugar")


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"note": "x" * 10_001}, "NOTE_TOO_LONG", ["note"]),
        ({"note": "a\x00b"}, "TEXT_INVALID", ["note"]),
        ({"tags": [""]}, "TAG_INVALID", ["tags"]),
        ({"tags": ["x" * 41]}, "TAG_INVALID", ["tags"]),
        ({"tags": ["x"] * 21, "note": "kept?"}, "TAG_INVALID", ["tags"]),
        ({"tags": ["\ud800"]}, "TEXT_INVALID", ["tags"]),
    ],
)
async def test_what_is_refused_is_not_written(change: dict, code: str, path: list[str]):
    viewer = await make.viewer()
    await make.instrument("KO")
    await make.instrument("PEP")
    pair = await pairs.create(viewer, "KO", "PEP", "Sugar", ["drinks"])

    with pytest.raises(InvalidInputError) as refused:
        await pairs.tag(viewer, pair.id, **change)
    assert (refused.value.code, refused.value.path) == (code, path)
    row = await Pair.get(id=pair.id)
    assert (row.tags, row.note) == (["drinks"], "Sugar")


async def test_somebody_elses_pair_is_not_written_on():
    owner, stranger, admin = await make.viewer(), await make.viewer(), await make.viewer(Role.ADMIN)
    pair = await make.pair(owner)

    for viewer, pair_id in ((stranger, pair.id), (owner, uuid4())):
        with pytest.raises(NotFoundError) as refused:
            await pairs.tag(viewer, pair_id, ["mine"], "mine")
        assert (refused.value.code, refused.value.path) == ("PAIR_NOT_FOUND", ["pairId"])
    row = await Pair.get(id=pair.id)
    assert (row.tags, row.note) == ([], None)
    assert (await pairs.tag(admin, pair.id, ["seen"])).tags == ["seen"]


async def test_a_pair_is_kept_once_also_by_many_at_once():
    viewer = await make.viewer()
    await make.instrument("KO")
    await make.instrument("PEP")

    outcomes = await asyncio.gather(*(pairs.create(viewer, "KO", "PEP") for _ in range(5)), return_exceptions=True)

    refusals = [outcome for outcome in outcomes if isinstance(outcome, ConflictError)]
    assert ([refusal.code for refusal in refusals], await Pair.all().count()) == (["PAIR_EXISTS"] * 4, 1)
    assert await pairs.create(await make.viewer(), "KO", "PEP") is not None
    assert await pairs.create(viewer, "PEP", "KO") is not None


async def test_somebody_elses_pair_is_not_there():
    owner, stranger, admin = await make.viewer(), await make.viewer(), await make.viewer(Role.ADMIN)
    pair = await make.pair(owner)

    for viewer, pair_id in ((stranger, pair.id), (owner, uuid4())):
        for use in (pairs.find, pairs.remove):
            with pytest.raises(NotFoundError) as refused:
                await use(viewer, pair_id)
            assert refused.value.code == "PAIR_NOT_FOUND"
    assert (await pairs.find(admin, pair.id)).id == pair.id
    assert await pairs.find_by_symbols(stranger, *await symbols(pair)) is None
    assert (await pairs.page(stranger, PageRequest(first=9), NEWEST)).nodes == []
    assert await Pair.all().count() == 1


async def test_pairs_are_listed_by_symbol_and_age():
    viewer = await make.viewer()
    for symbol in "ABC":
        await make.instrument(symbol)
    for y, x in ("AB", "BC", "AC"):
        await pairs.create(viewer, y, x)

    async def listed(criteria: dict | None, order: Order = NEWEST) -> list[str]:
        found = await pairs.page(viewer, PageRequest(first=9), order, criteria)
        return ["".join(await symbols(pair)) for pair in found.nodes]

    assert await listed(None) == ["AC", "BC", "AB"]
    assert await listed(None, Order("created_at")) == ["AB", "BC", "AC"]
    assert await listed({"y": {"eq": "A"}, "x": {"ne": "B"}}) == ["AC"]
    assert await listed({"OR": [{"y": {"eq": "B"}}, {"x": {"in": ["B"]}}]}) == ["BC", "AB"]


@pytest.mark.usefixtures("dispatching")
async def test_removing_a_pair_stops_its_sweeps():
    viewer = await make.viewer()
    pair, other = await make.pair(viewer), await make.pair(viewer)
    sweep = await sweeps.start(viewer, pair.id, SWEEP)
    kept = await sweeps.start(viewer, other.id, SWEEP)
    await job_runs.claim(sweep.job_id, "slot.1")

    await pairs.remove(viewer, pair.id)

    states = {job.id: job.state.value for job in await Job.all()}
    assert states == {sweep.job_id: "CANCELLING", kept.job_id: "QUEUED"}


@pytest.mark.usefixtures("dispatching")
async def test_removing_a_pair_takes_its_backtests_along():
    viewer = await make.viewer()
    pair, other = await make.pair(viewer), await make.pair(viewer)
    await make.backtest(viewer, pair)
    kept = await make.backtest(viewer, other)

    await pairs.remove(viewer, pair.id)

    assert [row.id for row in await Pair.all()] == [other.id]
    assert [row.id for row in await Backtest.all()] == [kept.id]
    assert await Job.filter(state="QUEUED").count() == 1
    assert await Instrument.all().count() == 4


async def test_prices_are_joined_on_common_times():
    viewer = await make.viewer()
    await make.listed("Y", [1, 2, 3, 4], "2020-01-01")
    await make.listed("X", [30, 40, 50, 60], "2020-01-03")
    pair = await pairs.create(viewer, "Y", "X")

    read = await pairs.read_prices(pair, make.period("2020-01-01", "2021-01-01"), ["formation"])

    assert (read.y.tolist(), read.x.tolist()) == ([3, 4], [30, 40])
    assert [str(moment)[:10] for moment in read.time.astype("datetime64[ms]")] == ["2020-01-03", "2020-01-04"]
    hashes = [dataset.content_hash for dataset in read.datasets]
    assert len(set(hashes)) == 2
    half = read.between(make.period("2020-01-03", "2020-01-04"))
    assert (len(half), half.y.tolist(), read.index_of(make.day("2020-01-04"))) == (1, [3], 1)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2020-02-01", "2020-01-01", "PERIOD_REVERSED"),
        ("2020-01-01", "2020-01-01", "PERIOD_REVERSED"),
        ("2030-01-01", "2031-01-01", "NO_DATA"),
        ("1970-01-01", "1971-01-01", "NO_DATA"),
        ("2020-01-01", "2020-02-01", "NO_DATA"),
        ("2020-01-01", "2021-01-01", "NO_OVERLAP"),
    ],
)
async def test_prices_that_cannot_be_joined(start: str, end: str, code: str):
    await make.listed("Y", np.arange(1, 32), "2020-01-01")
    await make.listed("X", np.arange(1, 32), "2020-06-01")
    pair = await pairs.create(await make.viewer(), "Y", "X")

    with pytest.raises(InvalidInputError) as refused:
        await pairs.read_prices(pair, make.period(start, end), ["formation"])
    assert (refused.value.code, refused.value.path) == (code, ["formation"])


async def test_a_leg_without_bars_is_no_data():
    await make.instrument("Y")
    await make.listed("X", [1, 2])
    pair = await pairs.create(await make.viewer(), "Y", "X")

    with pytest.raises(TitanError) as refused:
        await pairs.read_prices(pair, make.period("2020-01-01", "2021-01-01"), ["formation"])
    assert (refused.value.code, refused.value.path) == ("NO_DATA", ["y"])
