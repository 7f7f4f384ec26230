"""How much a hedged pair has moved lately: the trailing volatility that a volatility target scales by."""

import math

import numpy as np
from numba import njit

from titan_graphql.quant.series import Floats


def pair_volatility(return_y: Floats, return_x: Floats, ratio: Floats, window: int) -> Floats:
    """Return the per-bar standard deviation (ddof 1) of one unit of gross exposure in the pair.

    σ_t is the deviation of (r_y − b·r_x)/(1 + |b|) over the `window` returns that end at t, with the value ratio b of
    bar t: the volatility today's hedge would have had. NaN while fewer returns are known, where b is NaN, and where
    nothing moved.

    Parameters
    ----------
    return_y, return_x : (T,) simple total returns; the first is NaN
    ratio : (T,) value on x per value on y
    window : returns, at least 2
    """
    sigma: Floats = _pair_volatility_nb(return_y, return_x, ratio, window)
    return sigma


@njit(cache=True, nogil=True, error_model="numpy")
def _pair_volatility_nb(return_y, return_x, ratio, window):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    bars = ratio.size
    sigma = np.full(bars, np.nan)
    for t in range(window, bars):
        b = ratio[t]
        mean = 0.0
        for i in range(t - window + 1, t + 1):
            mean += return_y[i] - b * return_x[i]
        mean /= window
        squares = 0.0
        for i in range(t - window + 1, t + 1):
            squares += (return_y[i] - b * return_x[i] - mean) ** 2
        if squares > 0.0:
            sigma[t] = math.sqrt(squares / (window - 1)) / (1.0 + abs(b))
    return sigma


def _pair_volatility_py(return_y: Floats, return_x: Floats, ratio: Floats, window: int) -> Floats:
    """Readable twin of `_pair_volatility_nb`."""
    sigma = np.full(ratio.size, np.nan)
    for t in range(window, ratio.size):
        seen = slice(t - window + 1, t + 1)
        moves = (return_y[seen] - ratio[t] * return_x[seen]) / (1.0 + abs(ratio[t]))
        deviation = float(moves.std(ddof=1))
        sigma[t] = deviation if deviation > 0.0 else math.nan
    return sigma
