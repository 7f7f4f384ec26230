"""Fewer points that still look like the series: LTTB for lines, buckets for bars."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from numba import njit

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.series import Floats, column, same_length

Indices = npt.NDArray[np.int64]


def lttb(time: npt.ArrayLike, value: npt.ArrayLike, max_points: int) -> Indices:
    """Return at most `max_points` indices that keep the shape of a line (largest triangle, three buckets).

    The first and last bar are always kept; every bucket in between keeps the point that spans the largest
    triangle with the point kept before it and the mean of the next bucket. Gaps stay gaps: a bucket that is
    at least half NaN keeps a NaN, so a gap of two buckets or more is always seen, and a shorter one never
    swallows a finite point.

    Parameters
    ----------
    time : (T,) increasing
    value : (T,) NaN where there is no value
    max_points : at least 2

    Returns
    -------
    (min(T, max_points),) strictly increasing int64 indices

    References
    ----------
    Steinarsson (2013), "Downsampling time series for visual representation", University of Iceland.
    """
    time, value = column(time, "time"), column(value, "value")
    bars = same_length(time=time, value=value)
    _check(max_points, 2)
    if bars <= max_points:
        return np.arange(bars)
    if max_points == 2:
        return np.array([0, bars - 1])
    kept: Indices = _lttb_nb(time, value, bucket_edges(1, bars - 1, max_points - 2))
    return kept


def bucket_edges(start: int, end: int, buckets: int) -> Indices:
    """Return the `buckets` + 1 edges that split start … end−1 into parts that differ by one at most."""
    return start + (end - start) * np.arange(buckets + 1) // buckets


@njit(cache=True, nogil=True, error_model="numpy")
def _lttb_nb(time, value, edges):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    buckets = edges.size - 1
    kept = np.empty(buckets + 2, dtype=np.int64)
    kept[0] = 0
    anchor = 0
    for b in range(buckets):
        next_end = edges[b + 2] if b + 1 < buckets else value.size
        mean_time = mean_value = 0.0
        count = 0
        for i in range(edges[b + 1], next_end):
            if not np.isnan(value[i]):
                count += 1
                mean_time += time[i]
                mean_value += value[i]
        if count > 0:
            mean_time /= count
            mean_value /= count
        else:
            mean_time = time[edges[b + 1]]
            mean_value = 0.0 if np.isnan(value[anchor]) else value[anchor]
        anchor_value = mean_value if np.isnan(value[anchor]) else value[anchor]
        best = -1.0
        choice = gap = -1
        missing = 0
        for i in range(edges[b], edges[b + 1]):
            if np.isnan(value[i]):
                missing += 1
                gap = i if gap < 0 else gap
                continue
            area = abs(
                (time[anchor] - mean_time) * (value[i] - anchor_value)
                - (time[anchor] - time[i]) * (mean_value - anchor_value)
            )
            if not area <= best:
                best = area
                choice = i
        if 2 * missing >= edges[b + 1] - edges[b]:
            choice = gap
        else:
            anchor = choice
        kept[b + 1] = choice
    kept[buckets + 1] = value.size - 1
    return kept


def ohlc_buckets(
    time: npt.ArrayLike,
    open: npt.ArrayLike | None,  # noqa: A002
    high: npt.ArrayLike | None,
    low: npt.ArrayLike | None,
    close: npt.ArrayLike,
    volume: npt.ArrayLike | None,
    max_points: int,
) -> dict[str, npt.NDArray[np.generic]]:
    """Merge bars into at most `max_points` longer bars of nearly equal length.

    A merged bar starts at its first bar's time, opens at its first open, closes at its last close, spans the
    highest high and lowest low, and sums the volume; NaN entries are passed over, a bucket of only NaN stays
    NaN. Columns given as None are absent from the result.

    Returns
    -------
    dict with "time" (dtype of the input) and the float64 columns that were given
    """
    stamps = np.asarray(time)
    prices = {"open": open, "high": high, "low": low, "close": close, "volume": volume}
    columns = {name: column(values, name) for name, values in prices.items() if values is not None}
    bars = same_length(time=stamps, **columns)
    _check(max_points, 1)
    if bars <= max_points:
        return {"time": stamps, **columns}
    starts = bucket_edges(0, bars, max_points)[:-1]
    return {"time": stamps[starts], **merged_columns(columns, starts)}


def merged_columns(columns: Mapping[str, Floats], starts: Indices) -> dict[str, Floats]:
    """Merge consecutive bars: from each of `starts` up to the next, or the end, into one.

    A merged bar has the first open, the highest high, the lowest low, the last close and the total volume; NaN
    entries are passed over, and a bar of only NaN stays NaN.

    Parameters
    ----------
    columns : any of open, high, low, close and volume, each (T,)
    starts : (B,) strictly increasing positions, of which the first is 0

    Returns
    -------
    the same columns, each (B,)
    """
    return {name: _MERGE[name](values, starts) for name, values in columns.items()}


def _first(values: Floats, starts: Indices) -> Floats:
    return _picked(values, np.minimum.reduceat(_positions(values, values.size), starts))


def _last(values: Floats, starts: Indices) -> Floats:
    return _picked(values, np.maximum.reduceat(_positions(values, -1), starts))


def _positions(values: Floats, absent: int) -> Indices:
    return np.where(np.isnan(values), absent, np.arange(values.size))


def _picked(values: Floats, where: Indices) -> Floats:
    known = (where >= 0) & (where < values.size)
    return np.where(known, values[np.where(known, where, 0)], np.nan)


def _highest(values: Floats, starts: Indices) -> Floats:
    return np.fmax.reduceat(values, starts)


def _lowest(values: Floats, starts: Indices) -> Floats:
    return np.fmin.reduceat(values, starts)


def _total(values: Floats, starts: Indices) -> Floats:
    known = np.add.reduceat((~np.isnan(values)).astype(np.int64), starts)
    return np.where(known > 0, np.add.reduceat(np.nan_to_num(values), starts), np.nan)


_MERGE = {"open": _first, "high": _highest, "low": _lowest, "close": _last, "volume": _total}


def _check(max_points: int, least: int) -> None:
    if max_points < least:
        message = f"max_points is {max_points}; at least {least}"
        raise ParameterError(message, code="MAX_POINTS_OUT_OF_RANGE", field="max_points")
