"""The live worker: holds watched pairs, follows both legs' bars, and writes each state once."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from tortoise.expressions import Q

from titan_graphql import db
from titan_graphql.errors import InvalidInputError
from titan_graphql.events.hub import Hub
from titan_graphql.models.alerts import AlertKind, AlertRule
from titan_graphql.models.live_pairs import PairWatch
from titan_graphql.services import streams, task_ends
from titan_graphql.services.pair_following import Follower, LostHoldError, load
from titan_graphql.services.pair_legs import Legs
from titan_graphql.services.pair_states import bar_stream

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=3)
RENEW_AFTER = timedelta(seconds=1)
LEASE_AHEAD_MAX = timedelta(minutes=1)
ROUND_SECONDS = 0.5
AGAIN_SECONDS = 1.0
Key = tuple[UUID, int]


class LiveWorker:
    """Follows all watched pairs that no other worker follows, each in a task of its own."""

    def __init__(self, hub: Hub) -> None:
        self.name = f"live-{uuid4().hex[:12]}"
        self._hub = hub
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._followers: dict[Key, Follower] = {}

    async def run(self) -> None:
        """Work until cancelled, then let go of everything."""
        try:
            while True:
                try:
                    await task_ends.uncut(self.round())
                except Exception:  # the next round may succeed; the loop must live
                    log.exception("a round of the live worker failed")
                await asyncio.sleep(ROUND_SECONDS)
        finally:
            await self.close()

    async def round(self) -> None:
        """Extend what is held, take what is free, follow what is new, and say what has become stale."""
        moment = await db.now()
        due = _free(moment) | Q(worker=self.name, lease_until__lt=moment + LEASE - RENEW_AFTER)
        if await PairWatch.filter(due).exists():
            await PairWatch.filter(due).update(worker=self.name, lease_until=moment + LEASE)
        own = set(await PairWatch.filter(worker=self.name).values_list("id", "version"))
        for key in [key for key, task in self._tasks.items() if key not in own or task.done()]:
            await self._end(key)
        for key in own - self._tasks.keys():
            self._tasks[key] = asyncio.create_task(self._follow(key))
        await self._look_for_silence(moment)

    async def close(self) -> None:
        """End all tasks, and let another worker go on at once."""
        for key in tuple(self._tasks):
            await self._end(key)
        with contextlib.suppress(*db.AWAY):
            await PairWatch.filter(worker=self.name).update(worker=None, lease_until=None)

    async def _end(self, key: Key) -> None:
        task = self._tasks.pop(key)
        await task_ends.end(task)
        self._followers.pop(key, None)

    async def _follow(self, key: Key) -> None:
        """Follow one pair until it is no longer ours; after a failure go on from what was written."""
        while True:
            try:
                await self._follow_from_row(key)
            except LostHoldError:
                return
            except InvalidInputError as error:
                log.warning("a stream was replaced; following it from now on", watch=str(key[0]), error=str(error))
                await _forget_cursors(key)
            except Exception:
                log.exception("following a pair failed", watch=str(key[0]))
                await asyncio.sleep(AGAIN_SECONDS)

    async def _follow_from_row(self, key: Key) -> None:
        follower = await load(key[0], key[1], self.name)
        watch = follower.watch
        async with Legs(self._hub, (watch.series_y, watch.series_x), (watch.cursor_y, watch.cursor_x)) as legs:
            follower.legs = legs
            self._followers[key] = follower
            while True:
                await task_ends.uncut(follower.take(await legs.joint()))

    async def _look_for_silence(self, moment: datetime) -> None:
        rules: dict[UUID, list[AlertRule]] = {}
        for rule in await AlertRule.filter(kind=AlertKind.STALE, enabled=True, armed=True):
            pair_id: Any = rule.pair_id  # type: ignore[attr-defined]  # made by Tortoise
            rules.setdefault(pair_id, []).append(rule)
        for follower in tuple(self._followers.values()):
            try:
                await follower.look(moment, rules.get(follower.subject.pair_id, []))
            except LostHoldError:
                continue
            except Exception:  # the silence of the others is to be heard too
                log.exception("looking for silence failed", pair=str(follower.subject.pair_id))


def _free(moment: datetime) -> Q:
    """Watches that nobody holds; a lease far ahead was written before the clock went back."""
    lapsed = Q(lease_until=None) | Q(lease_until__lt=moment) | Q(lease_until__gt=moment + LEASE_AHEAD_MAX)
    return Q(worker=None) | lapsed


async def _forget_cursors(key: Key) -> None:
    """Begin again where the streams are now; the state is rebuilt from history at the next bar."""
    watch = await PairWatch.get_or_none(id=key[0], version=key[1])
    if watch is not None:
        cursors = [await streams.latest([bar_stream(one)]) for one in (watch.series_y, watch.series_x)]
        await PairWatch.filter(id=key[0], version=key[1]).update(cursor_y=cursors[0], cursor_x=cursors[1], state=None)
