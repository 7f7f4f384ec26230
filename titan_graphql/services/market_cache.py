"""Columns already read, by series and revision: revisions never change, so neither does anything kept here."""

from collections import OrderedDict
from uuid import UUID

import numpy as np
import numpy.typing as npt

BYTES_MAX = 192 * 1024 * 1024
Column = npt.NDArray[np.int64] | npt.NDArray[np.float64] | None


class ColumnCache:
    """The columns used last, up to a number of bytes; a column that a series does not have is kept as None."""

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._kept: OrderedDict[tuple[UUID, int, str], Column] = OrderedDict()
        self._bytes = 0

    def __contains__(self, key: tuple[UUID, int, str]) -> bool:
        return key in self._kept

    def get(self, key: tuple[UUID, int, str]) -> Column:
        """A column that is kept."""
        self._kept.move_to_end(key)
        return self._kept[key]

    def put(self, key: tuple[UUID, int, str], column: Column) -> None:
        """Keep a column, and let go of those that were not used for longest."""
        if key in self._kept:
            return
        if column is not None:
            column.flags.writeable = False
        self._kept[key] = column
        self._bytes += 0 if column is None else column.nbytes
        while self._bytes > self._bytes_max:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= 0 if dropped is None else dropped.nbytes

    def clear(self) -> None:
        """Let go of everything."""
        self._kept.clear()
        self._bytes = 0
