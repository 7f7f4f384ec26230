"""Walk forward: choose pairs and parameters on the past, trade the bars that follow, move on, and join the results."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.adjustment import Events, growth
from titan_graphql.quant.backtest import run_backtest
from titan_graphql.quant.backtest_conditions import GONE_AFTER_BARS, Conditions, LegConditions
from titan_graphql.quant.backtest_rules import BPS, Rules
from titan_graphql.quant.errors import ParameterError, QuantError
from titan_graphql.quant.hedge import ols_hedge
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


Signal = Callable[[Floats, Floats, slice], tuple[Floats, Floats]]


def ols_signal(y: Floats, x: Floats, formation: slice) -> tuple[Floats, Floats]:
    """Return z-score and hedge ratio at each bar, both fixed by least squares on the formation period.

    Parameters
    ----------
    y, x : (T,) log prices
    formation : the bars estimated on
    """
    fit = ols_hedge(y[formation], x[formation])
    values = spread(y, x, fit.alpha, fit.beta)
    mean, deviation = float(values[formation].mean()), float(values[formation].std(ddof=1))
    return formation_z(values, mean, deviation), np.full(len(y), fit.beta)


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
    """A pair chosen in one step: columns, p-value (NaN without a screen), parameter set and Sharpe ratio in sample.

    `delisted` tells that a leg stopped trading within the step.
    """

    y: int
    x: int
    p_value: float
    chosen: int
    in_sample: float
    out_of_sample: float
    delisted: bool


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


@dataclass(frozen=True, slots=True)
class Market:
    """Prices of a universe, (T, N): as traded with gaps, with gaps filled by earlier closes, and total return.

    A total-return price depends on no later bar; `last` is each column's last bar, T − 1 for one that may yet go on.
    `opens` are None where orders fill at the close; `tradable` says where there is a bar with the price they fill at.
    """

    closes: Floats
    filled: Floats
    adjusted: Floats
    opens: Floats | None
    tradable: npt.NDArray[np.bool_]
    last: npt.NDArray[np.int64]
    events: Mapping[int, Events]

    @classmethod
    def of(cls, closes: Floats, events: Mapping[int, Events], opens: Floats | None = None) -> "Market":
        """Lay out what every step needs."""
        bars = len(closes)
        known = ~np.isnan(closes)
        at = np.maximum.accumulate(np.where(known, np.arange(bars)[:, None], 0), axis=0)
        adjusted = closes.copy()
        for column, one in events.items():
            adjusted[:, column] *= growth(closes[:, column], one)
        last = bars - 1 - known[::-1].argmax(axis=0)
        last[last >= bars - 1 - GONE_AFTER_BARS] = bars - 1
        filled, tradable = np.take_along_axis(closes, at, axis=0), known
        if opens is not None:
            tradable = known & np.isfinite(opens) & (opens > 0.0)
            opens = np.where(tradable, opens, filled)
        return cls(closes, filled, adjusted, opens, tradable, last, events)

    def happened(self, column: int, bars: slice) -> LegConditions:
        """What a stretch of bars brought besides closes."""
        one, opens = self.events.get(column), None if self.opens is None else self.opens[bars, column]
        facts = LegConditions(open=opens, traded=self.tradable[bars, column])
        return facts if one is None else replace(facts, splits=one.splits[bars], dividends=one.dividends[bars])

    def traded(self, column: int, segment: Segment) -> tuple[Floats, LegConditions]:
        """One leg over a trading period at whose last bar, or the leg's own, positions are closed."""
        bars = slice(segment.first, segment.stop)
        last = max(min(int(self.last[column]), segment.stop - 1) - segment.first, 0)
        return self.filled[bars, column], replace(self.happened(column, bars), last_bar=last)


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
    events: Mapping[int, Events] | None = None,
    opens: npt.ArrayLike | None = None,
    signal: Signal = ols_signal,
    on_progress: Callable[[int, int], None] | None = None,
) -> Walk:
    """Walk a universe forward: screen, choose parameters, trade, join.

    In each step all pairs of the instruments without gaps in the formation period are screened (Engle–Granger on the
    logarithms of total-return prices), the `plan.pairs` with the smallest p-values are kept in their better direction,
    each takes the parameter set with the highest Sharpe ratio on the formation period, and trades the bars that follow
    with the hedge ratio, mean and deviation of the formation period. Positions are closed, with costs, on the last bar
    of a step, or of a leg that stops trading; all other orders fill at the close or open of the next bar, in sample
    too. While a leg has no bar, or none of the opens asked for, nothing is decided or filled. A pair without a trade in
    sample is left out; its share stays in cash.

    Parameters
    ----------
    closes : (T, N) positive prices as traded, NaN where missing; N = 2 trades column 0 against column 1 without a
        screen
    plan : the calendar and how many pairs
    sets : (S,) of `sweep_grid.SET` on signal 0
    rules : capital, fill and what the sets do not say
    events : splits and dividends by column, where there are any
    opens : (T, N) opening prices, NaN where missing; needed where orders fill at the open
    signal : log prices of both legs at their joint bars and the slice of these that is the formation period → z-score
        and hedge ratio at each of them; whatever is fixed comes from the formation period, and nothing may look ahead
    on_progress : called with (steps done, steps); whatever it raises ends the walk

    Raises
    ------
    ParameterError
        As for `segments`; SERIES_SHAPE, OPEN_MISSING.

    References
    ----------
    Gatev, Goetzmann and Rouwenhorst (2006), "Pairs trading", Review of Financial Studies 19 (formation and trading).
    """
    prices = np.ascontiguousarray(closes, dtype=np.float64)
    if prices.ndim != 2 or prices.shape[1] < 2:
        message = f"closes has shape {prices.shape}; bars by at least two instruments"
        raise ParameterError(message, code="SERIES_SHAPE", field="closes")
    market = Market.of(prices, events or {}, _opens(opens, prices) if rules.fill == "OPEN" else None)
    plans = segments(len(prices), plan)
    equity, steps = np.full(len(prices) - plans[0].first, rules.capital), []
    tried, capital = 0, rules.capital
    for number, segment in enumerate(plans):
        step, gained = _step(market, segment, plan, sets, rules, capital, signal)
        equity[segment.first - plans[0].first : segment.stop - plans[0].first] = capital + gained
        capital += float(gained[-1])
        tried += step.tests
        steps.append(step)
        if on_progress is not None:
            on_progress(number + 1, len(plans))
    return Walk(plans[0].first, equity, tuple(steps), tried)


