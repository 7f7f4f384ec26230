"""A worker's hold on a job: one claims it, a stale one changes nothing, and it ends exactly once."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests import make
from titan_graphql.errors import InvalidInputError
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.models.pairs import Pair
from titan_graphql.quant.errors import SeriesConstantError
from titan_graphql.services import job_runs, jobs
from titan_graphql.services.job_runs import STRIKES_MAX, Report, claim

pytestmark = pytest.mark.usefixtures("db", "dispatching")


async def state(job_id: UUID) -> tuple[JobState, int, str | None]:
    row = await Job.get(id=job_id)
    return row.state, row.attempt, row.error_code


async def expire(job_id: UUID) -> None:
    """Pretend that the worker has not been heard of."""
    await Job.filter(id=job_id).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))


async def give(_job: Job, _report: Report) -> str:
    return "result"


async def keep_nothing(_job: Job, _result: object) -> None:
    """Save nothing."""


async def test_of_many_claims_one_succeeds():
    job = await make.job(await make.viewer())

    claims = await asyncio.gather(*(claim(job.id) for _ in range(8)))

    held = [row for row in claims if row is not None]
    assert [(row.id, row.state, row.attempt) for row in held] == [(job.id, JobState.RUNNING, 1)]
    assert held[0].started_at is not None
    assert held[0].lease_until is not None


async def test_nobody_claims_what_is_not_there_or_has_ended():
    ended = await make.job(await make.viewer(), state=JobState.SUCCEEDED)

    assert await claim(uuid4()) is None
    assert await claim(ended.id) is None
    assert await state(ended.id) == (JobState.SUCCEEDED, 0, None)


async def test_an_expired_lease_is_claimed_again_and_the_start_stays():
    job = await make.job(await make.viewer())
    first = await claim(job.id)
    assert await claim(job.id) is None
    await expire(job.id)

    second = await claim(job.id)

    assert first is not None and second is not None
    assert (second.attempt, second.started_at) == (2, first.started_at)


async def test_the_fourth_claim_is_poison():
    job = await make.job(await make.viewer())
    for _ in range(STRIKES_MAX):
        assert await claim(job.id) is not None
        await expire(job.id)

    assert await claim(job.id) is None

    row = await Job.get(id=job.id)
    assert (row.state, row.attempt, row.error_code) == (JobState.FAILED, 3, "POISON")
    assert row.error_message is not None
    assert row.finished_at is not None


async def test_a_job_that_was_being_cancelled_when_its_worker_died_is_cancelled():
    viewer = await make.viewer()
    job = await make.job(viewer)
    await claim(job.id)
    await jobs.cancel(viewer, job.id)
    await expire(job.id)

    assert await claim(job.id) is None
    assert await state(job.id) == (JobState.CANCELLED, 1, None)


async def test_a_run_saves_its_result_with_its_success():
    job = await make.job(await make.viewer())

    async def save(held: Job, result: str) -> None:
        await Job.filter(id=held.id).update(error_message=result)

    await job_runs.run(job.id, give, save)

    row = await Job.get(id=job.id)
    assert (row.state, row.error_message, row.lease_until) == (JobState.SUCCEEDED, "result", None)
    assert row.finished_at is not None


async def test_a_result_that_cannot_be_saved_is_no_success():
    job = await make.job(await make.viewer())

    async def save(_held: Job, _result: str) -> None:
        await Pair.create(owner_id=uuid4(), y_id=uuid4(), x_id=uuid4())

    await job_runs.run(job.id, give, save)

    assert await state(job.id) == (JobState.RUNNING, 1, None)
    assert await Pair.all().count() == 0
    await expire(job.id)
    assert await claim(job.id) is not None


@pytest.mark.parametrize(
    ("error", "code"),
    [(InvalidInputError("NO_DATA", "gone"), "NO_DATA"), (SeriesConstantError("flat"), "SERIES_CONSTANT")],
)
async def test_an_expected_failure_ends_the_job(error: Exception, code: str):
    job = await make.job(await make.viewer())

    async def fail(_job: Job, _report: Report) -> str:
        raise error

    await job_runs.run(job.id, fail, keep_nothing)

    row = await Job.get(id=job.id)
    assert (row.state, row.error_code, row.error_message) == (JobState.FAILED, code, str(error))
    assert row.finished_at is not None


async def test_an_unexpected_failure_is_tried_three_times():
    job = await make.job(await make.viewer())

    async def fail(_job: Job, _report: Report) -> str:
        raise RuntimeError("secret detail")

    for attempt in (1, 2, 3):
        await job_runs.run(job.id, fail, keep_nothing)
        assert (await state(job.id))[1] == attempt
        await Job.filter(id=job.id, state=JobState.RUNNING).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))

    row = await Job.get(id=job.id)
    assert (row.state, row.error_code) == (JobState.FAILED, "INTERNAL")
    assert "secret" not in (row.error_message or "")


class Halting:
    """Work that waits in a thread until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.ended = asyncio.Event(), threading.Event(), threading.Event()
        self.stopped_by: BaseException | None = None

    async def __call__(self, _job: Job, report: Report) -> str:
        self.begun.set()
        await asyncio.to_thread(self._work, report)
        return "result"

    def _work(self, report: Report) -> None:
        try:
            while not self.go_on.wait(0.01):
                report(1, 2, "Working")
        except BaseException as error:
            self.stopped_by = error
            raise
        finally:
            self.ended.set()


