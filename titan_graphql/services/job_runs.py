"""A worker's hold on a job: claim by lease, report progress, stop when told, finish exactly once."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import structlog
from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from titan_graphql.errors import TitanError
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.quant.errors import QuantError
from titan_graphql.services import jobs

log = structlog.get_logger(__name__)
T = TypeVar("T")
LEASE = timedelta(seconds=10)
ATTEMPTS_MAX = 3
SAMPLE_SECONDS = 0.25
HEARTBEAT_SECONDS = 1.0
HELD = [JobState.RUNNING, JobState.CANCELLING]


class JobStoppedError(Exception):
    """The run must end now: the job was cancelled, or another worker holds it."""


@dataclass
class Report:
    """How far a run is; called from any thread, sampled into the row, and the way a run learns that it must stop."""

    done: float = 0.0
    total: float = 0.0
    message: str = ""
    stopped: bool = False
    _saved: tuple[float, float, str] = field(default=(0.0, 0.0, ""))

    def __call__(self, done: float, total: float, message: str) -> None:
        """Say how far the work is.

        Raises:
            JobStoppedError: the run must end.
        """
        if self.stopped:
            raise JobStoppedError
        self.done, self.total, self.message = done, total, message

    def take_unsaved(self) -> tuple[float, float, str] | None:
        """What was reported since the last call, if anything."""
        now = (self.done, self.total, self.message)
        if now == self._saved:
            return None
        self._saved = now
        return now


async def run(
    job_id: UUID, compute: Callable[[Job, Report], Awaitable[T]], save: Callable[[Job, T], Awaitable[None]]
) -> None:
    """Run a job that this worker manages to claim; `save` commits together with the job's success.

    Raises:
        Exception: what `compute` did not expect, so that the queue delivers the job again.
    """
    job = await claim(job_id)
    if job is None:
        return
    report = Report()
    work = asyncio.ensure_future(compute(job, report))
    keeper = asyncio.create_task(_keep(job, report, work))
    try:
        result = await work
        async with in_transaction():
            await _succeed(job, report)
            await save(job, result)
    except (JobStoppedError, asyncio.CancelledError):
        await _finish_cancelled(job)
    except (TitanError, QuantError) as error:
        await _fail(job, error.code, str(error))
    except Exception as error:
        await _fail_unexpected(job, error)
        raise
    finally:
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper
        await jobs.announce(job)


async def claim(job_id: UUID) -> Job | None:
    """Take a job that is queued or whose lease has run out; None when it is not to be had."""
    now = datetime.now(UTC)
    free = Q(state=JobState.QUEUED) | Q(state__in=HELD, lease_until__lt=now)
    async with in_transaction():
        row = Job.filter(free, id=job_id)
        if await row.filter(state=JobState.CANCELLING).update(state=JobState.CANCELLED, finished_at=now):
            job = await Job.get(id=job_id)
            await jobs.announce(job)
            return None
        if await row.filter(attempt__gte=ATTEMPTS_MAX).update(
            state=JobState.FAILED,
            finished_at=now,
            error_code="POISON",
            error_message=f"Stopped {ATTEMPTS_MAX} workers without an answer; not tried again",
        ):
            await jobs.announce(await Job.get(id=job_id))
            return None
        claimed = await row.update(state=JobState.RUNNING, attempt=F("attempt") + 1, lease_until=now + LEASE)
        if not claimed:
            return None
        await Job.filter(id=job_id, started_at=None).update(started_at=now)
        job = await Job.get(id=job_id)
    await jobs.announce(job)
    return job


async def _keep(job: Job, report: Report, work: asyncio.Future[T]) -> None:
    """Extend the lease and save progress until the work is done; stop the work when the row no longer allows it."""
    quiet = 0.0
    while True:
        await asyncio.sleep(SAMPLE_SECONDS)
        quiet += SAMPLE_SECONDS
        news = report.take_unsaved()
        if news is None and quiet < HEARTBEAT_SECONDS:
            continue
        quiet = 0.0
        if not await _advance(job, report):
            report.stopped = True
            work.cancel()
            return
        if news is not None:
            await jobs.announce(job)


async def _advance(job: Job, report: Report) -> bool:
    return bool(
        await _held(job, [JobState.RUNNING]).update(
            lease_until=datetime.now(UTC) + LEASE,
            progress_done=report.done,
            progress_total=report.total,
            progress_message=report.message,
        )
    )


async def _succeed(job: Job, report: Report) -> None:
    ended = await _held(job, [JobState.RUNNING]).update(
        state=JobState.SUCCEEDED,
        finished_at=datetime.now(UTC),
        lease_until=None,
        progress_done=report.total,
        progress_total=report.total,
        progress_message="Done",
    )
    if not ended:
        raise JobStoppedError


async def _finish_cancelled(job: Job) -> None:
    await _held(job, [JobState.CANCELLING]).update(
        state=JobState.CANCELLED, finished_at=datetime.now(UTC), lease_until=None
    )


async def _fail(job: Job, code: str, message: str) -> None:
    await _held(job, HELD).update(
        state=JobState.FAILED,
        finished_at=datetime.now(UTC),
        lease_until=None,
        error_code=code,
        error_message=message,
    )


async def _fail_unexpected(job: Job, error: Exception) -> None:
    log.error("job failed unexpectedly", job=str(job.id), attempt=job.attempt, exc_info=error)
    if job.attempt >= ATTEMPTS_MAX:
        await _fail(job, "INTERNAL", f"An unexpected error; the log names it under {job.id}")
    else:
        await _held(job, HELD).update(lease_until=datetime.now(UTC))


def _held(job: Job, states: list[JobState]) -> QuerySet[Job]:
    return Job.filter(id=job.id, attempt=job.attempt, state__in=states)
