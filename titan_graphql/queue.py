"""The job queue: the names of all jobs, their lanes, and enqueuing by name, so that callers never import workers."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import BrokerError
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from titan_graphql.errors import InvalidInputError
from titan_graphql.settings import Settings

HEARTBEAT_MS = 15_000
NAMESPACE = "titan:queue"
RABBITMQ_SCHEMES = {"amqp", "amqps"}
ANSWER_SECONDS = 2.0
SEND_SECONDS = 1.0
_senders = ThreadPoolExecutor(4, thread_name_prefix="queue")


class QueueError(Exception):
    """The queue did not take a message, or did not answer."""


class JobName(StrEnum):
    """Every job there is; a worker declares exactly one actor of each name."""

    SCAN = "scans.run"
    BACKTEST = "backtests.run"
    SWEEP = "sweeps.run"
    WALK_FORWARD = "walk_forwards.run"
    PORTFOLIO = "portfolios.run"
    IMPORT = "markets.import"


class Lane(StrEnum):
    """Which workers run a job; each lane has its own, so that short work never waits behind long work."""

    SHORT = "titan-short"
    LONG = "titan"


SHORT_JOBS = frozenset({JobName.BACKTEST, JobName.IMPORT})
TIME_LIMIT_SECONDS = {Lane.SHORT: 10 * 60.0, Lane.LONG: 24 * 60 * 60.0}
QUEUE = Lane.LONG


def lane_of(name: JobName) -> Lane:
    """The lane of a job."""
    return Lane.SHORT if name in SHORT_JOBS else Lane.LONG


def connect(settings: Settings, middleware: list[dramatiq.Middleware] | None = None) -> dramatiq.Broker:
    """Make the broker of this process: RabbitMQ for an amqp:// address, otherwise Redis.

    Raises:
        InvalidInputError: the address is of no known kind, or RabbitMQ's client is not installed.
    """
    scheme = urlsplit(settings.queue_url).scheme
    make = _rabbitmq if scheme in RABBITMQ_SCHEMES else _redis
    broker = make(settings.queue_url, middleware)
    dramatiq.set_broker(broker)
    return broker


async def enqueue(name: JobName, job_id: UUID) -> None:
    """Send a job to the workers; the message carries only its id, the row says the rest.

    Raises:
        QueueError: the queue did not take it in time.
    """
    message: dramatiq.Message[None] = dramatiq.Message(
        queue_name=lane_of(name), actor_name=name.value, args=(str(job_id),), kwargs={}, options={}
    )
    await _asked(dramatiq.get_broker().enqueue, message)


async def backlog(lane: Lane) -> int:
    """How many messages of a lane wait for a worker.

    Raises:
        QueueError: the queue did not answer in time.
    """
    broker = dramatiq.get_broker()
    if isinstance(broker, RedisBroker):
        return int(await _asked(broker.client.llen, f"{NAMESPACE}:{lane}"))
    return int(await _asked(_counted, broker, lane))


async def _asked(ask: Any, *arguments: object) -> Any:
    """What the broker answers; its clients block, and one that waits for a silent server must not hold anybody up."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(SEND_SECONDS):
            return await loop.run_in_executor(_senders, ask, *arguments)
    except (BrokerError, RedisError, OSError) as error:
        raise QueueError(str(error) or type(error).__name__) from error


def _counted(broker: Any, lane: Lane) -> int:
    """How many messages RabbitMQ holds, over a new connection where the last one broke: it closes those left idle."""
    try:
        return int(broker.get_queue_message_counts(lane.value)[0])
    except Exception:  # its client is an extra, so its errors have no name here
        del broker.connection
    try:
        return int(broker.get_queue_message_counts(lane.value)[0])
    except Exception as error:
        del broker.connection
        raise QueueError(str(error) or type(error).__name__) from error


def _redis(url: str, middleware: list[dramatiq.Middleware] | None) -> dramatiq.Broker:
    """Maintenance runs on every fetch: by default a dead worker's messages came back after minutes, so in 15 s."""
    client = Redis.from_url(
        url,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )
    return RedisBroker(  # type: ignore[no-untyped-call]  # dramatiq leaves __init__ bare
        client=client,
        middleware=middleware,
        heartbeat_timeout=HEARTBEAT_MS,
        maintenance_chance=1_000_000,
        namespace=NAMESPACE,
    )


def _rabbitmq(url: str, middleware: list[dramatiq.Middleware] | None) -> dramatiq.Broker:
    """Its client is an extra, so it is imported only when asked for."""
    try:
        from dramatiq.brokers.rabbitmq import RabbitmqBroker
    except ImportError as error:
        message = "TITAN_QUEUE_URL names RabbitMQ, whose client is missing: run ./titan add rabbitmq"
        raise InvalidInputError("QUEUE_URL_INVALID", message) from error
    return RabbitmqBroker(url=url, middleware=middleware, confirm_delivery=True)
