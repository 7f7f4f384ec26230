"""Transactions on SQLite that are cut off as they begin keep nobody out."""

import asyncio
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import TransactionManagementError
from tortoise.transactions import in_transaction

from titan_graphql import db
from titan_graphql.models.users import Role, User
from titan_graphql.sqlite_immediate import ImmediateTransaction

PATIENCE_SECONDS = 20


@pytest.fixture
async def opened(tmp_path: Path):
    """A database of the test's own, beside the one that other tests have open."""
    async with TortoiseContext() as context:
        await context.init(config=db.configuration(f"sqlite://{tmp_path / 'own.sqlite3'}"))
        await context.generate_schemas()
        yield context


async def add(name: str) -> None:
    async with in_transaction():
        await User.create(name=name, role=Role.VIEWER)


async def test_a_transaction_that_is_cancelled_at_any_moment(opened: TortoiseContext):
    for turns in range(30):
        task = asyncio.ensure_future(add(f"cut {turns}"))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.wait_for(add(f"whole {turns}"), PATIENCE_SECONDS)

    assert await User.filter(name__startswith="whole").count() == 30


async def test_a_transaction_that_cannot_begin(opened: TortoiseContext, monkeypatch: pytest.MonkeyPatch):
    async def refused(_self: object) -> None:
        raise TransactionManagementError("database is locked")

    with monkeypatch.context() as patch, pytest.raises(TransactionManagementError):
        patch.setattr(ImmediateTransaction, "begin", refused)
        await add("never")
    await asyncio.wait_for(add("later"), PATIENCE_SECONDS)

    assert await User.all().values_list("name", flat=True) == ["later"]
