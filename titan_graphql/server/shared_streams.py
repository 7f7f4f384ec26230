"""Shared execution: identical subscriptions run once, each event is encoded once and pushed to every subscriber."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
import structlog
from strawberry.types.execution import PreExecutionError

from titan_graphql.errors import LimitExceededError, TitanError
from titan_graphql.schema.errors import masked
from titan_graphql.schema.sharing import Delivery
from titan_graphql.server.answers import encode, problem
from titan_graphql.server.push import PushProtocol, text_frame

log = structlog.get_logger(__name__)
QUEUE_LENGTH = 256
HISTORY_LENGTH = 200
TURN = 256

Errors = list[dict[str, Any]]
OpenStream = Callable[[], Awaitable[AsyncGenerator[Any, None]]]


@dataclass(frozen=True, slots=True)
class Course:
    """What tells when two executions of a stream have become the same.

    `family` is equal for all who ask for the same events, wherever they begin; `position` is the cursor after the event
    that was executed last; a stream that `replays` begins in the past.
    """

    family: Hashable
    replays: bool
    position: Callable[[], str | None]


class Subscriber:
    """One operation on one socket: what was not sent yet, and how its stream ended (None: completely)."""

    __slots__ = ("_delivery", "_prefix", "_protocol", "_waiting", "ended", "stream")

    def __init__(self, protocol: PushProtocol, operation_id: str, delivery: Delivery) -> None:
        self._protocol = protocol
        self._prefix = b'{"id":' + orjson.dumps(operation_id) + b',"type":"next","payload":'
        self._delivery = delivery
        self._waiting: list[bytes] = []
        self.ended: asyncio.Future[Errors | None] = asyncio.get_running_loop().create_future()
        self.stream: SharedStream | None = None

    def leave(self) -> None:
        """Ask for no more, of whichever execution serves this one now."""
        if self.stream is not None:
            self.stream.detach(self)

    def offer(self, payload: bytes) -> None:
        """Send an event, or keep it until the peer has caught up."""
        if not self._waiting and self._protocol.push(text_frame(self._prefix, payload, b"}")):
            return
        if self._delivery is Delivery.STATE:
            self._waiting.clear()  # only the latest counts
        if len(self._waiting) >= QUEUE_LENGTH:
            message = "This connection is too slow for the stream; subscribe again after your last cursor"
            self.end([problem(LimitExceededError("SLOW_CONSUMER", message), "")])
            return
        self._waiting.append(payload)
        self._protocol.on_drain(self._drain)

    def end(self, errors: Errors | None) -> None:
        """No more events will come."""
        if not self.ended.done():
            self.ended.set_result(errors)

    def close(self) -> None:
        """Let go of the socket."""
        self._protocol.forget_drain(self._drain)

    def _drain(self) -> None:
        while self._waiting:
            if not self._protocol.push(text_frame(self._prefix, self._waiting[0], b"}")):
                self._protocol.on_drain(self._drain)
                return
            self._waiting.pop(0)


class SharedStream:
    """One execution and all who watch it."""

    def __init__(
        self,
        open_stream: OpenStream,
        delivery: Delivery,
        registry: "SharedStreams",
        key: Hashable,
        course: Course | None,
    ) -> None:
        self._open = open_stream
        self._delivery = delivery
        self._registry = registry
        self._key = key
        self._course = course
        self._subscribers: set[Subscriber] = set()
        self._shown: list[bytes] = []
        self._task = asyncio.create_task(self._run())

    @property
    def replays(self) -> bool:
        """Whether it began in the past."""
        return self._course is not None and self._course.replays

    @property
    def place(self) -> Hashable:
        """What is equal for executions that have come to the same event; None while that is unknown."""
        position = None if self._course is None else self._course.position()
        return None if self._course is None or position is None else (self._course.family, position)

    def attach(self, subscriber: Subscriber) -> None:
        """Add a subscriber; of a state it gets the present one at once, of a replay what has been replayed."""
        self._take(subscriber)
        for payload in self._shown:
            subscriber.offer(payload)

    def detach(self, subscriber: Subscriber) -> None:
        """Remove a subscriber; after the last one the execution stops."""
        self._subscribers.discard(subscriber)
        subscriber.close()
        if not self._subscribers:
            self._stop()

    def hand_over(self, other: "SharedStream") -> None:
        """Give everybody to an execution that has come to the same event, and stop this one."""
        for subscriber in self._subscribers:
            other._take(subscriber)
        self._subscribers.clear()
        self._stop()

    def _take(self, subscriber: Subscriber) -> None:
        self._subscribers.add(subscriber)
        subscriber.stream = self

    def _stop(self) -> None:
        self._registry.forget(self._key, self)
        self._registry.depart(self)
        self._task.cancel()

    async def _run(self) -> None:
        errors: Errors | None = None
        try:
            async with aclosing(await self._open()) as results:
                async for result in results:
                    if isinstance(result, PreExecutionError) or is_refusal(result):
                        errors = [error.formatted for error in result.errors or []]
                        break
                    await self._deliver(encoded(result))
        except Exception:
            errors = [unexpected(uuid4().hex)]
        self._registry.forget(self._key, self)
        self._registry.depart(self)
        for subscriber in tuple(self._subscribers):
            subscriber.end(errors)

    async def _deliver(self, payload: bytes) -> None:
        self._registry.depart(self)
        self._remember(payload)
        for count, subscriber in enumerate(tuple(self._subscribers), start=1):
            if subscriber in self._subscribers:
                subscriber.offer(payload)
            if count % TURN == 0:
                await asyncio.sleep(0)  # what was pushed leaves now, and others get their turn
        self._registry.arrive(self)

    def _remember(self, payload: bytes) -> None:
        if self._delivery is Delivery.STATE:
            self._shown = [payload]
        elif self.replays and len(self._shown) < HISTORY_LENGTH:
            self._shown.append(payload)
        elif self.replays:
            self._registry.forget(self._key, self)  # too late for others to begin here


class SharedStreams:
    """The executions that are going on, by what makes them identical."""

    def __init__(self) -> None:
        self._streams: dict[Hashable, SharedStream] = {}
        self._places: dict[Hashable, SharedStream] = {}
        self._place_of: dict[SharedStream, Hashable] = {}

    def __len__(self) -> int:
        return len(self._streams)

    def join(
        self, key: Hashable, open_stream: OpenStream, delivery: Delivery, course: Course | None = None
    ) -> SharedStream:
        """The execution under this key, begun if need be."""
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = SharedStream(open_stream, delivery, self, key, course)
        return stream

    def forget(self, key: Hashable, stream: SharedStream) -> None:
        """Let nobody else join it."""
        if self._streams.get(key) is stream:
            del self._streams[key]

    def depart(self, stream: SharedStream) -> None:
        """It goes on to its next event, or ends."""
        place = self._place_of.pop(stream, None)
        if place is not None:
            del self._places[place]

    def arrive(self, stream: SharedStream) -> None:
        """It has delivered an event; where another one has come to the same event, one serves all from now on."""
        place = stream.place
        if place is None:
            return
        other = self._places.get(place)
        if other is not None and stream.replays:
            stream.hand_over(other)
            return
        if other is not None:
            other.hand_over(stream)
        self._places[place] = stream
        self._place_of[stream] = place


def unexpected(request_id: str) -> dict[str, Any]:
    """Log the exception that is being handled, and what a caller is told of it."""
    log.exception("a subscription failed unexpectedly", request_id=request_id)
    return problem(TitanError("INTERNAL", masked(request_id)), request_id)


def is_refusal(result: Any) -> bool:
    """Whether this is the failure of the stream itself rather than of a field of an event."""
    return result.data is None and bool(result.errors) and all(error.path is None for error in result.errors)


def encoded(result: Any) -> bytes:
    """The payload of a `next` message."""
    payload: dict[str, Any] = {"data": result.data}
    if result.errors:
        payload["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        payload["extensions"] = result.extensions
    return encode(payload)
