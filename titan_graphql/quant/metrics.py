"""What a backtest earned and at what risk: each figure with its convention, or the reason it has none."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.backtest_ledger import Ledger
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.series import Floats, column, same_length
from titan_graphql.quant.sharpe import is_constant, sharpe_ratio

NO_TRADES = "no closed trades"
RUINED = "equity fell to zero or below"
TAIL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Figures of one run; fractions, not percentages; flat bars count in every one of them.

    Returns are r_t = equity_t/equity_{t−1} − 1 over the n = T − 1 steps between bars. Conventions follow
    empyrical; quantstats and vectorbt differ (years of 365 days, parametric VaR).

    Attributes
    ----------
    total_return : V − 1 with V = last equity / capital
    cagr : V^(periods/n) − 1
    volatility : sd(r, ddof 1)·√periods
    sharpe : mean(r)/sd(r, ddof 1)·√periods, risk-free rate 0, 95 % interval after Mertens
    sortino : mean(r)/√(Σ min(r, 0)²/n)·√periods
    calmar : cagr / |max_drawdown|
    max_drawdown : lowest of equity/peak − 1, the starting capital being the first peak; ≤ 0
    max_drawdown_bars : the longest stretch of bars below a peak
    value_at_risk : 5 % quantile of r (historical, linear interpolation); a loss is negative
    conditional_value_at_risk : mean of the returns at or below that quantile
    exposure : share of bars with a position
    gross_exposure : mean of (|q_y|·p_y + |q_x|·p_x)/equity over the bars with a position
    turnover : Σ|traded notional| / mean equity, over the whole run
    trades : closed trades
    win_rate : share of closed trades with P&L > 0 after costs
    average_trade : mean P&L of closed trades, in currency
    profit_factor : Σ gains / Σ losses of closed trades
    break_even_cost_bps : the all-in cost in basis points of traded notional at which total P&L would be 0,
        trades and sizes unchanged
    commission, slippage : totals in currency
    """

    total_return: Estimate
    cagr: Estimate
    volatility: Estimate
    sharpe: Estimate
    sortino: Estimate
    calmar: Estimate
    max_drawdown: Estimate
    max_drawdown_bars: int
    value_at_risk: Estimate
    conditional_value_at_risk: Estimate
    exposure: Estimate
    gross_exposure: Estimate
    turnover: Estimate
    trades: int
    win_rate: Estimate
    average_trade: Estimate
    profit_factor: Estimate
    break_even_cost_bps: Estimate
    commission: float
    slippage: float


def measure(
    ledger: Ledger,
    price_y: npt.ArrayLike,
    price_x: npt.ArrayLike,
    capital: float,
    periods_per_year: float = 252.0,
) -> Metrics:
    """Measure a run; the conventions stand in `Metrics`.

    Parameters
    ----------
    ledger : result of `run_backtest`
    price_y, price_x : (T,) the prices it ran on
    capital : the starting cash it ran with
    periods_per_year : bars in a year, 252 for daily bars

    Raises
    ------
    ParameterError
        LENGTH_MISMATCH, CAPITAL_NOT_POSITIVE, PERIODS_NOT_POSITIVE.
    """
    price_y, price_x = column(price_y, "price_y"), column(price_x, "price_x")
    same_length(equity=ledger.equity, price_y=price_y, price_x=price_x)
    _check(capital, periods_per_year)
    with np.errstate(all="ignore"):
        return _measured(ledger, price_y, price_x, capital, periods_per_year)


def _measured(ledger: Ledger, price_y: Floats, price_x: Floats, capital: float, periods_per_year: float) -> Metrics:
    returns = None if ledger.ruined is not None else ledger.equity[1:] / ledger.equity[:-1] - 1.0
    cagr = _cagr(ledger, capital, periods_per_year)
    drawdown = float(ledger.drawdown.min())
    closed = ledger.trades["pnl"][ledger.trades["exit_fill"] >= 0]
    gross = np.abs(ledger.quantity_y) * price_y + np.abs(ledger.quantity_x) * price_x
    return Metrics(
        total_return=Estimate.of(float(ledger.equity[-1]) / capital - 1.0),
        cagr=cagr,
        volatility=_volatility(returns, periods_per_year),
        sharpe=_ruined() if returns is None else sharpe_ratio(returns, periods_per_year),
        sortino=_sortino(returns, periods_per_year),
        calmar=_calmar(cagr, drawdown),
        max_drawdown=Estimate.of(drawdown),
        max_drawdown_bars=longest_run(ledger.drawdown < 0.0),
        value_at_risk=_value_at_risk(returns),
        conditional_value_at_risk=_conditional_value_at_risk(returns),
        exposure=Estimate.of(float(np.mean(ledger.position != 0))),
        gross_exposure=_gross_exposure(gross, ledger),
        turnover=_turnover(ledger),
        trades=int(closed.size),
        win_rate=Estimate.of(float(np.mean(closed > 0.0))) if closed.size else Estimate.missing(NO_TRADES),
        average_trade=Estimate.of(float(closed.mean())) if closed.size else Estimate.missing(NO_TRADES),
        profit_factor=_profit_factor(closed),
        break_even_cost_bps=_break_even(ledger, capital),
        commission=ledger.commission,
        slippage=ledger.slippage,
    )


