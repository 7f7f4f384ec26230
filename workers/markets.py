"""Market data jobs."""

from uuid import UUID

import dramatiq

from titan_graphql.queue import JobName, lane_of
from titan_graphql.services import market_imports


@dramatiq.actor(actor_name=JobName.IMPORT, queue_name=lane_of(JobName.IMPORT))
async def run_import(job_id: str) -> None:
    """Import an uploaded file."""
    await market_imports.run(UUID(job_id))
