"""A pair's formation period made ready for its statistics, and the spread that follows from it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Literal

import numpy as np

from titan_graphql.errors import InvalidInputError
from titan_graphql.models.markets import Dataset
from titan_graphql.models.pairs import Pair
from titan_graphql.quant.downsample import lttb
from titan_graphql.quant.errors import QuantError
from titan_graphql.quant.prices import to_scale
from titan_graphql.services import pairs
from titan_graphql.services.market_bars import Floats, Times, to_datetime
from titan_graphql.services.markets import check_points, check_range
from titan_graphql.services.pair_hedges import HedgeMethod, SpreadPath, spread_path
from titan_graphql.services.pairs import PairPrices, Period

PriceScale = Literal["LOG", "RAW"]
Trend = Literal["C", "CT"]
FIGURES_VERSION = "2"  # raise it when the meaning of a remembered figure changes
FORMATION_BARS_MIN = 30


@dataclass(frozen=True, slots=True)
class PairAnalysis:
    """A formation period, ready for its statistics: y and x are on the chosen price scale."""

    formation: Period
    prices: PriceScale
    hedge: HedgeMethod
    trend: Trend
    time: Times
    y: Floats
    x: Floats
    datasets: tuple[Dataset, ...]

    def identity(self) -> str:
        """Names everything the statistics depend on: the data by hash, and every choice."""
        data = [dataset.content_hash for dataset in self.datasets]
        period = [self.formation.start.isoformat(), self.formation.end.isoformat()]
        choices = "|".join([*data, *period, self.prices, self.hedge, self.trend, FIGURES_VERSION])
        return blake2b(choices.encode(), digest_size=20).hexdigest()

    @property
    def regression(self) -> Literal["c", "ct"]:
        """The deterministic part of the regression, as the kernels name it."""
        return "c" if self.trend == "C" else "ct"

    @property
    def bars(self) -> int:
        """The number of joint bars in the formation period."""
        return len(self.y)


@dataclass(frozen=True, slots=True)
class SpreadSeries:
    """Columns of a pair's spread; `hedge_ratio` is what the spread at each bar was computed with."""

    time: Times
    spread: Floats
    z_score: Floats
    hedge_ratio: Floats
    downsampled_from: int | None

    @property
    def count(self) -> int:
        """The number of points."""
        return len(self.time)


async def analyse(pair: Pair, formation: Period, prices: PriceScale, hedge: HedgeMethod, trend: Trend) -> PairAnalysis:
    """Read the formation period of a pair.

    Raises:
        InvalidInputError: no data, too little of it, or logarithms of prices that are not positive.
    """
    read = await pairs.read_prices(pair, formation, ["formation"])
    y, x = scaled_formation(read, prices)
    return PairAnalysis(formation, prices, hedge, trend, read.time, y, x, read.datasets)


def scaled_formation(read: PairPrices, prices: PriceScale) -> tuple[Floats, Floats]:
    """Both legs of a formation period on the chosen scale.

    Raises:
        InvalidInputError: FORMATION_TOO_SHORT or PRICE_NOT_POSITIVE.
    """
    if len(read) < FORMATION_BARS_MIN:
        message = f"A formation period needs {FORMATION_BARS_MIN} joint bars; this one has {len(read)}"
        raise InvalidInputError("FORMATION_TOO_SHORT", message, ["formation"])
    return scaled(read, prices)


def scaled(read: PairPrices, prices: PriceScale) -> tuple[Floats, Floats]:
    """Both legs on the chosen scale.

    Raises:
        InvalidInputError: PRICE_NOT_POSITIVE; the message names leg, price and stretch.
    """
    if prices == "LOG":
        for leg, values in (("y", read.y), ("x", read.x)):
            bad = np.flatnonzero(values <= 0.0)
            if len(bad):
                first, last = (to_datetime(int(read.time[at])) for at in (bad[0], bad[-1]))
                stretch = f"on {first:%Y-%m-%d}" if len(bad) == 1 else f"from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
                message = f"{leg} has prices down to {values[bad].min():g} {stretch}, which have no logarithm"
                raise InvalidInputError("PRICE_NOT_POSITIVE", f"{message}; use raw prices", ["prices"])
    return to_scale(read.y, prices), to_scale(read.x, prices)


async def spread_series(
    pair: Pair,
    formation: Period,
    start: datetime | None,
    end: datetime | None,
    prices: PriceScale,
    hedge: HedgeMethod,
    window: int | None,
    max_points: int | None,
) -> SpreadSeries:
    """The spread under the formation period's hedge ratio, over [start, end), by default from its start on.

    The z-score uses the mean and deviation of the formation period, or of the last `window` bars where one is given.

    Raises:
        InvalidInputError: as for `analyse`, a window that is too short or too long, or max_points out of range.
    """
    check_points(max_points)
    start, end = start or formation.start, end or datetime.max.replace(tzinfo=formation.start.tzinfo)
    check_range(start, end)
    whole = Period(min(start, formation.start), max(end, formation.end))
    read = await pairs.read_prices(pair, whole, ["from"])
    check_window(window, len(read))
    try:
        path = await asyncio.to_thread(spread_columns, read, formation, prices, hedge, window)
    except QuantError as error:
        raise InvalidInputError(error.code, str(error), ["formation"]) from error
    shown = slice(read.index_of(start), read.index_of(end))
    time, values, z_score, ratio = read.time[shown], path.spread[shown], path.z_score[shown], path.hedge_ratio[shown]
    if max_points is None or len(time) <= max_points:
        return SpreadSeries(time, values, z_score, ratio, None)
    kept = lttb(time, values, max_points)
    return SpreadSeries(time[kept], values[kept], z_score[kept], ratio[kept], len(time))


def spread_columns(
    read: PairPrices, formation: Period, prices: PriceScale, hedge: HedgeMethod, window: int | None
) -> SpreadPath:
    """Spread, z-score and hedge ratio at every bar of `read`; whatever is fixed is estimated on the formation period.

    Raises:
        InvalidInputError: FORMATION_TOO_SHORT or PRICE_NOT_POSITIVE.
        QuantError: the formation period has no hedge ratio.
    """
    scaled_formation(read.between(formation), prices)
    formed = slice(read.index_of(formation.start), read.index_of(formation.end))
    return spread_path(*scaled(read, prices), formed, hedge, window)


def check_window(window: int | None, bars: int) -> None:
    """Refuse a z-score window that has no deviation or never fills.

    Raises:
        InvalidInputError: LOOKBACK_TOO_SHORT or LOOKBACK_TOO_LONG.
    """
    if window is None:
        return
    if window <= 1:
        raise InvalidInputError("LOOKBACK_TOO_SHORT", f"A window needs at least 2 bars, not {window}", ["window"])
    if window > bars:
        message = f"A window of {window} bars is longer than the data ({bars} bars)"
        raise InvalidInputError("LOOKBACK_TOO_LONG", message, ["window"])
