"""Kernels beside the event loop: compiled before anybody asks, and never more at once than there are processors."""

import asyncio
import gc
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, get_args

import numpy as np
import numpy.typing as npt
import structlog

from titan_graphql.errors import UnavailableError
from titan_graphql.quant import screen
from titan_graphql.quant.backtest import run_backtest
from titan_graphql.quant.backtest_rules import Rules
from titan_graphql.quant.cointegration import engle_granger
from titan_graphql.quant.downsample import lttb
from titan_graphql.quant.spread_tests import phillips_ouliaris
from titan_graphql.services.pair_hedges import HedgeMethod, spread_path

log = structlog.get_logger(__name__)
T = TypeVar("T")
WAIT_SECONDS = 2.0


class Places:
    """As many threads as there are processors; a caller waits for a free one, but not for long."""

    def __init__(self, count: int, wait_seconds: float = WAIT_SECONDS) -> None:
        self._free = asyncio.Semaphore(count)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="query")
        self._wait_seconds = wait_seconds

    async def run(self, work: Callable[[], T]) -> T:
        """What the work returns; a place stays taken until its thread is done, even if nobody waits any more.

        Raises:
            UnavailableError: BUSY.
        """
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._free.acquire()
        except TimeoutError:
            message = f"All processors were busy for {self._wait_seconds:g} s; try again"
            raise UnavailableError("BUSY", message) from None
        loop = asyncio.get_running_loop()
        future = self._threads.submit(work)
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._free.release))
        return await asyncio.wrap_future(future)


queries = Places(os.cpu_count() or 1)


def warm() -> None:
    """Compile every kernel that a request or a job uses, or load it from the cache."""
    screen.warm()
    y, x = _walks()
    compiled = [method for method in get_args(HedgeMethod) if method != "JOHANSEN"]
    paths = [spread_path(y, x, slice(0, 40), method, 10) for method in compiled]
    lttb(np.arange(y.size, dtype=np.int64), paths[0].spread, 20)
    run_backtest(np.exp(y), np.exp(x), paths[0].z_score, 1.0, Rules(entry=1.0, exit=0.2))


def load_statistics() -> None:
    """Load the libraries of the tests of a pair, which take longer than a request should."""
    y, x = _walks()
    engle_granger(y, x)
    phillips_ouliaris(y, x)
    spread_path(y, x, slice(0, 40), "JOHANSEN", None)


def _walks() -> npt.NDArray[np.float64]:
    walks = np.random.default_rng(0).standard_normal((80, 2)).cumsum(axis=0)
    return 5.0 + 0.01 * walks.T


def warm_in_background(*, statistics: bool) -> threading.Thread:
    """Warm in a thread that nobody waits for, neither a caller nor the end of the process."""
    thread = threading.Thread(target=_warm_logged, kwargs={"statistics": statistics}, name="warm", daemon=True)
    thread.start()
    return thread


def _warm_logged(*, statistics: bool) -> None:
    start = time.perf_counter()
    gc.disable()  # looking through half-loaded libraries would hold up every request for a quarter of a second
    try:
        warm()
        if statistics:
            load_statistics()
    except Exception:  # a kernel that does not compile will say so to whoever needs it
        log.exception("kernels not compiled")
    else:
        log.info("kernels ready", seconds=round(time.perf_counter() - start, 2))
    finally:
        gc.freeze()  # what is loaded stays, so that no later collection need look through it either
        gc.enable()
