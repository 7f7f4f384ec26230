"""An independent two-leg backtest on a pandas frame: the oracle, first all signals, then all money."""

import pandas as pd


def positions(z: pd.Series, entry: float, exit_: float, stop: float | None, max_hold: int | None) -> pd.Series:
    """Position wanted after each close, from the text of the rules."""
    wanted, now, since, locked = [], 0, 0, False
    for bar, score in enumerate(z):
        if pd.isna(score):
            wanted.append(now)
            continue
        if now == 0:
            locked = locked and not abs(score) < exit_
            tradable = abs(score) > entry and (stop is None or abs(score) < stop)
            if tradable and not locked:
                now, since = (1 if score < 0 else -1), bar + 1
        else:
            reverted = score >= -exit_ if now > 0 else score <= exit_
            stopped = stop is not None and abs(score) > stop
            expired = max_hold is not None and bar - since + 1 >= max_hold
            if reverted or stopped or expired:
                locked, now = not reverted, 0
        wanted.append(now)
    return pd.Series(wanted, index=z.index)


def pandas_backtest(frame: pd.DataFrame, beta: float, rules) -> pd.DataFrame:
    """`frame` has columns y, x, z; the answer has equity, position and fees paid so far."""
    wanted = positions(frame["z"], rules.entry, rules.exit, rules.stop, rules.max_hold)
    target = wanted.shift(1, fill_value=0)
    fee = (rules.commission_bps + rules.slippage_bps) / 10_000
    wealth, shares, fees, rows = rules.capital, {"y": 0.0, "x": 0.0}, 0.0, []
    previous = None
    for (_, prices), side, change in zip(frame.iterrows(), target, target.diff().fillna(target), strict=True):
        if previous is not None:
            wealth += sum(shares[leg] * (prices[leg] - previous[leg]) for leg in shares)
        if change:
            ratio = beta * prices["x"] / prices["y"] if rules.hedge_fixes == "SHARES" else beta
            on_y = rules.gross * wealth / (1 + abs(ratio)) if rules.sizing == "GROSS" else rules.notional
            new = {"y": side * on_y / prices["y"], "x": -side * ratio * on_y / prices["x"]}
            paid = fee * sum(abs(new[leg] - shares[leg]) * prices[leg] for leg in shares)
            wealth, fees, shares = wealth - paid, fees + paid, new
        rows.append((wealth, side, fees))
        previous = prices
    return pd.DataFrame(rows, index=frame.index, columns=["equity", "position", "fees"])
