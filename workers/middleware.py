"""What every worker does around its jobs: connections opened once, lost jobs found again, kernels compiled early."""

import asyncio
import contextlib
from typing import Any

import dramatiq
import structlog
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import AsyncIO, Callbacks, Retries, ShutdownNotifications, TimeLimit

from titan_graphql import db
from titan_graphql.events import bus
from titan_graphql.services import jobs
from titan_graphql.settings import Settings

log = structlog.get_logger(__name__)
RECONCILE_SECONDS = 2.0
JOB_TIME_LIMIT_MS = 6 * 60 * 60 * 1000
RETRIES, BACKOFF_MIN_MS, BACKOFF_MAX_MS = 3, 500, 10_000


def DEFAULT_MIDDLEWARE() -> list[dramatiq.Middleware]:  # noqa: N802
    """The library's middleware that jobs need."""
    return [
        AsyncIO(),
        TimeLimit(time_limit=JOB_TIME_LIMIT_MS),
        ShutdownNotifications(notify_shutdown=True),
        Callbacks(),
        Retries(max_retries=RETRIES, min_backoff=BACKOFF_MIN_MS, max_backoff=BACKOFF_MAX_MS),
    ]


class Connections(dramatiq.Middleware):
    """Opens the database and the bus on the worker's event loop, and keeps reconciling there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = contextlib.AsyncExitStack()
        self._reconciling: asyncio.Task[None] | None = None

    def after_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Open."""
        _on_loop(self._open())

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Close."""
        _on_loop(self._close())

    async def _open(self) -> None:
        await self._stack.enter_async_context(db.opened(self._settings))
        await self._stack.enter_async_context(bus.opened(self._settings.redis_url))
        self._reconciling = asyncio.create_task(jobs.reconcile_forever(RECONCILE_SECONDS))

    async def _close(self) -> None:
        if self._reconciling is not None:
            self._reconciling.cancel()
        await self._stack.aclose()


def _on_loop(work: Any) -> None:
    thread = get_event_loop_thread()
    if thread is None:
        raise RuntimeError("the AsyncIO middleware comes before this one")
    thread.run_coroutine(work)
