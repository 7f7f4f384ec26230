"""What a worker process does around its jobs: an event loop with open connections, and its own end when a job hangs."""

import asyncio
import concurrent.futures
import contextlib
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import dramatiq
import structlog
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.broker import MessageProxy
from dramatiq.middleware import AsyncIO

from titan_graphql import db
from titan_graphql.events import bus, presence
from titan_graphql.services import job_runs, kernels, market_uploads
from titan_graphql.settings import Settings

log = structlog.get_logger(__name__)
T = TypeVar("T")
KERNEL_THREADS = 4
KERNEL_GRACE_SECONDS = 0.75
REPLACE_ME = 75


class KernelThreads(ThreadPoolExecutor):
    """The threads of `asyncio.to_thread`, which tell whether a kernel still runs after its job has ended."""

    def __init__(self) -> None:
        super().__init__(KERNEL_THREADS, thread_name_prefix="kernel")
        self._under_way: set[Future[Any]] = set()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Run a function in a thread."""
        future = super().submit(fn, *args, **kwargs)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    def quiet_within(self, seconds: float) -> bool:
        """Whether everything submitted ends in time."""
        return not concurrent.futures.wait(set(self._under_way), seconds).not_done


class Runtime(AsyncIO):
    """The event loop of the worker and what is open on it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._stack = contextlib.AsyncExitStack()
        self._kernels = KernelThreads()

    def before_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Open, before a waiting message can be taken."""
        super().before_worker_boot(broker, worker)  # type: ignore[no-untyped-call]  # dramatiq leaves it bare
        self._on_loop(self._open(worker.consumer_whitelist or set()))

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Hand back what is running, so that another worker continues it at once."""
        self._on_loop(_hand_back())

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Close."""
        self._on_loop(self._stack.aclose())
        super().after_worker_shutdown(broker, worker)  # type: ignore[no-untyped-call]  # dramatiq leaves it bare

    def after_ack(self, broker: dramatiq.Broker, message: MessageProxy) -> None:
        """Be replaced by a fresh process when the job has ended but its kernel has not: no CPU is left behind."""
        if not self._kernels.quiet_within(KERNEL_GRACE_SECONDS):
            log.error("a kernel does not end; this process does", actor=message.actor_name, args=message.args)
            sys.stdout.flush()
            os._exit(REPLACE_ME)

    async def _open(self, lanes: set[str]) -> None:
        kernels.warm_in_background(statistics=False)
        asyncio.get_running_loop().set_default_executor(self._kernels)
        await self._stack.enter_async_context(db.opened(self._settings))
        await self._stack.enter_async_context(bus.opened(self._settings.redis_url))
        await self._stack.enter_async_context(market_uploads.opened(self._settings.data_dir))
        await self._stack.enter_async_context(presence.announced(lanes))

    def _on_loop(self, work: Any) -> None:
        thread = get_event_loop_thread()
        if thread is None:
            raise RuntimeError("the event loop has not been started")
        thread.run_coroutine(work)


async def _hand_back() -> None:
    job_runs.hand_back_all()
