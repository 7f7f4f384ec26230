"""The hub: one connection, bounded queues, and no announcement lost without a word."""

import asyncio

import pytest
from redis.asyncio import Redis

from tests.events.conftest import MortalValkey
from titan_graphql.events import bus
from titan_graphql.events.hub import MISSING, QUEUE_LENGTH, Hub, Listener

PATIENCE_SECONDS = 20


async def heard(listener: Listener) -> str:
    return await asyncio.wait_for(listener.next(), PATIENCE_SECONDS)


async def test_a_listener_hears_what_is_announced_from_now_on(hub: Hub, client: Redis):
    await client.publish("a", "before")
    async with hub.listening("a", "b") as listener:
        await client.publish("a", "1")
        await client.publish("c", "not mine")
        await client.publish("b", "2")

        assert [await heard(listener), await heard(listener)] == ["1", "2"]


async def test_a_hundred_listeners_share_one_connection(hub: Hub, client: Redis):
    listeners = [hub.listening("a") for _ in range(100)]
    opened = [await one.__aenter__() for one in listeners]
    before = len(await client.client_list(_type="pubsub"))
    await client.publish("a", "1")

    assert before == 1
    assert [await heard(one) for one in opened] == ["1"] * 100
    for one in listeners:
        await one.__aexit__(None, None, None)
    assert hub.listener_count == 1  # the fixture's


async def test_listening_again_while_others_leave(hub: Hub, client: Redis):
    async def once(number: int) -> str:
        async with hub.listening("a") as listener:
            await client.publish("a", str(number))
            return await heard(listener)

    assert len(await asyncio.gather(*(once(number) for number in range(50)))) == 50
    async with hub.listening("a") as listener:
        await client.publish("a", "last")
        assert await heard(listener) == "last"


async def test_a_queue_that_overflows_says_that_announcements_are_missing():
    listener = Listener()
    for number in range(QUEUE_LENGTH + 1):
        listener.offer(str(number))
    listener.offer("later")

    assert [await listener.next(), await listener.next()] == [MISSING, "later"]
    assert not await listener.woken(timeout=0.01)


async def test_waking_swallows_all_that_was_announced():
    listener = Listener()
    listener.offer("1")
    listener.offer("2")

    assert await listener.woken(timeout=0.01)
    assert not await listener.woken(timeout=0.01)


async def test_a_killed_redis_wakes_every_listener_when_it_is_back(mortal: MortalValkey, mortal_hub: Hub):
    async with mortal_hub.listening("a") as first, bus.opened(mortal.url):
        await bus.ping("a", message="1")
        assert await heard(first) == "1"

        mortal.kill()
        await bus.ping("a", message="lost")
        async with mortal_hub.listening("b") as second:  # begins while Redis is away
            await mortal.start()

            assert await heard(first) == MISSING
            assert await heard(second) == MISSING
            await bus.ping("a", "b", message="2")
            assert await eventually(first, "2")
            assert await eventually(second, "2")


async def test_ten_restarts_in_a_row(mortal: MortalValkey, mortal_hub: Hub):
    async with mortal_hub.listening("a") as listener, bus.opened(mortal.url):
        for number in range(10):
            mortal.kill()
            await mortal.start()
            assert await eventually(listener, MISSING)
            await bus.ping("a", message=str(number))
            assert await eventually(listener, str(number))


async def test_publishing_without_a_bus_is_silent():
    await bus.ping("a")


async def eventually(listener: Listener, message: str) -> bool:
    """Whether the message comes, whatever else is heard before."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await listener.next() != message:
            pass
    return True


@pytest.mark.parametrize("count", [1, QUEUE_LENGTH])
async def test_a_queue_that_is_just_full_loses_nothing(count: int):
    listener = Listener()
    for number in range(count):
        listener.offer(str(number))

    assert [await listener.next() for _ in range(count)] == [str(number) for number in range(count)]
