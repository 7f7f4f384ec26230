"""Headers of three lines, as yfinance's tables are saved: one ticker, several, and errors by their lines."""

from pathlib import Path

import pytest

from titan_graphql.feeds.bars import MS_PER_DAY, Bars
from titan_graphql.feeds.files import ParsedFile, read_file
from titan_graphql.feeds.options import Layout, ReadOptions
from titan_graphql.feeds.preview import preview
from titan_graphql.feeds.refusals import FileRefusedError

FIRST = 1_704_153_600_000  # 2024-01-02
ONE = """\
Price,Close,High,Low,Open,Volume
Ticker,AAPL,AAPL,AAPL,AAPL,AAPL
Date,,,,,
2024-01-02,11.0,12.0,9.0,10.0,100
2024-01-03,12.0,13.0,10.0,11.0,200
2024-01-04,11.5,12.5,10.5,12.0,300
"""
TWO = """\
Price,Close,Close,High,High,Low,Low,Open,Open,Volume,Volume
Ticker,AAPL,BRK-B,AAPL,BRK-B,AAPL,BRK-B,AAPL,BRK-B,AAPL,BRK-B
Date,,,,,,,,,,
2024-01-02,11.0,21.0,12.0,22.0,9.0,19.0,10.0,20.0,100,1000
2024-01-03,12.0,,13.0,,10.0,,11.0,,200,
2024-01-04,11.5,21.5,12.5,22.5,10.5,20.5,12.0,22.0,300,3000
"""
AAPL = {
    "open": [10.0, 11.0, 12.0],
    "high": [12.0, 13.0, 12.5],
    "low": [9.0, 10.0, 10.5],
    "close": [11.0, 12.0, 11.5],
    "volume": [100.0, 200.0, 300.0],
}
BRK_B = {"open": [20.0, 22.0], "high": [22.0, 22.5], "low": [19.0, 20.5], "close": [21.0, 21.5], "volume": [1e3, 3e3]}
DAYS = [FIRST, FIRST + MS_PER_DAY, FIRST + 2 * MS_PER_DAY]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "prices.csv"


def read(file: Path, text: str, **options: object) -> ParsedFile:
    file.write_text(text)
    return read_file(file, ReadOptions(**options))


def refused(file: Path, text: str, **options: object) -> FileRefusedError:
    with pytest.raises(FileRefusedError) as refusal:
        read(file, text, **options)
    return refusal.value


def plain(series: dict[str, Bars]) -> dict[str, tuple[list[int], dict[str, list[float]]]]:
    return {
        symbol: (bars.time.tolist(), {role: column.tolist() for role, column in bars.columns.items()})
        for symbol, bars in series.items()
    }


def columnwise(*columns: str) -> str:
    """A file from its columns, each written with spaces."""
    return "".join(",".join(line) + "\n" for line in zip(*(one.split(" ") for one in columns), strict=True))


def test_one_ticker_is_a_file_of_its_bars(file: Path):
    parsed = read(file, ONE, file_symbol="PRICES")

    assert plain(parsed.series) == {"AAPL": (DAYS, AAPL)}
    understood = parsed.understanding
    assert (understood.layout, understood.timeframe, understood.rows) == (Layout.SINGLE, "D1", 3)
    assert understood.columns == {
        "time": "Date", "close": "Close", "high": "High", "low": "Low", "open": "Open", "volume": "Volume"
    }  # fmt: skip


def test_a_symbol_that_is_said_goes_before_the_ticker(file: Path):
    assert list(read(file, ONE, symbol="APPLE", file_symbol="PRICES").series) == ["APPLE"]


def test_several_tickers_are_series_with_all_their_columns(file: Path):
    parsed = read(file, TWO)

    assert plain(parsed.series) == {"AAPL": (DAYS, AAPL), "BRK-B": ([DAYS[0], DAYS[2]], BRK_B)}
    assert (parsed.understanding.layout, parsed.understanding.symbols) == (Layout.WIDE, 2)


def test_tickers_may_stand_above_prices(file: Path):
    first, second, *rows = TWO.splitlines(keepends=True)

    assert plain(read(file, "".join([second, first, *rows])).series) == plain(read(file, TWO).series)


@pytest.mark.parametrize("corners", [("", ""), ("Attributes", "Symbols")])
@pytest.mark.parametrize("tickers_first", [False, True])
def test_lines_are_told_apart_without_yfinances_words(file: Path, corners: tuple[str, str], tickers_first: bool):
    first, second, *rows = TWO.splitlines(keepends=True)
    lines = [first.replace("Price", corners[0]), second.replace("Ticker", corners[1])]

    text = "".join([*(reversed(lines) if tickers_first else lines), *rows])

    assert plain(read(file, text).series) == plain(read(file, TWO).series)


def test_tickers_that_could_be_prices_are_tickers(file: Path):
    text = columnwise("Ticker Price Date 2024-01-02 2024-01-03", "V Close  1 2", "C Close  3 4")

    closes = {"V": [1.0, 2.0], "C": [3.0, 4.0]}
    assert plain(read(file, text).series) == {symbol: (DAYS[:2], {"close": close}) for symbol, close in closes.items()}


