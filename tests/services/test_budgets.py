"""Budgets: what is spent, given back and refused, by one process, by several, and while Redis is away."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
import structlog
from redis.asyncio import Redis

from titan_graphql.errors import ThrottledError
from titan_graphql.events import bus
from titan_graphql.models.users import Role
from titan_graphql.services import budgets
from titan_graphql.services.budgets import Budget
from titan_graphql.services.users import Viewer

SIZE = 10_000
SPENDER = """
import asyncio, sys
from uuid import UUID
from titan_graphql.errors import ThrottledError
from titan_graphql.events import bus
from titan_graphql.models.users import Role
from titan_graphql.services import budgets
from titan_graphql.services.users import Viewer

async def main():
    viewer, spent = Viewer(UUID(sys.argv[2]), "ada", Role.VIEWER, UUID(int=1)), 0
    async with bus.opened(sys.argv[1]) as redis:
        budgets.use(redis, 10_000, 1)
        try:
            while True:
                await budgets.charge(viewer, 7)
                spent += 7
        except ThrottledError:
            print(spent)

asyncio.run(main())
"""


def caller() -> Viewer:
    return Viewer(uuid4(), "ada", Role.RESEARCHER, UUID(int=1))


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """Budgets of 10,000 tokens that hardly refill, so that a slow machine changes no figure."""
    async with bus.opened(redis_url) as connection:
        budgets.use(connection, SIZE, 1)
        yield connection
        budgets.use(None)


async def left(viewer: Viewer) -> int:
    return (await budgets.read(viewer)).available


async def test_a_budget_begins_full_and_shrinks_by_what_is_spent(redis: Redis):
    viewer = caller()
    assert await budgets.read(viewer) == Budget(SIZE, SIZE, 1)
    await budgets.charge(viewer, 3_000)
    await budgets.charge(viewer, 0)

    assert await left(viewer) == SIZE - 3_000
    assert budgets.seen(viewer).available == SIZE - 3_000


async def test_a_budget_that_is_used_up_says_when_to_come_back_and_takes_nothing(redis: Redis):
    viewer = caller()
    await budgets.charge(viewer, 5_000)
    await budgets.charge(viewer, 4_000)
    with pytest.raises(ThrottledError) as refused:
        await budgets.charge(viewer, 3_000)

    assert refused.value.code == "THROTTLED"
    assert 1_990_000 <= refused.value.retry_after_ms <= 2_000_000
    assert 1_000 <= await left(viewer) <= 1_010
    await budgets.charge(viewer, 1_000)


async def test_a_bucket_refills(redis: Redis):
    viewer = caller()
    budgets.use(redis, SIZE, 1_000_000)
    await budgets.charge(viewer, 5_000)
    await asyncio.sleep(0.02)

    assert await left(viewer) == SIZE


async def test_what_was_not_needed_is_given_back_and_what_was_needed_besides_is_taken(redis: Redis):
    viewer = caller()
    await budgets.charge(viewer, 5_000)
    budgets.settle(viewer, 5_000, 1_000)
    assert await left(viewer) == SIZE - 1_000
    await budgets.charge(viewer, 100)
    budgets.settle(viewer, 100, 2_100)

    assert await left(viewer) == SIZE - 3_100


async def test_no_debt_locks_a_user_out_for_good(redis: Redis):
    viewer = caller()
    await budgets.charge(viewer, 1)
    budgets.settle(viewer, 1, 10**9)
    with pytest.raises(ThrottledError) as refused:
        await budgets.charge(viewer, budgets.REQUEST_MAX)

    assert refused.value.retry_after_ms <= SIZE * 1_000


async def test_users_have_budgets_of_their_own(redis: Redis):
    ada, bob = caller(), caller()
    await budgets.charge(ada, 5_000)

    assert (await left(ada), await left(bob)) == (SIZE - 5_000, SIZE)


async def test_requests_at_the_same_time_do_not_spend_more_than_there_is(redis: Redis):
    viewer = caller()
    answers = await asyncio.gather(*(budgets.charge(viewer, 300) for _ in range(50)), return_exceptions=True)

    assert answers.count(None) == SIZE // 300
    assert sum(isinstance(one, ThrottledError) for one in answers) == 50 - SIZE // 300


async def test_small_requests_ask_redis_once_in_a_while(redis: Redis, monkeypatch: pytest.MonkeyPatch):
    viewer, asked = caller(), []
    real = redis.eval

    async def counted(*arguments: object) -> object:
        asked.append(arguments)
        return await real(*arguments)

    monkeypatch.setattr(redis, "eval", counted)
    for _ in range(2_000):
        await budgets.charge(viewer, 1)
        await asyncio.sleep(0)

    assert 2 <= len(asked) <= 8
    assert SIZE - 2_000 <= await left(viewer) <= SIZE - 2_000 + 60


def test_processes_together_spend_what_there_is_and_no_more(redis_url: str):
    words = [sys.executable, "-c", SPENDER, redis_url, str(uuid4())]
    spenders = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    spent = [int(one.communicate(timeout=60)[0]) for one in spenders]

    # Each process may be left with less than one price; the bucket refills by one token a second meanwhile.
    assert SIZE - 3 * 7 <= sum(spent) <= SIZE + 60


async def test_requests_are_answered_while_redis_is_away_and_the_log_says_so():
    viewer, away = caller(), bus.client("unix:///nowhere/valkey.sock")
    budgets.use(away, SIZE, 1)
    with structlog.testing.capture_logs() as logged:
        for _ in range(100):
            await budgets.charge(viewer, 5_000)
        budgets.settle(viewer, 5_000, 1)
        seen = await budgets.read(viewer)
    budgets.use(None)

    assert seen == Budget(SIZE, SIZE, 1)
    assert [entry["event"] for entry in logged] == ["budgets are not counted: Redis is away"]


async def test_without_redis_nothing_is_counted():
    viewer = caller()
    await budgets.charge(viewer, 10**9)

    assert await left(viewer) == budgets.seen(viewer).max
