"""The all-pairs Engle–Granger screen: every directed pair of a panel, tile by tile, equal to statsmodels.

``prepare`` a panel, enumerate ``tiles``, call ``screen_tile`` on each — in any order, on any thread or
machine: results are equal to the last bit — or let ``screen`` do all three.
"""

import itertools
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.pvalue import Trend
from titan_graphql.quant.screen_block import Block
from titan_graphql.quant.screen_cross import cross_block_nb
from titan_graphql.quant.screen_pack import Plan
from titan_graphql.quant.screen_prepare import (
    Criterion,
    Group,
    Prepared,
    Sample,
    Scale,
    Side,
    make_sample,
    make_side,
    prepare,
)
from titan_graphql.quant.screen_records import fill_records, fill_untested
from titan_graphql.quant.screen_tiles import PAIR, Reason, Tile, TileResult, tiles

MATRIX_LIMIT = 2_000
"""Largest universe whose full table `screen` returns: 4 million directed pairs, 350 MB; larger ones are
reduced.
"""


@dataclass(frozen=True, slots=True)
class ScreenResult:
    """Every directed pair of a panel: `records` of type `PAIR` in ascending order of (y, x)."""

    count: int
    records: np.ndarray

    def matrix(self, name: str) -> np.ndarray:
        """Return one field as an (n, n) array indexed [y, x]; the diagonal is NaN, −1 or `Reason.SELF`."""
        column = self.records[name]
        empty = {"f": np.nan, "i": -1, "u": Reason.SELF}[column.dtype.kind]
        table = np.full((self.count, self.count), empty, dtype=column.dtype)
        table[~np.eye(self.count, dtype=np.bool_)] = column
        return table


def empty_block(rows: int, columns: int, lags: int) -> Block:
    """Allocate the results of a rectangle; every lag is `lags` until a search changes it."""
    one, both = (rows, columns), (2, rows, columns)
    return Block(
        np.zeros(one),
        np.zeros(one),
        np.zeros(one),
        np.zeros(both),
        np.full(both, lags, np.int64),
        np.zeros(both),
        np.zeros(both, dtype=np.bool_),
    )


def screen_rectangle(prepared: Prepared, sample: Sample, plan: Plan, rows: Side, cols: Side, *, above: bool) -> Block:
    """Run the kernel over two sides that share a sample."""
    block = empty_block(rows.members.size, cols.members.size, plan.lags)
    cross_block_nb(
        rows.pack,
        rows.start,
        rows.stop,
        cols.pack,
        cols.start,
        cols.stop,
        int(above),
        plan,
        sample.penalty,
        block,
    )
    return block


def common_sample(prepared: Prepared, a: Group, b: Group) -> Sample:
    """Return the bars that both groups have."""
    if a is b:
        return a.sample
    present = a.sample.present & b.sample.present
    for group in (a, b):
        if int(present.sum()) == group.sample.bars:
            return group.sample
    return make_sample(present, prepared.method)


def group_pairs(prepared: Prepared, tile: Tile) -> Iterator[tuple[Group, Group]]:
    """Yield the groups whose members meet in a tile; on the diagonal each unordered pair of groups once."""
    rows = [prepared.groups[g] for g in np.unique(prepared.group_of[tile.row : tile.row_stop])]
    if tile.on_diagonal:
        yield from itertools.combinations_with_replacement(rows, 2)
        return
    cols = [prepared.groups[g] for g in np.unique(prepared.group_of[tile.col : tile.col_stop])]
    yield from itertools.product(rows, cols)


def screen_tile(prepared: Prepared, tile: Tile) -> TileResult:
    """Test every directed pair of a tile for cointegration.

    Null hypothesis of each pair: no cointegration (the residual has a unit root).

    Parameters
    ----------
    prepared : Prepared
        The whole panel; the same on every machine that works on one screen.
    tile : Tile
        One of `tiles(prepared.count, size)`.

    Returns
    -------
    TileResult
        Row on column for every pair, then column on row. A pair's record does not depend on the tile it was
        in.
    """
    if not 0 <= tile.row <= tile.col < tile.col_stop <= prepared.count or tile.row_stop > prepared.count:
        raise ParameterError(f"{tile} is not a tile of {prepared.count} instruments")
    records = np.zeros(2 * tile.pairs, PAIR)
    for a, b in group_pairs(prepared, tile):
        sample = common_sample(prepared, a, b)
        row_members = a.members[(a.members >= tile.row) & (a.members < tile.row_stop)]
        col_members = b.members[(b.members >= tile.col) & (b.members < tile.col_stop)]
        above = tile.on_diagonal and a is b
        if above and row_members.size < 2:
            continue
        if sample.plan is None:
            fill_untested(records, tile, row_members, col_members, above=above, bars=sample.bars)
            continue
        rows = make_side(prepared, a, sample, row_members)
        cols = rows if above else make_side(prepared, b, sample, col_members)
        block = screen_rectangle(prepared, sample, sample.plan, rows, cols, above=above)
        fill_records(records, prepared, tile, sample, rows, cols, block, above=above)
    return TileResult(tile, records)


