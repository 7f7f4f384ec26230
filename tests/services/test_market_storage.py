"""Revisions of a series: what is written is read back bit for bit, at every revision, whatever the order."""

from uuid import uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from titan_graphql.errors import ConflictError
from titan_graphql.feeds.bars import COLUMNS, NO_BARS, Bars
from titan_graphql.models.markets import BarBlock, Dataset, Series
from titan_graphql.services import market_bars, market_revisions
from titan_graphql.services.market_revisions import Provenance

HERE = Provenance("test", "here")
HOUR = 3_600_000
Bar = dict[str, float]
finite = st.floats(allow_nan=False, allow_infinity=False, width=64)


def as_bars(rows: dict[int, Bar]) -> Bars:
    times = sorted(rows)
    names = [name for name in COLUMNS if any(name in rows[time] for time in times)]
    columns = {name: np.array([rows[time].get(name, np.nan) for time in times]) for name in names}
    return Bars(np.array(times, np.int64), columns)


def bits(bars: Bars) -> dict[str, bytes]:
    return {"time": bars.time.tobytes()} | {name: column.tobytes() for name, column in bars.columns.items()}


async def new_series() -> Series:
    return await make.series(await make.instrument(f"S{uuid4().hex[:12]}"))


@st.composite
def imports(draw: st.DrawFn) -> list[dict[int, Bar]]:
    """Overlapping imports; each has one set of columns, and spans two turns of the year."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        names = ["close", *draw(st.sets(st.sampled_from(["open", "high", "low", "volume"])))]
        bar = st.fixed_dictionaries(dict.fromkeys(names, finite))
        hours = st.integers(0, 40).map(lambda n: 1_577_829_600_000 + n * 400 * HOUR)
        parts.append(draw(st.dictionaries(hours, bar, min_size=1, max_size=12)))
    return parts


def expected(parts: list[dict[int, Bar]]) -> dict[int, Bar]:
    """The last import counts, bar by bar."""
    known: dict[int, Bar] = {}
    for part in parts:
        known |= part
    return known


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=imports(), data=st.data())
async def test_any_bars_are_read_back_bit_for_bit_in_any_order_of_imports(db, parts, data):
    series = await new_series()
    snapshots = {}
    ordered = data.draw(st.permutations(parts))
    for done in range(1, len(ordered) + 1):
        dataset = await market_revisions.write_revision(series, as_bars(ordered[done - 1]), HERE)
        snapshots[dataset.revision] = (bits(as_bars(expected(ordered[:done]))), dataset.content_hash)

    market_bars.cache.clear()
    for revision, (content, content_hash) in snapshots.items():
        read = await market_bars.read_bars(series, COLUMNS, revision=revision)
        assert bits(read) == content
        assert market_revisions.dataset_hash(read, []) == content_hash


async def test_the_same_bars_again_change_nothing(db):
    series = await new_series()
    bars = as_bars({HOUR * k: {"close": float(k), "volume": 1.0} for k in range(1, 9)})
    first = await market_revisions.write_revision(series, bars, HERE)

    assert (await market_revisions.write_revision(series, bars, HERE)).id == first.id
    assert (await Dataset.filter(series=series).count(), await BarBlock.filter(series=series).count()) == (1, 1)


async def test_a_restated_bar_rewrites_only_its_year(db):
    series = await new_series()
    old = {1_577_750_400_000: {"close": 1.0}, 1_577_923_200_000: {"close": 2.0}}
    await market_revisions.write_revision(series, as_bars(old), HERE)
    await market_revisions.write_revision(series, as_bars({1_577_923_200_000: {"close": 3.0}}), HERE)

    blocks = (
        await BarBlock.filter(series=series)
        .order_by("year", "revision")
        .values_list("year", "revision", "superseded_by")
    )
    assert blocks == [(2019, 1, None), (2020, 1, 2), (2020, 2, None)]
    assert (await market_bars.read_bars(series, ["close"], revision=1)).close.tolist() == [1.0, 2.0]
    assert (await market_bars.read_bars(series, ["close"])).close.tolist() == [1.0, 3.0]


@pytest.mark.parametrize("begin", [True, False], ids=["existing series", "new series"])
async def test_of_two_writers_at_once_one_meets_a_conflict(db, begin):
    series = await new_series()
    if begin:
        await market_revisions.write_revision(series, as_bars({HOUR: {"close": 1.0}}), HERE)
    stored = as_bars({HOUR: {"close": 1.0}}) if begin else NO_BARS
    newest = await Dataset.get_or_none(series=series)
    two = [
        market_revisions.plan(await Series.get(id=series.id), stored, as_bars({2 * HOUR: {"close": close}}), newest)
        for close in (2.0, 3.0)
    ]
    await market_revisions.commit([two[0]], HERE)
    with pytest.raises(ConflictError) as refused:
        await market_revisions.commit([two[1]], HERE)

    assert refused.value.code == "IMPORT_CONFLICT"
    fresh = await Series.get(id=series.id)
    assert (await market_bars.read_bars(fresh, ["close"])).close.tolist() == [1.0, 2.0][not begin :]


async def test_columns_are_remembered_and_read_only(db):
    series = await new_series()
    await market_revisions.write_revision(series, as_bars({HOUR: {"close": 1.0, "open": 2.0}}), HERE)
    first = await market_bars.read_bars(series, ["close"])
    again = await market_bars.read_bars(series, ["close", "open"])

    assert first.close.tolist() == again.close.tolist() == [1.0]
    assert not first.close.flags.writeable
    assert set(first.columns) == {"close"}
