"""Hashes of passwords: argon2id in threads of its own, so that the event loop goes on meanwhile."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from titan_graphql.errors import UnavailableError

T = TypeVar("T")
THREADS = 2
WAITING_MAX = 64  # each takes tens of milliseconds
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Of no password anybody knows; asking it takes as long as asking one of somebody's.
NOBODYS = f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}${'A' * 22}${'A' * 43}"
_threads = ThreadPoolExecutor(THREADS, "password")


@dataclass(slots=True)
class _Queue:
    """How many are worked on or wait."""

    length: int = 0


_queue = _Queue()


async def hashed(password: str) -> str:
    """A new salted hash of a password.

    Raises:
        UnavailableError: too many wait for theirs.
    """
    return await _in_thread(lambda: _hasher.hash(_bytes(password)))


async def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password behind a hash; without a hash it is not, and saying so takes as long.

    Raises:
        UnavailableError: too many wait for theirs.
    """
    return await _in_thread(lambda: _verified(stored or NOBODYS, password)) and stored is not None


async def _in_thread(work: Callable[[], T]) -> T:
    if _queue.length >= WAITING_MAX:
        raise UnavailableError("SIGN_IN_UNAVAILABLE", "Too many are signing in at this moment; try again")
    _queue.length += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _queue.length -= 1


def _verified(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, _bytes(password))
    except VerifyMismatchError:
        return False


def _bytes(password: str) -> bytes:
    """The same bytes from every keyboard: some send é as one character, some as two."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
