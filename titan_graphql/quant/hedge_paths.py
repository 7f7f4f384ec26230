"""Hedge ratios that move with the data: least squares over the last bars, in one pass or one bar at a time."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from titan_graphql.quant.rolling_moments import RollingMoments, check_window, memory, push_nb
from titan_graphql.quant.series import Floats, column, same_length


@dataclass(frozen=True, slots=True)
class HedgePath:
    """α_t and β_t of y = α + β·x over the window that ends at t; NaN where undefined; both (T,)."""

    alpha: Floats
    beta: Floats


def rolling_ols(y: npt.ArrayLike, x: npt.ArrayLike, window: int) -> HedgePath:
    """Estimate α and β by least squares over each `window` bars.

    NaN in the first window − 1 bars, wherever the window holds a NaN, and wherever x does not vary in it.

    Parameters
    ----------
    y, x : (T,) prices on the chosen scale
    window : bars, at least 2

    Raises
    ------
    ParameterError
        WINDOW_TOO_SHORT, LENGTH_MISMATCH, SERIES_SHAPE.
    """
    check_window(window)
    y, x = column(y, "y"), column(x, "x")
    same_length(y=y, x=x)
    path = np.full((2, y.size), np.nan)
    _rolling_ols_nb(y, x, window, *memory(window), path)
    return HedgePath(*path)


class RollingHedge:
    """The same estimate fed bar by bar, O(1) on average and equal to `rolling_ols` to the last bit."""

    def __init__(self, window: int) -> None:
        self._moments = RollingMoments(window)
        self.snapshot = self._moments.snapshot
        self.restore = self._moments.restore

    def update(self, y: float, x: float) -> tuple[float, float]:
        """Take one bar and return α and β; NaN while undefined."""
        summary = self._moments.push(y, x)
        if summary is None:
            return math.nan, math.nan
        alpha, beta = line_nb(summary)
        return float(alpha), float(beta)


@njit(cache=True, nogil=True, error_model="numpy")
def line_nb(summary):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """α and β from a window's moments."""
    if not summary[3] > 0.0:
        return math.nan, math.nan
    beta = summary[4] / summary[3]
    return summary[0] - beta * summary[1], beta


@njit(cache=True, nogil=True, error_model="numpy")
def _rolling_ols_nb(y, x, window, block, tails, head, path):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    summary = np.empty(5)
    for t in range(y.size):
        push_nb(y[t], x[t], window, t, block, tails, head, summary)
        if t >= window - 1:
            path[0, t], path[1, t] = line_nb(summary)


def _rolling_ols_py(y: Floats, x: Floats, window: int) -> HedgePath:
    """Readable twin of `_rolling_ols_nb`: numpy's least squares on each window."""
    path = np.full((2, y.size), np.nan)
    for t in range(window - 1, y.size):
        seen = slice(t - window + 1, t + 1)
        if np.isfinite(y[seen]).all() and np.ptp(x[seen]) > 0.0:
            beta, alpha = np.polyfit(x[seen] - x[t], y[seen], 1)
            path[:, t] = alpha - beta * x[t], beta
    return HedgePath(*path)
