"""The job queue: the names of all jobs, and enqueuing by name, so that callers never import workers."""

import asyncio
from enum import StrEnum
from uuid import UUID

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from titan_graphql.settings import Settings

QUEUE = "titan"
HEARTBEAT_MS = 15_000


class JobName(StrEnum):
    """Every job there is; a worker declares exactly one actor of each name."""

    SCAN = "scans.run"
    BACKTEST = "backtests.run"


def connect(settings: Settings, middleware: list[dramatiq.Middleware] | None = None) -> dramatiq.Broker:
    """Make the broker of this process.

    Maintenance runs on every fetch: by default a dead worker's messages came back after minutes, so they do in 15 s.
    """
    broker: dramatiq.Broker = RedisBroker(  # type: ignore[no-untyped-call]  # dramatiq leaves __init__ bare
        url=settings.redis_url,
        middleware=middleware,
        heartbeat_timeout=HEARTBEAT_MS,
        maintenance_chance=1_000_000,
        namespace="titan:queue",
    )
    dramatiq.set_broker(broker)
    return broker


async def enqueue(name: JobName, job_id: UUID) -> None:
    """Send a job to the workers; the message carries only its id, the row says the rest."""
    message: dramatiq.Message[None] = dramatiq.Message(
        queue_name=QUEUE, actor_name=name.value, args=(str(job_id),), kwargs={}, options={}
    )
    await asyncio.to_thread(dramatiq.get_broker().enqueue, message)
