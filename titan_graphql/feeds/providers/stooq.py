"""Stooq's daily prices, from its CSV files or from its site."""

import re
import tempfile
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from titan_graphql.errors import InvalidInputError, NotFoundError, UnavailableError
from titan_graphql.feeds.bars import Bars, to_datetime
from titan_graphql.feeds.files import FILE_BYTES_MAX, symbol_of
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.providers.contract import Listed, PastProvider
from titan_graphql.feeds.providers.files import read_format
from titan_graphql.feeds.providers.patience import TryLaterError, patiently, retry_after
from titan_graphql.feeds.refusals import shown
from titan_graphql.feeds.venues import OTHER, VENUES, Venue

ADDRESS = "https://stooq.com"
TIMEOUT_SECONDS = 30.0
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500
# A file from the site carries its symbol in its name (aapl_us_d.csv), one of the bulk archives in a column.
SAVED_AS = re.compile(r"(?P<ticker>[\w^.=-]+?)_(?P<suffix>[a-z]{1,4})_d", re.IGNORECASE)
ENDINGS = ("us", "uk", "de", "jp", "hk")


@dataclass(frozen=True, slots=True, kw_only=True)
class StooqOptions:
    """Files, or nothing for the site itself."""

    files: tuple[Path, ...] = field(default=(), metadata={"help": "downloaded files instead of the site"})
    market: str = field(default="us", metadata={"help": f"the end of its tickers: {', '.join(ENDINGS)}, or another"})
    url: str = field(default=ADDRESS, metadata={"help": "another address of the same site"})
    apikey: str | None = field(default=None, metadata={"help": "the key that the site may ask for"})


class StooqProvider(PastProvider):
    """Daily bars, corrected for splits and dividends; symbols are written without the ending of their market."""

    name = "stooq"
    summary = "Stooq's daily CSV files, or its site"
    capabilities = frozenset()
    timeframes = ("D1",)
    options = StooqOptions

    def __init__(self, options: StooqOptions) -> None:
        self._options = options
        self._suffix = options.market.lower().strip(".")
        self._client = httpx.AsyncClient(base_url=options.url, timeout=TIMEOUT_SECONDS, follow_redirects=True)
        self._read: dict[str, Bars] | None = None

    @property
    def origin(self) -> str:
        """The files, or the site's name."""
        return ", ".join(path.name for path in self._options.files) or httpx.URL(self._options.url).host

    @property
    def venue(self) -> Venue:
        """The market whose tickers end like this."""
        return VENUES[self._suffix.upper()] if self._suffix in ENDINGS else OTHER

    @property
    def adjustment(self) -> str:
        """Stooq corrects its prices for splits and dividends."""
        return "TOTAL_RETURN"

    async def instruments(self) -> Sequence[Listed]:
        """What is in the files; the site has no list."""
        return [self._listed(symbol) for symbol in await self._from_files()]

    async def find(self, symbol: str) -> Listed:
        """One instrument; the site only tells with the bars whether it has it."""
        return await super().find(symbol) if self._options.files else self._listed(symbol)

    async def bars(self, symbol: str, timeframe: str, start: int | None, end: int | None) -> AsyncGenerator[Bars, None]:
        """All bars in one page."""
        self.check_timeframe(timeframe)
        await self.find(symbol)
        if self._options.files:
            yield (await self._from_files())[symbol]
        else:
            content = await patiently(self.origin, lambda: self._ask(symbol, start, end))
            yield await self._parsed(symbol, content)

    async def close(self) -> None:
        """Close the connections to the site."""
        await self._client.aclose()

    def _listed(self, symbol: str) -> Listed:
        return Listed(symbol, symbol, self.venue.currency, "EQUITY")

    async def _from_files(self) -> dict[str, Bars]:
        if self._read is None:
            self._read = {}
            for path in self._options.files:
                self._read |= await self._file(path)
        return self._read

    async def _file(self, path: Path) -> dict[str, Bars]:
        named = SAVED_AS.fullmatch(path.stem)
        ticker = f"{named['ticker']}.{named['suffix']}".upper() if named else symbol_of(path.name)
        parsed = await read_format(path, _reading(ticker), "CSV")
        return {self._symbol(ticker, path): bars for ticker, bars in parsed.series.items()}

    def _symbol(self, ticker: str, path: Path) -> str:
        """The ticker without its ending, which must be the one of the market that is imported."""
        symbol, dot, suffix = ticker.rpartition(".")
        if dot and suffix.lower() != self._suffix:
            message = f"{path.name} holds {shown(ticker)}, which is not of the market {self._suffix!r}; say market"
            raise InvalidInputError("MARKET_UNKNOWN", message, ["options", "market"])
        return (symbol if dot else ticker).upper()

    async def _ask(self, symbol: str, start: int | None, end: int | None) -> bytes:
        ticker = f"{symbol}.{self._suffix}" if self._suffix else symbol
        days = {"d1": _day(start), "d2": _day(end), "apikey": self._options.apikey}
        given = {name: value for name, value in days.items() if value is not None}
        try:
            answer = await self._client.get("/q/d/l/", params={"s": ticker.lower(), "i": "d", **given})
        except httpx.TransportError as error:
            raise TryLaterError(type(error).__name__) from error
        if answer.status_code == TOO_MANY_REQUESTS or answer.status_code >= SERVER_ERROR:
            limited = answer.status_code == TOO_MANY_REQUESTS
            waiting = retry_after(answer.headers.get("retry-after"))
            raise TryLaterError(f"HTTP {answer.status_code}", waiting, limited=limited)
        if answer.is_error or len(answer.content) > FILE_BYTES_MAX:
            raise UnavailableError("PROVIDER_FAILED", f"{self.origin} answers {symbol} with HTTP {answer.status_code}")
        return answer.content

    async def _parsed(self, symbol: str, content: bytes) -> Bars:
        """The bars of an answer; what the site says in words instead stands in the error."""
        first = content.split(b"\n", 1)[0].strip().decode("utf-8", "replace")
        if "," not in first:
            if first.lower() in {"no data", "brak danych", ""}:
                raise NotFoundError("INSTRUMENT_NOT_FOUND", f"{self.origin} has no bars of {symbol}", ["symbols"])
            raise UnavailableError("PROVIDER_FAILED", f"{self.origin} answers {symbol} with {shown(first)!r}")
        with tempfile.NamedTemporaryFile(suffix=".csv") as file:
            file.write(content)
            file.flush()
            parsed = await read_format(Path(file.name), _reading(symbol), "CSV")
        return parsed.series[symbol]


def _reading(symbol: str) -> ReadOptions:
    """Nothing is refused here that whoever gathers the bars may confirm."""
    accepted = frozenset({"GAP_TOO_LARGE", "PRICE_JUMP", "ROWS_TOO_FEW"})
    return ReadOptions(symbol=symbol, timeframe="D1", accept=accepted)


def _day(moment: int | None) -> str | None:
    return None if moment is None else to_datetime(moment).strftime("%Y%m%d")
