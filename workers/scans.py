"""Scan jobs."""

from uuid import UUID

import dramatiq

from titan_graphql.queue import QUEUE, JobName
from titan_graphql.services import scan_runs


@dramatiq.actor(actor_name=JobName.SCAN, queue_name=QUEUE)
async def run(job_id: str) -> None:
    """Run a scan."""
    await scan_runs.run(UUID(job_id))
