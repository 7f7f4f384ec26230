"""The screen's readable twins: what each kernel computes, from its definition, one pair at a time."""

import math
from typing import NamedTuple

import numpy as np

from titan_graphql.quant.pvalue import Trend
from titan_graphql.quant.screen_prepare import Criterion, default_max_lag


class Regression(NamedTuple):
    """One Engle–Granger regression; `persistence` is φ of the residual without constant."""

    statistic: float
    lag: int
    beta: float
    alpha: float
    trend: float
    r_squared: float
    persistence: float


def lagged_moments_py(a: np.ndarray, b: np.ndarray, lags: int) -> np.ndarray:
    """Return ``X_l = Σ_{s ≥ q} (a[s] b[s−l] + a[s−l] b[s])`` for l = 0 … q = `lags`."""
    stop = a.size
    return np.array(
        [a[lags:] @ b[lags - lag : stop - lag] + a[lags - lag : stop - lag] @ b[lags:] for lag in range(lags + 1)]
    )


def regressors_py(e: np.ndarray, lags: int) -> np.ndarray:
    """Return the columns d_{s−1} … d_{s−q}, e_s, d_s of the Dickey–Fuller regression, s = q … T−2."""
    d = np.diff(e)
    lagged = [d[lags - k : d.size - k] for k in range(1, lags + 1)]
    return np.stack([*lagged, e[lags:-1], d[lags:]], axis=1)


def factor_py(e: np.ndarray, lags: int) -> np.ndarray:
    """Return (ll, ly, yy)_p, p = 0 … `lags`: the moments of level and change given p lagged changes.

    By least squares on the columns themselves; shape (lags + 1, 3).
    """
    columns = regressors_py(e, lags)
    rows = []
    for p in range(lags + 1):
        given, pair = columns[:, :p], columns[:, lags:]
        left = pair - given @ np.linalg.lstsq(given, pair, rcond=None)[0] if p else pair
        moments = left.T @ left
        rows.append((moments[0, 0], moments[0, 1], moments[1, 1]))
    return np.array(rows)


def choose_lag_py(e: np.ndarray, lags: int, criterion: Criterion) -> int:
    """Return the lag with the smallest ``n ln(SSR_p/n) + c (p + 1)``, c = 2 (aic) or ln n (bic)."""
    if criterion == "fixed":
        return lags
    count = e.size - 1 - lags
    cost = 2.0 if criterion == "aic" else math.log(count)
    ll, ly, yy = factor_py(e, lags).T
    return int(np.argmin(count * np.log((yy - ly**2 / ll) / count) + cost * np.arange(1, lags + 2)))


def dickey_fuller_py(e: np.ndarray, lag: int) -> float:
    """Return the t-statistic of the level in the regression with `lag` lagged changes and no constant."""
    columns = regressors_py(e, lag)
    right, left = columns[:, :-1], columns[:, -1]
    coefficients = np.linalg.lstsq(right, left, rcond=None)[0]
    rest = left - right @ coefficients
    variance = rest @ rest / (left.size - right.shape[1])
    return float(coefficients[lag] / math.sqrt(variance * np.linalg.inv(right.T @ right)[lag, lag]))


def engle_granger_py(
    y: np.ndarray,
    x: np.ndarray,
    *,
    trend: Trend = "c",
    criterion: Criterion = "aic",
    max_lag: int | None = None,
) -> Regression:
    """Return the Engle–Granger regression of y on x: the whole screen for one directed pair.

    Parameters
    ----------
    y, x : ndarray, shape (T,)
        Prices on one scale, nothing missing.
    trend, criterion, max_lag
        As in `screen.screen`.
    """
    time = np.arange(1.0, y.size + 1.0)
    columns = [np.ones(y.size), x - x.mean(), time - time.mean()][: 3 if trend == "ct" else 2]
    design = np.stack(columns, axis=1)
    coefficients = np.linalg.lstsq(design, y - y.mean(), rcond=None)[0]
    e = (y - y.mean()) - design @ coefficients
    beta = float(coefficients[1])
    slope = float(coefficients[2]) if trend == "ct" else 0.0
    alpha = float(y.mean() + coefficients[0] - beta * x.mean() - slope * time.mean())
    lags = default_max_lag(y.size) if max_lag is None else max_lag
    lag = choose_lag_py(e, lags, criterion)
    r_squared = 1.0 - float(e @ e) / float(np.sum((y - y.mean()) ** 2))
    persistence = float(e[1:] @ e[:-1]) / float(e[:-1] @ e[:-1])
    return Regression(dickey_fuller_py(e, lag), lag, beta, alpha, slope, r_squared, persistence)
