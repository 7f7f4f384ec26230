"""Remembering expensive figures in Redis, under keys that name all their inputs, so that they are never stale."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
T = TypeVar("T")
KEEP_SECONDS = 7 * 24 * 3600
_connection: Redis | None = None


def use(connection: Redis | None) -> None:
    """Remember on this connection from now on; None forgets."""
    global _connection
    _connection = connection


async def remembered(key: str, load: Callable[[Any], T], compute: Callable[[], Awaitable[T]]) -> T:
    """The value under a key, or else computed and put there; a cache that is away only costs time.

    `load` builds the value from its JSON; a dataclass of plain values or other such dataclasses goes in.
    """
    stored = await _read(f"titan:figure:{key}")
    if stored is not None:
        return load(orjson.loads(stored))
    value = await compute()
    await _write(f"titan:figure:{key}", orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY))
    return value


async def _read(key: str) -> bytes | str | None:
    if _connection is None:
        return None
    try:
        return await _connection.get(key)
    except (RedisError, OSError) as error:
        log.warning("cache not read", error=str(error))
        return None


async def _write(key: str, value: bytes) -> None:
    if _connection is None:
        return
    try:
        await _connection.set(key, value, ex=KEEP_SECONDS)
    except (RedisError, OSError) as error:
        log.warning("cache not written", error=str(error))
