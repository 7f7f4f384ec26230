"""The life of a job: submitted, dispatched, watched, cancelled; the row is the only truth."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, TypeVar
from uuid import UUID

import orjson
import structlog
from tortoise import connections
from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.transactions import in_transaction

from titan_graphql import db, queue
from titan_graphql.errors import ConflictError, InvalidInputError, NotFoundError
from titan_graphql.events import bus
from titan_graphql.events.channels import job_channel, jobs_channel
from titan_graphql.events.hub import Hub
from titan_graphql.models.jobs import HELD_STATES, TERMINAL_STATES, Job, JobShard, ShardState
from titan_graphql.models.jobs import JobState as JobState
from titan_graphql.queue import TIME_LIMIT_SECONDS, JobName, QueueError, lane_of
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page, where
from titan_graphql.services.texts import check_text
from titan_graphql.services.users import Viewer, owned_by

# What a job is about: a row with an id, an owner and the job.
Subject = TypeVar("Subject", bound=Model)
log = structlog.get_logger(__name__)
RELOAD_SECONDS = 5.0
ANNOUNCE_SECONDS = 0.5
LEASE = timedelta(seconds=10)
LEASE_AHEAD_MAX = timedelta(minutes=2)
NEXT_NUMBER = (
    "INSERT INTO job_number (id, number) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET number = job_number.number + 1 RETURNING number"
)
IDEMPOTENCY_KEY_MAX = 100
ETA_FRACTION_MIN = 0.02  # earlier the pace is mostly that of reading
COLUMNS = {"state": "state", "kind": "name"}


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a job is to do, before it has a row; `spec` is hashed so that a repeated key can be compared."""

    name: JobName
    subject_type: str
    subject_id: UUID
    spec: Mapping[str, object]
    idempotency_key: str | None = None

    @property
    def input_hash(self) -> str:
        """The identity of the input."""
        return blake2b(orjson.dumps([self.name, self.spec], option=orjson.OPT_SORT_KEYS), digest_size=32).hexdigest()


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is; `fraction` is unknown until the job has said how much there is."""

    done: float
    total: float
    fraction: float | None
    message: str
    eta_seconds: float | None


def progress(job: Job) -> JobProgress:
    """How far a job is, with a straight-line guess of the time left that counts down between two reports."""
    known = job.progress_total > 0
    fraction = min(1.0, job.progress_done / job.progress_total) if known else None
    eta = None
    if (
        fraction
        and fraction >= ETA_FRACTION_MIN
        and job.claimed_at is not None
        and job.progress_at is not None
        and job.state is JobState.RUNNING
    ):
        pace = (job.progress_at - job.claimed_at).total_seconds() / fraction
        since = max(0.0, (datetime.now(UTC) - job.progress_at).total_seconds())
        eta = max(0.0, pace * (1 - fraction) - since)
    return JobProgress(job.progress_done, job.progress_total, fraction, job.progress_message, eta)


async def earlier(viewer: Viewer, new: NewJob) -> Job | None:
    """The job that was already submitted under this idempotency key.

    Raises:
        InvalidInputError: an empty or overlong key.
        ConflictError: the key was used with other input.
    """
    key = new.idempotency_key
    if key is None:
        return None
    check_text(key, ["idempotencyKey"])
    if not 1 <= len(key) <= IDEMPOTENCY_KEY_MAX:
        message = f"An idempotency key has 1 to {IDEMPOTENCY_KEY_MAX} characters"
        raise InvalidInputError("IDEMPOTENCY_KEY_INVALID", message, ["idempotencyKey"])
    job = await Job.get_or_none(owner_id=viewer.user_id, idempotency_key=key)
    if job is not None and job.input_hash != new.input_hash:
        message = "This idempotency key was used with other input"
        raise ConflictError("IDEMPOTENCY_KEY_CONFLICT", message, ["idempotencyKey"])
    return job


async def create(viewer: Viewer, new: NewJob) -> Job:
    """Write the row of a new job; call it inside the transaction of what the job is about, then `dispatch`."""
    numbers = await connections.get("default").execute_query_dict(NEXT_NUMBER)
    return await Job.create(
        owner_id=viewer.user_id,
        number=numbers[0]["number"],
        name=new.name,
        subject_type=new.subject_type,
        subject_id=new.subject_id,
        time_limit_seconds=TIME_LIMIT_SECONDS[lane_of(new.name)],
        idempotency_key=new.idempotency_key,
        input_hash=new.input_hash,
    )


async def submitted(viewer: Viewer, new: NewJob, kind: type[Subject]) -> Subject | None:
    """What was already submitted under this idempotency key.

    Raises:
        InvalidInputError, ConflictError: as for `earlier`.
    """
    job = await earlier(viewer, new)
    return None if job is None else await kind.get(id=job.subject_id)


async def submit(viewer: Viewer, new: NewJob, kind: type[Subject], **columns: Any) -> Subject:
    """Write a subject down with its job, both or neither, and send the job to the workers.

    Raises:
        InvalidInputError, ConflictError: as for `earlier`.
    """
    try:
        async with in_transaction():
            job = await create(viewer, new)
            subject = await kind.create(id=new.subject_id, owner_id=viewer.user_id, job=job, **columns)
    except IntegrityError:
        # Another request with the same key came first: the unique index let only one through.
        if (known := await submitted(viewer, new, kind)) is None:
            raise
        return known
    await dispatch(job)
    return subject


async def dispatch(job: Job) -> bool:
    """Tell the queue, unless somebody else just has; when it is away the reconciler tells it later."""
    moment = await db.now()
    unchanged = Job.filter(id=job.id, attempt=job.attempt, dispatched_at=job.dispatched_at)
    if not await unchanged.update(dispatched_at=moment):
        return False
    try:
        await queue.enqueue(JobName(job.name), job.id)
    except QueueError as error:
        log.warning("job not dispatched yet", job=str(job.id), error=str(error))
        await Job.filter(id=job.id, dispatched_at=moment).update(dispatched_at=None)
        return False
    await announce(job)
    return True


async def announce(job: Job) -> None:
    """Ring for everybody who watches this job or its owner's jobs; a silent bus holds nobody up."""
    owner_id: UUID = job.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    try:
        async with asyncio.timeout(ANNOUNCE_SECONDS):
            await bus.ping(job_channel(job.id), jobs_channel(owner_id), message=str(job.id))
    except TimeoutError:
        log.warning("change not announced in time", job=str(job.id))


