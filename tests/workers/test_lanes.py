"""Lanes: short jobs are never stuck behind long ones, whatever the long ones do."""

import asyncio
import signal
from dataclasses import replace
from uuid import UUID

from tests import make
from tests.workers.conftest import Workers
from titan_graphql.models.jobs import TERMINAL_STATES, Job, JobState
from titan_graphql.services import sweeps
from titan_graphql.services.sweep_specs import SweepSpec

PATIENCE = 120
LOOK_SECONDS = 0.02
LONG_SWEEP = SweepSpec(
    formation=make.HARMLESS_SPEC.formation,
    trading=make.HARMLESS_SPEC.trading,
    prices="LOG",
    hedge=["OLS", "KALMAN"],
    window=[None, *range(10, 30)],
    entry=[1.0 + step / 50 for step in range(100)],
    exit=[step / 50 for step in range(40)],
    stop=[None],
    max_hold=[None],
    cost_bps=[0.0],
)


async def until(job_id: UUID, *wanted: JobState) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await Job.get(id=job_id)).state not in wanted:
            await asyncio.sleep(LOOK_SECONDS)


async def test_backtests_run_while_the_workers_of_sweeps_are_busy(workers: Workers):
    viewer = await make.viewer()
    pair = await make.pair(viewer)
    running, *waiting = [
        await sweeps.start(viewer, pair.id, replace(LONG_SWEEP, cost_bps=[float(number)])) for number in range(3)
    ]
    busy = workers.start("LONG")
    await until(running.job_id, JobState.RUNNING)
    busy.send_signal(signal.SIGSTOP)  # so that no machine is fast enough to finish it
    workers.start("SHORT")
    backtests = [await make.started(viewer, pair, entry=1.5 + place / 100) for place in range(3)]
    for backtest in backtests:
        await until(backtest.job_id, *TERMINAL_STATES)

    states = {job.id: (job.state, job.attempt) for job in await Job.all()}
    assert [states[backtest.job_id] for backtest in backtests] == [(JobState.SUCCEEDED, 1)] * 3
    assert states[running.job_id] == (JobState.RUNNING, 1)
    assert [states[sweep.job_id] for sweep in waiting] == [(JobState.QUEUED, 0)] * 2
