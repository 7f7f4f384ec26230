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

PADDING = 6
"""Vectors by which a row of the working table is longer than its lags: y, level and what two rows at a time overrun."""

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
    bottom = (lags + 1) * LANES * (lags + PADDING)
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
def shift_row_nb(lags: int, pivot: int, above: Array, row: Array, head: Array, tail: Array) -> None:
    """Write row p of the Gram matrix of lagged changes, from its diagonal on, given the row above.

    ``A_{p,i} = A_{p−1,i−1} + d_{q−p} d_{q−i} − d_{T−1−p} d_{T−1−i}``: the sample slides by one bar.
    """
    newest = load(head, LANES * (lags - pivot))
    oldest = load(tail, LANES * (pivot - 1))
    for i in range(pivot, lags + 1):
        value = fma(newest, load(head, LANES * (lags - i)), load(above, LANES * (i - 1)))
        store(row, LANES * i, fnma(oldest, load(tail, LANES * (i - 1)), value))


@kernel
def scale_pivots_nb(lags: int, pivot: int, table: Array, inverse: Array, scale: Array) -> None:
    """Write U_{k,p}/U_{k,k} and U_{k,p+1}/U_{k,k}, k < p, as vectors 2k and 2k + 1 of `scale`."""
    stride = LANES * (lags + PADDING)
    for k in range(1, pivot):
        reciprocal = load(inverse, LANES * k)
        at = k * stride + LANES * (pivot + 1)
        store(scale, 2 * LANES * k, mul(load(table, at), reciprocal))
        store(scale, 2 * LANES * k + LANES, mul(load(table, at + LANES), reciprocal))


@kernel
def eliminate_rows_nb(lags: int, pivot: int, upper: Array, lower: Array, table: Array, scale: Array) -> None:
    """Subtract the pivots before p from rows p and p+1: ``U_{r,i} = A_{r,i} − Σ_{k<p} (U_{k,r}/U_{k,k}) U_{k,i}``.

    Two rows and four columns at a time, because loads and not products limit the speed; up to three columns beyond
    the last one, and what is left of the diagonal in row p+1, are computed and never read.
    """
    stride = LANES * (lags + PADDING)
    for i in range(pivot, lags + 1, 4):
        at = LANES * i
        x0, x1 = load(upper, at), load(upper, at + 8)
        x2, x3 = load(upper, at + 16), load(upper, at + 24)
        y0, y1 = load(lower, at), load(lower, at + 8)
        y2, y3 = load(lower, at + 16), load(lower, at + 24)
        z = stride + at + LANES
        for k in range(1, pivot):
            s = load(scale, 2 * LANES * k)
            t = load(scale, 2 * LANES * k + LANES)
            u = load(table, z)
            x0 = fnma(s, u, x0)
            y0 = fnma(t, u, y0)
            u = load(table, z + 8)
            x1 = fnma(s, u, x1)
            y1 = fnma(t, u, y1)
            u = load(table, z + 16)
            x2 = fnma(s, u, x2)
            y2 = fnma(t, u, y2)
            u = load(table, z + 24)
            x3 = fnma(s, u, x3)
            y3 = fnma(t, u, y3)
            z += stride
        z = pivot * stride + at + LANES
        store(table, z, x0)
        store(table, z + 8, x1)
        store(table, z + 16, x2)
        store(table, z + 24, x3)
        z += stride
        store(table, z, y0)
        store(table, z + 8, y1)
        store(table, z + 16, y2)
        store(table, z + 24, y3)


@kernel
def eliminate_targets_nb(lags: int, pivot: int, table: Array, scale: Array) -> None:
    """Do the same for the moments of rows p and p+1 with the change y and with the level, columns 0 and 1 of a row."""
    stride = LANES * (lags + PADDING)
    bottom = (lags + 1) * stride
    y0, y1 = load(table, LANES * pivot), load(table, LANES * (pivot + 1))
    x0, x1 = load(table, bottom + LANES * pivot), load(table, bottom + LANES * (pivot + 1))
    for k in range(1, pivot):
        s = load(scale, 2 * LANES * k)
        t = load(scale, 2 * LANES * k + LANES)
        u = load(table, k * stride)
        y0 = fnma(s, u, y0)
        y1 = fnma(t, u, y1)
        u = load(table, k * stride + LANES)
        x0 = fnma(s, u, x0)
        x1 = fnma(t, u, x1)
    store(table, pivot * stride, y0)
    store(table, pivot * stride + LANES, x0)
    if pivot < lags:
        store(table, (pivot + 1) * stride, y1)
        store(table, (pivot + 1) * stride + LANES, x1)


