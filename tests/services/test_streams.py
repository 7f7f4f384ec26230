"""Streams: gapless numbers, exactly once, in order, resumed after a cursor, and gaps that are announced."""

import asyncio
from contextlib import aclosing
from typing import Any
from uuid import uuid4

import pytest

from titan_graphql.errors import InvalidInputError
from titan_graphql.events import bus, log
from titan_graphql.events.hub import Hub
from titan_graphql.models.streams import StreamEvent, StreamHead
from titan_graphql.services import streams
from titan_graphql.services.streams import Event, Gap, follow, latest, recording

pytestmark = pytest.mark.usefixtures("db", "dispatching")
PATIENCE_SECONDS = 20


@pytest.fixture
def bars() -> str:
    return f"bars:{uuid4()}"


async def append(stream: str, *texts: str) -> list[int]:
    async with recording() as outbox:
        return [await outbox.append(stream, text.encode()) for text in texts]


async def taken(hub: Hub, names: list[str], cursor: str | None, count: int) -> list[Event | Gap]:
    async with asyncio.timeout(PATIENCE_SECONDS), aclosing(follow(hub, names, cursor)) as steps:
        return [await anext(steps) for _ in range(count)]


def shown(steps: list[Event | Gap]) -> list[Any]:
    return [
        (step.seq, step.data.decode()) if isinstance(step, Event) else ("gap", step.first, step.last) for step in steps
    ]


async def test_many_writers_number_without_gaps(bars: str):
    numbers = await asyncio.gather(*(append(bars, "x") for _ in range(40)))

    assert sorted(number for own in numbers for number in own) == list(range(1, 41))


async def test_what_is_rolled_back_was_never_there(hub: Hub, bars: str):
    with pytest.raises(ZeroDivisionError):
        async with recording() as outbox:
            await outbox.append(bars, b"never")
            raise ZeroDivisionError
    cursor = await latest([bars])
    await append(bars, "first")

    assert shown(await taken(hub, [bars], cursor, 1)) == [(1, "first")]
    assert await StreamEvent.filter(stream=bars).count() == 1


async def test_a_follower_gets_every_event_once_and_in_order(hub: Hub, bars: str):
    cursor = await latest([bars])
    await append(bars, *map(str, range(600)))  # more than one batch

    assert shown(await taken(hub, [bars], cursor, 600)) == [(number + 1, str(number)) for number in range(600)]


async def test_a_follower_is_rung(hub: Hub, bars: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "LOOK_SECONDS", 3_600.0)
    cursor = await latest([bars])
    await append(bars, "1")
    async with asyncio.timeout(PATIENCE_SECONDS), aclosing(follow(hub, [bars], cursor)) as steps:
        assert shown([await anext(steps)]) == [(1, "1")]
        waiting = asyncio.ensure_future(anext(steps))
        await append(bars, "2")

        assert shown([await waiting]) == [(2, "2")]


async def test_what_was_not_announced_is_found_by_looking(hub: Hub, bars: str, monkeypatch: pytest.MonkeyPatch):
    async def silent(*_: Any) -> None:
        pass

    monkeypatch.setattr(log, "copy", silent)
    monkeypatch.setattr(streams, "LOOK_SECONDS", 0.05)
    cursor = await latest([bars])
    await append(bars, "1")
    async with asyncio.timeout(PATIENCE_SECONDS), aclosing(follow(hub, [bars], cursor)) as steps:
        assert shown([await anext(steps)]) == [(1, "1")]
        waiting = asyncio.ensure_future(anext(steps))
        await append(bars, "2")

        assert shown([await waiting]) == [(2, "2")]


async def test_each_event_can_be_resumed_from(hub: Hub, bars: str):
    cursor = await latest([bars])
    await append(bars, *map(str, range(5)))
    events = await taken(hub, [bars], cursor, 5)

    for position, event in enumerate(events[:-1]):
        assert await taken(hub, [bars], event.cursor, 4 - position) == events[position + 1 :]


