"""Yahoo's prices through the yfinance library."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from titan_graphql.errors import InvalidInputError, NotFoundError, UnavailableError
from titan_graphql.feeds.bars import Bars, to_datetime
from titan_graphql.feeds.providers.contract import Listed, PastProvider
from titan_graphql.feeds.providers.patience import TryLaterError, patiently
from titan_graphql.feeds.providers.registry import extra
from titan_graphql.feeds.providers.timeframes import SPOKEN
from titan_graphql.feeds.refusals import shown
from titan_graphql.feeds.venues import VENUES, Venue

KINDS = {
    "ETF": "ETF",
    "FUTURE": "FUTURE",
    "CRYPTOCURRENCY": "CRYPTO",
    "CURRENCY": "FX",
    "INDEX": "INDEX",
}
NAME_MAX, CURRENCY_MAX = 200, 10
COLUMNS = {"Open": "open", "High": "high", "Low": "low", "Close": "close", "Volume": "volume"}
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class YahooOptions:
    """Where the symbols are traded: Yahoo's answers name no market that can be relied on."""

    market: str = field(default="US", metadata={"help": f"the market: {', '.join(VENUES)}"})
    url: str | None = field(default=None, metadata={"help": "another address of the same interfaces, such as a proxy"})


class YahooProvider(PastProvider):
    """Shares, funds, indices and currencies; prices are corrected for splits, and not for dividends."""

    name = "yfinance"
    summary = "Yahoo's prices through yfinance: daily for decades, intraday for the last weeks"
    capabilities = frozenset()
    timeframes = tuple(name for name in SPOKEN if name != "H4")
    options = YahooOptions

    def __init__(self, options: YahooOptions) -> None:
        if options.market not in VENUES:
            message = f"{shown(options.market)!r} is not one of the markets {', '.join(VENUES)}"
            raise InvalidInputError("OPTION_INVALID", message, ["options", "market"])
        self._options = options
        self._library = extra("yfinance")
        self._errors = extra("yfinance", "yfinance.exceptions")
        # An error that the library hides looks like a symbol without bars.
        self._library.config.debug.hide_exceptions = False
        self._session = None if options.url is None else _moved_session(options.url)

    @property
    def origin(self) -> str:
        """Yahoo."""
        return "finance.yahoo.com"

    @property
    def venue(self) -> Venue:
        """As given."""
        return VENUES[self._options.market]

    @property
    def adjustment(self) -> str:
        """Splits are in all prices; dividends are only in a column that is not read."""
        return "SPLIT"

    async def find(self, symbol: str) -> Listed:
        """What Yahoo says of a symbol."""
        meta = await self._ask(symbol, lambda ticker: _meta(ticker))
        name = str(meta.get("longName") or meta.get("shortName") or symbol)[:NAME_MAX]
        currency = str(meta.get("currency") or self.venue.currency)[:CURRENCY_MAX]
        return Listed(symbol, name, currency, KINDS.get(str(meta.get("instrumentType")), "EQUITY"))

    async def bars(self, symbol: str, timeframe: str, start: int | None, end: int | None) -> AsyncGenerator[Bars, None]:
        """All bars in one page; those without a price are left out."""
        self.check_timeframe(timeframe)
        period = {"period": "max"} if start is None and end is None else {"start": _moment(start), "end": _moment(end)}

        def history(ticker: Any) -> Any:
            return ticker.history(interval=SPOKEN[timeframe], auto_adjust=False, actions=False, **period)

        frame = await self._ask(symbol, history, nothing=True)
        if frame is not None and len(frame):
            yield _bars(frame, daily=timeframe == "D1")

    async def _ask(self, symbol: str, ask: Callable[[Any], Answer], *, nothing: bool = False) -> Answer | Any:
        """What the library says of a symbol; None for no prices, where that may be."""

        def attempt() -> Answer | None:
            errors = self._errors
            try:
                return ask(self._library.Ticker(symbol, session=self._session))
            except errors.YFRateLimitError as error:
                raise TryLaterError(str(error), limited=True) from error
            except errors.YFPricesMissingError as error:
                if nothing:
                    return None
                raise self._unknown(symbol, error) from error
            except (errors.YFTickerMissingError, ValueError, KeyError, TypeError) as error:
                raise self._unknown(symbol, error) from error
            except OSError as error:  # every failure to reach it, whichever client the library uses
                raise TryLaterError(f"{type(error).__name__} {shown(error)}") from error
            except errors.YFException as error:
                raise UnavailableError("PROVIDER_FAILED", f"{self.origin}: {shown(error)}") from error

        return await patiently(self.origin, lambda: asyncio.to_thread(attempt))

    def _unknown(self, symbol: str, error: Exception) -> NotFoundError:
        message = f"{self.origin} has no instrument {shown(symbol)!r} ({shown(error)})"
        return NotFoundError("INSTRUMENT_NOT_FOUND", message, ["symbols"])


def _meta(ticker: Any) -> dict[str, Any]:
    ticker.history(period="5d", auto_adjust=False, actions=False)
    told = ticker.history_metadata
    return {name: told.get(name) for name in ("longName", "shortName", "currency", "instrumentType")}


def _moment(ms: int | None) -> Any:
    return None if ms is None else to_datetime(ms)


def _bars(frame: Any, *, daily: bool) -> Bars:
    """A table of the library: its daily bars carry midnight of the exchange, ours midnight UTC of the same day."""
    priced = frame.dropna(subset=["Open", "High", "Low", "Close"])
    index = priced.index.tz_localize(None) if daily else priced.index.tz_convert("UTC").tz_localize(None)
    moments = index.to_numpy("datetime64[ms]").astype(np.int64)
    columns = {own: priced[name].fillna(0.0).to_numpy(np.float64, copy=True) for name, own in COLUMNS.items()}
    return Bars(moments, columns)


def _moved_session(to: str) -> Any:
    """A session of the client that the library prefers, whose requests all go to another host."""
    session, target = extra("curl_cffi", "curl_cffi.requests").Session(impersonate="chrome"), urlsplit(to)

    def moved(method: str, url: str, **options: Any) -> Any:
        address = urlsplit(url)._replace(scheme=target.scheme, netloc=target.netloc).geturl()
        return session.request(method, address, **options)

    session.get, session.post = partial(moved, "GET"), partial(moved, "POST")
    return session
