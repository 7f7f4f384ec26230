"""The hedge ratio that treats both legs alike: total least squares (Deming regression with equal error variances)."""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from titan_graphql.quant.errors import ArithmeticOverflowError, SeriesSingularError
from titan_graphql.quant.hedge import Hedge, long_run_variance
from titan_graphql.quant.series import regressable


def tls_hedge(y: npt.ArrayLike, x: npt.ArrayLike) -> Hedge:
    """Estimate β of y = α + β·x by minimising perpendicular distances.

    β = (s_yy − s_xx + √((s_yy − s_xx)² + 4·s_xy²)) / (2·s_xy), the direction of the first principal component: the
    hedge of x on y is exactly 1/β. α = ȳ − β·x̄.

    The 95 % interval reaches as far as that of `ols_hedge`, with this residual's long-run variance, below the smaller
    and above the larger of this β and that of least squares. Were the errors of both legs alike, this β would be right
    and least squares' too small; were all of the error in y, it would be the other way round, and an interval around
    this β alone would cover the truth in a quarter of wide spreads. Nobody knows which, and both differ by as much as
    either errs.

    Parameters
    ----------
    y, x : (T,) prices on the chosen scale, T ≥ 3

    Raises
    ------
    SeriesSingularError
        The legs are uncorrelated to the last digit: no direction is longest.
    SeriesConstantError, SeriesTooShortError, ParameterError, ArithmeticOverflowError

    References
    ----------
    Deming (1943), "Statistical Adjustment of Data", ch. 11.
    """
    y, x = regressable(y, x, least=3)
    with np.errstate(over="ignore", invalid="ignore"):
        dy, dx = y - y.mean(), x - x.mean()
        syy, sxx, sxy = float(dy @ dy), float(dx @ dx), float(dx @ dy)
    if sxy == 0.0:
        message = "the legs are uncorrelated; total least squares has no hedge ratio"
        raise SeriesSingularError(message)
    beta = (syy - sxx + math.copysign(math.hypot(syy - sxx, 2.0 * sxy), 1.0)) / (2.0 * sxy)
    residual = dy - beta * dx
    plain = sxy / sxx
    half = float(stdtrit(max(y.size - 2, 1), 0.975) * math.sqrt(long_run_variance(residual) / sxx))
    figures = (
        beta,
        float(y.mean() - beta * x.mean()),
        1.0 - float(residual @ residual) / syy,
        min(beta, plain) - half,
        max(beta, plain) + half,
    )
    if not all(map(math.isfinite, figures)):
        message = "the values are too large or too small for a fit in double precision"
        raise ArithmeticOverflowError(message)
    return Hedge(*figures)