async def test_several_streams_are_followed_together(hub: Hub):
    a, b = sorted([f"a:{uuid4()}", f"b:{uuid4()}"])
    cursor = await latest([a, b])
    await append(b, "b1")
    await append(a, "a1")
    events = await taken(hub, [b, a], cursor, 2)

    assert {(event.stream, event.seq) for event in events} == {(a, 1), (b, 1)}
    await append(b, "b2")
    assert shown(await taken(hub, [a, b], events[-1].cursor, 1)) == [(2, "b2")]


async def test_a_lost_redis_loses_nothing(hub: Hub, bars: str, settings: Any):
    cursor = await latest([bars])
    await append(bars, "1", "2")
    async with bus.client(settings.redis_url) as redis:
        await redis.flushall()
    await append(bars, "3")

    assert shown(await taken(hub, [bars], cursor, 3)) == [(1, "1"), (2, "2"), (3, "3")]


async def test_a_hole_in_the_copy_is_filled_from_the_database(hub: Hub, bars: str, settings: Any):
    cursor = await latest([bars])
    await append(bars, "1", "2", "3", "4", "5")
    async with bus.client(settings.redis_url) as redis:
        await redis.xdel(log.channel(bars), "1-0", "3-0", "5-0")

    assert shown(await taken(hub, [bars], cursor, 5)) == [(number, str(number)) for number in range(1, 6)]


async def test_a_copy_of_another_life_of_the_database_is_thrown_away(hub: Hub, bars: str, settings: Any):
    async with bus.client(settings.redis_url) as redis:
        await redis.xadd(log.channel(bars), {"data": b"of another life"}, id="7-0")
        cursor = await latest([bars])
        await append(bars, "1")
        assert await redis.exists(log.channel(bars)) == 0

    assert shown(await taken(hub, [bars], cursor, 1)) == [(1, "1")]


async def test_what_was_forgotten_is_announced_as_a_gap(hub: Hub, bars: str, empty_redis: str):
    cursor = await latest([bars])
    await append(bars, *map(str, range(1, 11)))
    await StreamEvent.filter(stream=bars, seq__lte=7).delete()
    async with bus.client(empty_redis) as redis:
        await redis.flushall()

    assert shown(await taken(hub, [bars], cursor, 4)) == [("gap", 1, 7), (8, "8"), (9, "9"), (10, "10")]


async def test_all_forgotten_is_a_gap_too(hub: Hub, bars: str, empty_redis: str):
    cursor = await latest([bars])
    await append(bars, "1", "2")
    await StreamEvent.filter(stream=bars).delete()
    async with bus.client(empty_redis) as redis:
        await redis.flushall()

    (gap,) = await taken(hub, [bars], cursor, 1)
    assert shown([gap]) == [("gap", 1, 2)]
    await append(bars, "3")
    assert shown(await taken(hub, [bars], gap.cursor, 1)) == [(3, "3")]


async def test_numbers_that_went_back_are_announced(hub: Hub, bars: str, empty_redis: str):
    await append(bars, "1", "2", "3")
    cursor = await latest([bars])
    await StreamHead.filter(stream=bars).update(seq=1)
    await StreamEvent.filter(stream=bars, seq__gt=1).delete()
    (gap,) = await taken(hub, [bars], cursor, 1)
    assert shown([gap]) == [("gap", None, None)]
    await append(bars, "two again")

    assert shown(await taken(hub, [bars], gap.cursor, 1)) == [(2, "two again")]


