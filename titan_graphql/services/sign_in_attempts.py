"""Attempts with a password: counted in Redis for all API processes together, and delayed more and more after failures.

An attempt counts as a failure from its beginning and is taken back when it succeeds, so that many at once gain nothing.
"""

import asyncio
import hashlib
import ipaddress
from dataclasses import dataclass
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from titan_graphql.errors import ThrottledError, UnavailableError
from titan_graphql.events import bus

log = structlog.get_logger(__name__)
FREE = 5
FIRST_DELAY_MS, LONGEST_DELAY_MS = 1_000, 15 * 60 * 1_000
KEPT_MS = 60 * 60 * 1_000
WAIT_SECONDS = 2.0

# KEYS: who is counted. ARGV: the moment in ms, or nothing for the clock of Redis, which all processes share; failures
# that cost nothing; the first delay, the longest, and how long failures are remembered. Answers: ms to wait, or 0.
BEGIN = """
local now = tonumber(ARGV[1])
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + math.floor(clock[2] / 1000)
end
local wait = 0
for _, key in ipairs(KEYS) do
  wait = math.max(wait, tonumber(redis.call('HGET', key, 'until') or '0') - now)
end
if wait > 0 then return math.ceil(wait) end
for _, key in ipairs(KEYS) do
  local failures = redis.call('HINCRBY', key, 'failures', 1)
  if failures >= tonumber(ARGV[2]) then
    local delay = math.min(tonumber(ARGV[4]), tonumber(ARGV[3]) * 2 ^ (failures - tonumber(ARGV[2])))
    redis.call('HSET', key, 'until', string.format('%.0f', now + delay))
  end
  redis.call('PEXPIRE', key, ARGV[5])
end
return 0
"""
# KEYS: who is counted; ARGV: how many of the first are forgotten whole, the others lose this one failure.
SUCCEED = """
for place, key in ipairs(KEYS) do
  if place <= tonumber(ARGV[1]) then
    redis.call('DEL', key)
  elseif redis.call('EXISTS', key) == 1 then
    redis.call('HINCRBY', key, 'failures', -1)
    redis.call('HDEL', key, 'until')
  end
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, and under which keys it was counted: the user's first."""

    keys: tuple[str, ...]


async def begin(name: str, address: str | None = None) -> Attempt:
    """Count an attempt to be this user, whether there is one or not, from an address if it is known.

    Raises:
        ThrottledError: too many have failed; it says when to try again.
        UnavailableError: Redis is away, and nothing can be counted.
    """
    keys = [_key("user", name), *([] if address is None else [_key("address", _place(address))])]
    wait = await _run(BEGIN, keys, clock(), FREE, FIRST_DELAY_MS, LONGEST_DELAY_MS, KEPT_MS)
    if wait:
        seconds = -(-wait // 1_000)
        when = "1 second" if seconds == 1 else f"{seconds} seconds"
        raise ThrottledError(f"Too many attempts with a wrong password; try again in {when}", wait)
    return Attempt(tuple(keys))


async def succeeded(attempt: Attempt) -> None:
    """Forget the user's failures; those of the address stay, else an account of one's own would wash them off."""
    await _run(SUCCEED, attempt.keys, 1)


def clock() -> str:
    """The moment in milliseconds; empty: by the clock of Redis."""
    return ""


async def _run(script: str, keys: "list[str] | tuple[str, ...]", *arguments: object) -> int:
    redis = cast("Any", _connection())
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            return int(await redis.eval(script, len(keys), *keys, *arguments))
    except (RedisError, OSError) as error:
        log.warning("attempts to sign in are not counted: Redis is away", error=str(error) or type(error).__name__)
        raise _away() from error


def _connection() -> Redis:
    connection = bus.connection()
    if connection is None:
        raise _away()
    return connection


def _away() -> UnavailableError:
    return UnavailableError(
        "SIGN_IN_UNAVAILABLE", "Passwords cannot be checked for the moment; try again, or use a sign-in link"
    )


def _place(address: str) -> str:
    """An IPv6 address as the first 64 bits of it, since one caller has all the rest."""
    try:
        parsed = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or parsed.packed[:8].hex())


def _key(kind: str, value: str) -> str:
    """Names and addresses are hashed: they may be long, and somebody types the password as the name."""
    digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
    return f"titan:sign-in:{kind}:{digest[:32]}"