@kernel
def subtract_pivot_nb(lags: int, pivot: int, table: Array, inverse: Array) -> None:
    """Subtract row p from row p+1, the last elimination that row p+1 lacks."""
    stride = LANES * (lags + PADDING)
    at = pivot * stride
    ratio = mul(load(table, at + LANES * (pivot + 2)), load(inverse, LANES * pivot))
    for k in range(lags + 2):
        if k < 2 or k > pivot + 1:
            z = at + LANES * k
            store(table, z + stride, fnma(ratio, load(table, z), load(table, z + stride)))


@kernel
def condition_nb(lags: int, pivot: int, table: Array, inverse: Array, sums: Array) -> None:
    """Invert pivot p and take its part out of the moments of level and y: (ll, ly, yy)_p from (ll, ly, yy)_{p−1}."""
    at = pivot * LANES * (lags + PADDING)
    reciprocal = div(splat(1.0), load(table, at + LANES * (pivot + 1)))
    store(inverse, LANES * pivot, reciprocal)
    y, x = load(table, at), load(table, at + LANES)
    before = 3 * LANES * (pivot - 1)
    after = 3 * LANES * pivot
    scaled = mul(x, reciprocal)
    store(sums, after, fnma(scaled, x, load(sums, before)))
    scaled = mul(y, reciprocal)
    store(sums, after + LANES, fnma(scaled, x, load(sums, before + LANES)))
    store(sums, after + 2 * LANES, fnma(scaled, y, load(sums, before + 2 * LANES)))


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
    """Factorise the moments of (d₁ … d_q, level, y) as LDLᵀ and keep what is left of level and y after each pivot.

    After p pivots the trailing 2 × 2 block holds the residual moments (ll, ly, yy)_p of the level and of the change y
    given p lagged changes, so one factorisation answers every lag length:

        SSR_p = yy_p − ly_p² / ll_p,        γ_p = ly_p / ll_p.

    Parameters
    ----------
    lags : int
        q ≥ 0, the largest lag.
    row : ndarray
        A_{0,0} … A_{0,q} and room for as much again: 2 (q + `PADDING`) vectors, destroyed.
    head, tail : ndarray
        d_0 … d_{q−1} and d_{T−2}, d_{T−3} ….
    level, start, before, last : Lanes
        Σ e_s² and B_0 over the sample, e_{q−1}, e_{T−2}.
    table, scale, inverse : ndarray
        Working space of (q + 2)(q + `PADDING`), 2 (q + 2) and q + 2 vectors; `inverse` returns 1/U_{k,k}.
    sums : ndarray
        Returns ll_p, ly_p, yy_p as vectors 3p, 3p + 1, 3p + 2.
    """
    store(sums, 0, level)
    store(sums, LANES, start)
    store(sums, 2 * LANES, load(row, 0))
    if lags == 0:
        return
    level_moments_nb(lags, row, head, tail, start, before, last, table)
    for j in range(1, lags + 1):
        store(table, LANES * j, load(row, LANES * j))
    middle = LANES * (lags + PADDING)
    upper, lower = row[middle:], row[:middle]
    for pivot in range(1, lags + 1, 2):
        shift_row_nb(lags, pivot, lower, upper, head, tail)
        if pivot < lags:
            shift_row_nb(lags, pivot + 1, upper, lower, head, tail)
        scale_pivots_nb(lags, pivot, table, inverse, scale)
        eliminate_rows_nb(lags, pivot, upper, lower, table, scale)
        eliminate_targets_nb(lags, pivot, table, scale)
        condition_nb(lags, pivot, table, inverse, sums)
        if pivot < lags:
            subtract_pivot_nb(lags, pivot, table, inverse)
            condition_nb(lags, pivot + 1, table, inverse, sums)


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
