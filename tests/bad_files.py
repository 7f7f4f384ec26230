"""Files that are no bars, each with the answer it must get: code, row, column and value."""

# ruff: noqa: E501 (a table is read by its rows)

import gzip
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from titan_graphql.feeds.options import ReadOptions

OHLC = "Date,Open,High,Low,Close,Volume"
LINE = "2024-01-0{day},10,12,9,11,100"
TOO_MANY_ROWS = 10**9


@dataclass(frozen=True)
class Bad:
    """One bad file; `where` is row, column and value of the first wrong cell, None when the file is wrong as a whole."""

    name: str
    content: bytes
    code: str
    where: tuple[int, str, str] | None = None
    total: int = 1
    options: ReadOptions = field(default_factory=ReadOptions)
    file_name: str = "prices.csv"
    cut: bool = False


def text(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def bars(*changed: str, header: str = OHLC) -> bytes:
    """Three good days, and then these lines."""
    return text(header, *(LINE.format(day=day) for day in (2, 3, 4)), *changed)


def closes(*values: str) -> bytes:
    """A file with a symbol, so that prices must be positive."""
    days = [f"KO,2024-01-{day:02},{value}" for day, value in enumerate(values, start=2)]
    return text("Symbol,Date,Close", *days)


def times(*values: str) -> bytes:
    return text("Time,Open,Close", *(f"{value},1,{k + 1}" for k, value in enumerate(values)))


def parquet(**columns: object) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def small_parquet() -> bytes:
    return parquet(Date=["2024-01-02", "2024-01-03", "2024-01-04"], Close=[1.0, 2.0, 3.0])


def boastful_parquet() -> bytes:
    """Metadata that claim a thousand million rows: the count is field 3 of the footer, before the row groups."""
    content = small_parquet()
    length = int.from_bytes(content[-8:-4], "little")
    body, footer = content[: -8 - length], content[-8 - length : -8]
    assert footer.count(b"\x16\x06\x19") == 1
    footer = footer.replace(b"\x16\x06\x19", b"\x16" + varint(2 * TOO_MANY_ROWS) + b"\x19")
    return body + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


TOMORROW_WEEK = (datetime.now(UTC) + timedelta(days=7)).strftime("%Y-%m-%d")
NEW_YORK = ReadOptions(timezone="America/New_York")

BAD_FILES = [
    Bad("empty", b"", "FILE_EMPTY"),
    Bad("nothing but a byte order mark", b"\xef\xbb\xbf", "FILE_EMPTY"),
    Bad("header only", text(OHLC), "ROWS_MISSING"),
    Bad("header without a line end", OHLC.encode(), "ROWS_MISSING"),
    Bad("one row", text(OHLC, LINE.format(day=2)), "ROWS_TOO_FEW"),
    Bad("missing price column", text("Date,Open", "2024-01-02,1", "2024-01-03,1"), "COLUMN_MISSING"),
    Bad("missing time column", text("Close,Volume", "1,2", "1,2"), "COLUMN_MISSING"),
    Bad("duplicate column", text("Date,Close,close", "2024-01-02,1,1"), "COLUMN_DUPLICATE"),
    Bad("wrong delimiter", bars().replace(b",", b";"), "DELIMITER_WRONG"),
    Bad("ragged row", bars("2024-01-05,10,12"), "ROW_RAGGED", (5, "", "2024-01-05,10,12")),
    Bad("unclosed quote", bars('2024-01-05,"10,12,9,11,100'), "QUOTE_UNCLOSED", (5, "", '2024-01-05,"10,12,9,11,100')),
    Bad("not UTF-8", bars() + b"2024-01-05,10,12,9,1\xe9,100\n", "ENCODING_NOT_UTF8", (5, "", "2024-01-05,10,12,9,1�,100")),
    Bad("UTF-16", bars().decode().encode("utf-16"), "ENCODING_NOT_UTF8"),
    Bad("NUL byte", bars() + b"2024-01-05,10,12,9,1\x00,100\n", "FILE_HAS_NUL", (5, "", "2024-01-05,10,12,9,1�,100")),
    Bad("PNG named .csv", b"\x89PNG\r\n\x1a\n" + bytes(64), "FILE_NOT_TEXT"),
    Bad("exact duplicate rows", bars(LINE.format(day=4)), "DUPLICATE_ROW", (5, "Date", "2024-01-04T00:00:00.000")),
    Bad("same time, another price", bars("2024-01-04,10,12,9,10,100"), "PRICE_CONFLICT", (5, "Date", "2024-01-04T00:00:00.000")),
    Bad("unsorted", bars("2024-01-01,10,12,9,11,100"), "TIME_UNSORTED", (5, "Date", "2024-01-01T00:00:00.000")),
    Bad("zone and no zone", times("2024-01-02T10:00Z", "2024-01-02T11:00", "2024-01-02T12:00Z"), "ZONES_MIXED", (3, "Time", "2024-01-02T11:00")),
    Bad("two zones", times("2024-01-02T10:00+01:00", "2024-01-02T11:00+01:00", "2024-01-02T12:00+09:00"), "ZONES_MIXED", (4, "Time", "2024-01-02T12:00+09:00")),
    Bad("time without zone", times("2024-01-02T10:00", "2024-01-02T11:00"), "TIMEZONE_MISSING"),
    Bad("hour that came twice", times("2024-11-03T00:30", "2024-11-03T01:30", "2024-11-03T02:30"), "TIME_AMBIGUOUS", (3, "Time", "2024-11-03T01:30"), options=NEW_YORK),
    Bad("hour that never was", times("2024-03-10T01:30", "2024-03-10T02:30", "2024-03-10T03:30"), "TIME_NONEXISTENT", (3, "Time", "2024-03-10T02:30"), options=NEW_YORK),
    Bad("30 February", bars("2024-02-30,10,12,9,11,100"), "DATE_INVALID", (5, "Date", "2024-02-30")),
    Bad("day or month first", bars("05/01/2024,10,12,9,11,100"), "DATE_AMBIGUOUS", (5, "Date", "05/01/2024")),
    Bad("milliseconds read as seconds", times("1704189600000", "1704193200000"), "TIME_OUT_OF_RANGE", (2, "Time", "1704189600000"), 2, ReadOptions(time_unit="s")),
    Bad("future date", bars(f"{TOMORROW_WEEK},10,12,9,11,100"), "TIME_IN_FUTURE", (5, "Date", TOMORROW_WEEK)),
    Bad("NaN", closes("1", "NaN"), "NOT_FINITE", (3, "Close", "NaN")),
    Bad("infinity", closes("1", "∞"), "NOT_FINITE", (3, "Close", "∞")),
    Bad("1e400", closes("1", "1e400"), "NOT_FINITE", (3, "Close", "1e400")),
    Bad("empty cell", closes("1", "", "2"), "VALUE_MISSING", (3, "Close", "")),
    Bad("zero", closes("1", "0"), "PRICE_NOT_POSITIVE", (3, "Close", "0")),
    Bad("negative", closes("1", "-36.98"), "PRICE_NOT_POSITIVE", (3, "Close", "-36.98")),
    Bad("thousands separator", closes("1", '"1,234.5"'), "NUMBER_INVALID", (3, "Close", "1,234.5")),
    Bad("decimal comma", closes("1", '"1,5"'), "NUMBER_INVALID", (3, "Close", "1,5")),
    Bad("decimal point in a file of commas", closes('"1,5"', "1.5"), "NUMBER_INVALID", (3, "Close", "1.5"), options=ReadOptions(decimal=",")),
    Bad("exponent without its comma", closes('"1,5"', "1.5e3"), "NUMBER_INVALID", (3, "Close", "1.5e3"), options=ReadOptions(decimal=",")),
    Bad("thousands of two digits", closes("1", '"1,00"'), "NUMBER_INVALID", (3, "Close", "1,00"), options=ReadOptions(thousands=",")),
    Bad("NaN in a file of commas", closes('"1,5"', "NaN"), "NOT_FINITE", (3, "Close", "NaN"), options=ReadOptions(decimal=",")),
    Bad("no header", text("2024-01-02,1", "2024-01-03,2"), "COLUMN_MISSING"),
    Bad("separator line of a spreadsheet", text("sep=;", "Date;Close", "2024-01-02;1"), "COLUMN_MISSING", options=ReadOptions(delimiter=";")),
    Bad("a spreadsheet's count of days", text("Date,Close", "45293,1", "45294,2"), "TIME_INVALID", (2, "Date", "45293"), 2),
    Bad("a line without an end", text("Date,Close", "2024-01-02," + "9" * 5_000_000), "LINE_TOO_LONG"),
    Bad("high below low", bars("2024-01-05,10,8,9,9,100"), "OHLC_INCONSISTENT", (5, "High", "8"), 3),
    Bad("close above high", bars("2024-01-05,10,12,9,13,100"), "OHLC_INCONSISTENT", (5, "Close", "13")),
    Bad("close below low", bars("2024-01-05,10,12,9,8,100"), "OHLC_INCONSISTENT", (5, "Close", "8")),
    Bad("negative volume", bars("2024-01-05,10,12,9,11,-1"), "VOLUME_NEGATIVE", (5, "Volume", "-1")),
    Bad("gap too large", bars("2025-09-01,10,12,9,11,100"), "GAP_TOO_LARGE", (5, "Date", "2025-09-01T00:00:00.000")),
    Bad("a hundred times the price", bars("2024-01-05,1000,1200,900,1100,100"), "PRICE_JUMP", (5, "Close", "1100")),
    Bad("bars closer than the timeframe", times("2024-01-02T10:00Z", "2024-01-02T10:05Z"), "TIMEFRAME_MISMATCH", (3, "Time", "2024-01-02T10:05:00.000"), options=ReadOptions(timeframe="H1")),
    Bad("no symbol", text("Symbol,Date,Close", "KO,2024-01-02,1", "\u202eOK,2024-01-02,1"), "SYMBOL_INVALID", (3, "Symbol", "�OK")),
    Bad("a wrong number below three lines of header", text("Price,Close", "Ticker,KO", "Date,", "2024-01-02,1", "2024-01-03,abc"), "NUMBER_INVALID", (5, "Close", "abc")),
    Bad("no ticker in three lines of header", text("Price,Close,Open", "Ticker,KO,", "Date,,", "2024-01-02,1,1"), "SYMBOL_MISSING", (2, "Open", "")),
    Bad("65 MiB", b"", "FILE_TOO_LARGE"),
    Bad("gzip bomb", gzip.compress(bytes(1_000_000)), "ARCHIVE_REFUSED"),
    Bad("Parquet that claims 10⁹ rows", boastful_parquet(), "ROWS_TOO_MANY"),
    Bad("corrupt Parquet", small_parquet()[:-40] + b"PAR1", "PARQUET_CORRUPT"),
    Bad("nested columns", parquet(Date=["2024-01-02", "2024-01-03"], Close=[1.0, 2.0], more=[[1], [2]]), "COLUMN_NESTED"),
    Bad("infinity in Parquet", parquet(Date=["2024-01-02", "2024-01-03"], Close=[1.0, float("inf")]), "NOT_FINITE", (3, "Close", "inf")),
    Bad("a path as a name", bars(), "FILE_NAME_INVALID", file_name="../../etc/x"),
    Bad("upload cut midway", bars(), "UPLOAD_CUT", cut=True),
    Bad("10,000 columns", text(",".join(["Date", *(f"C{k}" for k in range(9_999))])), "COLUMNS_TOO_MANY"),
]  # fmt: skip
