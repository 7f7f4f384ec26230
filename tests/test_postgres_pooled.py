"""Transactions on PostgreSQL that fail or are cancelled as they begin take nothing with them."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

from titan_graphql import db
from titan_graphql.models.streams import StreamHead
from titan_graphql.settings import read_settings

PATIENCE_SECONDS = 20
CONNECTIONS = 3


@pytest.fixture
async def opened(postgres_url: str) -> AsyncIterator[TortoiseContext]:
    """The migrated database with a pool so small that one lost connection is soon missed."""
    EXECUTOR_CACHE.clear()  # it remembers SQL by model only, and the two databases differ
    await db.migrate(read_settings({"TITAN_DATABASE_URL": postgres_url}))
    configuration = db.configuration(f"{postgres_url}?minsize=1&maxsize={CONNECTIONS}")
    async with TortoiseContext() as context:
        await context.init(config=configuration)
        await StreamHead.all().delete()
        yield context
        await StreamHead.all().delete()
    EXECUTOR_CACHE.clear()


async def add(name: str) -> None:
    async with in_transaction():
        await StreamHead.create(stream=name, seq=1)


async def test_a_transaction_that_is_cancelled_at_any_moment(opened: TortoiseContext):
    for turns in range(30):
        task = asyncio.ensure_future(add(f"cut {turns}"))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(asyncio.gather(*(add(f"whole {count}") for count in range(CONNECTIONS))), PATIENCE_SECONDS)

    assert await StreamHead.filter(stream__startswith="whole").count() == CONNECTIONS


async def test_a_task_survives_a_lost_connection(opened: TortoiseContext, postgres_url: str):
    await add("before")
    other = await asyncpg.connect(postgres_url)
    await other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    await other.close()
    for _ in range(CONNECTIONS + 1):
        try:
            await add("after")
        except db.AWAY:
            continue
        break

    assert sorted(await StreamHead.all().values_list("stream", flat=True)) == ["after", "before"]
