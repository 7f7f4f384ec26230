"""Products of instruments with instruments: Gram matrices and symmetrised lagged moments."""

from titan_graphql.quant.screen_block import GROUPS, ROWS
from titan_graphql.quant.screen_pack import Pack, Plan
from titan_graphql.quant.simd import (
    LANES,
    Array,
    fma,
    kernel,
    load,
    splat,
    store,
)


@kernel
def multiply_nb(
    a: Array,
    a_rows: int,
    first: int,
    count: int,
    b: Array,
    b_rows: int,
    group: int,
    groups: int,
    start: int,
    depth: int,
    onto: int,
    out: Array,
    at: int,
    width: int,
) -> None:
    """Multiply rows of instruments by groups of instruments: ``out_{r,g} (+)= Σ_k a_{r,k} b_{g,k}``.

    Parameters
    ----------
    a, b : ndarray
        Lane arrays with `a_rows` and `b_rows` vectors to a group.
    first, count, group, groups : int
        The rows and the groups that are multiplied; a remainder of four rows or two groups repeats the last
        one.
    start, depth : int
        The range of k.
    onto : int
        Whether `out` is added to.
    out, at, width : ndarray, int, int
        Results go to vector at + r·width + g.
    """
    for r in range(0, count, 4):
        s0 = first + r
        s1 = first + min(r + 1, count - 1)
        s2 = first + min(r + 2, count - 1)
        s3 = first + min(r + 3, count - 1)
        p0 = (s0 // LANES * a_rows + start) * LANES + s0 % LANES
        p1 = (s1 // LANES * a_rows + start) * LANES + s1 % LANES
        p2 = (s2 // LANES * a_rows + start) * LANES + s2 % LANES
        p3 = (s3 // LANES * a_rows + start) * LANES + s3 % LANES
        for g in range(0, groups, 2):
            q0 = ((group + g) * b_rows + start) * LANES
            q1 = ((group + min(g + 1, groups - 1)) * b_rows + start) * LANES
            to = (at + r * width + g) * LANES
            down = width * LANES
            x00 = x01 = x10 = x11 = x20 = x21 = x30 = x31 = splat(0.0)
            if onto:
                x00 = load(out, to)
                x01 = load(out, to + LANES)
                x10 = load(out, to + down)
                x11 = load(out, to + down + LANES)
                x20 = load(out, to + 2 * down)
                x21 = load(out, to + 2 * down + LANES)
                x30 = load(out, to + 3 * down)
                x31 = load(out, to + 3 * down + LANES)
            for k in range(0, depth * LANES, LANES):
                y0 = load(b, q0 + k)
                y1 = load(b, q1 + k)
                x = splat(a[p0 + k])
                x00 = fma(x, y0, x00)
                x01 = fma(x, y1, x01)
                x = splat(a[p1 + k])
                x10 = fma(x, y0, x10)
                x11 = fma(x, y1, x11)
                x = splat(a[p2 + k])
                x20 = fma(x, y0, x20)
                x21 = fma(x, y1, x21)
                x = splat(a[p3 + k])
                x30 = fma(x, y0, x30)
                x31 = fma(x, y1, x31)
            store(out, to, x00)
            store(out, to + LANES, x01)
            store(out, to + down, x10)
            store(out, to + down + LANES, x11)
            store(out, to + 2 * down, x20)
            store(out, to + 2 * down + LANES, x21)
            store(out, to + 3 * down, x30)
            store(out, to + 3 * down + LANES, x31)


@kernel
def gram_nb(a: Array, b: Array, bars: int, first: int, count: int, group: int, groups: int, out: Array) -> None:
    """Write ``Σ_t a_{r,t} b_{g,t}`` of a sub-block, in stretches of bars that stay in cache."""
    stretch = 64
    for start in range(0, bars, stretch):
        depth = min(stretch, bars - start)
        multiply_nb(a, bars, first, count, b, bars, group, groups, start, depth, min(start, 1), out, 0, GROUPS)


@kernel
def lagged_moments_nb(
    rows: Pack,
    cols: Pack,
    plan: Plan,
    first: int,
    count: int,
    group: int,
    groups: int,
    products: Array,
    out: Array,
) -> None:
    """Write ``X_l = Σ_{s ≥ q} (d_i[s] d_j[s−l] + d_i[s−l] d_j[s])``, l = 0 … q, of a sub-block.

    Two groups of columns at a time: one small matrix product per frequency over the blocks' spectra, then the
    cosine transform of `make_plan` over the frequencies. Vector (r, g, l) of `out` is at ((r·GROUPS +
    g)·(q+1) + l).
    """
    depth = 2 * plan.blocks
    stride = plan.frequencies * depth
    lags = plan.lags + 1
    for g in range(0, groups, 2):
        wide = min(2, groups - g)
        for f in range(plan.frequencies):
            at = f * ROWS * 2
            multiply_nb(
                rows.spectra, stride, first, count, cols.spectra, stride, group + g, wide, f * depth, depth,
                0, products, at, 2,
            )  # fmt: skip
        for r in range(count):
            for l0 in range(0, lags, 4):
                cosine_transform_nb(plan, l0, products, r, out, (r * GROUPS + g) * lags, lags)


@kernel
def cosine_transform_nb(plan: Plan, lag: int, products: Array, row: int, out: Array, at: int, lags: int) -> None:
    """Sum the products of one row and two groups over the frequencies for four lags from `lag` on."""
    l1 = min(lag + 1, plan.lags)
    l2 = min(lag + 2, plan.lags)
    l3 = min(lag + 3, plan.lags)
    x00 = x01 = x10 = x11 = x20 = x21 = x30 = x31 = splat(0.0)
    for f in range(plan.frequencies):
        y0 = load(products, (f * ROWS + row) * 2 * LANES)
        y1 = load(products, (f * ROWS + row) * 2 * LANES + LANES)
        c = splat(plan.cosines[lag, f])
        x00 = fma(c, y0, x00)
        x01 = fma(c, y1, x01)
        c = splat(plan.cosines[l1, f])
        x10 = fma(c, y0, x10)
        x11 = fma(c, y1, x11)
        c = splat(plan.cosines[l2, f])
        x20 = fma(c, y0, x20)
        x21 = fma(c, y1, x21)
        c = splat(plan.cosines[l3, f])
        x30 = fma(c, y0, x30)
        x31 = fma(c, y1, x31)
    store(out, (at + lag) * LANES, x00)
    store(out, (at + lags + lag) * LANES, x01)
    store(out, (at + l1) * LANES, x10)
    store(out, (at + lags + l1) * LANES, x11)
    store(out, (at + l2) * LANES, x20)
    store(out, (at + lags + l2) * LANES, x21)
    store(out, (at + l3) * LANES, x30)
    store(out, (at + lags + l3) * LANES, x31)
