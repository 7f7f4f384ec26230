"""Watching pairs: what users ask to be followed live, how, and where it stands."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from tortoise.expressions import F

from titan_graphql import db
from titan_graphql.errors import InvalidInputError, LimitExceededError, NotFoundError
from titan_graphql.events.hub import Hub
from titan_graphql.models.live_pairs import PairWatch
from titan_graphql.models.markets import Series
from titan_graphql.models.pairs import Pair
from titan_graphql.models.users import User
from titan_graphql.services import pair_states, pairs, streams
from titan_graphql.services.market_bars import Floats, Times, to_datetime
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page
from titan_graphql.services.pair_forming import Following, Formed, form, series_of
from titan_graphql.services.pair_states import FORMED, PairState, bar_stream, pair_stream, tick_event
from titan_graphql.services.pairs import Period
from titan_graphql.services.streams import Event, Gap
from titan_graphql.services.users import Viewer, owned_by

WATCHES_MAX = 100


async def watch(viewer: Viewer, pair_id: UUID, how: Following) -> PairWatch:
    """Follow a pair live from now on, or follow it differently; its state begins where its stored bars end.

    Raises:
        NotFoundError: no such pair, or somebody else's, or a leg without bars of the timeframe.
        InvalidInputError: settings or a formation period that make no sense.
        LimitExceededError: the owner watches 100 pairs already.
    """
    how.check()
    pair = await pairs.find(viewer, pair_id, "pairId")
    legs = await series_of(pair, how.timeframe)
    # Before the history is read: a bar that comes meanwhile is then seen, and left out if it was in the history.
    cursors = [await streams.latest([bar_stream(leg.id)]) for leg in legs]
    formed = await form(legs, how)
    async with streams.recording() as outbox:
        event = tick_event(pair.id, formed.tick, formed.bar_time, await db.now(), replay=False, reason=FORMED)
        # The stream before the row, as the live worker does, or each of the two may wait for the other.
        seq = await outbox.append(pair_stream(pair.id), orjson.dumps(event))
        found = await _row(pair, legs, how)
        await PairWatch.filter(id=found.id).update(
            seq=seq, tick=event, cursor_y=cursors[0], cursor_x=cursors[1], **kept(formed)
        )
    return await PairWatch.get(id=found.id)


async def unwatch(viewer: Viewer, pair_id: UUID) -> Pair:
    """Follow a pair no more; its rules stay and are silent.

    Raises:
        NotFoundError: no such pair, or somebody else's, or one that is not watched.
    """
    pair = await pairs.find(viewer, pair_id, "pairId")
    if not await PairWatch.filter(pair_id=pair_id).delete():
        raise NotFoundError("WATCH_NOT_FOUND", "This pair is not watched", ["pairId"])
    return pair


async def by_pairs(pair_ids: list[UUID]) -> dict[UUID, PairWatch]:
    """The watches of pairs that are watched."""
    rows = await PairWatch.filter(pair_id__in=pair_ids)
    return {row.pair_id: row for row in rows}  # type: ignore[attr-defined]  # made by Tortoise


async def page(viewer: Viewer, request: PageRequest) -> Page[PairWatch]:
    """The viewer's watched pairs, oldest first."""
    return await fetch_page(PairWatch.filter(owned_by(viewer)), request, Order("created_at"))


async def ticks(
    viewer: Viewer, pair_ids: Sequence[UUID], hub: Hub, after: str | None = None
) -> AsyncGenerator[PairState | Gap, None]:
    """Every state of these pairs after a cursor, or from now on.

    Raises:
        InvalidInputError: no pair, more than 100 of them, or a cursor of other pairs.
        NotFoundError: no such pair, or somebody else's.
    """
    wanted = sorted(set(pair_ids), key=str)
    if not 1 <= len(wanted) <= WATCHES_MAX:
        raise InvalidInputError("LIST_TOO_LONG", f"Follow 1 to {WATCHES_MAX} pairs at once", ["pairIds"])
    if await Pair.filter(owned_by(viewer), id__in=wanted).count() != len(wanted):
        raise NotFoundError("PAIR_NOT_FOUND", "There is no such pair", ["pairIds"])
    async with aclosing(streams.follow(hub, [pair_stream(one) for one in wanted], after)) as steps:
        async for step in steps:
            yield pair_states.from_event(step) if isinstance(step, Event) else step


def settings(watched: PairWatch) -> Following:
    """How a pair is followed."""
    prices: Any = watched.prices
    hedge: Any = watched.hedge
    return Following(
        formation=Period(watched.formation_start, watched.formation_end),
        timeframe=watched.timeframe,
        prices=prices,
        hedge=hedge,
        window=watched.window,
        entry=watched.entry,
        exit=watched.exit,
        stop=watched.stop,
        false_alarm_bars=watched.false_alarm_bars,
        stale_after_seconds=watched.stale_after_seconds,
    )


def kept(formed: Formed) -> dict[str, Any]:
    """The columns that keep what the formation and the history left."""
    return {
        "formed": formed.live.settings.to_json(),
        "state": formed.live.to_bytes(),
        "bar_time": to_datetime(formed.bar_time),
        "recent": formed.recent,
    }


def sparkline(watched: PairWatch) -> tuple[Times, Floats]:
    """The last z-scores of a pair and the starts of their bars."""
    times, scores = [one[0] for one in watched.recent], [one[1] for one in watched.recent]
    return np.array(times, np.int64), np.array(scores, np.float64)


async def _row(pair: Pair, legs: tuple[Series, Series], how: Following) -> PairWatch:
    """The row of a watch, new or changed; whoever holds it lets go of the old version."""
    owner_id: UUID = pair.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    columns: dict[str, Any] = {
        "timeframe": how.timeframe,
        "series_y": legs[0].id,
        "series_x": legs[1].id,
        "formation_start": how.formation.start,
        "formation_end": how.formation.end,
        "prices": how.prices,
        "hedge": how.hedge,
        "window": how.window,
        "entry": how.entry,
        "exit": how.exit,
        "stop": how.stop,
        "false_alarm_bars": how.false_alarm_bars,
        "stale_after_seconds": how.stale_after_seconds,
        "received_at": None,
        "stale_since": None,
    }
    await User.select_for_update().get(id=owner_id)  # so that nobody adds the hundred-and-first beside this one
    if await PairWatch.filter(pair_id=pair.id).update(**columns, version=F("version") + 1):
        return await PairWatch.get(pair_id=pair.id)
    if await PairWatch.filter(owner_id=owner_id).count() >= WATCHES_MAX:
        message = f"At most {WATCHES_MAX} pairs are watched at once; stop watching another one"
        raise LimitExceededError("WATCHES_TOO_MANY", message, ["pairId"])
    return await PairWatch.create(owner_id=owner_id, pair_id=pair.id, **columns)
