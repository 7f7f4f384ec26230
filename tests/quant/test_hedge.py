"""Least squares against numpy and statsmodels, its interval by simulated coverage, and hostile input."""

import numpy as np
import pytest
import statsmodels.api as sm

from tests.quant.samples import sample_closes, synthetic_pair
from titan_graphql.quant.errors import (
    ArithmeticOverflowError,
    ParameterError,
    SeriesConstantError,
    SeriesTooShortError,
)
from titan_graphql.quant.hedge import ols_hedge


def test_equals_statsmodels_on_real_prices():
    closes = np.log(sample_closes("KO", "PEP", start="2012-01-30", end="2017-01-31").to_numpy())
    hedge = ols_hedge(closes[:, 0], closes[:, 1])
    oracle = sm.OLS(closes[:, 0], sm.add_constant(closes[:, 1])).fit()
    expected = [oracle.params[1], oracle.params[0], oracle.rsquared]
    np.testing.assert_allclose([hedge.beta, hedge.alpha, hedge.r_squared], expected, rtol=1e-10)
    assert hedge.beta_low < hedge.beta < hedge.beta_high


def test_interval_is_the_textbook_one_without_autocorrelation():
    x = np.linspace(0.0, 1.0, 40)
    y = 2.0 + 0.5 * x + 0.01 * np.tile([1.0, -1.0], 20)
    hedge, oracle = ols_hedge(y, x), sm.OLS(y, sm.add_constant(x)).fit()
    np.testing.assert_allclose([hedge.beta_low, hedge.beta_high], oracle.conf_int()[1], rtol=1e-10)


@pytest.mark.parametrize("phi", [0.0, 0.8])
def test_interval_covers_95_percent(phi):
    covered = []
    for seed in range(1000):
        y, x = synthetic_pair(seed, 1000, phi=phi, beta=0.7)
        hedge = ols_hedge(np.log(y), np.log(x))
        covered.append(hedge.beta_low <= 0.7 <= hedge.beta_high)
    assert 0.93 <= np.mean(covered) <= 0.97


@pytest.mark.parametrize(
    ("y", "x", "error"),
    [
        ([1, 2], [1, 2], SeriesTooShortError),
        ([], [], SeriesTooShortError),
        ([1, 1, 1], [1, 2, 3], SeriesConstantError),
        ([1, 2, 3], [5, 5, 5], SeriesConstantError),
        ([1, 2, 3], [1, 2], ParameterError),
        ([1, 2, np.nan], [1, 2, 4], ParameterError),
        ([1, 2, np.inf], [1, 2, 4], ParameterError),
        ([[1, 2, 3]], [1, 2, 3], ParameterError),
        ([1e308, -1e308, 1e308], [1, 2, 4], ArithmeticOverflowError),
    ],
)
def test_senseless_input_is_refused(y, x, error):
    with pytest.raises(error):
        ols_hedge(y, x)


def test_identical_legs_have_beta_one_and_no_width():
    hedge = ols_hedge([1.0, 2.0, 4.0, 3.0], [1.0, 2.0, 4.0, 3.0])
    assert (hedge.beta, hedge.alpha, hedge.r_squared, hedge.beta_low, hedge.beta_high) == (1, 0, 1, 1, 1)
