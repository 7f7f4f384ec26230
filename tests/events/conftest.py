"""A Valkey that a test may kill and start again, and a hub that listens to it."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis.asyncio import Redis

from titan_graphql.events import bus
from titan_graphql.events.hub import Hub
from titan_graphql.stack import valkey

STARTUP_SECONDS = 20


class MortalValkey:
    """A server of the test's own; killing it is killing one process by its id."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.socket = directory / "valkey.sock"
        self.url = f"unix://{self.socket}?db=0"
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        binary = valkey.find_binary()
        assert binary is not None
        command = [*valkey.command(binary, self.socket, self.directory), "--appendfsync", "always"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await asyncio.wait_for(valkey.wait_until_answering(self.socket), STARTUP_SECONDS)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(STARTUP_SECONDS)


@pytest.fixture
async def mortal(tmp_path: Path) -> AsyncIterator[MortalValkey]:
    server = MortalValkey(tmp_path)
    await server.start()
    yield server
    server.kill()


async def running(url: str) -> AsyncIterator[Hub]:
    hub = Hub(url)
    task = asyncio.create_task(hub.run())
    async with hub.listening("first connection"):
        yield hub
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture
async def hub(empty_redis: str) -> AsyncIterator[Hub]:
    """A hub on the shared Valkey."""
    async for one in running(empty_redis):
        yield one


@pytest.fixture
async def client(empty_redis: str) -> AsyncIterator[Redis]:
    async with bus.client(empty_redis) as redis:
        yield redis


@pytest.fixture
async def mortal_hub(mortal: MortalValkey) -> AsyncIterator[Hub]:
    async for one in running(mortal.url):
        yield one
