"""A scan in parts: ranges of tiles of about equal cost, each screened on its own and merged to the same bytes."""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.multiplicity import Method, adjust
from titan_graphql.quant.screen import screen_tile
from titan_graphql.quant.screen_prepare import Criterion, Prepared, Scale, prepare
from titan_graphql.quant.screen_reduce import Reducer
from titan_graphql.quant.screen_tiles import Tile, tiles
from titan_graphql.services import market_panels
from titan_graphql.services.market_bars import VALUE_TYPE
from titan_graphql.services.market_panels import Panel
from titan_graphql.services.scan_specs import ScanSpec, Unusable, usable_columns

MATRIX_INSTRUMENTS_MAX = 400
TILE = 64
CRITERIA: dict[str, Criterion] = {"AIC": "aic", "BIC": "bic", "FIXED": "fixed"}
SCALES: dict[str, Scale] = {"LOG": "log", "RAW": "raw"}
# Measured on one core: a test, and two groups of instruments that do not share their bars.
TEST_MICROSECONDS, TEST_MICROSECONDS_PER_BAR = 0.7, 0.0004
GROUPS_MICROSECONDS, GROUPS_MICROSECONDS_PER_BAR = 420.0, 0.39
_HEAD = "<QQ"


@dataclass(frozen=True, slots=True)
class Ready:
    """A universe ready to be screened; `usable` maps the screen's columns to the universe's."""

    panel: Panel
    usable: npt.NDArray[np.int64]
    unusable: list[Unusable]
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class Part:
    """What some tiles of a scan gave; `p_values` are those of the whole universe, NaN where untested or elsewhere."""

    reducer: Reducer
    p_values: npt.NDArray[np.float64] | None

    def to_bytes(self) -> bytes:
        """Serialise: two lengths, the reducer, the p-values."""
        reduced = self.reducer.to_bytes()
        count = 0 if self.p_values is None else len(self.p_values)
        values = b"" if self.p_values is None else self.p_values.astype(VALUE_TYPE).tobytes()
        return struct.pack(_HEAD, len(reduced), count) + reduced + values

    @classmethod
    def from_bytes(cls, data: bytes) -> "Part":
        """Read what `to_bytes` wrote.

        Raises:
            ParameterError: the bytes are not those of a part.
        """
        length, count = struct.unpack_from(_HEAD, data)
        start = struct.calcsize(_HEAD)
        reducer = Reducer.from_bytes(data[start : start + length])
        if not count:
            return cls(reducer, None)
        return cls(reducer, np.frombuffer(data, VALUE_TYPE, count * count, start + length).reshape(count, count))

    def q_values(self, usable: npt.NDArray[np.int64], method: Method) -> npt.NDArray[np.float64]:
        """q-values of the kept pairs over the whole family.

        Exact for a universe whose p-values were all kept; otherwise exact up to the reducer's cut and NaN above it.
        """
        best = self.reducer.best
        if self.p_values is not None:
            table = adjust(self.p_values, method)
            of_best: npt.NDArray[np.float64] = table[usable[best["y"]], usable[best["x"]]]
            return of_best
        adjusted, tail = self.reducer.adjusted(method), self.reducer.tail
        known = adjusted <= self.reducer.cut
        exact = {(int(row["y"]), int(row["x"])): value for row, value in zip(tail[known], adjusted[known], strict=True)}
        return np.array([exact.get((int(row["y"]), int(row["x"])), np.nan) for row in best])


def make_ready(spec: ScanSpec, panel: Panel) -> Ready:
    """Choose the usable columns of a panel and prepare them.

    Raises:
        InvalidInputError: no bars, or fewer than two usable members.
    """
    market_panels.require_bars(panel)
    columns, usable, unusable = usable_columns(spec, panel)
    prepared = prepare(
        columns,
        trend="c" if spec.trend == "C" else "ct",
        criterion=CRITERIA[spec.criterion],
        max_lag=spec.max_lag,
        scale=SCALES[spec.prices],
    )
    return Ready(panel, usable, unusable, prepared)


def screen_range(spec: ScanSpec, ready: Ready, first: int, stop: int, step: Callable[[float], None], size: int) -> Part:
    """Test the directed pairs of the tiles [first, stop), telling `step` the fraction done after each."""
    count = len(ready.panel.instruments)
    part = _empty(spec, count)
    for done, tile in enumerate(islice(tiles(ready.prepared.count, size), first, stop), start=1):
        result = screen_tile(ready.prepared, tile)
        part.reducer.add(result)
        if part.p_values is not None:
            records = result.records
            part.p_values[ready.usable[records["y"]], ready.usable[records["x"]]] = records["p_value"]
        step(done / (stop - first))
    return part


def merge(spec: ScanSpec, ready: Ready, parts: Sequence[Part]) -> Part:
    """All parts as one, the same whatever their number."""
    whole = _empty(spec, len(ready.panel.instruments))
    for part in parts:
        whole.reducer.merge(part.reducer)
        if whole.p_values is not None and part.p_values is not None:
            np.copyto(whole.p_values, part.p_values, where=~np.isnan(part.p_values))
    return whole


def divide(ready: Ready, seconds: float, size: int) -> list[tuple[int, int]]:
    """Ranges of tiles, each of about this cost."""
    ranges: list[tuple[int, int]] = []
    first, cost, number = 0, 0.0, 0
    for number, one in enumerate(_costs(ready.prepared, size), start=1):
        cost += one
        if cost >= seconds:
            ranges.append((first, number))
            first, cost = number, 0.0
    return [*ranges, (first, number)] if first < number else ranges


def test_seconds(tests: int, bars: int) -> float:
    """What this many tests cost one core where all instruments have the same bars."""
    return tests * (TEST_MICROSECONDS + TEST_MICROSECONDS_PER_BAR * bars) * 1e-6


def meeting_seconds(instruments: int, groups: int, bars: int) -> float:
    """What it costs one core besides, at most, that so many groups of instruments do not share their bars."""
    if groups < 2:
        return 0.0
    blocks = -(-instruments // TILE)
    inside = min(groups, TILE, instruments)
    meetings = blocks * (inside * (inside + 1) // 2) + blocks * (blocks - 1) // 2 * inside**2
    return meetings * _meeting_seconds(bars)


def _meeting_seconds(bars: int) -> float:
    return (GROUPS_MICROSECONDS + GROUPS_MICROSECONDS_PER_BAR * bars) * 1e-6


def _costs(prepared: Prepared, size: int) -> Iterator[float]:
    bars = len(prepared.panel)
    meeting = _meeting_seconds(bars)
    starts = range(0, prepared.count, size)
    groups = {start: len(np.unique(prepared.group_of[start : start + size])) for start in starts}
    for tile in tiles(prepared.count, size):
        meetings = _meetings(tile, groups) if len(prepared.groups) > 1 else 0
        yield test_seconds(2 * tile.pairs, bars) + meeting * meetings


def _meetings(tile: Tile, groups: dict[int, int]) -> int:
    rows, columns = groups[tile.row], groups[tile.col]
    return rows * (rows + 1) // 2 if tile.on_diagonal else rows * columns


def _empty(spec: ScanSpec, count: int) -> Part:
    table = np.full((count, count), np.nan) if count <= MATRIX_INSTRUMENTS_MAX else None
    return Part(Reducer(top=spec.keep, cut=spec.level), table)
