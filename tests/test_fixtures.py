"""The test servers themselves: both databases are migrated, and each test begins with nothing."""

import redis
from tortoise.context import TortoiseContext

from titan_graphql.db import pending_migrations
from titan_graphql.models.users import Role, User
from titan_graphql.settings import Settings


async def test_the_database_is_fully_migrated(db: TortoiseContext, settings: Settings):
    assert await pending_migrations(settings) == []


async def test_a_row_can_be_written(db: TortoiseContext):
    await User.create(name="ada", role=Role.ADMIN)

    assert await User.all().count() == 1


async def test_the_next_test_does_not_see_it(db: TortoiseContext):
    assert await User.all().count() == 0


def test_redis_answers_and_is_empty(empty_redis: str):
    with redis.Redis.from_url(empty_redis) as client:
        assert client.ping() is True
        assert client.keys() == []
