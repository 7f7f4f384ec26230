"""Crypto exchanges through the ccxt library: bars by REST, live bars by websocket."""

import asyncio
import operator
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from titan_graphql.errors import InvalidInputError, NotFoundError, UnavailableError
from titan_graphql.feeds.bars import TIMEFRAME_MS, Bars
from titan_graphql.feeds.providers.ccxt_stream import follow
from titan_graphql.feeds.providers.contract import Capability, Listed, PastProvider, StreamedBar
from titan_graphql.feeds.providers.patience import TryLaterError, patiently, retry_after
from titan_graphql.feeds.providers.registry import extra
from titan_graphql.feeds.providers.timeframes import SPOKEN
from titan_graphql.feeds.refusals import shown
from titan_graphql.feeds.venues import Venue

PAGE_BARS = 1000
VENUE_CODE_MAX = 20
CLOCK_TOLERANCE_MS = 1_000
SYMBOLS_SHOWN = 8
Row = list[Any]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class CcxtOptions:
    """Which exchange."""

    exchange: str = field(metadata={"help": "the exchange's name in ccxt, such as binance or kraken"})
    url: str | None = field(default=None, metadata={"help": "another address of the same interfaces, such as a proxy"})


class CcxtProvider(PastProvider):
    """One crypto exchange; symbols are ccxt's own, such as BTC/USDT."""

    name = "ccxt"
    summary = "crypto exchanges through ccxt: history by REST, closed bars live by websocket"
    capabilities = frozenset({Capability.INSTRUMENTS, Capability.STREAM})
    timeframes = tuple(SPOKEN)
    options = CcxtOptions

    def __init__(self, options: CcxtOptions) -> None:
        self._ccxt = extra("ccxt", "ccxt.pro")
        if options.exchange not in self._ccxt.exchanges:
            message = f"ccxt knows no exchange {shown(options.exchange)!r} with live bars; binance, kraken … are some"
            raise InvalidInputError("OPTION_INVALID", message, ["options", "exchange"])
        self._exchange = getattr(self._ccxt, options.exchange)({"enableRateLimit": True, "newUpdates": True})
        if options.url is not None:
            self._exchange.urls["api"] = _moved(self._exchange.urls["api"], options.url)
        self._ahead: int | None = None
        self._clocks_apart = 0
        self._asking_time = asyncio.Lock()
        self._connections: dict[str, list[Any]] = {}
        self._seen: dict[str, Row | None] = {}

    @property
    def origin(self) -> str:
        """The exchange."""
        return str(self._exchange.id)

    @property
    def venue(self) -> Venue:
        """Each exchange is a market of its own: their prices differ."""
        code = self.origin.upper()[:VENUE_CODE_MAX]
        return Venue(code, str(self._exchange.name), "UTC", "USD", "24/7")

    @property
    def adjustment(self) -> str:
        """As traded."""
        return "RAW"

    async def instruments(self) -> Sequence[Listed]:
        """Every market that the exchange trades now."""
        await self._load()
        markets = self._exchange.markets.values()
        return [_listed(market) for market in markets if market.get("active") is not False]

    async def find(self, symbol: str) -> Listed:
        """One of its markets."""
        await self._load()
        if symbol not in self._exchange.markets:
            near = [known for known in self._exchange.symbols if known.startswith(symbol.split("/")[0] + "/")]
            some = f"; it has {', '.join(near[:SYMBOLS_SHOWN])}" if near else ""
            message = f"{self.origin} has no instrument {shown(symbol)!r}{some}"
            raise NotFoundError("INSTRUMENT_NOT_FOUND", message, ["symbols"])
        return _listed(self._exchange.markets[symbol])

    async def bars(self, symbol: str, timeframe: str, start: int | None, end: int | None) -> AsyncGenerator[Bars, None]:
        """A page for each request; an exchange that has nothing newer ends them."""
        self.check_timeframe(timeframe)
        await self.find(symbol)
        step, since = TIMEFRAME_MS[timeframe], start or 0
        while end is None or since < end:
            rows = await self.rows(symbol, timeframe, since)
            if not rows:
                return
            yield _bars(rows)
            since = int(rows[-1][0]) + step

    async def stream(
        self, symbols: Sequence[str], timeframe: str, after: Mapping[str, int] | None = None
    ) -> AsyncGenerator[StreamedBar, None]:
        """Closed bars of all symbols, from the one that is open now or behind those that are known."""
        self.check_timeframe(timeframe)
        if not self._exchange.has.get("watchOHLCV"):
            message = f"ccxt has no live bars of {self.origin}"
            raise InvalidInputError("PROVIDER_NO_STREAM", message, ["options", "exchange"])
        for symbol in symbols:
            await self.find(symbol)
        async for bar in follow(self, symbols, timeframe, after or {}):
            yield bar

    async def rows(self, symbol: str, timeframe: str, since: int) -> list[Row]:
        """Bars from `since` on, as many as the exchange gives at once; without those that have no price."""
        rows: list[Row] = await self._ask(
            lambda: self._exchange.fetch_ohlcv(symbol, SPOKEN[timeframe], since, PAGE_BARS)
        )
        ordered = sorted((row for row in rows if row[0] is not None and row[0] >= since), key=lambda row: int(row[0]))
        return [row for row in ordered if None not in row[1:5]]

    async def updates(self, symbol: str, timeframe: str) -> list[Row]:
        """The bars that have changed since the last call, as soon as some have.

        Raises:
            TryLaterError: the connection is lost; the next call connects again.
        """
        before = self._seen.get(symbol)
        if not (rows := self._unseen(symbol, timeframe)):
            try:
                await self._exchange.watch_ohlcv(symbol, SPOKEN[timeframe])
            except self._ccxt.BaseError as error:
                self._connections.pop(symbol, None)
                raise self._translated(error) from error
            rows = self._unseen(symbol, timeframe)
        if self._connected_anew(symbol):
            # What came last is of the new connection, and will be given by the next call.
            self._seen[symbol] = rows[-2] if len(rows) > 1 else before
            raise TryLaterError("connected anew")
        return [row for row in rows if None not in row[:5]]

    def _connected_anew(self, symbol: str) -> bool:
        """Whether a connection was replaced since the last call: one that is lost while nobody waits says nothing."""
        connections = list(self._exchange.clients.values())
        before = self._connections.setdefault(symbol, connections)
        self._connections[symbol] = connections
        return len(before) != len(connections) or any(map(operator.is_not, before, connections))

    def _unseen(self, symbol: str, timeframe: str) -> list[Row]:
        """What the library has been told and nobody has seen: it wakes only those who wait at that moment."""
        told = self._exchange.ohlcvs.get(symbol, {}).get(SPOKEN[timeframe]) or []
        seen, rows = self._seen.get(symbol), list[Row]()
        for row in reversed(told):
            if seen is not None and (row[0] < seen[0] or list(row) == seen):
                break
            rows.append(list(row))
        if rows:
            self._seen[symbol] = rows[0]
        return rows[::-1]

    async def now(self) -> int:
        """The exchange's clock, as far as it tells; asked again when this machine's was set or it has slept."""
        async with self._asking_time:
            apart = _clock() - _ticks()
            if self._ahead is None or abs(apart - self._clocks_apart) > CLOCK_TOLERANCE_MS:
                tells = self._exchange.has.get("fetchTime")
                told = int(await self._ask(self._exchange.fetch_time)) if tells else _clock()
                self._ahead, self._clocks_apart = told - _ticks(), apart
        return _ticks() + self._ahead

    async def close(self) -> None:
        """Close every connection."""
        await self._exchange.close()

    async def _load(self) -> None:
        await self._ask(self._exchange.load_markets)

    async def _ask(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        async def attempt() -> Answer:
            try:
                return await call()
            except self._ccxt.BaseError as error:
                raise self._translated(error) from error

        return await patiently(self.origin, attempt)

    def _translated(self, error: Exception) -> Exception:
        """What an error of the library means here."""
        ccxt, reason = self._ccxt, f"{type(error).__name__} {shown(error)}"
        if isinstance(error, ccxt.RateLimitExceeded | ccxt.DDoSProtection):
            headers = {name.lower(): value for name, value in (self._exchange.last_response_headers or {}).items()}
            return TryLaterError(reason, retry_after(headers.get("retry-after")), limited=True)
        if isinstance(error, ccxt.OperationFailed):
            return TryLaterError(reason)
        if isinstance(error, ccxt.BadSymbol):
            return NotFoundError("INSTRUMENT_NOT_FOUND", f"{self.origin}: {reason}", ["symbols"])
        return UnavailableError("PROVIDER_FAILED", f"{self.origin} refuses: {reason}")


def _clock() -> int:
    return time.time_ns() // 1_000_000


def _ticks() -> int:
    """Milliseconds that nobody sets."""
    return time.monotonic_ns() // 1_000_000


def _bars(rows: Sequence[Row]) -> Bars:
    """Rows of time, open, high, low, close and volume as columns."""
    moments = np.array([int(row[0]) for row in rows], np.int64)
    table = np.array([[0.0 if value is None else float(value) for value in row[1:6]] for row in rows], np.float64)
    columns = {name: np.ascontiguousarray(table[:, k]) for k, name in enumerate(("open", "high", "low", "close"))}
    return Bars(moments, {**columns, "volume": np.ascontiguousarray(table[:, 4])})


def _listed(market: dict[str, Any]) -> Listed:
    name = f"{market.get('base') or market['symbol']} / {market.get('quote') or '?'}"
    kind = "FUTURE" if market.get("future") else "CRYPTO"
    return Listed(str(market["symbol"]), name, str(market.get("quote") or "USD")[:10], kind)


def _moved(addresses: Any, to: str) -> Any:
    """All addresses of an exchange, on another host."""
    if isinstance(addresses, dict):
        return {name: _moved(address, to) for name, address in addresses.items()}
    if not isinstance(addresses, str):
        return addresses
    old, new = urlsplit(addresses), urlsplit(to)
    secure = new.scheme in {"https", "wss"}
    scheme = ("wss" if secure else "ws") if old.scheme in {"ws", "wss"} else ("https" if secure else "http")
    return old._replace(scheme=scheme, netloc=new.netloc).geturl()
