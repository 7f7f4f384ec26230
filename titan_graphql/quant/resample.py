"""Longer bars from shorter ones, cut at the sessions of a market."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.errors import ParameterError

Times = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bins:
    """Which of the given bars belong to a session (`kept`), and of those the longer bar each falls into.

    `starts` are positions among the kept bars at which a longer bar begins, `time` are the starts of the longer bars.
    """

    kept: npt.NDArray[np.bool_]
    starts: npt.NDArray[np.int64]
    time: Times


def session_bins(time: Times, length: int, opens: Times, closes: Times, labels: Times, step: int | None = None) -> Bins:
    """Assign bars to longer bars that are anchored at the open of their session and never span two sessions.

    A bar [t, t + length) belongs to the first session that has not closed at t, if it overlaps that session; so a
    bar that began shortly before the open (on clock hours, say) is of the session, and one before or after the market
    is of none. Within its session it falls into the longer bar in which it begins:

        start = open + step * floor(max(t - open, 0) / step)

    Without a step all bars of a session make one, whose start is the session's label.

    Parameters
    ----------
    time : (T,) strictly increasing starts, milliseconds
    length : of the given bars, milliseconds
    opens, closes, labels : (S,) of the sessions, increasing, milliseconds, with opens < closes <= next open
    step : length of the longer bars, milliseconds

    Raises
    ------
    ParameterError
        A step that is not positive.
    """
    if step is not None and step <= 0:
        raise ParameterError(f"a bar of {step} ms has no length", code="PARAMETER_OUT_OF_RANGE", field="step")
    session = np.searchsorted(closes, time, side="right")
    known = session < len(closes)
    session = np.where(known, session, 0)
    kept = known & (time + length > opens[session]) if len(opens) else np.zeros(len(time), bool)
    session, begun = session[kept], time[kept]
    since = np.maximum(begun - opens[session], 0)
    start = labels[session] if step is None else opens[session] + since // step * step
    starts = np.flatnonzero(np.concatenate([[True], start[1:] != start[:-1]])) if len(start) else np.empty(0, np.int64)
    return Bins(kept, starts, start[starts])
