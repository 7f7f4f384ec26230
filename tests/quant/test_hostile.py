"""Extreme and broken numbers everywhere: a finite answer, a reason or a typed refusal, never a warning or NaN."""

import math
from dataclasses import asdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from titan_graphql.quant.backtest import Rules, run_backtest
from titan_graphql.quant.cointegration import engle_granger
from titan_graphql.quant.errors import QuantError
from titan_graphql.quant.hedge import ols_hedge
from titan_graphql.quant.kalman import kalman_hedge
from titan_graphql.quant.metrics import measure
from titan_graphql.quant.prices import to_scale
from titan_graphql.quant.spread import formation_z, half_life, rolling_z, spread

MAGNITUDES = st.sampled_from([5e-324, 1e-200, 1e-9, 1.0, 1e9, 1e200, 1.7e308])
ANY = st.floats() | st.sampled_from([0.0, -0.0, 1.0, math.nan, math.inf, -math.inf])


@st.composite
def series(draw, size):
    """Noise around a level, at any magnitude, sometimes spoiled by a single value."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    width = draw(st.sampled_from([0.0, 1e-16, 1e-8, 0.5]))
    values = draw(MAGNITUDES) * (0.5 + 0.5 * width * random.random(size))
    if draw(st.booleans()):
        values[draw(st.integers(0, size - 1))] = draw(ANY)
    return values


def numbers(answer):
    return [value for value in asdict(answer).values() if isinstance(value, float)]


def finite_or_refused(call):
    try:
        answer = call()
    except QuantError as refusal:
        assert refusal.code == refusal.code.upper()
        assert str(refusal)
        return None
    return answer


@settings(max_examples=300, deadline=None)
@given(series(30), series(30))
def test_statistics(y, x):
    for call in (lambda: ols_hedge(y, x), lambda: engle_granger(y, x, max_lag=2), lambda: half_life(y)):
        answer = finite_or_refused(call)
        assert answer is None or np.isfinite(numbers(answer)).all()
    path = finite_or_refused(lambda: kalman_hedge(y, x))
    assert path is None or np.isfinite([path.alpha, path.beta, path.innovation, path.deviation]).all()
    finite_or_refused(lambda: to_scale(y, "LOG"))
    finite_or_refused(lambda: formation_z(spread(y, x, 0.1, 2.0), 0.0, 1e-300))
    assert not np.isinf(rolling_z(y, 5)).any() or np.isinf(y).any() or np.nanmax(np.abs(y)) > 1e100


@settings(max_examples=300, deadline=None)
@given(series(12), series(12), st.lists(ANY, min_size=12, max_size=12), ANY, st.booleans(), MAGNITUDES)
def test_backtests_and_their_metrics(y, x, z, beta, fixed, amount):
    def run():
        sizing = {"sizing": "FIXED_NOTIONAL", "notional": amount} if fixed else {"sizing": "VOLATILITY_TARGET"}
        rules = Rules(entry=1.0, exit=0.5, capital=amount, volatility_window=2, commission_bps=5, **sizing)
        ledger = run_backtest(y, x, z, beta, rules)
        return ledger, measure(ledger, y, x, amount)

    answer = finite_or_refused(run)
    if answer is None:
        return
    ledger, metrics = answer
    for column in (ledger.equity, ledger.cash, ledger.quantity_y, ledger.quantity_x, ledger.drawdown):
        assert np.isfinite(column).all()
    for name, figure in asdict(metrics).items():
        values = figure.values() if isinstance(figure, dict) else [figure]
        assert all(not isinstance(value, float) or math.isfinite(value) for value in values), name
