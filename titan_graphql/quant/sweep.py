"""Many parameter sets over the same prices at once, measured as they run."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.backtest_conditions import NOTHING, Conditions, pack_bars
from titan_graphql.quant.backtest_rules import Rules
from titan_graphql.quant.errors import ParameterError, SeriesTooShortError
from titan_graphql.quant.series import Floats, positive, same_length
from titan_graphql.quant.sweep_grid import SET
from titan_graphql.quant.sweep_kernel import STRIDE, TALLY, sweep_nb

SETS_PER_CHUNK = 4_096
FIGURES = np.dtype(
    [
        ("total_return", np.float64),
        ("cagr", np.float64),
        ("volatility", np.float64),
        ("sharpe", np.float64),
        ("sortino", np.float64),
        ("calmar", np.float64),
        ("max_drawdown", np.float64),
        ("exposure", np.float64),
        ("turnover", np.float64),
        ("win_rate", np.float64),
        ("costs", np.float64),
        ("trades", np.int64),
        ("ruined", np.bool_),
    ],
    align=True,
)


@dataclass(frozen=True, slots=True)
class SweepResult:
    """Figures of every parameter set, in the order of the sets.

    Attributes
    ----------
    sets : (N,) of `SET`
    figures : (N,) of `FIGURES`, with the conventions of `Metrics`; NaN where `measure` gives a reason instead
    block_sums : (N, B, 2) Σr and Σr² of the returns in each block of time, see `block_edges`; overfitting tests
        need no more
    """

    sets: npt.NDArray[np.void]
    figures: npt.NDArray[np.void]
    block_sums: Floats


def sweep(
    price_y: npt.ArrayLike,
    price_x: npt.ArrayLike,
    z: npt.ArrayLike,
    beta: npt.ArrayLike,
    sets: npt.NDArray[np.void],
    rules: Rules,
    *,
    conditions: Conditions = NOTHING,
    blocks: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> SweepResult:
    """Run every parameter set as `run_backtest` would and keep what `measure` would say of it.

    Memory is O(sets × blocks), whatever the number of bars. Each set is independent of its neighbours, so a sweep cut
    into shards gives the same bits.

    Parameters
    ----------
    price_y, price_x : (T,) positive prices as traded
    z : (S, T) z-scores, one row per signal
    beta : (S,) hedge ratios or (S, T) paths
    sets : (N,) of `SET`, from `Axes.grid` or `Axes.sample`
    rules : capital, periods per year, fill, sizing (GROSS or FIXED_NOTIONAL) and what β fixes; its thresholds, gross
        and costs give way to those of the sets
    conditions : opens, dividends, splits, missing bars and endings of either leg, as for `run_backtest`
    blocks : stretches of time for `block_sums`
    on_progress : called with (sets done, N) every few thousand sets; whatever it raises ends the sweep

    Raises
    ------
    PriceNotPositiveError, SeriesTooShortError
    ParameterError
        NOT_SWEEPABLE for borrow, re-hedging or a volatility target; SIGNAL_OUT_OF_RANGE, LENGTH_MISMATCH,
        BLOCKS_OUT_OF_RANGE, OPEN_MISSING.
    """
    bars = same_length(price_y=positive(price_y, "price_y"), price_x=positive(price_x, "price_x"))
    scores, hedges = _signals(z, beta, bars)
    _check(rules, sets, scores.shape[0], bars, blocks)
    market = _market(price_y, price_x, conditions, rules, bars)
    scores = np.where(market.open_bars == 1, scores, np.nan)
    if rules.hedge_fixes == "SHARES":
        hedges = hedges * market.split_ratio
    edges = block_edges(bars, blocks)
    tallies, sums = np.zeros(sets.size, dtype=TALLY), np.zeros((sets.size, blocks, 2))
    fixed = rules.notional if rules.sizing == "FIXED_NOTIONAL" else 0.0
    crests = np.fmax.reduceat(np.abs(scores), np.arange(0, bars, STRIDE), axis=1)
    sizing = (rules.capital, fixed, float(rules.hedge_fixes == "SHARES"))
    for start in range(0, sets.size, SETS_PER_CHUNK):
        part = slice(start, start + SETS_PER_CHUNK)
        signals = (scores, hedges, crests)
        sweep_nb(market.costs, market.open_bars, *signals, sets[part], sizing, edges, tallies[part], sums[part])
        if on_progress is not None:
            on_progress(min(start + SETS_PER_CHUNK, sets.size), sets.size)
    figures = _figures(tallies, bars, rules.capital, rules.periods_per_year)
    figures["costs"] = tallies["traded"] * sets["cost"]
    return SweepResult(sets, figures, np.diff(sums, axis=1, prepend=0.0))


def block_edges(bars: int, blocks: int) -> npt.NDArray[np.int64]:
    """Return where each block of time begins among T bars, and where the last one ends: (B + 1,) from 1 to T.

    A block holds the returns of its bars; the first bar has none.
    """
    edges: npt.NDArray[np.int64] = 1 + (bars - 1) * np.arange(blocks + 1) // blocks
    return edges


@dataclass(frozen=True, slots=True)
class _Market:
    """What every set meets, in shares of the first bar, so that splits are gone.

    `costs` are what a share costs at the close, what it is worth then with its dividends so far, and both where orders
    fill, each (2, T). `open_bars` is odd where orders fill and 2 more from the end of a leg on; `split_ratio` turns β
    of a bar's own shares into β of the first bar's.
    """

    costs: tuple[Floats, Floats, Floats, Floats]
    open_bars: npt.NDArray[np.int8]
    split_ratio: Floats


def _market(price_y: npt.ArrayLike, price_x: npt.ArrayLike, conditions: Conditions, rules: Rules, bars: int) -> _Market:
    """Lay prices, dividends and splits out once for all sets: between entry and exit only sums of them matter."""
    nothing, at_open, periods = np.full(bars, np.nan), rules.fill == "OPEN", rules.periods_per_year
    table = pack_bars(price_y, price_x, nothing, nothing, conditions, at_open=at_open, periods_per_year=periods)
    splits = np.array([np.cumprod(table[f"split_{leg}"]) for leg in "yx"])
    closes, fills, dividends = (
        np.array([table[f"{name}_{leg}"] for leg in "yx"]) * splits for name in ("close", "fill", "dividend")
    )
    paid = np.cumsum(dividends, axis=1)
    costs = (closes, closes + paid, fills, fills + paid)
    open_bars = (table["traded"] + 2 * table["ended"]).astype(np.int8)
    return _Market(costs, open_bars, splits[0] / splits[1])


def _signals(z: npt.ArrayLike, beta: npt.ArrayLike, bars: int) -> tuple[Floats, Floats]:
    scores = np.ascontiguousarray(z, dtype=np.float64)
    hedges = np.asarray(beta, dtype=np.float64)
    if scores.ndim != 2 or scores.shape[1] != bars:
        message = f"z has shape {scores.shape}; one row of {bars} bars per signal is needed"
        raise ParameterError(message, code="LENGTH_MISMATCH", field="z")
    if hedges.ndim == 1 and hedges.size == scores.shape[0]:
        hedges = np.repeat(hedges[:, None], bars, axis=1)
    if hedges.shape != scores.shape or np.isinf(hedges).any():
        message = f"beta has shape {hedges.shape} for z of shape {scores.shape}, or holds an infinity"
        raise ParameterError(message, code="LENGTH_MISMATCH", field="beta")
    return scores, np.ascontiguousarray(hedges)


def _check(rules: Rules, sets: npt.NDArray[np.void], signals: int, bars: int, blocks: int) -> None:
    if bars < 3:
        message = f"{bars} bars are too few for a sweep; at least 3"
        raise SeriesTooShortError(message)
    if sets.dtype != SET or not sets.size or not 0 <= sets["signal"].min() <= sets["signal"].max() < signals:
        message = f"the sets must be made by Axes and point at one of {signals} signals"
        raise ParameterError(message, code="SIGNAL_OUT_OF_RANGE", field="sets")
    if rules.borrow_bps != 0.0 or rules.rehedge_band is not None or rules.sizing == "VOLATILITY_TARGET":
        message = "a sweep knows no borrow, re-hedging or volatility target"
        raise ParameterError(message, code="NOT_SWEEPABLE", field="rules")
    if not 1 <= blocks < bars:
        message = f"blocks is {blocks}; with {bars} bars it lies in 1 … {bars - 1}"
        raise ParameterError(message, code="BLOCKS_OUT_OF_RANGE", field="blocks")


def _figures(tallies: npt.NDArray[np.void], bars: int, capital: float, periods: float) -> npt.NDArray[np.void]:
    """Turn running sums into figures; the sums of a ruined run have no ratios."""
    n, figures = bars - 1, np.zeros(tallies.size, dtype=FIGURES)
    ruined = tallies["ruined"] > 0
    alive = np.where(ruined, np.nan, 1.0)
    with np.errstate(all="ignore"):
        mean = tallies["returns"] / n * alive
        spread = tallies["squares"] - tallies["returns"] * mean
        moved = (tallies["highest"] - tallies["lowest"] > 1e-14) & (spread > 1e-15 * tallies["squares"])
        deviation = np.sqrt(np.where(moved, spread, 0.0) / (n - 1)) * alive
        downside = np.sqrt(tallies["losses"] / n)
        growth = tallies["equity"] / capital
        figures["total_return"] = growth - 1.0
        figures["cagr"] = growth ** (periods / n) * alive - 1.0
        figures["volatility"] = deviation * math.sqrt(periods)
        figures["sharpe"] = np.where(moved, mean / deviation * math.sqrt(periods), np.nan)
        figures["sortino"] = np.where(moved & (downside > 0.0), mean / downside * math.sqrt(periods), np.nan)
        figures["max_drawdown"] = tallies["drawdown"]
        calm = tallies["drawdown"] < 0.0
        figures["calmar"] = np.where(calm, figures["cagr"] / -tallies["drawdown"], np.nan)
        figures["exposure"] = tallies["held"] / bars
        figures["turnover"] = np.where(
            tallies["equities"] > 0.0, tallies["traded"] * bars / tallies["equities"], np.nan
        )
        figures["win_rate"] = np.where(tallies["trades"] > 0, tallies["wins"] / tallies["trades"], np.nan)
    figures["trades"], figures["ruined"] = tallies["trades"], ruined
    return figures
