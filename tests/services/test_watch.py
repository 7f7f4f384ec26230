"""Watching a job: no change is lost, the watch ends with the job, and a hub that lost Redis reloads."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests import make
from titan_graphql.errors import NotFoundError
from titan_graphql.events.hub import Hub
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.services import job_runs, jobs
from titan_graphql.settings import Settings

pytestmark = pytest.mark.usefixtures("db", "dispatching")
PATIENCE = 10


async def states(watching: AsyncIterator[Job]) -> list[JobState]:
    async with asyncio.timeout(PATIENCE):
        return [job.state async for job in watching]


async def test_a_watch_shows_the_row_then_each_change_and_ends(hub: Hub):
    viewer = await make.viewer()
    job = await make.job(viewer)
    watching = jobs.watch(viewer, job.id, hub)

    seen = [(await anext(watching)).state]
    await job_runs.claim(job.id)
    seen.append((await anext(watching)).state)
    await jobs.cancel(viewer, job.id)
    seen.append((await anext(watching)).state)
    await Job.filter(id=job.id).update(state=JobState.CANCELLED)
    await jobs.announce(job)
    seen += await states(watching)

    assert seen == [JobState.QUEUED, JobState.RUNNING, JobState.CANCELLING, JobState.CANCELLED]
    assert hub.listener_count == 0


@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED])
async def test_a_job_that_has_ended_is_shown_once(hub: Hub, state: JobState):
    viewer = await make.viewer()
    job = await make.job(viewer, state=state)

    assert await states(jobs.watch(viewer, job.id, hub)) == [state]
    assert hub.listener_count == 0


async def test_a_change_before_the_first_read_is_not_lost(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    """Listening begins first: what changes between the reading and the yielding rings, and is read again."""
    viewer = await make.viewer()
    job = await make.job(viewer)
    find = jobs.find

    async def find_then_change(*arguments: object) -> Job:
        found = await find(*arguments)
        monkeypatch.setattr(jobs, "find", find)
        await Job.filter(id=job.id).update(state=JobState.SUCCEEDED)
        await jobs.announce(job)
        return found

    monkeypatch.setattr(jobs, "find", find_then_change)
    monkeypatch.setattr(jobs, "RELOAD_SECONDS", PATIENCE * 2)

    assert await states(jobs.watch(viewer, job.id, hub)) == [JobState.QUEUED, JobState.SUCCEEDED]


async def test_many_changes_between_two_looks_show_the_latest(hub: Hub):
    viewer = await make.viewer()
    job = await make.job(viewer)
    watching = jobs.watch(viewer, job.id, hub)
    await anext(watching)

    for done in range(300):
        await Job.filter(id=job.id).update(progress_done=float(done), state=JobState.RUNNING)
        await jobs.announce(job)
    await Job.filter(id=job.id).update(state=JobState.SUCCEEDED)
    await jobs.announce(job)

    assert (await states(watching))[-1] is JobState.SUCCEEDED


async def test_a_hub_that_lost_its_connection_makes_watchers_look(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "RELOAD_SECONDS", PATIENCE * 2)
    viewer = await make.viewer()
    job = await make.job(viewer)
    watching = jobs.watch(viewer, job.id, hub)
    await anext(watching)
    await Job.filter(id=job.id).update(state=JobState.SUCCEEDED)

    connection = hub._pubsub.connection
    assert connection is not None
    await connection.disconnect()

    assert await states(watching) == [JobState.SUCCEEDED]


async def test_a_row_that_is_deleted_ends_the_watch_as_not_found(hub: Hub):
    viewer = await make.viewer()
    job = await make.job(viewer)
    watching = jobs.watch(viewer, job.id, hub)
    await anext(watching)
    await Job.filter(id=job.id).delete()
    await jobs.announce(job)

    with pytest.raises(NotFoundError) as refused:
        await anext(watching)
    assert refused.value.code == "JOB_NOT_FOUND"
    assert hub.listener_count == 0


async def test_somebody_elses_job_is_not_watched(hub: Hub):
    job = await make.job(await make.viewer())

    with pytest.raises(NotFoundError):
        await anext(jobs.watch(await make.viewer(), job.id, hub))
    assert hub.listener_count == 0


async def test_all_jobs_of_a_viewer_and_nobody_elses(hub: Hub):
    viewer, other = await make.viewer(), await make.viewer()
    watching = jobs.watch_all(viewer, hub)
    first = asyncio.create_task(anext(watching))
    while not hub.listener_count:
        await asyncio.sleep(0)
    mine, theirs = await make.job(viewer), await make.job(other)
    async with asyncio.timeout(PATIENCE):
        while not first.done():
            await jobs.announce(theirs)
            await jobs.announce(mine)
            await asyncio.sleep(0.01)

    assert (await first).id == mine.id
    await watching.aclose()


@pytest.mark.parametrize("steps", range(8))
async def test_a_hub_ends_also_when_it_is_cancelled_while_it_connects(settings: Settings, steps: int):
    running = asyncio.create_task(Hub(settings.redis_url).run())
    for _ in range(steps):
        await asyncio.sleep(0)

    running.cancel()

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(running, return_exceptions=True)
