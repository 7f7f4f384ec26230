"""Bars: what was written comes back bit for bit, revisions are immutable, and only what is asked for is read."""

import asyncio

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tests.sql import recorded_sql
from titan_graphql.models.markets import BarBlock, Dataset, Series
from titan_graphql.services.market_bars import (
    COLUMNS,
    MS_PER_DAY,
    Bars,
    newest_dataset,
    read_bars,
    to_datetime,
    to_ms,
)
from titan_graphql.services.market_revisions import Provenance, write_revision

pytestmark = pytest.mark.usefixtures("db")
NOTED = Provenance("test", "bars.csv")
SLOW_FIXTURE = [HealthCheck.function_scoped_fixture]
# 1969 to 2031 in days, so that sets of bars straddle year ends and the epoch.
DAYS = st.integers(-400, 22_500)
PRICES = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def imports(draw: st.DrawFn) -> Bars:
    """One file: any bars in time order with any columns besides the close."""
    days = sorted(draw(st.sets(DAYS, min_size=1, max_size=6)))
    names = ["close", *draw(st.sets(st.sampled_from(["open", "high", "low", "volume"])))]
    values = st.lists(PRICES, min_size=len(days), max_size=len(days))
    return Bars(np.array(days, np.int64) * MS_PER_DAY, {name: np.array(draw(values)) for name in names})


def merged_by_hand(files: list[Bars]) -> dict[str, list]:
    """A dictionary of rows: the oracle."""
    rows: dict[int, dict[str, float]] = {}
    for file in files:
        for position, time in enumerate(file.time):
            rows[int(time)] = {name: float(column[position]) for name, column in file.columns.items()}
    times = sorted(rows)
    known = [name for name in COLUMNS if any(name in rows[time] for time in times)]
    return {"time": times, **{name: [rows[time].get(name, np.nan) for time in times] for name in known}}


def same_bits(column: np.ndarray, expected: list) -> bool:
    return column.tobytes() == np.array(expected, column.dtype).tobytes()


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW_FIXTURE)
@given(files=st.lists(imports(), min_size=1, max_size=4))
async def test_overlapping_files_in_any_order_read_back_bit_for_bit(db: object, files: list[Bars]):
    series = await make.series()
    for file in files:
        await write_revision(series, file, NOTED)
    expected = merged_by_hand(files)

    read = await read_bars(await Series.get(id=series.id), COLUMNS)

    assert same_bits(read.time, expected.pop("time"))
    assert set(read.columns) == set(expected)
    assert {name: same_bits(read.columns[name], values) for name, values in expected.items()} == dict.fromkeys(
        expected, True
    )
    assert read.content_hash() == (await newest_dataset(series)).content_hash


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW_FIXTURE)
@given(file=imports(), low=DAYS, high=DAYS)
async def test_a_range_reads_what_a_mask_selects(db: object, file: Bars, low: int, high: int):
    series = await make.series()
    await write_revision(series, file, NOTED)
    start, end = to_datetime(low * MS_PER_DAY), to_datetime(high * MS_PER_DAY)

    read = await read_bars(series, ["close"], start, end)

    within = (file.time >= to_ms(start)) & (file.time < to_ms(end))
    assert read.time.tolist() == file.time[within].tolist()
    assert same_bits(read.close, file.columns["close"][within].tolist())


async def test_a_year_ends_at_midnight_utc():
    series = await make.series()
    bars = make.bars([1, 2, 3, 4], "2019-12-30")
    await write_revision(series, bars, NOTED)

    blocks = await BarBlock.filter(series=series).order_by("year").values_list("year", "revision")
    assert blocks == [(2019, 1), (2020, 1)]
    new_year = await read_bars(series, ["close"], make.day("2020-01-01"))
    assert new_year.close.tolist() == [3, 4]
    old_year = await read_bars(series, ["close"], None, make.day("2020-01-01"))
    assert old_year.close.tolist() == [1, 2]


async def test_only_the_asked_columns_and_years_are_read():
    series = await make.series()
    await write_revision(series, make.bars(np.arange(1, 900), volume=np.arange(1, 900)), NOTED)

    with recorded_sql() as statements:
        read = await read_bars(series, ["close"], make.day("2021-03-01"), make.day("2021-04-01"))

    (statement,) = statements
    assert [name for name in COLUMNS if f'"{name}"' in statement.split("FROM")[0]] == ["close"]
    assert ('"year">=' in statement, '"year"<=' in statement) == (True, True)
    assert (len(read), list(read.columns)) == (31, ["close"])


