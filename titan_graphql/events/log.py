"""The fast copy of the streams: their newest events in Redis, and the bell that rings for followers."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from redis.exceptions import RedisError, ResponseError

from titan_graphql.events import bus

log = structlog.get_logger(__name__)
KEEP = 250  # whoever was away for longer is served by the database
COPY_SECONDS = 0.5
Numbered = tuple[int, bytes]


def channel(stream: str) -> str:
    """Where a stream's events lie, and the channel on which they are announced."""
    return f"titan:log:{stream}"


async def copy(stream: str, events: Sequence[Numbered]) -> None:
    """Copy committed events, in order, and ring; when Redis is away readers find them in the database.

    A copy that is ahead of the database belongs to another life of it, and is thrown away.
    """
    connection = bus.connection()
    if connection is None:
        return
    key = channel(stream)
    try:
        async with connection.pipeline(transaction=True) as pipeline:
            for seq, data in events:
                pipeline.xadd(key, {"data": data}, id=f"{seq}-0", maxlen=KEEP, approximate=True)
            pipeline.publish(key, f"{events[-1][0]} {stream}")
            async with asyncio.timeout(COPY_SECONDS):
                await pipeline.execute(raise_on_error=True)
    except ResponseError as error:
        log.warning("stream copy restarted", stream=stream, error=str(error))
        await _forget(key)
    except (RedisError, OSError, TimeoutError) as error:
        log.warning("events not copied", stream=stream, error=str(error))


async def read(stream: str, after: int, count: int) -> list[Numbered]:
    """The copied events after a number, at most `count`; nothing when Redis is away."""
    connection = bus.connection()
    if connection is None:
        return []
    try:
        entries: Any = await connection.xrange(channel(stream), f"{after + 1}-0", "+", count=count)
    except (RedisError, OSError) as error:
        log.warning("stream copy is away", stream=stream, error=str(error))
        return []
    return [(int(entry_id.split(b"-")[0]), fields[b"data"]) for entry_id, fields in entries]


async def _forget(key: str) -> None:
    connection = bus.connection()
    if connection is None:
        return
    try:
        await connection.delete(key)
        await connection.publish(key, "")
    except (RedisError, OSError) as error:
        log.warning("stream copy not deleted", key=key, error=str(error))