def lapsed(moment: datetime) -> Q:
    """Held rows whose holder has let go or fallen silent; a lease far ahead was written before the clock went back."""
    return Q(lease_until=None) | Q(lease_until__lt=moment) | Q(lease_until__gt=moment + LEASE_AHEAD_MAX)


def claimable(moment: datetime) -> Q:
    """Rows that a worker may claim."""
    return Q(state=JobState.QUEUED) | (Q(state__in=HELD_STATES) & lapsed(moment))


async def find(viewer: Viewer, job_id: UUID) -> Job:
    """One job.

    Raises:
        NotFoundError: no such job, or somebody else's.
    """
    job = await Job.filter(owned_by(viewer), id=job_id).get_or_none()
    if job is None:
        raise NotFoundError("JOB_NOT_FOUND", "There is no such job", ["id"])
    return job


async def by_ids(ids: list[UUID]) -> dict[UUID, Job]:
    """Jobs by id; absent ids are left out."""
    return {job.id: job for job in await Job.filter(id__in=ids)}


async def page(viewer: Viewer, request: PageRequest, criteria: Mapping[str, Any] | None = None) -> Page[Job]:
    """The viewer's jobs, newest first."""
    rows = Job.filter(owned_by(viewer)).filter(where(criteria, COLUMNS))
    return await fetch_page(rows, request, Order("number", descending=True), criteria)


async def cancel(viewer: Viewer, job_id: UUID) -> Job:
    """Ask a job to stop: a queued one is cancelled at once, a running one as soon as its worker looks up.

    Raises:
        NotFoundError: no such job, or somebody else's.
        ConflictError: it has already ended.
    """
    job = await find(viewer, job_id)
    if job.state in TERMINAL_STATES:
        raise ConflictError("JOB_FINISHED", f"This job has already ended as {job.state}", ["id"])
    moment = await db.now()
    unheld = Job.filter(Q(state=JobState.QUEUED) | Q(state__in=HELD_STATES, worker=None), id=job_id)
    if not await unheld.update(state=JobState.CANCELLED, finished_at=moment):
        await Job.filter(id=job_id, state=JobState.RUNNING).update(state=JobState.CANCELLING)
        await unheld.update(state=JobState.CANCELLED, finished_at=moment)  # its worker may just have let go of it
    await announce(job)
    return await find(viewer, job_id)


async def retry(viewer: Viewer, job_id: UUID) -> Job:
    """Queue a job again that failed or was cancelled; finished shards are kept.

    Raises:
        NotFoundError: no such job, or somebody else's.
        ConflictError: it has not ended, or it has succeeded.
    """
    job = await find(viewer, job_id)
    if job.state is JobState.SUCCEEDED:
        raise ConflictError("JOB_FINISHED", "This job has succeeded; there is nothing to try again", ["id"])
    async with in_transaction():
        ended = Job.filter(id=job_id, attempt=job.attempt, state__in=[JobState.FAILED, JobState.CANCELLED])
        again = await ended.update(
            state=JobState.QUEUED, strikes=0, worker=None, lease_until=None, dispatched_at=None, finished_at=None,
            error_code=None, error_message=None, progress_message="",
        )  # fmt: skip
        if not again:
            raise ConflictError("JOB_NOT_ENDED", "This job has not ended; only an ended one can be tried again", ["id"])
        await (
            JobShard.filter(job_id=job_id)
            .exclude(state=ShardState.DONE)
            .update(state=ShardState.WAITING, strikes=0, lease_until=None)
        )
    await dispatch(await Job.get(id=job_id))
    return await find(viewer, job_id)


async def watch(viewer: Viewer, job_id: UUID, hub: Hub) -> AsyncIterator[Job]:
    """The job now, then after each change, until it has ended.

    Listening begins before the first read, so no change falls in between; a reconnect is the same call again.
    """
    async with hub.listening(job_channel(job_id)) as listener:
        job = await find(viewer, job_id)
        yield job
        while job.state not in TERMINAL_STATES:
            await listener.woken(timeout=RELOAD_SECONDS)
            fresh = await find(viewer, job_id)
            if _shown(fresh) != _shown(job):
                yield fresh
            job = fresh


async def watch_all(viewer: Viewer, hub: Hub) -> AsyncIterator[Job]:
    """Each of the viewer's own jobs whenever it changes, from now on."""
    async with hub.listening(jobs_channel(viewer.user_id)) as listener:
        while True:
            changed = await listener.next()
            for job in await _changed(viewer, changed):
                yield job


async def _changed(viewer: Viewer, message: str) -> list[Job]:
    own = Job.filter(owner_id=viewer.user_id)
    if message:
        return await own.filter(id=UUID(message))
    # An empty message says that announcements may be missing: show everything still under way, and the newest ends.
    return await own.order_by("-number").limit(20)


def _shown(job: Job) -> tuple[object, ...]:
    return (job.state, job.attempt, job.progress_done, job.progress_total, job.progress_message, job.error_code)
