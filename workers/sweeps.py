"""Sweep jobs."""

from uuid import UUID

import dramatiq

from titan_graphql.queue import JobName, lane_of
from titan_graphql.services import sweep_runs


@dramatiq.actor(actor_name=JobName.SWEEP, queue_name=lane_of(JobName.SWEEP))
async def run(job_id: str) -> None:
    """Run a sweep, or some of its parts."""
    await sweep_runs.run(UUID(job_id))
