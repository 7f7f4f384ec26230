"""Moving hedge ratios against statsmodels and numpy, and bar by bar against the whole pass."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.regression.rolling import RollingOLS
from statsmodels.tsa.statespace.kalman_filter import KalmanFilter as StatsmodelsFilter

from tests.quant.samples import sample_closes
from titan_graphql.quant.errors import ArithmeticOverflowError, ParameterError
from titan_graphql.quant.hedge_paths import RollingHedge, _rolling_ols_py, rolling_ols
from titan_graphql.quant.kalman import KalmanFilter, KalmanSettings, _kalman_py, kalman_hedge
from titan_graphql.quant.rolling_moments import RollingMoments, RollingZScore, moments_py
from titan_graphql.quant.spread import rolling_z

CLOSES = np.log(sample_closes("KO", "PEP", start="2008-01-02", end="2013-12-31").to_numpy())
Y, X = np.ascontiguousarray(CLOSES.T)
CHOSEN = KalmanSettings(delta=1e-5, observation_variance=2e-4, initial_beta=0.7, initial_variance=0.5)


def test_kalman_equals_statsmodels_state_space():
    oracle = StatsmodelsFilter(k_endog=1, k_states=2)
    oracle.bind(Y[:, None])
    oracle["design"] = np.stack([np.ones_like(X), X])[None]
    oracle["transition"] = oracle["selection"] = np.eye(2)
    oracle["state_cov"] = CHOSEN.drift * np.eye(2)
    oracle["obs_cov"] = np.array([[CHOSEN.observation_variance]])
    oracle.initialize_known(np.array([0.0, 0.7]), 0.5 * np.eye(2))
    answer, path = oracle.filter(), kalman_hedge(Y, X, CHOSEN)
    np.testing.assert_allclose(path.alpha, answer.filtered_state[0], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(path.beta, answer.filtered_state[1], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(path.innovation, answer.forecasts_error[0], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(path.deviation, np.sqrt(answer.forecasts_error_cov[0, 0]), rtol=1e-8)


@pytest.mark.parametrize("chosen", [CHOSEN, KalmanSettings(), KalmanSettings(initial_variance=0.0)])
def test_kalman_equals_its_twin_and_its_live_form(chosen):
    path, twin = kalman_hedge(Y, X, chosen), _kalman_py(Y, X, chosen)
    for name in ("alpha", "beta", "innovation", "deviation"):
        np.testing.assert_allclose(getattr(path, name), getattr(twin, name), rtol=1e-8, atol=1e-10)
    live = KalmanFilter(chosen)
    rows = np.array([live.update(*bar) for bar in CLOSES])
    assert np.array_equal(rows.T, [path.alpha, path.beta, path.innovation, path.deviation])


def test_kalman_has_no_look_ahead():
    whole, part = kalman_hedge(Y, X, CHOSEN), kalman_hedge(Y[:500], X[:500], CHOSEN)
    assert np.array_equal(whole.beta[:500], part.beta)


def test_kalman_finds_a_constant_hedge():
    random = np.random.default_rng(0)
    x = random.standard_normal(2000).cumsum()
    y = 3.0 + 0.8 * x + 0.1 * random.standard_normal(2000)
    path = kalman_hedge(y, x, KalmanSettings(delta=1e-9, observation_variance=0.01, initial_variance=100.0))
    oracle = sm.OLS(y, sm.add_constant(x)).fit().params
    np.testing.assert_allclose([path.alpha[-1], path.beta[-1]], oracle, atol=5e-3)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"delta": 0.0}, "DELTA_OUT_OF_RANGE"),
        ({"delta": 1.0}, "DELTA_OUT_OF_RANGE"),
        ({"observation_variance": 0.0}, "VARIANCE_NOT_POSITIVE"),
        ({"initial_variance": -1.0}, "VARIANCE_NOT_POSITIVE"),
        ({"initial_variance": math.inf}, "VARIANCE_NOT_POSITIVE"),
        ({"initial_beta": math.nan}, "NOT_FINITE"),
    ],
)
def test_senseless_settings_are_refused(change, code):
    with pytest.raises(ParameterError) as refused:
        KalmanSettings(**change)
    assert refused.value.code == code


def test_overflow_is_refused():
    with pytest.raises(ArithmeticOverflowError):
        kalman_hedge([1e200, 1e200], [1e200, 1e200])


@pytest.mark.parametrize("window", [2, 3, 60, 252])
def test_rolling_ols_equals_its_twin_and_its_live_form(window):
    path, twin, live = rolling_ols(Y, X, window), _rolling_ols_py(Y, X, window), RollingHedge(window)
    tolerance = 1e-7 if window < 10 else 1e-9
    np.testing.assert_allclose(path.beta, twin.beta, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(path.alpha, twin.alpha, rtol=tolerance, atol=tolerance)
    rows = np.array([live.update(*bar) for bar in CLOSES])
    assert np.array_equal(rows.T, [path.alpha, path.beta], equal_nan=True)


def test_rolling_ols_equals_statsmodels():
    oracle = RollingOLS(Y, sm.add_constant(X), window=120).fit().params
    path = rolling_ols(Y, X, 120)
    np.testing.assert_allclose(np.column_stack([path.alpha, path.beta]), oracle, rtol=1e-8, atol=1e-8)


def test_rolling_ols_is_nan_where_undefined_and_recovers():
    x = np.concatenate((np.full(10, 2.0), np.arange(10.0)))
    y = x * 2 + 1
    y[14] = math.nan
    beta = rolling_ols(y, x, 3).beta
    assert np.isnan(beta).tolist() == [True] * 10 + [False] * 4 + [True] * 3 + [False] * 3
    np.testing.assert_allclose(beta[~np.isnan(beta)], 2.0, rtol=1e-12)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=60), st.integers(2, 12))
def test_moments_equal_their_twin(pairs, window):
    live = RollingMoments(window)
    rows = [row for row in (live.push(*pair) for pair in pairs) if row is not None]
    y, x = np.array(pairs).T
    np.testing.assert_allclose(
        np.array(rows).reshape(-1, 5), moments_py(y, x, window).reshape(-1, 5), rtol=1e-9, atol=1e-8
    )


def test_live_z_score_equals_rolling_z():
    live = RollingZScore(40)
    assert np.array_equal([live.push(value) for value in Y - X], rolling_z(Y - X, 40), equal_nan=True)
    flat = RollingZScore(3)
    assert all(math.isnan(flat.push(0.1)) for _ in range(9))


@pytest.mark.parametrize(
    "make", [RollingMoments, RollingHedge, RollingZScore, lambda window: rolling_ols(Y, X, window)]
)
def test_a_window_of_one_is_refused(make):
    with pytest.raises(ParameterError, match="window is 1"):
        make(1)
