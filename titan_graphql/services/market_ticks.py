"""The live bars of some instruments as they come: each once and in order, from a cursor on where one is given."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.events.hub import Hub
from titan_graphql.feeds.bars import to_datetime
from titan_graphql.models.markets import Instrument, Series, Timeframe
from titan_graphql.services import streams
from titan_graphql.services.market_live import stream_of
from titan_graphql.services.pages import LIST_MAX
from titan_graphql.services.streams import Event, Gap


@dataclass(frozen=True, slots=True)
class Tick:
    """A closed bar as it was announced."""

    instrument: Instrument
    timeframe: Timeframe
    time: datetime
    received_at: datetime
    seq: int
    cursor: str
    open: float | None
    high: float | None
    low: float | None
    close: float
    volume: float | None
    replay: bool


async def follow(
    hub: Hub, instrument_ids: Sequence[UUID], timeframe: Timeframe, after: str | None = None
) -> AsyncIterator[Tick | Gap]:
    """The bars of these instruments at a timeframe after a cursor, or from now on, for ever.

    Raises:
        InvalidInputError: INSTRUMENTS_MISSING, LIST_TOO_LONG, or CURSOR_INVALID.
        NotFoundError: INSTRUMENT_NOT_FOUND, or NO_DATA for one without bars of this timeframe.
    """
    followed = await _followed(instrument_ids, timeframe)
    async for event in streams.follow(hub, list(followed), after):
        yield _tick(event, followed[event.stream], timeframe) if isinstance(event, Event) else event


async def _followed(instrument_ids: Sequence[UUID], timeframe: Timeframe) -> Mapping[str, Instrument]:
    """The instrument behind each stream."""
    path = ["instrumentIds"]
    wanted = set(instrument_ids)
    if not wanted:
        raise InvalidInputError("INSTRUMENTS_MISSING", "Name at least one instrument", path)
    if len(instrument_ids) > LIST_MAX:
        raise InvalidInputError("LIST_TOO_LONG", f"Name at most {LIST_MAX} instruments", path)
    found = {row.id: row for row in await Instrument.filter(id__in=wanted)}
    if len(found) < len(wanted):
        raise NotFoundError("INSTRUMENT_NOT_FOUND", "There is no such instrument", path)
    rows = await Series.filter(instrument_id__in=wanted, timeframe=timeframe)
    of: dict[UUID, UUID] = {row.instrument_id: row.id for row in rows}  # type: ignore[attr-defined]  # made by Tortoise
    if absent := next((row for row in found.values() if row.id not in of), None):
        raise NotFoundError("NO_DATA", f"{absent.symbol} has no bars of {timeframe}, and no feed brings any", path)
    return {stream_of(of[row.id]): row for row in found.values()}


def _tick(event: Event, instrument: Instrument, timeframe: Timeframe) -> Tick:
    told = orjson.loads(event.data)
    moments = to_datetime(told.pop("time")), to_datetime(told.pop("received"))
    return Tick(instrument, timeframe, *moments, event.seq, event.cursor, **told)
