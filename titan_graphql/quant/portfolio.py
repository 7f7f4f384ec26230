"""Many pairs as one book: shared capital, legs traded net, limits per name, and what each pair contributed."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.backtest_conditions import DAYS_PER_YEAR
from titan_graphql.quant.backtest_ledger import TRADE, Attribution, ExitReason, Ledger
from titan_graphql.quant.backtest_rules import BPS, Rules
from titan_graphql.quant.errors import ArithmeticOverflowError, ParameterError, SeriesTooShortError
from titan_graphql.quant.series import Floats

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
BARS_PER_REPORT = 256
PARTS = ("price", "dividends", "commission", "slippage", "borrow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The instruments of a book, one row each, on common bars.

    Attributes
    ----------
    close : (N, T) positive prices as traded, an earlier one where there is no bar
    traded : (N, T) whether there is a bar
    splits, dividends : (N, T) new shares per old share, and cash per share of that bar
    last : (N,) the last bar of an instrument that stops trading, T or more for one that does not
    days : (T,) calendar days since the bar before
    """

    close: Floats
    traded: Flags
    splits: Floats
    dividends: Floats
    last: Ints
    days: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The pairs of a book, one row each.

    Attributes
    ----------
    legs : (P, 2) rows of `Names`, y first; two different ones
    z, beta : (P, T) z-score and hedge ratio at each bar, NaN where unknown
    weight : (P,) shares of the book's equity, positive
    """

    legs: Ints
    z: Floats
    beta: Floats
    weight: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one pair added to the P&L, with the costs it would have had alone; the five parts add up to `total`.

    `blocked` entries did not fit the limit of a name at all, `reduced` ones did in part.
    """

    price: float
    dividends: float
    commission: float
    slippage: float
    borrow: float
    trades: int
    blocked: int
    reduced: int

    @property
    def total(self) -> float:
        """Its share of the P&L before netting."""
        return math.fsum((self.price, self.dividends, self.commission, self.slippage, self.borrow))


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A book bar by bar, after that bar's fills.

    Attributes
    ----------
    ledger : the book as one position: `quantity_y` is its gross value, `position` the number of pairs held, `trades`
        those of all pairs by exit, each with the costs it would have had alone
    gross, net : (T,) Σ|q·p| and Σq·p over the names, in currency
    largest : (T,) the largest |q·p| of one name
    quantities : (N, T) signed shares
    contributions : one per pair, in order
    netting : costs saved because names were traded and borrowed net: P&L − Σ contributions, never negative but for
        rounding
    """

    ledger: Ledger
    gross: Floats
    net: Floats
    largest: Floats
    quantities: Floats
    contributions: tuple[Contribution, ...]
    netting: float


def run_portfolio(
    names: Names,
    members: Members,
    rules: Rules,
    *,
    name_limit: float | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Book:
    """Trade many pairs by the rules of `run_backtest` from one purse.

    Each pair decides for itself at a close and is filled at the next close that both its legs have. An entry takes
    `gross` × its weight × the equity of the book, split 1 : |β| by value. Names that several pairs hold are traded,
    charged and borrowed net. With one pair of weight 1 and no limit the book is that pair's ledger.

    Parameters
    ----------
    names : the instruments
    members : the pairs
    rules : thresholds, gross, capital and costs; fills at the close, GROSS sizing, no re-hedging
    name_limit : what |q·p| of one name may come to after an entry, as a multiple of equity; an entry that would pass
        it is scaled down as a whole, pairs earlier in the list going first. Exits are always made, and prices may
        carry a name over its limit later
    on_progress : called with (bars done, T) now and then; whatever it raises ends the run

    Raises
    ------
    SeriesTooShortError, ArithmeticOverflowError
    ParameterError
        RULE_UNSUPPORTED, LIMIT_OUT_OF_RANGE, NO_PAIRS, LENGTH_MISMATCH.
    """
    _check(names, members, rules, name_limit)
    run = _Run(names, members, rules, math.inf if name_limit is None else name_limit)
    bars = names.close.shape[1]
    with np.errstate(all="ignore"):
        for t in range(bars):
            run.step(t)
            if on_progress is not None and (t % BARS_PER_REPORT == 0 or t == bars - 1):
                on_progress(t + 1, bars)
    if not np.isfinite(run.columns).all():
        message = "prices or sizes are too extreme: equity is not a finite number"
        raise ArithmeticOverflowError(message)
    return run.book()


def inverse_volatility(deviation: Floats) -> Floats:
    """Return weights that add up to 1 and give every pair the same volatility, were they independent.

    Parameters
    ----------
    deviation : (P,) of the returns of each pair per unit of gross exposure over a past period

    Raises
    ------
    ParameterError
        SERIES_CONSTANT, returns that do not vary.
    """
    varying = np.isfinite(deviation) & (deviation > 0.0)
    if not varying.all():
        message = f"the returns of pair {int(np.argmin(varying)) + 1} do not vary, so it has no weight"
        raise ParameterError(message, code="SERIES_CONSTANT", field="pairs")
    weight: Floats = (1.0 / deviation) / np.sum(1.0 / deviation)
    return weight


def _check(names: Names, members: Members, rules: Rules, name_limit: float | None) -> None:
    pairs, bars = members.z.shape
    if not pairs:
        message = "a book needs at least one pair"
        raise ParameterError(message, code="NO_PAIRS", field="pairs")
    if bars < 2:
        message = f"{bars} bars are too few; a decision needs a next bar to be filled"
        raise SeriesTooShortError(message)
    shapes = {names.close.shape, names.traded.shape, names.splits.shape, names.dividends.shape}
    fits = members.beta.shape == (pairs, bars) and members.legs.shape == (pairs, 2) and members.weight.shape == (pairs,)
    if shapes != {(names.last.size, bars)} or names.days.shape != (bars,) or not fits:
        message = "every name and every pair needs one value per bar"
        raise ParameterError(message, code="LENGTH_MISMATCH", field="names")
    if rules.fill != "CLOSE" or rules.sizing != "GROSS" or rules.rehedge_band is not None:
        message = "a book fills at the close, sizes by gross and does not re-hedge"
        raise ParameterError(message, code="RULE_UNSUPPORTED", field="rules")
    if name_limit is not None and not (math.isfinite(name_limit) and name_limit > 0.0):
        message = f"name_limit is {name_limit}; a limit is a positive multiple of equity"
        raise ParameterError(message, code="LIMIT_OUT_OF_RANGE", field="name_limit")


class _Run:
    """A book under way; rows are pairs unless a comment says names."""

    def __init__(self, names: Names, members: Members, rules: Rules, limit: float) -> None:
        pairs, bars = members.z.shape
        self.names, self.members, self.rules, self.limit = names, members, rules, limit
        self.stop = math.inf if rules.stop is None else rules.stop
        self.fee = (rules.commission_bps * BPS, rules.slippage_bps * BPS)
        self.cash = self.peak = rules.capital
        self.held = np.zeros((pairs, 2))
        self.position, self.order, self.locked = (np.zeros(pairs, np.int64) for _ in range(3))
        self.waiting = np.zeros(pairs, np.bool_)
        self.beta = np.full(pairs, np.nan)
        self.signal, self.decided, self.filled, self.reason = (np.zeros(pairs, np.int64) for _ in range(4))
        # Shares and prices of both legs at the entry, and the five sums of the pair before it.
        self.entry, self.begun = np.zeros((pairs, 4)), np.zeros((pairs, 5))
        self.own = {part: np.zeros(pairs) for part in PARTS}
        self.paid = dict.fromkeys(PARTS[1:], 0.0)
        self.traded = 0.0
        self.count, self.blocked, self.reduced = (np.zeros(pairs, np.int64) for _ in range(3))
        self.trades: list[tuple[float, ...]] = []
        self.columns, self.quantities = np.empty((7, bars)), np.empty((len(names.close), bars))
        self.ruined: int | None = None

    def net(self, held: Floats) -> Floats:
        """Shares of each name."""
        shares = np.zeros(len(self.names.close))
        np.add.at(shares, self.members.legs.ravel(), held.ravel())
        return shares

    def sums(self, p: int) -> Floats:
        """What a pair has come to so far, part by part."""
        return np.array([self.own[part][p] for part in PARTS])

    def step(self, t: int) -> None:
        """Live through one bar."""
        close = self.names.close[:, t]
        if t > 0:
            self.overnight(t)
        ended, traded = self.names.last[self.members.legs] <= t, self.names.traded[self.members.legs, t]
        gone, both = ended[:, 0] | ended[:, 1], traded[:, 0] & traded[:, 1]
        self.fill(t, both, gone)
        equity = self.cash + float(self.net(self.held) @ close)
        if equity <= 0.0 and self.ruined is None:
            self.ruined, self.waiting[:] = t, False
            self.reason[:], self.signal[:] = ExitReason.RUIN, t
            self.exchange(t, self.position != 0, np.empty(0, np.int64))
            equity = self.cash
        self.write(t, equity)
        if self.ruined is None:
            self.decide(t, both & ~gone & ~np.isnan(self.members.z[:, t]))

    def overnight(self, t: int) -> None:
        """Borrow on the shorts at the close before, splits, dividends, and the move to this bar's close."""
        legs, mark = self.members.legs, self.names.close[:, t - 1]
        rate = self.rules.borrow_bps * BPS * self.names.days[t] / DAYS_PER_YEAR
        self.own["borrow"] -= rate * (np.maximum(-self.held, 0.0) * mark[legs]).sum(axis=1)
        lent = rate * float(np.maximum(-self.net(self.held), 0.0) @ mark)
        splits, dividends = self.names.splits[:, t], self.names.dividends[:, t]
        self.held *= splits[legs]
        if self.rules.hedge_fixes == "SHARES":
            self.beta *= splits[legs[:, 1]] / splits[legs[:, 0]]
        received = float(self.net(self.held) @ dividends)
        self.own["dividends"] += (self.held * dividends[legs]).sum(axis=1)
        self.own["price"] += (self.held * (self.names.close[:, t] - mark / splits)[legs]).sum(axis=1)
        self.cash += received - lent
        self.paid["borrow"] += lent
        self.paid["dividends"] += received

    def fill(self, t: int, both: Flags, gone: Flags) -> None:
        """Carry out what waits, exits before entries, and close what stops trading."""
        held = self.position != 0
        ended = held & gone & ~(self.waiting & both)
        self.reason[ended] = ExitReason.DELISTED
        self.signal[ended] = t
        entering = np.flatnonzero(~held & self.waiting & both & ~gone)
        self.waiting[~held & gone] = False
        self.exchange(t, ended | (held & self.waiting & both), entering)

    def exchange(self, t: int, leaving: Flags, entering: Ints) -> None:
        """Close some pairs and open others in one exchange at this bar's close; write the closed trades down."""
        if not leaving.any() and not entering.size:
            return
        price = self.names.close[:, t]
        equity = self.cash + float(self.net(self.held) @ price)
        target = np.where(leaving[:, None], 0.0, self.held)
        for p in entering:
            shares = self.sized(int(p), equity, price)
            scale = self.room(int(p), shares, self.net(target), self.limit * equity / price)
            self.blocked[p] += scale == 0.0
            self.reduced[p] += 0.0 < scale < 1.0
            if scale > 0.0:
                target[p] = scale * shares
                self.position[p], self.filled[p] = self.order[p], t
                self.decided[p], self.begun[p] = self.signal[p], self.sums(int(p))
                self.entry[p] = (*target[p], *price[self.members.legs[p]])
        self.trade(t, target)
        self.trades += [self.row(int(p), t, t) for p in np.flatnonzero(leaving)]
        self.count[leaving] += 1
        self.position[leaving] = 0
        self.waiting[leaving], self.waiting[entering] = False, False

    def sized(self, p: int, equity: float, price: Floats) -> Floats:
        """Signed shares of both legs of an entry without limits."""
        price_y, price_x = price[self.members.legs[p]]
        ratio = self.beta[p] * (price_x / price_y if self.rules.hedge_fixes == "SHARES" else 1.0)
        value = self.rules.gross * self.members.weight[p] * equity / (1.0 + abs(ratio))
        shares: Floats = np.array([value / price_y, -ratio * value / price_x]) * self.order[p]
        return shares

    def room(self, p: int, shares: Floats, net: Floats, most: Floats) -> float:
        """The part of an entry, from 0 to 1, that keeps both names within `most` shares."""
        scale = 1.0
        for name, wanted in zip(self.members.legs[p], shares, strict=True):
            if wanted != 0.0 and abs(net[name] + wanted) > most[name]:
                left = (most[name] - math.copysign(1.0, wanted) * net[name]) / abs(wanted)
                scale = min(scale, max(float(left), 0.0))
        return scale

    def trade(self, t: int, target: Floats) -> None:
        """Exchange shares for cash: each pair is told its own costs, the book pays for what is left after netting."""
        price, legs = self.names.close[:, t], self.members.legs
        change = self.net(target) - self.net(self.held)
        notional = float(np.abs(change) @ price)
        own = (np.abs(target - self.held) * price[legs]).sum(axis=1)
        for part, rate in zip(("commission", "slippage"), self.fee, strict=True):
            self.own[part] -= rate * own
            self.paid[part] += rate * notional
        self.cash -= float(change @ price) + sum(self.fee) * notional
        self.traded += notional
        self.held = target

    def decide(self, t: int, known: Flags) -> None:
        """Leave orders for the next bar, by the rules of one pair."""
        z, beta, rules = self.members.z[:, t], self.members.beta[:, t], self.rules
        size, flat = np.abs(z), known & (self.position == 0)
        back = (size < rules.exit) | ((rules.exit == 0.0) & (self.locked * z <= 0.0))
        self.locked[flat & back] = 0
        enter = flat & (self.locked == 0) & (size > rules.entry) & (size < self.stop) & ~np.isnan(beta)
        inside = known & (self.position != 0)
        done = inside & (self.position * z >= -rules.exit)
        stopped = inside & ~done & (size > self.stop)
        hold = np.inf if rules.max_hold is None else rules.max_hold
        late = inside & ~done & ~stopped & (t - self.filled + 1 >= hold)
        self.order[enter] = np.where(z[enter] > 0.0, -1, 1)
        self.beta[enter] = beta[enter]
        for which, why in ((done, ExitReason.EXIT), (stopped, ExitReason.STOP), (late, ExitReason.TIME)):
            self.reason[which] = why
        self.locked[stopped | late] = -self.position[stopped | late]
        ordered = enter | done | stopped | late
        self.waiting[ordered], self.signal[ordered] = True, t

    def row(self, p: int, exit_fill: int, last: int) -> tuple[float, ...]:
        """A trade of one pair as a row of `TRADE`."""
        open_ = exit_fill < 0
        _, dividends, *costs = gained = self.sums(p) - self.begun[p]
        signals = self.decided[p], self.filled[p], -1 if open_ else self.signal[p], exit_fill
        exits = self.names.close[:, last][self.members.legs[p]]
        why = ExitReason.OPEN if open_ else self.reason[p]
        money = (math.fsum(gained), -math.fsum(costs))
        return (self.position[p], *signals, *self.entry[p], *exits, *money, last - self.filled[p], why, dividends, 0)

    def write(self, t: int, equity: float) -> None:
        """Keep what the bar has come to."""
        shares = self.net(self.held)
        values = shares * self.names.close[:, t]
        self.peak = max(self.peak, equity)
        held = float(np.sum(self.position != 0))
        sizes = np.abs(values)
        self.columns[:, t] = (
            equity, self.cash, sizes.sum(), values.sum(), sizes.max(), equity / self.peak - 1.0, held,
        )  # fmt: skip
        self.quantities[:, t] = shares

    def book(self) -> Book:
        """Everything the run has left."""
        equity, cash, gross, net, largest, drawdown, held = self.columns
        last = equity.size - 1
        self.trades += [self.row(int(p), -1, last) for p in np.flatnonzero(self.position)]
        parts = [{part: float(self.own[part][p]) for part in PARTS} for p in range(len(self.held))]
        counts = zip(self.count, self.blocked, self.reduced, strict=True)
        contributions = tuple(
            Contribution(**own, trades=int(trades), blocked=int(blocked), reduced=int(reduced))
            for own, (trades, blocked, reduced) in zip(parts, counts, strict=True)
        )
        costs = ("commission", "slippage", "borrow")
        netting = math.fsum(-float(self.own[part].sum()) - self.paid[part] for part in costs)
        ledger = Ledger(
            equity=equity, cash=cash, quantity_y=gross, quantity_x=np.zeros(equity.size), drawdown=drawdown,
            position=np.minimum(held, 127).astype(np.int8), trades=np.array(self.trades, dtype=TRADE),
            traded=self.traded, pending=0, ruined=self.ruined, **self.paid, attribution=self.attribution(),
        )  # fmt: skip
        return Book(
            ledger=ledger, gross=gross, net=net, largest=largest, quantities=self.quantities,
            contributions=contributions, netting=netting,
        )  # fmt: skip

    def attribution(self) -> Attribution:
        """The book's P&L by source; all names count as leg y."""
        costs = {part: -self.paid[part] for part in ("commission", "slippage", "borrow")}
        return Attribution(price_y=float(self.own["price"].sum()), dividends=self.paid["dividends"], **costs)
