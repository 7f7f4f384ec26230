"""Bars by symbol into storage: instruments and series found or made, revisions worked out, all written or none."""

import asyncio
import errno
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from asyncpg.exceptions import DiskFullError
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.transactions import in_transaction

from titan_graphql.errors import ConflictError, InvalidInputError, UnavailableError
from titan_graphql.feeds.bars import COLUMNS, NO_BARS, Bars
from titan_graphql.models.markets import (
    Adjustment,
    Dataset,
    Instrument,
    InstrumentKind,
    Market,
    Series,
    Timeframe,
)
from titan_graphql.services import market_actions, market_quality, market_revisions
from titan_graphql.services.market_bars import read_many
from titan_graphql.services.market_quality import Subject
from titan_graphql.services.market_revisions import Provenance, Revision

NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
COLUMNS_DROPPED = "COLUMNS_DROPPED"
REPORT_EVERY = 20
SYMBOLS_PER_QUERY = 500


class OnProgress(Protocol):
    """Told how far the work is; may raise to stop it."""

    def __call__(self, done: float, total: float, message: str) -> None:
        """Say it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where bars go; `names` are those of instruments that have to be made, where they are known."""

    market: Market
    timeframe: Timeframe
    kind: InstrumentKind
    currency: str
    duplicates: int = 0
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an import would change: nothing of it is written yet."""

    target: Target
    provenance: Provenance
    revisions: list[Revision]
    unchanged: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import changed."""

    series: int
    unchanged: int
    bars_added: int
    bars_restated: int
    dataset_ids: tuple[UUID, ...]


async def prepare(
    series: Mapping[str, Bars],
    target: Target,
    provenance: Provenance,
    on_progress: OnProgress,
    accept: Collection[str] = (),
) -> Prepared:
    """Compare bars with what is stored and work out the revisions that are needed; `accept` are confirmed findings.

    Raises:
        ConflictError: ADJUSTMENT_MIXED, SYNTHETIC_MIXED or COLUMNS_DROPPED, with what is stored.
    """
    on_progress(0, len(series), "Comparing with what is stored")
    instruments = await _instruments(target, list(series))
    found = await _series(target, instruments)
    for symbol, instrument in instruments.items():
        _check_kinds(symbol, instrument, found.get(symbol), provenance)
    stored = await read_many(list(found.values()), COLUMNS)
    newest = await _newest(list(found.values()))
    actions = await market_actions.known([row for symbol, row in instruments.items() if symbol not in found])
    revisions: list[Revision] = []

    def work() -> None:
        for done, (symbol, bars) in enumerate(series.items()):
            if done % REPORT_EVERY == 0:
                on_progress(done, len(series), f"Comparing {symbol} with what is stored")
            own = found.get(symbol)
            before = NO_BARS if own is None else stored[own.id]
            if own is not None:
                revision = market_revisions.plan(own, before, bars, newest.get(own.id))
            else:
                revision = _first(symbol, instruments.get(symbol), bars, actions, target, provenance)
            if revision is not None:
                revision.quality = market_quality.report(revision.bars, subject(revision, target, provenance))
                revisions.append(revision)

    await asyncio.to_thread(work)
    if COLUMNS_DROPPED not in accept:
        _check_columns(instruments, revisions)
    return Prepared(target, provenance, revisions, len(series) - len(revisions))


async def write(prepared: Prepared) -> Outcome:
    """Write what was prepared, all or nothing; joins the transaction that is open.

    Raises:
        ConflictError: IMPORT_CONFLICT.
        UnavailableError: STORAGE_FULL.
    """
    with storage_full_told():
        async with in_transaction():
            market = prepared.target.market
            if prepared.revisions and not market._saved_in_db:
                await _save_market(market)
            datasets = await market_revisions.commit(prepared.revisions, prepared.provenance)
    return Outcome(
        series=len(prepared.revisions) + prepared.unchanged,
        unchanged=prepared.unchanged,
        bars_added=sum(revision.added for revision in prepared.revisions),
        bars_restated=sum(revision.restated for revision in prepared.revisions),
        dataset_ids=tuple(dataset.id for dataset in datasets),
    )


def subject(revision: Revision, target: Target, provenance: Provenance) -> Subject:
    """What the quality report has to know of a revision."""
    return Subject(
        market=target.market,
        timeframe=target.timeframe,
        kind=target.kind,
        adjustment=provenance.adjustment,
        duplicates=target.duplicates,
        splits=market_actions.split_days(revision.actions),
    )


