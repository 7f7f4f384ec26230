"""The life of a job: submitted once, listed, cancelled, dispatched also when Redis was away."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import dramatiq
import pytest
from dramatiq.brokers.redis import RedisBroker

from tests import make
from titan_graphql import queue
from titan_graphql.errors import ConflictError, InvalidInputError, NotFoundError
from titan_graphql.models.backtests import Backtest
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.models.users import Role
from titan_graphql.queue import JobName
from titan_graphql.services import job_recovery, job_runs, jobs
from titan_graphql.services.jobs import NewJob
from titan_graphql.services.pages import PageRequest
from titan_graphql.settings import Settings, read_settings

pytestmark = pytest.mark.usefixtures("db", "dispatching")


def new(key: str | None = None, **spec: object) -> NewJob:
    return NewJob(JobName.BACKTEST, "Backtest", uuid4(), spec, key)


def messages() -> list[str]:
    """The ids of the jobs that wait in the queue."""
    broker = dramatiq.get_broker()
    assert isinstance(broker, RedisBroker)
    waiting = broker.client.hvals(f"{queue.NAMESPACE}:{queue.Lane.SHORT}.msgs")
    return sorted(dramatiq.Message.decode(raw).args[0] for raw in waiting)


async def test_a_job_begins_as_queued_and_is_dispatched():
    viewer = await make.viewer()
    job = await jobs.create(viewer, new())
    assert (job.state, job.attempt, job.dispatched_at) == (JobState.QUEUED, 0, None)

    await jobs.dispatch(job)

    row = await jobs.find(viewer, job.id)
    assert row.dispatched_at is not None
    assert messages() == [str(job.id)]


async def test_the_same_key_and_input_find_the_same_job():
    viewer = await make.viewer()
    job = await jobs.create(viewer, new("k", entry=1.0, exit=0.5))

    found = await jobs.earlier(viewer, new("k", exit=0.5, entry=1.0))
    assert found is not None
    assert found.id == job.id
    assert await jobs.earlier(viewer, new("other")) is None
    assert await jobs.earlier(viewer, new(None)) is None
    assert await jobs.earlier(await make.viewer(), new("k", entry=9.0)) is None


async def test_the_same_key_with_other_input_is_a_conflict():
    viewer = await make.viewer()
    await jobs.create(viewer, new("k", entry=1.0))

    with pytest.raises(ConflictError) as refused:
        await jobs.earlier(viewer, new("k", entry=2.0))
    assert (refused.value.code, refused.value.path) == ("IDEMPOTENCY_KEY_CONFLICT", ["idempotencyKey"])


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "IDEMPOTENCY_KEY_INVALID"),
        ("x" * 101, "IDEMPOTENCY_KEY_INVALID"),
        ("a\x00", "TEXT_INVALID"),
        ("\ud800", "TEXT_INVALID"),
    ],
)
async def test_a_bad_key_is_refused(key: str, code: str):
    with pytest.raises(InvalidInputError) as refused:
        await jobs.earlier(await make.viewer(), new(key))
    assert (refused.value.code, refused.value.path) == (code, ["idempotencyKey"])


async def test_twenty_submits_with_one_key_make_one_job():
    viewer = await make.viewer()
    pair = await make.pair(viewer)

    started = await asyncio.gather(*(make.started(viewer, pair, key="once") for _ in range(20)))

    assert len({backtest.id for backtest in started}) == 1
    assert (await Job.all().count(), await Backtest.all().count()) == (1, 1)
    assert len(messages()) == 1


async def test_twenty_submits_of_different_input_with_one_key_make_one_job():
    viewer = await make.viewer()
    pair = await make.pair(viewer)

    outcomes = await asyncio.gather(
        *(make.started(viewer, pair, key="once", entry=1.5 + place / 100) for place in range(20)),
        return_exceptions=True,
    )

    conflicts = [outcome.code for outcome in outcomes if isinstance(outcome, ConflictError)]
    assert conflicts == ["IDEMPOTENCY_KEY_CONFLICT"] * 19
    assert (await Job.all().count(), await Backtest.all().count()) == (1, 1)


async def test_jobs_of_others_are_not_there_but_for_an_administrator():
    owner, stranger, admin = await make.viewer(), await make.viewer(), await make.viewer(Role.ADMIN)
    job = await make.job(owner)

    assert (await jobs.find(admin, job.id)).id == job.id
    for use in (jobs.find, jobs.cancel):
        with pytest.raises(NotFoundError) as refused:
            await use(stranger, job.id)
        assert refused.value.code == "JOB_NOT_FOUND"
    for viewer, seen in ((owner, 1), (stranger, 0), (admin, 1)):
        assert await (await jobs.page(viewer, PageRequest(first=9))).count() == seen
    assert (await jobs.find(owner, job.id)).state is JobState.QUEUED


async def test_jobs_are_listed_newest_first_and_by_state():
    viewer = await make.viewer()
    made = [await make.job(viewer, state=state) for state in (JobState.FAILED, JobState.QUEUED, JobState.RUNNING)]

    async def listed(criteria: dict | None) -> list[JobState]:
        return [row.state for row in (await jobs.page(viewer, PageRequest(first=9), criteria)).nodes]

    assert await listed(None) == [job.state for job in reversed(made)]
    assert await listed({"state": {"in": [JobState.FAILED, JobState.RUNNING]}}) == [JobState.RUNNING, JobState.FAILED]
    assert await listed({"state": {"ne": JobState.RUNNING}}) == [JobState.QUEUED, JobState.FAILED]


async def test_a_queued_job_is_cancelled_at_once():
    viewer = await make.viewer()
    job = await make.job(viewer)

    cancelled = await jobs.cancel(viewer, job.id)

    assert cancelled.state is JobState.CANCELLED
    assert cancelled.finished_at is not None
    assert await job_runs.claim(job.id) is None
    assert (await jobs.find(viewer, job.id)).attempt == 0


async def test_a_running_job_is_asked_to_stop_and_asking_again_changes_nothing():
    viewer = await make.viewer()
    job = await make.job(viewer)
    await job_runs.claim(job.id)

    assert (await jobs.cancel(viewer, job.id)).state is JobState.CANCELLING
    assert (await jobs.cancel(viewer, job.id)).state is JobState.CANCELLING


@pytest.mark.parametrize("state", [JobState.CANCELLED, JobState.SUCCEEDED, JobState.FAILED])
async def test_a_job_that_has_ended_is_not_cancelled(state: JobState):
    viewer = await make.viewer()
    job = await make.job(viewer, state=state)

    with pytest.raises(ConflictError) as refused:
        await jobs.cancel(viewer, job.id)
    assert (refused.value.code, refused.value.path) == ("JOB_FINISHED", ["id"])
    assert (await jobs.find(viewer, job.id)).state is state


async def test_progress_is_a_share_with_the_time_left():
    viewer = await make.viewer()
    began = datetime.now(UTC) - timedelta(seconds=30)
    said = {"claimed_at": began, "progress_at": datetime.now(UTC), "progress_done": 1.0, "progress_total": 4.0}
    job = await make.job(viewer, state=JobState.RUNNING, **said)

    known = jobs.progress(job)
    assert (known.done, known.total, known.fraction) == (1.0, 4.0, 0.25)
    assert known.eta_seconds == pytest.approx(90, abs=5)
    unknown = jobs.progress(await make.job(viewer))
    assert (unknown.fraction, unknown.eta_seconds) == (None, None)


async def test_a_submit_while_redis_is_away_is_kept_and_dispatched_later(settings: Settings):
    viewer = await make.viewer()
    pair = await make.pair(viewer)
    away = {**settings.environment(), "TITAN_REDIS_URL": "redis://127.0.0.1:1/0"}
    queue.connect(read_settings(away))

    backtest = await make.started(viewer, pair)

    job = await Job.get(id=backtest.job_id)
    assert (job.state, job.dispatched_at) == (JobState.QUEUED, None)
    assert await job_recovery.reconcile() == 0
    assert (await Job.get(id=job.id)).dispatched_at is None

    queue.connect(settings)
    assert await job_recovery.reconcile() == 1
    assert messages() == [str(job.id)]
    assert (await Job.get(id=job.id)).dispatched_at is not None
    assert await job_recovery.reconcile() == 0


async def test_what_the_queue_lost_is_dispatched_again(settings: Settings, empty_redis: str):
    viewer = await make.viewer()
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    lost = await make.job(viewer, dispatched_at=long_ago)
    abandoned = await make.job(viewer, state=JobState.RUNNING, lease_until=long_ago, dispatched_at=long_ago)
    stopping = await make.job(viewer, state=JobState.CANCELLING, lease_until=long_ago, dispatched_at=long_ago)
    alive = datetime.now(UTC) + timedelta(seconds=9)
    await make.job(viewer, state=JobState.RUNNING, lease_until=alive, dispatched_at=long_ago)
    await make.job(viewer, state=JobState.SUCCEEDED, dispatched_at=long_ago)
    await make.job(viewer, dispatched_at=datetime.now(UTC))

    assert await job_recovery.reconcile() == 2
    assert messages() == sorted(str(job.id) for job in (lost, abandoned))
    assert (await jobs.find(viewer, stopping.id)).state is JobState.CANCELLED
