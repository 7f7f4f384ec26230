"""The Engle–Granger statistic of one pair from its explicit residual, for pairs whose moments cancel or whose
lags tie.
"""

import math

import numpy as np

from titan_graphql.quant.simd import LANES, Array, add, aligned, fma, fnma, kernel, load, splat, store

EXACT_FIT = 1e-24
"""Share of Σe² below which an SSR is rounding: the lagged changes explain the residual exactly, t is noise."""


@kernel
def dot_nb(a: Array, b: Array, size: int) -> float:
    """Return Σ a_i b_i of two flat arrays whose length is a multiple of sixteen."""
    even = odd = splat(0.0)
    for i in range(0, size, 2 * LANES):
        even = fma(load(a, i), load(b, i), even)
        odd = fma(load(a, i + LANES), load(b, i + LANES), odd)
    lanes = np.empty(LANES)
    store(lanes, 0, add(even, odd))
    left: float = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
    right: float = (lanes[4] + lanes[5]) + (lanes[6] + lanes[7])
    return left + right


@kernel
def subtract_nb(factor: float, a: Array, b: Array, size: int) -> None:
    """Compute b −= factor·a in place."""
    scale = splat(factor)
    for i in range(0, size, LANES):
        store(b, i, fnma(scale, load(a, i), load(b, i)))


@kernel
def residual_nb(y: Array, x: Array, size: int, out: Array) -> tuple[float, float]:
    """Write e = y − βx for centred y and x; return β and Σe²."""
    beta = dot_nb(x, y, size) / dot_nb(x, x, size)
    out[:size] = y[:size]
    subtract_nb(beta, x, out, size)
    return beta, dot_nb(out, out, size)


@kernel
def fill_columns_nb(e: Array, bars: int, lags: int, columns: Array) -> int:
    """Write d_{s−1} … d_{s−q}, e_s and d_s for s = q … T−2 as rows of `columns`, padded with zeros; return
    their width.
    """
    count = bars - 1 - lags
    width = -(-count // (2 * LANES)) * 2 * LANES
    for k in range(lags + 2):
        columns[k, :width] = 0.0
    for i in range(count):
        s = lags + i
        for k in range(lags):
            columns[k, i] = e[s - k] - e[s - k - 1]
        columns[lags, i] = e[s]
        columns[lags + 1, i] = e[s + 1] - e[s]
    return width


@kernel
def orthogonalise_nb(columns: Array, lags: int, width: int, level: Array, change: Array) -> tuple[float, float, float]:
    """Run modified Gram–Schmidt over the lagged changes and return what remains of level and change.

    Writes the coordinates of level and change along each orthonormal lagged change to `level` and `change`:
    with them the residual moments given p lags are sums of squares of what comes after p, which do not
    cancel.
    """
    largest = 0.0
    for k in range(lags):
        size = math.sqrt(dot_nb(columns[k], columns[k], width))
        level[k] = 0.0
        change[k] = 0.0
        largest = max(largest, size)
        if not size > 1e-13 * largest:
            continue
        for i in range(width):
            columns[k, i] /= size
        for j in range(k + 1, lags + 2):
            projection = dot_nb(columns[k], columns[j], width)
            subtract_nb(projection, columns[k], columns[j], width)
            if j == lags:
                level[k] = projection
            if j == lags + 1:
                change[k] = projection
    last, y = columns[lags], columns[lags + 1]
    return dot_nb(last, last, width), dot_nb(last, y, width), dot_nb(y, y, width)


@kernel
def regress_nb(e: Array, bars: int, lags: int, columns: Array, level: Array, change: Array, sums: Array) -> None:
    """Write (ll, ly, yy)_p, the residual moments of level and change given p lagged changes, for p = 0 …
    `lags`.
    """
    width = fill_columns_nb(e, bars, lags, columns)
    ll, ly, yy = orthogonalise_nb(columns, lags, width, level, change)
    for p in range(lags, -1, -1):
        if p < lags:
            ll += level[p] * level[p]
            ly += level[p] * change[p]
            yy += change[p] * change[p]
        sums[p, 0] = ll
        sums[p, 1] = ly
        sums[p, 2] = yy


@kernel
def exact_pair_nb(y: Array, x: Array, bars: int, lags: int, penalty: Array) -> tuple[float, int, float, float, float]:
    """Return (t, lag, φ, β, 1 − R²) of y on x, both centred (and detrended), from the explicit residual.

    t is NaN where the regression fits exactly.

    Parameters
    ----------
    y, x : ndarray
        Series, zero from `bars` up to a multiple of sixteen.
    bars, lags : int
        T and the largest lag.
    penalty : ndarray
        e^{cp/n} for AIC or BIC; empty fixes the lag at `lags`.
    """
    size = -(-bars // (2 * LANES)) * 2 * LANES
    e = aligned(size)
    beta, left = residual_nb(y, x, size, e)
    columns = aligned((lags + 2) * (size + 2 * LANES)).reshape(lags + 2, size + 2 * LANES)
    level = np.zeros(lags + 1)
    change = np.zeros(lags + 1)
    sums = np.zeros((lags + 1, 3))
    lag = lags
    if penalty.size > 0:
        regress_nb(e, bars, lags, columns, level, change, sums)
        best = np.inf
        for p in range(lags + 1):
            value = (sums[p, 2] - sums[p, 1] ** 2 / sums[p, 0]) * penalty[p]
            if value < best:
                best = value
                lag = p
    regress_nb(e, bars, lag, columns, level, change, sums)
    ll, ly, yy = sums[lag]
    rest = yy - ly * ly / ll
    statistic = np.nan
    if rest > EXACT_FIT * left:
        statistic = ly / math.sqrt(ll * (rest / (bars - 2 - 2 * lag)))
    cross = 0.0
    squares = 0.0
    for t in range(1, bars):
        cross += e[t] * e[t - 1]
        squares += e[t - 1] * e[t - 1]
    return statistic, lag, cross / squares, beta, left / dot_nb(y, y, size)
