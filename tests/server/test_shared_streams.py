"""Shared execution: once for all who ask the same, the same answers as stock, and slow peers that harm nobody else."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import orjson
import pytest
import strawberry
from graphql import parse

from titan_graphql.schema.documents import Document
from titan_graphql.schema.execution import TitanExecutor
from titan_graphql.schema.sharing import Audience, Delivery, Shared
from titan_graphql.server import sockets
from titan_graphql.server.execution import Prepared
from titan_graphql.server.requests import GraphQLRequest
from titan_graphql.server.shared_streams import HISTORY_LENGTH, QUEUE_LENGTH, Course, SharedStreams, Subscriber
from titan_graphql.services.users import Role, Viewer

PATIENCE_SECONDS = 20


@strawberry.type
class Leg:
    symbol: str

    @strawberry.field
    def broken(self) -> int:
        raise ValueError(f"no number for {self.symbol}")


@strawberry.type
class Tick:
    seq: int
    text: str
    legs: list[Leg]


@strawberry.type
class Query:
    nothing: str = ""


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self, count: int) -> AsyncGenerator[Tick, None]:
        for number in range(count):
            yield Tick(seq=number, text=f'é\n"{number}', legs=[Leg(symbol="KO"), Leg(symbol="PEP")])


schema = strawberry.Schema(Query, subscription=Subscription, execution_context_class=TitanExecutor)
stock = strawberry.Schema(Query, subscription=Subscription)


class Peer:
    """A socket's push side, which a test stops and drains."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.behind = False
        self._drains: list[Any] = []

    def push(self, frame: bytes) -> bool:
        if not self.behind:
            self.sent.append(json.loads(frame[4 if frame[1] == 126 else 2 :]))
        return not self.behind

    def on_drain(self, call: Any) -> None:
        self._drains.append(call)

    def forget_drain(self, call: Any) -> None:
        self._drains = [one for one in self._drains if one != call]

    def catch_up(self) -> None:
        self.behind = False
        drains, self._drains = self._drains, []
        for call in drains:
            call()


class Source:
    """Results under the control of a test; counts how often it was opened and closed."""

    def __init__(self) -> None:
        self.opened = self.closed = 0
        self.position: str | None = None
        self._results: asyncio.Queue[Any] = asyncio.Queue()

    async def open(self) -> AsyncGenerator[Any, None]:
        self.opened += 1
        return self._run()

    async def _run(self) -> AsyncGenerator[Any, None]:
        try:
            while (result := await self._results.get()) is not None:
                yield result
        finally:
            self.closed += 1

    async def give(self, *values: Any) -> None:
        """Hand out results and let everybody take them."""
        for value in values:
            self._results.put_nowait(value)
        while not self._results.empty():
            await asyncio.sleep(0)
        for _ in range(10):
            await asyncio.sleep(0)


class Result:
    def __init__(self, data: Any) -> None:
        self.data, self.errors, self.extensions = data, None, None


def data_of(peer: Peer) -> list[Any]:
    return [message["payload"]["data"] for message in peer.sent]


def joined(streams: SharedStreams, source: Source, delivery: Delivery = Delivery.STATE) -> tuple[Peer, Subscriber, Any]:
    peer = Peer()
    subscriber = Subscriber(peer, f"op-{id(peer)}", delivery)  # type: ignore[arg-type]
    stream = streams.join("key", source.open, delivery)
    stream.attach(subscriber)
    return peer, subscriber, stream


async def test_one_execution_serves_all_and_ends_with_the_last():
    streams, source = SharedStreams(), Source()
    members = [joined(streams, source) for _ in range(600)]  # more than one turn
    await source.give(Result(1), Result(2))

    assert [data_of(peer) for peer, _, _ in members] == [[1, 2]] * 600
    assert {message["id"] for peer, _, _ in members for message in peer.sent} == {f"op-{id(m[0])}" for m in members}
    for _, subscriber, stream in members:
        stream.detach(subscriber)
    await source.give()
    assert (source.opened, source.closed, len(streams)) == (1, 1, 0)


async def test_who_joins_a_state_late_gets_the_present_one_at_once():
    streams, source = SharedStreams(), Source()
    joined(streams, source)
    await source.give(Result(1), Result(2))
    late, _, _ = joined(streams, source)
    await source.give(Result(3))

    assert data_of(late) == [2, 3]
    assert source.opened == 1


