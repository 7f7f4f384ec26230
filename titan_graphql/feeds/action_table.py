"""A CSV file of splits and dividends, read whole: what each line says, or why nothing of it is kept."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from titan_graphql.feeds.csv_table import BOM, refuse_other_kinds
from titan_graphql.feeds.refusals import SHOWN, FileRefusedError, RowError, Wrong, shown

FILE_BYTES_MAX = 4 * 1024 * 1024
Kind = Literal["SPLIT", "DIVIDEND"]
NAMES = {
    "date": ("date", "exdate", "exdividenddate", "day", "effectivedate"),
    "symbol": ("symbol", "ticker", "instrument"),
    "kind": ("kind", "type", "action"),
    "value": ("value", "amount", "ratio"),
    "DIVIDEND": ("dividend", "dividends"),
    "SPLIT": ("split", "splits", "stocksplit", "stocksplits"),
}
ROLES = {name: role for role, names in NAMES.items() for name in names}
KINDS: dict[str, Kind] = {"split": "SPLIT", "stock split": "SPLIT", "dividend": "DIVIDEND", "cash dividend": "DIVIDEND"}
NUMBER = re.compile(r"\d+\.?\d*|\.\d+")
RATIO = re.compile(r"(\d+\.?\d*)\s*(?::|/|for|-for-)\s*(\d+\.?\d*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ActionLine:
    """What one line of a file says; `symbol` is empty where the file names none."""

    row: int
    symbol: str
    kind: Kind
    ex_date: date
    value: float


def read_actions(path: Path, time_format: str | None = None) -> list[ActionLine]:
    """Read a file with a line per action, or with columns of dividends and splits as Yahoo's are.

    Raises:
        FileRefusedError: the file is no CSV in UTF-8, lacks a column, or a line makes no sense.
    """
    lines = list(csv.reader(_text(path).splitlines()))
    if not lines or not any(lines[0]):
        raise FileRefusedError("COLUMN_MISSING", "The first line must name the columns")
    columns = _columns(lines[0])
    wrong = Wrong()
    found: list[ActionLine] = []
    for row, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells):
            try:
                found += _actions(row, columns, [cell.strip() for cell in cells], time_format)
            except FileRefusedError as error:
                wrong.total += 1
                wrong.found += error.rows if wrong.total <= SHOWN else ()
    wrong.refuse()
    if not found:
        raise FileRefusedError("ROWS_MISSING", "The file holds no split and no dividend")
    return found


def _text(path: Path) -> str:
    content = path.read_bytes()
    if len(content) > FILE_BYTES_MAX:
        raise FileRefusedError("FILE_TOO_LARGE", f"A file of actions has at most {FILE_BYTES_MAX // 1024**2} MiB")
    refuse_other_kinds(content[:8], len(content))
    if b"\0" in content:
        raise FileRefusedError("FILE_HAS_NUL", "A NUL byte is not text")
    try:
        return content.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        raise FileRefusedError("ENCODING_NOT_UTF8", "The text is not UTF-8; save the file as UTF-8") from error


def _columns(header: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for k, name in enumerate(header):
        role = ROLES.get(re.sub(r"[^a-z]", "", name.lower()))
        if role in columns:
            raise FileRefusedError("COLUMN_DUPLICATE", f"The column {shown(name)!r} says what another says too")
        if role is not None:
            columns[role] = k
    if "date" not in columns or not ({"kind", "value"} <= columns.keys() or {"SPLIT", "DIVIDEND"} & columns.keys()):
        message = "A file of actions has the columns date, kind and value, or date and dividends or splits; these are "
        raise FileRefusedError("COLUMN_MISSING", message + ", ".join(shown(name) for name in header[:8]))
    return columns


def _actions(row: int, columns: Mapping[str, int], cells: list[str], time_format: str | None) -> list[ActionLine]:
    given = {role: cells[k] if k < len(cells) else "" for role, k in columns.items()}
    ex_date, symbol = _date(row, given["date"], time_format), given.get("symbol", "")
    said: list[tuple[Kind, str]] = [(kind, given[kind]) for kind in ("DIVIDEND", "SPLIT") if kind in given]
    if "kind" in given:
        kind = KINDS.get(given["kind"].lower().replace("_", " "))
        if kind is None:
            raise _wrong(row, "kind", "ACTION_INVALID", given["kind"], "An action is a split or a dividend")
        said = [(kind, given.get("value", ""))]
    # Tables of both kinds say 0 where nothing happened.
    told = [(kind, text) for kind, text in said if "kind" in given or not re.fullmatch(r"0*\.?0*", text)]
    return [ActionLine(row, symbol, kind, ex_date, _value(row, kind, text)) for kind, text in told]


def _date(row: int, text: str, time_format: str | None) -> date:
    try:
        return (datetime.strptime(text, time_format) if time_format else datetime.fromisoformat(text)).date()
    except ValueError as error:
        message = "This is not such a date; write 2024-01-31, or say --time-format, for example %d/%m/%Y"
        raise _wrong(row, "date", "DATE_INVALID", text, message) from error


def _value(row: int, kind: Kind, text: str) -> float:
    ratio = RATIO.fullmatch(text) if kind == "SPLIT" else None
    if ratio is not None and float(ratio[2]) > 0:
        return float(ratio[1]) / float(ratio[2])
    if NUMBER.fullmatch(text):
        return float(text)
    example = "4, 4:1 or 4/1" if kind == "SPLIT" else "0.24"
    raise _wrong(row, kind.lower(), "NUMBER_INVALID", text, f"This is not a {kind.lower()} such as {example}")


def _wrong(row: int, column: str, code: str, value: str, message: str) -> FileRefusedError:
    return FileRefusedError(code, message, [RowError(row, column, code, shown(value), message)], 1)
