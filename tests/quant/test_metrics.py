"""Metrics against definitions written out in pandas, and null with a reason where none exists."""

import math

import numpy as np
import pandas as pd
import pytest

from tests.quant.samples import synthetic_pair
from titan_graphql.quant.backtest import Rules, run_backtest
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.metrics import longest_run, measure
from titan_graphql.quant.spread import rolling_z


@pytest.fixture(scope="module")
def run():
    y, x = synthetic_pair(8, 1000)
    z = rolling_z(np.log(y) - 1.1 * np.log(x), 50)
    rules = Rules(entry=1.5, exit=0.2, commission_bps=2, slippage_bps=1)
    return run_backtest(y, x, z, 1.1, rules), y, x


def test_figures_equal_their_definitions(run):
    ledger, y, x = run
    metrics = measure(ledger, y, x, 100_000.0)
    equity = pd.Series(ledger.equity)
    returns = equity.pct_change().dropna()
    wealth = pd.concat([pd.Series([100_000.0]), equity])
    drawdown = (wealth / wealth.cummax() - 1).min()
    cagr = (equity.iloc[-1] / 100_000) ** (252 / len(returns)) - 1
    closed = pd.DataFrame(ledger.trades).query("exit_fill >= 0")["pnl"]
    gross = ledger.equity[-1] - 100_000 + ledger.commission + ledger.slippage
    quantile = returns.quantile(0.05)
    invested = abs(ledger.quantity_y) * y + abs(ledger.quantity_x) * x
    moved = abs(np.diff(ledger.quantity_y, prepend=0)) * y + abs(np.diff(ledger.quantity_x, prepend=0)) * x
    expected = {
        "total_return": equity.iloc[-1] / 100_000 - 1,
        "cagr": cagr,
        "volatility": returns.std() * 252**0.5,
        "sharpe": returns.mean() / returns.std() * 252**0.5,
        "sortino": returns.mean() * 252 / (np.sqrt((returns.clip(upper=0) ** 2).mean()) * 252**0.5),
        "calmar": cagr / -drawdown,
        "max_drawdown": drawdown,
        "value_at_risk": quantile,
        "conditional_value_at_risk": returns[returns <= quantile].mean(),
        "exposure": (ledger.position != 0).mean(),
        "gross_exposure": (invested / ledger.equity)[ledger.position != 0].mean(),
        "turnover": moved.sum() / equity.mean(),
        "win_rate": (closed > 0).mean(),
        "average_trade": closed.mean(),
        "profit_factor": closed[closed > 0].sum() / -closed[closed < 0].sum(),
        "break_even_cost_bps": gross / moved.sum() * 1e4,
    }
    for name, value in expected.items():
        assert getattr(metrics, name).value == pytest.approx(value, rel=1e-9), name
    assert metrics.trades == len(closed)
    assert (metrics.commission, metrics.slippage) == (ledger.commission, ledger.slippage)


def test_sharpe_interval_is_mertens(run):
    ledger, y, x = run
    metrics = measure(ledger, y, x, 100_000.0)
    returns = pd.Series(ledger.equity).pct_change().dropna()
    centred = (returns - returns.mean()) / returns.std(ddof=0)
    ratio, third, fourth = returns.mean() / returns.std(), (centred**3).mean(), (centred**4).mean()
    error = math.sqrt((1 - third * ratio + (fourth - 1) / 4 * ratio**2) / (len(returns) - 1))
    reach = 1.959963984540054 * error * math.sqrt(252)
    assert metrics.sharpe.low == pytest.approx(metrics.sharpe.value - reach, rel=1e-9)
    assert metrics.sharpe.high == pytest.approx(metrics.sharpe.value + reach, rel=1e-9)


