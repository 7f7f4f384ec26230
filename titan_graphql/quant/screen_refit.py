"""The second pass over a sub-block: each pair's statistic, on the sample of its own lag."""

import math

import numpy as np

from titan_graphql.quant.screen_block import GROUPS, ROWS, Block, Scratch
from titan_graphql.quant.screen_factor import AMPLIFICATION_LIMIT, amplification_nb, factor_nb
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
def queue_by_lag_nb(
    first: int,
    count: int,
    group: int,
    groups: int,
    origin: tuple[int, int],
    above: int,
    lags: int,
    block: Block,
    w: Scratch,
) -> int:
    """List the directed pairs of a sub-block in the order of their lags; return how many there are.

    An entry is (direction·ROWS + row)·GROUPS·8 + column. With `above`, only columns after the row's own are
    pairs.
    """
    columns = block.lag.shape[2]
    starts = np.zeros(lags + 2, np.int64)
    for turn in range(2):
        if turn == 1:
            for p in range(lags + 1):
                starts[p + 1] += starts[p]
        for direction in range(2):
            for r in range(count):
                for k in range(groups * LANES):
                    c = group * LANES + k - origin[1]
                    if c < 0 or c >= columns or (above and group * LANES + k <= first + r):
                        continue
                    lag = block.lag[direction, first + r - origin[0], c]
                    if turn == 0:
                        starts[lag + 1] += 1
                    else:
                        w.queue[starts[lag]] = (direction * ROWS + r) * GROUPS * LANES + k
                        starts[lag] += 1
    size: int = starts[lags]
    return size


@kernel
def gather_nb(
    y: Pack,
    i: int,
    x: Pack,
    j: int,
    rho: float,
    plan: Plan,
    lag: int,
    cross: Array,
    cross_at: int,
    lane: int,
    w: Scratch,
) -> float:
    """Put the moments and ends of one residual on a lane; `ends` is Σ e² without the last bar, e_{p−1}, e_p,
    e_{T−2}, e_{T−1} and e_0.
    """
    q = plan.lags
    y_at = i // LANES * (q + 1) * LANES + i % LANES
    x_at = j // LANES * (q + 1) * LANES + j % LANES
    for k in range(lag + 1):
        g = y.own[y_at + k * LANES] - rho * cross[cross_at + k * LANES] + rho * rho * x.own[x_at + k * LANES]
        w.row[k * LANES + lane] = g
    energy: float = y.own[y_at] + rho * rho * x.own[x_at]
    y_at = i // LANES * q * LANES + i % LANES
    x_at = j // LANES * q * LANES + j % LANES
    for s in range(q):
        w.head[s * LANES + lane] = y.head[y_at + s * LANES] - rho * x.head[x_at + s * LANES]
    for s in range(lag):
        w.tail[s * LANES + lane] = y.tail[y_at + s * LANES] - rho * x.tail[x_at + s * LANES]
    bars = plan.bars
    y_at = i // LANES * bars * LANES + i % LANES
    x_at = j // LANES * bars * LANES + j % LANES
    level = bars * (1.0 - rho * rho)
    for s in range(lag):
        e = y.levels[y_at + s * LANES] - rho * x.levels[x_at + s * LANES]
        level -= e * e
    w.ends[LANES + lane] = y.levels[y_at + max(lag - 1, 0) * LANES] - rho * x.levels[x_at + max(lag - 1, 0) * LANES]
    w.ends[2 * LANES + lane] = y.levels[y_at + lag * LANES] - rho * x.levels[x_at + lag * LANES]
    w.ends[3 * LANES + lane] = y.levels[y_at + (bars - 2) * LANES] - rho * x.levels[x_at + (bars - 2) * LANES]
    w.ends[4 * LANES + lane] = y.levels[y_at + (bars - 1) * LANES] - rho * x.levels[x_at + (bars - 1) * LANES]
    w.ends[5 * LANES + lane] = y.levels[y_at] - rho * x.levels[x_at]
    w.ends[lane] = level - w.ends[4 * LANES + lane] ** 2
    return energy