def longest_run(below: npt.NDArray[np.bool_]) -> int:
    """Return the length of the longest unbroken stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], below, [False])).astype(np.int8)))
    return int(np.max(edges[1::2] - edges[::2], initial=0))


def _check(capital: float, periods_per_year: float) -> None:
    if not (math.isfinite(capital) and capital > 0.0):
        message = f"capital is {capital}; it must be positive"
        raise ParameterError(message, code="CAPITAL_NOT_POSITIVE", field="capital")
    if not (math.isfinite(periods_per_year) and periods_per_year > 0.0):
        message = f"periods_per_year is {periods_per_year}; it must be positive"
        raise ParameterError(message, code="PERIODS_NOT_POSITIVE", field="periods_per_year")


def _ruined() -> Estimate:
    return Estimate.missing(RUINED)


def _cagr(ledger: Ledger, capital: float, periods: float) -> Estimate:
    if ledger.ruined is not None:
        return _ruined()
    growth = math.log(float(ledger.equity[-1]) / capital) * periods / (ledger.equity.size - 1)
    if growth > 700.0:
        return Estimate.missing("the annual growth is not a finite number")
    return Estimate.of((float(ledger.equity[-1]) / capital) ** (periods / (ledger.equity.size - 1)) - 1.0)


def _volatility(returns: Floats | None, periods: float) -> Estimate:
    if returns is None:
        return _ruined()
    if returns.size < 2:
        return Estimate.missing("fewer than 2 returns")
    return Estimate.of(float(returns.std(ddof=1)) * math.sqrt(periods))


def _sortino(returns: Floats | None, periods: float) -> Estimate:
    if returns is None:
        return _ruined()
    downside = math.sqrt(float(np.mean(np.minimum(returns, 0.0) ** 2)))
    if downside == 0.0 or is_constant(returns):
        return Estimate.missing("no negative return" if downside == 0.0 else "the returns do not vary")
    return Estimate.of(float(returns.mean()) / downside * math.sqrt(periods))


def _calmar(cagr: Estimate, drawdown: float) -> Estimate:
    if cagr.value is None:
        return Estimate.missing(cagr.reason or RUINED)
    if drawdown == 0.0:
        return Estimate.missing("no drawdown")
    return Estimate.of(cagr.value / abs(drawdown))


def _value_at_risk(returns: Floats | None) -> Estimate:
    return _ruined() if returns is None else Estimate.of(float(np.quantile(returns, TAIL)))


def _conditional_value_at_risk(returns: Floats | None) -> Estimate:
    if returns is None:
        return _ruined()
    return Estimate.of(float(returns[returns <= np.quantile(returns, TAIL)].mean()))


def _gross_exposure(gross: Floats, ledger: Ledger) -> Estimate:
    held = ledger.position != 0
    if not held.any():
        return Estimate.missing("no position was held")
    return Estimate.of(float(np.mean(gross[held] / ledger.equity[held])))


def _turnover(ledger: Ledger) -> Estimate:
    mean = float(ledger.equity.mean())
    return Estimate.of(ledger.traded / mean) if mean > 0.0 else _ruined()


def _profit_factor(closed: Floats) -> Estimate:
    if not closed.size:
        return Estimate.missing(NO_TRADES)
    losses = -float(closed[closed < 0.0].sum())
    if losses == 0.0:
        return Estimate.missing("no losing trade")
    return Estimate.of(float(closed[closed > 0.0].sum()) / losses)


def _break_even(ledger: Ledger, capital: float) -> Estimate:
    if ledger.traded == 0.0:
        return Estimate.missing("nothing was traded")
    before_costs = float(ledger.equity[-1]) - capital + ledger.commission + ledger.slippage
    if before_costs <= 0.0:
        return Estimate.missing("no profit before costs")
    return Estimate.of(before_costs / ledger.traded * 1e4)
