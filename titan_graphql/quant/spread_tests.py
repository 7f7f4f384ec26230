"""Tests of a spread, or of the regression it comes from: unit root, stationarity, random walk."""

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.cointegration import SINGULAR_R_SQUARED
from titan_graphql.quant.errors import SeriesConstantError, SeriesSingularError, SeriesTooShortError
from titan_graphql.quant.series import Floats, finite, regressable

# statsmodels and arch are imported where they are used: loading takes a second, which every start would wait for.
FEWEST_BARS = 30
KPSS_SMALLEST_P, KPSS_LARGEST_P = 0.01, 0.10
SHIN_CRITICAL, SHIN_LEVELS = (0.231, 0.314, 0.533), (0.10, 0.05, 0.01)

Bound = Literal["EXACT", "AT_MOST", "AT_LEAST"]


@dataclass(frozen=True, slots=True)
class SpreadTest:
    """A statistic with its p-value; `bound` says whether the p-value is known or only bounded by its table."""

    statistic: float
    p_value: float
    lags: int
    bound: Bound = "EXACT"


def adf(spread: npt.ArrayLike) -> SpreadTest:
    """Test the null hypothesis that the spread has a unit root: augmented Dickey–Fuller with constant, lags by AIC.

    Its p-value is right for a spread that was *given*. For one whose hedge ratio was estimated on the same bars it
    is too small (about 15 % rejections at a nominal 5 %): the Engle–Granger test is the one to read there.

    Parameters
    ----------
    spread : (T,), T ≥ 30

    Raises
    ------
    SeriesConstantError, SeriesTooShortError, ParameterError
    """
    from statsmodels.tsa.stattools import adfuller

    result = adfuller(_testable(spread), regression="c", autolag="AIC", result_object=True)
    return SpreadTest(float(result.statistic), float(result.pvalue), int(result.lags))


def kpss(spread: npt.ArrayLike, *, estimated: bool = False) -> SpreadTest:
    """Test the null hypothesis that the spread *is* stationary around a constant.

    Kwiatkowski, Phillips, Schmidt & Shin (1992), bandwidth after Hobijn, Franses & Ooms (2004). Their table holds for a
    spread that was *given*: with β estimated on the same bars it rejects 1.5 % at a nominal 5 %. `estimated` reads the
    p-value off Shin's table for one regressor and a constant instead, its logarithm interpolated. Both tables end at
    1 % and 10 %: beyond that the p-value is a bound.

    Raises
    ------
    SeriesConstantError, SeriesTooShortError, ParameterError

    References
    ----------
    Shin (1994), "A residual-based test of the null of cointegration against the alternative of no cointegration",
    Econometric Theory 10.
    """
    from statsmodels.tools.sm_exceptions import InterpolationWarning
    from statsmodels.tsa import stattools

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InterpolationWarning)
        result = stattools.kpss(_testable(spread), regression="c", nlags="auto", result_object=True)
    p_value = float(result.pvalue)
    if estimated:
        p_value = float(np.exp(np.interp(result.statistic, SHIN_CRITICAL, np.log(SHIN_LEVELS))))
    bound: Bound = "EXACT"
    if p_value <= KPSS_SMALLEST_P * (1.0 + 1e-12):
        bound = "AT_MOST"
    elif p_value >= KPSS_LARGEST_P * (1.0 - 1e-12):
        bound = "AT_LEAST"
    return SpreadTest(float(result.statistic), p_value, int(result.lags), bound)


def variance_ratio(spread: npt.ArrayLike, lags: int = 10) -> tuple[float, SpreadTest]:
    """Return Var(e_t − e_{t−q}) / (q·Var(e_t − e_{t−1})) and the test of the null hypothesis that it is 1.

    A random walk gives 1, a mean-reverting spread less. Lo & MacKinlay (1988), robust to heteroskedasticity.

    Raises
    ------
    SeriesConstantError, SeriesTooShortError, ParameterError
    """
    from arch.unitroot import VarianceRatio

    ratio = VarianceRatio(_testable(spread), lags=lags)
    return float(ratio.vr), SpreadTest(float(ratio.stat), float(ratio.pvalue), lags)


def phillips_ouliaris(y: npt.ArrayLike, x: npt.ArrayLike, trend: Literal["c", "ct"] = "c") -> SpreadTest:
    """Test the null hypothesis that y and x are *not* cointegrated, without choosing lags: the Z_t statistic.

    Phillips & Ouliaris (1990), computed by arch with its own simulated p-values and a Bartlett kernel.

    Raises
    ------
    SeriesSingularError, SeriesConstantError, SeriesTooShortError, ParameterError
    """
    from arch.unitroot import cointegration

    y, x = regressable(y, x, least=FEWEST_BARS)
    explained = float(np.corrcoef(y, x)[0, 1]) ** 2
    if not explained < SINGULAR_R_SQUARED:
        message = "one leg is an exact linear function of the other; their spread is rounding noise"
        raise SeriesSingularError(message)
    result = cointegration.phillips_ouliaris(y, x, trend=trend, test_type="Zt")
    statistic, p_value = float(result.stat), float(result.pvalue)
    return SpreadTest(statistic, p_value, int(result.bandwidth))


def hurst_exponent(spread: npt.ArrayLike) -> float:
    """Estimate H in E[(e_{t+τ} − e_t)²]^½ ∝ τ^H by least squares of logarithms over τ = 1 … min(100, T/4).

    0.5 for a random walk, less for mean reversion. The generalised Hurst exponent of order 2 (Di Matteo, 2007,
    Quantitative Finance 7); no interval is claimed.

    Raises
    ------
    SeriesConstantError, SeriesTooShortError, ParameterError
    """
    values = _testable(spread)
    steps = np.arange(1, min(100, values.size // 4) + 1)
    spreads = np.array([np.sqrt(np.mean((values[step:] - values[:-step]) ** 2)) for step in steps])
    if not (spreads > 0.0).all():
        message = "the spread repeats itself exactly, so its growth with time has no logarithm"
        raise SeriesConstantError(message)
    return float(np.polyfit(np.log(steps), np.log(spreads), 1)[0])


def _testable(spread: npt.ArrayLike) -> Floats:
    values = finite(spread, "spread")
    if values.size < FEWEST_BARS:
        message = f"{values.size} bars are too few; at least {FEWEST_BARS} are needed"
        raise SeriesTooShortError(message)
    if np.ptp(values) == 0.0:
        message = "the spread does not vary"
        raise SeriesConstantError(message)
    return values
