"""Why a file is refused: a code, and for the first rows that are wrong which row, column and value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from titan_graphql.errors import InvalidInputError

SHOWN = 10
VALUE_MAX = 80


@dataclass(frozen=True, slots=True)
class RowError:
    """One wrong cell: `row` is the line of the file, counted from 1 with the header."""

    row: int
    column: str
    code: str
    value: str
    message: str


class FileRefusedError(InvalidInputError):
    """A file of which nothing is imported; `rows` are the first wrong rows of `total`."""

    def __init__(self, code: str, message: str, rows: Sequence[RowError] = (), total: int = 0) -> None:
        super().__init__(code, message, ["file"])
        self.rows = tuple(rows)
        self.total = total


@dataclass(slots=True)
class Wrong:
    """Collects wrong rows; keeps the first of each kind and counts them all."""

    found: list[RowError] = field(default_factory=list)
    total: int = 0

    def add(
        self,
        code: str,
        message: str,
        column: str | Callable[[int], str],
        rows: npt.NDArray[np.int64],
        value_at: Callable[[int], object],
    ) -> None:
        """Note that these lines are wrong; `value_at(k)` is the value on the k-th of them, `column(k)` its column."""
        self.total += len(rows)
        for k in range(min(len(rows), SHOWN)):
            name = column if isinstance(column, str) else column(k)
            self.found.append(RowError(int(rows[k]), name, code, shown(value_at(k)), message))

    def refuse(self) -> None:
        """End here when anything was wrong.

        Raises:
            FileRefusedError: with the first rows in the order of the file.
        """
        if not self.total:
            return
        rows = sorted(self.found, key=lambda wrong: wrong.row)[:SHOWN]
        first = rows[0]
        more = f" ({self.total} rows are wrong)" if self.total > 1 else ""
        place = f"Row {first.row}, column {first.column}" if first.column else f"Row {first.row}"
        where = f"{place}: {first.message}; found {first.value!r}{more}"
        raise FileRefusedError(first.code, where, rows, self.total)


def shown(value: object) -> str:
    """A value as a message may show it."""
    text = format(value, ".10g") if isinstance(value, float) else str(value)
    clean = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[: VALUE_MAX + 1])
    return clean if len(clean) <= VALUE_MAX else clean[:VALUE_MAX] + "…"
