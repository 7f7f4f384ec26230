"""The cells of a file before they mean anything: Arrow columns and the line of each row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

ROWS_MAX = 5_000_000


@dataclass(frozen=True, slots=True)
class RawTable:
    """Columns by position in the header; text is trimmed; `rows` are lines of the file, the first being 1."""

    header: tuple[str, ...]
    columns: dict[int, pa.Array]
    rows: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)


def is_text(column: pa.Array) -> bool:
    """Whether cells are text that still has to be read."""
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def is_empty(column: pa.Array) -> npt.NDArray[np.bool_]:
    """Which cells hold nothing."""
    cells = pc.equal(pc.binary_length(column), 0) if is_text(column) else pc.is_null(column)
    return cells.to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def without_blank_rows(header: Sequence[str], columns: dict[int, pa.Array], first_row: int) -> RawTable:
    """Number the rows and leave out those in which every cell is empty."""
    length = len(next(iter(columns.values()))) if columns else 0
    rows = np.arange(first_row, first_row + length, dtype=np.int64)
    texts = {k: pc.utf8_trim_whitespace(column) if is_text(column) else column for k, column in columns.items()}
    filled = np.zeros(length, bool)
    for column in texts.values():
        filled |= ~is_empty(column)
    if filled.all():
        return RawTable(tuple(header), texts, rows)
    mask = pa.array(filled)
    return RawTable(tuple(header), {k: column.filter(mask) for k, column in texts.items()}, rows[filled])
