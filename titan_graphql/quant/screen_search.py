"""The first pass over a sub-block: each pair's lag, on the sample that all lags share."""

from titan_graphql.quant.screen_block import GROUPS, Block, Scratch
from titan_graphql.quant.screen_factor import AMPLIFICATION_LIMIT, amplification_nb, choose_lag_nb, factor_nb
from titan_graphql.quant.screen_pack import Pack, Plan
from titan_graphql.quant.simd import (
    LANES,
    Array,
    Vector,
    fma,
    fnma,
    kernel,
    load,
    mul,
    splat,
    store,
    sub,
)


@kernel
def operand_nb(array: Array, at: int, single: int) -> Vector:
    """Read one instrument onto all lanes, or eight instruments onto one lane each."""
    if single:
        return splat(array[at])
    return load(array, at)


@kernel
def search_lag_nb(
    y: Pack,
    y_group: int,
    y_lane: int,
    x: Pack,
    x_group: int,
    x_lane: int,
    plan: Plan,
    penalty: Array,
    rho: Vector,
    moments: Array,
    at: int,
    w: Scratch,
) -> None:
    """Choose the lag of eight residuals z_y − ρ z_x on the sample that all lags share, s = q … T−2.

    One side is a single instrument (its lane is given), the other a group (lane −1). The first row of the
    Gram matrix of the residual's changes is ``A_{0,l} = G_l(y) − ρ X_l + ρ² G_l(x)``; the sum of its squared
    levels is T(1 − ρ²) without the bars outside of the sample.
    """
    q = plan.lags
    alone = 1 if y_lane >= 0 else 0
    other = 1 - alone
    y_at = max(y_lane, 0)
    x_at = max(x_lane, 0)
    square = mul(rho, rho)
    for lag in range(q + 1):
        g_y = operand_nb(y.own, (y_group * (q + 1) + lag) * LANES + y_at, alone)
        g_x = operand_nb(x.own, (x_group * (q + 1) + lag) * LANES + x_at, other)
        cross = load(moments, (at + lag) * LANES)
        store(w.row, lag * LANES, fma(square, g_x, fnma(rho, cross, g_y)))
    for s in range(q):
        i = (y_group * q + s) * LANES + y_at
        j = (x_group * q + s) * LANES + x_at
        store(w.head, s * LANES, fnma(rho, operand_nb(x.head, j, other), operand_nb(y.head, i, alone)))
        store(w.tail, s * LANES, fnma(rho, operand_nb(x.tail, j, other), operand_nb(y.tail, i, alone)))
    bars = plan.bars
    i = y_group * bars * LANES + y_at
    j = x_group * bars * LANES + x_at
    level = splat(float(bars))
    level = fnma(mul(level, rho), rho, level)
    for s in range(q):
        e = fnma(rho, operand_nb(x.levels, j + s * LANES, other), operand_nb(y.levels, i + s * LANES, alone))
        level = fnma(e, e, level)
    for k in range(4):
        s = (max(q - 1, 0), q, bars - 2, bars - 1)[k]
        e = fnma(rho, operand_nb(x.levels, j + s * LANES, other), operand_nb(y.levels, i + s * LANES, alone))
        store(w.ends, k * LANES, e)
    first = load(w.ends, LANES)
    final = load(w.ends, 3 * LANES)
    level = fnma(final, final, level)
    start = mul(splat(0.5), sub(fnma(first, first, mul(final, final)), load(w.row, 0)))
    factor_nb(
        q, w.row, w.head, w.tail, level, start, load(w.ends, 0), load(w.ends, 2 * LANES), w.table, w.scale,
        w.inverse, w.sums,
    )  # fmt: skip
    choose_lag_nb(q, penalty, w.sums, w.chosen, w.margin)
    energy = operand_nb(x.own, x_group * (q + 1) * LANES + x_at, other)
    energy = fma(square, energy, operand_nb(y.own, y_group * (q + 1) * LANES + y_at, alone))
    store(w.worst, 0, amplification_nb(q, splat(float(bars)), energy, w.inverse, w.sums))


@kernel
def search_lags_nb(
    rows: Pack,
    cols: Pack,
    plan: Plan,
    penalty: Array,
    first: int,
    count: int,
    group: int,
    groups: int,
    rho: Array,
    moments: Array,
    origin: tuple[int, int],
    block: Block,
    w: Scratch,
) -> None:
    """Choose the lags of all pairs of a sub-block in both directions, and mark those the exact kernel must
    decide.

    Two lags tie when their criteria differ by less than the rounding of the moments allows to tell.
    """
    columns = block.lag.shape[2]
    for r in range(count):
        one = (first + r) // LANES
        lane = (first + r) % LANES
        for g in range(groups):
            at = r * GROUPS + g
            correlation = load(rho, at * LANES)
            for direction in range(2):
                many = group + g
                if direction == 0:
                    search_lag_nb(
                        rows,
                        one,
                        lane,
                        cols,
                        many,
                        -1,
                        plan,
                        penalty,
                        correlation,
                        moments,
                        at * (plan.lags + 1),
                        w,
                    )
                else:
                    search_lag_nb(
                        cols,
                        many,
                        -1,
                        rows,
                        one,
                        lane,
                        plan,
                        penalty,
                        correlation,
                        moments,
                        at * (plan.lags + 1),
                        w,
                    )
                for k in range(LANES):
                    c = (group + g) * LANES + k - origin[1]
                    if 0 <= c < columns:
                        tie = 1e-15 * plan.bars * w.worst[k]
                        sure = w.worst[k] < AMPLIFICATION_LIMIT and w.margin[k] > tie
                        block.lag[direction, first + r - origin[0], c] = int(w.chosen[k])
                        block.exact[direction, first + r - origin[0], c] = not sure
