"""Johansen's test of two prices: how many cointegrating relations there are, and the hedge ratio of the first."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.cointegration import SINGULAR_R_SQUARED
from titan_graphql.quant.errors import SeriesSingularError
from titan_graphql.quant.hedge import Hedge, ols_hedge
from titan_graphql.quant.series import Floats, regressable

# statsmodels is imported where it is used: loading takes a second, which every start would wait for.
FEWEST_BARS = 30
LAGGED_DIFFERENCES = 1
CONSTANT = 0


@dataclass(frozen=True, slots=True)
class JohansenTest:
    """Statistics of the null hypotheses "no relation" and "at most one", each against its own alternative.

    `trace` and `max_eigenvalue` hold the statistics for r = 0 and r ≤ 1; the critical values are one triple (10, 5 and
    1 %) for each.
    """

    trace: tuple[float, float]
    trace_critical: tuple[tuple[float, float, float], tuple[float, float, float]]
    max_eigenvalue: tuple[float, float]
    max_eigenvalue_critical: tuple[tuple[float, float, float], tuple[float, float, float]]
    rank: int
    beta: float
    bars: int


def johansen(y: npt.ArrayLike, x: npt.ArrayLike) -> JohansenTest:
    """Test how many linear combinations of y and x are stationary.

    Deterministic case: an unrestricted constant (statsmodels' det_order 0, MacKinnon, Haug & Michelis (1999) tables
    as tabulated there), one lagged difference. `rank` is the number of relations that the trace statistics leave at
    5 %, tested in turn. `beta` normalises the first eigenvector on y: y − beta·x is the most stationary combination.

    Parameters
    ----------
    y, x : (T,) prices on one scale, T ≥ 30

    Raises
    ------
    SeriesSingularError
        One leg is an exact linear function of the other.
    SeriesConstantError, SeriesTooShortError, ParameterError

    References
    ----------
    Johansen (1991), "Estimation and hypothesis testing of cointegration vectors in Gaussian vector autoregressive
    models", Econometrica 59.
    """
    from statsmodels.tsa.vector_ar.vecm import coint_johansen

    levels = _levels(y, x)
    try:
        result = coint_johansen(levels, CONSTANT, LAGGED_DIFFERENCES)
    except np.linalg.LinAlgError as error:
        message = "one leg is an exact linear function of the other; there is no unique relation"
        raise SeriesSingularError(message) from error
    trace, largest = result.trace_stat, result.max_eig_stat
    if not (np.isfinite(trace).all() and abs(result.evec[0, 0]) > 0.0):
        message = "one leg is an exact linear function of the other; there is no unique relation"
        raise SeriesSingularError(message)
    rank = 0 if trace[0] <= result.trace_stat_crit_vals[0, 1] else 1
    if rank == 1 and trace[1] > result.trace_stat_crit_vals[1, 1]:
        rank = 2
    return JohansenTest(
        trace=(float(trace[0]), float(trace[1])),
        trace_critical=_triples(result.trace_stat_crit_vals),
        max_eigenvalue=(float(largest[0]), float(largest[1])),
        max_eigenvalue_critical=_triples(result.max_eig_stat_crit_vals),
        rank=rank,
        beta=float(-result.evec[1, 0] / result.evec[0, 0]),
        bars=levels.shape[0],
    )


def johansen_hedge(y: npt.ArrayLike, x: npt.ArrayLike) -> Hedge:
    """Estimate β by maximum likelihood in a vector error-correction model of rank 1.

    The same model as `johansen`; α is the mean of y − β·x. The 95 % interval spans two: statsmodels' (asymptotic
    normality of the normalised vector) and that of `ols_hedge`. For a spread with a half-life of 23 bars the former
    covers the truth in no more than 70 % of simulations over 500 bars: the estimate has no moments and strays further
    than its normal limit says.

    Raises
    ------
    SeriesSingularError, SeriesConstantError, SeriesTooShortError, ParameterError
    """
    from statsmodels.tsa.vector_ar.vecm import VECM

    levels = _levels(y, x)
    try:
        fit = VECM(levels, k_ar_diff=LAGGED_DIFFERENCES, coint_rank=1, deterministic="co").fit()
        interval = fit.conf_int_beta()
    except (np.linalg.LinAlgError, ZeroDivisionError) as error:
        message = "one leg is an exact linear function of the other; there is no unique relation"
        raise SeriesSingularError(message) from error
    beta, low, high = -float(fit.beta[1, 0]), -float(interval["upper"][1, 0]), -float(interval["lower"][1, 0])
    plain = ols_hedge(levels[:, 0], levels[:, 1])
    return _hedge(levels[:, 0], levels[:, 1], beta, min(low, plain.beta_low), max(high, plain.beta_high))


def _hedge(y: Floats, x: Floats, beta: float, low: float, high: float) -> Hedge:
    residual = y - beta * x
    alpha = float(residual.mean())
    unexplained = float(np.sum((residual - alpha) ** 2))
    r_squared = 1.0 - unexplained / float(np.sum((y - y.mean()) ** 2))
    if not np.isfinite([beta, low, high, alpha, r_squared]).all():
        message = "one leg is an exact linear function of the other; there is no unique relation"
        raise SeriesSingularError(message)
    return Hedge(beta, alpha, r_squared, low, high)


def _levels(y: npt.ArrayLike, x: npt.ArrayLike) -> npt.NDArray[np.float64]:
    y, x = regressable(y, x, least=FEWEST_BARS)
    if not float(np.corrcoef(y, x)[0, 1]) ** 2 < SINGULAR_R_SQUARED:
        message = "one leg is an exact linear function of the other; there is no unique relation"
        raise SeriesSingularError(message)
    return np.column_stack([y, x])


def _triples(table: npt.NDArray[np.float64]) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    (a, b, c), (d, e, f) = table.tolist()
    return (a, b, c), (d, e, f)
