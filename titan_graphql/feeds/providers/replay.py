"""Stored bars played again as if they were live."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from titan_graphql.errors import InvalidInputError
from titan_graphql.feeds.bars import COLUMNS, TIMEFRAME_MS, Bars
from titan_graphql.feeds.providers.contract import Capability, Listed, PastProvider, StreamedBar
from titan_graphql.feeds.venues import OTHER, Venue

SPEED_MAX = 1_000_000.0
SECONDS_PER_BAR = 60.0


class StoredBars(Protocol):
    """What a replay needs of the platform that stores the bars."""

    async def instruments(self) -> Sequence[Listed]:
        """What is stored."""

    async def read(self, symbol: str, timeframe: str) -> Bars:
        """The bars of one instrument.

        Raises:
            NotFoundError: INSTRUMENT_NOT_FOUND.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """How fast, and from where; `stored` is given by the platform and cannot be written as text."""

    stored: StoredBars = field(metadata={"internal": True})
    speed: float = field(default=60.0, metadata={"help": "bars a minute, of each instrument"})
    start: int | None = field(default=None, metadata={"help": "the first bar, in milliseconds since 1970"})
    loop: bool = field(default=False, metadata={"help": "begin again at the end"})
    pause: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, metadata={"internal": True})

    def __post_init__(self) -> None:
        """Refuse a speed that is none."""
        if not 0.0 < self.speed <= SPEED_MAX:
            message = f"The speed of a replay is above 0 and at most {SPEED_MAX:,.0f} bars a minute"
            raise InvalidInputError("OPTION_INVALID", message, ["options", "speed"])


class ReplayProvider(PastProvider):
    """Stored bars, one moment after the other: at a speed of 60, the bars of a moment follow each second."""

    name = "replay"
    summary = "stored bars played again as if they were live (titan feed replay)"
    capabilities = frozenset({Capability.INSTRUMENTS, Capability.STREAM})
    timeframes = tuple(TIMEFRAME_MS)
    options = ReplayOptions

    def __init__(self, options: ReplayOptions) -> None:
        self._options = options

    @property
    def origin(self) -> str:
        """Not a source of its own."""
        return "stored bars"

    @property
    def venue(self) -> Venue:
        """Stored instruments have their own markets."""
        return OTHER

    @property
    def adjustment(self) -> str:
        """As stored."""
        return "RAW"

    async def instruments(self) -> Sequence[Listed]:
        """What is stored."""
        return await self._options.stored.instruments()

    async def bars(self, symbol: str, timeframe: str, start: int | None, end: int | None) -> AsyncGenerator[Bars, None]:
        """The stored bars in one page."""
        yield await self._options.stored.read(symbol, timeframe)

    async def stream(self, symbols: Sequence[str], timeframe: str) -> AsyncGenerator[StreamedBar, None]:
        """Bars in time order, those of one moment together; ends with the stored bars unless it loops."""
        self.check_timeframe(timeframe)
        stored = {symbol: await self._options.stored.read(symbol, timeframe) for symbol in symbols}
        moments = np.unique(np.concatenate([np.empty(0, np.int64), *(bars.time for bars in stored.values())]))
        moments = moments[moments >= (self._options.start or 0)]
        while True:
            for moment in moments.tolist():
                for symbol, bars in stored.items():
                    at = int(np.searchsorted(bars.time, moment))
                    if at < len(bars) and bars.time[at] == moment:
                        yield _streamed(symbol, timeframe, bars, at)
                await self._options.pause(SECONDS_PER_BAR / self._options.speed)
            if not self._options.loop or not len(moments):
                return


def _streamed(symbol: str, timeframe: str, bars: Bars, at: int) -> StreamedBar:
    values = [float(bars.columns[name][at]) if name in bars.columns else np.nan for name in COLUMNS]
    return StreamedBar(symbol, timeframe, int(bars.time[at]), *values)
