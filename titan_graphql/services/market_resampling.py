"""Bars of a longer timeframe than is stored, made on read: from the sessions of the market, never across them."""

from collections.abc import Iterable

import numpy as np

from titan_graphql.feeds.bars import MS_PER_DAY, TIMEFRAME_MS, Bars
from titan_graphql.models.markets import Market, Series, Timeframe
from titan_graphql.quant.downsample import merged_columns
from titan_graphql.quant.resample import session_bins
from titan_graphql.services.market_calendars import Times, sessions

# A session may begin on the day before its date, and end on the day after.
MARGIN_MS = 2 * MS_PER_DAY


def source_of(found: Iterable[Series], timeframe: Timeframe) -> Series | None:
    """The series from which bars of a timeframe can be made: the longest that is shorter; None when there is none."""
    length = TIMEFRAME_MS[timeframe]
    shorter = [series for series in found if TIMEFRAME_MS[series.timeframe] < length]
    return max(shorter, key=lambda series: TIMEFRAME_MS[series.timeframe], default=None)


def resample(bars: Bars, source: Timeframe, target: Timeframe, market: Market) -> Bars:
    """Longer bars from shorter ones: first open, highest high, lowest low, last close, total volume.

    They are anchored at the open of their session; a daily bar is a whole session and is stamped with its date. What
    lies outside of every session is in none of them. Days of a market without a calendar are those of UTC.
    """
    if not len(bars):
        return bars
    dates, opens, closes = _sessions(market, int(bars.time[0]) - MARGIN_MS, int(bars.time[-1]) + MARGIN_MS)
    step = None if target is Timeframe.D1 else TIMEFRAME_MS[target]
    bins = session_bins(bars.time, TIMEFRAME_MS[source], opens, closes, dates, step)
    if not len(bins.time):
        return Bars(bins.time, {"close": np.empty(0)})
    kept = {name: column[bins.kept] for name, column in bars.columns.items()}
    return Bars(bins.time, merged_columns(kept, bins.starts))


def _sessions(market: Market, first: int, last: int) -> tuple[Times, Times, Times]:
    years = np.array([first, last], "datetime64[ms]").astype("datetime64[Y]").astype(int) + 1970
    # Whole decades, since making a calendar takes a while and is worth sharing.
    decades = int(years[0]) // 10 * 10, int(years[1]) // 10 * 10 + 9
    known = sessions(market.calendar, *decades) if market.calendar is not None else None
    if known is not None:
        return known
    days = np.arange(first - first % MS_PER_DAY, last + 1, MS_PER_DAY, dtype=np.int64)
    return days, days, days + MS_PER_DAY
