"""Streams against a model: any order of publishing, lost copies and rings, trimming, cuts and resumed cursors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.services.test_job_models import World, world
from titan_graphql.events import log
from titan_graphql.events.hub import Hub
from titan_graphql.events.log import Numbered
from titan_graphql.models.streams import StreamEvent, StreamHead
from titan_graphql.services import streams
from titan_graphql.services.streams import Event, Gap

NAMES = ["a", "b"]
READERS = st.integers(0, 1)


class Rings:
    """A listener whose announcements the test delivers or drops, and which says when its follower waits."""

    def __init__(self) -> None:
        self.waits = asyncio.Event()
        self.messages: asyncio.Queue[list[str]] = asyncio.Queue()

    async def taken(self, timeout: float) -> list[str]:
        self.waits.set()
        messages = await self.messages.get()
        self.waits.clear()
        return messages


class Copies:
    """Redis as the streams see it, which may be away, forget, and lose rings; and the clock."""

    def __init__(self) -> None:
        self.entries: dict[str, list[Numbered]] = {}
        self.away = False
        self.deaf = False
        self.seconds = 0.0
        self.listeners: set[Rings] = set()

    async def copy(self, stream: str, events: list[Numbered]) -> None:
        if not self.away:
            self.entries.setdefault(stream, []).extend(events)
            if not self.deaf:
                self.ring(f"{events[-1][0]} {stream}")

    async def read(self, stream: str, after: int, count: int) -> list[Numbered]:
        known = [] if self.away else self.entries.get(stream, [])
        return [event for event in known if event[0] > after][:count]

    def ring(self, *messages: str) -> None:
        for listener in self.listeners:
            listener.messages.put_nowait(list(messages))

    @asynccontextmanager
    async def listening(self, *_channels: str) -> AsyncIterator[Rings]:
        listener = Rings()
        self.listeners.add(listener)
        try:
            yield listener
        finally:
            self.listeners.discard(listener)


class Reader:
    """Follows both streams, may be cut at any time, and resumes after the last cursor it has seen."""

    def __init__(self, copies: Copies, cursor: str) -> None:
        self.copies = copies
        self.cursor = cursor
        self.steps: list[Event | Gap] = []
        self.task: asyncio.Task[None] | None = None

    async def follow(self) -> None:
        async for step in streams.follow(cast("Hub", self.copies), NAMES, self.cursor):
            self.steps.append(step)
            self.cursor = step.cursor

    async def settle(self) -> None:
        """Until the follower waits for the next announcement and none is under way."""
        if self.task is None:
            known = set(self.copies.listeners)
            self.task = asyncio.create_task(self.follow())
            while self.copies.listeners <= known:
                await asyncio.sleep(0)
            (self.rings,) = self.copies.listeners - known
        while True:
            await self.rings.waits.wait()
            if self.rings.messages.empty():
                return
            await asyncio.sleep(0)

    async def cut(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
            self.task = None


class StreamLife(RuleBasedStateMachine):
    """What each reader has seen must be all that was published, in order, but for what was trimmed before."""

    def __init__(self, around: World, copies: Copies) -> None:
        super().__init__()
        self.world, self.copies = around, copies
        copies.away = copies.deaf = False
        copies.entries.clear()
        self.published: dict[str, list[bytes]] = {name: [] for name in NAMES}
        self.trimmed = dict.fromkeys(NAMES, 0)
        self.world.run(self._empty())
        start = self.world.run(streams.latest(NAMES))
        self.readers = [Reader(copies, start), Reader(copies, start)]

    async def _empty(self) -> None:
        await StreamEvent.all().delete()
        await StreamHead.all().delete()

    @rule(
        name=st.sampled_from(NAMES), count=st.integers(1, 4), fails=st.sampled_from([False, False, False, False, True])
    )
    def publish(self, name: str, count: int, fails: bool) -> None:
        data = [f"{name}{len(self.published[name]) + place}".encode() for place in range(1, count + 1)]

        async def publish() -> None:
            async with streams.recording() as outbox:
                for one in data:
                    await outbox.append(name, one)
                if fails:
                    raise ZeroDivisionError

        if fails:
            with pytest.raises(ZeroDivisionError):
                self.world.run(publish())
        else:
            self.world.run(publish())
            self.published[name] += data

    @rule(away=st.booleans(), deaf=st.sampled_from([False, False, True]))
    def redis_changes(self, away: bool, deaf: bool) -> None:
        if self.copies.away and not away:
            self.copies.ring("")  # the hub says so when it is back
        self.copies.away, self.copies.deaf = away, deaf

    @rule(name=st.sampled_from(NAMES))
    def the_copy_is_lost(self, name: str) -> None:
        self.copies.entries.pop(name, None)

    @rule(name=st.sampled_from(NAMES), keep=st.integers(0, 3))
    def trim(self, name: str, keep: int) -> None:
        last = len(self.published[name]) - keep
        if last > self.trimmed[name]:
            self.trimmed[name] = last
            self.world.run(self._delete(name, last))
            self.copies.entries[name] = [event for event in self.copies.entries.get(name, []) if event[0] > last]

    async def _delete(self, name: str, last: int) -> None:
        await StreamEvent.filter(stream=name, seq__lte=last).delete()

    @rule(reader=READERS)
    def read(self, reader: int) -> None:
        self.world.run(self.readers[reader].settle())

    @rule(reader=READERS)
    def cut(self, reader: int) -> None:
        self.world.run(self.readers[reader].cut())

    @rule(reader=READERS, noisy=st.booleans())
    def time_passes(self, reader: int, noisy: bool) -> None:
        """After the look that is due, a reader has seen everything, even if another stream rings all the time."""
        self.copies.seconds += streams.LOOK_SECONDS + 1
        one = self.readers[reader]
        self.world.run(one.settle())
        one.rings.messages.put_nowait([f"{len(self.published['b'])} b"] if noisy else [])
        self.world.run(one.settle())
        assert self._seen(one) == {name: len(own) for name, own in self.published.items()}

    @invariant()
    def nothing_is_lost_doubled_or_out_of_order(self) -> None:
        for reader in self.readers:
            self._seen(reader)

    def _seen(self, reader: Reader) -> dict[str, int]:
        seen = dict.fromkeys(NAMES, 0)
        for step in reader.steps:
            if isinstance(step, Gap):
                assert step.first == seen[step.stream] + 1
                assert step.last is not None
                assert step.first <= step.last <= self.trimmed[step.stream]
                seen[step.stream] = step.last
            else:
                assert step.seq == seen[step.stream] + 1
                assert step.data == self.published[step.stream][step.seq - 1]
                seen[step.stream] = step.seq
        return seen

    def teardown(self) -> None:
        for reader in self.readers:
            self.world.run(reader.cut())


def test_the_life_of_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    copies = Copies()
    monkeypatch.setattr(log, "copy", copies.copy)
    monkeypatch.setattr(log, "read", copies.read)
    monkeypatch.setattr(streams, "monotonic", lambda: copies.seconds)
    with world(f"sqlite://{tmp_path / 'titan.sqlite3'}", monkeypatch) as around:

        def life() -> Any:
            return StreamLife(around, copies)

        run_state_machine_as_test(
            life,
            settings=settings(
                max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
