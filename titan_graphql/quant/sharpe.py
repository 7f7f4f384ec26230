"""The Sharpe ratio and how much of it could be luck."""

import math

from scipy import stats

from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.series import Floats


def sharpe_ratio(returns: Floats, periods_per_year: float = 252.0) -> Estimate:
    """Return the annualised Sharpe ratio mean/sd·√periods (ddof 1, risk-free rate 0) and its 95 % interval.

    The interval is SR ± 1.96·√((1 − γ₃·SR + (γ₄ − 1)/4·SR²)/(n − 1)) per period, then annualised; γ₃ and γ₄
    are the skewness and raw kurtosis of the returns, so fat tails and losses in clumps widen it. Independent
    returns assumed.

    Parameters
    ----------
    returns : (n,) simple returns per period

    Returns
    -------
    Estimate
        Missing with fewer than 3 returns or when they do not vary.

    References
    ----------
    Mertens (2002), "Comments on variance of the IID estimator in Lo"; Bailey and López de Prado (2012), "The
    Sharpe ratio efficient frontier", Journal of Risk 15.
    """
    if returns.size < 3:
        return Estimate.missing("fewer than 3 returns")
    if varies_not(returns):
        return Estimate.missing("the returns do not vary")
    ratio = float(returns.mean() / returns.std(ddof=1))
    error = standard_error(ratio, returns.size, float(stats.skew(returns)), raw_kurtosis(returns))
    year = math.sqrt(periods_per_year)
    reach = float(stats.norm.ppf(0.975)) * error
    return Estimate.of(ratio * year, (ratio - reach) * year, (ratio + reach) * year)


def standard_error(ratio: float, n: int, skewness: float, kurtosis: float) -> float:
    """Return the standard error of a per-period Sharpe ratio over n returns (raw kurtosis: 3 when normal)."""
    return math.sqrt(max(1.0 - skewness * ratio + (kurtosis - 1.0) / 4.0 * ratio * ratio, 0.0) / (n - 1))


def raw_kurtosis(returns: Floats) -> float:
    """Return the fourth standardised moment (3 for a normal distribution)."""
    return float(stats.kurtosis(returns, fisher=False))


def varies_not(returns: Floats) -> bool:
    """Say whether the returns are all one number, up to the rounding of an equity curve."""
    spread = float(returns.max() - returns.min())
    return spread <= 1e-14 * max(1.0, float(abs(returns).max()))
