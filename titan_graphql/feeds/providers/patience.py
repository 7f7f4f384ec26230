"""Asking a source that may be busy: as often as is reasonable, and never sooner than it says."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from titan_graphql.errors import UnavailableError

ATTEMPTS_MAX = 6
FIRST_WAIT_SECONDS = 1.0
WAIT_SECONDS_MAX = 120.0
Answer = TypeVar("Answer")


class TryLaterError(Exception):
    """The source is busy or away; `seconds` is how long it asks to be left alone, `limited` that it counts requests."""

    def __init__(self, reason: str, seconds: float | None = None, *, limited: bool = False) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.limited = limited


async def patiently(source: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer of `ask`, asked again after a while whenever it raises `TryLaterError`.

    Raises:
        UnavailableError: PROVIDER_LIMITED or PROVIDER_FAILED, when it is not to be had.
    """
    for attempt in range(ATTEMPTS_MAX):
        try:
            return await ask()
        except TryLaterError as error:
            asked = error.seconds
            wait = max(0.0, asked) if asked is not None else backoff(attempt)
            if wait > WAIT_SECONDS_MAX or attempt == ATTEMPTS_MAX - 1:
                raise _unavailable(source, error) from error
        await pause(wait)
    raise AssertionError("the last attempt returns or raises")


async def pause(seconds: float) -> None:
    """Wait."""
    await asyncio.sleep(seconds)


def backoff(attempt: int) -> float:
    """Seconds to wait after this many failures: doubled each time, up to a limit."""
    return min(WAIT_SECONDS_MAX / 2, FIRST_WAIT_SECONDS * 2.0 ** min(attempt, 30))


def retry_after(text: str | None) -> float | None:
    """The seconds of a Retry-After header; None where it says nothing usable."""
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if 0.0 <= seconds < float("inf") else None


def _unavailable(source: str, error: TryLaterError) -> UnavailableError:
    if error.limited:
        asked = f"; it asks to wait {error.seconds:g} s" if error.seconds is not None else ""
        return UnavailableError("PROVIDER_LIMITED", f"{source} takes no more requests for now{asked}")
    return UnavailableError("PROVIDER_FAILED", f"{source} does not answer: {error}")
