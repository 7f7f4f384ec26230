"""A feed at work: bars come in and are stored in order, whatever happens to the services meanwhile."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any, TypeVar

import structlog

from titan_graphql import db
from titan_graphql.errors import InvalidInputError, UnavailableError
from titan_graphql.services import market_feeds, market_folding, market_live
from titan_graphql.services.market_feeds import FeedRun
from titan_graphql.services.market_live import ClosedBar

log = structlog.get_logger(__name__)
Source = AsyncIterator[Sequence[ClosedBar]]
T = TypeVar("T")
AWAY = (*db.AWAY, UnavailableError)
RETRY_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
WAITING_MAX = 10_000
BATCH = 500
IDLE_SECONDS = 5.0
FOLD_EVERY_SECONDS = 60.0
ENDING_SECONDS = 1.5


class Feeding:
    """One run of a feed until it is told to stop or its source has ended."""

    def __init__(self, run: FeedRun) -> None:
        self.run = run
        self._waiting: asyncio.Queue[Sequence[ClosedBar] | None] = asyncio.Queue(WAITING_MAX)
        self._stopping = asyncio.Event()
        self._fold_at = 0.0

    def stop(self) -> None:
        """End soon: what is being stored is finished, what waits is given up."""
        self._stopping.set()
        with contextlib.suppress(asyncio.QueueFull):
            self._waiting.put_nowait(None)  # wakes up whoever waits for bars

    async def work(self, source: Source) -> None:
        """Take bars from a source and store them in order.

        Raises:
            ConflictError: FEED_REPLACED.
        """
        intake, storing = asyncio.create_task(self._take(source)), asyncio.create_task(self._store())
        told = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({storing, told}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({storing}, timeout=ENDING_SECONDS)
            if storing.done():
                await storing
            if intake.done():
                await intake
        finally:
            hurried = self._stopping.is_set()
            self._stopping.set()
            for task in (intake, storing, told):
                task.cancel()
            await asyncio.gather(intake, storing, told, return_exceptions=True)
            await self._end(ENDING_SECONDS if hurried else None)

    async def _take(self, source: Source) -> None:
        try:
            async for bars in source:
                if believable := [bar for bar in bars if _is_believable(bar)]:
                    await self._waiting.put(believable)
        finally:
            if not self._stopping.is_set():
                await self._waiting.put(None)

    async def _store(self) -> None:
        await self._fold(market_folding.fold_all)  # what an earlier run left
        while not self._stopping.is_set():
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    bars = await self._waiting.get()
            except TimeoutError:
                await self._persist(lambda: market_feeds.sign_of_life(self.run))
                bars = []
            if bars is None:
                return
            if bars:
                batch = self._with_followers(bars)
                await self._persist(lambda: market_live.record(batch, self.run))  # noqa: B023 (called before the next turn)
            if asyncio.get_running_loop().time() >= self._fold_at:
                await self._fold(_fold_days_that_are_over)

    def _with_followers(self, bars: Sequence[ClosedBar]) -> Sequence[ClosedBar]:
        """What waits already goes into the same transaction; of a replay each moment is one of its own."""
        batch = list(bars)
        while not self.run.replay and len(batch) < BATCH and not self._waiting.empty():
            more = self._waiting.get_nowait()
            if more is None:
                self._waiting.put_nowait(None)
                break
            batch += more
        return batch

    async def _fold(self, fold: Callable[[], Coroutine[Any, Any, int]]) -> None:
        self._fold_at = asyncio.get_running_loop().time() + FOLD_EVERY_SECONDS
        if not self.run.replay:
            await self._persist(fold)

    async def _persist(self, call: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
        """Call until it succeeds, ever more patiently; None when told to stop before."""
        failures = 0
        while not (failures and self._stopping.is_set()):
            try:
                # In a task of its own: where beginning a transaction fails, Tortoise leaves it open for its task.
                return await asyncio.create_task(call())
            except AWAY as error:
                log.warning("bars wait, the database is away", waiting=self._waiting.qsize(), error=str(error))
                seconds = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
                failures += 1
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), seconds)
        return None

    async def _end(self, seconds: float | None) -> None:
        """Announce the end and fold what there is, as far as time allows; the next start does the rest."""
        try:
            async with asyncio.timeout(seconds):
                await market_feeds.end(self.run)
                if not self.run.replay:
                    await market_folding.fold_all()
        except AWAY as error:
            log.warning("feed ended without folding its bars", error=str(error))


async def _fold_days_that_are_over() -> int:
    return await market_folding.fold_all(await db.now())


def _is_believable(bar: ClosedBar) -> bool:
    """Whether a bar is possible; an impossible one must not hold up the others."""
    try:
        market_live.check(bar)
    except InvalidInputError as error:
        log.warning("bar left out", series=str(bar.series_id), time=bar.time, code=error.code)
        return False
    return True
