"""Engle–Granger against statsmodels' coint on centred inputs, its size on random walks, and refusals."""

import numpy as np
import pytest
from statsmodels.tsa.stattools import coint

from tests.quant.samples import sample_closes, synthetic_pair
from titan_graphql.quant.cointegration import engle_granger
from titan_graphql.quant.errors import (
    ParameterError,
    SeriesConstantError,
    SeriesSingularError,
    SeriesTooShortError,
)


@pytest.mark.parametrize("trend", ["c", "ct"])
@pytest.mark.parametrize("criterion", ["aic", "bic"])
def test_equals_statsmodels_on_real_prices(trend, criterion):
    closes = np.log(sample_closes("KO", "PEP", start="2012-01-30", end="2017-01-31").to_numpy())
    y, x = (closes - closes.mean(axis=0)).T
    test = engle_granger(closes[:, 0], closes[:, 1], trend=trend, criterion=criterion)
    statistic, p_value, critical = coint(y, x, trend=trend, autolag=criterion)
    assert test.statistic == pytest.approx(statistic, rel=1e-8)
    assert test.p_value == pytest.approx(p_value, abs=1e-10)
    assert test.critical_values == tuple(critical)
    assert test.bars == 1260


def test_known_window_is_cointegrated():
    closes = np.log(sample_closes("KO", "PEP", start="2012-01-30", end="2017-01-31").to_numpy())
    test = engle_granger(closes[:, 0], closes[:, 1])
    assert test.p_value == pytest.approx(0.001, abs=5e-4)
    assert test.lags == 0


def test_offset_and_scale_change_nothing():
    y, x = map(np.log, synthetic_pair(2, 400))
    plain, moved = engle_granger(y, x), engle_granger(1e6 + 1e3 * y, 1e-3 * x - 50)
    assert moved.statistic == pytest.approx(plain.statistic, rel=1e-7)
    assert moved.lags == plain.lags


def test_size_on_independent_random_walks_is_five_percent():
    random = np.random.default_rng(7)
    walks = random.standard_normal((400, 2, 250)).cumsum(axis=2)
    rejected = np.mean([engle_granger(y, x, max_lag=1).p_value < 0.05 for y, x in walks])
    assert 0.03 <= rejected <= 0.075


@pytest.mark.parametrize(
    ("y", "x", "error"),
    [
        (np.arange(30.0) ** 1.5, 3 + 2 * np.arange(30.0) ** 1.5, SeriesSingularError),
        (np.sin(np.arange(30.0)), np.sin(np.arange(30.0)), SeriesSingularError),
        (np.ones(30), np.arange(30.0), SeriesConstantError),
        (np.arange(19.0), np.arange(19.0), SeriesTooShortError),
        (np.full(30, np.nan), np.arange(30.0), ParameterError),
    ],
)
def test_senseless_input_is_refused(y, x, error):
    with pytest.raises(error):
        engle_granger(y, x)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"trend": "n"}, "TREND_UNKNOWN"),
        ({"criterion": "hqic"}, "CRITERION_UNKNOWN"),
        ({"max_lag": -1}, "LAG_OUT_OF_RANGE"),
        ({"max_lag": 199}, "LAG_OUT_OF_RANGE"),
    ],
)
def test_senseless_options_are_refused(options, code):
    with pytest.raises(ParameterError) as refused:
        engle_granger(*synthetic_pair(1, 400), **options)
    assert refused.value.code == code


@pytest.mark.parametrize("max_lag", [0, 198])
def test_extreme_lags_are_answered(max_lag):
    assert np.isfinite(engle_granger(*synthetic_pair(1, 400), max_lag=max_lag).p_value)


def test_fewest_bars_are_answered():
    assert engle_granger(*synthetic_pair(1, 20)).bars == 20