def _opens(opens: npt.ArrayLike | None, closes: Floats) -> Floats:
    array = np.empty(0) if opens is None else np.asarray(opens, dtype=np.float64)
    if array.shape != closes.shape:
        message = f"orders fill at the open, so there must be as many opens as closes: {closes.shape}"
        raise ParameterError(message, code="OPEN_MISSING", field="opens")
    return array


def _step(
    market: Market,
    segment: Segment,
    plan: Plan,
    sets: npt.NDArray[np.void],
    rules: Rules,
    capital: float,
    signal: Signal,
) -> tuple[Step, Floats]:
    gained = np.zeros(segment.stop - segment.first)
    if capital <= 0.0:
        return Step(segment, (), 0.0, 0, 0), gained
    found, tests = choose_pairs(market.adjusted[segment.formed : segment.known], plan)
    choices, trades = [], 0
    for y, x, p_value in found:
        tests += sets.size
        picked = _pick(market, segment, (y, x), sets, rules, signal)
        (close_y, facts_y), (close_x, facts_x) = market.traded(y, segment), market.traded(x, segment)
        if picked is None or min(close_y.min(), close_x.min()) <= 0.0:
            continue
        z, beta, chosen, in_sample = picked
        own = _rules(rules, sets[chosen], capital / plan.pairs)
        ledger = run_backtest(close_y, close_x, z, beta, own, conditions=Conditions(y=facts_y, x=facts_x))
        gained += ledger.equity - own.capital
        trades += len(ledger.trades)
        delisted = bool(market.last[[y, x]].min() < segment.stop - 1)
        earned = float(ledger.equity[-1] / own.capital - 1.0)
        choices.append(Choice(y, x, p_value, chosen, in_sample, earned, delisted))
    return Step(segment, tuple(choices), float(gained[-1]), trades, tests), gained


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


def _pick(
    market: Market,
    segment: Segment,
    columns: tuple[int, int],
    sets: npt.NDArray[np.void],
    rules: Rules,
    signal: Signal,
) -> tuple[Floats, Floats, int, float] | None:
    """Signals of the trading period, and the parameter set that did best on the formation period itself."""
    formation, formed = slice(segment.formed, segment.known), segment.known - segment.formed
    prices = market.adjusted[segment.formed : segment.stop, list(columns)]
    joint = np.isfinite(prices).all(axis=1) & (prices > 0.0).all(axis=1)
    z, beta = np.full(len(prices), np.nan), np.full(len(prices), np.nan)
    close_y, close_x = market.closes[formation, list(columns)].T
    facts = Conditions(y=market.happened(columns[0], formation), x=market.happened(columns[1], formation))
    try:
        log_y, log_x = np.log(prices[joint]).T
        z[joint], beta[joint] = signal(log_y, log_x, slice(0, formed))
        found = sweep(close_y, close_x, z[None, :formed], beta[None, :formed], sets, rules, conditions=facts)
    except QuantError:
        return None
    sharpes = found.figures["sharpe"]
    if np.isnan(sharpes).all():
        return None
    chosen = int(np.nanargmax(sharpes))
    begin = segment.first - segment.formed
    return z[begin:], beta[begin:], chosen, float(sharpes[chosen])


def _rules(rules: Rules, row: np.void, capital: float) -> Rules:
    return Rules(
        entry=float(row["entry"]),
        exit=float(row["exit"]),
        stop=None if math.isinf(row["stop"]) else float(row["stop"]),
        max_hold=None if row["max_hold"] == UNLIMITED else int(row["max_hold"]),
        gross=float(row["gross"]),
        capital=capital,
        commission_bps=float(row["cost"]) / BPS,
        fill=rules.fill,
        periods_per_year=rules.periods_per_year,
    )
