"""barTicks over a real socket and both databases: in order, without holes, resumed, and honest about what is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
import redis
from graphql import parse
from tortoise.context import TortoiseContext
from websockets.asyncio.client import ClientConnection

from tests import make
from tests.server.conftest import LiveServer, hear, say
from titan_graphql.events import bus
from titan_graphql.feeds.bars import to_ms
from titan_graphql.models.markets import Series, Timeframe
from titan_graphql.resolvers.context import Context
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.schema.documents import Document
from titan_graphql.schema.sharing import Audience, Delivery, Shared
from titan_graphql.server import sockets
from titan_graphql.server.execution import Prepared
from titan_graphql.server.requests import GraphQLRequest
from titan_graphql.server.shared_streams import Course
from titan_graphql.services import market_feeds, market_live, streams
from titan_graphql.services.market_feeds import FeedRun
from titan_graphql.services.market_live import ClosedBar, Values, stream_of
from titan_graphql.services.users import Role, Viewer
from titan_graphql.settings import Settings

TICKS = """subscription ($ids: [ID!]!, $after: String) { barTicks(instrumentIds: $ids, timeframe: M1, after: $after) {
  __typename
  ... on Bar { instrument { symbol } time close seq cursor replay }
  ... on StreamGap { subject { id ... on Instrument { symbol } } first last cursor reason } } }"""
START = to_ms(make.day("2024-01-02"))
MINUTE = 60_000


class Station:
    """Two instruments with a series of minutes each, and the feed that brings bars of them."""

    def __init__(self, series: dict[str, Series], run: FeedRun) -> None:
        self.series, self.run = series, run
        self.ids = [self.id_of(symbol) for symbol in series]
        self._minutes = dict.fromkeys(series, 0)

    def id_of(self, symbol: str) -> str:
        return encode_id("Instrument", self.series[symbol].instrument_id)  # type: ignore[attr-defined]

    async def bring(self, symbol: str, count: int = 1) -> None:
        for _ in range(count):
            self._minutes[symbol] += 1
            place = self._minutes[symbol]
            values = Values(None, None, None, float(place), None)
            series = self.series[symbol]
            await market_live.record([ClosedBar(series.id, START + place * MINUTE, values)], self.run)

    async def cursor(self, *symbols: str) -> str:
        return await streams.latest([stream_of(self.series[symbol].id) for symbol in symbols or self.series])


@pytest.fixture(scope="session")
async def server(new_server: Any, migrated: TortoiseContext, settings: Settings) -> LiveServer:
    """An API server on the database of the test."""
    made: LiveServer = new_server(settings.redis_url, TITAN_DATABASE_URL=settings.database_url)
    await made.ready()
    return made


@pytest.fixture
async def station(db: TortoiseContext, settings: Settings, empty_redis: str) -> AsyncIterator[Station]:
    made = {}
    for symbol in ("KO", "PEP"):
        made[symbol] = await make.series(await make.instrument(symbol), Timeframe.M1)
    run = await market_feeds.begin("test", "test", "A test", replay=False)
    async with bus.opened(settings.redis_url):
        yield Station(made, run)


@asynccontextmanager
async def ticking(server: LiveServer, ids: list[str], after: str | None) -> AsyncIterator[ClientConnection]:
    """A socket with the subscription."""
    async with server.signed_in_socket(await make.token()) as socket:
        variables = {"ids": ids, "after": after}
        await say(socket, {"id": "1", "type": "subscribe", "payload": {"query": TICKS, "variables": variables}})
        yield socket


async def heard(socket: ClientConnection, count: int) -> list[dict[str, Any]]:
    messages = [await hear(socket) for _ in range(count)]
    assert [message["type"] for message in messages] == ["next"] * count, messages
    return [message["payload"]["data"]["barTicks"] for message in messages]


def bars_of(events: list[dict[str, Any]], symbol: str) -> list[tuple[int, float]]:
    return [(event["seq"], event["close"]) for event in events if event["instrument"]["symbol"] == symbol]


async def test_every_bar_comes_once_in_order_and_numbered(server: LiveServer, station: Station):
    async with ticking(server, station.ids, await station.cursor()) as socket:
        for symbol in ("KO", "PEP", "PEP", "KO", "KO"):
            await station.bring(symbol)
        events = await heard(socket, 5)

    assert bars_of(events, "KO") == [(1, 1.0), (2, 2.0), (3, 3.0)]
    assert bars_of(events, "PEP") == [(1, 1.0), (2, 2.0)]
    opening = next(event for event in events if event["instrument"] == {"symbol": "KO"})
    first = {**opening, "cursor": "", "instrument": "KO"}
    assert first == {
        "__typename": "Bar", "instrument": "KO", "time": "2024-01-02T00:01:00Z", "close": 1.0, "seq": 1, "cursor": "",
        "replay": False,
    }  # fmt: skip


async def test_without_a_cursor_it_begins_now_and_misses_nothing_after(server: LiveServer, station: Station):
    await station.bring("KO", 3)
    async with ticking(server, station.ids, None) as socket:
        answer = asyncio.ensure_future(hear(socket))
        while not (await asyncio.wait([answer], timeout=0.1))[0]:
            await station.bring("KO")
        await station.bring("KO", 5)
        first = answer.result()["payload"]["data"]["barTicks"]["seq"]
        rest = await heard(socket, 5)

    assert first > 3
    assert [event["seq"] for event in rest] == list(range(first + 1, first + 6))


async def test_a_cursor_resumes_where_it_was_given(server: LiveServer, station: Station):
    async with ticking(server, station.ids, await station.cursor()) as socket:
        await station.bring("KO", 4)
        await station.bring("PEP", 2)
        events = await heard(socket, 6)
    await station.bring("PEP", 2)

    for place, event in enumerate(events):
        async with ticking(server, station.ids, event["cursor"]) as socket:
            again = await heard(socket, len(events) - place - 1 + 2)
        for symbol in ("KO", "PEP"):
            seen = bars_of([*events[: place + 1], *again], symbol)
            assert seen == [(number, float(number)) for number in range(1, 5)]


async def test_a_redis_that_forgets_everything_loses_nothing(server: LiveServer, station: Station, empty_redis: str):
    start = await station.cursor()
    async with ticking(server, station.ids, start) as socket:
        await station.bring("KO", 3)
        before = await heard(socket, 3)
        with redis.Redis.from_url(empty_redis) as client:
            client.flushall()
        await station.bring("KO", 3)
        after = await heard(socket, 3)
    async with ticking(server, station.ids, start) as socket:
        replayed = await heard(socket, 6)

    assert (
        bars_of(before + after, "KO") == bars_of(replayed, "KO") == [(number, float(number)) for number in range(1, 7)]
    )


async def test_what_was_trimmed_is_announced_with_its_numbers(
    server: LiveServer, station: Station, empty_redis: str, monkeypatch: pytest.MonkeyPatch
):
    start = await station.cursor("KO")
    monkeypatch.setattr(streams, "KEEP", 4)
    monkeypatch.setattr(streams, "PRUNE_EVERY", 10)
    await station.bring("KO", 12)
    with redis.Redis.from_url(empty_redis) as client:
        client.flushall()  # or the copy would still have them

    async with ticking(server, station.ids[:1], start) as socket:
        gap, *bars = await heard(socket, 7)

    cursor, reason = gap.pop("cursor"), gap.pop("reason")
    whose = {"id": station.id_of("KO"), "symbol": "KO"}
    assert gap == {"__typename": "StreamGap", "subject": whose, "first": 1, "last": 6}
    assert "6 events" in reason
    assert bars_of(bars, "KO") == [(number, float(number)) for number in range(7, 13)]
    async with ticking(server, station.ids[:1], cursor) as socket:
        assert bars_of(await heard(socket, 6), "KO") == bars_of(bars, "KO")


async def refusal(server: LiveServer, ids: list[str], after: str | None = None) -> tuple[str, str]:
    async with ticking(server, ids, after) as socket:
        answer = await hear(socket)
        # One bad operation does not close the socket for the others.
        await say(socket, {"id": "2", "type": "subscribe", "payload": {"query": "{ __typename }"}})
        assert (await hear(socket))["payload"] == {"data": {"__typename": "Query"}}
    assert answer["type"] == "error"
    (error,) = answer["payload"]
    return error["extensions"]["code"], error["extensions"].get("category")


async def test_what_cannot_be_followed_is_refused(server: LiveServer, station: Station):
    daily = await make.listed("XOM", [1, 2])
    gone = encode_id("Instrument", (await make.pair(await make.viewer())).id)

    assert await refusal(server, []) == ("INSTRUMENTS_MISSING", "INVALID_INPUT")
    assert await refusal(server, [gone]) == ("INSTRUMENT_NOT_FOUND", "NOT_FOUND")
    assert await refusal(server, [*station.ids, encode_id("Instrument", daily.id)]) == ("NO_DATA", "NOT_FOUND")
    assert await refusal(server, ["nonsense"]) == ("ID_INVALID", "INVALID_INPUT")
    assert (await refusal(server, station.ids * 126))[0] == "LIST_TOO_LONG"


async def test_a_cursor_that_is_not_of_these_streams_is_refused(server: LiveServer, station: Station):
    await station.bring("KO", 2)
    both, one = await station.cursor(), await station.cursor("KO")

    refused = ("CURSOR_INVALID", "INVALID_INPUT")
    assert await refusal(server, station.ids[:1], both) == refused
    assert await refusal(server, station.ids, one) == refused
    for altered in ("", "x", one[:-2], "A" * 10_000, "\u202e"):
        assert await refusal(server, station.ids[:1], altered) == refused


def test_everybody_may_be_served_by_one_execution():
    ast = parse(TICKS)
    prepared = Prepared(Document(ast), ast.definitions[0])  # type: ignore[arg-type]

    assert sockets.sharing_rule(prepared) == Shared(Audience.EVERYBODY, Delivery.STREAM)


def course(variables: dict[str, Any], text: str = TICKS) -> Course:
    ast = parse(text)
    prepared = Prepared(Document(ast), ast.definitions[0])  # type: ignore[arg-type]
    viewer = Viewer(UUID(int=1), "one", Role.VIEWER, UUID(int=2))
    context = Context("", None)  # type: ignore[arg-type]
    rule = Shared(Audience.EVERYBODY, Delivery.STREAM)
    return sockets.course_of(prepared, GraphQLRequest(text, variables), rule, viewer, context)


def test_executions_that_differ_in_their_cursor_alone_are_of_one_family():
    begun = [course({"ids": ["a"], "after": after}) for after in (None, "c", "d")] + [course({"ids": ["a"]})]

    assert {one.family for one in begun} == {begun[0].family}
    assert [one.replays for one in begun] == [False, True, True, False]
    assert course({"ids": ["b"], "after": "c"}).family != begun[0].family


def test_a_cursor_that_is_used_twice_makes_families_of_their_own():
    text = """subscription($after: String) { barTicks(instrumentIds: ["a"], after: $after) {
      ... on Bar { instrument { bars(start: $after) { close } } } } }"""

    assert course({"after": "c"}, text).family != course({"after": "d"}, text).family


def test_a_cursor_in_the_text_of_the_document_replays_too():
    assert course({}, 'subscription { barTicks(instrumentIds: ["a"], after: "c") { __typename } }').replays
