"""Shared execution: identical subscriptions run once, each event is encoded once and pushed to every subscriber."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from contextlib import aclosing
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
TURN = 256

Errors = list[dict[str, Any]]
OpenStream = Callable[[], Awaitable[AsyncGenerator[Any, None]]]


class Subscriber:
    """One operation on one socket: what was not sent yet, and how its stream ended (None: completely)."""

    __slots__ = ("_delivery", "_prefix", "_protocol", "_waiting", "ended")

    def __init__(self, protocol: PushProtocol, operation_id: str, delivery: Delivery) -> None:
        self._protocol = protocol
        self._prefix = b'{"id":' + orjson.dumps(operation_id) + b',"type":"next","payload":'
        self._delivery = delivery
        self._waiting: list[bytes] = []
        self.ended: asyncio.Future[Errors | None] = asyncio.get_running_loop().create_future()

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

    def __init__(self, open_stream: OpenStream, delivery: Delivery, forget: Callable[[], None]) -> None:
        self._open = open_stream
        self._delivery = delivery
        self._forget = forget
        self._subscribers: set[Subscriber] = set()
        self._last: bytes | None = None
        self._task = asyncio.create_task(self._run())

    def attach(self, subscriber: Subscriber) -> None:
        """Add a subscriber; of a state it gets the present one at once."""
        self._subscribers.add(subscriber)
        if self._last is not None and self._delivery is Delivery.STATE:
            subscriber.offer(self._last)

    def detach(self, subscriber: Subscriber) -> None:
        """Remove a subscriber; after the last one the execution stops."""
        self._subscribers.discard(subscriber)
        subscriber.close()
        if not self._subscribers:
            self._forget()
            self._task.cancel()

    async def _run(self) -> None:
        errors: Errors | None = None
        try:
            async with aclosing(await self._open()) as results:
                async for result in results:
                    if isinstance(result, PreExecutionError):
                        errors = [error.formatted for error in result.errors or []]  # type: ignore[misc]  # a TypedDict
                        break
                    await self._deliver(encoded(result))
        except Exception:
            errors = [unexpected(uuid4().hex)]
        self._forget()
        for subscriber in tuple(self._subscribers):
            subscriber.end(errors)

    async def _deliver(self, payload: bytes) -> None:
        self._last = payload
        for count, subscriber in enumerate(tuple(self._subscribers), start=1):
            if subscriber in self._subscribers:
                subscriber.offer(payload)
            if count % TURN == 0:
                await asyncio.sleep(0)  # what was pushed leaves now, and others get their turn


class SharedStreams:
    """The executions that are going on, by what makes them identical."""

    def __init__(self) -> None:
        self._streams: dict[Hashable, SharedStream] = {}

    def __len__(self) -> int:
        return len(self._streams)

    def join(self, key: Hashable, open_stream: OpenStream, delivery: Delivery) -> SharedStream:
        """The execution under this key, begun if need be."""
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = SharedStream(open_stream, delivery, lambda: self._remove(key, stream))
        return stream

    def _remove(self, key: Hashable, stream: SharedStream | None) -> None:
        if self._streams.get(key) is stream:
            del self._streams[key]


def unexpected(request_id: str) -> dict[str, Any]:
    """Log the exception that is being handled, and what a caller is told of it."""
    log.exception("a subscription failed unexpectedly", request_id=request_id)
    return problem(TitanError("INTERNAL", masked(request_id)), request_id)


def encoded(result: Any) -> bytes:
    """The payload of a `next` message."""
    payload: dict[str, Any] = {"data": result.data}
    if result.errors:
        payload["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        payload["extensions"] = result.extensions
    return encode(payload)
