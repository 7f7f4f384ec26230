"""The spread of a pair, its z-scores and how fast it comes back."""

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from titan_graphql.quant.errors import ArithmeticOverflowError, ParameterError, SeriesConstantError, SeriesTooShortError
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.ornstein_uhlenbeck import persistence_bounds
from titan_graphql.quant.rolling_moments import check_window, memory, push_nb, score_nb
from titan_graphql.quant.series import Floats, column, finite, same_length


def spread(y: npt.ArrayLike, x: npt.ArrayLike, alpha: float, beta: float) -> Floats:
    """Return e = y − α − β·x, shape (T,), on the scale of y and x; NaN where either is.

    Raises
    ------
    ParameterError, ArithmeticOverflowError
    """
    y, x = column(y, "y"), column(x, "x")
    same_length(y=y, x=x)
    with np.errstate(all="ignore"):
        error: Floats = y - alpha - beta * x
    if np.isinf(error).any():
        message = f"the spread is not a finite number at bar {np.flatnonzero(np.isinf(error))[0]}"
        raise ArithmeticOverflowError(message)
    return error


def formation_z(spread: npt.ArrayLike, mean: float, sd: float) -> Floats:
    """Return z = (e − μ)/σ with μ and σ fixed beforehand, by convention on the formation period (ddof 1).

    Raises
    ------
    SeriesConstantError
        σ is 0.
    ParameterError
        NOT_FINITE or a negative σ.
    """
    if not (math.isfinite(mean) and math.isfinite(sd)) or sd < 0.0:
        message = f"mean is {mean} and sd is {sd}; both must be finite, sd not negative"
        raise ParameterError(message, code="NOT_FINITE", field="sd")
    if sd == 0.0:
        message = "the spread does not vary in the formation period"
        raise SeriesConstantError(message)
    with np.errstate(all="ignore"):
        return (column(spread, "spread") - mean) / sd


def rolling_z(spread: npt.ArrayLike, window: int) -> Floats:
    """Return z_t = (e_t − mean)/sd over the `window` bars that end at t, sd with ddof 1.

    NaN in the first window − 1 bars, wherever the window contains a NaN, and wherever sd is 0. Every window
    is the tail of one block and the head of the next, each summarised by its own mean and squared deviations
    and merged, so nothing is ever subtracted again: the error does not grow with the length of the series or
    after an outlier.

    Parameters
    ----------
    spread : (T,)
    window : bars, at least 2

    References
    ----------
    Chan, Golub and LeVeque (1983), "Algorithms for computing the sample variance", The American Statistician
    37.
    """
    values = column(spread, "spread")
    check_window(window)
    if window > values.size:
        return np.full(values.size, np.nan)
    z: Floats = _rolling_z_nb(values, window, *memory(window))
    return z


@njit(cache=True, nogil=True, error_model="numpy")
def _rolling_z_nb(values, window, block, tails, head):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    z = np.full(values.size, np.nan)
    summary = np.empty(5)
    for t in range(values.size):
        push_nb(values[t], 0.0, window, t, block, tails, head, summary)
        if t >= window - 1:
            z[t] = score_nb(values[t], summary, window)
    return z


def _rolling_z_py(values: Floats, window: int) -> Floats:
    """Readable twin of `_rolling_z_nb`: each window on its own, in two passes."""
    z = np.full(values.size, np.nan)
    for t in range(window - 1, values.size):
        seen = values[t - window + 1 : t + 1]
        deviation = seen - seen.mean()
        sd = math.sqrt(float(deviation @ deviation) / (window - 1))
        if sd > 0.0 and not np.all(seen == seen[0]):
            z[t] = deviation[-1] / sd
    return z


def half_life(spread: npt.ArrayLike) -> Estimate:
    """Return the bars after which an AR(1) spread has lost half of its deviation: −ln 2 / ln φ.

    φ is the least-squares coefficient of e_t = c + φ·e_{t−1} + u_t. The 95 % interval maps that of φ
    (`persistence_bounds`) through the same formula, which is monotone in φ. The bound is open above when φ's interval
    reaches 1, and 0 below when it reaches 0.

    Parameters
    ----------
    spread : (T,), T ≥ 4

    Returns
    -------
    Estimate
        In bars; missing when φ ∉ (0, 1), because then nothing decays by halves.

    Raises
    ------
    SeriesTooShortError, SeriesConstantError, ParameterError

    References
    ----------
    Kendall (1954), "Note on bias in the estimation of autocorrelation", Biometrika 41.
    """
    values = finite(spread, "spread")
    if values.size < 4:
        message = f"{values.size} bars are too few for a half-life; at least 4 are needed"
        raise SeriesTooShortError(message)
    values = values / max(float(np.max(np.abs(values))), np.finfo(float).tiny)
    before, after = values[:-1] - values[:-1].mean(), values[1:] - values[1:].mean()
    energy = float(before @ before)
    if energy == 0.0 or np.all(values[:-1] == values[0]):
        message = "the spread does not vary before its last bar"
        raise SeriesConstantError(message)
    phi = float(before @ after) / energy
    if not 0.0 < phi < 1.0:
        side = "does not return to its mean" if phi >= 1.0 else "changes sides at every bar"
        return Estimate.missing(f"the spread {side} (AR(1) coefficient {phi:.4g} outside (0, 1))")
    innovation = after - phi * before
    error = math.sqrt(float(innovation @ innovation) / (before.size - 2) / energy)
    low, high = persistence_bounds(phi, error, before.size)
    return Estimate.of(_halving(phi), _halving(low), _halving(high))


def _halving(phi: float) -> float:
    if phi <= 0.0:
        return 0.0
    return -math.log(2.0) / math.log(phi) if phi < 1.0 else math.inf
