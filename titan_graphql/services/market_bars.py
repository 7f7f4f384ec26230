"""Bars out of storage: one blob per column and year, read as numpy arrays at any revision."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from tortoise.expressions import Q

from titan_graphql.feeds.bars import COLUMNS as COLUMNS
from titan_graphql.feeds.bars import MS_PER_DAY as MS_PER_DAY
from titan_graphql.feeds.bars import TIME_TYPE as TIME_TYPE
from titan_graphql.feeds.bars import VALUE_TYPE as VALUE_TYPE
from titan_graphql.feeds.bars import Bars as Bars
from titan_graphql.feeds.bars import Floats as Floats
from titan_graphql.feeds.bars import Times as Times
from titan_graphql.feeds.bars import to_datetime as to_datetime
from titan_graphql.feeds.bars import to_ms as to_ms
from titan_graphql.models.markets import BarBlock, Dataset, Series
from titan_graphql.services.market_cache import Column, ColumnCache

SERIES_PER_QUERY = 500
cache = ColumnCache()


async def read_bars(
    series: Series,
    columns: Sequence[str],
    start: datetime | None = None,
    end: datetime | None = None,
    revision: int | None = None,
) -> Bars:
    """Read the asked columns of one revision, by default the newest, for the bars that begin in [start, end).

    A column that was never imported is absent from the result, and so are live bars that are in no dataset yet.
    """
    at = series.revision if revision is None else revision
    whole = start is None and end is None
    if not whole and any((series.id, at, name) not in cache for name in ("time", *columns)):
        return _bars((await _read_blocks([series.id], at, columns, start, end))[series.id]).between(start, end)
    return (await read_many([series], columns, {series.id: at}))[series.id].between(start, end)


async def read_many(
    series: Sequence[Series], columns: Sequence[str], revisions: Mapping[UUID, int] | None = None
) -> dict[UUID, Bars]:
    """Read the asked columns of many series at once, each at its own or the given revision."""
    at = {one.id: (revisions or {}).get(one.id, one.revision) for one in series}
    names = ["time", *columns]
    absent = [key for key, revision in at.items() if any((key, revision, name) not in cache for name in names)]
    groups: dict[int, list[UUID]] = defaultdict(list)
    for key in absent:
        groups[at[key]].append(key)
    fresh: dict[UUID, dict[str, Column]] = {}
    for revision, keys in groups.items():
        for first in range(0, len(keys), SERIES_PER_QUERY):
            fresh |= await _read_blocks(keys[first : first + SERIES_PER_QUERY], revision, columns)
    return {key: _bars(fresh.get(key) or _cached(key, revision, names)) for key, revision in at.items()}


async def newest_dataset(series: Series) -> Dataset:
    """The dataset of the newest revision."""
    return await Dataset.get(series_id=series.id, revision=series.revision)


async def dataset_as_of(series: Series, moment: datetime | None) -> Dataset | None:
    """The newest dataset that was there at a moment, by default now; None when there was none yet."""
    known = Dataset.filter(series_id=series.id)
    if moment is not None:
        known = known.filter(created_at__lte=moment)
    return await known.order_by("-revision").first()


async def _read_blocks(
    keys: Sequence[UUID],
    revision: int,
    columns: Sequence[str],
    start: datetime | None = None,
    end: datetime | None = None,
) -> dict[UUID, dict[str, Column]]:
    """Columns of the years from `start` to `end`; columns read whole are remembered."""
    holds = Q(revision__lte=revision) & (Q(superseded_by=None) | Q(superseded_by__gt=revision))
    blocks = BarBlock.filter(holds, series_id__in=list(keys))
    if start is not None:
        blocks = blocks.filter(year__gte=start.astimezone(UTC).year)
    if end is not None:
        blocks = blocks.filter(year__lte=end.astimezone(UTC).year)
    rows: list[tuple[Any, ...]] = await blocks.order_by("series_id", "year").values_list("series_id", "time", *columns)
    by_series: dict[UUID, list[tuple[Any, ...]]] = {key: [] for key in keys}
    for row in rows:
        by_series[row[0]].append(row)
    found = {key: _join(own, columns) for key, own in by_series.items()}
    if start is None and end is None:
        for key, joined in found.items():
            for name, column in joined.items():
                cache.put((key, revision, name), column)
    return found


def _cached(key: UUID, revision: int, names: Iterable[str]) -> dict[str, Column]:
    return {name: cache.get((key, revision, name)) for name in names}


def _bars(columns: dict[str, Column]) -> Bars:
    time: npt.NDArray[np.int64] = columns["time"]  # type: ignore[assignment]  # always there
    known = {name: columns[name] for name in COLUMNS if columns.get(name) is not None}
    return Bars(time, known)  # type: ignore[arg-type]  # all but the time are floats


def _join(rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> dict[str, Column]:
    arrays: dict[str, Column] = {"time": np.frombuffer(b"".join(row[1] for row in rows), TIME_TYPE)}
    for position, name in enumerate(columns, start=2):
        blobs = [row[position] for row in rows]
        if blobs and all(blob is not None for blob in blobs):
            arrays[name] = np.frombuffer(b"".join(blobs), VALUE_TYPE)
        elif any(blob is not None for blob in blobs):
            parts = [_blob_or_nan(blob, len(row[1]) // 8) for blob, row in zip(blobs, rows, strict=True)]
            arrays[name] = np.concatenate(parts)
        else:
            arrays[name] = None
    return arrays


def _blob_or_nan(blob: bytes | None, length: int) -> npt.NDArray[np.float64]:
    return np.full(length, np.nan) if blob is None else np.frombuffer(blob, VALUE_TYPE)
