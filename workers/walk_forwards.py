"""Walk-forward jobs."""

from uuid import UUID

import dramatiq

from titan_graphql.queue import JobName, lane_of
from titan_graphql.services import walk_forward_runs


@dramatiq.actor(actor_name=JobName.WALK_FORWARD, queue_name=lane_of(JobName.WALK_FORWARD))
async def run(job_id: str) -> None:
    """Run a walk-forward."""
    await walk_forward_runs.run(UUID(job_id))
