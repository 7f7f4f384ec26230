"""Bars in and out of storage: one blob per column and year, read as numpy arrays, written as revisions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from titan_graphql.models.markets import BarBlock, Dataset, Series

COLUMNS = ("open", "high", "low", "close", "volume")
MS_PER_DAY = 86_400_000
TIME_TYPE = np.dtype("<i8")
VALUE_TYPE = np.dtype("<f8")
Times = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of one series in time order: starts in milliseconds since the epoch (UTC) and float64 columns."""

    time: Times
    columns: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.time)

    @property
    def close(self) -> Floats:
        """Closing prices."""
        return self.columns.get("close", np.empty(0))

    def between(self, start: datetime | None, end: datetime | None) -> "Bars":
        """The bars that begin in [start, end)."""
        low = 0 if start is None else int(np.searchsorted(self.time, to_ms(start)))
        high = len(self.time) if end is None else int(np.searchsorted(self.time, to_ms(end)))
        return Bars(self.time[low:high], {name: column[low:high] for name, column in self.columns.items()})

    def content_hash(self) -> str:
        """The identity of the content: every time and every value, bit for bit."""
        digest = blake2b(self.time.astype(TIME_TYPE).tobytes(), digest_size=32)
        for name in COLUMNS:
            if name in self.columns:
                digest.update(name.encode() + self.columns[name].astype(VALUE_TYPE).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where bars came from."""

    provider: str
    source: str
    synthetic: bool = False


def to_ms(moment: datetime) -> int:
    """Milliseconds since the epoch of a moment with a time zone."""
    return round(moment.timestamp() * 1000)


def to_datetime(ms: int) -> datetime:
    """The UTC moment of milliseconds since the epoch."""
    return datetime.fromtimestamp(ms / 1000, UTC)


async def read_bars(
    series: Series, columns: Sequence[str], start: datetime | None = None, end: datetime | None = None
) -> Bars:
    """Read the newest revision of the asked columns for the bars that begin in [start, end).

    A column that was never imported is absent from the result.
    """
    blocks = BarBlock.filter(_current(series.revision), series_id=series.id)
    if start is not None:
        blocks = blocks.filter(year__gte=start.astimezone(UTC).year)
    if end is not None:
        blocks = blocks.filter(year__lte=end.astimezone(UTC).year)
    rows: list[tuple[Any, ...]] = await blocks.order_by("year").values_list("time", *columns)
    return _join(rows, columns).between(start, end)


async def write_revision(series: Series, bars: Bars, provenance: Provenance) -> Dataset:
    """Merge bars into a series as its next revision; bars that change nothing return the present dataset.

    Years whose bars did not change keep their blocks. All or nothing; writers of one series follow one another.
    """
    async with in_transaction():
        series.revision = (await Series.select_for_update().get(id=series.id)).revision
        stored = await read_bars(series, COLUMNS)
        merged = _merge(stored, bars)
        content_hash = merged.content_hash()
        newest = await Dataset.filter(series=series).order_by("-revision").first()
        if newest is not None and newest.content_hash == content_hash:
            return newest
        series.revision += 1
        await _replace_years(series, stored, merged)
        series.bar_count = len(merged)
        series.first_bar, series.last_bar = to_datetime(int(merged.time[0])), to_datetime(int(merged.time[-1]))
        await series.save()
        return await Dataset.create(
            series=series,
            revision=series.revision,
            content_hash=content_hash,
            provider=provenance.provider,
            source=provenance.source,
            synthetic=provenance.synthetic,
            bar_count=len(merged),
            first_bar=series.first_bar,
            last_bar=series.last_bar,
        )


async def newest_dataset(series: Series) -> Dataset:
    """The dataset of the newest revision."""
    return await Dataset.get(series_id=series.id, revision=series.revision)


def _current(revision: int) -> Q:
    return Q(revision__lte=revision) & (Q(superseded_by=None) | Q(superseded_by__gt=revision))


def _join(rows: Sequence[tuple[Any, ...]], columns: Iterable[str]) -> Bars:
    time = np.frombuffer(b"".join(row[0] for row in rows), TIME_TYPE)
    arrays = {}
    for position, name in enumerate(columns, start=1):
        blobs = [row[position] for row in rows]
        if blobs and all(blob is not None for blob in blobs):
            arrays[name] = np.frombuffer(b"".join(blobs), VALUE_TYPE)
        elif any(blob is not None for blob in blobs):
            arrays[name] = np.concatenate(
                [_blob_or_nan(blob, len(row[0]) // 8) for blob, row in zip(blobs, rows, strict=True)]
            )
    return Bars(time, arrays)


def _blob_or_nan(blob: bytes | None, length: int) -> Floats:
    return np.full(length, np.nan) if blob is None else np.frombuffer(blob, VALUE_TYPE)


def _merge(stored: Bars, fresh: Bars) -> Bars:
    """All bars of both; where both have a bar at the same time the fresh one counts."""
    kept = ~np.isin(stored.time, fresh.time)
    time = np.concatenate([stored.time[kept], fresh.time])
    order = np.argsort(time, kind="stable")
    columns = {}
    for name in COLUMNS:
        if name in stored.columns or name in fresh.columns:
            old = stored.columns.get(name, np.full(len(stored), np.nan))[kept]
            new = fresh.columns.get(name, np.full(len(fresh), np.nan))
            columns[name] = np.concatenate([old, new])[order]
    return Bars(time[order], columns)


async def _replace_years(series: Series, stored: Bars, merged: Bars) -> None:
    changed = []
    old, new = _by_year(stored), _by_year(merged)
    for year, bars in new.items():
        if year in old and old[year].content_hash() == bars.content_hash():
            continue
        changed.append(year)
    await BarBlock.filter(series=series, year__in=changed, superseded_by=None).update(superseded_by=series.revision)
    await BarBlock.bulk_create([_block(series, year, new[year]) for year in changed])


def _by_year(bars: Bars) -> dict[int, Bars]:
    years = bars.time.astype("datetime64[ms]").astype("datetime64[Y]").astype(int) + 1970
    cuts = np.flatnonzero(np.diff(years)) + 1
    starts, ends = [0, *cuts], [*cuts, len(years)]
    return {
        int(years[low]): Bars(bars.time[low:high], {name: column[low:high] for name, column in bars.columns.items()})
        for low, high in zip(starts, ends, strict=True)
        if high > low
    }


def _block(series: Series, year: int, bars: Bars) -> BarBlock:
    blobs = {name: column.astype(VALUE_TYPE).tobytes() for name, column in bars.columns.items()}
    return BarBlock(
        series=series, year=year, revision=series.revision, time=bars.time.astype(TIME_TYPE).tobytes(), **blobs
    )
