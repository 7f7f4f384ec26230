"""Longer bars made on read: as pandas makes them session by session, never across sessions, never from longer ones."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from exchange_calendars import get_calendar
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import make
from titan_graphql.errors import InvalidInputError
from titan_graphql.feeds.bars import MS_PER_DAY, TIMEFRAME_MS, Bars
from titan_graphql.models.markets import Instrument, Market, Series, Timeframe
from titan_graphql.services import market_feeds, market_live, market_series, pairs
from titan_graphql.services.market_live import ClosedBar, Values
from titan_graphql.services.market_resampling import resample
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.services.pairs import Period

US = Market(code="US", calendar="XNYS", timezone="America/New_York")
HOW = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
WEEKS = {
    "clocks go forward": ("2024-03-07", "2024-03-13"),
    "clocks go back": ("2024-10-31", "2024-11-06"),
    "a holiday and a half day": ("2024-11-27", "2024-12-03"),
}


def minutes(calendar: str, first: str, last: str, frame: Timeframe, seed: int = 1) -> Bars:
    """Random bars of every session, a tenth of them missing, some volumes unknown."""
    known = get_calendar(calendar, start="2020-01-01", end="2029-12-31")
    step = TIMEFRAME_MS[frame]
    stretches = [
        np.arange(ms(known.session_open(day)), ms(known.session_close(day)), step)
        for day in known.sessions_in_range(first, last)
    ]
    random = np.random.default_rng(seed)
    time = np.concatenate(stretches)
    time = time[random.random(len(time)) > 0.1]
    close = 100 + random.standard_normal(len(time)).cumsum()
    spread = random.random((2, len(time)))
    volume = np.where(random.random(len(time)) < 0.2, np.nan, random.integers(1, 9, len(time)))
    columns = {"open": close - 0.1, "high": close + spread[0], "low": close - 0.2 - spread[1], "close": close}
    return Bars(time.astype(np.int64), {**columns, "volume": volume})


def ms(moment: pd.Timestamp) -> int:
    return moment.value // 1_000_000


def by_pandas(bars: Bars, calendar: str, target: Timeframe) -> pd.DataFrame:
    """Each session on its own, from its open on."""
    known = get_calendar(calendar, start="2020-01-01", end="2029-12-31")
    table = pd.DataFrame(dict(bars.columns), index=pd.to_datetime(bars.time, unit="ms", utc=True))
    parts = []
    for day in known.sessions_in_range("2024-01-01", "2024-12-31"):
        opened, closed = known.session_open(day), known.session_close(day)
        own = table[(table.index >= opened) & (table.index < closed)]
        if own.empty:
            continue
        step = pd.Timedelta(days=3) if target is Timeframe.D1 else pd.Timedelta(milliseconds=TIMEFRAME_MS[target])
        part = own.resample(step, origin=opened).agg({**HOW, "volume": lambda one: one.sum(min_count=1)})
        part = part.dropna(subset="close")
        parts.append(part.set_index(pd.DatetimeIndex([day.tz_localize("UTC")])) if target is Timeframe.D1 else part)
    return pd.concat(parts)


def assert_equals_pandas(made: Bars, expected: pd.DataFrame) -> None:
    assert made.time.tolist() == [ms(moment) for moment in expected.index]
    for name in HOW:
        np.testing.assert_array_equal(made.columns[name], expected[name].to_numpy(np.float64), err_msg=name)


@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize("target", [Timeframe.M5, Timeframe.M30, Timeframe.H1, Timeframe.H4, Timeframe.D1])
def test_bars_equal_those_of_pandas_session_by_session(target: Timeframe, week: str):
    bars = minutes("XNYS", *WEEKS[week], Timeframe.M1)

    assert_equals_pandas(resample(bars, Timeframe.M1, target, US), by_pandas(bars, "XNYS", target))


@settings(deadline=None, max_examples=25)
@given(
    st.sampled_from(list(WEEKS)),
    st.sampled_from([Timeframe.M1, Timeframe.M5, Timeframe.M15]),
    st.sampled_from([Timeframe.M30, Timeframe.H1, Timeframe.H4, Timeframe.D1]),
    st.integers(0, 10**6),
    st.sampled_from(["XNYS", "CMES", "XLON"]),
)
def test_any_bars_of_any_market_equal_those_of_pandas(
    week: str, source: Timeframe, target: Timeframe, seed: int, calendar: str
):
    bars = minutes(calendar, *WEEKS[week], source, seed)

    made = resample(bars, source, target, Market(code="X", calendar=calendar, timezone="UTC"))
    assert_equals_pandas(made, by_pandas(bars, calendar, target))


def starts(bars: Bars) -> list[str]:
    return [str(moment)[:16] for moment in bars.time.astype("datetime64[ms]")]


def test_bars_are_anchored_at_the_open_in_summer_and_winter():
    bars = minutes("XNYS", "2024-03-08", "2024-03-11", Timeframe.M1)

    assert starts(resample(bars, Timeframe.M1, Timeframe.H4, US)) == [
        "2024-03-08T14:30", "2024-03-08T18:30", "2024-03-11T13:30", "2024-03-11T17:30",
    ]  # fmt: skip


def test_a_half_day_has_fewer_bars_and_a_holiday_none():
    bars = minutes("XNYS", "2024-11-27", "2024-12-02", Timeframe.M1)
    hours = starts(resample(bars, Timeframe.M1, Timeframe.H1, US))

    days = [hour[:10] for hour in hours]
    assert {day: days.count(day) for day in days} == {"2024-11-27": 7, "2024-11-29": 4, "2024-12-02": 7}
    assert starts(resample(bars, Timeframe.M1, Timeframe.D1, US)) == [
        "2024-11-27T00:00", "2024-11-29T00:00", "2024-12-02T00:00",
    ]  # fmt: skip


def clock_hours(*hours: int) -> Bars:
    time = make.to_ms(make.day("2024-03-08")) + np.array(hours, np.int64) * 3_600_000
    return Bars(time, {"close": np.array(hours, np.float64)})


def test_what_is_traded_outside_of_the_session_is_in_no_bar():
    # The bar from 14:00 holds the open of 14:30, those from 13:00 and 21:00 lie outside of the session.
    made = resample(clock_hours(13, 14, 15, 20, 21), Timeframe.H1, Timeframe.D1, US)

    assert (starts(made), made.close.tolist()) == (["2024-03-08T00:00"], [20.0])
    assert len(resample(clock_hours(3, 4), Timeframe.H1, Timeframe.D1, US)) == 0


def test_without_a_calendar_days_are_those_of_utc():
    other = Market(code="OTHER", calendar=None, timezone="UTC")
    bars = clock_hours(-1, 0, 3, 4, 23, 24)

    assert starts(resample(bars, Timeframe.H1, Timeframe.D1, other)) == [
        "2024-03-07T00:00", "2024-03-08T00:00", "2024-03-09T00:00",
    ]  # fmt: skip
    assert resample(bars, Timeframe.H1, Timeframe.H4, other).close.tolist() == [-1, 3, 4, 23, 24]


async def stored(frame: Timeframe, bars: Bars) -> Instrument:
    venue = await make.market()
    await Market.filter(id=venue.id).update(calendar="XNYS")
    instrument = await make.instrument()
    await write_revision(await make.series(instrument, frame), bars, Provenance("test", "minutes"))
    return instrument


async def asked(of: Instrument, frame: Timeframe, **window: object) -> market_series.BarSeries:
    given: dict = {"start": None, "end": None, "max_points": None, **window}
    return await market_series.bars(of, frame, ["open", "high", "low", "close", "volume"], **given)


@pytest.mark.usefixtures("db")
async def test_a_longer_timeframe_is_made_of_the_stored_one_and_says_so():
    bars = minutes("XNYS", "2024-03-07", "2024-03-13", Timeframe.M5)
    instrument = await stored(Timeframe.M5, bars)

    found = await asked(instrument, Timeframe.H1)
    expected = by_pandas(bars, "XNYS", Timeframe.H1)
    assert (found.resampled_from, found.count, found.live, found.reason) == (Timeframe.M5, len(expected), 0, None)
    assert found.volume is not None
    np.testing.assert_array_equal(found.volume, expected["volume"].to_numpy(np.float64))
    assert found.dataset is not None
    assert found.dataset.bar_count == len(bars)
    assert (await asked(instrument, Timeframe.M5)).resampled_from is None


@pytest.mark.usefixtures("db")
async def test_a_period_cuts_longer_bars_and_never_parts_of_them():
    bars = minutes("XNYS", "2024-03-07", "2024-03-13", Timeframe.M5)
    instrument = await stored(Timeframe.M5, bars)
    whole = by_pandas(bars, "XNYS", Timeframe.D1)

    found = await asked(
        instrument, Timeframe.D1, start=make.day("2024-03-08"), end=datetime(2024, 3, 12, 12, tzinfo=UTC)
    )
    days = whole.loc["2024-03-08":"2024-03-12"]
    assert found.time.tolist() == [ms(moment) for moment in days.index]
    assert found.close.tolist() == days["close"].tolist()


@pytest.mark.usefixtures("db")
async def test_the_longest_of_the_shorter_timeframes_is_used():
    bars = minutes("XNYS", "2024-03-07", "2024-03-13", Timeframe.M5)
    instrument = await stored(Timeframe.M5, bars)
    half_hours = resample(bars, Timeframe.M5, Timeframe.M30, US)
    await write_revision(await make.series(instrument, Timeframe.M30), half_hours, Provenance("test", "30"))

    assert (await asked(instrument, Timeframe.H1)).resampled_from is Timeframe.M30


@pytest.mark.usefixtures("db")
async def test_a_bar_is_never_split():
    instrument = await make.listed("KO", [1, 2, 3])

    found = await asked(instrument, Timeframe.H1)
    assert (found.count, found.resampled_from, found.dataset) == (0, None, None)
    assert found.reason == "The shortest bars stored are D1, which cannot be split into H1"
    bare = await asked(await make.instrument(), Timeframe.H1)
    assert (bare.count, bare.reason) == (0, "No bars were imported")


async def bring(series: Series, places: dict[int, float]) -> None:
    """Live bars so many timeframes after 2020-01-01."""
    first, step = make.to_ms(make.day(make.FIRST_BAR)), TIMEFRAME_MS[series.timeframe]
    run = await market_feeds.begin("test", "test", "A test", replay=False)
    bars = [
        ClosedBar(series.id, first + place * step, Values(None, None, None, close, None))
        for place, close in places.items()
    ]
    await market_live.record(bars, run)


@pytest.mark.usefixtures("db")
async def test_live_bars_follow_the_stored_ones_and_are_counted():
    instrument = await make.listed("KO", [1, 2, 3])
    await bring(await Series.get(instrument_id=instrument.id), {2: 30.0, 3: 4.0, 4: 5.0})

    found = await asked(instrument, Timeframe.D1)
    assert (found.close.tolist(), found.live) == ([1, 2, 30, 4, 5], 3)
    assert found.dataset is not None
    assert found.dataset.bar_count == 3
    part = await asked(instrument, Timeframe.D1, end=make.day("2020-01-05"))
    assert (part.close.tolist(), part.live) == ([1, 2, 30, 4], 2)
    before = await asked(instrument, Timeframe.D1, as_of=datetime.now(UTC) + timedelta(seconds=1))
    assert (before.close.tolist(), before.live) == ([1, 2, 3], 0)


@pytest.mark.usefixtures("db")
async def test_live_bars_of_a_series_without_any_dataset_are_shown():
    instrument = await make.instrument()
    await bring(await make.series(instrument, Timeframe.M1), {0: 1.0, 59: 2.0, 60: 3.0})

    found = await asked(instrument, Timeframe.M1)
    assert (found.close.tolist(), found.live, found.dataset) == ([1, 2, 3], 3, None)
    hours = await asked(instrument, Timeframe.H1)
    assert (hours.close.tolist(), hours.live, hours.resampled_from) == ([2, 3], 2, Timeframe.M1)


@pytest.mark.usefixtures("db")
async def test_research_reads_datasets_only():
    viewer = await make.viewer()
    pair = await make.pair(viewer)
    period = Period(make.day("2020-01-01"), make.day("2030-01-01"))
    before = await pairs.read_prices(pair, period, ["formation"])
    for leg in await pairs.legs(pair):
        await bring(await Series.get(instrument_id=leg.id), {400: 10.0})

    after = await pairs.read_prices(pair, period, ["formation"])
    assert (after.time.tolist(), after.datasets) == (before.time.tolist(), before.datasets)


@pytest.mark.usefixtures("db")
async def test_legs_of_different_timeframes_are_not_mixed():
    viewer = await make.viewer()
    await make.listed("KO", [1, 2, 3])
    pep = await make.instrument("PEP")
    hours = Bars(np.arange(3, dtype=np.int64) * 3_600_000 + MS_PER_DAY, {"close": np.ones(3)})
    await write_revision(await make.series(pep, Timeframe.H1), hours, Provenance("test", "hours"))
    pair = await pairs.create(viewer, "KO", "PEP")

    with pytest.raises(InvalidInputError) as refused:
        await pairs.read_prices(pair, Period(make.day("1970-01-01"), make.day("2030-01-01")), ["formation"])
    assert (refused.value.code, refused.value.path) == ("TIMEFRAME_MIXED", ["x"])
    assert refused.value.message == "KO has daily bars, PEP only H1: legs are compared on bars of one timeframe"
