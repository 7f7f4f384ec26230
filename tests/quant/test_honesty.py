"""Nothing is earned where there is nothing to earn: select on a formation period, trade the next, on random walks."""

import numpy as np

from titan_graphql.quant.backtest import Rules, run_backtest
from titan_graphql.quant.cointegration import engle_granger
from titan_graphql.quant.hedge import ols_hedge
from titan_graphql.quant.spread import formation_z, spread

WALKS, FORMATION, TRADING = 20, 250, 125
RULES = Rules(entry=1.0, exit=0.2)


def selected_profits(seed):
    """Out-of-sample P&L of the pairs that pass at 5 % in sample, among martingale prices."""
    shocks = 0.01 * np.random.default_rng(seed).standard_normal((WALKS, FORMATION + TRADING))
    prices = 50 * np.exp(np.cumsum(shocks - 0.01**2 / 2, axis=1))
    logs, profits = np.log(prices), []
    for i in range(0, WALKS, 2):
        y, x = logs[i, :FORMATION], logs[i + 1, :FORMATION]
        if engle_granger(y, x, max_lag=1).p_value < 0.05:
            hedge = ols_hedge(y, x)
            seen = spread(y, x, hedge.alpha, hedge.beta)
            now = spread(logs[i, FORMATION:], logs[i + 1, FORMATION:], hedge.alpha, hedge.beta)
            z = formation_z(now, seen.mean(), seen.std(ddof=1))
            ledger = run_backtest(prices[i, FORMATION:], prices[i + 1, FORMATION:], z, hedge.beta, RULES)
            profits.append(ledger.equity[-1] - RULES.capital)
    return profits


def test_select_then_trade_earns_nothing_on_random_walks():
    profits = np.concatenate([selected_profits(seed) for seed in range(150)])
    assert profits.size > 50
    assert abs(profits.mean()) <= 2 * profits.std(ddof=1) / np.sqrt(profits.size)
    assert profits.std() > 0
