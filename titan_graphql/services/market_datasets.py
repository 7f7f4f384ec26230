"""Datasets: the revisions of series, what two of them differ in, and the quality of each."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.feeds.bars import COLUMNS, Bars, to_datetime
from titan_graphql.models.markets import Dataset, Instrument, Series
from titan_graphql.services import market_quality
from titan_graphql.services.market_actions import split_days
from titan_graphql.services.market_bars import read_bars
from titan_graphql.services.market_merging import differences
from titan_graphql.services.market_quality import Finding, QualityGrade, Subject
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page

BARS_SHOWN = 100
_examinations: dict[UUID, asyncio.Task[dict[str, Any]]] = {}
BEST_FIRST = ("D1", "H4", "H1", "M30", "M15", "M5", "M1")


@dataclass(frozen=True, slots=True)
class BarValues:
    """One bar, or None where there is none."""

    open: float | None
    high: float | None
    low: float | None
    close: float | None
    volume: float | None


@dataclass(frozen=True, slots=True)
class BarChange:
    """What became of one bar."""

    time: datetime
    before: BarValues | None
    after: BarValues | None


@dataclass(frozen=True, slots=True)
class DatasetDiff:
    """What two revisions of a series differ in; `bars` are the first of the changed, removed and added."""

    added: int
    removed: int
    changed: int
    actions_changed: bool
    bars: tuple[BarChange, ...]


@dataclass(frozen=True, slots=True)
class DataQuality:
    """What is known of the quality of a dataset."""

    dataset: Dataset | None
    grade: QualityGrade | None
    calendar: str | None
    findings: tuple[Finding, ...]
    findings_left_off: int


async def find(dataset_id: UUID) -> Dataset:
    """One dataset.

    Raises:
        NotFoundError: there is none.
    """
    found = await Dataset.get_or_none(id=dataset_id)
    if found is None:
        raise NotFoundError("DATASET_NOT_FOUND", "There is no such dataset", ["id"])
    return found


async def by_ids(ids: list[UUID]) -> dict[UUID, Dataset]:
    """Datasets by id; absent ids are left out."""
    return {dataset.id: dataset for dataset in await Dataset.filter(id__in=ids)}


async def of_instrument(instrument: Instrument, request: PageRequest) -> Page[Dataset]:
    """The datasets of an instrument at all timeframes, newest first."""
    rows = Dataset.filter(series__instrument_id=instrument.id)
    return await fetch_page(rows, request, Order("created_at", descending=True), {"instrument": str(instrument.id)})


async def newest_by_instruments(ids: list[UUID]) -> dict[UUID, Dataset]:
    """The newest dataset of each instrument, of its daily bars where it has any."""
    rows = await Series.filter(instrument_id__in=ids, revision__gt=0)
    chosen: dict[UUID, Series] = {}
    for series in sorted(rows, key=lambda row: BEST_FIRST.index(row.timeframe)):
        chosen.setdefault(series.instrument_id, series)  # type: ignore[attr-defined]  # made by Tortoise
    revisions = {series.id: (key, series.revision) for key, series in chosen.items()}
    wanted = Dataset.filter(series_id__in=list(revisions), revision__in={number for _, number in revisions.values()})
    found = {}
    for dataset in await wanted:
        key, number = revisions[dataset.series_id]  # type: ignore[attr-defined]  # made by Tortoise
        if dataset.revision == number:
            found[key] = dataset
    return found


async def diff(before: Dataset, other_id: UUID) -> DatasetDiff:
    """Which bars the other dataset has otherwise.

    Raises:
        NotFoundError: there is no such dataset.
        InvalidInputError: it is of another series.
    """
    after = await find(other_id)
    series = await Series.get(datasets__id=before.id)
    if after.series_id != series.id:  # type: ignore[attr-defined]  # made by Tortoise
        message = "Only revisions of one series can be compared bar by bar"
        raise InvalidInputError("DATASETS_UNRELATED", message, ["other"])
    old = await read_bars(series, COLUMNS, revision=before.revision)
    new = await read_bars(series, COLUMNS, revision=after.revision)
    found = differences(old, new)
    times = np.concatenate([found.changed, found.removed, found.added])[:BARS_SHOWN]
    changes = [BarChange(to_datetime(time), _values(old, time), _values(new, time)) for time in times.tolist()]
    return DatasetDiff(
        len(found.added), len(found.removed), len(found.changed), before.actions != after.actions, tuple(changes)
    )


async def quality(dataset: Dataset | None) -> DataQuality:
    """The quality report of a dataset; one that has not been examined yet is now."""
    if dataset is None:
        return DataQuality(None, None, None, (), 0)
    stored = dataset.quality or await _examine_once(dataset)
    return DataQuality(
        dataset=dataset,
        grade=QualityGrade(stored["grade"]),
        calendar=stored["calendar"],
        findings=tuple(market_quality.findings(stored)),
        findings_left_off=stored["left_off"],
    )


async def _examine_once(dataset: Dataset) -> dict[str, Any]:
    """Callers at the same time share one examination, which ends even if they stop waiting."""
    task = _examinations.get(dataset.id)
    if task is None:
        task = _examinations[dataset.id] = asyncio.create_task(_examine(dataset))
        task.add_done_callback(lambda _: _examinations.pop(dataset.id, None))
    return await asyncio.shield(task)


async def _examine(dataset: Dataset) -> dict[str, Any]:
    series = await Series.get(datasets__id=dataset.id).select_related("instrument__market")
    bars = await read_bars(series, COLUMNS, revision=dataset.revision)
    subject = Subject(
        market=series.instrument.market,
        timeframe=series.timeframe,
        kind=series.instrument.kind,
        adjustment=dataset.adjustment,
        splits=split_days(dataset.actions),
    )
    report = await asyncio.to_thread(market_quality.report, bars, subject)
    await Dataset.filter(id=dataset.id).update(quality=report)
    return report


def _values(bars: Bars, time: int) -> BarValues | None:
    at = int(np.searchsorted(bars.time, time))
    if at >= len(bars) or int(bars.time[at]) != time:
        return None
    return BarValues(*(_value(bars, name, at) for name in COLUMNS))


def _value(bars: Bars, name: str, at: int) -> float | None:
    column = bars.columns.get(name)
    return None if column is None or np.isnan(column[at]) else float(column[at])