async def test_who_joins_a_stream_late_gets_what_comes():
    streams, source = SharedStreams(), Source()
    joined(streams, source, Delivery.STREAM)
    await source.give(Result(1))
    late, _, _ = joined(streams, source, Delivery.STREAM)
    await source.give(Result(2))

    assert data_of(late) == [2]


class Member:
    """A subscriber of numbered events, from a cursor on."""

    def __init__(self, streams: SharedStreams, after: int | None, source: Source) -> None:
        self.peer, self.source = Peer(), source
        self.subscriber = Subscriber(self.peer, "1", Delivery.STREAM)  # type: ignore[arg-type]
        course = Course("family", after is not None, lambda: source.position)
        streams.join(("family", after), source.open, Delivery.STREAM, course).attach(self.subscriber)

    @property
    def numbers(self) -> list[Any]:
        return data_of(self.peer)


async def bring(source: Source, *numbers: int) -> None:
    for number in numbers:
        source.position = str(number)
        await source.give(Result(number))


async def test_who_resumes_after_the_same_cursor_is_served_by_one_execution():
    streams, source, unused = SharedStreams(), Source(), Source()
    first = Member(streams, 5, source)
    await bring(source, 6, 7)
    second = Member(streams, 5, unused)
    await bring(source, 8)

    assert (first.numbers, second.numbers) == ([6, 7, 8], [6, 7, 8])
    assert (source.opened, unused.opened) == (1, 0)


async def test_a_replay_that_went_on_for_long_takes_nobody_in():
    streams, source, fresh = SharedStreams(), Source(), Source()
    Member(streams, 0, source)
    await bring(source, *range(1, HISTORY_LENGTH + 2))
    late = Member(streams, 0, fresh)
    await bring(fresh, 1)

    assert (late.numbers, fresh.opened) == ([1], 1)


@pytest.mark.parametrize("earlier", [None, 3])
async def test_executions_that_have_come_to_the_same_event_become_one(earlier: int | None):
    streams, ahead, behind = SharedStreams(), Source(), Source()
    one = Member(streams, earlier, ahead)
    await bring(ahead, 4, 5, 6)
    other = Member(streams, 1, behind)
    await bring(behind, 2, 3, 4, 5)
    assert (ahead.closed, behind.closed) == (0, 0)
    await bring(behind, 6)
    assert (ahead.closed, behind.closed) == (0, 1)
    await bring(ahead, 7)

    assert (one.numbers, other.numbers) == ([4, 5, 6, 7], [2, 3, 4, 5, 6, 7])
    other.subscriber.leave()
    one.subscriber.leave()
    await ahead.give()
    assert (ahead.closed, len(streams)) == (1, 0)


async def test_newcomers_join_the_execution_that_begins_now_when_a_replay_was_there_first():
    streams, replay, now = SharedStreams(), Source(), Source()
    early = Member(streams, 1, replay)
    await bring(replay, 2)
    late = Member(streams, None, now)
    await bring(replay, 3)
    await bring(now, 3)
    assert (replay.closed, now.closed) == (1, 0)
    latest = Member(streams, None, Source())
    await bring(now, 4)

    assert (early.numbers, late.numbers, latest.numbers) == ([2, 3, 4], [3, 4], [4])


async def test_a_slow_peer_gets_the_latest_state_and_holds_nobody_up():
    streams, source = SharedStreams(), Source()
    slow, _, _ = joined(streams, source)
    quick, _, _ = joined(streams, source)
    await source.give(Result(1))
    slow.behind = True
    await source.give(*(Result(number) for number in range(2, 500)))
    slow.catch_up()
    await source.give(Result(500))

    assert data_of(quick) == list(range(1, 501))
    assert data_of(slow) == [1, 499, 500]


async def test_a_slow_peer_of_a_stream_misses_nothing_within_the_bound():
    streams, source = SharedStreams(), Source()
    slow, subscriber, _ = joined(streams, source, Delivery.STREAM)
    slow.behind = True
    await source.give(*(Result(number) for number in range(QUEUE_LENGTH)))
    slow.catch_up()

    assert data_of(slow) == list(range(QUEUE_LENGTH))
    assert not subscriber.ended.done()


async def test_a_peer_too_slow_for_a_stream_is_told_to_resume():
    streams, source = SharedStreams(), Source()
    slow, subscriber, _ = joined(streams, source, Delivery.STREAM)
    slow.behind = True
    await source.give(*(Result(number) for number in range(QUEUE_LENGTH + 1)))

    errors = subscriber.ended.result()
    assert errors is not None
    assert [error["extensions"]["code"] for error in errors] == ["SLOW_CONSUMER"]


