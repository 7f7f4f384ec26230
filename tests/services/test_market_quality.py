"""Quality reports on real prices and on planted faults: each fault is named where it is, and nothing else."""

import numpy as np
import pytest

from tests import make, real_prices
from titan_graphql.feeds.bars import MS_PER_DAY, Bars, to_datetime
from titan_graphql.models.markets import Adjustment, InstrumentKind, Market, Timeframe
from titan_graphql.services import market_calendars, market_quality
from titan_graphql.services.market_quality import Subject

US = Market(code="US", calendar="XNYS")
NOWHERE = Market(code="OTHER", calendar=None)


def findings(bars: Bars, market: Market = US, **known: object) -> list[tuple[str, str, str, int]]:
    subject = Subject(**{"market": market, "timeframe": Timeframe.D1, **known})
    found = market_quality.findings(market_quality.report(bars, subject))
    return [(one.kind.value, str(one.start.date()), str(one.end.date()), one.count) for one in found]


def sessions(first: str = "2019-01-02", last: str = "2020-12-31") -> np.ndarray:
    ends = [int(make.day(day).timestamp() * 1000) for day in (first, last)]
    return market_calendars.expected_bars("XNYS", "D1", *ends)


def walk(length: int, seed: int = 3) -> np.ndarray:
    return np.round(100 * np.exp(0.01 * np.random.default_rng(seed).standard_normal(length).cumsum()), 4)


@pytest.mark.parametrize(
    ("ticker", "splits"),
    [("AAPL", ["2000-06-21", "2005-02-28"]), ("MSFT", ["2003-02-18"]), ("IBM", []), ("GOOG", []), ("FB", [])],
)
def test_splits_of_real_prices_are_suspected_and_crashes_are_not(ticker, splits):
    found = findings(real_prices.raw_bars(ticker))

    assert [first for kind, first, _, _ in found if kind == "SUSPECTED_SPLIT"] == splits
    if ticker == "AAPL":
        assert ("OUTLIER", "2000-09-29", "2000-09-29", 1) in found
    assert not [found for found in found if found[0] in {"GAP", "OFF_SESSION", "STALE_RUN", "NON_POSITIVE_PRICE"}]


def test_adjusted_prices_and_goods_have_no_splits_to_suspect():
    bars = real_prices.raw_bars("AAPL")

    for known in ({"adjustment": Adjustment.SPLIT}, {"kind": InstrumentKind.COMMODITY}):
        assert "SUSPECTED_SPLIT" not in {kind for kind, *_ in findings(bars, **known)}


def test_oil_below_zero_is_named_with_its_day():
    """The shape of WTI in April 2020: 18.31, −36.98, 8.91, with days that the other benchmark has not."""
    time = sessions("2020-01-02", "2020-06-30")
    close = walk(len(time)) / 5
    at = int(np.searchsorted(time, int(make.day("2020-04-20").timestamp() * 1000)))
    close[at - 1 : at + 2] = [18.31, -36.98, 8.91]
    found = findings(Bars(time, {"close": close}), kind=InstrumentKind.COMMODITY)

    assert found[0] == ("NON_POSITIVE_PRICE", "2020-04-20", "2020-04-20", 1)
    assert (
        market_quality.report(
            Bars(time, {"close": close}), Subject(market=US, timeframe=Timeframe.D1, kind=InstrumentKind.COMMODITY)
        )["grade"]
        == "BAD"
    )


def test_planted_faults_are_found_where_they_are():
    time = sessions()
    close, volume = walk(len(time)), np.full(len(time), 1000.0)
    close[100:106] = close[100]
    close[200] *= 3.0
    volume[300:303] = 0.0
    kept = np.ones(len(time), bool)
    kept[[40, 41, 42, 400]] = False
    saturday = int(make.day("2020-02-01").timestamp() * 1000)
    stamps = np.append(time[kept], saturday)
    order = np.argsort(stamps)
    bars = Bars(
        stamps[order], {"close": np.append(close[kept], 100.0)[order], "volume": np.append(volume[kept], 9.0)[order]}
    )

    def day(at: int) -> str:
        return str(to_datetime(int(time[at])).date())

    assert {found for found in findings(bars) if found[0] != "OUTLIER"} == {
        ("GAP", day(40), day(42), 3),
        ("GAP", day(400), day(400), 1),
        ("OFF_SESSION", "2020-02-01", "2020-02-01", 1),
        ("STALE_RUN", day(100), day(105), 6),
        ("ZERO_VOLUME", day(300), day(302), 3),
    }
    assert {first for kind, first, *_ in findings(bars) if kind == "OUTLIER"} >= {day(200), day(201)}


def test_flawless_bars_are_good():
    time = sessions()
    subject = Subject(market=US, timeframe=Timeframe.D1)

    assert market_quality.report(Bars(time, {"close": walk(len(time))}), subject)["grade"] == "GOOD"


def test_without_a_calendar_only_long_absences_are_told():
    time = np.arange(120, dtype=np.int64) * MS_PER_DAY + int(make.day("2024-01-01").timestamp() * 1000)
    weekday = time[(time // MS_PER_DAY + 3) % 7 < 5]
    kept = np.ones(len(weekday), bool)
    kept[10:13] = False
    kept[30:36] = False
    found = findings(Bars(weekday[kept], {"close": walk(int(kept.sum()))}), NOWHERE)

    assert [one for one in found if one[0] == "GAP"] == [
        ("GAP", str(to_datetime(int(weekday[30])).date()), str(to_datetime(int(weekday[35])).date()), 6)
    ]


def test_minutes_are_expected_from_the_open_to_the_close():
    first = int(make.day("2024-07-03").timestamp() * 1000)
    starts = market_calendars.expected_bars("XNYS", "M30", first, first + MS_PER_DAY - 1)
    # The day before Independence Day ends at 13:00 in New York: seven half hours from 13:30 UTC.
    assert [to_datetime(int(start)).strftime("%H:%M") for start in starts] == [
        "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30",
    ]  # fmt: skip


def test_a_calendar_that_nobody_knows_says_nothing():
    assert market_calendars.expected_bars("NOPE", "D1", 0, MS_PER_DAY) is None
