"""Real worker processes share a scan: any number of them gives the same bytes, and a killed one's shards are redone."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator

import numpy as np
import pytest

from tests import make, make_scans
from titan_graphql import queue
from titan_graphql.events import bus
from titan_graphql.models.jobs import Job, JobShard, JobState, ShardState
from titan_graphql.models.scans import Scan
from titan_graphql.services import job_recovery, jobs, scans
from titan_graphql.services.job_recovery import worker_name
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.settings import Settings

INSTRUMENTS, BARS = 150, 150
LOOK_SECONDS = 0.1


class Crew:
    """Worker processes of the test's installation, by name."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {**os.environ, **settings.environment(), "TITAN_REDIS_URL": settings.redis_url}
        self.processes: dict[str, subprocess.Popen] = {}

    def hire(self, count: int) -> None:
        for _ in range(count):
            slot = f"slot-{len(self.processes)}"
            command = [sys.executable, "-m", "workers", "--lane", "LONG", "--slot", slot]
            process = subprocess.Popen(command, env=self._environment)
            self.processes[worker_name(slot, process.pid)] = process

    def dismiss(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait()
        self.processes.clear()


@pytest.fixture
async def crew(db: object, settings: Settings, empty_redis: str) -> AsyncIterator[Crew]:
    broker = queue.connect(settings)
    async with bus.opened(settings.redis_url):
        crew = Crew(settings)
        yield crew
        crew.dismiss()
    broker.close()


async def ragged_universe() -> None:
    """Every member misses a bar of its own, so that each pair is a sample of its own and the scan takes seconds."""
    closes = make_scans.walks(INSTRUMENTS, BARS)
    for number, column in enumerate(closes.T):
        made = await make.instrument(f"R{number:03d}")
        bars = make.bars(column)
        kept = np.arange(BARS) != number
        provenance = Provenance("test", "synthetic", synthetic=True)
        await write_revision(await make.series(made), type(bars)(bars.time[kept], {"close": column[kept]}), provenance)


async def ended(scan: Scan) -> Job:
    """The job when it has ended; what the supervisor does to lost messages is done here."""
    async with asyncio.timeout(120):
        while True:
            await job_recovery.reconcile()
            job = await Job.get(id=scan.job_id)  # type: ignore[attr-defined]
            if job.state in {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}:
                return job
            await asyncio.sleep(LOOK_SECONDS)


async def shards(scan: Scan, state: ShardState) -> int:
    return await JobShard.filter(job_id=scan.job_id, state=state).count()  # type: ignore[attr-defined]


async def some_done(scan: Scan, least: int) -> Job:
    async with asyncio.timeout(60):
        while await shards(scan, ShardState.DONE) < least:
            await asyncio.sleep(LOOK_SECONDS)
    return await Job.get(id=scan.job_id)  # type: ignore[attr-defined]


async def result_hash(scan: Scan) -> str | None:
    return (await Scan.get(id=scan.id)).result_hash


async def test_one_worker_four_workers_and_a_killed_one_give_the_same_bytes(crew: Crew):
    await ragged_universe()
    viewer = await make.viewer()
    crew.hire(1)
    alone = await scans.start(viewer, make_scans.spec())
    assert (await ended(alone)).state is JobState.SUCCEEDED
    assert await shards(alone, ShardState.DONE) == 3
    crew.hire(3)
    together = await scans.start(viewer, make_scans.spec())
    assert (await ended(together)).state is JobState.SUCCEEDED

    orphaned = await scans.start(viewer, make_scans.spec())
    leader = (await some_done(orphaned, 1)).worker
    crew.processes[leader].send_signal(signal.SIGKILL)
    crew.processes[leader].wait()
    job = await ended(orphaned)

    assert (job.state, job.attempt, job.worker == leader) == (JobState.SUCCEEDED, 2, False)
    attempts = await JobShard.filter(job_id=job.id).values_list("attempt", flat=True)
    assert sorted(set(attempts)) in ([1], [1, 2])
    assert attempts.count(2) <= 1
    assert len({await result_hash(alone), await result_hash(together), await result_hash(orphaned)}) == 1


async def test_a_cancelled_scan_ends_on_every_worker(crew: Crew):
    await ragged_universe()
    viewer = await make.viewer()
    crew.hire(2)
    scan = await scans.start(viewer, make_scans.spec())
    await some_done(scan, 1)

    await jobs.cancel(viewer, scan.job_id)  # type: ignore[attr-defined]

    assert (await ended(scan)).state is JobState.CANCELLED
    async with asyncio.timeout(10):
        while await shards(scan, ShardState.RUNNING):
            await asyncio.sleep(LOOK_SECONDS)
    assert await result_hash(scan) is None
