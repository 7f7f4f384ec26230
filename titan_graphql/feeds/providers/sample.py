"""The sample data as a provider: twenty S&P names' daily closes, read from a wheel that set-up installed."""

import csv
import gzip
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import numpy as np

from titan_graphql.errors import UnavailableError
from titan_graphql.feeds.bars import Bars, Floats, Times, to_ms
from titan_graphql.feeds.providers.contract import Listed, PastProvider
from titan_graphql.feeds.venues import VENUES, Venue

PACKAGE, FILE = "skfolio", "datasets/data/sp500_dataset.csv.gz"
SOURCE = f"{PACKAGE} {FILE.rsplit('/', 1)[-1]}"
US = VENUES["US"]
NAMES = {
    "AAPL": "Apple",
    "AMD": "Advanced Micro Devices",
    "BAC": "Bank of America",
    "BBY": "Best Buy",
    "CVX": "Chevron",
    "GE": "General Electric",
    "HD": "Home Depot",
    "JNJ": "Johnson & Johnson",
    "JPM": "JPMorgan Chase",
    "KO": "Coca-Cola",
    "LLY": "Eli Lilly",
    "MRK": "Merck",
    "MSFT": "Microsoft",
    "PEP": "PepsiCo",
    "PFE": "Pfizer",
    "PG": "Procter & Gamble",
    "RRC": "Range Resources",
    "UNH": "UnitedHealth",
    "WMT": "Walmart",
    "XOM": "Exxon Mobil",
}


def read_sample() -> tuple[Times, dict[str, Floats]]:
    """Bar starts (ms) and adjusted closes by symbol, straight from the file in the wheel.

    Raises:
        UnavailableError: the package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise UnavailableError("SAMPLE_MISSING", f"The sample data needs the package {PACKAGE}")
    with gzip.open(Path(spec.submodule_search_locations[0]) / FILE, "rt", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    moments = np.array([to_ms(datetime.fromisoformat(row[0]).replace(tzinfo=UTC)) for row in rows], np.int64)
    values = np.array([row[1:] for row in rows], np.float64)
    return moments, {symbol: np.ascontiguousarray(values[:, k]) for k, symbol in enumerate(header[1:])}


@dataclass(frozen=True, slots=True)
class SampleOptions:
    """There are none."""


class SampleProvider(PastProvider):
    """Twenty well-known shares, daily, 1990 to 2022."""

    name: ClassVar[str] = "sample"
    summary: ClassVar[str] = "daily closes of twenty S&P names, 1990 to 2022"
    timeframes = ("D1",)
    options = SampleOptions

    def __init__(self, options: SampleOptions) -> None:
        self._options = options

    @property
    def origin(self) -> str:
        """The file."""
        return SOURCE

    @property
    def venue(self) -> Venue:
        """US equities."""
        return US

    @property
    def adjustment(self) -> str:
        """The closes hold splits and dividends."""
        return "TOTAL_RETURN"

    async def instruments(self) -> Sequence[Listed]:
        """All of them."""
        return [Listed(symbol, name, US.currency, "EQUITY") for symbol, name in NAMES.items()]

    async def bars(self, symbol: str, timeframe: str, start: int | None, end: int | None) -> AsyncGenerator[Bars, None]:
        """All bars in one page."""
        await self.find(symbol)
        self.check_timeframe(timeframe)
        moments, closes = read_sample()
        yield Bars(moments, {"close": closes[symbol]})
