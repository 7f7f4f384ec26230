"""The Dickey–Fuller regressions of eight residuals at once, for every lag, out of one factorisation."""

import numpy as np

from titan_graphql.quant.simd import (
    LANES,
    Array,
    Vector,
    add,
    div,
    fma,
    fnma,
    kernel,
    load,
    mul,
    splat,
    store,
    sub,
    where_less,
)

AMPLIFICATION_LIMIT = 1e5
"""Largest growth of rounding errors by cancellation that the moments may show; above it the exact kernel
decides.
"""


@kernel
def level_moments_nb(
    lags: int,
    first_row: Array,
    head: Array,
    tail: Array,
    start: Vector,
    before: Vector,
    last: Vector,
    table: Array,
) -> None:
    """Write the cross moments of the level with the lagged changes into the last row of `table`.

    ``B_j = Σ e_s d_{s−j}`` over s = q … T−2 needs no products of its own: with A_{ij} = Σ d_{s−i} d_{s−j},

        B_{j+1} = B_j + e_{q−1} d_{q−1−j} − e_{T−2} d_{T−2−j} + A_{1,j+1},
        A_{1,j+1} = A_{0,j} + d_{q−1} d_{q−1−j} − d_{T−2} d_{T−2−j}.

    Parameters
    ----------
    lags : int
        q, the number of lagged changes.
    first_row, head, tail : ndarray
        A_{0,·}, d_0 … d_{q−1} and d_{T−2}, d_{T−3} …, eight lanes each.
    start, before, last : Lanes
        B_0, e_{q−1} and e_{T−2}.
    table : ndarray
        The working table of `factor_nb`.
    """
    bottom = (lags + 1) * LANES * (lags + 2)
    newest = load(head, LANES * (lags - 1))
    oldest = load(tail, 0)
    moment = start
    for j in range(lags):
        entering = load(head, LANES * (lags - 1 - j))
        leaving = load(tail, LANES * j)
        diagonal = fnma(oldest, leaving, fma(newest, entering, load(first_row, LANES * j)))
        moment = add(fnma(last, leaving, fma(before, entering, moment)), diagonal)
        store(table, bottom + LANES * (j + 1), moment)


@kernel
def shift_row_nb(lags: int, pivot: int, row: Array, head: Array, tail: Array) -> None:
    """Turn row p−1 of the Gram matrix of lagged changes into row p, in place.

    ``A_{p,i} = A_{p−1,i−1} + d_{q−p} d_{q−i} − d_{T−1−p} d_{T−1−i}``: the sample slides by one bar.
    """
    newest = load(head, LANES * (lags - pivot))
    oldest = load(tail, LANES * (pivot - 1))
    for i in range(lags, pivot - 1, -1):
        previous = load(row, LANES * (i - 1))
        value = fma(newest, load(head, LANES * (lags - i)), previous)
        store(row, LANES * i, fnma(oldest, load(tail, LANES * (i - 1)), value))


@kernel
def eliminate_row_nb(lags: int, pivot: int, row: Array, table: Array, scale: Array) -> None:
    """Subtract the earlier pivots from row p: ``U_{p,i} = A_{p,i} − Σ_{k<p} (U_{k,p}/U_{k,k}) U_{k,i}``."""
    stride = LANES * (lags + 2)
    i = pivot
    while i + 5 <= lags:
        at = LANES * i
        x0 = load(row, at)
        x1 = load(row, at + 8)
        x2 = load(row, at + 16)
        x3 = load(row, at + 24)
        x4 = load(row, at + 32)
        x5 = load(row, at + 40)
        for k in range(1, pivot):
            s = load(scale, LANES * k)
            z = k * stride + at + LANES
            x0 = fnma(s, load(table, z), x0)
            x1 = fnma(s, load(table, z + 8), x1)
            x2 = fnma(s, load(table, z + 16), x2)
            x3 = fnma(s, load(table, z + 24), x3)
            x4 = fnma(s, load(table, z + 32), x4)
            x5 = fnma(s, load(table, z + 40), x5)
        z = pivot * stride + at + LANES
        store(table, z, x0)
        store(table, z + 8, x1)
        store(table, z + 16, x2)
        store(table, z + 24, x3)
        store(table, z + 32, x4)
        store(table, z + 40, x5)
        i += 6
    while i + 1 <= lags:
        at = LANES * i
        x0 = load(row, at)
        x1 = load(row, at + 8)
        for k in range(1, pivot):
            s = load(scale, LANES * k)
            z = k * stride + at + LANES
            x0 = fnma(s, load(table, z), x0)
            x1 = fnma(s, load(table, z + 8), x1)
        z = pivot * stride + at + LANES
        store(table, z, x0)
        store(table, z + 8, x1)
        i += 2
    if i <= lags:
        at = LANES * i
        x0 = load(row, at)
        for k in range(1, pivot):
            x0 = fnma(load(scale, LANES * k), load(table, k * stride + at + LANES), x0)
        store(table, pivot * stride + at + LANES, x0)


