"""The publishing connections of a process."""

import asyncio

from titan_graphql.events import bus


async def clients() -> int:
    redis = bus.connection()
    assert redis is not None
    return int((await redis.info("clients"))["connected_clients"])


async def test_a_burst_opens_no_more_connections_than_the_start_did(redis_url: str):
    async with bus.opened(redis_url):
        before = await clients()
        await asyncio.gather(*(bus.ping("nobody") for _ in range(100)))
        assert (await clients(), before >= bus.CONNECTIONS) == (before, True)


async def test_a_process_starts_while_redis_is_away():
    async with bus.opened("redis://127.0.0.1:1/0"):
        assert bus.connection() is not None