async def test_a_stale_worker_changes_nothing():
    job, work = await make.job(await make.viewer()), Halting()
    stale = asyncio.create_task(job_runs.run(job.id, work, keep_nothing))
    await work.begun.wait()
    await expire(job.id)
    fresh = await claim(job.id)
    assert fresh is not None

    await stale
    await asyncio.to_thread(work.ended.wait, 10)

    assert isinstance(work.stopped_by, job_runs.JobStoppedError)
    row = await Job.get(id=job.id)
    assert (row.state, row.attempt, row.progress_message) == (JobState.RUNNING, 2, "")
    assert row.lease_until == fresh.lease_until


async def test_a_stale_worker_that_finishes_saves_nothing():
    job, saved = await make.job(await make.viewer()), []

    async def overtaken(held: Job, _report: Report) -> str:
        await expire(held.id)
        assert await claim(held.id) is not None
        return "stale"

    async def save(_job: Job, result: str) -> None:
        saved.append(result)

    await job_runs.run(job.id, overtaken, save)

    assert (await state(job.id), saved) == ((JobState.RUNNING, 2, None), [])


async def test_a_cancelled_run_stops_its_thread_and_saves_nothing():
    viewer = await make.viewer()
    job, work = await make.job(viewer), Halting()
    run = asyncio.create_task(job_runs.run(job.id, work, keep_nothing))
    await work.begun.wait()

    await jobs.cancel(viewer, job.id)
    await run

    row = await Job.get(id=job.id)
    assert (row.state, row.error_code, row.lease_until) == (JobState.CANCELLED, None, None)
    assert row.finished_at is not None
    await asyncio.to_thread(work.ended.wait, 10)
    assert isinstance(work.stopped_by, job_runs.JobStoppedError)


async def test_a_run_whose_worker_shuts_down_is_free_at_once():
    job, work = await make.job(await make.viewer()), Halting()
    run = asyncio.create_task(job_runs.run(job.id, work, keep_nothing))
    await work.begun.wait()

    run.cancel()
    await asyncio.gather(run, return_exceptions=True)

    row = await Job.get(id=job.id)
    assert row.state is JobState.RUNNING
    again = await claim(job.id)
    assert again is not None, "another worker need not wait for the lease to run out"


async def test_progress_reaches_the_row_and_the_lease_is_extended():
    job, work = await make.job(await make.viewer()), Halting()
    run = asyncio.create_task(job_runs.run(job.id, work, keep_nothing))
    await work.begun.wait()
    await expire(job.id)

    row = await Job.get(id=job.id)
    while not row.progress_done:
        await asyncio.sleep(0.02)
        row = await Job.get(id=job.id)
    assert (row.progress_done, row.progress_total, row.progress_message) == (1.0, 2.0, "Working")
    assert row.lease_until is not None
    assert row.lease_until > datetime.now(UTC)
    work.go_on.set()
    await run
    assert (await state(job.id))[0] is JobState.SUCCEEDED


async def test_an_overlong_progress_message_is_cut():
    job = await make.job(await make.viewer())

    async def chatty(_job: Job, report: Report) -> str:
        report(1, 2, "x" * 1000)
        row = await Job.get(id=_job.id)
        while not row.progress_done:
            await asyncio.sleep(0.02)
            row = await Job.get(id=_job.id)
        return row.progress_message

    results: list[str] = []

    async def save(_job: Job, result: str) -> None:
        results.append(result)

    await job_runs.run(job.id, chatty, save)

    assert results == ["x" * 200]
