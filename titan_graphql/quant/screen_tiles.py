"""Tiles of a universe's pairs: the unit of work, of progress and of storage of a screen."""

import enum
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from titan_graphql.quant.errors import ParameterError


class Reason(enum.IntEnum):
    """Why a directed pair has no Engle–Granger result, or an unusual one."""

    NONE = 0
    SELF = 1
    """The diagonal of a matrix of results."""
    TOO_SHORT = 2
    """The two legs have too few bars in common for the lag rule."""
    CONSTANT = 3
    """A leg does not vary on the common bars (beyond its trend, with trend ct)."""
    COLLINEAR = 4
    """R² ≥ 1 − 100√eps: the statistic is −∞ and p = 0 by rule, the residual is noise."""
    UNDEFINED = 5
    """The regression fits exactly, so that the statistic has no value."""


class HalfLifeReason(enum.IntEnum):
    """Why a spread has no half-life."""

    NONE = 0
    UNTESTED = 1
    """The pair itself has no result."""
    NO_REVERSION = 2
    """φ ≥ 1: the spread does not come back."""
    OVERSHOOTING = 3
    """φ ≤ 0: the spread jumps across its mean from bar to bar."""


PAIR = np.dtype(
    [
        ("y", "<i4"),
        ("x", "<i4"),
        ("statistic", "<f8"),
        ("p_value", "<f8"),
        ("beta", "<f8"),
        ("alpha", "<f8"),
        ("trend", "<f8"),
        ("r_squared", "<f8"),
        ("half_life", "<f8"),
        ("correlation", "<f8"),
        ("distance", "<f8"),
        ("bars", "<i4"),
        ("lag", "<i2"),
        ("reason", "u1"),
        ("half_life_reason", "u1"),
    ]
)
"""One directed pair: y = alpha + trend·t + beta·x + e, t = 1 … bars.

- y, x: column numbers in the panel; bars: T of the common sample.
- statistic, p_value, lag: the residual's Dickey–Fuller t, its MacKinnon p-value, the lagged changes (−1 if
  none).
- half_life: −ln 2 / ln φ in bars, φ the AR(1) coefficient of e without constant; NaN with half_life_reason.
- correlation: Pearson's, of the one-bar changes (log returns on a log scale), not of the levels.
- distance: Σ_t (P_y,t/P_y,0 − P_x,t/P_x,0)² of Gatev, Goetzmann & Rouwenhorst (2006); NaN if not asked for.
- Any float that does not exist is NaN and `reason` says why.
"""


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of the pairs row < col of a universe: rows [row, row_stop), columns [col, col_stop), both
    directions.
    """

    row: int
    row_stop: int
    col: int
    col_stop: int

    @property
    def on_diagonal(self) -> bool:
        """Whether the rows are the columns, so that only the pairs above the diagonal belong to the tile."""
        return self.row == self.col

    @property
    def pairs(self) -> int:
        """Unordered pairs of the tile."""
        rows, columns = self.row_stop - self.row, self.col_stop - self.col
        return rows * (rows - 1) // 2 if self.on_diagonal else rows * columns


def tiles(count: int, size: int = 128) -> Iterator[Tile]:
    """Enumerate square tiles that hold every unordered pair of `count` instruments exactly once.

    Raises
    ------
    ParameterError
        If `count` is below two or `size` below one.
    """
    if count < 2 or size < 1:
        raise ParameterError(f"no tiles of size {size} over {count} instruments")
    for row in range(0, count, size):
        row_stop = min(row + size, count)
        for col in range(row, count, size):
            col_stop = min(col + size, count)
            if row < col or row_stop - row > 1:
                yield Tile(row, row_stop, col, col_stop)


@dataclass(frozen=True, slots=True)
class TileResult:
    """Every directed pair of a tile, `records` of type `PAIR` in ascending order of (y, x)."""

    tile: Tile
    records: np.ndarray

    def to_bytes(self) -> bytes:
        """Serialise: a header of five integers, then the records."""
        tile = self.tile
        head = struct.pack("<5i", tile.row, tile.row_stop, tile.col, tile.col_stop, self.records.size)
        return head + self.records.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "TileResult":
        """Read what `to_bytes` wrote.

        Raises
        ------
        ParameterError
            If the length is not that of the header's records.
        """
        if len(data) < 20:
            raise ParameterError("a tile result is cut off in its header")
        *bounds, size = struct.unpack_from("<5i", data)
        if len(data) != 20 + size * PAIR.itemsize:
            raise ParameterError(f"a tile result of {size} records has {len(data)} bytes")
        return cls(Tile(*bounds), np.frombuffer(data, PAIR, offset=20).copy())