@kernel
def factor_nb(
    lags: int,
    row: Array,
    head: Array,
    tail: Array,
    level: Vector,
    start: Vector,
    before: Vector,
    last: Vector,
    table: Array,
    scale: Array,
    inverse: Array,
    sums: Array,
) -> None:
    """Factorise the moments of (d₁ … d_q, level, y) as LDLᵀ and keep what is left of level and y after each
    pivot.

    After p pivots the trailing 2 × 2 block holds the residual moments (ll, ly, yy)_p of the level and of the
    change y given p lagged changes, so one factorisation answers every lag length:

        SSR_p = yy_p − ly_p² / ll_p,        γ_p = ly_p / ll_p.

    Parameters
    ----------
    lags : int
        q ≥ 0, the largest lag.
    row : ndarray
        A_{0,0} … A_{0,q}; destroyed.
    head, tail : ndarray
        d_0 … d_{q−1} and d_{T−2}, d_{T−3} ….
    level, start, before, last : Lanes
        Σ e_s² and B_0 over the sample, e_{q−1}, e_{T−2}.
    table, scale, inverse : ndarray
        Working space of (q+2)², q+2 and q+2 vectors; `inverse` returns 1/U_{k,k}.
    sums : ndarray
        Returns ll_p, ly_p, yy_p as vectors 3p, 3p+1, 3p+2.
    """
    stride = LANES * (lags + 2)
    bottom = (lags + 1) * stride
    for j in range(1, lags + 1):
        store(table, LANES * j, load(row, LANES * j))
    ll = level
    ly = start
    yy = load(row, 0)
    store(sums, 0, ll)
    store(sums, LANES, ly)
    store(sums, 2 * LANES, yy)
    if lags > 0:
        level_moments_nb(lags, row, head, tail, start, before, last, table)
    for pivot in range(1, lags + 1):
        for k in range(1, pivot):
            ratio = mul(load(table, k * stride + LANES * (pivot + 1)), load(inverse, LANES * k))
            store(scale, LANES * k, ratio)
        shift_row_nb(lags, pivot, row, head, tail)
        y = load(table, LANES * pivot)
        x = load(table, bottom + LANES * pivot)
        for k in range(1, pivot):
            s = load(scale, LANES * k)
            y = fnma(s, load(table, k * stride), y)
            x = fnma(s, load(table, k * stride + LANES), x)
        store(table, pivot * stride, y)
        store(table, pivot * stride + LANES, x)
        eliminate_row_nb(lags, pivot, row, table, scale)
        reciprocal = div(splat(1.0), load(table, pivot * stride + LANES * (pivot + 1)))
        store(inverse, LANES * pivot, reciprocal)
        scaled_y = mul(y, reciprocal)
        scaled_x = mul(x, reciprocal)
        ll = fnma(scaled_x, x, ll)
        ly = fnma(scaled_y, x, ly)
        yy = fnma(scaled_y, y, yy)
        at = 3 * LANES * pivot
        store(sums, at, ll)
        store(sums, at + LANES, ly)
        store(sums, at + 2 * LANES, yy)


@kernel
def residual_sum_nb(sums: Array, lag: int) -> Vector:
    """Return ``SSR_p = yy_p − ly_p² / ll_p`` on eight lanes."""
    at = 3 * LANES * lag
    ly = load(sums, at + LANES)
    return sub(load(sums, at + 2 * LANES), div(mul(ly, ly), load(sums, at)))


@kernel
def amplification_nb(lags: int, level_scale: Vector, change_scale: Vector, inverse: Array, sums: Array) -> Vector:
    """Bound how much cancellation has magnified the rounding of the moments, on eight lanes.

    The moments of a residual are differences of numbers of size `level_scale` (levels) and `change_scale`
    (changes); what is left of them are the pivots U_{k,k}, ll_q and SSR_q. The largest ratio is the
    amplification.
    """
    smallest = residual_sum_nb(sums, lags)
    worst = div(change_scale, smallest)
    worst = where_less(splat(0.0), smallest, worst, splat(np.inf))
    for k in range(1, lags + 1):
        pivot = mul(change_scale, load(inverse, LANES * k))
        pivot = where_less(splat(0.0), pivot, pivot, splat(np.inf))
        worst = where_less(worst, pivot, pivot, worst)
    left = load(sums, 3 * LANES * lags)
    level = div(level_scale, left)
    level = where_less(splat(0.0), left, level, splat(np.inf))
    return where_less(worst, level, level, worst)


@kernel
def choose_lag_nb(lags: int, penalty: Array, sums: Array, chosen: Array, margin: Array) -> None:
    """Choose the lag with the smallest information criterion on eight lanes; ties go to the shorter lag.

    AIC and BIC are n·ln(SSR_p/n) + c·(p+1) with c = 2 and ln n: their order is that of SSR_p · e^{cp/n},
    which needs no logarithm.

    Parameters
    ----------
    lags : int
        The largest lag.
    penalty : ndarray, shape (lags + 1,)
        e^{cp/n}.
    sums : ndarray
        What `factor_nb` left.
    chosen : ndarray
        Returns the lags, as float64.
    margin : ndarray
        Returns the second best over the best, minus one.
    """
    best = residual_sum_nb(sums, 0)
    second = splat(1e300)
    lag = splat(0.0)
    for p in range(1, lags + 1):
        value = mul(residual_sum_nb(sums, p), splat(penalty[p]))
        loser = where_less(value, best, best, value)
        second = where_less(loser, second, loser, second)
        lag = where_less(value, best, splat(float(p)), lag)
        best = where_less(value, best, value, best)
    store(chosen, 0, lag)
    store(margin, 0, sub(div(second, best), splat(1.0)))
