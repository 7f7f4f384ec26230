"""The Sharpe ratio and how much of it could be luck: its interval, PSR, DSR and the track record it needs."""

import math

import numpy as np
from scipy.special import ndtr, ndtri

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.series import Floats


def sharpe_ratio(returns: Floats, periods_per_year: float = 252.0) -> Estimate:
    """Return the annualised Sharpe ratio mean/sd·√periods (ddof 1, risk-free rate 0) and its 95 % interval.

    The interval is SR ± 1.96·√((1 − γ₃·SR + (γ₄ − 1)/4·SR²)/(n − 1)) per period, then annualised; γ₃ and γ₄ are the
    skewness and raw kurtosis of the returns, so fat tails and losses in clumps widen it. Independent returns assumed.

    Parameters
    ----------
    returns : (n,) simple returns per period

    Returns
    -------
    Estimate
        Missing with fewer than 3 returns or when they do not vary.

    References
    ----------
    Mertens (2002), "Comments on variance of the IID estimator in Lo"; Bailey and López de Prado (2012), "The Sharpe
    ratio efficient frontier", Journal of Risk 15.
    """
    if returns.size < 3:
        return Estimate.missing("fewer than 3 returns")
    if is_constant(returns):
        return Estimate.missing("the returns do not vary")
    with np.errstate(all="ignore"):
        ratio = per_period(returns)
        error = standard_error(ratio, returns.size, skewness(returns), raw_kurtosis(returns))
    year = math.sqrt(periods_per_year)
    reach = float(ndtri(0.975)) * error
    return Estimate.of(ratio * year, (ratio - reach) * year, (ratio + reach) * year)


def per_period(returns: Floats) -> float:
    """Return mean/sd (ddof 1), not annualised."""
    return float(returns.mean() / returns.std(ddof=1))


def standard_error(ratio: float, n: int, skew: float, kurtosis: float) -> float:
    """Return the standard error of a per-period Sharpe ratio over n returns (raw kurtosis: 3 when normal)."""
    return math.sqrt(max(1.0 - skew * ratio + (kurtosis - 1.0) / 4.0 * ratio * ratio, 0.0) / (n - 1))


def skewness(returns: Floats) -> float:
    """Return the third standardised moment."""
    deviation = returns - returns.mean()
    return float(np.mean(deviation**3) / np.mean(deviation**2) ** 1.5)


def raw_kurtosis(returns: Floats) -> float:
    """Return the fourth standardised moment (3 for a normal distribution)."""
    deviation = returns - returns.mean()
    return float(np.mean(deviation**4) / np.mean(deviation**2) ** 2)


def is_constant(returns: Floats) -> bool:
    """Return whether all returns are one number, up to the rounding of an equity curve."""
    spread = float(returns.max() - returns.min())
    return spread <= 1e-14 * max(1.0, float(abs(returns).max()))


def probabilistic_sharpe(ratio: float, benchmark: float, n: int, skew: float = 0.0, kurtosis: float = 3.0) -> float:
    """Return PSR: the probability that the true Sharpe ratio exceeds `benchmark`, given the measured one.

    PSR = Φ((SR − SR*)·√(n − 1)/√(1 − γ₃·SR + (γ₄ − 1)/4·SR²)). All ratios are per period, as the n returns are.

    Parameters
    ----------
    ratio, benchmark : per-period Sharpe ratios
    n : returns, at least 2
    skew, kurtosis : of the returns; kurtosis raw (3 when normal)

    Raises
    ------
    ParameterError
        TOO_FEW_RETURNS, NOT_FINITE.

    References
    ----------
    Bailey and López de Prado (2012), "The Sharpe ratio efficient frontier", Journal of Risk 15.
    """
    _check(n, ratio=ratio, benchmark=benchmark, skew=skew, kurtosis=kurtosis)
    error = standard_error(ratio, n, skew, kurtosis)
    if error == 0.0:
        return float(ratio > benchmark)
    return float(ndtr((ratio - benchmark) / error))


def expected_best_sharpe(trials: int, deviation: float) -> float:
    """Return the Sharpe ratio that the best of `trials` worthless independent strategies is expected to show.

    SR₀ = σ·((1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))) with Euler's γ and σ the standard deviation of the trials'
    Sharpe ratios; 0 for one trial.

    Raises
    ------
    ParameterError
        TRIALS_OUT_OF_RANGE, NOT_FINITE.

    References
    ----------
    Bailey and López de Prado (2014), "The deflated Sharpe ratio", Journal of Portfolio Management 40.
    """
    if trials < 1:
        message = f"trials is {trials}; at least 1"
        raise ParameterError(message, code="TRIALS_OUT_OF_RANGE", field="trials")
    _check(2, deviation=deviation)
    if trials == 1:
        return 0.0
    best, beyond = float(-ndtri(1.0 / trials)), float(-ndtri(1.0 / (trials * math.e)))
    return deviation * ((1.0 - np.euler_gamma) * best + np.euler_gamma * beyond)


def deflated_sharpe(
    ratio: float, n: int, trials: int, deviation: float, skew: float = 0.0, kurtosis: float = 3.0
) -> float:
    """Return DSR: the PSR against the best ratio that `trials` worthless strategies would show.

    Parameters
    ----------
    ratio : per-period Sharpe ratio of the selected strategy over n returns
    trials : independent strategies tried
    deviation : standard deviation of the trials' per-period Sharpe ratios

    References
    ----------
    Bailey and López de Prado (2014), "The deflated Sharpe ratio", Journal of Portfolio Management 40.
    """
    return probabilistic_sharpe(ratio, expected_best_sharpe(trials, deviation), n, skew, kurtosis)


def minimum_track_record(
    ratio: float, benchmark: float = 0.0, skew: float = 0.0, kurtosis: float = 3.0, level: float = 0.95
) -> Estimate:
    """Return MinTRL: the number of returns needed before PSR reaches `level`.

    MinTRL = 1 + (1 − γ₃·SR + (γ₄ − 1)/4·SR²)·(Φ⁻¹(level)/(SR − SR*))², in periods.

    Returns
    -------
    Estimate
        Missing when the measured ratio does not exceed the benchmark: no record is long enough.

    References
    ----------
    Bailey and López de Prado (2012), "The Sharpe ratio efficient frontier", Journal of Risk 15.
    """
    _check(2, ratio=ratio, benchmark=benchmark, skew=skew, kurtosis=kurtosis)
    if not 0.0 < level < 1.0:
        message = f"level is {level}; it lies in (0, 1)"
        raise ParameterError(message, code="LEVEL_OUT_OF_RANGE", field="level")
    if ratio <= benchmark:
        return Estimate.missing("the ratio does not exceed the benchmark: no track record is long enough")
    shape = 1.0 - skew * ratio + (kurtosis - 1.0) / 4.0 * ratio * ratio
    return Estimate.of(1.0 + shape * float(ndtri(level) / (ratio - benchmark)) ** 2)


def _check(n: int, **values: float) -> None:
    if n < 2:
        message = f"{n} returns are too few; at least 2"
        raise ParameterError(message, code="TOO_FEW_RETURNS", field="n")
    for name, value in values.items():
        if not math.isfinite(value):
            message = f"{name} is {value}, not a finite number"
            raise ParameterError(message, code="NOT_FINITE", field=name)