async def test_a_follower_that_was_there_reads_the_numbers_that_came_back_anew(
    hub: Hub, bars: str, empty_redis: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(streams, "LOOK_SECONDS", 0.05)
    cursor = await latest([bars])
    await append(bars, "1", "2", "3")
    async with asyncio.timeout(PATIENCE_SECONDS), aclosing(follow(hub, [bars], cursor)) as steps:
        assert [step.seq for step in [await anext(steps) for _ in range(3)] if isinstance(step, Event)] == [1, 2, 3]
        await StreamHead.filter(stream=bars).update(seq=1)
        await StreamEvent.filter(stream=bars, seq__gt=1).delete()
        async with bus.client(empty_redis) as redis:
            await redis.flushall()
        assert shown([await anext(steps)]) == [("gap", None, None)]
        await append(bars, "two again")

        assert shown([await anext(steps)]) == [(2, "two again")]


async def test_of_a_replay_fewer_events_are_kept(bars: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "REPLAY_KEEP", 3)
    monkeypatch.setattr(streams, "PRUNE_EVERY", 10)
    async with recording() as outbox:
        for number in range(10):
            await outbox.append(bars, str(number).encode(), replay=True)

    assert await StreamEvent.filter(stream=bars).order_by("seq").values_list("seq", flat=True) == [8, 9, 10]


async def test_streams_are_copied_together_so_that_a_redis_that_hangs_is_waited_for_once(
    monkeypatch: pytest.MonkeyPatch,
):
    together = asyncio.Barrier(20)

    async def hanging(*_: Any) -> None:
        await together.wait()

    monkeypatch.setattr(log, "copy", hanging)
    async with asyncio.timeout(PATIENCE_SECONDS):
        async with recording() as outbox:
            for number in range(20):
                await outbox.append(f"a:{number}", b"x")


async def test_old_events_are_forgotten(bars: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "KEEP", 5)
    monkeypatch.setattr(streams, "PRUNE_EVERY", 10)
    await append(bars, *map(str, range(9)))
    assert await StreamEvent.filter(stream=bars).count() == 9
    await append(bars, "10")

    assert await StreamEvent.filter(stream=bars).order_by("seq").values_list("seq", flat=True) == [6, 7, 8, 9, 10]


async def test_a_cursor_of_another_stream_is_refused(hub: Hub):
    cursor = await latest(["a"])
    for names in (["b"], ["a", "b"]):
        with pytest.raises(InvalidInputError) as refused:
            await taken(hub, names, cursor, 1)
        assert (refused.value.code, refused.value.path) == ("CURSOR_INVALID", ["after"])


async def test_cursors_of_single_streams_are_joined(hub: Hub):
    await append("a", "1")
    first, second = await latest(["a"]), await latest(["b"])
    await append("a", "2")
    await append("b", "1")

    found = await taken(hub, ["a", "b"], f"{second},{first}", 2)

    assert [(event.stream, event.seq, event.data) for event in found] == [("a", 2, b"2"), ("b", 1, b"1")]


async def test_joined_cursors_cover_every_stream_once(hub: Hub):
    first, second, both = [await latest(names) for names in (["a"], ["b"], ["a", "b"])]
    for names, cursor in [
        (["a", "b"], f"{first},{first}"),
        (["a", "b"], f"{first},{both}"),
        (["a", "b"], f"{first},{second},{second}"),
        (["a", "b"], f"{first},"),
        (["a"], f"{first},{second}"),
        (["a"], f"{first},{first}"),
    ]:
        with pytest.raises(InvalidInputError) as refused:
            await taken(hub, names, cursor, 1)
        assert refused.value.code == "CURSOR_INVALID"


@pytest.mark.parametrize("cursor", ["", "x", "====", "bnVsbA", "W10", "WzFd", "W251bGwsbnVsbF0", "é", "\0", "A" * 9000])
async def test_an_altered_cursor_is_refused(hub: Hub, cursor: str):
    with pytest.raises(InvalidInputError) as refused:
        await taken(hub, ["a"], cursor, 1)

    assert refused.value.code == "CURSOR_INVALID"


async def test_many_followers_read_a_stream_once(hub: Hub, bars: str, monkeypatch: pytest.MonkeyPatch):
    cursor = await latest([bars])
    reads = []
    fetch = log.read

    async def counted(stream: str, after: int, count: int) -> list[tuple[int, bytes]]:
        reads.append(after)
        return await fetch(stream, after, count)

    monkeypatch.setattr(log, "read", counted)
    await append(bars, *map(str, range(100)))
    followers = [taken(hub, [bars], cursor, 100) for _ in range(20)]
    results = await asyncio.gather(*followers)

    assert all(result == results[0] for result in results)
    assert len(reads) < 20


async def test_a_follower_that_left_leaves_nothing_behind(hub: Hub, bars: str):
    cursor = await latest([bars])
    await append(bars, "1")
    await taken(hub, [bars], cursor, 1)

    assert hub.listener_count == 0
    assert bars not in streams._tails
