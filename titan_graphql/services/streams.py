"""Streams: every event once, in order and numbered without gaps; what can no longer be replayed is said."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from time import monotonic

from tortoise import connections
from tortoise.transactions import in_transaction

from titan_graphql.events import log
from titan_graphql.events.hub import Hub
from titan_graphql.events.log import Numbered
from titan_graphql.models.streams import StreamEvent, StreamHead
from titan_graphql.services.stream_cursors import Position

KEEP = 20_000
# What is played again comes again: a demonstration that runs for weeks stays small.
REPLAY_KEEP = 2_000
PRUNE_EVERY = 200
BATCH = 256
TAIL = 1_024
LOOK_SECONDS = 5.0
NEXT_SEQ = {
    "sqlite": "INSERT INTO stream_head (stream, seq) VALUES (?, ?) "
    "ON CONFLICT (stream) DO UPDATE SET seq = stream_head.seq + excluded.seq RETURNING seq",
    "postgres": "INSERT INTO stream_head (stream, seq) VALUES ($1, $2) "
    "ON CONFLICT (stream) DO UPDATE SET seq = stream_head.seq + excluded.seq RETURNING seq",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream; the cursor resumes after it, on all streams that are followed together."""

    stream: str
    seq: int
    data: bytes
    cursor: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Events that can no longer be replayed: from `first` to `last`, or unknown ones when numbers went back."""

    stream: str
    first: int | None
    last: int | None
    cursor: str


class Outbox:
    """The events of one transaction, in the order of their streams."""

    def __init__(self) -> None:
        self._events: dict[str, list[Numbered]] = {}
        self._keep: dict[str, int] = {}

    async def append(self, stream: str, data: bytes, *, replay: bool = False) -> int:
        """Give an event the next number of its stream.

        The number is held until the transaction ends, so that whoever sees it sees all before it. Of a stream that a
        replay feeds fewer events are kept.
        """
        connection = connections.get("default")
        rows = await connection.execute_query_dict(NEXT_SEQ[connection.capabilities.dialect], [stream, 1])
        seq = int(rows[0]["seq"])
        self._events.setdefault(stream, []).append((seq, data))
        self._keep[stream] = REPLAY_KEEP if replay else KEEP
        return seq

    async def write(self) -> None:
        """Write the rows, and forget those that nobody may ask for any more."""
        await StreamEvent.bulk_create(
            [
                StreamEvent(stream=stream, seq=seq, data=data)
                for stream, own in self._events.items()
                for seq, data in own
            ]
        )
        for stream, own in self._events.items():
            newest = own[-1][0]
            if newest // PRUNE_EVERY > (own[0][0] - 1) // PRUNE_EVERY:
                await StreamEvent.filter(stream=stream, seq__lte=newest - self._keep[stream]).delete()

    async def copy(self) -> None:
        """Copy what was committed to Redis."""
        # All at once: a Redis that hangs costs its patience once, not once for each stream.
        await asyncio.gather(*(log.copy(stream, own) for stream, own in self._events.items()))


@asynccontextmanager
async def recording() -> AsyncIterator[Outbox]:
    """A transaction whose events are stored with everything else written in it, and announced once it is committed.

    Transactions that append to several streams should do so in the same order, or PostgreSQL may end one of them.
    """
    outbox = Outbox()
    async with in_transaction():
        yield outbox
        await outbox.write()
    await outbox.copy()


async def latest(streams: Sequence[str]) -> str:
    """The cursor after everything that was appended to these streams so far."""
    return Position(await _heads(sorted(set(streams)))).cursor()


async def follow(hub: Hub, streams: Sequence[str], after: str | None = None) -> AsyncGenerator[Event | Gap, None]:
    """Events of these streams after a cursor, or from now on, each exactly once and in order; for ever.

    Listening begins before the first read, so no event falls in between. A slow reader holds nothing up: it reads on
    from where it is, and what was forgotten meanwhile is announced as a gap.

    Raises:
        InvalidInputError: the cursor was altered or belongs to other streams.
    """
    names = sorted(set(streams))
    position = None if after is None else Position.decode(after, names)
    async with hub.listening(*map(log.channel, names)) as listener, _followed(names) as tails:
        position = position or Position(await _heads(names))
        look_at = 0.0
        announced: dict[str, int] | None = None
        while True:
            if announced is None or monotonic() >= look_at:
                look_at = monotonic() + LOOK_SECONDS
                announced = await _heads(names)
                for gap in _gone_back(position, announced):
                    tails[gap.stream].forget()
                    yield gap
            for name, newest in announced.items():
                async for step in _unread(tails[name], name, position, newest):
                    yield step
            announced = _parsed(await listener.taken(LOOK_SECONDS))


class _Tail:
    """The newest events of one stream, read once for all its followers in this process."""

    def __init__(self, stream: str) -> None:
        self.followers = 0
        self._stream = stream
        self._reading = asyncio.Lock()
        self._events: deque[Numbered] = deque(maxlen=TAIL)

    async def after(self, seq: int) -> list[Numbered]:
        """The events after a number that are still known, oldest first, at most a batch."""
        async with self._reading:
            if kept := self._kept(seq):
                return kept
            copied = _contiguous(await log.read(self._stream, seq, BATCH), seq)
            found = copied or await _stored(self._stream, seq)
            self._keep(found)
            return found

    def forget(self) -> None:
        """Read everything again: what is known belongs to a database that has been replaced."""
        self._events.clear()

    def _kept(self, seq: int) -> list[Numbered]:
        if not self._events or not self._events[0][0] <= seq + 1 <= self._events[-1][0]:
            return []
        skipped = seq + 1 - self._events[0][0]
        return list(islice(self._events, skipped, skipped + BATCH))

    def _keep(self, found: list[Numbered]) -> None:
        for seq, data in found:
            if self._events and seq != self._events[-1][0] + 1:
                self._events.clear()
            self._events.append((seq, data))


_tails: dict[str, _Tail] = {}


@asynccontextmanager
async def _followed(names: Sequence[str]) -> AsyncIterator[dict[str, _Tail]]:
    tails = {name: _tails.setdefault(name, _Tail(name)) for name in names}
    for tail in tails.values():
        tail.followers += 1
    try:
        yield tails
    finally:
        for name, tail in tails.items():
            tail.followers -= 1
            if not tail.followers:
                _tails.pop(name, None)


async def _unread(tail: _Tail, name: str, position: Position, newest: int) -> AsyncIterator[Event | Gap]:
    """What lies between a position and the newest number; the position moves along."""
    while (read := position.seqs[name]) < newest:
        found = await tail.after(read)
        first = found[0][0] if found else newest + 1
        if first > read + 1:
            position.seqs[name] = first - 1
            yield Gap(name, read + 1, first - 1, position.cursor())
        for seq, data in found:
            position.seqs[name] = seq
            yield Event(name, seq, data, position.cursor())


def _gone_back(position: Position, heads: dict[str, int]) -> Iterator[Gap]:
    """Numbers that went back tell that an older copy of the database was put in place."""
    for name, newest in heads.items():
        if newest < position.seqs[name]:
            position.seqs[name] = newest
            yield Gap(name, None, None, position.cursor())


def _parsed(messages: list[str]) -> dict[str, int] | None:
    """The newest number that was announced for each stream; None when some announcements may be missing."""
    if not all(messages) or not messages:
        return None
    return {stream: int(seq) for seq, stream in (message.split(" ", 1) for message in messages)}


def _contiguous(events: list[Numbered], after: int) -> list[Numbered]:
    """The events that follow a number without a hole; holes in the copy are filled from the database."""
    return [event for place, event in enumerate(events, start=after + 1) if event[0] == place]


async def _stored(name: str, after: int) -> list[Numbered]:
    rows = StreamEvent.filter(stream=name, seq__gt=after).order_by("seq").limit(BATCH)
    return [(seq, bytes(data)) for seq, data in await rows.values_list("seq", "data")]


async def _heads(names: Sequence[str]) -> dict[str, int]:
    known = dict(await StreamHead.filter(stream__in=list(names)).values_list("stream", "seq"))
    return {name: int(known.get(name, 0)) for name in names}
