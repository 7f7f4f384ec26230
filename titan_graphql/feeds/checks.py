"""What must hold of the bars in a file before any of them is kept."""

import numpy as np
import numpy.typing as npt

from titan_graphql.feeds.bars import MS_PER_DAY, TIMEFRAME_MS
from titan_graphql.feeds.flat import PRICES, Flat
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.refusals import FileRefusedError, Wrong

# Sources round adjusted prices column by column, so a close may pass a high by the last digit.
ROUNDING = 1e-8
JUMP_MIN = 50.0
GAP_MAX_MS = {"D1": 366 * MS_PER_DAY}
INTRADAY_GAP_MAX_MS = 92 * MS_PER_DAY
Found = npt.NDArray[np.intp]


def check(flat: Flat, options: ReadOptions, timeframe: str) -> tuple[Flat, int]:
    """Return the observations by symbol and time, and how many exact duplicates were left out.

    Raises:
        FileRefusedError: the first rows that cannot be bars, or that the caller must confirm.
    """
    _check_values(flat, options)
    ordered = _in_order(flat, options)
    ordered, duplicates = _without_duplicates(ordered, options)
    _check_spacing(ordered, timeframe)
    _check_confirmed(ordered, options, timeframe)
    return ordered, duplicates


def _check_values(flat: Flat, options: ReadOptions) -> None:
    wrong = Wrong()
    positive_only = not (options.non_positive or options.accepts("PRICE_NOT_POSITIVE"))
    for role in PRICES if positive_only else ():
        if role in flat.values:
            at = np.flatnonzero(flat.values[role] <= 0.0)
            _note(wrong, flat, at, role, "PRICE_NOT_POSITIVE", "A price must be positive; confirm it if it is true")
    if "volume" in flat.values:
        at = np.flatnonzero(flat.values["volume"] < 0.0)
        _note(wrong, flat, at, "volume", "VOLUME_NEGATIVE", "A volume is not negative")
    _check_ohlc(flat, wrong)
    wrong.refuse()


def _check_ohlc(flat: Flat, wrong: Wrong) -> None:
    high, low = flat.values.get("high"), flat.values.get("low")
    if high is not None and low is not None:
        at = np.flatnonzero(low > high + ROUNDING * np.abs(high))
        _note(wrong, flat, at, "high", "OHLC_INCONSISTENT", "The high is below the low")
    for role in ("open", "close"):
        column = flat.values.get(role)
        if column is not None and high is not None:
            at = np.flatnonzero(column > high + ROUNDING * np.abs(high))
            _note(wrong, flat, at, role, "OHLC_INCONSISTENT", f"The {role} is above the high")
        if column is not None and low is not None:
            at = np.flatnonzero(column < low - ROUNDING * np.abs(low))
            _note(wrong, flat, at, role, "OHLC_INCONSISTENT", f"The {role} is below the low")


def _in_order(flat: Flat, options: ReadOptions) -> Flat:
    """By symbol and time; a file that runs backwards throughout is as clear as one that runs forwards."""
    grouped = flat if (np.diff(flat.code) >= 0).all() else flat.take(np.argsort(flat.code, kind="stable"))
    same = np.diff(grouped.code) == 0
    steps = np.diff(grouped.time)
    if (steps[same] < 0).any():
        if not (steps[same] <= 0).all() and not options.accepts("TIME_UNSORTED"):
            at = np.flatnonzero(same & (steps < 0)) + 1
            wrong = Wrong()
            _note_time(wrong, grouped, at, "TIME_UNSORTED", "The time lies before the row above; sort the file")
            wrong.refuse()
        grouped = grouped.take(np.lexsort((grouped.time, grouped.code)))
    return grouped


def _without_duplicates(flat: Flat, options: ReadOptions) -> tuple[Flat, int]:
    twice = (np.diff(flat.code) == 0) & (np.diff(flat.time) == 0)
    if not twice.any():
        return flat, 0
    equal = twice.copy()
    for column in flat.values.values():
        equal &= (column[1:] == column[:-1]) | (np.isnan(column[1:]) & np.isnan(column[:-1]))
    wrong = Wrong()
    _note_time(wrong, flat, np.flatnonzero(twice & ~equal) + 1, "PRICE_CONFLICT", "The time has another price above")
    if not options.accepts("DUPLICATE_ROW"):
        _note_time(wrong, flat, np.flatnonzero(equal) + 1, "DUPLICATE_ROW", "The row occurs twice")
    wrong.refuse()
    return flat.take(np.concatenate([[True], ~equal])), int(equal.sum())


def _check_spacing(flat: Flat, timeframe: str) -> None:
    same = np.diff(flat.code) == 0
    close_by = same & (np.diff(flat.time) < TIMEFRAME_MS[timeframe])
    if close_by.any():
        wrong = Wrong()
        message = f"The bar above begins less than {timeframe} earlier; say the right timeframe"
        _note_time(wrong, flat, np.flatnonzero(close_by) + 1, "TIMEFRAME_MISMATCH", message)
        wrong.refuse()


def _check_confirmed(flat: Flat, options: ReadOptions, timeframe: str) -> None:
    """What may be true, but is wrong more often than not."""
    if len(flat) == 1 and not options.accepts("ROWS_TOO_FEW"):
        raise FileRefusedError("ROWS_TOO_FEW", "The file has a single row; confirm it if that is all there is")
    wrong = Wrong()
    same = np.diff(flat.code) == 0
    if not options.accepts("GAP_TOO_LARGE"):
        limit = GAP_MAX_MS.get(timeframe, INTRADAY_GAP_MAX_MS)
        at = np.flatnonzero(same & (np.diff(flat.time) > limit)) + 1
        message = f"More than {limit // MS_PER_DAY} days lie before this row; confirm it if that is true"
        _note_time(wrong, flat, at, "GAP_TOO_LARGE", message)
    if not options.accepts("PRICE_JUMP"):
        close = flat.values["close"]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ratio = close[1:] / close[:-1]
        jumps = (close[1:] > 0) & (close[:-1] > 0) & ((ratio >= JUMP_MIN) | (ratio <= 1 / JUMP_MIN))
        message = f"The price is {JUMP_MIN:g} times the one before, or less than a {JUMP_MIN:g}th; confirm it if true"
        _note(wrong, flat, np.flatnonzero(same & jumps) + 1, "close", "PRICE_JUMP", message)
    wrong.refuse()


def _note(wrong: Wrong, flat: Flat, at: Found, role: str, code: str, message: str) -> None:
    if len(at):
        column = flat.values[role]
        wrong.add(code, message, lambda k: flat.name(role, int(at[k])), flat.rows[at], lambda k: float(column[at[k]]))


def _note_time(wrong: Wrong, flat: Flat, at: Found, code: str, message: str) -> None:
    if len(at):
        times = flat.time.astype("datetime64[ms]")
        wrong.add(code, message, flat.names["time"], flat.rows[at], lambda k: str(times[at[k]]))
