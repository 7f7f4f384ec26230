"""The hedge ratio of a pair by each method: one number for a period, or a path through it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from titan_graphql.quant.hedge import Hedge, ols_hedge
from titan_graphql.quant.hedge_paths import rolling_ols
from titan_graphql.quant.johansen import johansen_hedge
from titan_graphql.quant.kalman import KalmanSettings, kalman_hedge
from titan_graphql.quant.spread import formation_z, rolling_z, spread
from titan_graphql.quant.total_least_squares import tls_hedge
from titan_graphql.services.market_bars import Floats

HedgeMethod = Literal["OLS", "TLS", "JOHANSEN", "ROLLING_OLS", "KALMAN"]
FIXED = {"OLS": ols_hedge, "TLS": tls_hedge, "JOHANSEN": johansen_hedge}
ROLLING_BARS = 252
NORMAL_95 = 1.96  # standard deviations on either side of the mean that hold 95 % of a normal distribution


@dataclass(frozen=True, slots=True)
class SpreadPath:
    """A spread with its z-score and the hedge ratio behind each bar; NaN while a window fills."""

    spread: Floats
    z_score: Floats
    hedge_ratio: Floats


def estimate(y: Floats, x: Floats, method: HedgeMethod) -> Hedge:
    """The hedge ratio of a period: of all of it, or as it stands at the end where the method lets it move.

    A rolling estimate is that of the last 252 bars (half of all, if fewer). The Kalman filter's interval is
    ±1.96 standard deviations of its filtered state.

    Raises:
        QuantError: the period has no such hedge ratio.
    """
    if method in FIXED:
        return FIXED[method](y, x)
    if method == "ROLLING_OLS":
        last = rolling_bars(len(y))
        return ols_hedge(y[-last:], x[-last:])
    path = kalman_hedge(y, x, kalman_settings(y, x))
    reach = NORMAL_95 * float(np.sqrt(path.beta_variance[-1]))
    alpha, beta = float(path.alpha[-1]), float(path.beta[-1])
    unexplained = float(np.sum(path.innovation[1:] ** 2)) / float(np.sum((y[1:] - y[1:].mean()) ** 2))
    return Hedge(beta, alpha, 1.0 - unexplained, beta - reach, beta + reach)


def spread_path(y: Floats, x: Floats, formation: slice, method: HedgeMethod, window: int | None) -> SpreadPath:
    """Spread and z-score over all bars, each known at its own bar.

    A fixed hedge comes from the formation bars alone. A rolling hedge uses the bars up to each one; with the Kalman
    filter the spread is its surprise, before it learned from the bar, and without a window its z-score is that
    surprise over its own deviation.

    Raises:
        QuantError: the formation bars have no such hedge ratio.
    """
    if method == "KALMAN":
        filtered = kalman_hedge(y, x, kalman_settings(y[formation], x[formation]))
        values, ratio = filtered.innovation, filtered.beta
        z_score = rolling_z(values, window) if window is not None else values / filtered.deviation
        return SpreadPath(values, z_score, ratio)
    if method == "ROLLING_OLS":
        rolled = rolling_ols(y, x, rolling_bars(formation.stop - formation.start))
        values, ratio = y - rolled.alpha - rolled.beta * x, rolled.beta
    else:
        fit = estimate(y[formation], x[formation], method)
        values, ratio = spread(y, x, fit.alpha, fit.beta), np.full(len(y), fit.beta)
    if window is not None:
        return SpreadPath(values, rolling_z(values, window), ratio)
    formed = values[formation]
    formed = formed[~np.isnan(formed)]
    return SpreadPath(values, formation_z(values, float(formed.mean()), float(formed.std(ddof=1))), ratio)


def rolling_bars(formation_bars: int) -> int:
    """The window of a rolling hedge: half of a short formation, so that its spread has a deviation there."""
    return min(ROLLING_BARS, formation_bars // 2)


def kalman_settings(y: Floats, x: Floats) -> KalmanSettings:
    """Observation noise and first state as least squares finds them on the formation bars."""
    fit = ols_hedge(y, x)
    noise = float(np.var(spread(y, x, fit.alpha, fit.beta), ddof=2))
    return KalmanSettings(
        delta=1e-5, observation_variance=noise, initial_alpha=fit.alpha, initial_beta=fit.beta, initial_variance=noise
    )
