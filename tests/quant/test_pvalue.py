"""MacKinnon's surfaces to the last bit of statsmodels, and Stata's critical values."""

import numpy as np
import pytest
from statsmodels.tsa.adfvalues import mackinnoncrit, mackinnonp

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.pvalue import critical_values, mackinnon_p


@pytest.mark.parametrize("trend", ["c", "ct"])
def test_p_values_are_bit_identical_to_statsmodels(trend):
    edges = [0.92, -18.86, -2.62, 0.63, -21.15, -3.19]
    edges += [np.nextafter(edge, side) for edge in edges for side in (-np.inf, np.inf)]
    t = np.concatenate([np.linspace(-30, 5, 3_001), edges, [-np.inf, np.inf, 0.0, -0.0]])
    expected = np.array([mackinnonp(value, regression=trend, N=2) for value in t])
    assert mackinnon_p(t, trend).tobytes() == expected.tobytes()
    assert np.isnan(mackinnon_p(np.array([np.nan]), trend)).all()


@pytest.mark.parametrize("trend", ["c", "ct"])
@pytest.mark.parametrize("bars", [20, 252, 2_520])
def test_critical_values_equal_statsmodels(trend, bars):
    expected = mackinnoncrit(N=2, regression=trend, nobs=bars - 1)
    np.testing.assert_allclose(critical_values(bars, trend), expected, rtol=1e-14)


def test_critical_values_equal_statas():
    # Stata's egranger for 200 observations, as published in statsmodels' own test (test_coint).
    np.testing.assert_allclose(critical_values(200, "c")[1:], [-3.367006313729, -3.065831247948], atol=6e-7)
    published = [-4.406102369132, -3.82866685109, -3.532082997903]
    np.testing.assert_allclose(critical_values(200, "ct"), published, atol=6e-7)


def test_unknown_trends_and_samples_are_refused():
    for call in (lambda: mackinnon_p(np.zeros(1), "n"), lambda: critical_values(100, "n")):
        with pytest.raises(ParameterError, match="trend 'n' is not one of c, ct"):
            call()
    with pytest.raises(ParameterError, match="bars 1 is below 2"):
        critical_values(1)
