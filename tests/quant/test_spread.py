"""Spread, z-scores against pandas and the two-pass twin, half-life by its definition and by coverage."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from tests.quant.samples import sample_closes, synthetic_pair
from titan_graphql.quant.errors import ParameterError, SeriesConstantError, SeriesTooShortError
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.spread import _rolling_z_py, formation_z, half_life, rolling_z, spread


def ar1(seed, phi, bars):
    return lfilter([1.0], [1.0, -phi], np.random.default_rng(seed).standard_normal(bars))


def test_spread_and_formation_z():
    values = spread([3.0, 5.0, math.nan], [1.0, 2.0, 3.0], 0.5, 2.0)
    assert values[:2].tolist() == [0.5, 0.5]
    assert math.isnan(values[2])
    assert formation_z([1.0, 3.0], 2.0, 0.5).tolist() == [-2.0, 2.0]


@pytest.mark.parametrize(
    ("sd", "error"), [(0.0, SeriesConstantError), (-1.0, ParameterError), (math.nan, ParameterError)]
)
def test_formation_z_refuses(sd, error):
    with pytest.raises(error):
        formation_z([1.0, 2.0], 0.0, sd)


@pytest.mark.parametrize("window", [2, 3, 20, 60, 251])
def test_rolling_z_equals_pandas_and_twin(window):
    closes = np.log(sample_closes("KO", "PEP", start="2005-01-03", end="2015-12-31"))
    values = (closes["KO"] - closes["PEP"]).to_numpy()
    z = rolling_z(values, window)
    rolling = pd.Series(values).rolling(window)
    oracle = ((values - rolling.mean()) / rolling.std()).to_numpy()
    np.testing.assert_allclose(z, _rolling_z_py(values, window), rtol=1e-11, atol=1e-11)
    exact = rolling.apply(
        lambda seen: (seen.iloc[-1] - math.fsum(seen) / window) / seen.std() if seen.std() else math.nan
    )
    np.testing.assert_allclose(z, exact, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(z, oracle, rtol=1e-7, atol=1e-7)  # pandas slides its sums and is the less exact


def test_rolling_z_forgets_an_outlier_and_a_gap():
    values = np.random.default_rng(1).standard_normal(400)
    spoiled = values.copy()
    spoiled[37], spoiled[90] = 1e12, math.nan
    z = rolling_z(spoiled, 20)
    assert np.isnan(z[90:110]).all()
    assert not np.isnan(z[110:]).any()
    np.testing.assert_allclose(z[57:90], rolling_z(values, 20)[57:90], rtol=1e-12, atol=1e-12)


def test_rolling_z_is_nan_where_nothing_varies():
    z = rolling_z([0.1] * 5 + [0.4] + [0.1] * 5, 3)
    assert np.isnan(z[[0, 1, 2, 3, 4, 8, 9, 10]]).all()
    np.testing.assert_allclose(z[5:8], [2 / math.sqrt(3), -1 / math.sqrt(3), -1 / math.sqrt(3)], rtol=1e-12)


def test_rolling_z_windows():
    assert np.isnan(rolling_z([1.0, 2.0], 3)).tolist() == [True, True]
    with pytest.raises(ParameterError, match="window is 1"):
        rolling_z([1.0, 2.0], 1)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=80), st.integers(2, 20), st.integers(2, 80))
def test_rolling_z_has_no_look_ahead(values, window, cut):
    values = np.array(values)
    part = values[:cut]
    assert np.array_equal(rolling_z(values, window)[:cut], rolling_z(part, window), equal_nan=True)


def test_half_life_is_its_definition():
    values = ar1(0, 0.9, 2000)
    phi = np.polyfit(values[:-1], values[1:], 1)[0]
    answer = half_life(values)
    assert answer.value == pytest.approx(-math.log(2) / math.log(phi), rel=1e-9)
    assert answer.low < -math.log(2) / math.log(0.9) < answer.high


def test_half_life_interval_covers_95_percent():
    truth = -math.log(2) / math.log(0.9)
    found = [half_life(ar1(seed, 0.9, 500)) for seed in range(1000)]
    covered = [e.low <= truth <= (math.inf if e.high is None else e.high) for e in found]
    assert 0.93 <= np.mean(covered) <= 0.97


@pytest.mark.parametrize(
    ("values", "said"), [([0, 1, 2, 4, 8, 16], "not return"), ([0, 1, 0, 1, 0, 1], "changes sides")]
)
def test_no_half_life_outside_the_unit_interval(values, said):
    answer = half_life(values)
    assert answer.value is None
    assert said in answer.reason


def test_half_life_of_a_slow_spread_is_open_above():
    y, x = synthetic_pair(3, 120, phi=0.97)
    answer = half_life(np.log(y) - 1.1 * np.log(x))
    assert answer.value is not None
    assert answer.high is None


@pytest.mark.parametrize(
    ("values", "error"),
    [([1, 2, 3], SeriesTooShortError), ([1, 1, 1, 1], SeriesConstantError), ([1, 2, math.nan, 1], ParameterError)],
)
def test_half_life_refuses(values, error):
    with pytest.raises(error):
        half_life(values)


def test_an_estimate_has_a_value_or_a_reason():
    assert Estimate.of(1.0, 0.5, math.inf) == Estimate(1.0, 0.5, None, None)
    assert Estimate.of(math.nan) == Estimate(None, None, None, "the result is not a finite number")
    with pytest.raises(ValueError, match="value or a reason"):
        Estimate(None, None, None, None)
