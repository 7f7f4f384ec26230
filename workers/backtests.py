"""Backtest jobs."""

from uuid import UUID

import dramatiq

from titan_graphql.queue import JobName, lane_of
from titan_graphql.services import backtest_runs


@dramatiq.actor(actor_name=JobName.BACKTEST, queue_name=lane_of(JobName.BACKTEST))
async def run(job_id: str) -> None:
    """Run a backtest."""
    await backtest_runs.run(UUID(job_id))