@kernel
def refit_nb(lag: int, plan: Plan, w: Scratch) -> Vector:
    """Run the regression with `lag` lags on its own longer sample, s = p … T−2, for the eight gathered
    residuals.

    ``A_{0,l}`` gains the bars s = p … q−1. Returns Σ d² over all bars, from which the persistence comes.
    """
    for k in range(lag + 1):
        total = load(w.row, k * LANES)
        for s in range(lag, plan.lags):
            total = fma(load(w.head, s * LANES), load(w.head, (s - k) * LANES), total)
        store(w.row, k * LANES, total)
    energy = load(w.row, 0)
    first = load(w.ends, 2 * LANES)
    final = load(w.ends, 4 * LANES)
    start = mul(splat(0.5), sub(fnma(first, first, mul(final, final)), energy))
    for s in range(lag):
        energy = fma(load(w.head, s * LANES), load(w.head, s * LANES), energy)
    factor_nb(
        lag, w.row, w.head, w.tail, load(w.ends, 0), start, load(w.ends, LANES), load(w.ends, 3 * LANES),
        w.table, w.scale, w.inverse, w.sums,
    )  # fmt: skip
    return energy


@kernel
def write_pair_nb(
    block: Block, direction: int, r: int, c: int, plan: Plan, lag: int, energy: float, lane: int, w: Scratch
) -> None:
    """Write the statistic t = ly / √(ll · SSR/(n − p − 1)), n = T − 1 − p, and the persistence of one pair.

    The persistence is the least-squares AR(1) coefficient of the residual without constant (its mean is
    zero): ``φ = Σ e_t e_{t−1} / Σ e_{t−1}² = 1 + ½ (e²_{T−1} − e²_0 − Σ d²) / Σ_{t<T−1} e_t²``.
    """
    at = 3 * lag * LANES + lane
    ll = w.sums[at]
    ly = w.sums[at + LANES]
    rest = w.sums[at + 2 * LANES] - ly * ly / ll
    block.statistic[direction, r, c] = ly / math.sqrt(ll * (rest / (plan.bars - 2 - 2 * lag)))
    levels = w.margin[lane]
    last = w.ends[4 * LANES + lane]
    origin = w.ends[5 * LANES + lane]
    block.persistence[direction, r, c] = 1.0 + 0.5 * (last * last - origin * origin - energy) / levels


@kernel
def refit_all_nb(
    rows: Pack,
    cols: Pack,
    plan: Plan,
    first: int,
    group: int,
    size: int,
    rho: Array,
    moments: Array,
    origin: tuple[int, int],
    block: Block,
    w: Scratch,
) -> None:
    """Refit the queued pairs with the lags that were chosen, eight pairs of equal lag at a time."""
    queue = w.queue
    k = 0
    while k < size:
        some = 0
        lag = -1
        while some < LANES and k + some < size:
            code = queue[k + some]
            direction, r, c = (
                code // (ROWS * GROUPS * LANES),
                code // (GROUPS * LANES) % ROWS,
                code % (GROUPS * LANES),
            )
            i = first + r
            j = group * LANES + c
            p = block.lag[direction, i - origin[0], j - origin[1]]
            if some > 0 and p != lag:
                break
            lag = p
            at = (r * GROUPS + c // LANES) * LANES
            rho_ij = rho[at + c % LANES]
            at = at * (plan.lags + 1) + c % LANES
            if direction == 0:
                w.worst[some] = gather_nb(rows, i, cols, j, rho_ij, plan, lag, moments, at, some, w)
            else:
                w.worst[some] = gather_nb(cols, j, rows, i, rho_ij, plan, lag, moments, at, some, w)
            final = w.ends[4 * LANES + some]
            w.margin[some] = plan.bars * (1.0 - rho_ij * rho_ij) - final * final
            some += 1
        store(w.chosen, 0, refit_nb(lag, plan, w))
        bound = amplification_nb(lag, splat(float(plan.bars)), load(w.worst, 0), w.inverse, w.sums)
        store(w.worst, 0, bound)
        for lane in range(some):
            code = queue[k + lane]
            direction, r, c = (
                code // (ROWS * GROUPS * LANES),
                code // (GROUPS * LANES) % ROWS,
                code % (GROUPS * LANES),
            )
            i = first + r - origin[0]
            j = group * LANES + c - origin[1]
            write_pair_nb(block, direction, i, j, plan, lag, w.chosen[lane], lane, w)
            if not w.worst[lane] < AMPLIFICATION_LIMIT:
                block.exact[direction, i, j] = True
        k += some
