"""Publishing: a doorbell over Redis pub/sub; what happened is read from the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
_connection: Redis | None = None


@asynccontextmanager
async def opened(redis_url: str) -> AsyncIterator[Redis]:
    """The publishing connection of this process."""
    global _connection
    _connection = Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=5)
    try:
        yield _connection
    finally:
        await _connection.aclose()
        _connection = None


async def ping(*channels: str, message: str = "") -> None:
    """Announce a change; a bus that is away loses nothing, since listeners reload rows when it is back."""
    if _connection is None:
        return
    try:
        for channel in channels:
            await _connection.publish(channel, message)
    except (RedisError, OSError) as error:
        log.warning("ping not sent", channels=channels, error=str(error))
