"""From standardised statistics to records: coefficients on the scale of the prices, reasons, exact
recomputation.
"""

import math

import numpy as np

from titan_graphql.quant.pvalue import mackinnon_p
from titan_graphql.quant.screen_block import Block
from titan_graphql.quant.screen_exact import exact_pair_nb
from titan_graphql.quant.screen_pack import STATISTICS, Pack
from titan_graphql.quant.screen_prepare import Prepared, Sample, Side
from titan_graphql.quant.screen_tiles import PAIR, HalfLifeReason, Reason, Tile
from titan_graphql.quant.simd import LANES, aligned

R_SQUARED_LIMIT = 1.0 - 100.0 * math.sqrt(np.finfo(np.float64).eps)
"""statsmodels' bound of (almost) perfect collinearity."""


def pair_places(rows: np.ndarray, cols: np.ndarray, tile: Tile, *, above: bool) -> tuple[np.ndarray, ...]:
    """Return, for each pair of a rectangle, its row and column there and where its two records stand in the
    tile.

    Parameters
    ----------
    rows, cols : ndarray
        Panel columns of the rectangle's rows and columns.
    above : bool
        Only pairs above the rectangle's diagonal count.

    Returns
    -------
    (a, b, forward, backward)
        Positions in the rectangle; the places of row on column and of column on row.
    """
    if above:
        a, b = np.triu_indices(rows.size, 1)
    else:
        a, b = (part.ravel() for part in np.indices((rows.size, cols.size)))
    i, j = rows[a] - tile.row, cols[b] - tile.col
    width = tile.col_stop - tile.col
    if not tile.on_diagonal:
        place = i * width + j
        return a, b, place, place + tile.pairs
    low, high = np.minimum(i, j), np.maximum(i, j)
    place = low * width - low * (low + 1) // 2 + high - low - 1
    turned = np.where(i < j, 0, tile.pairs)
    return a, b, place + turned, place + tile.pairs - turned


def fill_untested(
    records: np.ndarray, tile: Tile, rows: np.ndarray, cols: np.ndarray, *, above: bool, bars: int
) -> None:
    """Record pairs whose legs have too few bars in common."""
    a, b, forward, backward = pair_places(rows, cols, tile, above=above)
    for place, y, x in ((forward, rows[a], cols[b]), (backward, cols[b], rows[a])):
        blank = np.zeros(place.size, PAIR)
        for name in PAIR.names or ():
            if PAIR[name].kind == "f":
                blank[name] = np.nan
        blank["y"], blank["x"], blank["bars"], blank["lag"] = y, x, bars, -1
        blank["reason"], blank["half_life_reason"] = Reason.TOO_SHORT, HalfLifeReason.UNTESTED
        records[place] = blank


def fill_records(
    records: np.ndarray,
    prepared: Prepared,
    tile: Tile,
    sample: Sample,
    rows: Side,
    cols: Side,
    block: Block,
    *,
    above: bool,
) -> None:
    """Write both directions of every pair of a rectangle into the tile's records."""
    a, b, forward, backward = pair_places(rows.members, cols.members, tile, above=above)
    with np.errstate(all="ignore"):
        for direction, place, (y, s), (x, t) in (
            (0, forward, (rows, a), (cols, b)),
            (1, backward, (cols, b), (rows, a)),
        ):
            whole = place.size == tile.pairs
            out = records[place[0] : place[0] + place.size] if whole else np.zeros(place.size, PAIR)
            out["y"], out["x"], out["bars"] = y.members[s], x.members[t], sample.bars
            regression(out, side_statistics(y)[s].T, side_statistics(x)[t].T, block, direction, a, b)
            if not prepared.method.distance:
                out["distance"] = np.nan
            recompute(out, sample, y, s, x, t, block.exact[direction, a, b])
            judge(out)
            out["p_value"] = mackinnon_p(out["statistic"], prepared.method.trend)
            if not whole:
                records[place] = out


def side_statistics(side: Side) -> np.ndarray:
    """Return the statistics of a side's series, shape (members, 8)."""
    table = side.pack.statistics.reshape(-1, STATISTICS, LANES).transpose(0, 2, 1).reshape(-1, STATISTICS)
    return table[side.start : side.stop]