def test_adjusted_closes_are_left_out_unless_they_are_asked_for(file: Path):
    text = columnwise("Price Ticker Date 2024-01-02 2024-01-03", "Adj_Close KO  1 2", "Close KO  3 4").replace("_", " ")

    assert plain(read(file, text).series) == {"KO": (DAYS[:2], {"close": [3.0, 4.0]})}
    assert read(file, text).understanding.ignored == ("Adj Close",)
    adjusted = read(file, text, columns={"close": "Adj Close"})
    assert plain(adjusted.series) == {"KO": (DAYS[:2], {"close": [1.0, 2.0]})}


def test_hours_carry_their_zone(file: Path):
    text = columnwise("Price Ticker Datetime 2024-01-02T15:00+00:00 2024-01-02T16:00+00:00", "Close KO  1 2")

    (bars,) = read(file, text).series.values()
    assert bars.time.tolist() == [FIRST + 15 * 3_600_000, FIRST + 16 * 3_600_000]


def test_the_first_look_shows_rows_below_the_header(file: Path):
    file.write_text(TWO)
    seen = preview(file, ReadOptions())

    assert (seen.layout, seen.symbols, seen.columns) == (Layout.WIDE, ("AAPL", "BRK-B"), {"time": "Date"})
    assert seen.header[:3] == ("Date", "Close AAPL", "Close BRK-B")
    assert [row[:3] for row in seen.rows] == [
        ("2024-01-02", "11.0", "21.0"), ("2024-01-03", "12.0", ""), ("2024-01-04", "11.5", "21.5")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    {
        "no number": ("12.0,13.0", "abc,13.0", "NUMBER_INVALID", (5, "Close", "abc")),
        "no price": ("12.0,13.0", ",13.0", "VALUE_MISSING", (5, "Close", "")),
        "no time": ("2024-01-03", "2024-02-30", "DATE_INVALID", (5, "Date", "2024-02-30")),
        "ragged": ("11.0,200", "11.0", "ROW_RAGGED", (5, "", "2024-01-03,12.0,13.0,10.0,11.0")),
        "close above high": ("12.0,13.0", "14.0,13.0", "OHLC_INCONSISTENT", (5, "Close", "14")),
        "no ticker": ("AAPL,AAPL\n", "AAPL,\n", "SYMBOL_MISSING", (2, "Volume", "")),
        "odd ticker": ("AAPL,AAPL\n", "AAPL,<b>\n", "SYMBOL_INVALID", (2, "Volume", "<b>")),
        "unclosed quote": (
            "2024-01-03",
            '"2024-01-03',
            "QUOTE_UNCLOSED",
            (5, "", '"2024-01-03,12.0,13.0,10.0,11.0,200'),
        ),
    }.values(),
)
def test_errors_name_the_line_of_the_file(file: Path, old: str, new: str, code: str, where: tuple[int, str, str]):
    assert ONE.count(old) == 1

    refusal = refused(file, ONE.replace(old, new))

    (first, *_) = refusal.rows
    assert (refusal.code, (first.row, first.column, first.value)) == (code, where)


def test_errors_of_several_tickers_name_theirs(file: Path):
    text = TWO.replace("11.5,21.5,12.5,22.5", "19.5,,12.5,21.0")

    assert [(one.row, one.column) for one in refused(file, text).rows] == [(6, "Close BRK-B")]
    text = TWO.replace("11.5,21.5,12.5,22.5", "19.5,29.5,12.5,22.5")
    assert [(one.row, one.column) for one in refused(file, text).rows] == [(6, "Close AAPL"), (6, "Close BRK-B")]


@pytest.mark.parametrize(
    ("text", "code", "options"),
    {
        "twice": (ONE.replace("Open", "High"), "COLUMN_DUPLICATE", {}),
        "no close": (ONE.replace("Close", "Other"), "COLUMN_MISSING", {}),
        "no close of the second": (TWO.replace("Close,Close", "Close,Other"), "COLUMN_MISSING", {}),
        "unknown column": (ONE, "COLUMN_MISSING", {"columns": {"close": "Settle"}}),
        "another layout": (TWO, "COLUMN_MISSING", {"layout": Layout.SINGLE}),
        "no rows": ("".join(ONE.splitlines(keepends=True)[:3]), "ROWS_MISSING", {}),
        "2,001 columns": (columnwise("Price Ticker Date", *["Close KO "] * 2_000), "COLUMNS_TOO_MANY", {}),
        "a cell of a megabyte": ("Date,Close" + "x" * 500_000, "COLUMNS_TOO_MANY", {}),
    }.values(),
)
def test_a_header_that_says_too_little_is_refused(file: Path, text: str, code: str, options: dict[str, object]):
    assert refused(file, text, **options).code == code


def test_a_first_row_that_is_no_header_stays_a_row(file: Path):
    assert refused(file, "Date,AAA,BBB\nTicker,1,2\nDate,,\n2024-01-02,1,2\n").rows[0].row == 2
