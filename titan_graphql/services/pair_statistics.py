"""The statistics of a formation period, each computed when it is asked for, off the event loop, and remembered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np

from titan_graphql import cache
from titan_graphql.quant import ornstein_uhlenbeck as processes
from titan_graphql.quant import spread as spreads
from titan_graphql.quant import spread_tests
from titan_graphql.quant.cointegration import engle_granger
from titan_graphql.quant.errors import QuantError
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.johansen import johansen
from titan_graphql.quant.ornstein_uhlenbeck import OrnsteinUhlenbeck
from titan_graphql.quant.spread_tests import SpreadTest
from titan_graphql.quant.stability import stability
from titan_graphql.services import pair_hedges
from titan_graphql.services.market_bars import Floats, Times
from titan_graphql.services.pair_analysis import PairAnalysis

T = TypeVar("T")
STABILITY_BARS = 252


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
    """The result of an Engle–Granger test, or the reason why there is none."""

    statistic: float | None = None
    p_value: float | None = None
    lags: int | None = None
    critical_values: list[float] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class JohansenOutcome:
    """The result of Johansen's test, or the reason why there is none; critical values at 10, 5 and 1 %."""

    trace: list[float] | None = None
    trace_critical: list[list[float]] | None = None
    max_eigenvalue: list[float] | None = None
    max_eigenvalue_critical: list[list[float]] | None = None
    rank: int | None = None
    beta: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SpreadTestOutcome:
    """The result of a test of the spread, or the reason why there is none."""

    statistic: float | None = None
    p_value: float | None = None
    lags: int | None = None
    bound: Literal["EXACT", "AT_MOST", "AT_LEAST"] = "EXACT"
    ratio: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class StabilitySeries:
    """The relation over moving windows, in columns."""

    window: int
    time: Times
    p_value: Floats
    hedge_ratio: Floats
    half_life: Floats
    reason: str | None = None


async def hedge(analysis: PairAnalysis) -> HedgeEstimate:
    """The hedge ratio of y on x by the asked method."""

    def compute() -> HedgeEstimate:
        fit = pair_hedges.estimate(analysis.y, analysis.x, analysis.hedge)
        return HedgeEstimate(fit.beta, fit.alpha, fit.r_squared, fit.beta_low, fit.beta_high)

    return await _outcome(analysis, "hedge", HedgeEstimate, compute)


async def cointegration(analysis: PairAnalysis, *, reverse: bool) -> CointegrationOutcome:
    """The Engle–Granger test of y on x, or of x on y."""
    y, x = (analysis.x, analysis.y) if reverse else (analysis.y, analysis.x)

    def compute() -> CointegrationOutcome:
        test = engle_granger(y, x, trend=analysis.regression)
        return CointegrationOutcome(test.statistic, test.p_value, test.lags, list(test.critical_values))

    name = "engle-granger-reversed" if reverse else "engle-granger"
    return await _outcome(analysis, name, CointegrationOutcome, compute)


async def johansen_test(analysis: PairAnalysis) -> JohansenOutcome:
    """Johansen's trace and maximum-eigenvalue tests."""

    def compute() -> JohansenOutcome:
        test = johansen(analysis.y, analysis.x)
        return JohansenOutcome(
            trace=list(test.trace),
            trace_critical=[list(row) for row in test.trace_critical],
            max_eigenvalue=list(test.max_eigenvalue),
            max_eigenvalue_critical=[list(row) for row in test.max_eigenvalue_critical],
            rank=test.rank,
            beta=test.beta,
        )

    return await _outcome(analysis, "johansen", JohansenOutcome, compute)


async def phillips_ouliaris(analysis: PairAnalysis) -> SpreadTestOutcome:
    """The Phillips–Ouliaris test of y on x."""
    return await _test(
        analysis,
        "phillips-ouliaris",
        lambda: spread_tests.phillips_ouliaris(analysis.y, analysis.x, analysis.regression),
    )


async def adf(analysis: PairAnalysis) -> SpreadTestOutcome:
    """The augmented Dickey–Fuller test of the spread, as if its hedge ratio had been given."""
    return await _test(analysis, "adf", lambda: spread_tests.adf(_spread(analysis)))


async def kpss(analysis: PairAnalysis) -> SpreadTestOutcome:
    """The KPSS test of the spread, whose hedge ratio was estimated on the same bars."""
    return await _test(analysis, "kpss", lambda: spread_tests.kpss(_spread(analysis), estimated=True))


