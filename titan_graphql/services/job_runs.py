"""A worker's hold on a job: claim by lease, report progress, stop when told, finish exactly once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import structlog
from tortoise.exceptions import IntegrityError, NotExistOrMultiple
from tortoise.expressions import F
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from titan_graphql import db
from titan_graphql.errors import TitanError
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.quant.errors import QuantError
from titan_graphql.services import installation, jobs
from titan_graphql.services.job_reports import JobStoppedError as JobStoppedError
from titan_graphql.services.job_reports import Report as Report
from titan_graphql.services.job_reports import Stop
from titan_graphql.services.jobs import LEASE, claimable

log = structlog.get_logger(__name__)
T = TypeVar("T")
STRIKES_MAX = 3
BACKOFF_SECONDS = (1.0, 5.0)
BEAT_SECONDS = 0.5
ANNOUNCE_EVERY = 2
WRITE_AGAIN_SECONDS = (0.1, 0.5, 1.0, 2.0, 3.0)
FULL_SECONDS = 10.0

_worker = ""
_reports: set[Report] = set()
_closing = False


def work_as(worker: str) -> None:
    """Begin work under the name that claims carry, by which a supervisor knows its own processes."""
    global _worker, _closing
    _worker, _closing = worker, False


def hand_back_all() -> None:
    """Stop every run of this process and let others continue them at once; nothing is claimed from now on."""
    global _closing
    _closing = True
    for report in list(_reports):
        report.stop(Stop.HANDED_BACK)


async def run(
    job_id: UUID, compute: Callable[[Job, Report], Awaitable[T]], save: Callable[[Job, T], Awaitable[None]]
) -> None:
    """Run a job that this worker manages to claim; `save` commits together with the job's success."""
    job = None if _closing else await claim(job_id, _worker)
    if job is None:
        return
    with reporting() as report:
        await _run(job, report, compute, save)


@contextlib.contextmanager
def reporting() -> Iterator[Report]:
    """A report that also learns when this process hands everything back."""
    report = Report()
    if _closing:
        report.stop(Stop.HANDED_BACK)
    _reports.add(report)
    try:
        yield report
    finally:
        _reports.discard(report)


async def claim(job_id: UUID, worker: str = "") -> Job | None:
    """Take a job that is queued or whose lease has run out; None when it is not to be had."""
    async with in_transaction():
        moment = await db.now()  # not before: the transaction may have had to wait to begin
        job = await Job.filter(claimable(moment), id=job_id).get_or_none()
        if job is None:
            return None
        # As it was read: on PostgreSQL it may have been cancelled or handed back since.
        row = Job.filter(claimable(moment), id=job_id, state=job.state, attempt=job.attempt, strikes=job.strikes)
        won = 0
        if job.state is JobState.CANCELLING:
            await row.update(state=JobState.CANCELLED, finished_at=moment, lease_until=None)
        elif job.strikes >= STRIKES_MAX:
            await row.update(
                state=JobState.FAILED,
                finished_at=moment,
                lease_until=None,
                error_code="POISON",
                error_message=f"Stopped {job.strikes} workers without an answer; not tried again",
            )
        else:
            won = await row.update(
                state=JobState.RUNNING,
                attempt=F("attempt") + 1,
                strikes=F("strikes") + 1,
                worker=worker,
                lease_until=moment + LEASE,
                claimed_at=moment,
                started_at=job.started_at or moment,
                dispatched_at=None,
                progress_at=None,
            )
        claimed = await Job.get(id=job_id)
    await jobs.announce(claimed)
    return claimed if won else None


@contextlib.asynccontextmanager
async def holding(job: Job) -> AsyncIterator[None]:
    """A transaction for what a run writes before its end: the job is this attempt's until it has been written.

    Raises:
        JobStoppedError: another attempt holds the job, or it was told to stop.
    """
    async with in_transaction():
        if not await _held(job, [JobState.RUNNING]).update(attempt=job.attempt):
            raise JobStoppedError
        yield


async def advance(job: Job, report: Report) -> bool:
    """Extend the lease and save progress; False when the row no longer allows this attempt to go on."""
    moment = await db.now()
    news = report.take_news()
    changes = (
        {"progress_done": news.done, "progress_total": news.total, "progress_message": news.message} if news else {}
    )
    if news:
        changes["progress_at"] = moment
    return bool(await _held(job, [JobState.RUNNING]).update(lease_until=moment + LEASE, **changes))


async def fail(job: Job, code: str, message: str) -> None:
    """End a job that cannot be done; one whose cancelling was asked for ends as cancelled."""
    failed = await _held(job, [JobState.RUNNING]).update(
        state=JobState.FAILED,
        finished_at=await db.now(),
        lease_until=None,
        error_code=code,
        error_message=message,
    )
    if not failed:
        await finish_cancelled(job)


async def finish_cancelled(job: Job) -> bool:
    """End a job whose cancelling was asked for."""
    row = _held(job, [JobState.CANCELLING])
    return bool(await row.update(state=JobState.CANCELLED, finished_at=await db.now(), lease_until=None))


