"""Is the spread of two prices stationary? The Engle–Granger test, on statsmodels."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.errors import ArithmeticOverflowError, ParameterError, SeriesSingularError
from titan_graphql.quant.series import Floats, regressable

# statsmodels is imported where it is used: loading takes a second, which every start would wait for.
FEWEST_BARS = 20
SINGULAR_R_SQUARED = 1.0 - 100.0 * math.sqrt(np.finfo(float).eps)


@dataclass(frozen=True, slots=True)
class CointegrationTest:
    """The residual's ADF statistic with its p-value, lag order and critical values at 1, 5 and 10 %."""

    statistic: float
    p_value: float
    lags: int
    critical_values: tuple[float, float, float]
    bars: int


def engle_granger(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    trend: Literal["c", "ct"] = "c",
    max_lag: int | None = None,
    criterion: Literal["aic", "bic"] = "aic",
) -> CointegrationTest:
    """Test the null hypothesis that y and x are *not* cointegrated.

    y is regressed on x and the deterministic `trend`; the residual's unit root is tested by an augmented
    Dickey–Fuller regression without constant, Δe_t = γ·e_{t−1} + Σ δ_j·Δe_{t−j} + u_t, its lag order chosen
    by `criterion` up to `max_lag` (default ⌈12·(T/100)^¼⌉). The statistic is γ's t-ratio. p-values follow
    MacKinnon (1994) for two variables, critical values MacKinnon (2010) for T − 1 observations: those of
    plain ADF would reject about 15 % of unrelated random walks at a nominal 5 %. Equal to
    `statsmodels.tsa.stattools.coint` on centred inputs; centring changes nothing in exact arithmetic and
    keeps its digits on large offsets.

    Parameters
    ----------
    y, x : (T,) prices on one scale, T ≥ 20
    trend : "c" constant, "ct" constant and linear trend

    Raises
    ------
    SeriesSingularError
        One leg is an exact linear function of the other (R² ≥ 1 − 100·√ε), or the residual is one of its own lags.
    SeriesConstantError, SeriesTooShortError, ParameterError, ArithmeticOverflowError
    """
    from statsmodels.tsa.adfvalues import mackinnoncrit, mackinnonp
    from statsmodels.tsa.stattools import adfuller

    y, x = regressable(y, x, least=FEWEST_BARS)
    _check(trend, max_lag, criterion, y.size)
    residual = _residual(_standard(y), _standard(x), trend)
    with np.errstate(all="ignore"):
        result = adfuller(residual, maxlag=max_lag, autolag=criterion.upper(), regression="n", result_object=True)
    statistic, lags = float(result.statistic), int(result.lags)
    if not math.isfinite(statistic):
        message = "the spread's own lags explain it exactly, so there is nothing to test"
        raise SeriesSingularError(message)
    critical = mackinnoncrit(N=2, regression=trend, nobs=y.size - 1)
    return CointegrationTest(
        statistic=statistic,
        p_value=float(mackinnonp(statistic, regression=trend, N=2)),
        lags=lags,
        critical_values=(float(critical[0]), float(critical[1]), float(critical[2])),
        bars=y.size,
    )


def _check(trend: str, max_lag: int | None, criterion: str, bars: int) -> None:
    if trend not in {"c", "ct"}:
        message = f"trend is {trend!r}, not c or ct"
        raise ParameterError(message, code="TREND_UNKNOWN", field="trend")
    if criterion not in {"aic", "bic"}:
        message = f"criterion is {criterion!r}, not aic or bic"
        raise ParameterError(message, code="CRITERION_UNKNOWN", field="criterion")
    if max_lag is not None and not 0 <= max_lag <= bars // 2 - 2:
        message = f"max_lag is {max_lag}; with {bars} bars it lies in 0 … {bars // 2 - 2}"
        raise ParameterError(message, code="LAG_OUT_OF_RANGE", field="max_lag")


def _standard(series: Floats) -> Floats:
    """Centre and scale: the t-ratio does not depend on either, the digits do."""
    with np.errstate(all="ignore"):
        centred = series - series.mean()
        scale = float(np.max(np.abs(centred)))
    if not (math.isfinite(scale) and scale > 0.0):
        message = "the values are too large or too close together for double precision"
        raise ArithmeticOverflowError(message)
    scaled: Floats = centred / scale
    return scaled


def _residual(y: Floats, x: Floats, trend: str) -> Floats:
    """Residual of y on x and the trend; refuses a fit that is exact."""
    time = np.linspace(-1.0, 1.0, y.size)
    regressors = [x, np.ones_like(x)] + ([time] if trend == "ct" else [])
    design = np.column_stack(regressors)
    coefficients, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    residual: Floats = y - design @ coefficients
    if rank < design.shape[1] or float(residual @ residual) <= (1.0 - SINGULAR_R_SQUARED) * float(y @ y):
        message = "one leg is an exact linear function of the other; their spread is rounding noise"
        raise SeriesSingularError(message)
    return residual
