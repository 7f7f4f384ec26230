"""The first look at a file: its columns, what they seem to mean, and its first rows."""

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from titan_graphql.feeds.csv_table import BOM, check_bytes, refuse_other_kinds
from titan_graphql.feeds.headers import HeaderMeaning, read_header
from titan_graphql.feeds.options import Layout, ReadOptions
from titan_graphql.feeds.parquet_table import MAGIC, checked_header
from titan_graphql.feeds.refusals import FileRefusedError, shown

ROWS_SHOWN = 5
COLUMNS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """How a file would be read: `columns` maps roles to the file's own names."""

    format: str
    layout: Layout
    columns: dict[str, str]
    ignored: tuple[str, ...]
    symbols: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def preview(path: Path, options: ReadOptions) -> Preview:
    """Look at the header and the first rows.

    Raises:
        FileRefusedError: the file is of no known kind, or its header says too little.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(MAGIC):
        form, meaning, rows = "PARQUET", *_parquet(path, options)
    else:
        refuse_other_kinds(start, path.stat().st_size)
        meaning = check_bytes(path, options)
        form, rows = "CSV", _csv(path, options, meaning.lines)
    return Preview(
        format=form,
        layout=meaning.layout,
        columns=meaning.shown(),
        ignored=meaning.ignored[:COLUMNS_SHOWN],
        symbols=tuple(meaning.symbols)[:COLUMNS_SHOWN],
        header=tuple(shown(name) for name in meaning.header[:COLUMNS_SHOWN]),
        rows=tuple(tuple(shown(cell) for cell in row[:COLUMNS_SHOWN]) for row in rows),
    )


def _csv(path: Path, options: ReadOptions, header_lines: int) -> list[list[str]]:
    with path.open("rb") as file:
        lines = (line.removeprefix(BOM).decode() for line in islice(file, header_lines + ROWS_SHOWN))
        return list(csv.reader(lines, delimiter=options.delimiter))[header_lines:]


def _parquet(path: Path, options: ReadOptions) -> tuple[HeaderMeaning, list[list[str]]]:
    try:
        with pq.ParquetFile(path) as file:
            header = checked_header(file)
            meaning = read_header(header, options)
            batch = next(file.iter_batches(batch_size=ROWS_SHOWN), None)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileRefusedError("PARQUET_CORRUPT", f"The file is no readable Parquet: {shown(error)}") from error
    rows = [] if batch is None else batch.to_pylist()
    return meaning, [[str(row[name]) for name in header] for row in rows]
