"""The peers' side of `benchmarks.backtest`: runs inside their own environment and knows nothing of the project.

Usage: python backtest_peers.py INPUT.npz OUTPUT.npz
"""

import math
import sys
import time
import warnings

import numpy as np
import pandas as pd
import vectorbt as vbt
from backtesting import Backtest, Strategy

warnings.filterwarnings("ignore")
SETS_AT_ONCE = 50
BACKTESTING_RUNS = 5


def wanted(z, entry, exit_, stop, max_hold):
    """The position wanted after each close, from the text of the rules."""
    path, now, since, locked = np.zeros(z.size), 0, 0, False
    for t, score in enumerate(z):
        if now == 0 and not math.isnan(score):
            if locked and abs(score) < exit_:
                locked = False
            if not locked and entry < abs(score) < stop:
                now, since = -int(math.copysign(1, score)), t + 1
        elif now != 0 and not math.isnan(score):
            if now * score >= -exit_:
                now = 0
            elif abs(score) > stop or t - since + 1 >= max_hold:
                now, locked = 0, True
        path[t] = now
    return path


def orders(task, places):
    """Target sizes of both legs: a number on the bar after a decision, NaN where nothing is to be done."""
    bars = task["y"].size
    sizes = np.full((bars, 2 * len(places)), np.nan)
    for column, place in enumerate(places):
        entry, exit_, stop, max_hold, size, beta, window = task["specs"][place]
        path = wanted(task["z"][int(window)], entry, exit_, stop, max_hold)
        change = np.flatnonzero(np.diff(path, prepend=0.0))
        change = change[change < bars - 1]
        share = size if task["fixed"] else size / (1.0 + abs(beta))
        sizes[change + 1, 2 * column] = path[change] * share
        sizes[change + 1, 2 * column + 1] = -path[change] * share * beta
    return sizes


def prices(task, pairs):
    return pd.DataFrame(np.tile(np.column_stack([task["y"], task["x"]]), pairs))


def portfolio(task, closes, sizes, fees):
    return vbt.Portfolio.from_orders(
        closes,
        sizes,
        size_type="targetvalue" if task["fixed"] else "targetpercent",
        fees=fees,
        init_cash=float(task["capital"]),
        cash_sharing=True,
        group_by=np.repeat(np.arange(sizes.shape[1] // 2), 2),
        freq="1D",
    )


def vectorbt_equity(task):
    """Equity of every spec, (N, T)."""
    count = len(task["specs"])
    parts = [range(k, min(k + SETS_AT_ONCE, count)) for k in range(0, count, SETS_AT_ONCE)]
    fees = np.repeat(task["fees"], 2)
    values = []
    for part in parts:
        run = portfolio(task, prices(task, len(part)), orders(task, part), fees[2 * part[0] : 2 * part[-1] + 2])
        values.append(run.value().to_numpy())
    return np.hstack(values).T


def vectorbt_rate(task):
    """Sets per second of from_orders and two figures; making orders and price columns is not counted."""
    sizes, closes = orders(task, range(SETS_AT_ONCE)), prices(task, SETS_AT_ONCE)
    fees = np.repeat(task["fees"][:SETS_AT_ONCE], 2)
    best = math.inf
    for _ in range(4):
        begun = time.perf_counter()
        run = portfolio(task, closes, sizes, fees)
        run.total_return()
        run.sharpe_ratio()
        best = min(best, time.perf_counter() - begun)
    return SETS_AT_ONCE / best


class OneLeg(Strategy):
    """backtesting.py trades one instrument: y alone, by the pair's z-score."""

    entry = 2.0
    exit = 0.5

    def init(self):
        """Show the z-score column to the strategy."""
        self.z = self.I(lambda: self.data.Z, plot=False)

    def next(self):
        """Trade the last z-score, as the other engines do."""
        z = self.z[-1]
        if not self.position and abs(z) > self.entry:
            self.sell(size=0.5) if z > 0 else self.buy(size=0.5)
        elif (self.position.is_long and z >= -self.exit) or (self.position.is_short and z <= self.exit):
            self.position.close()


def backtesting_rate(task):
    frame = pd.DataFrame(dict.fromkeys(("Open", "High", "Low", "Close"), task["y"]))
    frame["Z"] = np.nan_to_num(task["z"][0])
    frame.index = pd.date_range("2010-01-01", periods=len(frame), freq="B")
    runner = Backtest(frame, OneLeg, cash=float(task["capital"]), commission=2e-4)
    runner.run()
    begun = time.perf_counter()
    for k in range(BACKTESTING_RUNS):
        runner.run(entry=1.5 + 0.1 * k)
    return BACKTESTING_RUNS / (time.perf_counter() - begun)


def main(source, target):
    task = dict(np.load(source))
    answer = {}
    for name in ("gross", "fixed"):
        one = {**task, "fixed": name == "fixed", "specs": task[f"specs_{name}"], "fees": task[f"fees_{name}"]}
        answer[f"equity_{name}"] = vectorbt_equity(one)
    timed = {**task, "fixed": False, "specs": task["specs_gross"], "fees": task["fees_gross"]}
    rates = vectorbt_rate(timed), backtesting_rate(timed)
    np.savez(target, **answer, vectorbt_rate=rates[0], backtesting_rate=rates[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