async def test_a_column_that_was_never_imported_is_absent():
    series = await make.series()
    await write_revision(series, make.bars([1, 2]), NOTED)

    read = await read_bars(series, COLUMNS)
    assert list(read.columns) == ["close"]


async def test_nothing_imported_reads_as_nothing():
    read = await read_bars(await make.series(), COLUMNS)

    assert (len(read), read.columns) == (0, {})


async def test_a_revision_is_described():
    series = await make.series()
    dataset = await write_revision(series, make.bars([1, 2, 3], "2020-01-30"), NOTED)

    row = await Series.get(id=series.id)
    assert (row.revision, row.bar_count) == (1, 3)
    assert (row.first_bar, row.last_bar) == (make.day("2020-01-30"), make.day("2020-02-01"))
    assert (dataset.revision, dataset.provider, dataset.source, dataset.synthetic) == (1, "test", "bars.csv", False)
    assert (dataset.bar_count, dataset.first_bar, dataset.last_bar) == (3, row.first_bar, row.last_bar)


async def test_importing_the_same_again_changes_nothing():
    series = await make.series()
    bars = make.bars([1, 2, 3], "2019-12-31")
    first = await write_revision(series, bars, NOTED)
    blocks = await BarBlock.all().order_by("id").values()

    again = await write_revision(series, bars, Provenance("other", "renamed.csv"))
    part = await write_revision(series, bars.between(make.day("2020-01-01"), None), NOTED)

    assert (again.id, part.id, series.revision) == (first.id, first.id, 1)
    assert await Dataset.all().count() == 1
    assert await BarBlock.all().order_by("id").values() == blocks


async def test_a_restated_bar_rewrites_only_its_year():
    series = await make.series()
    await write_revision(series, make.bars(np.arange(1, 1000)), NOTED)
    second = await write_revision(series, make.bars([7.5], "2021-06-01"), NOTED)

    columns = ("year", "revision", "superseded_by")
    blocks = await BarBlock.filter(series=series).order_by("year", "revision").values_list(*columns)
    assert blocks == [(2020, 1, None), (2021, 1, 2), (2021, 2, None), (2022, 1, None)]
    assert (second.revision, second.bar_count) == (2, 999)
    read = await read_bars(series, ["close"], make.day("2021-05-31"), make.day("2021-06-03"))
    assert read.close.tolist() == [517, 7.5, 519]


async def test_an_older_revision_stays_readable():
    series = await make.series()
    first = await write_revision(series, make.bars([1, 2, 3]), NOTED)
    await write_revision(series, make.bars([20], "2020-01-02"), NOTED)
    await write_revision(series, make.bars([4], "2020-01-04"), NOTED)
    series.revision = first.revision

    read = await read_bars(series, ["close"])
    assert read.close.tolist() == [1, 2, 3]
    assert read.content_hash() == first.content_hash


async def test_a_stale_series_row_still_appends_to_the_newest_revision():
    series = await make.series()
    stale = await Series.get(id=series.id)
    await write_revision(series, make.bars([1, 2]), NOTED)

    dataset = await write_revision(stale, make.bars([3], "2020-01-03"), NOTED)

    assert (dataset.revision, dataset.bar_count) == (2, 3)
    read = await read_bars(await Series.get(id=series.id), ["close"])
    assert read.close.tolist() == [1, 2, 3]


async def test_two_writers_at_once_lose_nothing():
    series = await make.series()
    halves = [make.bars([1, 2, 3], "2020-01-01"), make.bars([4, 5, 6], "2020-01-04")]

    async def write(bars: Bars) -> Dataset:
        return await write_revision(await Series.get(id=series.id), bars, NOTED)

    datasets = await asyncio.gather(*map(write, halves))

    row = await Series.get(id=series.id)
    assert sorted(dataset.revision for dataset in datasets) == [1, 2]
    assert (row.revision, row.bar_count, row.last_bar) == (2, 6, make.day("2020-01-06"))
    assert (await read_bars(row, ["close"])).close.tolist() == [1, 2, 3, 4, 5, 6]


async def test_a_failed_write_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    series = await make.series()
    await write_revision(series, make.bars([1, 2]), NOTED)

    async def fail(_rows: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Dataset, "bulk_create", fail)
    with pytest.raises(OSError, match="disk full"):
        await write_revision(series, make.bars([3], "2020-01-03"), NOTED)

    row = await Series.get(id=series.id)
    assert (row.revision, row.bar_count, await BarBlock.all().count()) == (1, 2, 1)
    assert (await read_bars(row, ["close"])).close.tolist() == [1, 2]