async def hand_back(job: Job, *, wait: timedelta | None = None, struck: bool = False) -> None:
    """Let go of a job so that another worker continues it, at once or after a wait."""
    until = None if wait is None else await db.now() + wait
    row = _held(job, [JobState.RUNNING])
    if (
        await row.update(worker=None, lease_until=until, strikes=F("strikes") if struck else F("strikes") - 1)
        and wait is None
    ):
        await jobs.dispatch(await Job.get(id=job.id))


async def succeed(job: Job, report: Report, result: T, save: Callable[[Job, T], Awaitable[None]]) -> None:
    """End a job that is done, together with what it leaves behind.

    Raises:
        JobStoppedError: another attempt holds the job, or it was told to stop.
    """
    async with in_transaction():
        moment = await db.now()
        ended = await _held(job, [JobState.RUNNING]).update(
            state=JobState.SUCCEEDED,
            finished_at=moment,
            lease_until=None,
            progress_done=report.total,
            progress_total=report.total,
            progress_message="Done",
            progress_at=moment,
        )
        if not ended:
            report.stop(Stop.NOT_OURS)
            raise JobStoppedError
        await save(job, result)


async def stop_as_told(job: Job, report: Report) -> None:
    """End or hand back a job whose run was stopped."""
    if report.reason is Stop.TIME_LIMIT:
        await fail(job, "TIME_LIMIT", f"Took longer than {job.time_limit_seconds:.0f} s")
    elif not await finish_cancelled(job) and report.reason is Stop.HANDED_BACK:
        await hand_back(job)


async def strike(job: Job) -> None:
    """Let a job wait a little for its next attempt, or end it when it has had them all."""
    if job.strikes >= STRIKES_MAX:
        await fail(job, "INTERNAL", f"An unexpected error; the log names it under {job.id}")
        return
    wait = BACKOFF_SECONDS[min(job.strikes, len(BACKOFF_SECONDS)) - 1]
    await hand_back(job, wait=timedelta(seconds=wait), struck=True)
    await finish_cancelled(job)


async def _run(
    job: Job,
    report: Report,
    compute: Callable[[Job, Report], Awaitable[T]],
    save: Callable[[Job, T], Awaitable[None]],
) -> None:
    work = asyncio.ensure_future(compute(job, report))
    report.on_stop(work.cancel)
    keeper = asyncio.create_task(_keep(job, report))
    try:
        result = await work
        await _written(job, lambda: succeed(job, report, result, save))
    except (JobStoppedError, asyncio.CancelledError):
        # A cancellation that nobody asked for comes from the end of this process.
        report.stop(Stop.HANDED_BACK)
        await asyncio.shield(_written(job, lambda: stop_as_told(job, report)))
    except (TitanError, QuantError) as error:
        code, message = error.code, str(error)
        await _written(job, lambda: fail(job, code, message))
    except Exception as error:
        log.exception("job failed unexpectedly", job=str(job.id), attempt=job.attempt, error=str(error))
        await _written(job, lambda: strike(job))
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        await jobs.announce(job)


async def _keep(job: Job, report: Report) -> None:
    """Beat until the work is done; stop it when the row, the time limit or a silent database says so."""
    clock = asyncio.get_running_loop().time
    began = heard = clock()
    beats = 0
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        try:
            allowed = await advance(job, report)
            heard = clock()
        except db.AWAY as error:
            log.warning("lease not extended", job=str(job.id), error=str(error))
            allowed = clock() - heard < LEASE.total_seconds()
        if not allowed:
            report.stop(Stop.NOT_OURS)
        elif clock() - began > job.time_limit_seconds:
            report.stop(Stop.TIME_LIMIT)
        if report.stopped:
            return
        beats += 1
        if beats % ANNOUNCE_EVERY == 0 and report.take_unannounced():
            await jobs.announce(job)


async def _written(job: Job, write: Callable[[], Awaitable[object]]) -> None:
    """Write the end of a run, again when the database was away; if it stays away the lease runs out instead.

    When its disk is full, which is not the job's fault, the job waits for room.
    """
    full = False
    for wait in WRITE_AGAIN_SECONDS:
        try:
            await write()
        except (IntegrityError, NotExistOrMultiple):
            raise  # no absence: it would be refused again
        except db.AWAY as error:
            full = installation.disk_is_full(error)
            log.warning("end of a job not written yet", job=str(job.id), error=str(error))
            await asyncio.sleep(wait)
        else:
            return
    log.error("end of a job not written; it will be run again", job=str(job.id))
    if full:
        with contextlib.suppress(*db.AWAY):
            await hand_back(job, wait=timedelta(seconds=FULL_SECONDS))


def _held(job: Job, states: list[JobState]) -> QuerySet[Job]:
    return Job.filter(id=job.id, attempt=job.attempt, worker=job.worker, state__in=states)