def regression(
    out: np.ndarray,
    y: np.ndarray,
    x: np.ndarray,
    block: Block,
    direction: int,
    a: np.ndarray,
    b: np.ndarray,
) -> None:
    """Translate a block's standardised results to the scale of the prices.

    With ρ the correlation of the (detrended) levels: β = ρ·sd_y/sd_x; δ and α from the series' own slopes and
    means; ``R² = 1 − (1 − ρ²)·T·sd_y²/Σ(y − ȳ)²``; distance ``Σv_y² + Σv_x² − 2Σv_y v_x`` of the gain paths
    v.
    """
    bars = float(out["bars"][0])
    at = a * block.correlation.shape[1] + b
    rho = block.correlation.take(at)
    out["statistic"] = block.statistic[direction].take(at)
    out["lag"] = block.lag[direction].take(at)
    out["half_life"] = block.persistence[direction].take(at)
    out["beta"] = rho * y[3] / x[3]
    out["r_squared"] = 1.0 - (1.0 - rho * rho) * (bars * y[3] ** 2 / y[4])
    coefficients(out, y, x)
    changes = bars - 1.0
    scale = (y[6] - changes * y[5] ** 2) * (x[6] - changes * x[5] ** 2)
    correlation = (block.comovement.take(at) - changes * (y[5] * x[5])) / np.sqrt(scale)
    out["correlation"] = np.clip(correlation, -1.0, 1.0)
    out["distance"] = np.maximum(y[7] + x[7] - 2.0 * block.gap.take(at), 0.0)
    out["reason"] = np.where((y[3] > 0.0) & (x[3] > 0.0), Reason.NONE, Reason.CONSTANT)


def coefficients(out: np.ndarray, y: np.ndarray, x: np.ndarray) -> None:
    """Write δ = b_y − βb_x and α from means and slopes of the series, with t = 1 … T."""
    middle = 0.5 * (float(out["bars"][0]) + 1.0)
    out["trend"] = y[2] - out["beta"] * x[2]
    out["alpha"] = (y[0] + y[1] - y[2] * middle) - out["beta"] * (x[0] + x[1] - x[2] * middle)


def lane_series(pack: Pack, bars: int, position: int) -> np.ndarray:
    """Return the standardised levels of one series, zero-padded to a multiple of sixteen."""
    series: np.ndarray = aligned(-(-bars // (2 * LANES)) * 2 * LANES)
    series[:bars] = pack.levels.reshape(-1, bars, LANES)[position // LANES, :, position % LANES]
    return series


def recompute(
    out: np.ndarray, sample: Sample, y: Side, s: np.ndarray, x: Side, t: np.ndarray, exact: np.ndarray
) -> None:
    """Replace the results of the marked pairs by those of the exact kernel, unless the pair is collinear or
    constant.
    """
    assert sample.plan is not None  # noqa: S101 - only tested samples get here
    statistics_y, statistics_x = side_statistics(y), side_statistics(x)
    marked = exact & (out["reason"] == Reason.NONE) & (out["r_squared"] < 0.5 * (1.0 + R_SQUARED_LIMIT))
    for k in np.nonzero(marked)[0]:
        leg_y = lane_series(y.pack, sample.bars, y.start + int(s[k]))
        leg_x = lane_series(x.pack, sample.bars, x.start + int(t[k]))
        statistic, lag, persistence, beta, left = exact_pair_nb(
            leg_y, leg_x, sample.bars, sample.plan.lags, sample.penalty
        )
        own_y, own_x = statistics_y[s[k]], statistics_x[t[k]]
        row = out[k : k + 1]
        row["statistic"], row["lag"], row["half_life"] = statistic, lag, persistence
        row["beta"] = beta * own_y[3] / own_x[3]
        row["r_squared"] = 1.0 - left * (sample.bars * own_y[3] ** 2 / own_y[4])
        coefficients(row, own_y, own_x)


def judge(out: np.ndarray) -> None:
    """Apply the rules: constant legs have no regression, collinear ones −∞, exact fits none; turn φ into a
    half-life.
    """
    tested = out["reason"] == Reason.NONE
    collinear = tested & (out["r_squared"] >= R_SQUARED_LIMIT)
    undefined = tested & ~collinear & ~np.isfinite(out["statistic"])
    out["reason"][collinear] = Reason.COLLINEAR
    out["reason"][undefined] = Reason.UNDEFINED
    constant = out["reason"] == Reason.CONSTANT
    for name in ("beta", "alpha", "trend", "r_squared", "correlation"):
        out[name][constant] = np.nan
    out["statistic"][constant | undefined] = np.nan
    out["statistic"][collinear] = -np.inf
    out["lag"][constant | undefined | collinear] = -1
    for name in ("correlation", "distance"):
        out[name][~np.isfinite(out[name])] = np.nan
    phi = out["half_life"].copy()
    why = np.where(phi >= 1.0, HalfLifeReason.NO_REVERSION, HalfLifeReason.NONE)
    why = np.where(phi <= 0.0, HalfLifeReason.OVERSHOOTING, why)
    why = np.where((out["reason"] == Reason.NONE) & ~np.isnan(phi), why, HalfLifeReason.UNTESTED)
    out["half_life_reason"] = why
    out["half_life"] = np.where(why == HalfLifeReason.NONE, -np.log(2.0) / np.log(phi), np.nan)
