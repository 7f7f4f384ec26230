"""Publishing: a doorbell over Redis pub/sub; what happened is read from the database."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

CONNECTIONS = 8
SECONDS = 5
OPEN_SECONDS = 1.0
log = structlog.get_logger(__name__)
_connection: Redis | None = None


def client(redis_url: str) -> Redis:
    """A client of few connections, for which its callers queue; by default the hundred-and-first caller fails."""
    # One more try, for a connection that broke while it was idle.
    retry = Retry(NoBackoff(), 1)
    pool = BlockingConnectionPool.from_url(
        redis_url, max_connections=CONNECTIONS, timeout=SECONDS, socket_timeout=SECONDS, socket_connect_timeout=SECONDS,
        retry=retry,
    )  # fmt: skip
    return Redis.from_pool(pool)


@asynccontextmanager
async def opened(redis_url: str) -> AsyncIterator[Redis]:
    """The publishing connection of this process."""
    global _connection
    _connection = client(redis_url)
    await _open_all(_connection)
    try:
        yield _connection
    finally:
        await _connection.aclose()
        _connection = None


async def _open_all(redis: Redis) -> None:
    """Open the whole pool at the start: opened at each new peak, a process would hold more files for hours."""
    with contextlib.suppress(RedisError, OSError):  # one that is away is met when it is needed
        async with asyncio.timeout(OPEN_SECONDS):
            await asyncio.gather(*(redis.ping() for _ in range(CONNECTIONS)))


def connection() -> Redis | None:
    """The open connection; None in a process that has none."""
    return _connection


async def ping(*channels: str, message: str = "") -> None:
    """Announce a change; a bus that is away loses nothing, since listeners reload rows when it is back."""
    if _connection is None:
        return
    try:
        for channel in channels:
            await _connection.publish(channel, message)
    except (RedisError, OSError) as error:
        log.warning("ping not sent", channels=channels, error=str(error))
