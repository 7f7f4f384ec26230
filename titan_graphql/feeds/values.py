"""Cells to numbers: exactly rounded, finite, or named with row and column."""

import math
import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from titan_graphql.feeds.bars import Floats
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.raw_table import is_empty, is_text
from titan_graphql.feeds.refusals import Wrong, shown

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
NO_NUMBER = "?"
NOT_FINITE_WORDS = {"nan", "inf", "infinity", "∞", "na", "n/a", "null", "none"}
MESSAGES = {
    "VALUE_MISSING": "The cell is empty",
    "NOT_FINITE": "This is not a finite number; leave out rows whose prices are not known",
    "NUMBER_INVALID": "This is not a number such as 1234.5; set decimal and thousands if numbers are written otherwise",
}


def read_floats(
    cells: pa.Array,
    column: str,
    rows: npt.NDArray[np.int64],
    wrong: Wrong,
    options: ReadOptions,
    *,
    gaps: bool = False,
) -> Floats:
    """Numbers of a column; with `gaps` an empty cell is NaN and no error."""
    empty = is_empty(cells)
    plain = _plain(cells, options) if is_text(cells) and not options.plain_numbers else cells
    numbers = _cast(plain, empty)
    if numbers is None:
        return _one_by_one(cells, plain, column, rows, wrong, gaps=gaps)
    if not gaps and empty.any():
        _note(wrong, "VALUE_MISSING", column, rows, np.flatnonzero(empty), cells)
    bad = np.flatnonzero(~np.isfinite(numbers) & ~empty)
    if len(bad):
        _note(wrong, "NOT_FINITE", column, rows, bad, cells)
    return numbers


def cell_text(cells: pa.Array, at: int) -> str:
    """A cell as it was written."""
    value = cells[at].as_py()
    return "" if value is None else shown(value)


def is_blank(cells: pa.Array) -> bool:
    """Whether a column has no cell with anything in it."""
    return bool(is_empty(cells).all())


def _plain(cells: pa.Array, options: ReadOptions) -> pa.Array:
    """Numbers as Python writes them; what is not a number in this notation must not become one in another."""
    decimal, thousands = re.escape(options.decimal), _class(options.thousands)
    whole = rf"(?:\d+|\d{{1,3}}(?:{thousands}\d{{3}})+)" if thousands else r"\d+"
    written = pc.match_substring_regex(cells, rf"^[+-]?(?:{whole}(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+-]?\d+)?$")
    bare = pc.replace_substring_regex(cells, thousands, "") if thousands else cells
    numbers = pc.replace_substring(bare, options.decimal, ".")
    words = pc.is_in(pc.utf8_lower(cells), pa.array(["", *NOT_FINITE_WORDS]))
    return pc.if_else(written, numbers, pc.if_else(words, cells, NO_NUMBER))


def _class(thousands: str | None) -> str:
    """What may stand between thousands; spreadsheets write blanks that do not break."""
    if thousands is None:
        return ""
    return "[ \u00a0\u202f]" if thousands == " " else rf"[{re.escape(thousands)}]"


def _cast(cells: pa.Array, empty: npt.NDArray[np.bool_]) -> Floats | None:
    if pa.types.is_boolean(cells.type) or pa.types.is_temporal(cells.type):
        cells = cells.cast(pa.string())
    given = pc.if_else(pa.array(empty), pa.scalar(None, cells.type), cells) if empty.any() else cells
    try:
        numbers = given.cast(pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    return numbers.to_numpy(zero_copy_only=False).astype(np.float64, copy=False)  # type: ignore[no-any-return]


def _one_by_one(
    cells: pa.Array, plain: pa.Array, column: str, rows: npt.NDArray[np.int64], wrong: Wrong, *, gaps: bool
) -> Floats:
    numbers = np.full(len(cells), np.nan)
    kinds: dict[str, list[int]] = {code: [] for code in MESSAGES}
    for k, cell in enumerate(plain.cast(pa.string()).to_pylist()):
        text = cell or ""
        if not text:
            if not gaps:
                kinds["VALUE_MISSING"].append(k)
        elif NUMBER.fullmatch(text) and math.isfinite(float(text)):
            numbers[k] = float(text)
        elif NUMBER.fullmatch(text) or text.lstrip("+-").lower() in NOT_FINITE_WORDS:
            kinds["NOT_FINITE"].append(k)
        else:
            kinds["NUMBER_INVALID"].append(k)
    for code, found in kinds.items():
        _note(wrong, code, column, rows, np.array(found, np.int64), cells)
    return numbers


def _note(
    wrong: Wrong, code: str, column: str, rows: npt.NDArray[np.int64], at: npt.NDArray[np.int64], cells: pa.Array
) -> None:
    wrong.add(code, MESSAGES[code], column, rows[at], lambda k: cell_text(cells, int(at[k])))
