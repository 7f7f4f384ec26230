"""How tasks end: work that a cancellation must not cut, and tasks that must be gone although clients swallow theirs."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
AGAIN_SECONDS = 0.2


async def uncut(work: Coroutine[Any, Any, T]) -> T:
    """Do this to its end even when cancelled meanwhile, and be cancelled only then.

    A transaction that is cut off as it begins may hold its connection for ever.
    """
    task, cancelled = asyncio.ensure_future(work), False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        task.exception()
        raise asyncio.CancelledError
    return task.result()


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks until they are done: the client of Redis swallows a cancellation that meets it while it connects."""
    cancelled = False
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        try:
            await asyncio.wait(pending, timeout=AGAIN_SECONDS)
        except asyncio.CancelledError:
            cancelled = True
    for task in tasks:
        if not task.cancelled():
            task.exception()  # seen: of two that failed for one reason, one is told
    if cancelled:
        raise asyncio.CancelledError
