"""Files of bars as providers: CSV and Parquet, read as imports read them."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from titan_graphql.errors import ConflictError, InvalidInputError
from titan_graphql.feeds.bars import Bars
from titan_graphql.feeds.capped import read_capped
from titan_graphql.feeds.files import ParsedFile, symbol_of
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.providers.contract import Listed, PastProvider
from titan_graphql.feeds.refusals import shown
from titan_graphql.feeds.venues import OTHER, Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """Which files, and what they do not say themselves."""

    files: tuple[Path, ...] = field(metadata={"help": "the files, separated by commas"})
    symbol: str | None = field(default=None, metadata={"help": "the symbol of a file that names none"})
    timeframe: str | None = field(default=None, metadata={"help": "the length of a bar, guessed by default"})
    timezone: str | None = field(default=None, metadata={"help": "the zone of times that carry none"})


class FileProvider(PastProvider):
    """The bars of files of one format; each file is read once, in a capped process."""

    format: ClassVar[str]
    timeframes = ("M1", "M5", "M15", "M30", "H1", "H4", "D1")
    options = FileOptions

    def __init__(self, options: FileOptions) -> None:
        self._options = options
        self._read: dict[str, tuple[str, Bars]] | None = None

    @property
    def origin(self) -> str:
        """The files' names."""
        return ", ".join(path.name for path in self._options.files)

    @property
    def venue(self) -> Venue:
        """Files do not say."""
        return OTHER

    @property
    def adjustment(self) -> str:
        """Files do not say; what is not said to be corrected counts as it was traded."""
        return "RAW"

    async def instruments(self) -> Sequence[Listed]:
        """The symbols of all files."""
        return [Listed(symbol, symbol, self.venue.currency, "EQUITY") for symbol in await self._series()]

    async def bars(self, symbol: str, timeframe: str, start: int | None, end: int | None) -> AsyncGenerator[Bars, None]:
        """All bars in one page.

        Raises:
            FileRefusedError: something in a file is no bar.
        """
        await self.find(symbol)
        own, bars = (await self._series())[symbol]
        if timeframe != own:
            message = f"The bars of {shown(symbol)} in {self.origin} are {own}, not {shown(timeframe)}"
            raise InvalidInputError("TIMEFRAME_UNKNOWN", message, ["timeframe"])
        yield bars

    async def _series(self) -> dict[str, tuple[str, Bars]]:
        if self._read is None:
            found: dict[str, tuple[str, Bars]] = {}
            for path in self._options.files:
                parsed = await self._parsed(path)
                if twice := found.keys() & parsed.series.keys():
                    message = f"{shown(min(twice))} is in {path.name} and in a file before it"
                    raise ConflictError("PRICE_CONFLICT", message, ["files"])
                found |= {symbol: (parsed.understanding.timeframe, bars) for symbol, bars in parsed.series.items()}
            self._read = found
        return self._read

    async def _parsed(self, path: Path) -> ParsedFile:
        options = self._options
        read = ReadOptions(
            symbol=options.symbol,
            file_symbol=symbol_of(path.name),
            timeframe=options.timeframe,
            timezone=options.timezone,
        )
        return await read_format(path, read, self.format)


class CsvProvider(FileProvider):
    """Bars in CSV files."""

    name = "csv"
    summary = "CSV files: a row per bar, or a column per symbol"
    format = "CSV"


class ParquetProvider(FileProvider):
    """Bars in Parquet files."""

    name = "parquet"
    summary = "Parquet files: a row per bar, or a column per symbol"
    format = "PARQUET"


async def read_format(path: Path, options: ReadOptions, form: str) -> ParsedFile:
    """Read a file that must be of this format.

    Raises:
        FileRefusedError: something in it is no bar.
        InvalidInputError: FILE_MISSING or FILE_FORMAT_WRONG.
    """
    if not await asyncio.to_thread(path.is_file):
        raise InvalidInputError("FILE_MISSING", f"There is no file {path}", ["files"])
    parsed = await read_capped(path, options, _silent)
    if parsed.understanding.format != form:
        message = f"{path.name} is {parsed.understanding.format}, not {form}"
        raise InvalidInputError("FILE_FORMAT_WRONG", message, ["files"])
    return parsed


def _silent(_done: int, _total: int, _message: str) -> None:
    """Nobody looks."""
