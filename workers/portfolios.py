"""Portfolio jobs."""

from uuid import UUID

import dramatiq

from titan_graphql.queue import JobName, lane_of
from titan_graphql.services import portfolio_runs


@dramatiq.actor(actor_name=JobName.PORTFOLIO, queue_name=lane_of(JobName.PORTFOLIO))
async def run(job_id: str) -> None:
    """Run a portfolio."""
    await portfolio_runs.run(UUID(job_id))
