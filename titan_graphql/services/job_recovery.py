"""Jobs found again: messages that were lost, workers that fell silent, and runs that do not end when told to."""

import asyncio
import time
from collections.abc import Callable, Collection
from datetime import timedelta

import structlog
from tortoise.expressions import Q

from titan_graphql import db, queue
from titan_graphql.models.jobs import HELD_STATES, Job, JobState
from titan_graphql.queue import JobName, Lane, QueueError, lane_of
from titan_graphql.services import job_runs, jobs

log = structlog.get_logger(__name__)
HEARD_WITHIN = timedelta(seconds=5)
CLOCK_WENT_BACK = timedelta(minutes=1)
BATCH = 500
CANCEL_SECONDS = 1.25
STRANGER_SECONDS = 1.75
OVERTIME_SECONDS = 5.0
SILENT_SECONDS = 1.5


async def reconcile() -> int:
    """Dispatch what the queue was never told of, or has lost; returns how many.

    A job that waits in a long queue is not sent twice: messages count as lost only when fewer wait than jobs do.
    """
    moment = await db.now()
    waiting = Job.filter(jobs.claimable(moment))
    await _end_abandoned(Q(state=JobState.CANCELLING) & jobs.lapsed(moment))
    found = await waiting.filter(dispatched_at=None).order_by("number").limit(BATCH)
    unheard = Q(dispatched_at__lt=moment - HEARD_WITHIN) | Q(dispatched_at__gt=moment + CLOCK_WENT_BACK)
    for lane in Lane:
        told = waiting.filter(dispatched_at__isnull=False, name__in=_names(lane))
        if await told.filter(unheard).exists() and await queue.backlog(lane) < await told.count():
            found += await told.filter(unheard).order_by("number").limit(BATCH)
    return sum([await jobs.dispatch(job) for job in found])


async def reconcile_forever(seconds: float) -> None:
    """Reconcile at an interval until cancelled."""
    while True:
        try:
            await reconcile()
        except QueueError as error:
            log.warning("queue is away", error=str(error))
        except Exception:  # the next round may succeed; the loop must live
            log.exception("reconciling failed")
        await asyncio.sleep(seconds)


class Overseer:
    """Ends runs over the head of a worker that does not: cancelled but going on, beyond the limit, or silent.

    Patience is measured from the moment the overseer first saw the state, by a clock that never jumps.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[tuple[object, ...], float] = {}

    async def overdue(self, slots: Collection[str], live: Callable[[], Collection[str]]) -> set[str]:
        """End in the database what is overdue, and pass on at once what a dead process of ours held.

        A worker is named after its slot and its process. Returns the live ones that must be replaced.
        """
        held = await Job.filter(state__in=HELD_STATES).exclude(worker=None)
        moment, alive = await db.now(), live()  # asked after the rows: a claim is never older than its process
        seen: dict[tuple[object, ...], float] = {}
        replaced: set[str] = set()
        for job in held:
            worker = job.worker or ""
            own = worker in alive
            if not own and slot_of(worker) in slots:
                await _pass_on(job)
                continue
            key = (job.id, job.attempt, job.state)
            seen[key] = self._since.get(key, self._clock())
            ended = await self._ended(job, self._clock() - seen[key], own=own)
            if own and not ended and job.lease_until is not None and job.lease_until < moment:
                # A clock that jumped, or a machine that slept, makes a lease run out whose worker is about to beat.
                silent = (*key, job.lease_until)
                seen[silent] = self._since.get(silent, self._clock())
                ended = self._clock() - seen[silent] > SILENT_SECONDS and await _taken(job)
            if own and ended:
                replaced.add(worker)
        self._since = seen
        return replaced

    async def _ended(self, job: Job, seconds: float, *, own: bool) -> bool:
        if job.state is JobState.CANCELLING:
            return seconds > (CANCEL_SECONDS if own else STRANGER_SECONDS) and await _cancelled(job)
        if seconds > job.time_limit_seconds + OVERTIME_SECONDS:
            await job_runs.fail(job, "TIME_LIMIT", f"Took longer than {job.time_limit_seconds:.0f} s")
            await jobs.announce(job)
            return True
        return False


def worker_name(slot: str, process_id: int) -> str:
    """The name under which a process claims jobs."""
    return f"{slot}.{process_id}"


def slot_of(worker: str) -> str:
    """Which slot of which supervisor a worker fills."""
    return worker.rpartition(".")[0]


async def _taken(job: Job) -> bool:
    """Take a job from a silent worker, unless it has beaten since; one that is saving its result keeps it."""
    silent = Job.filter(id=job.id, attempt=job.attempt, worker=job.worker, state=job.state, lease_until=job.lease_until)
    return bool(await silent.update(worker=None, lease_until=None))


async def _pass_on(job: Job) -> None:
    if not await _cancelled(job):
        await job_runs.hand_back(job, struck=True)


async def _end_abandoned(condition: Q) -> None:
    for job in await Job.filter(condition).limit(BATCH):
        await _cancelled(job)


async def _cancelled(job: Job) -> bool:
    ended = await job_runs.finish_cancelled(job)
    await jobs.announce(job)
    return ended


def _names(lane: Lane) -> list[str]:
    return [name.value for name in JobName if lane_of(name) is lane]
