"""The Ornstein–Uhlenbeck process behind a spread: speed, mean and volatility with intervals."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, stdtrit

from titan_graphql.quant.errors import SeriesConstantError, SeriesTooShortError
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.series import finite

FEWEST_BARS = 30
LARGEST_KAPPA = 700.0  # beyond it a bar leaves nothing of a deviation in double precision
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

    e_{t+1} = a + φ·e_t + u with φ = e^{−κ}, a = μ(1 − φ) and Var u = s² = σ²(1 − φ²)/(2κ); least squares is maximum
    likelihood conditional on the first bar. Least squares finds φ too low by about (1 + 3φ)/n; φ̃ = φ + (1 + 3φ)/n.

    - κ and the half-life ln 2/κ: (φ + φ̃)/2 − t·se(φ) … φ̃ + t·se(φ) through their monotone maps, open where that leaves
      (0, 1);
    - μ: the standard error s/(√n·(1 − φ̃)) and a t-quantile of n(1 − φ̃)/(1 + φ̃) degrees, the number of independent
      bars that the n dependent ones are worth; open where φ̃ ≥ 1;
    - σ: the χ² interval of s² at the estimated κ, and how far σ moves over the interval of κ, added in squares.

    In simulation, over 250 to 1,500 bars and half-lives of 3 to 34, κ, half-life and σ are covered in 94 … 97 %, μ in
    92 … 96 %.

    Parameters
    ----------
    spread : (T,), T ≥ 30

    Raises
    ------
    SeriesConstantError, SeriesTooShortError, ParameterError

    References
    ----------
    Kendall (1954), "Note on bias in the estimation of autocorrelation", Biometrika 41; Phillips & Yu (2009), "Maximum
    likelihood and Gaussian estimation of continuous time models in finance".
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
    deviation = math.sqrt(float(residual @ residual) / freedom)
    spread_error = deviation / math.sqrt(float(np.sum((before - before.mean()) ** 2)))
    return _estimates(float(intercept) / (1.0 - float(phi)), float(phi), deviation, spread_error, freedom)


def persistence_bounds(phi: float, error: float, bars: int) -> tuple[float, float]:
    """Return the 95 % interval of an AR(1) coefficient over n bars: φ + b/2 − t·se … φ + b + t·se, b = (1 + 3φ)/n.

    b is least squares' bias to first order. The estimate scatters further downwards than upwards, so that an interval
    moved by all of b on both sides covers no more than 91 % near 1. With half of it below, simulated coverage is 94.5
    to 95.6 % for φ of 0.5 to 0.98 and 250 to 1,500 bars.
    """
    reach, bias = float(stdtrit(bars - 2, 0.975)) * error, corrected(phi, bars) - phi
    return phi + 0.5 * bias - reach, phi + bias + reach


def corrected(phi: float, bars: int) -> float:
    """Return φ + (1 + 3φ)/n, Kendall's correction."""
    return phi + (1.0 + 3.0 * phi) / bars


def _estimates(mu: float, phi: float, deviation: float, error: float, freedom: int) -> OrnsteinUhlenbeck:
    bars, kappa = freedom + 2, -math.log(phi)
    fast, slow = persistence_bounds(phi, error, bars)
    high = -math.log(fast) if fast > 0.0 else math.inf
    low = -math.log(slow) if slow < 1.0 else 0.0
    around = _reach_of_the_mean(corrected(phi, bars), deviation, bars)
    sigma = deviation * _scale(kappa)
    below, above = (math.sqrt(freedom / chdtri(freedom, tail)) for tail in (0.025, 0.975))
    drift = max(abs(_scale(bound) / _scale(kappa) - 1.0) for bound in (low, min(high, LARGEST_KAPPA)))
    lowest, highest = sigma * (1.0 - math.hypot(1.0 - below, drift)), sigma * (1.0 + math.hypot(above - 1.0, drift))
    half_life = math.log(2.0) / kappa, math.log(2.0) / high, math.log(2.0) / low if low > 0.0 else math.inf
    return OrnsteinUhlenbeck(
        kappa=Estimate.of(kappa, low, high),
        mu=Estimate.of(mu, mu - around, mu + around),
        sigma=Estimate.of(sigma, max(lowest, 0.0), highest),
        half_life=Estimate.of(*half_life),
    )


def _reach_of_the_mean(phi: float, deviation: float, bars: int) -> float:
    """Half the interval of μ; infinite where the spread may be a random walk."""
    if phi >= 1.0:
        return math.inf
    worth = max(bars * (1.0 - phi) / (1.0 + phi), 1.0)
    return float(stdtrit(worth, 0.975)) * deviation / (math.sqrt(bars) * (1.0 - phi))


def _scale(kappa: float) -> float:
    """σ per deviation of an innovation, √(2κ/(1 − e^{−2κ})); 1 at κ = 0."""
    return math.sqrt(2.0 * kappa / -math.expm1(-2.0 * kappa)) if kappa > 0.0 else 1.0
