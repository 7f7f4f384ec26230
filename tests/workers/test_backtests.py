"""Backtests in a real worker process: they run, they are cancelled, and they survive its violent death."""

import asyncio
import signal
from datetime import UTC, datetime, timedelta

from tests import make
from tests.workers.conftest import Workers
from titan_graphql.models.backtests import Backtest, BacktestSeries
from titan_graphql.models.jobs import HELD_STATES, TERMINAL_STATES, Job, JobState
from titan_graphql.models.pairs import Pair
from titan_graphql.services import job_recovery, jobs
from titan_graphql.services.users import Viewer

PATIENCE = 90
POLL = 0.02


async def submitted(viewer: Viewer, pair: Pair, count: int) -> list[Backtest]:
    return [await make.started(viewer, pair, entry=1.5 + place / 100) for place in range(count)]


async def until(workers: Workers, *wanted: JobState, count: int = 1) -> list[Job]:
    """Wait until so many jobs are in one of these states, as long as the newest worker lives."""
    async with asyncio.timeout(PATIENCE):
        while len(found := await Job.filter(state__in=wanted)) < count:
            assert workers.started[-1].poll() is None
            await asyncio.sleep(POLL)
    return found


async def pass_time() -> None:
    """What a dead worker held, and what the queue gave it, is due again."""
    long_ago = datetime.now(UTC) - timedelta(minutes=1)
    await Job.filter(state__in=HELD_STATES).update(lease_until=long_ago)
    await Job.exclude(state__in=TERMINAL_STATES).update(dispatched_at=None)
    await job_recovery.reconcile()


async def test_a_submitted_backtest_runs(workers: Workers):
    viewer = await make.viewer()
    workers.start()
    (backtest,) = await submitted(viewer, await make.pair(viewer), 1)

    (job,) = await until(workers, *TERMINAL_STATES)

    assert (job.state, job.attempt, job.error_code) == (JobState.SUCCEEDED, 1, None)
    assert (await Backtest.get(id=backtest.id)).result_hash is not None


async def test_a_job_cancelled_before_a_worker_came_never_runs(workers: Workers):
    viewer = await make.viewer()
    first, second = await submitted(viewer, await make.pair(viewer), 2)
    await jobs.cancel(viewer, first.job_id)
    workers.start()

    await until(workers, JobState.SUCCEEDED)

    rows = {job.id: (job.state, job.attempt) for job in await Job.all()}
    assert rows == {first.job_id: (JobState.CANCELLED, 0), second.job_id: (JobState.SUCCEEDED, 1)}
    assert await BacktestSeries.all().count() == 1


async def test_a_killed_worker_loses_no_job_and_doubles_none(workers: Workers):
    viewer = await make.viewer()
    await submitted(viewer, await make.pair(viewer), 8)
    doomed = workers.start()
    await until(workers, JobState.RUNNING, JobState.SUCCEEDED)
    doomed.kill()
    doomed.wait()
    await pass_time()

    workers.start()
    ended = await until(workers, *TERMINAL_STATES, count=8)

    assert {job.state for job in ended} == {JobState.SUCCEEDED}
    assert await BacktestSeries.all().count() == 8
    hashes = await Backtest.all().values_list("result_hash", flat=True)
    assert None not in hashes


async def test_a_worker_told_to_stop_leaves_nothing_in_its_hands(workers: Workers):
    viewer = await make.viewer()
    await submitted(viewer, await make.pair(viewer), 6)
    leaving = workers.start()
    await until(workers, JobState.RUNNING, JobState.SUCCEEDED)
    leaving.send_signal(signal.SIGTERM)

    assert leaving.wait(PATIENCE) == 0
    leases = await Job.filter(state__in=HELD_STATES, lease_until__gt=datetime.now(UTC)).count()
    assert leases == 0
    await pass_time()
    workers.start()
    ended = await until(workers, *TERMINAL_STATES, count=6)
    assert {job.state for job in ended} == {JobState.SUCCEEDED}
