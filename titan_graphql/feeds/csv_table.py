"""CSV bytes to cells: what must be true of the bytes is checked here, Arrow splits them."""

import csv
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from titan_graphql.feeds.headers import COLUMNS_MAX, HeaderMeaning, read_header
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.raw_table import ROWS_MAX, RawTable, without_blank_rows
from titan_graphql.feeds.refusals import FileRefusedError, RowError, Wrong, shown
from titan_graphql.feeds.stacked_header import LINES, is_stacked, read_stacked_header

HEADER_BYTES_MAX = 1024 * 1024
BLOCK_BYTES = 4 * 1024 * 1024
ARROW_BLOCK_BYTES = 1024 * 1024
NO_ROWS = "The file has a header but no rows"
BOM = b"\xef\xbb\xbf"
ARCHIVES = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
WIDE_UNICODE = (b"\xff\xfe", b"\xfe\xff")


def read_csv(path: Path, options: ReadOptions) -> tuple[HeaderMeaning, RawTable]:
    """Split a CSV file into the cells that matter.

    Raises:
        FileRefusedError: the bytes are no CSV in UTF-8, a row has too few or too many cells, or the header says
            too little.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        refuse_other_kinds(file.read(8), size)
    meaning = check_bytes(path, options)
    texts, wanted = meaning.text_positions(), sorted(meaning.positions())
    table = _split(path, options, meaning, {position: position not in texts for position in wanted})
    if table.num_rows > ROWS_MAX:
        raise FileRefusedError("ROWS_TOO_MANY", f"A file has at most {ROWS_MAX:,} rows, not {table.num_rows:,}")
    columns = {position: table.column(str(position)).combine_chunks() for position in wanted}
    raw = without_blank_rows(meaning.header, columns, first_row=meaning.lines + 1)
    if not len(raw):
        raise FileRefusedError("ROWS_MISSING", NO_ROWS)
    return meaning, raw


def refuse_other_kinds(start: bytes, size: int) -> None:
    """Refuse what is visibly no text.

    Raises:
        FileRefusedError: FILE_EMPTY, ARCHIVE_REFUSED, ENCODING_NOT_UTF8 or FILE_NOT_TEXT.
    """
    if not size or start == BOM[: len(start)] == BOM[:size]:
        raise FileRefusedError("FILE_EMPTY", "The file is empty")
    for magic, name in ARCHIVES.items():
        if start.startswith(magic):
            raise FileRefusedError("ARCHIVE_REFUSED", f"This is a {name} archive; unpack it first")
    if start.startswith(WIDE_UNICODE):
        raise FileRefusedError("ENCODING_NOT_UTF8", "The file is UTF-16; save it as UTF-8")
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise FileRefusedError("FILE_NOT_TEXT", "This is a picture or a document, not a CSV file")


def check_bytes(path: Path, options: ReadOptions) -> HeaderMeaning:
    """Read the header and make sure that every line is UTF-8 without NUL and closes its quotes.

    Raises:
        FileRefusedError: which line is not.
    """
    wrong = Wrong()
    with path.open("rb") as file:
        header = _header(file.readline(HEADER_BYTES_MAX).removeprefix(BOM), options)
        rows = file.tell()
        lines = [header, *(_cells(file.readline(HEADER_BYTES_MAX), options) for _ in range(LINES - 1))]
        file.seek(rows)
        line = 1
        while block := file.read(BLOCK_BYTES):
            block += file.readline()
            line += _check_block(block, line, wrong)
            wrong.refuse()
    return read_stacked_header(lines, options) if is_stacked(lines) else read_header(header, options)


def _header(line: bytes, options: ReadOptions) -> tuple[str, ...]:
    cells = _cells(line, options)
    if len(line) >= HEADER_BYTES_MAX or (line.strip() and not cells):
        raise FileRefusedError("COLUMNS_TOO_MANY", f"The header is too long; a file has at most {COLUMNS_MAX} columns")
    wrong = Wrong()
    _check_block(line, 0, wrong)
    wrong.refuse()
    if not line.strip():
        raise FileRefusedError("COLUMN_MISSING", "The first line must name the columns")
    return cells


def _cells(line: bytes, options: ReadOptions) -> tuple[str, ...]:
    """The cells of one line; none when a cell is longer than any that could be read."""
    text = line.decode(errors="replace").strip("\r\n")
    try:
        return tuple(next(csv.reader([text], delimiter=options.delimiter), ()))
    except csv.Error:
        return ()


def _check_block(block: bytes, lines_before: int, wrong: Wrong) -> int:
    """Check whole lines; returns how many they are."""
    if b"\0" in block:
        _note(block, lines_before, wrong, "FILE_HAS_NUL", "A NUL byte is no text", lambda line: b"\0" in line)
    try:
        block.decode()
    except UnicodeDecodeError:
        message = "The text is not UTF-8; save the file as UTF-8"
        _note(block, lines_before, wrong, "ENCODING_NOT_UTF8", message, _is_not_utf8)
    if block.count(b'"'):
        message = "A quote is opened but not closed on its line"
        _note(block, lines_before, wrong, "QUOTE_UNCLOSED", message, lambda line: line.count(b'"') % 2 == 1)
    return block.count(b"\n")


def _note(
    block: bytes, lines_before: int, wrong: Wrong, code: str, message: str, is_wrong: Callable[[bytes], bool]
) -> None:
    for number, line in enumerate(block.split(b"\n"), start=lines_before + 1):
        if is_wrong(line):
            wrong.total += 1
            if wrong.total <= 10:
                text = shown(line.decode(errors="replace").strip())
                wrong.found.append(RowError(number, "", code, text, message))


def _is_not_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return True
    return False


def _split(path: Path, options: ReadOptions, meaning: HeaderMeaning, wanted: dict[int, bool]) -> pa.Table:
    """The wanted columns, as numbers where `wanted` says so and every cell is one, else as text."""
    if not options.plain_numbers:
        return _read(path, options, meaning, dict.fromkeys(wanted, False))
    try:
        table = _read(path, options, meaning, wanted)
        numbers = [table.column(str(position)) for position, number in wanted.items() if number]
        if all(pc.all(pc.is_finite(column)).as_py() is not False for column in numbers):
            return table
    except pa.ArrowInvalid as error:
        if "Could not skip" in str(error) or "Empty CSV" in str(error):
            raise FileRefusedError("ROWS_MISSING", NO_ROWS) from error
        if "straddling object" in str(error):
            message = f"A line of the file has more than {ARROW_BLOCK_BYTES // 1024**2} MiB"
            raise FileRefusedError("LINE_TOO_LONG", message) from error
        if "conversion error" not in str(error):
            raise FileRefusedError("CSV_INVALID", f"The file is no CSV: {shown(error)}") from error
    # As text a wrong cell can be shown as it was written.
    return _read(path, options, meaning, dict.fromkeys(wanted, False))


def _read(path: Path, options: ReadOptions, meaning: HeaderMeaning, wanted: dict[int, bool]) -> pa.Table:
    wrong = Wrong()

    def note(row: arrow_csv.InvalidRow) -> str:
        message = f"The header has {row.expected_columns} columns, this row {row.actual_columns}"
        wrong.total += 1
        if wrong.total <= 10:
            wrong.found.append(RowError(row.number, "", "ROW_RAGGED", shown(row.text), message))
        return "skip"

    table = arrow_csv.read_csv(
        path,
        read_options=arrow_csv.ReadOptions(
            column_names=[str(position) for position in range(len(meaning.header))],
            skip_rows=meaning.lines,
            use_threads=False,
            block_size=ARROW_BLOCK_BYTES,
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=options.delimiter, ignore_empty_lines=False, invalid_row_handler=note
        ),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=[str(position) for position in wanted],
            column_types={
                str(position): pa.float64() if number else pa.string() for position, number in wanted.items()
            },
            strings_can_be_null=False,
            null_values=[""],
        ),
    )
    wrong.refuse()
    return table
