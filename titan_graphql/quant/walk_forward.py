"""Walk forward: choose pairs and parameters on the past, trade the bars that follow, move on, and join the results."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.backtest import run_backtest
from titan_graphql.quant.backtest_conditions import Conditions, LegConditions
from titan_graphql.quant.backtest_rules import BPS, Rules
from titan_graphql.quant.errors import ParameterError, QuantError
from titan_graphql.quant.hedge import Hedge, ols_hedge
from titan_graphql.quant.screen import run as run_tiles
from titan_graphql.quant.screen_prepare import prepare
from titan_graphql.quant.screen_reduce import Reducer
from titan_graphql.quant.series import Floats
from titan_graphql.quant.spread import formation_z, spread
from titan_graphql.quant.sweep import sweep
from titan_graphql.quant.sweep_grid import UNLIMITED

FORMATION_MIN = 30
TRADING_MIN = 2
TILE = 128
NO_TAIL = 1e-9  # the reducer keeps every p-value below it, which nobody reads here


@dataclass(frozen=True, slots=True)
class Segment:
    """One step: bars `formed` … `known` − 1 are estimated on, bars `first` … `stop` − 1 are traded."""

    formed: int
    known: int
    first: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the calendar is walked and what is chosen at each step.

    Attributes
    ----------
    formation, trading : bars estimated on and bars traded per step
    anchored : whether every formation period begins at the first bar instead of moving along
    purge : bars between a formation period and its trading period that neither uses; at least the longest hold when
        labels overlap (nothing is embargoed after a trading period, since no formation of the step follows it)
    pairs : how many pairs are traded at a time, each with an equal share of equity
    level : the p-value above which a pair is not chosen
    """

    formation: int
    trading: int
    anchored: bool = False
    purge: int = 0
    pairs: int = 1
    level: float = 1.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A pair chosen in one step: columns, p-value (NaN without a screen), parameter set and Sharpe ratio in sample."""

    y: int
    x: int
    p_value: float
    chosen: int
    in_sample: float
    out_of_sample: float


@dataclass(frozen=True, slots=True)
class Step:
    """What one step chose and earned."""

    segment: Segment
    choices: tuple[Choice, ...]
    profit: float
    trades: int
    tests: int


@dataclass(frozen=True, slots=True)
class Walk:
    """The joined out-of-sample equity, one value per bar from `start` on, its steps, and all that was tried."""

    start: int
    equity: Floats
    steps: tuple[Step, ...]
    tried: int


def segments(bars: int, plan: Plan) -> list[Segment]:
    """Divide the bars from the first tradable one on into trading periods without gap or overlap.

    Raises
    ------
    ParameterError
        FORMATION_TOO_SHORT, TRADING_TOO_SHORT, PURGE_NEGATIVE, or WALK_TOO_SHORT when no trading period fits.
    """
    limits = (
        ("formation", plan.formation >= FORMATION_MIN, "FORMATION_TOO_SHORT", f"at least {FORMATION_MIN} bars"),
        ("trading", plan.trading >= TRADING_MIN, "TRADING_TOO_SHORT", f"at least {TRADING_MIN} bars"),
        ("purge", plan.purge >= 0, "PURGE_NEGATIVE", "not negative"),
    )
    for name, holds, code, domain in limits:
        if not holds:
            message = f"{name} is {getattr(plan, name)}; {domain}"
            raise ParameterError(message, code=code, field=name)
    begin = plan.formation + plan.purge
    if bars - begin < TRADING_MIN:
        message = f"{bars} bars leave nothing to trade after {plan.formation} of formation and {plan.purge} of purge"
        raise ParameterError(message, code="WALK_TOO_SHORT", field="formation")
    firsts = list(range(begin, bars, plan.trading))
    stops = [*firsts[1:], bars]
    if bars - firsts[-1] < TRADING_MIN:
        firsts, stops = firsts[:-1], [*stops[:-2], bars]
    return [
        Segment(0 if plan.anchored else first - plan.purge - plan.formation, first - plan.purge, first, stop)
        for first, stop in zip(firsts, stops, strict=True)
    ]


def walk_forward(
    closes: npt.ArrayLike,
    plan: Plan,
    sets: npt.NDArray[np.void],
    rules: Rules,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> Walk:
    """Walk a universe forward: screen, choose parameters, trade, join.

    In each step all pairs of the instruments without gaps in the formation period are screened (Engle–Granger on log
    prices), the `plan.pairs` with the smallest p-values are kept in their better direction, each takes the parameter
    set with the highest Sharpe ratio on the formation period, and trades the bars that follow with the hedge ratio,
    mean and deviation of the formation period. Positions are closed, with costs, on the last bar of a step or of a
    leg. A pair without a trade in sample, or with a gap while trading, is left out; its share stays in cash.

    Parameters
    ----------
    closes : (T, N) positive prices, NaN where missing; N = 2 trades column 0 against column 1 without a screen
    plan : the calendar and how many pairs
    sets : (S,) of `sweep_grid.SET` on signal 0
    rules : capital and what the sets do not say
    on_progress : called with (steps done, steps); whatever it raises ends the walk

    Raises
    ------
    ParameterError
        As for `segments`; SERIES_SHAPE.

    References
    ----------
    Gatev, Goetzmann and Rouwenhorst (2006), "Pairs trading", Review of Financial Studies 19 (formation and trading).
    """
    prices = np.ascontiguousarray(closes, dtype=np.float64)
    if prices.ndim != 2 or prices.shape[1] < 2:
        message = f"closes has shape {prices.shape}; bars by at least two instruments"
        raise ParameterError(message, code="SERIES_SHAPE", field="closes")
    plans = segments(len(prices), plan)
    equity, steps = np.full(len(prices) - plans[0].first, rules.capital), []
    tried, capital = 0, rules.capital
    for number, segment in enumerate(plans):
        step, gained = _step(prices, segment, plan, sets, rules, capital)
        equity[segment.first - plans[0].first : segment.stop - plans[0].first] = capital + gained
        capital += float(gained[-1])
        tried += step.tests
        steps.append(step)
        if on_progress is not None:
            on_progress(number + 1, len(plans))
    return Walk(plans[0].first, equity, tuple(steps), tried)


def _step(
    prices: Floats, segment: Segment, plan: Plan, sets: npt.NDArray[np.void], rules: Rules, capital: float
) -> tuple[Step, Floats]:
    gained = np.zeros(segment.stop - segment.first)
    if capital <= 0.0:
        return Step(segment, (), 0.0, 0, 0), gained
    found, tests = choose_pairs(prices[segment.formed : segment.known], plan)
    choices, trades = [], 0
    for y, x, p_value in found:
        tests += sets.size
        formed = prices[segment.formed : segment.known, [y, x]]
        traded_y, traded_x = prices[segment.first : segment.stop, y], prices[segment.first : segment.stop, x]
        picked = _pick(formed, sets, rules)
        if picked is None or not _tradable(traded_y, traded_x):
            continue
        fit, z_mean, z_deviation, chosen, in_sample = picked
        own = _rules(rules, sets[chosen], capital / plan.pairs)
        values = spread(np.log(traded_y), np.log(traded_x), fit.alpha, fit.beta)
        z = formation_z(values, z_mean, z_deviation)
        ending = LegConditions(last_bar=len(traded_y) - 1)
        conditions = Conditions(y=ending, x=ending)
        ledger = run_backtest(traded_y, traded_x, z, fit.beta, own, conditions=conditions)
        gained += ledger.equity - own.capital
        trades += len(ledger.trades)
        choices.append(Choice(y, x, p_value, chosen, in_sample, float(ledger.equity[-1] / own.capital - 1.0)))
    return Step(segment, tuple(choices), float(gained[-1]), trades, tests), gained


def _tradable(price_y: Floats, price_x: Floats) -> bool:
    both = np.concatenate([price_y, price_x])
    return bool((np.isfinite(both) & (both > 0.0)).all())


def choose_pairs(closes: Floats, plan: Plan) -> tuple[list[tuple[int, int, float]], int]:
    """Return the best pairs of a formation period, each in its better direction, and how many were tested."""
    complete = np.flatnonzero((np.isfinite(closes) & (closes > 0.0)).all(axis=0))
    if closes.shape[1] == 2:
        return ([(0, 1, math.nan)] if len(complete) == 2 else []), 0
    varying = complete[np.ptp(closes[:, complete], axis=0) > 0.0]
    if len(varying) < 2:
        return [], 0
    reducer = Reducer(top=2 * plan.pairs, cut=NO_TAIL)
    for result in run_tiles(prepare(np.log(closes[:, varying]), distance=False), size=TILE):
        reducer.add(result)
    best: dict[frozenset[int], tuple[int, int, float]] = {}
    for row in reducer.best:
        y, x = int(varying[row["y"]]), int(varying[row["x"]])
        if row["p_value"] <= plan.level:
            best.setdefault(frozenset((y, x)), (y, x, float(row["p_value"])))
    return list(best.values())[: plan.pairs], len(varying) * (len(varying) - 1)


def _pick(formed: Floats, sets: npt.NDArray[np.void], rules: Rules) -> tuple[Hedge, float, float, int, float] | None:
    """Hedge, mean, deviation, and the parameter set that did best on the formation period itself."""
    y, x = np.log(formed).T
    try:
        fit = ols_hedge(y, x)
        values = spread(y, x, fit.alpha, fit.beta)
        mean, deviation = float(values.mean()), float(values.std(ddof=1))
        z = formation_z(values, mean, deviation)
        sharpes = sweep(formed[:, 0], formed[:, 1], z[None], np.array([fit.beta]), sets, rules).figures["sharpe"]
    except QuantError:
        return None
    if np.isnan(sharpes).all():
        return None
    chosen = int(np.nanargmax(sharpes))
    return fit, mean, deviation, chosen, float(sharpes[chosen])


def _rules(rules: Rules, row: np.void, capital: float) -> Rules:
    return Rules(
        entry=float(row["entry"]),
        exit=float(row["exit"]),
        stop=None if math.isinf(row["stop"]) else float(row["stop"]),
        max_hold=None if row["max_hold"] == UNLIMITED else int(row["max_hold"]),
        gross=float(row["gross"]),
        capital=capital,
        commission_bps=float(row["cost"]) / BPS,
        periods_per_year=rules.periods_per_year,
    )
