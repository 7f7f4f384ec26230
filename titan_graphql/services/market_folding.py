"""The tail of live bars becomes a dataset: by day (daily bars: by week), and when a feed starts or stops."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from tortoise.transactions import in_transaction

from titan_graphql.errors import ConflictError, TitanError
from titan_graphql.feeds.bars import to_ms
from titan_graphql.models.market_live import LiveBar
from titan_graphql.models.markets import Instrument, Series, Timeframe
from titan_graphql.services import market_writing
from titan_graphql.services.market_live import as_bars
from titan_graphql.services.market_revisions import Provenance
from titan_graphql.services.market_writing import Prepared, Target

log = structlog.get_logger(__name__)
ATTEMPTS = 5


async def fold(series_id: UUID, before: int | None = None) -> bool:
    """Merge the tail of a series (its bars before a moment, in ms) into the next dataset; False without any.

    Bars leave the tail in the transaction that writes the dataset. A bar that was corrected meanwhile, or an import of
    the same series, makes it start over.

    Raises:
        ConflictError: IMPORT_CONFLICT, other writers came first every time.
        UnavailableError: STORAGE_FULL.
    """
    for _ in range(ATTEMPTS):
        rows = await _tail(series_id, before)
        if not rows:
            return False
        prepared = await _prepared(series_id, rows)
        try:
            if await _moved(series_id, before, rows, prepared):
                return True
        except ConflictError as error:
            log.info("series was imported meanwhile", series=str(series_id), error=str(error))
    raise ConflictError("IMPORT_CONFLICT", "The series was written by somebody else every time; try again later")


async def fold_all(moment: datetime | None = None) -> int:
    """Fold the tails of all series; with a moment, only bars of days (daily bars: weeks) that were over by then.

    A series that cannot be folded stays as it is, which is logged.
    """
    known = await LiveBar.all().distinct().values_list("series_id", "series__timeframe")
    folded = 0
    for series_id, timeframe in known:
        try:
            folded += await fold(series_id, None if moment is None else begun(Timeframe(timeframe), moment))
        except TitanError as error:
            log.warning("live bars not folded", series=str(series_id), code=error.code, error=str(error))
    return folded


def begun(timeframe: Timeframe, moment: datetime) -> int:
    """When the present day began (UTC), for daily bars the present week; milliseconds."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return to_ms(day - timedelta(days=day.weekday()) if timeframe is Timeframe.D1 else day)


async def _tail(series_id: UUID, before: int | None, *, locked: bool = False) -> list[LiveBar]:
    """The rows to fold; locked ones are not corrected before they are gone."""
    rows = LiveBar.filter(series_id=series_id)
    rows = rows.select_for_update() if locked else rows
    return await (rows if before is None else rows.filter(time__lt=before)).order_by("time")


async def _prepared(series_id: UUID, rows: Sequence[LiveBar]) -> Prepared:
    series = await Series.get(id=series_id)
    instrument = await Instrument.get(series__id=series_id).select_related("market")
    target = Target(instrument.market, series.timeframe, instrument.kind, instrument.currency)
    source = f"live feed, {len(rows)} bars"
    provenance = Provenance(rows[-1].provider, source, instrument.synthetic, series.adjustment)
    fresh = {instrument.symbol: as_bars(rows)}
    return await market_writing.prepare(fresh, target, provenance, _silently, [market_writing.COLUMNS_DROPPED])


async def _moved(series_id: UUID, before: int | None, rows: Sequence[LiveBar], prepared: Prepared) -> bool:
    async with in_transaction():
        if not _same(await _tail(series_id, before, locked=True), rows):
            return False
        await market_writing.write(prepared)
        await LiveBar.filter(id__in=[row.id for row in rows]).delete()
    return True


def _same(one: Sequence[LiveBar], other: Sequence[LiveBar]) -> bool:
    return [tuple(row) for row in one] == [tuple(row) for row in other]  # type: ignore[arg-type]  # pairs of name and value


def _silently(done: float, total: float, message: str) -> None:
    """Nobody waits for it."""
