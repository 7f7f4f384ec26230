"""The two-leg backtest as one reads it: the twin that the compiled kernel must equal bit for bit."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.backtest_ledger import TRADE, Attribution, ExitReason, Ledger
from titan_graphql.quant.backtest_rules import BPS, Rules

SUMS = ("commission", "slippage", "traded", "borrow", "dividends", "price_y", "price_x", "hedge_drift")


@dataclass
class _Trade:
    """A trade under way: what it began as and what it has cost so far."""

    direction: int
    entry_signal: int
    entry_fill: int
    quantity_y: float
    quantity_x: float
    entry_y: float
    entry_x: float
    cash_before: float
    costs: float = 0.0
    dividends: float = 0.0
    rehedges: int = 0

    def row(
        self, signal: int, fill: int, y: float, x: float, pnl: float, last: int, why: ExitReason
    ) -> tuple[Any, ...]:
        """The trade as a row of `TRADE`."""
        when = (self.direction, self.entry_signal, self.entry_fill, signal, fill)
        entry = (self.quantity_y, self.quantity_x, self.entry_y, self.entry_x)
        rest = (pnl, self.costs, last - self.entry_fill, int(why), self.dividends, self.rehedges)
        return (*when, *entry, y, x, *rest)


@dataclass
class _Order:
    """A decision waiting for a bar: a new direction, a new hedge, or 0 with the reason to leave."""

    direction: int
    signal: int
    beta: float = math.nan
    gross: float = math.nan
    reason: ExitReason = ExitReason.OPEN


@dataclass
class _Run:
    rules: Rules
    cash: float
    trade: _Trade | None = None
    order: _Order | None = None
    y: float = 0.0
    x: float = 0.0
    entry_x: float = 0.0
    mark: tuple[float, float] = (0.0, 0.0)
    locked_side: int = 0
    sums: dict[str, float] = field(default_factory=lambda: dict.fromkeys(SUMS, 0.0))
    ruined: int | None = None
    closed: list[tuple[Any, ...]] = field(default_factory=list)

    def pay(self, trade: _Trade, notional: float) -> float:
        """Book the costs of a traded notional and return them."""
        commission = self.rules.commission_bps * BPS * notional
        slippage = self.rules.slippage_bps * BPS * notional
        self.sums["commission"] += commission
        self.sums["slippage"] += slippage
        self.sums["traded"] += notional
        trade.costs += commission + slippage
        return commission + slippage

    def sleep(self, trade: _Trade, bar: np.void) -> None:
        """What happens to a position between two bars: borrow, splits, dividends."""
        short = max(-self.y, 0.0) * self.mark[0] + max(-self.x, 0.0) * self.mark[1]
        fee = self.rules.borrow_bps * BPS * float(bar["years"]) * short
        split_y, split_x = float(bar["split_y"]), float(bar["split_x"])
        self.y, self.x, self.entry_x = self.y * split_y, self.x * split_x, self.entry_x * split_x
        self.mark = self.mark[0] / split_y, self.mark[1] / split_x
        dividends = self.y * float(bar["dividend_y"]) + self.x * float(bar["dividend_x"])
        self.cash += dividends - fee
        self.sums["borrow"] += fee
        self.sums["dividends"] += dividends
        trade.costs += fee
        trade.dividends += dividends

    def move(self, price_y: float, price_x: float) -> None:
        """Attribute a price move to the shares that were held over it."""
        self.sums["price_y"] += self.y * (price_y - self.mark[0])
        self.sums["price_x"] += self.entry_x * (price_x - self.mark[1])
        self.sums["hedge_drift"] += (self.x - self.entry_x) * (price_x - self.mark[1])
        self.mark = price_y, price_x

    def ratio(self, beta: float, price_y: float, price_x: float) -> float:
        """Value on x per value on y."""
        return beta * price_x / price_y if self.rules.hedge_fixes == "SHARES" else beta

    def trade_to(self, trade: _Trade, y: float, x: float, price_y: float, price_x: float) -> None:
        """Exchange shares for cash, with costs."""
        costs = self.pay(trade, abs(y - self.y) * price_y + abs(x - self.x) * price_x)
        self.cash -= (y - self.y) * price_y + (x - self.x) * price_x + costs
        self.y, self.x = y, x

    def enter(self, order: _Order, t: int, price_y: float, price_x: float) -> None:
        """Open both legs at these prices."""
        ratio = self.ratio(order.beta, price_y, price_x)
        fixed = self.rules.sizing == "FIXED_NOTIONAL"
        value_y = self.rules.notional if fixed else order.gross * self.cash / (1.0 + abs(ratio))
        y, x = order.direction * value_y / price_y, -order.direction * ratio * value_y / price_x
        self.trade = _Trade(order.direction, order.signal, t, y, x, price_y, price_x, self.cash)
        self.trade_to(self.trade, y, x, price_y, price_x)
        self.entry_x = x

    def leave(self, trade: _Trade, order: _Order, t: int, price_y: float, price_x: float) -> None:
        """Close both legs at these prices."""
        self.trade_to(trade, 0.0, 0.0, price_y, price_x)
        pnl = self.cash - trade.cash_before
        self.closed.append(trade.row(order.signal, t, price_y, price_x, pnl, t, order.reason))
        self.trade, self.order, self.entry_x = None, None, 0.0

    def fill(self, order: _Order, t: int, price_y: float, price_x: float) -> None:
        """Carry out a waiting order."""
        self.order = None
        if self.trade is None:
            self.enter(order, t, price_y, price_x)
        elif order.direction == 0:
            self.leave(self.trade, order, t, price_y, price_x)
        else:
            x = -self.y * price_y * self.ratio(order.beta, price_y, price_x) / price_x
            self.trade_to(self.trade, self.y, x, price_y, price_x)
            self.trade.rehedges += 1

    def decide(self, t: int, bar: np.void) -> None:
        """Leave an order for a coming bar, or none."""
        z, beta, gross = float(bar["z"]), float(bar["beta"]), float(bar["gross"])
        rules, trade, self.order = self.rules, self.trade, None
        stop = math.inf if rules.stop is None else rules.stop
        if trade is None:
            if abs(z) < rules.exit or (rules.exit == 0.0 and self.locked_side * z <= 0.0):
                self.locked_side = 0
            known = not (math.isnan(beta) or math.isnan(gross))
            if not self.locked_side and rules.entry < abs(z) < stop and known:
                self.order = _Order(-1 if z > 0.0 else 1, t, beta, gross)
        elif trade.direction * z >= -rules.exit:
            self.order = _Order(0, t, reason=ExitReason.EXIT)
        elif abs(z) > stop or (rules.max_hold is not None and t - trade.entry_fill + 1 >= rules.max_hold):
            self.order = _Order(0, t, reason=ExitReason.STOP if abs(z) > stop else ExitReason.TIME)
            self.locked_side = -trade.direction
        elif rules.rehedge_band is not None and not math.isnan(beta):
            shares = rules.hedge_fixes == "SHARES"
            ratio = beta if shares else beta * float(bar["close_y"]) / float(bar["close_x"])
            hedged = -self.y * ratio
            if abs(hedged - self.x) > rules.rehedge_band * abs(hedged):
                self.order = _Order(trade.direction, t, beta)

    def step(self, t: int, bar: np.void) -> float:
        """Live through one bar and return the equity at its close."""
        y, x = float(bar["close_y"]), float(bar["close_x"])
        if self.order is not None and self.rules.hedge_fixes == "SHARES":
            self.order.beta *= float(bar["split_x"] / bar["split_y"])
        if self.trade is not None:
            self.sleep(self.trade, bar)
        if bar["ended"] and self.trade is None:
            self.order = None
        if bar["traded"] and self.order is not None:
            self.move(float(bar["fill_y"]), float(bar["fill_x"]))
            self.fill(self.order, t, float(bar["fill_y"]), float(bar["fill_x"]))
        self.move(y, x)
        if bar["ended"] and self.trade is not None:
            self.leave(self.trade, _Order(0, t, reason=ExitReason.DELISTED), t, y, x)
        equity = self.cash + self.y * y + self.x * x
        if equity <= 0.0 and self.ruined is None:
            self.ruined, self.order = t, None
            if self.trade is not None:
                self.leave(self.trade, _Order(0, t, reason=ExitReason.RUIN), t, y, x)
                equity = self.cash
        return equity


def ledger_py(bars: npt.NDArray[np.void], rules: Rules) -> Ledger:
    """Readable twin of the compiled ledger, on bars laid out by `sized_bars`."""
    run, peak = _Run(rules, cash=rules.capital), rules.capital
    columns, position = np.empty((5, bars.size)), np.zeros(bars.size, dtype=np.int8)
    for t, bar in enumerate(bars):
        equity = run.step(t, bar)
        peak = max(peak, equity)
        columns[:, t] = equity, run.cash, run.y, run.x, equity / peak - 1.0
        position[t] = run.trade.direction if run.trade else 0
        if bar["traded"] and not bar["ended"] and run.ruined is None and not math.isnan(bar["z"]):
            run.decide(t, bar)
    if run.trade is not None:
        pnl, last = float(columns[0, -1]) - run.trade.cash_before, bars.size - 1
        run.closed.append(run.trade.row(-1, -1, *run.mark, pnl, last, ExitReason.OPEN))
    sums = run.sums
    costs = {name: -sums[name] for name in ("commission", "slippage", "borrow")}
    prices = {name: sums[name] for name in ("price_y", "price_x", "hedge_drift", "dividends")}
    return Ledger(
        equity=columns[0],
        cash=columns[1],
        quantity_y=columns[2],
        quantity_x=columns[3],
        drawdown=columns[4],
        position=position,
        trades=np.array(run.closed, dtype=TRADE),
        commission=sums["commission"],
        slippage=sums["slippage"],
        traded=sums["traded"],
        pending=run.order.direction if run.order else int(position[-1]),
        ruined=run.ruined,
        borrow=sums["borrow"],
        dividends=sums["dividends"],
        attribution=Attribution(**costs, **prices),
    )
