"""Does a backtest know the future? Run its whole signal pipeline again on less and on other data, and compare."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.backtest import run_backtest
from titan_graphql.quant.backtest_conditions import NOTHING, Conditions
from titan_graphql.quant.backtest_rules import Rules
from titan_graphql.quant.errors import ParameterError, QuantError
from titan_graphql.quant.series import Floats, column, positive, same_length

Pipeline = Callable[[Floats, Floats], tuple[npt.ArrayLike, float | npt.ArrayLike]]
Method = Literal["TRUNCATED", "POISONED"]
COLUMNS = ("z", "beta", "position", "quantity_y", "quantity_x", "cash", "equity")


@dataclass(frozen=True, slots=True)
class Leak:
    """The earliest difference found: at `bar`, `column` changed when bars from `cut` on were cut off or replaced."""

    bar: int
    column: str
    cut: int
    method: Method


@dataclass(frozen=True, slots=True)
class LeakCheck:
    """Verdict on a pipeline: no leak at any of the cuts, or the earliest one."""

    clean: bool
    cuts: tuple[int, ...]
    leak: Leak | None


def leak_check(
    pipeline: Pipeline,
    price_y: npt.ArrayLike,
    price_x: npt.ArrayLike,
    rules: Rules,
    *,
    conditions: Conditions = NOTHING,
    first: int = 2,
    cuts: int = 6,
    seed: int = 0,
) -> LeakCheck:
    """Check that nothing a run did up to a bar depends on any later bar.

    For each cut c the pipeline and the ledger run twice more: on the first c bars alone, and on all bars with
    everything from c on replaced by a random walk. z, β, positions, shares, cash and equity before c must be the same
    to the last bit as in the full run. What the pipeline fixed beforehand (on an earlier formation period) it may
    close over: only what it makes of the prices given is checked.

    Parameters
    ----------
    pipeline : prices of y and x (T,) → z-scores (T,) and the hedge ratio, a number or a (T,) path
    price_y, price_x : (T,) positive prices, T > first
    rules : thresholds, sizing and costs
    conditions : opens, dividends, splits, missing bars and endings the ledger runs under
    first : the fewest bars the pipeline can work on; cuts lie in first … T − 1
    cuts : how many places to cut at, spread evenly, each moved at random within its share
    seed : of the moves and of the poison

    Raises
    ------
    ParameterError
        CUT_OUT_OF_RANGE, LENGTH_MISMATCH (also for what the pipeline returns).
    """
    price_y, price_x = positive(price_y, "price_y"), positive(price_x, "price_x")
    bars = same_length(price_y=price_y, price_x=price_x)
    random = np.random.default_rng(seed)
    chosen = cut_places(first, bars, cuts, random)
    truth = _trace(pipeline, price_y, price_x, rules, conditions)
    leaks: list[Leak] = []
    for cut in chosen:
        other = (poisoned(price_y, cut, random), poisoned(price_x, cut, random))
        runs: tuple[tuple[Method, tuple[Floats, Floats], Conditions], ...] = (
            ("TRUNCATED", (price_y[:cut], price_x[:cut]), conditions.until(cut)),
            ("POISONED", other, conditions),
        )
        for method, prices, facts in runs:
            trace = _attempt(pipeline, *prices, rules, facts)
            leaks += [Leak(bar, name, cut, method) for bar, name in _differences(truth, trace, cut)]
    earliest = min(leaks, key=lambda leak: (leak.bar, COLUMNS.index(leak.column)), default=None)
    return LeakCheck(clean=earliest is None, cuts=chosen, leak=earliest)


def cut_places(first: int, bars: int, cuts: int, random: np.random.Generator) -> tuple[int, ...]:
    """Return at most `cuts` bars in first … T − 1, spread evenly, each moved at random within its share.

    Raises
    ------
    ParameterError
        CUT_OUT_OF_RANGE.
    """
    if not 2 <= first < bars or cuts < 1:
        message = f"first is {first} and cuts is {cuts}; with {bars} bars, 2 ≤ first < {bars} and cuts ≥ 1"
        raise ParameterError(message, code="CUT_OUT_OF_RANGE", field="first")
    edges = np.linspace(first, bars, cuts + 1).astype(int)
    return tuple(sorted({int(random.integers(low, max(high, low + 1))) for low, high in pairwise(edges)}))


def poisoned(price: Floats, cut: int, random: np.random.Generator) -> Floats:
    """Return the same past with another future: a wild random walk from the last price that is kept."""
    other = price.copy()
    other[cut:] = price[cut - 1] * np.exp(np.clip(random.standard_normal(price.size - cut).cumsum() * 0.3, -20, 20))
    return other


def _trace(
    pipeline: Pipeline, price_y: Floats, price_x: Floats, rules: Rules, conditions: Conditions
) -> dict[str, Floats]:
    """Everything a run decides and owns, bar by bar."""
    scores, hedge = pipeline(price_y.copy(), price_x.copy())
    z = column(scores, "z")
    beta = column(np.full(z.size, hedge) if np.ndim(hedge) == 0 else hedge, "beta")
    ledger = run_backtest(price_y, price_x, z, beta, rules, conditions=conditions)
    owned = {name: np.asarray(getattr(ledger, name), dtype=np.float64) for name in COLUMNS[2:]}
    return {"z": z, "beta": beta, **owned}


def _attempt(
    pipeline: Pipeline, price_y: Floats, price_x: Floats, rules: Rules, conditions: Conditions
) -> dict[str, Floats] | None:
    try:
        return _trace(pipeline, price_y, price_x, rules, conditions)
    except QuantError:
        return None


def _differences(truth: dict[str, Floats], trace: dict[str, Floats] | None, cut: int) -> list[tuple[int, str]]:
    """The first bar before the cut that differs, per column; what fails now but worked before differs from bar 0."""
    if trace is None:
        return [(0, "z")]
    found = []
    for name in COLUMNS:
        before, after = truth[name][:cut], trace[name][:cut]
        changed = np.flatnonzero((before != after) & ~(np.isnan(before) & np.isnan(after)))
        if changed.size:
            found.append((int(changed[0]), name))
    return found
