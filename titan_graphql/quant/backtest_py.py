"""The two-leg backtest as one reads it: the twin that the compiled kernel must equal bit for bit."""

import math
from dataclasses import dataclass, field

import numpy as np

from titan_graphql.quant.backtest_ledger import TRADE, ExitReason, Ledger
from titan_graphql.quant.backtest_rules import BPS, Rules
from titan_graphql.quant.series import Floats


@dataclass
class _Open:
    """A trade under way."""

    direction: int
    entry_signal: int
    entry_fill: int
    quantity_y: float
    quantity_x: float
    entry_y: float
    entry_x: float
    costs: float
    cash_before: float


@dataclass
class _Order:
    """A decision waiting for the next bar: a new direction with its β, or 0 with the reason to leave."""

    direction: int
    signal: int
    beta: float = math.nan
    reason: ExitReason = ExitReason.OPEN


@dataclass
class _Run:
    rules: Rules
    cash: float
    peak: float
    trade: _Open | None = None
    order: _Order | None = None
    locked_side: int = 0
    commission: float = 0.0
    slippage: float = 0.0
    traded: float = 0.0
    ruined: int | None = None
    closed: list[tuple[float, ...]] = field(default_factory=list)

    def pay(self, notional: float) -> float:
        """Book the costs of a traded notional and return them."""
        commission = self.rules.commission_bps * BPS * notional
        slippage = self.rules.slippage_bps * BPS * notional
        self.commission += commission
        self.slippage += slippage
        self.traded += notional
        return commission + slippage

    def enter(self, order: _Order, t: int, price_y: float, price_x: float) -> None:
        """Open both legs at these prices."""
        rules = self.rules
        ratio = order.beta * price_x / price_y if rules.hedge_fixes == "SHARES" else order.beta
        fixed = rules.sizing == "FIXED_NOTIONAL"
        value_y = rules.notional if fixed else rules.gross * self.cash / (1.0 + abs(ratio))
        quantity_y = order.direction * value_y / price_y
        quantity_x = -order.direction * ratio * value_y / price_x
        costs = self.pay(abs(quantity_y) * price_y + abs(quantity_x) * price_x)
        self.trade = _Open(order.direction, order.signal, t, quantity_y, quantity_x, price_y, price_x, costs, self.cash)
        self.cash -= quantity_y * price_y + quantity_x * price_x + costs

    def leave(self, order: _Order, t: int, price_y: float, price_x: float) -> None:
        """Close both legs at these prices."""
        trade = self.trade
        assert trade is not None  # noqa: S101
        costs = self.pay(abs(trade.quantity_y) * price_y + abs(trade.quantity_x) * price_x)
        self.cash -= -trade.quantity_y * price_y + -trade.quantity_x * price_x + costs
        trade.costs += costs
        row = _row(trade, order.signal, t, price_y, price_x, self.cash - trade.cash_before, order.reason, t)
        self.closed.append(row)
        self.trade = None

    def decide(self, t: int, z: float, beta: float) -> None:
        """Leave an order for the next bar, or none."""
        rules = self.rules
        stop = math.inf if rules.stop is None else rules.stop
        if self.trade is None:
            crossed = rules.exit == 0.0 and self.locked_side * z <= 0.0
            if abs(z) < rules.exit or crossed:
                self.locked_side = 0
            if not self.locked_side and rules.entry < abs(z) < stop and not math.isnan(beta):
                self.order = _Order(-1 if z > 0.0 else 1, t, beta=beta)
            return
        held = t - self.trade.entry_fill + 1
        if self.trade.direction * z >= -rules.exit:
            self.order = _Order(0, t, reason=ExitReason.EXIT)
            return
        if abs(z) > stop:
            self.order = _Order(0, t, reason=ExitReason.STOP)
        elif rules.max_hold is not None and held >= rules.max_hold:
            self.order = _Order(0, t, reason=ExitReason.TIME)
        if self.order is not None:
            self.locked_side = -self.trade.direction


def _row(
    trade: _Open,
    exit_signal: int,
    exit_fill: int,
    exit_y: float,
    exit_x: float,
    pnl: float,
    reason: ExitReason,
    last: int,
) -> tuple[float, ...]:
    entry = (trade.quantity_y, trade.quantity_x, trade.entry_y, trade.entry_x)
    when = (trade.entry_signal, trade.entry_fill, exit_signal, exit_fill)
    held = last - trade.entry_fill
    return (trade.direction, *when, *entry, exit_y, exit_x, pnl, trade.costs, held, int(reason))


def ledger_py(price_y: Floats, price_x: Floats, z: Floats, beta: Floats, rules: Rules) -> Ledger:
    """Readable twin of the compiled ledger; same arguments as `run_backtest`, already checked."""
    run = _Run(rules, cash=rules.capital, peak=rules.capital)
    bars = price_y.size
    columns, position = np.empty((5, bars)), np.zeros(bars, dtype=np.int8)
    for t in range(bars):
        py, px = float(price_y[t]), float(price_x[t])
        if run.order is not None:
            order, run.order = run.order, None
            (run.enter if order.direction else run.leave)(order, t, py, px)
        held_y, held_x = (run.trade.quantity_y, run.trade.quantity_x) if run.trade else (0.0, 0.0)
        equity = run.cash + held_y * py + held_x * px
        if equity <= 0.0 and run.ruined is None:
            run.ruined = t
            if run.trade is not None:
                run.leave(_Order(0, t, reason=ExitReason.RUIN), t, py, px)
                equity, held_y, held_x = run.cash, 0.0, 0.0
        run.peak = max(run.peak, equity)
        columns[:, t] = equity, run.cash, held_y, held_x, equity / run.peak - 1.0
        position[t] = run.trade.direction if run.trade else 0
        if run.ruined is None and not math.isnan(z[t]):
            run.decide(t, float(z[t]), float(beta[t]))
    rows = list(run.closed)
    if run.trade is not None:
        pnl = float(columns[0, -1]) - run.trade.cash_before
        last_y, last_x = float(price_y[-1]), float(price_x[-1])
        rows.append(_row(run.trade, -1, -1, last_y, last_x, pnl, ExitReason.OPEN, bars - 1))
    return Ledger(
        equity=columns[0],
        cash=columns[1],
        quantity_y=columns[2],
        quantity_x=columns[3],
        drawdown=columns[4],
        position=position,
        trades=np.array(rows, dtype=TRADE),
        commission=run.commission,
        slippage=run.slippage,
        traded=run.traded,
        pending=run.order.direction if run.order else int(position[-1]),
        ruined=run.ruined,
    )
