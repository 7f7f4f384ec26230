"""Bars in columns, as feeds produce them and as storage gives them back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

COLUMNS = ("open", "high", "low", "close", "volume")
MS_PER_DAY = 86_400_000
TIME_TYPE = np.dtype("<i8")
VALUE_TYPE = np.dtype("<f8")
TIMEFRAME_MS = {
    "M1": 60_000,
    "M5": 5 * 60_000,
    "M15": 15 * 60_000,
    "M30": 30 * 60_000,
    "H1": 60 * 60_000,
    "H4": 4 * 60 * 60_000,
    "D1": MS_PER_DAY,
}
Times = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of one series in time order: starts in milliseconds since the epoch (UTC) and float64 columns."""

    time: Times
    columns: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.time)

    @property
    def close(self) -> Floats:
        """Closing prices."""
        return self.columns.get("close", np.empty(0))

    def between(self, start: datetime | None, end: datetime | None) -> "Bars":
        """The bars that begin in [start, end)."""
        low = 0 if start is None else int(np.searchsorted(self.time, to_ms(start)))
        high = len(self.time) if end is None else int(np.searchsorted(self.time, to_ms(end)))
        return self.cut(low, high)

    def cut(self, low: int, high: int) -> "Bars":
        """The bars from position `low` up to, but not including, `high`."""
        return Bars(self.time[low:high], {name: column[low:high] for name, column in self.columns.items()})

    def content_hash(self) -> str:
        """The identity of the content: every time and every value, bit for bit."""
        digest = blake2b(self.time.astype(TIME_TYPE).tobytes(), digest_size=32)
        for name in COLUMNS:
            if name in self.columns:
                digest.update(name.encode() + self.columns[name].astype(VALUE_TYPE).tobytes())
        return digest.hexdigest()


NO_BARS = Bars(np.empty(0, np.int64), {"close": np.empty(0)})


def to_ms(moment: datetime) -> int:
    """Milliseconds since the epoch of a moment with a time zone."""
    return round(moment.timestamp() * 1000)


def to_datetime(ms: int) -> datetime:
    """The UTC moment of milliseconds since the epoch."""
    return datetime.fromtimestamp(ms / 1000, UTC)
