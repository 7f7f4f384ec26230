"""Cross moments of instruments and, from them alone, the Engle–Granger statistics of all pairs of a
rectangle.
"""

from titan_graphql.quant.screen_block import GROUPS, ROWS, Block, make_scratch_nb
from titan_graphql.quant.screen_pack import Pack, Plan
from titan_graphql.quant.screen_products import gram_nb, lagged_moments_nb
from titan_graphql.quant.screen_refit import queue_by_lag_nb, refit_all_nb
from titan_graphql.quant.screen_search import search_lags_nb
from titan_graphql.quant.simd import (
    LANES,
    Array,
    aligned,
    kernel,
)


@kernel
def copy_block_nb(
    first: int, count: int, group: int, groups: int, origin: tuple[int, int], source: Array, target: Array
) -> None:
    """Copy a sub-block's lanes to its place in a rectangle."""
    columns = target.shape[1]
    for r in range(count):
        for k in range(groups * LANES):
            c = group * LANES + k - origin[1]
            if 0 <= c < columns:
                target[first + r - origin[0], c] = source[r * GROUPS * LANES + k]


@kernel
def copy_comovement_nb(
    rows: Pack,
    cols: Pack,
    plan: Plan,
    first: int,
    count: int,
    group: int,
    groups: int,
    origin: tuple[int, int],
    moments: Array,
    target: Array,
) -> None:
    """Write ``Σ_s d_i[s] d_j[s]`` over all changes: half of X_0 plus the bars before the sample."""
    columns = target.shape[1]
    for r in range(count):
        i = first + r
        for k in range(groups * LANES):
            c = group * LANES + k - origin[1]
            if c < 0 or c >= columns:
                continue
            total = 0.5 * moments[(r * GROUPS + k // LANES) * (plan.lags + 1) * LANES + k % LANES]
            y = i // LANES * plan.lags * LANES + i % LANES
            x = (group + k // LANES) * plan.lags * LANES + k % LANES
            for s in range(plan.lags):
                total += rows.head[y + s * LANES] * cols.head[x + s * LANES]
            target[i - origin[0], c] = total


@kernel
def cross_block_nb(
    rows: Pack,
    row: int,
    row_stop: int,
    cols: Pack,
    col: int,
    col_stop: int,
    above: int,
    plan: Plan,
    penalty: Array,
    block: Block,
) -> None:
    """Compute every directed pair of a rectangle of instruments: the steps of the screen, sub-block by
    sub-block.

    Parameters
    ----------
    rows, cols : Pack
        The instruments of the rows and the columns on one common sample.
    row, row_stop, col, col_stop : int
        The rectangle, as positions in the packs.
    above : int
        The packs are the same and only pairs with column > row are wanted.
    plan : Plan
        The transforms of the sample.
    penalty : ndarray
        Weights of `choose_lag_nb`; empty for a fixed lag.
    block : Block
        Returns the results; what lies on and below the diagonal is unspecified with `above`.

    Notes
    -----
    Each pair's arithmetic is independent of the rectangle, of its place in it and of the other pairs, and
    symmetric in rows and columns: results are equal to the last bit however the pairs are cut into blocks.
    """
    origin = (row, col)
    rho = aligned(ROWS * GROUPS * LANES)
    gap = aligned(ROWS * GROUPS * LANES)
    w = make_scratch_nb(plan)
    last_group = (col_stop - 1) // LANES + 1
    for first in range(row, row_stop, ROWS):
        count = min(ROWS, row_stop - first)
        left = max(col, first + 1) if above else col
        for group in range(left // LANES, last_group, GROUPS):
            groups = min(GROUPS, last_group - group)
            gram_nb(rows.levels, cols.levels, plan.bars, first, count, group, groups, rho)
            for k in range(rho.size):
                rho[k] /= plan.bars
            copy_block_nb(first, count, group, groups, origin, rho, block.correlation)
            if rows.paths.size > 0:
                gram_nb(rows.paths, cols.paths, plan.bars, first, count, group, groups, gap)
                copy_block_nb(first, count, group, groups, origin, gap, block.gap)
            lagged_moments_nb(rows, cols, plan, first, count, group, groups, w.products, w.moments)
            copy_comovement_nb(rows, cols, plan, first, count, group, groups, origin, w.moments, block.comovement)
            if penalty.size > 0:
                search_lags_nb(rows, cols, plan, penalty, first, count, group, groups, rho, w.moments, origin, block, w)
            size = queue_by_lag_nb(first, count, group, groups, origin, above, plan.lags, block, w)
            refit_all_nb(rows, cols, plan, first, group, size, rho, w.moments, origin, block, w)
