"""What services need of an installation: the queue, the bus and a running hub."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from titan_graphql import queue
from titan_graphql.events import bus as event_bus
from titan_graphql.events.hub import Hub
from titan_graphql.settings import Settings


@pytest.fixture
async def dispatching(settings: Settings, empty_redis: str) -> AsyncIterator[None]:
    """Queue and bus of this process, on an empty Valkey."""
    broker = queue.connect(settings)
    async with event_bus.opened(settings.redis_url):
        yield
    broker.close()


@pytest.fixture
async def hub(dispatching: None, settings: Settings) -> AsyncIterator[Hub]:
    """A hub that listens."""
    running = Hub(settings.redis_url)
    task = asyncio.create_task(running.run())
    yield running
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
