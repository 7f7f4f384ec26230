"""The compiled two-leg backtest: one pass over the bars that can be stopped and resumed anywhere."""

import math

import numpy as np
from numba import njit

# Fields of the one-element record that carries a run from chunk to chunk.
STATE = np.dtype(
    [
        ("cash", np.float64),
        ("quantity_y", np.float64),
        ("quantity_x", np.float64),
        ("position", np.int64),
        ("wanted", np.int64),
        ("signal", np.int64),
        ("reason", np.int64),
        ("locked", np.int64),
        ("trades", np.int64),
        ("entry_fill", np.int64),
        ("cash_before", np.float64),
        ("beta", np.float64),
        ("peak", np.float64),
        ("commission", np.float64),
        ("slippage", np.float64),
        ("traded", np.float64),
        ("ruined", np.int64),
    ],
    align=True,
)
RULES = np.dtype(
    [
        ("entry", np.float64),
        ("exit", np.float64),
        ("stop", np.float64),
        ("max_hold", np.int64),
        ("fixed_notional", np.int64),
        ("gross", np.float64),
        ("notional", np.float64),
        ("commission", np.float64),
        ("slippage", np.float64),
        ("shares", np.int64),
    ],
    align=True,
)
EXIT, STOP, TIME, RUIN = 1, 2, 3, 4


@njit(cache=True, nogil=True, error_model="numpy")
def advance_nb(price_y, price_x, z, beta, rules, state, start, end, columns, position, trades):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Run bars start … end−1, reading and leaving everything that outlives a bar in `state[0]`.

    `columns` is (5, T): equity, cash, quantity_y, quantity_x, drawdown. Each bar fills the order of the bar
    before, marks to market, checks for ruin, and decides for the next bar.
    """
    rule = rules[0]
    s = state[0]
    for t in range(start, end):
        if s.wanted != s.position:
            fill_nb(t, price_y[t], price_x[t], rule, s, trades)
        equity = s.cash + s.quantity_y * price_y[t] + s.quantity_x * price_x[t]
        if equity <= 0.0 and s.ruined < 0:
            s.ruined = t
            if s.position != 0:
                s.wanted = 0
                s.signal = t
                s.reason = RUIN
                fill_nb(t, price_y[t], price_x[t], rule, s, trades)
                equity = s.cash
        s.peak = max(s.peak, equity)
        columns[0, t] = equity
        columns[1, t] = s.cash
        columns[2, t] = s.quantity_y
        columns[3, t] = s.quantity_x
        columns[4, t] = equity / s.peak - 1.0
        position[t] = s.position
        if s.ruined < 0 and not math.isnan(z[t]):
            decide_nb(t, z[t], beta[t], rule, s)


@njit(cache=True, nogil=True, error_model="numpy")
def decide_nb(t, z, beta, rule, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Choose the position of the next bar from what is known at the close of bar t."""
    size = abs(z)
    if s.position == 0:
        if s.locked != 0 and (size < rule.exit or (rule.exit == 0.0 and s.locked * z <= 0.0)):
            s.locked = 0
        if s.locked == 0 and rule.entry < size < rule.stop and not math.isnan(beta):
            s.wanted = -1 if z > 0.0 else 1
            s.signal = t
            s.beta = beta
        return
    if s.position * z >= -rule.exit:
        s.reason = EXIT
    elif size > rule.stop:
        s.reason = STOP
    elif t - s.entry_fill + 1 >= rule.max_hold:
        s.reason = TIME
    else:
        return
    s.wanted = 0
    s.signal = t
    if s.reason != EXIT:
        s.locked = -s.position


@njit(cache=True, nogil=True, error_model="numpy")
def fill_nb(t, price_y, price_x, rule, s, trades):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Trade both legs to the wanted position at these prices and write the trade's row."""
    quantity_y = quantity_x = 0.0
    if s.wanted != 0:
        ratio = s.beta * price_x / price_y if rule.shares else s.beta
        value_y = rule.notional if rule.fixed_notional else rule.gross * s.cash / (1.0 + abs(ratio))
        quantity_y = s.wanted * value_y / price_y
        quantity_x = -s.wanted * ratio * value_y / price_x
        s.cash_before = s.cash
    change_y = quantity_y - s.quantity_y
    change_x = quantity_x - s.quantity_x
    traded = abs(change_y) * price_y + abs(change_x) * price_x
    commission = rule.commission * traded
    slippage = rule.slippage * traded
    s.cash -= change_y * price_y + change_x * price_x + (commission + slippage)
    s.commission += commission
    s.slippage += slippage
    s.traded += traded
    trade = trades[s.trades]
    if s.wanted != 0:
        trade.direction = s.wanted
        trade.entry_signal = s.signal
        trade.entry_fill = s.entry_fill = t
        trade.quantity_y = quantity_y
        trade.quantity_x = quantity_x
        trade.entry_y = price_y
        trade.entry_x = price_x
        trade.costs = commission + slippage
    else:
        trade.exit_signal = s.signal
        trade.exit_fill = t
        trade.exit_y = price_y
        trade.exit_x = price_x
        trade.costs += commission + slippage
        trade.pnl = s.cash - s.cash_before
        trade.bars_held = t - s.entry_fill
        trade.exit_reason = s.reason
        s.trades += 1
    s.quantity_y = quantity_y
    s.quantity_x = quantity_x
    s.position = s.wanted
