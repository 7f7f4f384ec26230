"""What differs between two backtests, down to the bar that was restated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import numpy as np
import orjson

from titan_graphql.errors import ConflictError
from titan_graphql.models.backtests import Backtest, BacktestSeries
from titan_graphql.models.markets import Series
from titan_graphql.services import backtest_manifests, backtests, market_bars
from titan_graphql.services.backtest_manifests import Manifest, UsedDataset
from titan_graphql.services.market_bars import Bars
from titan_graphql.services.users import Viewer

BARS_SHOWN_MAX = 20
COLUMNS = ("equity", "position", "z_score")
Kind = Literal["PARAMETER", "CODE", "SEED", "DATA", "RESULT"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same; both values as JSON."""

    kind: Kind
    name: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class RestatedBar:
    """A bar that the two datasets tell differently; null where one has no such bar."""

    leg: str
    time: datetime
    column: str
    a: float | None
    b: float | None


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first bar at which a column of the two results differs."""

    column: str
    time: datetime
    a: float | None
    b: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two backtests side by side; `same` when data, code, parameters, seed and result all are."""

    a: Backtest
    b: Backtest
    differences: list[Difference]
    restated: list[RestatedBar]
    restated_count: int
    first_divergence: Divergence | None

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


async def compare(viewer: Viewer, a_id: UUID, b_id: UUID) -> Comparison:
    """Compare two finished backtests.

    Raises:
        NotFoundError: no such backtest, or somebody else's.
        ConflictError: one has not succeeded yet.
    """
    a, b = await backtests.find(viewer, a_id), await backtests.find(viewer, b_id)
    told = [backtest_manifests.manifest(one) for one in (a, b)]
    for name, manifest in zip("ab", told, strict=True):
        if manifest is None:
            raise ConflictError("BACKTEST_NOT_FINISHED", "Only finished backtests can be compared", [name])
    first, second = (manifest for manifest in told if manifest is not None)
    restated = await _restated(first, second)
    return Comparison(a, b, _differences(first, second), restated[:BARS_SHOWN_MAX], len(restated), await _diverge(a, b))


def _differences(a: Manifest, b: Manifest) -> list[Difference]:
    found = [
        Difference("PARAMETER", name, _text(left), _text(right))
        for name, left, right in _unequal(a.parameters, b.parameters)
    ]
    kinds: dict[Kind, tuple[str, object, object]] = {
        "CODE": ("codeVersion", a.code_version, b.code_version),
        "SEED": ("seed", a.seed, b.seed),
        "RESULT": ("resultHash", a.result_hash, b.result_hash),
    }
    found += [Difference(kind, name, _text(x), _text(y)) for kind, (name, x, y) in kinds.items() if x != y]
    for left, right in zip(a.datasets, b.datasets, strict=True):
        if left.content_hash != right.content_hash:
            found.append(Difference("DATA", left.leg, _text(left.content_hash), _text(right.content_hash)))
    return found


def _unequal(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    names = [*a, *(name for name in b if name not in a)]
    return [(name, a.get(name), b.get(name)) for name in names if a.get(name) != b.get(name)]


async def _restated(a: Manifest, b: Manifest) -> list[RestatedBar]:
    """The bars that differ between two revisions of the same series; different series are not restatements."""
    found: list[RestatedBar] = []
    for left, right in zip(a.datasets, b.datasets, strict=True):
        if left.series == right.series and left.content_hash != right.content_hash:
            found += _changed(left.leg, await _revision(left), await _revision(right))
    return sorted(found, key=lambda bar: (bar.time, bar.leg))


async def _revision(used: UsedDataset) -> Bars:
    series = await Series.get(id=UUID(used.series))
    series.revision = used.revision
    return await market_bars.read_bars(series, market_bars.COLUMNS)


def _changed(leg: str, a: Bars, b: Bars) -> list[RestatedBar]:
    time = np.union1d(a.time, b.time)
    found = []
    for name in market_bars.COLUMNS:
        left, right = (_on(time, bars, name) for bars in (a, b))
        differ = np.flatnonzero((left != right) & ~(np.isnan(left) & np.isnan(right)))
        found += [
            RestatedBar(leg, market_bars.to_datetime(int(time[k])), name, _number(left[k]), _number(right[k]))
            for k in differ
        ]
    return found


def _on(time: market_bars.Times, bars: Bars, name: str) -> market_bars.Floats:
    values = np.full(len(time), np.nan)
    if name in bars.columns:
        values[np.searchsorted(time, bars.time)] = bars.columns[name]
    return values


async def _diverge(a: Backtest, b: Backtest) -> Divergence | None:
    rows = [await BacktestSeries.get(backtest_id=one.id) for one in (a, b)]
    times = [np.frombuffer(row.time, market_bars.TIME_TYPE) for row in rows]
    shared, at_a, at_b = np.intersect1d(times[0], times[1], return_indices=True)
    first: Divergence | None = None
    for name in COLUMNS:
        left, right = (backtests.column(getattr(row, name))[at] for row, at in zip(rows, (at_a, at_b), strict=True))
        differ = np.flatnonzero((left != right) & ~(np.isnan(left) & np.isnan(right)))
        if len(differ):
            moment = market_bars.to_datetime(int(shared[differ[0]]))
            if first is None or moment < first.time:
                first = Divergence(name, moment, _number(left[differ[0]]), _number(right[differ[0]]))
    return first


def _number(value: np.floating) -> float | None:
    return float(value) if np.isfinite(value) else None


def _text(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
