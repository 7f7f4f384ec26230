"""What services need of an installation: the queue, the bus and a running hub."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher
from tortoise.context import TortoiseContext

from titan_graphql import queue
from titan_graphql.events import bus as event_bus
from titan_graphql.events.hub import Hub
from titan_graphql.models.users import Role, User
from titan_graphql.services import user_passwords, users
from titan_graphql.settings import Settings

PASSWORD = "correct horse battery"


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


@pytest.fixture
async def ada(db: TortoiseContext, dispatching: None) -> User:
    """A user with the password `PASSWORD`."""
    user = await users.create("ada", Role.RESEARCHER)
    await user_passwords.reset("ada", PASSWORD)
    return user


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that passwords were compared with."""
    compared: list[str] = []
    verify = PasswordHasher.verify

    def noted(hasher: PasswordHasher, stored: str, password: bytes) -> bool:
        compared.append(stored)
        return verify(hasher, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    return compared
