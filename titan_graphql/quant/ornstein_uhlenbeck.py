"""The Ornstein–Uhlenbeck process behind a spread: speed, mean and volatility with intervals."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri

from titan_graphql.quant.errors import SeriesConstantError, SeriesTooShortError
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.series import finite

FEWEST_BARS = 30
NO_REVERSION = "the spread does not revert (φ ≥ 1)"
OVERSHOOTING = "the spread overshoots its mean from bar to bar (φ ≤ 0), which this process cannot"


@dataclass(frozen=True, slots=True)
class OrnsteinUhlenbeck:
    """de = κ(μ − e)dt + σ dW with a bar as the unit of time; each with a 95 % interval."""

    kappa: Estimate
    mu: Estimate
    sigma: Estimate
    half_life: Estimate


def ornstein_uhlenbeck(spread: npt.ArrayLike) -> OrnsteinUhlenbeck:
    """Estimate the process by maximum likelihood, exactly discretised.

    e_{t+1} = a + φ·e_t + u with φ = e^{−κ}, a = μ(1 − φ) and Var u = σ²(1 − φ²)/(2κ); least squares is maximum
    likelihood conditional on the first bar. Intervals: κ and the half-life ln 2/κ from φ ± 1.96·se(φ) through their
    monotone maps (open where the bound of φ leaves (0, 1)); μ by the delta method; σ from the χ² interval of Var u at
    the estimated κ.

    Parameters
    ----------
    spread : (T,), T ≥ 30

    Raises
    ------
    SeriesConstantError, SeriesTooShortError, ParameterError

    References
    ----------
    Phillips & Yu (2009), "Maximum likelihood and Gaussian estimation of continuous time models in finance".
    """
    values = finite(spread, "spread")
    if values.size < FEWEST_BARS:
        message = f"{values.size} bars are too few; at least {FEWEST_BARS} are needed"
        raise SeriesTooShortError(message)
    before, after = values[:-1], values[1:]
    if np.ptp(before) == 0.0:
        message = "the spread does not vary"
        raise SeriesConstantError(message)
    design = np.column_stack([np.ones_like(before), before])
    (intercept, phi), *_ = np.linalg.lstsq(design, after, rcond=None)
    if not 0.0 < phi < 1.0:
        missing = Estimate.missing(NO_REVERSION if phi >= 1.0 else OVERSHOOTING)
        return OrnsteinUhlenbeck(missing, missing, missing, missing)
    residual = after - design @ np.array([intercept, phi])
    freedom = residual.size - 2
    variance = float(residual @ residual) / freedom
    covariance = variance * np.linalg.inv(design.T @ design)
    return _estimates(float(intercept), float(phi), variance, covariance, freedom)


def _estimates(
    intercept: float, phi: float, variance: float, covariance: npt.NDArray[np.float64], freedom: int
) -> OrnsteinUhlenbeck:
    kappa, mu = -math.log(phi), intercept / (1.0 - phi)
    half = 1.96 * math.sqrt(covariance[1, 1])
    fastest, slowest = phi - half, phi + half
    high = -math.log(fastest) if fastest > 0.0 else None
    low = -math.log(slowest) if slowest < 1.0 else None
    gradient = np.array([1.0 / (1.0 - phi), intercept / (1.0 - phi) ** 2])
    around = 1.96 * math.sqrt(float(gradient @ covariance @ gradient))
    scale = math.sqrt(2.0 * kappa / (1.0 - phi**2))
    sigma = math.sqrt(variance) * scale
    below, above = (math.sqrt(freedom / chdtri(freedom, tail)) for tail in (0.025, 0.975))
    return OrnsteinUhlenbeck(
        kappa=Estimate.of(kappa, low if low is not None else 0.0, high),
        mu=Estimate.of(mu, mu - around, mu + around),
        sigma=Estimate.of(sigma, sigma * below, sigma * above),
        half_life=Estimate.of(
            math.log(2.0) / kappa,
            math.log(2.0) / high if high is not None else 0.0,
            math.log(2.0) / low if low is not None else None,
        ),
    )