async def test_the_end_of_the_source_completes_everybody():
    streams, source = SharedStreams(), Source()
    members = [joined(streams, source) for _ in range(3)]
    await source.give(Result(1), None)

    assert [await subscriber.ended for _, subscriber, _ in members] == [None] * 3
    assert len(streams) == 0


async def test_a_source_that_breaks_is_masked():
    async def broken() -> AsyncGenerator[Any, None]:
        raise KeyError("swordfish")

    streams = SharedStreams()
    subscriber = Subscriber(Peer(), "1", Delivery.STATE)  # type: ignore[arg-type]
    streams.join("key", broken, Delivery.STATE).attach(subscriber)
    (error,) = await asyncio.wait_for(subscriber.ended, PATIENCE_SECONDS) or []

    assert error["extensions"]["code"] == "INTERNAL"
    assert "swordfish" not in json.dumps(error)


@pytest.mark.parametrize(
    "query",
    [
        "subscription { ticks(count: 3) { seq text } }",
        "subscription ($n: Int!) { t: ticks(count: $n) { __typename legs { symbol } } }",
        "subscription { ticks(count: 2) { seq legs { symbol broken } } }",
        "subscription { ticks(count: 2) { ...F seq @skip(if: true) } } fragment F on Tick { seq legs { s: symbol } }",
        "subscription { ticks(count: 0) { seq } }",
        "subscription { ticks(count: 1) { nothing } }",
        "subscription { ticks { seq } }",
        "{",
    ],
)
async def test_shared_answers_equal_those_of_stock_execution(query: str):
    variables = {"n": 2}
    expected: list[Any] = []
    async for result in await stock.subscribe(query, variable_values=variables):
        errors = [error.formatted for error in result.errors or []]
        expected.append({"data": result.data, **({"errors": errors} if errors else {})})
    peer = Peer()
    subscriber = Subscriber(peer, "1", Delivery.STREAM)  # type: ignore[arg-type]
    streams = SharedStreams()
    streams.join("key", lambda: schema.subscribe(query, variable_values=variables), Delivery.STREAM).attach(subscriber)
    ended = await asyncio.wait_for(subscriber.ended, PATIENCE_SECONDS)
    got = [message["payload"] for message in peer.sent] + ([{"data": None, "errors": ended}] if ended else [])

    assert json.loads(orjson.dumps(got)) == json.loads(orjson.dumps(expected))


def prepared(query: str) -> Prepared:
    ast = parse(query)
    return Prepared(Document(ast), ast.definitions[0])  # type: ignore[arg-type]


def test_only_declared_fields_are_shared():
    shared = prepared('subscription { jobChanged(id: "x") { id } }')
    alone = prepared("subscription { jobsChanged { id } }")

    assert sockets.sharing_rule(shared) == Shared(Audience.VIEWER, Delivery.STATE)
    assert sockets.sharing_rule(alone) is None


def test_what_differs_is_not_shared():
    one = Viewer(UUID(int=1), "one", Role.RESEARCHER, UUID(int=7))
    rule = Shared(Audience.VIEWER, Delivery.STATE)
    key = sockets.sharing_key(GraphQLRequest("q", {"a": 1, "b": 2}, "n"), rule, one)
    others = [
        (GraphQLRequest("Q", {"a": 1, "b": 2}, "n"), rule, one),
        (GraphQLRequest("q", {"a": 1, "b": 3}, "n"), rule, one),
        (GraphQLRequest("q", {"a": 1, "b": 2}, "m"), rule, one),
        (GraphQLRequest("q", {"a": 1, "b": 2}, "n"), rule, Viewer(UUID(int=2), "two", Role.RESEARCHER, UUID(int=8))),
        (GraphQLRequest("q", {"a": 1, "b": 2}, "n"), rule, Viewer(UUID(int=1), "one", Role.ADMIN, UUID(int=7))),
    ]

    assert key not in {sockets.sharing_key(*other) for other in others}
    assert sockets.sharing_key(
        GraphQLRequest("q", {"b": 2, "a": 1}, "n"), rule, Viewer(UUID(int=1), "one", Role.RESEARCHER, UUID(int=9))
    ) == key  # fmt: skip
