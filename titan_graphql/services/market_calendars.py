"""When markets trade: the sessions of a calendar, and the bars that they make one expect."""

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from titan_graphql.feeds.bars import MS_PER_DAY, TIMEFRAME_MS

if TYPE_CHECKING:
    from exchange_calendars import ExchangeCalendar

Times = npt.NDArray[np.int64]
WEEKDAYS = 5
_making = Lock()


@lru_cache(maxsize=32)
def calendar(code: str, first_year: int, last_year: int) -> "ExchangeCalendar | None":
    """The calendar of these years, or None where the library does not know it for them."""
    # It brings pandas along, which every start would wait for.
    from exchange_calendars import get_calendar
    from exchange_calendars.errors import CalendarError

    try:
        return get_calendar(code, start=f"{first_year}-01-01", end=f"{last_year}-12-31")
    except (CalendarError, ValueError):
        return None


def sessions(code: str, first_year: int, last_year: int) -> tuple[Times, Times, Times] | None:
    """Dates, opens and closes of all sessions, in milliseconds; None without a calendar."""
    # Threads that ask at the same time wait for one calendar, where each would make its own.
    with _making:
        return _sessions(code, first_year, last_year)


@lru_cache(maxsize=32)
def _sessions(code: str, first_year: int, last_year: int) -> tuple[Times, Times, Times] | None:
    found = calendar(code, first_year, last_year)
    if found is None:
        return None
    schedule = found.schedule
    columns = (found.sessions, schedule["open"], schedule["close"])
    dates, opens, closes = (column.to_numpy("datetime64[ms]").astype(np.int64) for column in columns)
    return dates, opens, closes


def expected_bars(code: str, timeframe: str, first: int, last: int) -> Times | None:
    """The starts of all bars that a market makes in [first, last]; None without a calendar."""
    years = np.array([first, last], "datetime64[ms]").astype("datetime64[Y]").astype(int) + 1970
    # Whole decades, since making a calendar takes a while and is worth sharing.
    found = sessions(code, int(years[0]) // 10 * 10, int(years[1]) // 10 * 10 + 9)
    if found is None:
        return None
    dates, opens, closes = found
    starts = dates if timeframe == "D1" else within_sessions(opens, closes, TIMEFRAME_MS[timeframe])
    return starts[(starts >= first) & (starts <= last)]


def within_sessions(opens: Times, closes: Times, step: int) -> Times:
    """Bar starts from each open on, every `step` milliseconds, up to the close."""
    counts = np.maximum(0, -((opens - closes) // step))
    offsets = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    starts: Times = np.repeat(opens, counts) + offsets * step
    return starts


def weekdays(first: int, last: int) -> Times:
    """Midnight UTC of every Monday to Friday in [first, last]."""
    days = np.arange(first - first % MS_PER_DAY, last + 1, MS_PER_DAY, dtype=np.int64)
    return days[(days // MS_PER_DAY + 3) % 7 < WEEKDAYS]
