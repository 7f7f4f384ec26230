"""A file of bars, read whole: what it holds, how it was understood, or why nothing of it is kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from titan_graphql.feeds.bars import TIMEFRAME_MS, Bars
from titan_graphql.feeds.checks import check
from titan_graphql.feeds.csv_table import read_csv
from titan_graphql.feeds.flat import Flat, flatten
from titan_graphql.feeds.headers import SYMBOL, HeaderMeaning
from titan_graphql.feeds.options import Layout, ReadOptions
from titan_graphql.feeds.parquet_table import MAGIC, read_parquet
from titan_graphql.feeds.raw_table import RawTable
from titan_graphql.feeds.refusals import FileRefusedError, shown

FILE_BYTES_MAX = 64 * 1024 * 1024
FILE_NAME_MAX = 200


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a file was read: which column means what, and what that is worth."""

    format: str
    layout: Layout
    timeframe: str
    columns: dict[str, str]
    ignored: tuple[str, ...]
    rows: int
    symbols: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The bars of a file by symbol."""

    understanding: Understanding
    series: dict[str, Bars]


def _silent(_done: int, _total: int, _message: str) -> None:
    """Say nothing."""


def read_file(path: Path, options: ReadOptions, on_progress: Callable[[int, int, str], None] = _silent) -> ParsedFile:
    """Read a CSV or Parquet file.

    Raises:
        FileRefusedError: something in it is no bar; nothing of it is kept.
    """
    size = path.stat().st_size
    if size > FILE_BYTES_MAX:
        message = f"A file has at most {FILE_BYTES_MAX // 1024**2} MiB, not {size / 1024**2:.1f}"
        raise FileRefusedError("FILE_TOO_LARGE", message)
    on_progress(0, 3, "Reading the file")
    form, (meaning, table) = read_cells(path, options)
    if options.timeframe is not None and options.timeframe not in TIMEFRAME_MS:
        raise FileRefusedError(
            "TIMEFRAME_UNKNOWN", f"{shown(options.timeframe)!r} is none of {', '.join(TIMEFRAME_MS)}"
        )
    on_progress(1, 3, f"Reading {len(table):,} rows")
    options = replace(options, non_positive=_may_be_negative(options, meaning))
    flat, timeframe = _flat(meaning, table, options)
    on_progress(2, 3, f"Checking {len(flat):,} bars")
    ordered, duplicates = check(flat, options, timeframe)
    series = ordered.series()
    understanding = Understanding(
        form, meaning.layout, timeframe, meaning.shown(), meaning.ignored, len(table), len(series), duplicates
    )
    return ParsedFile(understanding, series)


def read_cells(path: Path, options: ReadOptions) -> tuple[str, tuple[HeaderMeaning, RawTable]]:
    """The format of a file, found by its first bytes, and its cells."""
    with path.open("rb") as file:
        start = file.read(len(MAGIC))
    return ("PARQUET", read_parquet(path, options)) if start == MAGIC else ("CSV", read_csv(path, options))


def symbol_of(file_name: str) -> str:
    """The symbol of a file that names none: its own name."""
    stem = "".join(letter if SYMBOL.fullmatch("A" + letter) else "-" for letter in PurePosixPath(file_name).stem)
    return stem[:40].strip(" -._").upper() or "PRICE"


def check_file_name(name: str) -> str:
    """A file's name as it may be shown; it is never used as a path.

    Raises:
        FileRefusedError: FILE_NAME_INVALID.
    """
    clean = name.strip()
    if (
        not 1 <= len(clean) <= FILE_NAME_MAX
        or not clean.isprintable()
        or set(clean) & {"/", "\\"}
        or clean in {".", ".."}
    ):
        raise FileRefusedError("FILE_NAME_INVALID", f"{shown(name)!r} is no file name")
    return clean


def _may_be_negative(options: ReadOptions, meaning: HeaderMeaning) -> bool:
    """A lone column of prices may be any quoted price (oil has been negative); shares come with symbols or OHLC."""
    if options.non_positive is not None:
        return options.non_positive
    named = meaning.symbol is not None or {"open", "high", "low", "volume"} & meaning.roles.keys()
    return meaning.layout is Layout.SINGLE and not named


def _flat(meaning: HeaderMeaning, table: RawTable, options: ReadOptions) -> tuple[Flat, str]:
    flat, dates = flatten(meaning, table, options)
    if options.timeframe is not None:
        return flat, options.timeframe
    timeframe = "D1" if dates else _usual_spacing(flat)
    if timeframe == "D1" and not dates:
        flat, _ = flatten(meaning, table, replace(options, timeframe="D1"))
    return flat, timeframe


def _usual_spacing(flat: Flat) -> str:
    """The timeframe that most neighbouring bars are apart."""
    order = np.lexsort((flat.time, flat.code))
    steps = np.diff(flat.time[order])[np.diff(flat.code[order]) == 0]
    lengths, counts = np.unique(steps[steps > 0], return_counts=True)
    usual = int(lengths[np.argmax(counts)]) if len(lengths) else 0
    for name, length in TIMEFRAME_MS.items():
        # A day with a change of the clocks has 23 or 25 hours.
        if usual == length or (name == "D1" and abs(usual - length) <= TIMEFRAME_MS["H1"]):
            return name
    raise FileRefusedError("TIMEFRAME_UNKNOWN", "The bars are at no usual distance; say the timeframe, for example D1")