@contextmanager
def storage_full_told() -> Iterator[None]:
    """Say that the disk is full when it is.

    Raises:
        UnavailableError: STORAGE_FULL.
    """
    try:
        yield
    except (OperationalError, sqlite3.Error, DiskFullError, OSError) as error:
        # SQLite undoes the whole transaction itself, so that undoing a part of it is what fails last.
        if any(_says_full(one) for one in _chain(error)):
            message = "The disk of the database is full; nothing was imported"
            raise UnavailableError("STORAGE_FULL", message) from error
        raise


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was raised in answer to."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _says_full(error: BaseException) -> bool:
    if isinstance(error, DiskFullError) or getattr(error, "errno", None) in NO_SPACE:
        return True
    return any(words in str(error) for words in ("disk is full", "No space left", "disk I/O error"))


async def _save_market(market: Market) -> None:
    try:
        await market.save()
    except IntegrityError as error:
        message = f"Somebody else made the market {market.code} at the same time; import again"
        raise ConflictError("IMPORT_CONFLICT", message, ["market"]) from error


async def _instruments(target: Target, symbols: Sequence[str]) -> dict[str, Instrument]:
    if not target.market._saved_in_db:
        return {}
    found: dict[str, Instrument] = {}
    for first in range(0, len(symbols), SYMBOLS_PER_QUERY):
        part = symbols[first : first + SYMBOLS_PER_QUERY]
        rows = await Instrument.filter(market_id=target.market.id, symbol__in=part)
        found |= {row.symbol: row for row in rows}
    return found


async def _series(target: Target, instruments: Mapping[str, Instrument]) -> dict[str, Series]:
    symbols = {instrument.id: symbol for symbol, instrument in instruments.items()}
    rows = await Series.filter(instrument_id__in=list(symbols), timeframe=target.timeframe) if symbols else []
    return {symbols[row.instrument_id]: row for row in rows}  # type: ignore[attr-defined]  # made by Tortoise


async def _newest(series: Sequence[Series]) -> dict[UUID, Dataset]:
    by_revision: dict[int, list[UUID]] = {}
    for one in series:
        by_revision.setdefault(one.revision, []).append(one.id)
    rows = [
        row
        for revision, ids in by_revision.items()
        for row in await Dataset.filter(series_id__in=ids, revision=revision)
    ]
    return {row.series_id: row for row in rows}  # type: ignore[attr-defined]  # made by Tortoise


def _first(
    symbol: str,
    instrument: Instrument | None,
    bars: Bars,
    actions: Mapping[UUID, list[list[Any]]],
    target: Target,
    provenance: Provenance,
) -> Revision | None:
    """The first revision of a series that has to be made, and with it the instrument where that is new too."""
    made = instrument or Instrument(
        market_id=target.market.id,
        symbol=symbol,
        name=target.names.get(symbol, symbol),
        currency=target.currency,
        kind=target.kind,
        synthetic=provenance.synthetic,
    )
    series = Series(instrument_id=made.id, timeframe=target.timeframe, adjustment=provenance.adjustment)
    revision = market_revisions.plan(series, NO_BARS, bars, None, actions.get(made.id))
    if revision is not None and instrument is None:
        revision.instrument = made
    return revision


def _check_kinds(symbol: str, instrument: Instrument, series: Series | None, provenance: Provenance) -> None:
    if instrument.synthetic != provenance.synthetic:
        message = f"{symbol} is {'synthetic' if instrument.synthetic else 'real'}; both kinds are never mixed"
        raise ConflictError("SYNTHETIC_MIXED", message, ["synthetic"])
    if series is not None and series.revision and series.adjustment is not provenance.adjustment:
        message = f"The stored prices of {symbol} are {series.adjustment}, these {provenance.adjustment}"
        raise ConflictError("ADJUSTMENT_MIXED", f"{message}; say so, or use another market", ["adjustment"])


def _check_columns(instruments: Mapping[str, Instrument], revisions: Sequence[Revision]) -> None:
    symbols = {instrument.id: symbol for symbol, instrument in instruments.items()}
    poorer = [revision for revision in revisions if revision.dropped]
    if not poorer:
        return
    first = poorer[0]
    columns, bars = ", ".join(first.dropped), max(first.dropped.values())
    which = symbols[first.series.instrument_id]  # type: ignore[attr-defined]  # made by Tortoise
    more = f" (and of {len(poorer) - 1:,} more series)" if len(poorer) > 1 else ""
    message = f"{bars:,} stored bars of {which}{more} have {columns}, and come again without; confirm it to drop these"
    raise ConflictError(COLUMNS_DROPPED, f"{message}, or import them with all their columns", ["accept"])


def adjustment_named(name: str) -> Adjustment:
    """An adjustment by its name.

    Raises:
        InvalidInputError: there is none of that name.
    """
    try:
        return Adjustment(name.upper())
    except ValueError as error:
        message = f"{name[:40]!r} is not one of {', '.join(Adjustment)}"
        raise InvalidInputError("ADJUSTMENT_UNKNOWN", message, ["adjustment"]) from error
