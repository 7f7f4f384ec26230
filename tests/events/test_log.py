"""Streams: gapless numbers, exactly once, in order, resumed after a cursor, and gaps that are announced."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from tests.events.conftest import MortalValkey
from titan_graphql.errors import InvalidInputError, UnavailableError
from titan_graphql.events import bus
from titan_graphql.events.hub import Hub
from titan_graphql.events.log import Event, Gap, append, follow, latest

PATIENCE_SECONDS = 20


async def taken(events: AsyncIterator[Any], count: int) -> list[Any]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return [await anext(events) for _ in range(count)]


def shown(steps: list[Event | Gap]) -> list[Any]:
    return [
        (step.stream, step.seq, step.data.decode()) if isinstance(step, Event) else ("gap", step.first, step.last)
        for step in steps
    ]


async def test_events_are_numbered_without_gaps_by_many_writers(hub: Hub, client: Redis):
    numbers = await asyncio.gather(*(append(client, "bars", b"x") for _ in range(200)))

    assert sorted(numbers) == list(range(1, 201))


async def test_a_follower_gets_every_event_once_and_in_order(hub: Hub, client: Redis):
    cursor = await latest(client, ["bars"])
    events = follow(client, hub, ["bars"], cursor)
    for number in range(600):  # more than one batch
        await append(client, "bars", str(number).encode())

    assert shown(await taken(events, 600)) == [("bars", number + 1, str(number)) for number in range(600)]


async def test_a_follower_without_cursor_begins_now(hub: Hub, client: Redis):
    await append(client, "bars", b"old")
    cursor = await latest(client, ["bars"])
    await append(client, "bars", b"new")

    assert shown(await taken(follow(client, hub, ["bars"], cursor), 1)) == [("bars", 2, "new")]


async def test_each_event_can_be_resumed_from(hub: Hub, client: Redis):
    cursor = await latest(client, ["bars"])
    for number in range(5):
        await append(client, "bars", str(number).encode())
    events = await taken(follow(client, hub, ["bars"], cursor), 5)

    for position, event in enumerate(events[:-1]):
        rest = await taken(follow(client, hub, ["bars"], event.cursor), 4 - position)
        assert rest == events[position + 1 :]


async def test_several_streams_are_followed_together(hub: Hub, client: Redis):
    cursor = await latest(client, ["a", "b"])
    await append(client, "b", b"b1")
    await append(client, "a", b"a1")
    events = await taken(follow(client, hub, ["b", "a"], cursor), 2)

    assert sorted(shown(events)) == [("a", 1, "a1"), ("b", 1, "b1")]
    await append(client, "b", b"b2")
    assert shown(await taken(follow(client, hub, ["a", "b"], events[-1].cursor), 1)) == [("b", 2, "b2")]


async def test_what_was_trimmed_is_announced_as_a_gap(hub: Hub, client: Redis):
    cursor = await latest(client, ["bars"])
    for number in range(10):
        await append(client, "bars", str(number).encode(), keep=3)

    assert shown(await taken(follow(client, hub, ["bars"], cursor), 4)) == [
        ("gap", 1, 7),
        ("bars", 8, "7"),
        ("bars", 9, "8"),
        ("bars", 10, "9"),
    ]


async def test_a_lost_log_is_announced_and_a_new_one_followed(hub: Hub, client: Redis):
    await append(client, "bars", b"lost")
    cursor = await latest(client, ["bars"])
    await client.flushall()
    events = follow(client, hub, ["bars"], cursor)
    assert shown(await taken(events, 1)) == [("gap", None, None)]
    await append(client, "bars", b"again")

    assert shown(await taken(events, 1)) == [("bars", 1, "again")]


async def test_an_old_cursor_of_a_lost_log_does_not_skip_events(hub: Hub, client: Redis):
    await append(client, "bars", b"lost")
    cursor = await latest(client, ["bars"])
    await client.flushall()
    for _ in range(5):
        await append(client, "bars", b"x")

    (first,) = await taken(follow(client, hub, ["bars"], cursor), 1)
    assert shown([first]) == [("gap", None, None)]
    await append(client, "bars", b"y")
    assert shown(await taken(follow(client, hub, ["bars"], first.cursor), 1)) == [("bars", 6, "y")]


async def test_a_cursor_of_another_stream_is_refused(hub: Hub, client: Redis):
    cursor = await latest(client, ["a"])
    for streams in (["b"], ["a", "b"]):
        with pytest.raises(InvalidInputError) as refused:
            await anext(follow(client, hub, streams, cursor))
        assert (refused.value.code, refused.value.path) == ("CURSOR_INVALID", ["after"])


@pytest.mark.parametrize("cursor", ["", "x", "====", "bnVsbA", "W10", "WzFd", "W251bGwsbnVsbF0", "é", "\0", "A" * 5000])
async def test_an_altered_cursor_is_refused(hub: Hub, client: Redis, cursor: str):
    with pytest.raises(InvalidInputError) as refused:
        await anext(follow(client, hub, ["a"], cursor))

    assert refused.value.code == "CURSOR_INVALID"


async def test_no_acknowledged_event_is_lost_when_redis_is_killed(mortal: MortalValkey, mortal_hub: Hub):
    async with bus.client(mortal.url) as redis:
        cursor = await latest(redis, ["bars"])
        events = follow(redis, mortal_hub, ["bars"], cursor)
        reading = asyncio.create_task(read_until(events, b"end"))
        acknowledged = []
        for number in range(300):
            if number in {100, 200}:
                mortal.kill()
                await mortal.start()
            try:
                await append(redis, "bars", str(number).encode())
            except UnavailableError:
                continue
            acknowledged.append(str(number).encode())
        await append(redis, "bars", b"end")
        read = await asyncio.wait_for(reading, PATIENCE_SECONDS)

    assert [event for event in read if isinstance(event, Gap)] == []
    assert [event.seq for event in read] == list(range(1, 1 + len(read)))
    assert set(acknowledged) <= {event.data for event in read}
    assert len(read) == len({event.data for event in read})


async def read_until(events: AsyncIterator[Any], last: bytes) -> list[Any]:
    read = []
    async for step in events:
        if isinstance(step, Event) and step.data == last:
            return read
        read.append(step)
    return read
