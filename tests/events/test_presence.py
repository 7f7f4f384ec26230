"""Signs of life: who is there is known, and whoever falls silent is missed."""

from redis.asyncio import Redis

from titan_graphql.events import bus, presence
from titan_graphql.queue import Lane


async def test_a_lane_without_workers_is_missed(empty_redis: str):
    async with bus.opened(empty_redis) as redis:
        assert not await presence.present(redis, list(Lane))
        async with presence.announced({Lane.SHORT}):
            assert await presence.present(redis, [Lane.SHORT])
            assert not await presence.present(redis, list(Lane))
            async with presence.announced({Lane.LONG}):
                assert await presence.present(redis, list(Lane))


async def test_a_sign_of_life_is_forgotten_in_time(empty_redis: str):
    async with bus.opened(empty_redis) as redis, presence.announced({Lane.SHORT}):
        pass
    async with Redis.from_url(empty_redis) as redis:
        (key,) = await redis.keys("titan:present:*")
        assert 0 < await redis.ttl(key) <= presence.SILENT_SECONDS


async def test_signs_of_life_go_on_after_redis_was_emptied(empty_redis: str, monkeypatch):
    monkeypatch.setattr(presence, "BEAT_SECONDS", 0.01)
    async with bus.opened(empty_redis) as redis, presence.announced({Lane.SHORT}):
        await redis.flushdb()
        while not await presence.present(redis, [Lane.SHORT]):
            continue


async def test_a_silent_redis_ends_nobody():
    async with bus.opened("redis://127.0.0.1:1/0"), presence.announced({Lane.SHORT}):
        pass
