"""Work that goes on until somebody asks it to stop."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_until_signal(work: Coroutine[Any, Any, None]) -> int:
    """Work until a signal: 0 then, 1 where the work has ended by itself."""
    return asyncio.run(_until_signal(work))


async def _until_signal(work: Coroutine[Any, Any, None]) -> int:
    task = asyncio.create_task(work)
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return 0
    return 1
