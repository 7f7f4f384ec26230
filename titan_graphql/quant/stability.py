"""How steady a pair's relation is: the Engle–Granger test and the hedge ratio over windows that move through time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.errors import ParameterError, SeriesTooShortError
from titan_graphql.quant.pvalue import Trend
from titan_graphql.quant.screen import screen
from titan_graphql.quant.series import Floats, regressable

POINTS = 60
FEWEST_BARS = 30


@dataclass(frozen=True, slots=True)
class Stability:
    """One row per window: the index of its last bar, and y on x over it; NaN where the window has no such figure."""

    last: npt.NDArray[np.int64]
    p_value: Floats
    beta: Floats
    half_life: Floats


def stability(
    y: npt.ArrayLike, x: npt.ArrayLike, window: int, *, trend: Trend = "c", points: int = POINTS
) -> Stability:
    """Test and hedge y on x over at most `points` windows of `window` bars, the last one ending at the last bar.

    Each window stands alone, so a p-value here is that of one test; watching many of them is watching many tests.

    Parameters
    ----------
    y, x : (T,) prices on one scale
    window : bars, at least 30 and at most T

    Raises
    ------
    SeriesTooShortError, SeriesConstantError, ParameterError
    """
    y, x = regressable(y, x, least=FEWEST_BARS)
    if window < FEWEST_BARS:
        message = f"window is {window}; at least {FEWEST_BARS} bars"
        raise ParameterError(message, code="LOOKBACK_TOO_SHORT", field="window")
    if window > y.size:
        message = f"a window of {window} bars does not fit into {y.size}"
        raise SeriesTooShortError(message)
    ends = np.unique(np.linspace(window - 1, y.size - 1, points).round().astype(np.int64))
    panel = np.column_stack([y, x])
    rows = [screen(panel[end - window + 1 : end + 1], trend=trend, distance=False).records[0] for end in ends]
    columns = {name: np.array([row[name] for row in rows], np.float64) for name in ("p_value", "beta", "half_life")}
    return Stability(ends, **columns)
