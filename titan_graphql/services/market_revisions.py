"""Bars into storage: every change of a series is a new immutable revision, many of them in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from titan_graphql.errors import ConflictError
from titan_graphql.feeds.bars import COLUMNS, NO_BARS, TIME_TYPE, VALUE_TYPE, Bars, to_datetime
from titan_graphql.models.markets import Adjustment, BarBlock, Dataset, Instrument, Series, Timeframe
from titan_graphql.services.market_bars import read_bars
from titan_graphql.services.market_merging import by_year, merge

BLOCKS_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where bars came from, and what their source has corrected them for."""

    provider: str
    source: str
    synthetic: bool = False
    adjustment: Adjustment = Adjustment.RAW
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Revision:
    """The next revision of a series, worked out against revision `base` and not yet written.

    `instrument` is given when it has to be created with the series; `dropped` counts bars
    that lose a value, by column.
    """

    series: Series
    base: int
    bars: Bars
    blocks: list[BarBlock]
    content_hash: str
    actions: list[list[Any]]
    added: int
    restated: int
    dropped: dict[str, int] = field(default_factory=dict)
    instrument: Instrument | None = None
    quality: dict[str, Any] | None = None


async def write_revision(series: Series, bars: Bars, provenance: Provenance) -> Dataset:
    """Merge bars into a series as its next revision; bars that change nothing return the present dataset.

    Years whose bars did not change keep their blocks. All or nothing; writers of one series follow one another.
    """
    async with in_transaction():
        series.revision = (await Series.select_for_update().get(id=series.id)).revision
        newest = await Dataset.get_or_none(series_id=series.id, revision=series.revision)
        revision = plan(series, await read_bars(series, COLUMNS), bars, newest)
        if revision is None:
            assert newest is not None, "only what is stored can stay unchanged"  # noqa: S101 (narrows the type)
            return newest
        return (await commit([revision], provenance))[0]


def plan(
    series: Series,
    stored: Bars,
    fresh: Bars,
    newest: Dataset | None,
    actions: list[list[Any]] | None = None,
) -> Revision | None:
    """Work out the next revision of a series, or None when nothing would change.

    `actions` replace the corporate actions of the newest dataset; None leaves them as they are.
    """
    before = NO_BARS if not len(stored) else stored
    merged = merge(before, fresh)
    known = actions if actions is not None else newest.actions if newest is not None else []
    content_hash = dataset_hash(merged.bars, known)
    if newest is not None and newest.content_hash == content_hash:
        return None
    old, new = by_year(before), by_year(merged.bars)
    changed = {
        year: bars for year, bars in new.items() if year not in old or old[year].content_hash() != bars.content_hash()
    }
    number = series.revision + 1
    blocks = [_block(series, number, year, bars) for year, bars in changed.items()]
    return Revision(
        series=series,
        base=series.revision,
        bars=merged.bars,
        blocks=blocks,
        content_hash=content_hash,
        actions=known,
        added=merged.added,
        restated=merged.restated,
        dropped=merged.dropped,
    )


def dataset_hash(bars: Bars, actions: Sequence[Sequence[Any]]) -> str:
    """The identity of a dataset: its bars bit for bit, and its corporate actions where there are any."""
    of_bars = bars.content_hash()
    return of_bars if not actions else blake2b(orjson.dumps([of_bars, actions]), digest_size=32).hexdigest()


async def commit(revisions: Sequence[Revision], provenance: Provenance) -> list[Dataset]:
    """Write revisions, all or none; joins the transaction that is open.

    Raises:
        ConflictError: a series was written by somebody else after its revision was worked out.
    """
    ordered = sorted(revisions, key=lambda revision: revision.series.id)
    async with in_transaction():
        await _create_new(ordered, provenance)
        for revision in ordered:
            if revision.base:
                await _advance(revision)
        blocks = [block for revision in ordered for block in revision.blocks]
        await BarBlock.bulk_create(blocks, batch_size=BLOCKS_PER_STATEMENT)
        datasets = [_dataset(revision, provenance) for revision in ordered]
        await Dataset.bulk_create(datasets)
        await _describe_instruments(ordered)
    for revision in ordered:
        _describe(revision)
    return datasets