def test_empyrical_figures_worked_by_hand():
    """Equity 100, 110, 99, 108.9: returns +10 %, −10 %, +10 %."""
    y = np.array([10.0, 10, 11, 9.9, 10.89])
    ledger = run_backtest(y, np.ones(5), [-3.0] * 5, 0.0, Rules(entry=2, exit=0.5, capital=100.0))
    metrics = measure(ledger, y, np.ones(5), 100.0, periods_per_year=4)
    assert metrics.total_return.value == pytest.approx(0.089, rel=1e-12)
    assert metrics.cagr.value == pytest.approx(0.089, rel=1e-12)
    assert metrics.max_drawdown.value == pytest.approx(-0.1, rel=1e-12)
    assert metrics.max_drawdown_bars == 2
    assert metrics.calmar.value == pytest.approx(0.89, rel=1e-12)
    assert metrics.volatility.value == pytest.approx(math.sqrt(0.0275 / 3) * 2, rel=1e-12)
    assert metrics.sharpe.value == pytest.approx(0.025 / math.sqrt(0.0275 / 3) * 2, rel=1e-12)
    assert metrics.sortino.value == pytest.approx(0.025 / 0.05 * 2, rel=1e-12)
    assert metrics.value_at_risk.value == pytest.approx(-0.085, rel=1e-12)
    assert metrics.conditional_value_at_risk.value == pytest.approx(-0.1, rel=1e-12)
    assert metrics.exposure.value == 0.8
    assert metrics.trades == 0
    assert metrics.win_rate.reason == metrics.profit_factor.reason == "no closed trades"


def test_zero_trades_succeed():
    ledger = run_backtest([1.0] * 5, [1.0] * 5, [0.0] * 5, 1.0, Rules(entry=2, exit=0.5, capital=10.0))
    metrics = measure(ledger, [1.0] * 5, [1.0] * 5, 10.0)
    zero = ("total_return", "cagr", "volatility", "max_drawdown", "value_at_risk", "exposure", "turnover")
    assert [getattr(metrics, name).value for name in zero] == [0.0] * 7
    reasons = {
        "sharpe": "the returns do not vary",
        "sortino": "no negative return",
        "calmar": "no drawdown",
        "win_rate": "no closed trades",
        "average_trade": "no closed trades",
        "profit_factor": "no closed trades",
        "break_even_cost_bps": "nothing was traded",
        "gross_exposure": "no position was held",
    }
    assert {name: getattr(metrics, name).reason for name in reasons} == reasons
    assert (metrics.trades, metrics.max_drawdown_bars, metrics.commission, metrics.slippage) == (0, 0, 0.0, 0.0)


def test_drawdown_includes_the_starting_capital():
    ledger = run_backtest([10, 10, 5], [1, 1, 1], [-3] * 3, 0.0, Rules(entry=2, exit=0.5, commission_bps=100))
    assert measure(ledger, [10, 10, 5], [1, 1, 1], 100_000).max_drawdown.value == pytest.approx(-0.51, rel=1e-12)


def test_ruin_leaves_no_ratios():
    y = [10.0, 10, 1, 10]
    ledger = run_backtest(y, [1.0] * 4, [-3.0] * 4, 0.0, Rules(entry=2, exit=0.5, gross=4))
    metrics = measure(ledger, y, [1.0] * 4, 100_000)
    assert metrics.total_return.value == pytest.approx(-3.6)
    ruined = ("cagr", "volatility", "sharpe", "sortino", "calmar", "value_at_risk", "conditional_value_at_risk")
    assert {getattr(metrics, name).reason for name in ruined} == {"equity fell to zero or below"}


def test_losing_gross_has_no_break_even_and_winning_only_no_profit_factor():
    rules = Rules(entry=2, exit=0.5)
    lost = measure(run_backtest([10, 10, 9, 9], [1] * 4, [-3, 0, 0, 0], 0.0, rules), [10, 10, 9, 9], [1] * 4, 1e5)
    assert lost.break_even_cost_bps.reason == "no profit before costs"
    assert lost.profit_factor.value == 0.0
    won = measure(run_backtest([10, 10, 11, 11], [1] * 4, [-3, 0, 0, 0], 0.0, rules), [10, 10, 11, 11], [1] * 4, 1e5)
    assert won.profit_factor.reason == "no losing trade"


def test_longest_run():
    assert longest_run(np.array([False, True, True, False, True])) == 2
    assert longest_run(np.array([True, True, True])) == 3
    assert longest_run(np.zeros(3, dtype=bool)) == 0


@pytest.mark.parametrize(
    ("capital", "periods", "code"),
    [(0.0, 252, "CAPITAL_NOT_POSITIVE"), (math.nan, 252, "CAPITAL_NOT_POSITIVE"), (1.0, 0, "PERIODS_NOT_POSITIVE")],
)
def test_senseless_arguments_are_refused(run, capital, periods, code):
    ledger, y, x = run
    with pytest.raises(ParameterError) as refused:
        measure(ledger, y, x, capital, periods)
    assert refused.value.code == code
