"""Two processes at one job at the same moment: whoever comes second acts on what the first has left."""

import asyncio
import sqlite3
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from tests import make
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.services import job_recovery, job_runs, jobs
from titan_graphql.services.job_runs import STRIKES_MAX, claim
from titan_graphql.services.users import Viewer
from titan_graphql.settings import Settings

pytestmark = pytest.mark.usefixtures("db", "dispatching")
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"
WAITING_SECONDS = 10
LATER = "2999-01-01 00:00:00+00:00"


async def overtaken(settings: Settings, job: Job, change: str, late: Coroutine[Any, Any, Any]) -> Any:
    """What `late` returns that begins when another process has changed the row, and goes on when that has committed."""
    url = settings.database_url
    if url.startswith("sqlite"):
        other = sqlite3.connect(url.removeprefix("sqlite://"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute(f"UPDATE job SET {change} WHERE id = ?", [str(job.id)])
        task = asyncio.create_task(late)
        await asyncio.sleep(0)
        other.execute("COMMIT")
        other.close()
        return await task
    other, watcher = await asyncpg.connect(url), await asyncpg.connect(url)
    async with other.transaction():
        await other.execute(f"UPDATE job SET {change} WHERE id = $1", job.id)
        task = asyncio.create_task(late)
        async with asyncio.timeout(WAITING_SECONDS):
            while not await watcher.fetchval(BLOCKED):
                await asyncio.sleep(0.01)
    await asyncio.gather(other.close(), watcher.close())
    return await task


async def silent(owner: Viewer, *, strikes: int = 1, state: JobState = JobState.RUNNING) -> Job:
    """A job whose worker has not been heard of."""
    long_ago = datetime.now(UTC) - timedelta(seconds=30)
    return await make.job(owner, state=state, attempt=strikes, strikes=strikes, worker="gone.1", lease_until=long_ago)


async def row(job: Job) -> tuple[JobState, int, int, str | None]:
    found = await Job.get(id=job.id)
    return found.state, found.attempt, found.strikes, found.error_code


async def test_a_job_that_is_cancelled_while_it_is_claimed_does_not_run(settings: Settings):
    job = await silent(await make.viewer())

    assert await overtaken(settings, job, "state = 'CANCELLING'", claim(job.id, "next.1")) is None

    await job_recovery.reconcile()
    assert await row(job) == (JobState.CANCELLED, 1, 1, None)


async def test_a_job_that_is_handed_back_in_good_order_while_it_is_claimed_is_no_poison(settings: Settings):
    job = await silent(await make.viewer(), strikes=STRIKES_MAX)
    handed_back = f"worker = NULL, lease_until = NULL, strikes = {STRIKES_MAX - 1}"

    claimed = await overtaken(settings, job, handed_back, claim(job.id, "next.1")) or await claim(job.id, "next.1")

    assert claimed is not None
    assert await row(job) == (JobState.RUNNING, STRIKES_MAX + 1, STRIKES_MAX, None)


async def test_a_job_that_is_tried_again_while_it_is_found_cancelled_is_not_cancelled_once_more(settings: Settings):
    job = await silent(await make.viewer(), state=JobState.CANCELLING)

    await overtaken(settings, job, "state = 'QUEUED', strikes = 0", claim(job.id, "next.1"))

    assert (await row(job))[0] in {JobState.QUEUED, JobState.RUNNING}


async def test_a_job_that_is_put_off_while_it_is_cancelled_does_not_wait_for_its_time(settings: Settings):
    viewer = await make.viewer()
    job = await silent(viewer)

    await overtaken(settings, job, f"worker = NULL, lease_until = '{LATER}'", jobs.cancel(viewer, job.id))

    assert await row(job) == (JobState.CANCELLED, 1, 1, None)


@pytest.mark.parametrize("end", [job_runs.fail, job_runs.succeed])
async def test_a_job_that_is_cancelled_while_it_ends_is_cancelled(settings: Settings, end: Any):
    job = await silent(await make.viewer())
    arguments: tuple[Any, ...] = ("NO_DATA", "Nothing") if end is job_runs.fail else (job_runs.Report(), None, save)

    await asyncio.gather(overtaken(settings, job, "state = 'CANCELLING'", end(job, *arguments)), return_exceptions=True)
    await job_runs.finish_cancelled(job)

    assert await row(job) == (JobState.CANCELLED, 1, 1, None)


async def save(_job: Job, _result: None) -> None:
    raise AssertionError("a cancelled job leaves nothing behind")
