"""What a provider of market data is: a class with a name, options and bars, found by its entry point."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from titan_graphql.feeds.bars import Bars


class Capability(StrEnum):
    """What can be asked of a provider besides the bars of a symbol."""

    INSTRUMENTS = "INSTRUMENTS"
    STREAM = "STREAM"


@dataclass(frozen=True, slots=True)
class Venue:
    """The market that a provider's instruments belong to, for when it is not there yet.

    `calendar` is a code of the exchange_calendars library, or None where nothing is known of the hours.
    """

    code: str
    name: str
    timezone: str = "UTC"
    currency: str = "USD"
    calendar: str | None = None


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

    def bars(self, symbol: str, timeframe: str, start: int | None, end: int | None) -> AsyncIterator[Bars]:
        """Pages of the bars that begin in [start, end) (milliseconds since the epoch), in time order.

        The last bar may still be open; whoever keeps bars leaves it out (see `gathering`).

        Raises:
            NotFoundError: INSTRUMENT_NOT_FOUND.
            InvalidInputError: TIMEFRAME_UNKNOWN.
            UnavailableError: the source does not answer.
        """

    def stream(self, symbols: Sequence[str], timeframe: str) -> AsyncIterator[StreamedBar]:
        """Closed bars as they happen, for ever: each once and, within a symbol, in order without a hole.

        Raises:
            NotFoundError: INSTRUMENT_NOT_FOUND.
            InvalidInputError: TIMEFRAME_UNKNOWN, or PROVIDER_NO_STREAM without this capability.
        """

    async def now(self) -> int:
        """The source's own clock in milliseconds: what has not ended by it is still open."""

    async def close(self) -> None:
        """Let go of every connection."""
