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
        ("entry_x", np.float64),
        ("mark_y", np.float64),
        ("mark_x", np.float64),
        ("position", np.int64),
        ("wanted", np.int64),
        ("rehedge", np.int64),
        ("signal", np.int64),
        ("reason", np.int64),
        ("locked", np.int64),
        ("trades", np.int64),
        ("entry_fill", np.int64),
        ("cash_before", np.float64),
        ("beta", np.float64),
        ("gross", np.float64),
        ("peak", np.float64),
        ("commission", np.float64),
        ("slippage", np.float64),
        ("borrow", np.float64),
        ("dividends", np.float64),
        ("traded", np.float64),
        ("price_y", np.float64),
        ("price_x", np.float64),
        ("hedge_drift", np.float64),
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
        ("notional", np.float64),
        ("commission", np.float64),
        ("slippage", np.float64),
        ("borrow", np.float64),
        ("shares", np.int64),
        ("rehedge_band", np.float64),
    ],
    align=True,
)
EXIT, STOP, TIME, RUIN, DELISTED = 1, 2, 3, 4, 5


@njit(cache=True, nogil=True, error_model="numpy")
def advance_nb(bars, rules, state, start, end, columns, position, trades):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Run bars start … end−1, reading and leaving everything that outlives a bar in `state[0]`.

    `columns` is (5, T): equity, cash, quantity_y, quantity_x, drawdown. Each bar books what happened overnight, fills
    the order that waits, marks to market, closes what has to be closed, and decides for the next bar.
    """
    rule = rules[0]
    s = state[0]
    for t in range(start, end):
        bar = bars[t]
        if rule.shares:
            s.beta *= bar.split_x / bar.split_y
        if s.position != 0:
            overnight_nb(bar, rule, s, trades)
        if bar.ended and s.position == 0:
            s.wanted = 0
        if bar.traded and (s.wanted != s.position or s.rehedge):
            mark_nb(bar.fill_y, bar.fill_x, s)
            fill_nb(t, bar.fill_y, bar.fill_x, rule, s, trades)
        mark_nb(bar.close_y, bar.close_x, s)
        if bar.ended and s.position != 0:
            close_nb(t, bar, DELISTED, rule, s, trades)
        equity = s.cash + s.quantity_y * bar.close_y + s.quantity_x * bar.close_x
        if equity <= 0.0 and s.ruined < 0:
            s.ruined = t
            s.wanted = 0
            if s.position != 0:
                close_nb(t, bar, RUIN, rule, s, trades)
                equity = s.cash
        s.peak = max(s.peak, equity)
        columns[0, t] = equity
        columns[1, t] = s.cash
        columns[2, t] = s.quantity_y
        columns[3, t] = s.quantity_x
        columns[4, t] = equity / s.peak - 1.0
        position[t] = s.position
        if bar.traded and not bar.ended and s.ruined < 0 and not math.isnan(bar.z):
            decide_nb(t, bar, rule, s)


@njit(cache=True, nogil=True, error_model="numpy")
def overnight_nb(bar, rule, s, trades):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Borrow on yesterday's short notional, then splits, then dividends on the shares held into the bar."""
    short = max(-s.quantity_y, 0.0) * s.mark_y + max(-s.quantity_x, 0.0) * s.mark_x
    fee = rule.borrow * bar.years * short
    s.quantity_y *= bar.split_y
    s.quantity_x *= bar.split_x
    s.entry_x *= bar.split_x
    s.mark_y /= bar.split_y
    s.mark_x /= bar.split_x
    dividends = s.quantity_y * bar.dividend_y + s.quantity_x * bar.dividend_x
    s.cash += dividends - fee
    s.borrow += fee
    s.dividends += dividends
    trade = trades[s.trades]
    trade.costs += fee
    trade.dividends += dividends


@njit(cache=True, nogil=True, error_model="numpy")
def mark_nb(price_y, price_x, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Attribute the move from the last mark to these prices to the shares held over it."""
    s.price_y += s.quantity_y * (price_y - s.mark_y)
    s.price_x += s.entry_x * (price_x - s.mark_x)
    s.hedge_drift += (s.quantity_x - s.entry_x) * (price_x - s.mark_x)
    s.mark_y = price_y
    s.mark_x = price_x


@njit(cache=True, nogil=True, error_model="numpy")
def decide_nb(t, bar, rule, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Choose the position of the next bar from what is known at the close of bar t."""
    z = bar.z
    size = abs(z)
    if s.position == 0:
        if s.locked != 0 and (size < rule.exit or (rule.exit == 0.0 and s.locked * z <= 0.0)):
            s.locked = 0
        known = not math.isnan(bar.beta) and not math.isnan(bar.gross)
        if s.locked == 0 and rule.entry < size < rule.stop and known:
            s.wanted = -1 if z > 0.0 else 1
            s.signal = t
            s.beta = bar.beta
            s.gross = bar.gross
        return
    if s.position * z >= -rule.exit:
        s.reason = EXIT
    elif size > rule.stop:
        s.reason = STOP
    elif t - s.entry_fill + 1 >= rule.max_hold:
        s.reason = TIME
    else:
        if rule.rehedge_band >= 0.0 and not math.isnan(bar.beta):
            ratio = bar.beta if rule.shares else bar.beta * bar.close_y / bar.close_x
            hedged = -s.quantity_y * ratio
            s.rehedge = abs(hedged - s.quantity_x) > rule.rehedge_band * abs(hedged)
            s.beta = bar.beta
        return
    s.wanted = 0
    s.rehedge = 0
    s.signal = t
    if s.reason != EXIT:
        s.locked = -s.position


@njit(cache=True, nogil=True, error_model="numpy")
def close_nb(t, bar, reason, rule, s, trades):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Close the position at the bar's own close, whatever was decided."""
    s.wanted = 0
    s.rehedge = 0
    s.signal = t
    s.reason = reason
    fill_nb(t, bar.close_y, bar.close_x, rule, s, trades)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_nb(t, price_y, price_x, rule, s, trades):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Trade to the wanted position (or the new hedge) at these prices and write the trade's row."""
    entering = s.wanted != 0 and s.position == 0
    leaving = s.wanted == 0
    ratio = s.beta * price_x / price_y if rule.shares else s.beta
    quantity_y = quantity_x = 0.0
    if entering:
        value_y = rule.notional if rule.fixed_notional else s.gross * s.cash / (1.0 + abs(ratio))
        quantity_y = s.wanted * value_y / price_y
        quantity_x = -s.wanted * ratio * value_y / price_x
        s.cash_before = s.cash
    elif not leaving:
        quantity_y = s.quantity_y
        quantity_x = -quantity_y * price_y * ratio / price_x
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
    trade.costs += commission + slippage
    if entering:
        trade.direction = s.wanted
        trade.entry_signal = s.signal
        trade.entry_fill = s.entry_fill = t
        trade.quantity_y = quantity_y
        trade.quantity_x = s.entry_x = quantity_x
        trade.entry_y = price_y
        trade.entry_x = price_x
    elif leaving:
        trade.exit_signal = s.signal
        trade.exit_fill = t
        trade.exit_y = price_y
        trade.exit_x = price_x
        trade.pnl = s.cash - s.cash_before
        trade.bars_held = t - s.entry_fill
        trade.exit_reason = s.reason
        s.trades += 1
        s.entry_x = 0.0
    else:
        trade.rehedges += 1
    s.quantity_y = quantity_y
    s.quantity_x = quantity_x
    s.position = s.wanted
    s.rehedge = 0
