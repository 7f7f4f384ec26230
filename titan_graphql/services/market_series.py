"""Bars as a caller asks for them: adjusted, of any timeframe, with the live ones at the end, and not too many."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from titan_graphql.feeds.bars import COLUMNS, TIMEFRAME_MS, Bars
from titan_graphql.models.markets import Adjustment, Dataset, Instrument, Market, Series, Timeframe
from titan_graphql.quant.downsample import lttb, ohlc_buckets
from titan_graphql.services import market_actions, market_bars, market_live, market_resampling, markets
from titan_graphql.services.market_merging import merge

NO_TIMES, NO_VALUES = np.empty(0, np.int64), np.empty(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BarSeries:
    """Columns of bars as a caller asked for them, and the dataset they come from.

    `live` of them are of a feed and in no dataset yet; `reason` says why there are none.
    """

    time: npt.NDArray[np.int64] = field(default_factory=lambda: NO_TIMES)
    open: npt.NDArray[np.float64] | None = None
    high: npt.NDArray[np.float64] | None = None
    low: npt.NDArray[np.float64] | None = None
    close: npt.NDArray[np.float64] = field(default_factory=lambda: NO_VALUES)
    volume: npt.NDArray[np.float64] | None = None
    downsampled_from: int | None = None
    resampled_from: Timeframe | None = None
    dataset: Dataset | None = None
    adjustment: Adjustment = Adjustment.RAW
    live: int = 0
    reason: str | None = None
    as_of: datetime

    @property
    def count(self) -> int:
        """The number of bars."""
        return len(self.time)


@dataclass(frozen=True, slots=True)
class _Read:
    """Bars of one stored series, the dataset behind them, and the times of those that are in none."""

    bars: Bars
    dataset: Dataset | None
    adjustment: Adjustment
    live: npt.NDArray[np.int64]


async def bars(
    instrument: Instrument,
    timeframe: Timeframe,
    columns: Sequence[str],
    start: datetime | None,
    end: datetime | None,
    max_points: int | None,
    adjustment: Adjustment = Adjustment.TOTAL_RETURN,
    as_of: datetime | None = None,
) -> BarSeries:
    """The asked columns of the bars that begin in [start, end), at most `max_points` of them.

    `as_of` reads what was known then; by default all is read that is known now, live bars included. Bars of a
    timeframe that is not stored are made of shorter ones; longer ones are never split.

    Raises:
        InvalidInputError: start not before end, max_points outside 10 to 50,000, or a dividend that cannot be.
    """
    markets.check_range(start, end)
    markets.check_points(max_points)
    moment = as_of or datetime.now(UTC)
    found = (await markets.series_by_instruments([instrument.id]))[instrument.id]
    native = next((series for series in found if series.timeframe is timeframe), None)
    source = native or market_resampling.source_of(found, timeframe)
    if source is None:
        return BarSeries(as_of=moment, reason=_nothing(found, timeframe))
    needed = {*columns, "close"} if max_points is None else set(COLUMNS)
    market = await Market.get(id=instrument.market_id)  # type: ignore[attr-defined]  # made by Tortoise
    read = await _read(source, [name for name in COLUMNS if name in needed], adjustment, market, as_of)
    if native is None:
        read = _resampled(read, source.timeframe, timeframe, market)
    return _answer(replace(read, bars=read.bars.between(start, end)), native or source, timeframe, max_points, moment)


async def _read(
    series: Series, names: Sequence[str], adjustment: Adjustment, market: Market, as_of: datetime | None
) -> _Read:
    # The tail first: what is folded in between is then in both, and not in neither.
    tail = await market_live.tail(series.id) if as_of is None else Bars(NO_TIMES, {"close": NO_VALUES})
    dataset = await market_bars.dataset_as_of(series, as_of) if series.revision else None
    if dataset is None:
        return _Read(_only(tail, names), None, series.adjustment, tail.time)
    asked = {*names, "close"} if adjustment is Adjustment.TOTAL_RETURN else set(names)
    stored = await market_bars.read_bars(series, [name for name in COLUMNS if name in asked], revision=dataset.revision)
    joined = merge(stored, _only(tail, asked)).bars if len(tail) else stored
    corrected = market_actions.adjusted(joined, dataset, adjustment, market.timezone)
    applied = market_actions.applied(dataset.adjustment, adjustment)
    return _Read(_only(corrected, names), dataset, applied, tail.time)


def _resampled(read: _Read, source: Timeframe, target: Timeframe, market: Market) -> _Read:
    live = Bars(read.live, {"close": np.zeros(len(read.live))})
    grown = market_resampling.resample(live, source, target, market).time
    return replace(read, bars=market_resampling.resample(read.bars, source, target, market), live=grown)


def _answer(read: _Read, series: Series, timeframe: Timeframe, max_points: int | None, moment: datetime) -> BarSeries:
    shown = _downsampled(read.bars, max_points)
    column = shown.columns.get
    return BarSeries(
        time=shown.time,
        open=column("open"),
        high=column("high"),
        low=column("low"),
        close=column("close", NO_VALUES),
        volume=column("volume"),
        downsampled_from=len(read.bars) if len(shown) < len(read.bars) else None,
        resampled_from=None if series.timeframe is timeframe else series.timeframe,
        dataset=read.dataset,
        adjustment=read.adjustment,
        live=int(np.isin(read.bars.time, read.live).sum()),
        reason=None if len(shown) else "There are no bars in this period",
        as_of=moment,
    )


def _nothing(found: Sequence[Series], timeframe: Timeframe) -> str:
    if not found:
        return "No bars were imported"
    shortest = min(found, key=lambda series: TIMEFRAME_MS[series.timeframe]).timeframe
    return f"The shortest bars stored are {shortest}, which cannot be split into {timeframe}"


def _only(bars: Bars, names: Collection[str]) -> Bars:
    return Bars(bars.time, {name: column for name, column in bars.columns.items() if name in names})


def _downsampled(read: Bars, max_points: int | None) -> Bars:
    if max_points is None or len(read) <= max_points:
        return read
    if not {"open", "high", "low"} <= read.columns.keys():
        kept = lttb(read.time, read.close, max_points)
        return Bars(read.time[kept], {name: column[kept] for name, column in read.columns.items()})
    column = read.columns.get
    merged: dict[str, Any] = ohlc_buckets(
        read.time, column("open"), column("high"), column("low"), read.close, column("volume"), max_points
    )
    return Bars(merged.pop("time"), merged)
