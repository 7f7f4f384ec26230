"""What a pair's formation period says: hedge ratio, cointegration, half-life, spread; each computed when asked for."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from titan_graphql.errors import InvalidInputError
from titan_graphql.models.markets import Dataset
from titan_graphql.models.pairs import Pair
from titan_graphql.quant.cointegration import engle_granger
from titan_graphql.quant.downsample import lttb
from titan_graphql.quant.errors import QuantError
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.hedge import ols_hedge
from titan_graphql.quant.prices import to_scale
from titan_graphql.quant.spread import formation_z, half_life, rolling_z, spread
from titan_graphql.services import pairs
from titan_graphql.services.markets import check_points
from titan_graphql.services.pairs import Floats, PairPrices, Period

PriceScale = Literal["LOG", "RAW"]
Trend = Literal["C", "CT"]
FORMATION_BARS_MIN = 30


@dataclass(frozen=True, slots=True)
class HedgeEstimate:
    """A hedge ratio, or the reason why there is none."""

    beta: float | None = None
    alpha: float | None = None
    r_squared: float | None = None
    beta_low: float | None = None
    beta_high: float | None = None
    reason: str | None = None

    @property
    def same_side(self) -> bool:
        """Whether β is negative, so that both legs are bought or both sold."""
        return self.beta is not None and self.beta < 0


@dataclass(frozen=True, slots=True)
class CointegrationOutcome:
    """The result of a test, or the reason why there is none."""

    statistic: float | None = None
    p_value: float | None = None
    lags: int | None = None
    critical_values: tuple[float, ...] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PairAnalysis:
    """A formation period, ready for its statistics: y and x are on the chosen price scale."""

    formation: Period
    prices: PriceScale
    trend: Trend
    y: Floats
    x: Floats
    datasets: tuple[Dataset, Dataset]

    @property
    def bars(self) -> int:
        """The number of joint bars in the formation period."""
        return len(self.y)


@dataclass(frozen=True, slots=True)
class SpreadSeries:
    """Columns of a pair's spread; `hedge_ratio` is what the spread at each bar was computed with."""

    time: np.ndarray
    spread: Floats
    z_score: Floats
    hedge_ratio: Floats
    downsampled_from: int | None

    @property
    def count(self) -> int:
        """The number of points."""
        return len(self.time)


async def analyse(pair: Pair, formation: Period, prices: PriceScale, trend: Trend) -> PairAnalysis:
    """Read the formation period of a pair.

    Raises:
        InvalidInputError: no data, too little of it, or logarithms of prices that are not positive.
    """
    read = await pairs.read_prices(pair, formation, ["formation"])
    y, x = scaled_formation(read, prices)
    return PairAnalysis(formation, prices, trend, y, x, read.datasets)


def scaled_formation(read: PairPrices, prices: PriceScale) -> tuple[Floats, Floats]:
    """Both legs of a formation period on the chosen scale.

    Raises:
        InvalidInputError: FORMATION_TOO_SHORT or PRICE_NOT_POSITIVE.
    """
    if len(read) < FORMATION_BARS_MIN:
        message = f"A formation period needs {FORMATION_BARS_MIN} joint bars; this one has {len(read)}"
        raise InvalidInputError("FORMATION_TOO_SHORT", message, ["formation"])
    try:
        return to_scale(read.y, prices), to_scale(read.x, prices)
    except QuantError as error:
        raise InvalidInputError(error.code, f"{error}; use raw prices", ["prices"]) from error


async def hedge(analysis: PairAnalysis) -> HedgeEstimate:
    """The hedge ratio of y on x by least squares."""
    try:
        fit = await asyncio.to_thread(ols_hedge, analysis.y, analysis.x)
    except QuantError as error:
        return HedgeEstimate(reason=str(error))
    return HedgeEstimate(fit.beta, fit.alpha, fit.r_squared, fit.beta_low, fit.beta_high)


async def cointegration(analysis: PairAnalysis, *, reverse: bool) -> CointegrationOutcome:
    """The Engle–Granger test of y on x, or of x on y."""
    y, x = (analysis.x, analysis.y) if reverse else (analysis.y, analysis.x)
    trend: Literal["c", "ct"] = "c" if analysis.trend == "C" else "ct"
    try:
        test = await asyncio.to_thread(engle_granger, y, x, trend=trend)
    except QuantError as error:
        return CointegrationOutcome(reason=str(error))
    return CointegrationOutcome(test.statistic, test.p_value, test.lags, test.critical_values)


async def halving_time(analysis: PairAnalysis) -> Estimate:
    """The half-life of the spread in bars."""

    def compute() -> Estimate:
        fit = ols_hedge(analysis.y, analysis.x)
        return half_life(spread(analysis.y, analysis.x, fit.alpha, fit.beta))

    try:
        return await asyncio.to_thread(compute)
    except QuantError as error:
        return Estimate.missing(str(error))


def correlation(analysis: PairAnalysis) -> float | None:
    """The correlation of both legs' changes, or None where one does not change."""
    dy, dx = np.diff(analysis.y), np.diff(analysis.x)
    if dy.std() == 0.0 or dx.std() == 0.0:
        return None
    return float(np.corrcoef(dy, dx)[0, 1])


async def spread_series(
    pair: Pair,
    formation: Period,
    start: datetime | None,
    end: datetime | None,
    prices: PriceScale,
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
    whole = Period(min(start, formation.start), max(end, formation.end))
    read = await pairs.read_prices(pair, whole, ["from"])
    check_window(window, len(read))
    try:
        columns = await asyncio.to_thread(spread_columns, read, formation, prices, window)
    except QuantError as error:
        raise InvalidInputError(error.code, str(error), ["formation"]) from error
    shown = slice(read.index_of(start), read.index_of(end))
    time, (values, z_score, ratio) = read.time[shown], (column[shown] for column in columns)
    if max_points is None or len(time) <= max_points:
        return SpreadSeries(time, values, z_score, ratio, None)
    kept = lttb(time, values, max_points)
    return SpreadSeries(time[kept], values[kept], z_score[kept], ratio[kept], len(time))


def spread_columns(
    read: PairPrices, formation: Period, prices: PriceScale, window: int | None
) -> tuple[Floats, Floats, Floats]:
    """Spread, z-score and hedge ratio at every bar of `read`, estimated on the formation period alone.

    Raises:
        InvalidInputError: FORMATION_TOO_SHORT or PRICE_NOT_POSITIVE.
        QuantError: the formation period has no hedge ratio.
    """
    formed_y, formed_x = scaled_formation(read.between(formation), prices)
    fit = ols_hedge(formed_y, formed_x)
    values = spread(to_scale(read.y, prices), to_scale(read.x, prices), fit.alpha, fit.beta)
    if window is not None:
        z_score = rolling_z(values, window)
    else:
        residual = spread(formed_y, formed_x, fit.alpha, fit.beta)
        z_score = formation_z(values, float(residual.mean()), float(residual.std(ddof=1)))
    return values, z_score, np.full(len(read), fit.beta)


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
