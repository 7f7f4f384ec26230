"""Budgets: how much a user may ask for in a while, counted in Redis for all API processes together.

Each user has a bucket of tokens that refills by the second. A process takes some in advance, and spends those without
asking Redis again; what it holds was taken out of the bucket, so together processes never spend more than there was.
"""

import asyncio
import math
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from titan_graphql.errors import ThrottledError
from titan_graphql.services.users import Viewer
from titan_graphql.settings import BUDGET, BUDGET_PER_SECOND

log = structlog.get_logger(__name__)
REQUEST_MAX = 5_000
# Taken in advance at once, and how little is left when more is fetched.
SHARE, LOW = 1_000, 400
WAIT_SECONDS = 0.25
AWAY_SECONDS = 1.0
USERS_MAX = 10_000

# KEYS: the bucket. ARGV: size, refill per second, wanted (negative: given back), wanted if there is that much more.
# Answers: what was taken, what is left, milliseconds until `wanted` is there. The clock is that of Redis.
TAKE = """
local size, rate, wanted, more = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local kept = redis.call('HMGET', KEYS[1], 'level', 'at')
local level = size
if kept[1] then
  level = math.min(size, tonumber(kept[1]) + math.max(0, now - tonumber(kept[2])) * rate / 1000)
end
local taken = 0
if level >= wanted + more then taken = wanted + more elseif level >= wanted then taken = wanted end
level = math.min(size, level - taken)
redis.call('HSET', KEYS[1], 'level', tostring(level), 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(size / rate * 1000) + 60000)
local wait = 0
if taken < wanted then wait = math.ceil((wanted - level) / rate * 1000) end
return {math.floor(taken), math.floor(level), wait}
"""


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of a user's budget, about; its size and how fast it refills."""

    available: int
    max: int
    restore_per_second: int


@dataclass(slots=True)
class Purse:
    """What this process holds of a user's bucket, and how full the bucket was when last seen."""

    key: str
    held: float = 0.0
    level: float = 0.0
    seen: float = 0.0
    fetching: "asyncio.Task[None] | None" = None
    # One at a time asks Redis, so that nobody is refused what another has just fetched.
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class _Counting:
    """Where and how this process counts."""

    redis: Redis | None = None
    size: int = BUDGET
    rate: int = BUDGET_PER_SECOND
    away_until: float = 0.0


_counting = _Counting()
_purses: "OrderedDict[UUID, Purse]" = OrderedDict()


def use(redis: Redis | None, size: int = BUDGET, per_second: int = BUDGET_PER_SECOND) -> None:
    """Count in this Redis from now on; without one nothing is counted."""
    _purses.clear()
    _counting.redis, _counting.size, _counting.rate, _counting.away_until = redis, size, per_second, 0.0


async def charge(viewer: Viewer, price: int) -> None:
    """Take the price of an operation from the user's budget.

    Raises:
        ThrottledError: there is not enough left; it says when there will be.
    """
    if _counting.redis is None or not price:
        return
    purse = _purse(viewer)
    if purse.held < price:
        async with purse.lock:
            while purse.held < price and not _away():
                await _fetch(purse, math.ceil(price - purse.held))
    if _away():
        return
    purse.held -= price
    if purse.held < LOW and purse.fetching is None:
        purse.fetching = asyncio.create_task(_top_up(purse))


def settle(viewer: Viewer, requested: int, actual: int) -> None:
    """Give back what an operation did not need, or take what it needed besides."""
    if requested == actual or _counting.redis is None or _away():
        return
    purse = _purse(viewer)
    # No debt is larger than what the bucket can ever hold beside the next price.
    purse.held = max(purse.held + requested - actual, -_counting.size / 2)
    if purse.held > 2 * SHARE and purse.fetching is None:
        purse.fetching = asyncio.create_task(_give_back(purse))


def seen(viewer: Viewer) -> Budget:
    """The user's budget as this process knows it, without asking Redis."""
    purse = _purses.get(viewer.user_id)
    if purse is None or not purse.seen:
        return Budget(_counting.size, _counting.size, _counting.rate)
    level = purse.level + (time.monotonic() - purse.seen) * _counting.rate
    left = min(float(_counting.size), level + purse.held)
    return Budget(max(0, math.floor(left)), _counting.size, _counting.rate)


async def read(viewer: Viewer) -> Budget:
    """The user's budget as Redis has it now, with what this process holds of it."""
    if _counting.redis is not None and not _away():
        purse = _purse(viewer)
        if purse.fetching is not None:
            await asyncio.wait([purse.fetching])
        async with purse.lock:
            await _fetch(purse, 0, 0)
    return seen(viewer)


def _purse(viewer: Viewer) -> Purse:
    purse = _purses.get(viewer.user_id)
    if purse is None:
        purse = _purses[viewer.user_id] = Purse(f"titan:budget:{viewer.user_id}")
        while len(_purses) > USERS_MAX:
            _purses.popitem(last=False)
    return purse


def _away() -> bool:
    return time.monotonic() < _counting.away_until


async def _fetch(purse: Purse, wanted: int, more: int = SHARE) -> None:
    """Move tokens from the bucket to the purse, or back; without Redis nobody is stopped.

    Raises:
        ThrottledError: the bucket does not hold what is wanted.
    """
    redis = cast("Redis", _counting.redis)
    arguments = [_counting.size, _counting.rate, wanted, more]
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            taken, level, wait = await cast("Any", redis.eval(TAKE, 1, purse.key, *arguments))
    except (RedisError, OSError) as error:
        log.warning("budgets are not counted: Redis is away", error=str(error) or type(error).__name__)
        _counting.away_until = time.monotonic() + AWAY_SECONDS
        return
    purse.held += max(taken, 0)  # what is given back has left the purse before
    purse.level, purse.seen = level, time.monotonic()
    if wait:
        raise ThrottledError(f"Your budget is used up for now; ask again in {wait / 1000:.1f} s", wait)


async def _top_up(purse: Purse) -> None:
    try:
        async with purse.lock:
            await _fetch(purse, 0)
    finally:
        purse.fetching = None


async def _give_back(purse: Purse) -> None:
    spare = math.floor(purse.held - SHARE)
    purse.held -= spare
    try:
        async with purse.lock:
            await _fetch(purse, -spare, 0)
    finally:
        purse.fetching = None
