"""Streams: every event once, numbered without gaps, kept for a while and replayed after a cursor."""

import asyncio
import base64
import binascii
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, cast

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from titan_graphql.errors import InvalidInputError, UnavailableError
from titan_graphql.events.hub import Hub

log = structlog.get_logger(__name__)
KEEP = 10_000
BATCH = 256
RELOAD_SECONDS = 5.0
AWAY_SECONDS = 1.0
EPOCH = "titan:log:epoch"
CURSOR_LENGTH_MAX = 4096
# Numbers, keeps and announces an event in one step, so that no reader sees a number without its event. Losing the
# numbers begins a new epoch: numbers of two epochs are never compared.
APPEND = """
if redis.call('SETNX', KEYS[1], ARGV[3]) == 1 then redis.call('DEL', KEYS[2], KEYS[3]) end
local seq = redis.call('INCR', KEYS[2])
redis.call('XADD', KEYS[3], 'MAXLEN', '=', ARGV[2], seq .. '-0', 'data', ARGV[1])
redis.call('PUBLISH', KEYS[3], tostring(seq))
return seq
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream; the cursor resumes after it, on all streams that are followed together."""

    stream: str
    seq: int
    data: bytes
    cursor: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Events that can no longer be replayed: from `first` to `last`, or unknown ones when the log was lost."""

    stream: str
    first: int | None
    last: int | None
    cursor: str


async def append(redis: Redis, stream: str, data: bytes, keep: int = KEEP) -> int:
    """Add an event and ring for its followers; its number.

    Raises:
        UnavailableError: Redis does not answer; the event was not acknowledged.
    """
    keys = [EPOCH, _seq_key(stream), _stream_key(stream)]
    try:
        return int(await cast("Any", redis.eval(APPEND, len(keys), *keys, data, keep, secrets.token_hex(8))))
    except (RedisError, OSError) as error:
        raise UnavailableError("STREAM_UNAVAILABLE", "The event log does not answer") from error


async def follow(
    redis: Redis, hub: Hub, streams: Sequence[str], after: str | None = None
) -> AsyncIterator[Event | Gap]:
    """Events of these streams after a cursor, or from now on, each exactly once and in order; for ever.

    Listening begins before the first read, so no event falls in between. A slow reader holds nothing up: it reads on
    from the log, and what was trimmed meanwhile is announced as a gap.

    Raises:
        InvalidInputError: the cursor was altered or belongs to other streams.
    """
    names = sorted(set(streams))
    position = None if after is None else _decode(after, names)
    async with hub.listening(*map(_stream_key, names)) as listener:
        while True:
            try:
                if position is None:
                    position = await _now(redis, names)
                async for step in _unread(redis, position):
                    yield step
            except (RedisError, OSError) as error:
                log.warning("event log is away", error=str(error))
                await asyncio.sleep(AWAY_SECONDS)
            else:
                await listener.woken(timeout=RELOAD_SECONDS)


async def latest(redis: Redis, streams: Sequence[str]) -> str:
    """The cursor after everything that was appended to these streams so far."""
    return (await _now(redis, sorted(set(streams)))).cursor()


@dataclass(slots=True)
class _Position:
    """Up to where a follower has read each stream, and of which epoch the numbers are."""

    epoch: str
    seqs: dict[str, int]

    def cursor(self) -> str:
        packed = orjson.dumps([_fingerprint(list(self.seqs)), self.epoch, *self.seqs.values()])
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


async def _now(redis: Redis, names: Sequence[str]) -> _Position:
    epoch, *seqs = cast("list[bytes | None]", await redis.mget([EPOCH, *map(_seq_key, names)]))
    return _Position((epoch or b"").decode(), {name: int(seq or 0) for name, seq in zip(names, seqs, strict=True)})


async def _unread(redis: Redis, position: _Position) -> AsyncIterator[Event | Gap]:
    """What lies between a position and now; the position moves along."""
    now = await _now(redis, list(position.seqs))
    if not position.epoch:
        position.epoch = now.epoch  # nothing had ever been announced
    if now.epoch != position.epoch:
        position.epoch = now.epoch
        position.seqs.update(now.seqs)
        for name in now.seqs:
            yield Gap(name, None, None, position.cursor())
        return
    for name, newest in now.seqs.items():
        if newest < position.seqs[name]:  # an older copy of the log came back
            position.seqs[name] = newest
            yield Gap(name, None, None, position.cursor())
        while position.seqs[name] < newest:
            async for step in _batch(redis, position, name, newest):
                yield step


async def _batch(redis: Redis, position: _Position, name: str, newest: int) -> AsyncIterator[Event | Gap]:
    expected = position.seqs[name] + 1
    entries: Any = await redis.xrange(_stream_key(name), f"{expected}-0", "+", count=BATCH)
    if not entries:
        position.seqs[name] = newest
        yield Gap(name, expected, newest, position.cursor())
    for entry_id, fields in entries:
        seq = int(entry_id.split(b"-")[0])
        if seq > expected:
            position.seqs[name] = seq - 1
            yield Gap(name, expected, seq - 1, position.cursor())
        position.seqs[name] = seq
        yield Event(name, seq, fields[b"data"], position.cursor())
        expected = seq + 1


def _decode(cursor: str, names: list[str]) -> _Position:
    fingerprint, epoch, *seqs = _unpacked(cursor) or [None, None]
    numbers = [seq for seq in seqs if type(seq) is int and seq >= 0]
    if fingerprint != _fingerprint(names) or not isinstance(epoch, str) or not len(numbers) == len(seqs) == len(names):
        raise InvalidInputError("CURSOR_INVALID", "This cursor was altered or is of another stream", ["after"])
    return _Position(epoch, dict(zip(names, numbers, strict=True)))


def _unpacked(cursor: str) -> list[Any] | None:
    if len(cursor) > CURSOR_LENGTH_MAX:
        return None
    try:
        packed = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        return None
    return packed if isinstance(packed, list) and len(packed) > 1 else None


def _fingerprint(names: list[str]) -> str:
    return blake2b("\n".join(names).encode(), digest_size=6).hexdigest()


def _seq_key(stream: str) -> str:
    return f"titan:log:{stream}:seq"


def _stream_key(stream: str) -> str:
    """Where a stream's events lie, and the channel on which they are announced."""
    return f"titan:log:{stream}"
