"""Two processes at one job at the same moment: whoever comes second acts on what the first has left, not on what was."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests import make
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.services import job_recovery, job_runs, jobs
from titan_graphql.services.job_runs import STRIKES_MAX, claim
from titan_graphql.settings import Settings

pytestmark = pytest.mark.usefixtures("db", "dispatching")
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"
WAITING_SECONDS = 10


@asynccontextmanager
async def overtaken(
    settings: Settings, change: str, job_id: UUID, late: Coroutine[Any, Any, Any]
) -> AsyncIterator[Any]:
    """Begin `late` after another process has changed the row and before that process commits; yields what it returns."""
    url = settings.database_url
    if url.startswith("sqlite"):
        other = sqlite3.connect(url.removeprefix("sqlite://"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute(f"UPDATE job SET {change} WHERE id = ?", [str(job_id)])
        task = asyncio.create_task(late)
        await asyncio.sleep(0)
        other.execute("COMMIT")
        other.close()
        yield await task
        return
    first, watcher = await asyncpg.connect(url), await asyncpg.connect(url)
    transaction = first.transaction()
    await transaction.start()
    await first.execute(f"UPDATE job SET {change} WHERE id = $1", job_id)
    task = asyncio.create_task(late)
    async with asyncio.timeout(WAITING_SECONDS):
        while not await watcher.fetchval(BLOCKED):  # noqa: ASYNC110 (a lock in another process: there is no event)
            await asyncio.sleep(0.01)
    await transaction.commit()
    await first.close()
    await watcher.close()
    yield await task


async def silent(*, strikes: int = 1, state: JobState = JobState.RUNNING) -> Job:
    """A job whose worker has not been heard of."""
    long_ago = datetime.now(UTC) - timedelta(seconds=30)
    viewer = await make.viewer()
    return await make.job(viewer, state=state, attempt=strikes, strikes=strikes, worker="gone.1", lease_until=long_ago)


async def row(job: Job) -> tuple[JobState, int, int, str | None]:
    found = await Job.get(id=job.id)
    return found.state, found.attempt, found.strikes, found.error_code


async def test_a_job_that_is_cancelled_while_it_is_claimed_does_not_run(settings: Settings):
    job = await silent()

    async with overtaken(settings, "state = 'CANCELLING'", job.id, claim(job.id, "next.1")) as claimed:
        assert claimed is None

    await job_recovery.reconcile()
    assert await row(job) == (JobState.CANCELLED, 1, 1, None)


async def test_a_job_that_is_handed_back_in_good_order_while_it_is_claimed_is_no_poison(settings: Settings):
    job = await silent(strikes=STRIKES_MAX)
    handed_back = f"worker = NULL, lease_until = NULL, strikes = {STRIKES_MAX - 1}"

    async with overtaken(settings, handed_back, job.id, claim(job.id, "next.1")) as claimed:
        again = claimed or await claim(job.id, "next.1")

    assert again is not None
    assert await row(job) == (JobState.RUNNING, STRIKES_MAX + 1, STRIKES_MAX, None)


async def test_a_job_that_is_tried_again_while_it_is_found_cancelled_stays_queued(settings: Settings):
    job = await silent(state=JobState.CANCELLING)

    async with overtaken(settings, "state = 'QUEUED', strikes = 0", job.id, claim(job.id, "next.1")):
        found = await Job.get(id=job.id)

    assert found.state in {JobState.QUEUED, JobState.RUNNING}