async def _create_new(ordered: Sequence[Revision], provenance: Provenance) -> None:
    first = [revision for revision in ordered if not revision.base]
    for revision in first:
        if revision.instrument is not None and revision.series.timeframe is Timeframe.D1:
            _set_extent(revision.instrument, revision.bars)
    try:
        await Instrument.bulk_create([revision.instrument for revision in first if revision.instrument is not None])
        unsaved = [revision for revision in first if not revision.series._saved_in_db]
        for revision in unsaved:
            revision.series.adjustment = provenance.adjustment
            _describe(revision)
        await Series.bulk_create([revision.series for revision in unsaved])
    except IntegrityError as error:
        raise _conflict() from error
    for revision in first:
        if revision not in unsaved:
            await _advance(revision, adjustment=provenance.adjustment)


async def _advance(revision: Revision, **more: Adjustment) -> None:
    """Move a series on from the revision that was read, unless somebody else has."""
    bars, number = revision.bars, revision.base + 1
    moved = await Series.filter(id=revision.series.id, revision=revision.base).update(
        revision=number,
        bar_count=len(bars),
        first_bar=to_datetime(int(bars.time[0])),
        last_bar=to_datetime(int(bars.time[-1])),
        **more,
    )
    if not moved:
        raise _conflict(revision.series)
    years = [block.year for block in revision.blocks]
    if revision.base and years:
        old = BarBlock.filter(series_id=revision.series.id, year__in=years, superseded_by=None)
        await old.update(superseded_by=number)


def _conflict(series: Series | None = None) -> ConflictError:
    which = f"series {series.id}" if series is not None else "one of the series"
    message = f"Somebody else imported {which} at the same time; import again to add what is still missing"
    return ConflictError("IMPORT_CONFLICT", message, ["file"])


def _describe(revision: Revision) -> None:
    revision.series.revision = revision.base + 1
    _set_extent(revision.series, revision.bars)


def _set_extent(row: Series | Instrument, bars: Bars) -> None:
    row.bar_count = len(bars)
    row.first_bar, row.last_bar = to_datetime(int(bars.time[0])), to_datetime(int(bars.time[-1]))


async def _describe_instruments(ordered: Sequence[Revision]) -> None:
    """Lists of instruments are sorted by the extent of their daily bars."""
    for revision in ordered:
        if revision.series.timeframe is Timeframe.D1 and revision.instrument is None:
            instrument_id: UUID = revision.series.instrument_id  # type: ignore[attr-defined]  # made by Tortoise
            bars = revision.bars
            await Instrument.filter(id=instrument_id).update(
                bar_count=len(bars),
                first_bar=to_datetime(int(bars.time[0])),
                last_bar=to_datetime(int(bars.time[-1])),
            )


def _dataset(revision: Revision, provenance: Provenance) -> Dataset:
    bars = revision.bars
    return Dataset(
        series_id=revision.series.id,
        revision=revision.base + 1,
        content_hash=revision.content_hash,
        provider=provenance.provider,
        source=provenance.source,
        options=provenance.options,
        synthetic=provenance.synthetic,
        adjustment=provenance.adjustment,
        actions=revision.actions,
        quality=revision.quality,
        bar_count=len(bars),
        first_bar=to_datetime(int(bars.time[0])),
        last_bar=to_datetime(int(bars.time[-1])),
    )


def _block(series: Series, number: int, year: int, bars: Bars) -> BarBlock:
    blobs = {name: column.astype(VALUE_TYPE).tobytes() for name, column in bars.columns.items()}
    return BarBlock(
        series_id=series.id, year=year, revision=number, time=bars.time.astype(TIME_TYPE).tobytes(), **blobs
    )
