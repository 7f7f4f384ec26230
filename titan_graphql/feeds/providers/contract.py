"""What a provider of market data is: a class with a name, options and bars, found by its entry point."""

import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.feeds.bars import Bars
from titan_graphql.feeds.providers.timeframes import timeframe_named
from titan_graphql.feeds.refusals import shown
from titan_graphql.feeds.venues import Venue


class Capability(StrEnum):
    """What can be asked of a provider besides the bars of a symbol."""

    INSTRUMENTS = "INSTRUMENTS"
    STREAM = "STREAM"


@dataclass(frozen=True, slots=True)
class Listed:
    """One instrument that a provider knows; `kind` is EQUITY, ETF, FUTURE, CRYPTO, FX, COMMODITY or INDEX."""

    symbol: str
    name: str
    currency: str
    kind: str


@dataclass(frozen=True, slots=True)
class StreamedBar:
    """One closed bar of a live stream: `time_ms` is its start in milliseconds since the epoch (UTC).

    A price or volume that the source does not give is NaN; the close is always a number.
    """

    symbol: str
    timeframe: str
    time_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class Provider(Protocol):
    """A source of bars, made with an instance of its own options (a dataclass) and closed after use.

    Timeframes are TITAN's own names, M1 to D1. `adjustment` says what the prices are corrected for by their source.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    capabilities: ClassVar[frozenset[Capability]]
    timeframes: ClassVar[tuple[str, ...]]
    options: ClassVar[type[Any]]

    @property
    def origin(self) -> str:
        """Where its bars come from, as a dataset's provenance names it: an exchange, a site, a file."""

    @property
    def venue(self) -> Venue:
        """The market of its instruments."""

    @property
    def adjustment(self) -> str:
        """RAW, SPLIT or TOTAL_RETURN."""

    async def instruments(self) -> Sequence[Listed]:
        """What can be asked for.

        Raises:
            UnavailableError: the source does not answer.
        """

    async def find(self, symbol: str) -> Listed:
        """One instrument.

        Raises:
            NotFoundError: INSTRUMENT_NOT_FOUND.
            UnavailableError: the source does not answer.
        """

    def bars(self, symbol: str, timeframe: str, start: int | None, end: int | None) -> AsyncGenerator[Bars, None]:
        """Pages of the bars that begin in [start, end) (milliseconds since the epoch), in time order.

        The last bar may still be open; whoever keeps bars leaves it out (see `gathering`).

        Raises:
            NotFoundError: INSTRUMENT_NOT_FOUND.
            InvalidInputError: TIMEFRAME_UNKNOWN.
            UnavailableError: the source does not answer.
        """

    def stream(
        self, symbols: Sequence[str], timeframe: str, after: Mapping[str, int] | None = None
    ) -> AsyncGenerator[StreamedBar, None]:
        """Closed bars as they happen, for ever: each once and, within a symbol, in order without a hole.

        Those of a symbol that `after` names begin behind the bar that began then (milliseconds): what was missed since
        comes first, as far as the source still has it.

        Raises:
            NotFoundError: INSTRUMENT_NOT_FOUND.
            InvalidInputError: TIMEFRAME_UNKNOWN, or PROVIDER_NO_STREAM without this capability.
        """

    async def now(self) -> int:
        """The source's own clock in milliseconds: what has not ended by it is still open."""

    async def close(self) -> None:
        """Let go of every connection."""


class PastProvider(Provider):
    """A provider with a list of instruments, the clock of this machine, no live bars and nothing to let go of.

    Whoever writes a provider may begin with it.
    """

    capabilities = frozenset({Capability.INSTRUMENTS})

    def check_timeframe(self, timeframe: str) -> None:
        """Refuse a timeframe that this provider does not have.

        Raises:
            InvalidInputError: TIMEFRAME_UNKNOWN.
        """
        timeframe_named(timeframe, self.timeframes)

    async def find(self, symbol: str) -> Listed:
        """One instrument of the list.

        Raises:
            NotFoundError: INSTRUMENT_NOT_FOUND.
        """
        known = {listed.symbol: listed for listed in await self.instruments()}
        if symbol not in known:
            message = f"{self.origin} has no instrument {shown(symbol)!r}"
            raise NotFoundError("INSTRUMENT_NOT_FOUND", message, ["symbols"])
        return known[symbol]

    async def stream(
        self, symbols: Sequence[str], timeframe: str, after: Mapping[str, int] | None = None
    ) -> AsyncGenerator[StreamedBar, None]:
        """Refused.

        Raises:
            InvalidInputError: PROVIDER_NO_STREAM.
        """
        message = f"The provider {self.name} has no live bars"
        raise InvalidInputError("PROVIDER_NO_STREAM", message, ["provider"])
        yield  # makes this a generator, as a stream is

    async def now(self) -> int:
        """The clock of this machine."""
        return time.time_ns() // 1_000_000

    async def close(self) -> None:
        """Nothing is open."""
