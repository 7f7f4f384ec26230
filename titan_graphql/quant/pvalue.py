"""Significance of an Engle–Granger statistic: MacKinnon's response surfaces for two series."""

from typing import Literal

import numpy as np
from scipy.special import ndtr

from titan_graphql.quant.errors import ParameterError

Trend = Literal["c", "ct"]

# (largest, smallest, switch), and the polynomials below and above the switch: MacKinnon (1994), N = 2.
_SURFACE = {
    "c": (
        (0.92, -18.86, -2.62),
        (2.92, 1.5012, 0.039796),
        (2.1945, 0.64695, -0.29198, -0.042377000000000005),
    ),
    "ct": (
        (0.63, -21.15, -3.19),
        (3.6646, 1.5419, 0.036448),
        (2.85, 0.5272, -0.36622, -0.051695000000000005),
    ),
}
# The last bits are those of scaling the published coefficients by powers of ten.
# β∞, β₁, β₂, β₃ at 1 %, 5 % and 10 %: MacKinnon (2010), table 2, N = 2.
_CRITICAL = {
    "c": (
        (-3.89644, -10.9519, -33.527, 0.0),
        (-3.33613, -6.1101, -6.823, 0.0),
        (-3.04445, -4.2412, -2.72, 0.0),
    ),
    "ct": (
        (-4.32762, -15.4387, -35.679, 0.0),
        (-3.78057, -9.5106, -12.074, 0.0),
        (-3.49631, -7.0815, -7.538, 21.892),
    ),
}


def mackinnon_p(statistic: np.ndarray, trend: Trend = "c") -> np.ndarray:
    """Return the asymptotic p-value of Engle–Granger statistics under the null of no cointegration.

    ``p = Φ(Σ_k c_k t^k)`` with a polynomial for small and one for large p; 0 and 1 beyond the surface's ends.
    Equal to the last bit to ``statsmodels.tsa.adfvalues.mackinnonp(t, trend, N=2)``.

    Parameters
    ----------
    statistic : ndarray
        t; −∞ gives 0, NaN stays NaN.
    trend : {"c", "ct"}
        Deterministic terms of the cointegrating regression.

    References
    ----------
    MacKinnon, J.G. (1994), Approximate asymptotic distribution functions for unit-root and cointegration
    tests, Journal of Business & Economic Statistics 12(2), 167–176.
    """
    if trend not in _SURFACE:
        raise ParameterError(f"trend {trend!r} is not one of c, ct")
    (largest, smallest, switch), low, high = _SURFACE[trend]
    t = np.asarray(statistic, dtype=np.float64)
    inside = np.clip(t, smallest, largest)
    p = ndtr(np.where(inside <= switch, _polynomial(low, inside), _polynomial(high, inside)))
    p = np.where(t > largest, 1.0, p)
    result: np.ndarray = np.where(t < smallest, 0.0, p)
    return result


def _polynomial(coefficients: tuple[float, ...], t: np.ndarray) -> np.ndarray:
    """Evaluate by Horner's rule, highest power first, starting from 0: the order of operations is
    numpy.polyval's.
    """
    value = np.zeros_like(t)
    for coefficient in reversed(coefficients):
        value = value * t + coefficient
    return value


def critical_values(bars: int, trend: Trend = "c") -> tuple[float, float, float]:
    """Return the 1 %, 5 % and 10 % critical values for a sample of `bars`: ``β∞ + β₁/T + β₂/T² + β₃/T³``, T =
    bars − 1.

    References
    ----------
    MacKinnon, J.G. (2010), Critical values for cointegration tests, Queen's Economics Department Working
    Paper 1227.
    """
    if trend not in _CRITICAL:
        raise ParameterError(f"trend {trend!r} is not one of c, ct")
    if bars < 2:
        raise ParameterError(f"bars {bars} is below 2")
    one, five, ten = (float(np.polyval(row[::-1], 1.0 / (bars - 1))) for row in _CRITICAL[trend])
    return one, five, ten