def run(prepared: Prepared, *, size: int = 128, threads: int = 1) -> Iterator[TileResult]:
    """Yield every tile's result in the order of `tiles`; stop iterating to cancel.

    Parameters
    ----------
    prepared : Prepared
        What to screen.
    size : int
        Instruments to a tile's side.
    threads : int
        Tiles worked on at once; the kernels hold no lock. At most twice as many results wait for the caller.
    """
    if threads < 1:
        raise ParameterError(f"threads {threads} is below 1")
    work = tiles(prepared.count, size)
    if threads == 1:
        for tile in work:
            yield screen_tile(prepared, tile)
        return
    pool = ThreadPoolExecutor(threads, thread_name_prefix="screen")
    waiting: deque[Future[TileResult]] = deque()
    try:
        for tile in work:
            waiting.append(pool.submit(screen_tile, prepared, tile))
            if len(waiting) >= 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def place_tile(table: np.ndarray, result: TileResult) -> None:
    """Copy a tile's records to their places in the table without a diagonal, shape (n, n − 1)."""
    tile, half = result.tile, result.records.size // 2
    if tile.on_diagonal:
        y, x = result.records["y"], result.records["x"]
        table[y, x - (x > y)] = result.records
        return
    shape = (tile.row_stop - tile.row, tile.col_stop - tile.col)
    table[tile.row : tile.row_stop, tile.col - 1 : tile.col_stop - 1] = result.records[:half].reshape(shape)
    table[tile.col : tile.col_stop, tile.row : tile.row_stop] = result.records[half:].reshape(shape).T


def collect(prepared: Prepared, results: Iterator[TileResult]) -> ScreenResult:
    """Merge the results of all tiles, in any order, into one table.

    Raises
    ------
    ParameterError
        If the universe is larger than `MATRIX_LIMIT`.
    """
    count = prepared.count
    if count > MATRIX_LIMIT:
        raise ParameterError(f"the full table of {count} instruments exceeds the limit of {MATRIX_LIMIT}: reduce it")
    records = np.zeros(count * (count - 1), PAIR)
    for result in results:
        place_tile(records.reshape(count, count - 1), result)
    return ScreenResult(count, records)


def screen(
    panel: np.ndarray,
    *,
    trend: Trend = "c",
    criterion: Criterion = "aic",
    max_lag: int | None = None,
    scale: Scale = "log",
    distance: bool = True,
    size: int = 128,
    threads: int = 1,
) -> ScreenResult:
    """Test all n(n−1) directed pairs of a panel for cointegration by Engle & Granger's two steps.

    For each (y, x): ``y_t = α [+ δt] + β x_t + e_t`` by least squares on the bars that both have, then the
    t-statistic of γ in ``Δe_t = γ e_{t−1} + Σ_{k ≤ p} φ_k Δe_{t−k} + u_t``, with p by AIC or BIC on the
    sample that all lags up to `max_lag` share, refitted on its own longer sample. Null hypothesis: γ = 0, no
    cointegration.

    Parameters
    ----------
    panel : ndarray, shape (bars, n)
        Prices, logarithms if `scale` is "log" (`panel.log_prices`); NaN is a missing bar.
    trend, criterion, max_lag, scale, distance
        See `prepare`.
    size, threads : int
        See `run`; neither changes a bit of the result.

    Returns
    -------
    ScreenResult
        Equal to ``statsmodels.tsa.stattools.coint`` on each pair: same lag, t to 1e-8·max(1, |t|), p to
        1e-10.

    Raises
    ------
    ParameterError
        On a malformed panel or a parameter outside its domain, or more than `MATRIX_LIMIT` instruments. Pairs
        that cannot be tested are no error: their `reason` says why.

    References
    ----------
    Engle & Granger (1987), Econometrica 55, 251–276. MacKinnon (1994) for the p-value.
    """
    prepared = prepare(panel, trend=trend, criterion=criterion, max_lag=max_lag, scale=scale, distance=distance)
    return collect(prepared, run(prepared, size=size, threads=threads))


def warm() -> None:
    """Compile every kernel of the screen, or load it from the cache, so that no request waits for it."""
    walk = np.random.default_rng(0).standard_normal((64, 3)).cumsum(axis=0)
    walk[:, 2] = walk[:, 0] + 1e-2 * walk[:, 2]
    screen(walk)
    near = walk.copy()
    near[:, 2] = walk[:, 0] + 2e-3 * walk[:, 1]
    screen(near)
