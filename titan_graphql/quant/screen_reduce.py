"""What a screen keeps of its tiles when the full table would not fit: the best pairs, counts, and an exact
tail of p.
"""

import hashlib
import struct
from dataclasses import dataclass

import numpy as np

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.multiplicity import Method, adjust_tail, expected_false
from titan_graphql.quant.screen_tiles import PAIR, TileResult

TAIL = np.dtype([("p_value", "<f8"), ("y", "<i4"), ("x", "<i4")])
"""One directed pair of the tail."""

BINS = 1_000
"""Equal bins of the histogram of p over [0, 1]; p = 1 counts in the last."""

_HEADER = "<4sqdqqqq"
_MAGIC = b"scr1"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a screen found at one level."""

    tests: int
    untestable: int
    below: int
    expected_false: float
    discoveries: int


class Reducer:
    """Accumulate tiles in bounded memory; the order and the grouping of the tiles change nothing.

    Keeps the `top` directed pairs with the smallest p (ties by statistic, y, x) with all their fields, a
    histogram of p, and p, y, x of **every** directed pair with p ≤ `cut`. A pair rejected by
    Benjamini–Hochberg, Benjamini–Yekutieli or Holm at level q has p ≤ q, and an adjusted p-value ≤ `cut`
    depends on p-values ≤ `cut` and on the size of the family alone (see `multiplicity.adjust_tail`):
    decisions at any level ≤ `cut` are exact for the whole family. The tail takes 16 bytes a pair: at most 400
    MB for 5,000 instruments even if all 25 million had p ≤ `cut`.

    Parameters
    ----------
    top : int
        Directed pairs to keep whole.
    cut : float
        Largest level at which corrected decisions will be asked.
    """

    def __init__(self, *, top: int = 1_000, cut: float = 0.05) -> None:
        if not 1 <= top <= 1_000_000:
            raise ParameterError(f"top {top} is outside of 1 … 1000000")
        if not 0.0 < cut < 1.0:
            raise ParameterError(f"cut {cut} is outside (0, 1)")
        self.top = top
        self.cut = cut
        self.tests = 0
        self.untestable = 0
        self.histogram = np.zeros(BINS, np.int64)
        self._best = np.zeros(0, PAIR)
        self._tails: list[np.ndarray] = []
        self._sorted = False

    def add(self, result: TileResult) -> None:
        """Take in one tile; each tile of the screen exactly once."""
        records = result.records
        p = records["p_value"]
        tested = ~np.isnan(p)
        self.tests += int(tested.sum())
        self.untestable += int(p.size - tested.sum())
        bins = np.minimum((p[tested] * BINS).astype(np.int64), BINS - 1)
        self.histogram += np.bincount(bins, minlength=BINS)
        self._keep(records[p <= self.cut])
        bound = self._best["p_value"][-1] if self._best.size == self.top else 1.0
        self._best = _smallest(np.concatenate([self._best, records[p <= bound]]), self.top)

    def merge(self, other: "Reducer") -> None:
        """Take in what another reducer of the same screen has seen.

        Raises
        ------
        ParameterError
            If the other keeps another `top` or `cut`.
        """
        if (self.top, self.cut) != (other.top, other.cut):
            raise ParameterError("reducers with different settings cannot be merged")
        self.tests += other.tests
        self.untestable += other.untestable
        self.histogram += other.histogram
        self._tails.extend(other._tails)
        self._sorted = False
        self._best = _smallest(np.concatenate([self._best, other._best]), self.top)

    def _keep(self, records: np.ndarray) -> None:
        tail = np.empty(records.size, TAIL)
        for name in TAIL.names or ():
            tail[name] = records[name]
        self._tails.append(tail)
        self._sorted = False

    @property
    def best(self) -> np.ndarray:
        """The `top` records of type `PAIR`, best first."""
        return self._best

    @property
    def tail(self) -> np.ndarray:
        """Every directed pair with p ≤ `cut`, of type `TAIL`, ascending by p, y, x."""
        if not self._sorted:
            whole = np.concatenate([np.zeros(0, TAIL), *self._tails])
            self._tails = [whole[np.lexsort((whole["x"], whole["y"], whole["p_value"]))]]
            self._sorted = True
        return self._tails[0]

    def below(self, threshold: float) -> int:
        """Count the directed pairs with p < `threshold`, exactly, for `threshold` ≤ `cut`."""
        if not 0.0 <= threshold <= self.cut:
            raise ParameterError(f"threshold {threshold} is outside of 0 … {self.cut}, the cut of the tail")
        return int(np.searchsorted(self.tail["p_value"], threshold, side="left"))

    def adjusted(self, method: Method = "bh") -> np.ndarray:
        """Return the adjusted p-values of `tail` over the whole family: exact up to `cut`, above `cut` if
        above it.
        """
        return adjust_tail(self.tail["p_value"], self.tests, method)

    def found(self, level: float, method: Method = "bh") -> np.ndarray:
        """Return the part of `tail` that is found at `level` ≤ `cut` corrected for all pairs tested."""
        if not 0.0 < level <= self.cut:
            raise ParameterError(f"level {level} is outside (0, {self.cut}], the cut of the tail")
        return self.tail[self.adjusted(method) <= level]

    def summary(self, level: float, method: Method = "bh") -> Summary:
        """Say in numbers: tested, below the level, expected there by chance, left after correction."""
        return Summary(
            self.tests,
            self.untestable,
            self.below(level),
            expected_false(self.tests, level),
            self.found(level, method).size,
        )

    def to_bytes(self) -> bytes:
        """Serialise in canonical order: equal screens give equal bytes, however they were cut and merged."""
        sizes = (self.top, self.cut, self.tests, self.untestable, self._best.size, self.tail.size)
        head = struct.pack(_HEADER, _MAGIC, *sizes)
        return b"".join([head, self.histogram.tobytes(), self._best.tobytes(), self.tail.tobytes()])

    @classmethod
    def from_bytes(cls, data: bytes) -> "Reducer":
        """Read what `to_bytes` wrote.

        Raises
        ------
        ParameterError
            If the bytes are not a reducer's.
        """
        start = struct.calcsize(_HEADER)
        if len(data) < start or data[:4] != _MAGIC:
            raise ParameterError("these bytes are not a reduced screen")
        _, top, cut, tests, untestable, best, tail = struct.unpack_from(_HEADER, data)
        sizes = (BINS * 8, best * PAIR.itemsize, tail * TAIL.itemsize)
        if len(data) != start + sum(sizes):
            raise ParameterError("a reduced screen is cut off")
        reducer = cls(top=top, cut=cut)
        reducer.tests, reducer.untestable = tests, untestable
        reducer.histogram = np.frombuffer(data, "<i8", BINS, start).copy()
        reducer._best = np.frombuffer(data, PAIR, best, start + sizes[0]).copy()
        reducer._tails = [np.frombuffer(data, TAIL, tail, start + sizes[0] + sizes[1]).copy()]
        return reducer

    def digest(self) -> str:
        """Return the SHA-256 of `to_bytes`."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def _smallest(records: np.ndarray, count: int) -> np.ndarray:
    """Return the `count` records with the smallest (p, statistic, y, x), in that order."""
    order = np.lexsort((records["x"], records["y"], records["statistic"], records["p_value"]))
    return records[order[:count]]