async def variance_ratio(analysis: PairAnalysis) -> SpreadTestOutcome:
    """The variance ratio of the spread over ten bars, and its test."""

    def compute() -> SpreadTestOutcome:
        ratio, test = spread_tests.variance_ratio(_spread(analysis))
        return SpreadTestOutcome(test.statistic, test.p_value, test.lags, test.bound, ratio)

    return await _outcome(analysis, "variance-ratio", SpreadTestOutcome, compute)


async def half_life(analysis: PairAnalysis) -> Estimate:
    """The half-life of the spread in bars."""
    return await _estimate(analysis, "half-life", lambda: spreads.half_life(_spread(analysis)))


async def hurst(analysis: PairAnalysis) -> Estimate:
    """The Hurst exponent of the spread."""
    return await _estimate(analysis, "hurst", lambda: Estimate.of(spread_tests.hurst_exponent(_spread(analysis))))


async def ornstein_uhlenbeck(analysis: PairAnalysis) -> OrnsteinUhlenbeck:
    """The Ornstein–Uhlenbeck process behind the spread."""

    def load(stored: dict[str, Any]) -> OrnsteinUhlenbeck:
        return OrnsteinUhlenbeck(**{name: Estimate(**value) for name, value in stored.items()})

    def missing(reason: str) -> OrnsteinUhlenbeck:
        return OrnsteinUhlenbeck(*[Estimate.missing(reason)] * 4)

    def compute() -> OrnsteinUhlenbeck:
        return processes.ornstein_uhlenbeck(_spread(analysis))

    return await _figure(analysis, "ornstein-uhlenbeck", compute, load, missing)


async def stability_series(analysis: PairAnalysis) -> StabilitySeries:
    """The test and the hedge ratio over windows that move through the formation period."""
    window = min(STABILITY_BARS, analysis.bars // 2)
    try:
        found = await asyncio.to_thread(stability, analysis.y, analysis.x, window, trend=analysis.regression)
    except QuantError as error:
        nothing = np.empty(0)
        return StabilitySeries(window, np.empty(0, np.int64), nothing, nothing, nothing, str(error))
    return StabilitySeries(window, analysis.time[found.last], found.p_value, found.beta, found.half_life)


def correlation(analysis: PairAnalysis) -> float | None:
    """The correlation of both legs' changes, or None where one does not change."""
    dy, dx = np.diff(analysis.y), np.diff(analysis.x)
    if dy.std() == 0.0 or dx.std() == 0.0:
        return None
    return float(np.corrcoef(dy, dx)[0, 1])


def _spread(analysis: PairAnalysis) -> Floats:
    """The spread that the statistics are about: what the method's hedge ratio leaves of the formation period."""
    fit = pair_hedges.estimate(analysis.y, analysis.x, analysis.hedge)
    return spreads.spread(analysis.y, analysis.x, fit.alpha, fit.beta)


async def _test(analysis: PairAnalysis, name: str, compute: Callable[[], SpreadTest]) -> SpreadTestOutcome:
    def outcome() -> SpreadTestOutcome:
        test = compute()
        return SpreadTestOutcome(test.statistic, test.p_value, test.lags, test.bound)

    return await _outcome(analysis, name, SpreadTestOutcome, outcome)


async def _estimate(analysis: PairAnalysis, name: str, compute: Callable[[], Estimate]) -> Estimate:
    return await _figure(analysis, name, compute, lambda stored: Estimate(**stored), Estimate.missing)


async def _outcome(analysis: PairAnalysis, name: str, kind: Callable[..., T], compute: Callable[[], T]) -> T:
    """A remembered figure of a kind whose fields are plain values, one of them its reason."""
    return await _figure(analysis, name, compute, lambda stored: kind(**stored), kind)


async def _figure(
    analysis: PairAnalysis,
    name: str,
    compute: Callable[[], T],
    load: Callable[[Any], T],
    missing: Callable[..., T],
) -> T:
    """A remembered figure; undefined input gives what `missing` makes of the reason."""

    async def computed() -> T:
        try:
            return await asyncio.to_thread(compute)
        except QuantError as error:
            return missing(reason=str(error))

    return await cache.remembered(f"{analysis.identity()}:{name}", load, computed)
