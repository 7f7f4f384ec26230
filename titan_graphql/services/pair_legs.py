"""The bars of both legs of a pair as they come, brought together by their time."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Self
from uuid import UUID

import orjson
import structlog

from titan_graphql.events.hub import Hub
from titan_graphql.services import streams, task_ends
from titan_graphql.services.pair_states import bar_stream
from titan_graphql.services.streams import Event, Gap

log = structlog.get_logger(__name__)
# Bars of one round of a replay come closer together than this, those of two rounds farther apart.
SAME_ROUND_MS = 60_000


@dataclass(frozen=True, slots=True)
class LegBar:
    """A closed bar of one leg; times are in milliseconds, `cursor` stands after it."""

    time: int
    close: float
    replay: bool
    received: int
    cursor: str


@dataclass(frozen=True, slots=True)
class JointBar:
    """Bars of both legs with the same time; `lost` says that bars before it can no longer be had."""

    y: LegBar
    x: LegBar
    lost: bool

    @property
    def time(self) -> int:
        """The start of the bar."""
        return self.y.time

    @property
    def replay(self) -> bool:
        """Whether it was played again."""
        return self.y.replay or self.x.replay


class Leg:
    """One leg's stream, read one bar ahead."""

    def __init__(self, hub: Hub, series_id: UUID, after: str | None) -> None:
        self._steps = streams.follow(hub, [bar_stream(series_id)], after)
        self.head: LegBar | None = None
        self.since = 0.0
        self.lost = False

    async def fill(self) -> None:
        """Wait until there is a bar."""
        while self.head is None:
            step = await anext(self._steps)
            if isinstance(step, Gap):
                self.lost = True
            else:
                self.head, self.since = decoded(step), monotonic()

    async def close(self) -> None:
        """Listen no more."""
        await self._steps.aclose()


class Legs:
    """Both legs; `Legs.joint` waits until both have a bar of the same time.

    A bar whose partner never comes is left out, never filled in.
    """

    def __init__(self, hub: Hub, series: Sequence[UUID], cursors: Sequence[str | None]) -> None:
        self.y, self.x = (Leg(hub, one, after) for one, after in zip(series, cursors, strict=True))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.y.close()
        await self.x.close()

    async def joint(self) -> JointBar:
        """The next bar of both legs.

        Raises:
            InvalidInputError: a cursor does not fit its stream.
        """
        while True:
            y, x = await self._heads()
            if y.time == x.time and not _of_two_rounds(y, x):
                lost = self.y.lost or self.x.lost
                self.y.head = self.x.head = None
                self.y.lost = self.x.lost = False
                return JointBar(y, x, lost)
            if _comes_first(y, x):
                self.y.head = None
            else:
                self.x.head = None

    def waiting(self) -> tuple[str, LegBar, float] | None:
        """Which leg ("y" or "x") is waited for, the other one's bar, and for how many seconds."""
        if (self.y.head is None) == (self.x.head is None):
            return None
        name, here = ("x", self.y) if self.x.head is None else ("y", self.x)
        return None if here.head is None else (name, here.head, monotonic() - here.since)

    async def _heads(self) -> tuple[LegBar, LegBar]:
        fills = [asyncio.create_task(leg.fill()) for leg in (self.y, self.x)]
        try:
            await asyncio.wait(fills, return_when=asyncio.FIRST_EXCEPTION)
            for fill in fills:
                if fill.done():
                    fill.result()
        finally:
            await task_ends.end(*fills)
        if self.y.head is None or self.x.head is None:
            raise RuntimeError("a leg was filled without a bar")
        return self.y.head, self.x.head


def decoded(event: Event) -> LegBar | None:
    """The bar that an event carries; None for an unusable one, which is logged and left out."""
    try:
        bar = orjson.loads(event.data)
        found = LegBar(int(bar["time"]), float(bar["close"]), bool(bar["replay"]), int(bar["received"]), event.cursor)
    except (ValueError, KeyError, TypeError) as error:
        log.warning("not a bar", stream=event.stream, seq=event.seq, error=str(error))
        return None
    return found if math.isfinite(found.close) else None


def _of_two_rounds(y: LegBar, x: LegBar) -> bool:
    """Whether bars of one time belong to different rounds of a replay."""
    return y.replay and x.replay and abs(y.received - x.received) > SAME_ROUND_MS


def _comes_first(y: LegBar, x: LegBar) -> bool:
    """Whether y's bar will find no partner any more; the times of a replay go back, its clock does not."""
    if y.replay and x.replay and y.received != x.received:
        return y.received < x.received
    return y.time < x.time
