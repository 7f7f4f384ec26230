"""Signs of life: which kinds of worker are there, whatever queue they take their jobs from."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from titan_graphql.events import bus

log = structlog.get_logger(__name__)
BEAT_SECONDS = 2.0
SILENT_SECONDS = 20


@asynccontextmanager
async def announced(kinds: Collection[str]) -> AsyncIterator[None]:
    """Give signs of life for these kinds of worker, the first before this returns."""
    await _beat(kinds)
    beating = asyncio.create_task(_beat_for_ever(kinds))
    try:
        yield
    finally:
        beating.cancel()


async def present(redis: Redis, kinds: Collection[str]) -> bool:
    """Whether a worker of each kind gave a sign of life lately.

    Raises:
        RedisError: nobody can tell.
    """
    return bool(await redis.exists(*map(_key, kinds)) == len(kinds))


async def _beat_for_ever(kinds: Collection[str]) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        await _beat(kinds)


async def _beat(kinds: Collection[str]) -> None:
    connection = bus.connection()
    if connection is None:
        return
    try:
        for kind in kinds:
            await connection.set(_key(kind), "", ex=SILENT_SECONDS)
    except (RedisError, OSError) as error:
        log.warning("no sign of life given", kinds=list(kinds), error=str(error))


def _key(kind: str) -> str:
    return f"titan:present:{kind}"
