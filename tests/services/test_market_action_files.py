"""Files of splits and dividends: the usual shapes are read, and what makes no sense leaves nothing behind."""

from datetime import date
from pathlib import Path

import pytest

from tests import make
from tests.bad_files import text
from titan_graphql.errors import TitanError
from titan_graphql.feeds.action_table import read_actions
from titan_graphql.feeds.refusals import FileRefusedError
from titan_graphql.models.markets import CorporateAction, Dataset
from titan_graphql.services import market_action_files

FOUR, DIVIDEND = ("SPLIT", date(2022, 6, 6), 4.0), ("DIVIDEND", date(2022, 5, 6), 0.23)
SHAPES = {
    "a line per action": text("Date,Symbol,Kind,Value", "2022-06-06,KO,split,4", "2022-05-06,KO,Dividend,.23"),
    "Yahoo's table of both": text(
        "Date,Dividends,Stock Splits", "2022-05-06 00:00:00-04:00,0.23,0.0", "2022-06-06 00:00:00-04:00,0.0,4.0"
    ),
    "ratios in words": text("ex-date,type,amount", "2022-06-06,SPLIT,4 for 1", "2022-05-06,cash dividend,0.23"),
    "another ratio, blank lines, a byte order mark": b"\xef\xbb\xbf"
    + text("Date,Ticker,Action,Ratio", "2022-06-06,KO,Stock Split,8:2", "", "2022-05-06,KO,dividend,0.230"),
}


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES)
def test_the_usual_shapes_say_the_same(tmp_path: Path, content: bytes):
    path = tmp_path / "KO.csv"
    path.write_bytes(content)
    found = [(line.kind, line.ex_date, line.value) for line in read_actions(path)]
    assert sorted(found) == [DIVIDEND, FOUR]


def test_days_may_be_written_otherwise(tmp_path: Path):
    path = tmp_path / "KO.csv"
    path.write_bytes(text("Date,Stock Splits", "06/05/2022,4:1"))
    (line,) = read_actions(path, "%m/%d/%Y")
    assert (line.row, line.symbol, line.kind, line.ex_date, line.value) == (2, "", "SPLIT", date(2022, 6, 5), 4.0)


WRONG = {
    "empty": (b"", "FILE_EMPTY"),
    "blank": (b"\n\n", "COLUMN_MISSING"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(9), "FILE_NOT_TEXT"),
    "NUL": (text("Date,Dividends", "2022-05-06,\0"), "FILE_HAS_NUL"),
    "Latin-1": ("Date,Dividends\n2022-05-06,0.23 €\n".encode("cp1252"), "ENCODING_NOT_UTF8"),
    "prices": (text("Date,Open,Close", "2022-05-06,1,1"), "COLUMN_MISSING"),
    "two columns of one kind": (text("Date,Dividend,Dividends", "2022-05-06,1,1"), "COLUMN_DUPLICATE"),
    "nothing happened": (text("Date,Dividends,Stock Splits", "2022-05-06,0.0,0"), "ROWS_MISSING"),
    "no day": (text("Date,Dividends", "2022-02-30,1"), "DATE_INVALID"),
    "day or month first": (text("Date,Dividends", "06/05/2022,1"), "DATE_INVALID"),
    "a ratio of nothing": (text("Date,Splits", "2022-05-06,4:0"), "NUMBER_INVALID"),
    "a negative dividend": (text("Date,Dividends", "2022-05-06,-1"), "NUMBER_INVALID"),
    "decimal comma": (text("Date,Dividends", '2022-05-06,"0,23"'), "NUMBER_INVALID"),
    "no value": (text("Date,Kind,Value", "2022-05-06,dividend,"), "NUMBER_INVALID"),
    "short line": (text("Date,Kind,Value", "2022-05-06"), "ACTION_INVALID"),
    "another kind": (text("Date,Kind,Value", "2022-05-06,merger,1"), "ACTION_INVALID"),
}


@pytest.mark.parametrize(("content", "code"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_named(tmp_path: Path, content: bytes, code: str):
    path = tmp_path / "KO.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefusedError) as refused:
        read_actions(path)
    assert refused.value.code == code
    assert [row.row for row in refused.value.rows] in ([], [2])


REFUSED = {
    "no such instrument": (text("Date,Symbol,Splits", "2022-06-06,KO,4", "2022-06-06,NONE,4"), "INSTRUMENT_NOT_FOUND"),
    "a split of one": (text("Date,Splits", "2022-06-06,1"), "ACTION_INVALID"),
    "a day to come": (text("Date,Splits", "2222-06-06,4"), "ACTION_INVALID"),
    "two values": (text("Date,Splits", "2022-06-06,4", "2022-06-06,5"), "ACTION_INVALID"),
}


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
async def test_a_file_is_kept_whole_or_not_at_all(tmp_path: Path, content: bytes, code: str):
    await make.listed("KO", [10.0, 11.0, 12.0])
    path = tmp_path / "KO.csv"
    path.write_bytes(content)
    with pytest.raises(TitanError) as refused:
        await market_action_files.keep(read_actions(path), "KO", None, "KO.csv")
    assert refused.value.code == code
    assert (await CorporateAction.all().count(), await Dataset.all().count()) == (0, 1)


@pytest.mark.usefixtures("db")
async def test_a_file_makes_one_revision_of_each_instrument(tmp_path: Path):
    for symbol in ("KO", "PEP"):
        await make.listed(symbol, [10.0, 11.0, 12.0])
    path = tmp_path / "many.csv"
    days = [f"{year}-{month:02}-15,KO,dividend,0.5" for year in range(1960, 2020) for month in range(1, 13)]
    path.write_bytes(text("Date,Symbol,Kind,Value", *days, days[-1], "2022-06-06,PEP,split,4:1"))

    kept = await market_action_files.keep(read_actions(path), "many", None, "many.csv")

    assert (kept.instruments, kept.actions) == (2, 721)
    assert (await CorporateAction.all().count(), await Dataset.filter(revision=2).count()) == (721, 2)
