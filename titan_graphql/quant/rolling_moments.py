"""Means, variances and covariance over the last bars, O(1) per bar and without ever subtracting what has left."""

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.series import Floats

# A summary is (mean_y, mean_x, squares_y, squares_x, products), deviations being around the means.
SUMMARY = 5


class RollingMoments:
    """Moments of the last `window` pairs of numbers, fed one pair at a time.

    Bars come in blocks of `window`. At the end of a block every tail of it is summarised once; from then on a window
    is one tail merged with the head of the next block. A push costs O(1) on average, its worst case is O(window) once
    per block, and rounding errors never accumulate.

    References
    ----------
    Chan, Golub and LeVeque (1983), "Algorithms for computing the sample variance", The American Statistician 37.
    """

    def __init__(self, window: int) -> None:
        check_window(window)
        self.window = window
        self._count = 0
        self._memory = memory(window)

    def push(self, y: float, x: float) -> Floats | None:
        """Take one bar; return ȳ, x̄, Σ(y−ȳ)², Σ(x−x̄)², Σ(y−ȳ)(x−x̄) of the window, None until it is full."""
        summary = np.empty(SUMMARY)
        push_nb(y, x, self.window, self._count, *self._memory, summary)
        self._count += 1
        return summary if self._count >= self.window else None

    def snapshot(self) -> bytes:
        """What `restore` continues from: the number of bars and the last `window` of them."""
        return self._count.to_bytes(8, "little") + self._memory[0].tobytes()

    def restore(self, snapshot: bytes) -> None:
        """Continue where a snapshot was taken, to the last bit: every summary is made again from the bars it holds.

        Raises
        ------
        ParameterError
            STATE_INVALID, the snapshot is of another window.
        """
        if len(snapshot) != 8 + 16 * self.window:
            message = f"a snapshot of {len(snapshot)} bytes is not of a window of {self.window} bars"
            raise ParameterError(message, code="STATE_INVALID", field="snapshot")
        block, tails, head = self._memory
        self._count = int.from_bytes(snapshot[:8], "little")
        block[:] = np.frombuffer(snapshot[8:], np.float64).reshape(self.window, 2)
        tails[:], head[:] = 0.0, 0.0
        position = self._count % self.window
        for k in range(position):
            add_nb(block[k, 0], block[k, 1], k + 1, head)
        for k in range(1, self.window - position + 1):
            tails[k] = tails[k - 1]
            add_nb(block[self.window - k, 0], block[self.window - k, 1], k, tails[k])


class RollingZScore:
    """z-score of the newest value in its window, bar by bar: `rolling_z` to the last bit, NaN where undefined."""

    def __init__(self, window: int) -> None:
        self._moments = RollingMoments(window)
        self.snapshot = self._moments.snapshot
        self.restore = self._moments.restore

    def push(self, value: float) -> float:
        """Take one spread and return its z-score (sd with ddof 1)."""
        summary = self._moments.push(value, 0.0)
        return math.nan if summary is None else float(score_nb(value, summary, self._moments.window))


def check_window(window: int) -> None:
    """Refuse a window of fewer than 2 bars (ParameterError WINDOW_TOO_SHORT)."""
    if window < 2:
        message = f"window is {window}; at least 2 bars"
        raise ParameterError(message, code="WINDOW_TOO_SHORT", field="window")


def memory(window: int) -> tuple[Floats, Floats, Floats]:
    """What a rolling window remembers: the current block, the summaries of the last block's tails, the head's."""
    return np.zeros((window, 2)), np.zeros((window + 1, SUMMARY)), np.zeros(SUMMARY)


@njit(cache=True, nogil=True, error_model="numpy")
def push_nb(y, x, window, count, block, tails, head, summary):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Add bar number `count` (from 0) and write the moments of the window that ends with it into `summary`."""
    position = count % window
    if position == 0:
        head[:] = 0.0
    block[position, 0] = y
    block[position, 1] = x
    add_nb(y, x, position + 1, head)
    merge_nb(head, position + 1, tails[window - position - 1], window - position - 1, summary)
    if position == window - 1:
        tails[0, :] = 0.0
        for k in range(1, window + 1):
            tails[k, :] = tails[k - 1, :]
            add_nb(block[window - k, 0], block[window - k, 1], k, tails[k])


@njit(cache=True, nogil=True, error_model="numpy")
def add_nb(y, x, size, summary):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Add one pair to a summary that then holds `size` pairs."""
    step_y = y - summary[0]
    step_x = x - summary[1]
    summary[0] += step_y / size
    summary[1] += step_x / size
    summary[2] += step_y * (y - summary[0])
    summary[3] += step_x * (x - summary[1])
    summary[4] += step_y * (x - summary[1])


@njit(cache=True, nogil=True, error_model="numpy")
def merge_nb(one, size_one, other, size_other, summary):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write the summary of two disjoint sets of pairs."""
    if size_other == 0:
        summary[:] = one
        return
    size = size_one + size_other
    share = size_one * size_other / size
    gap_y = one[0] - other[0]
    gap_x = one[1] - other[1]
    summary[0] = other[0] + gap_y * size_one / size
    summary[1] = other[1] + gap_x * size_one / size
    summary[2] = one[2] + other[2] + gap_y * gap_y * share
    summary[3] = one[3] + other[3] + gap_x * gap_x * share
    summary[4] = one[4] + other[4] + gap_y * gap_x * share


@njit(cache=True, nogil=True, error_model="numpy")
def score_nb(value, summary, window):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """z-score of `value` in the window that `summary` describes; NaN when nothing varies there."""
    if not summary[2] > 0.0:
        return math.nan
    return (value - summary[0]) / math.sqrt(summary[2] / (window - 1))


def moments_py(y: Floats, x: Floats, window: int) -> npt.NDArray[np.float64]:
    """Readable twin: the moments of every full window on its own, (T − window + 1, 5)."""
    rows = []
    for t in range(window, y.size + 1):
        seen_y, seen_x = y[t - window : t], x[t - window : t]
        dy, dx = seen_y - seen_y.mean(), seen_x - seen_x.mean()
        rows.append((seen_y.mean(), seen_x.mean(), dy @ dy, dx @ dx, dy @ dx))
    return np.array(rows)
