"""Fan-out: one Redis connection per API process wakes any number of listeners."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
RECONNECT_SECONDS = (0.1, 0.2, 0.5, 1.0)
POLL_SECONDS = 1.0
QUEUE_LENGTH = 256


class Listener:
    """A bounded queue of the messages of one channel; overflow drops messages but still wakes the listener."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)

    def offer(self, message: str) -> None:
        """Take a message without ever blocking the hub."""
        if not self._messages.full():
            self._messages.put_nowait(message)

    async def next(self) -> str:
        """Wait for a message."""
        return await self._messages.get()

    async def woken(self, timeout: float) -> bool:  # noqa: ASYNC109 (a bound on waiting is the point)
        """Wait until something was announced, then swallow all that was; False when nothing was in time."""
        try:
            async with asyncio.timeout(timeout):
                await self._messages.get()
        except TimeoutError:
            return False
        while not self._messages.empty():
            self._messages.get_nowait()
        return True


class Hub:
    """Which listeners wait on which channel; runs for the life of an API process."""

    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(redis_url, socket_connect_timeout=5)
        self._listeners: dict[str, set[Listener]] = {}
        self._pubsub: PubSub = self._redis.pubsub(ignore_subscribe_messages=False)
        self._subscribed: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def listening(self, channel: str) -> AsyncIterator[Listener]:
        """Hear what is announced on a channel from now on (the subscription is confirmed before this returns)."""
        listener = Listener()
        self._listeners.setdefault(channel, set()).add(listener)
        await self._subscribe(channel)
        try:
            yield listener
        finally:
            await self._forget(channel, listener)

    @property
    def listener_count(self) -> int:
        """How many listeners there are."""
        return sum(map(len, self._listeners.values()))

    async def run(self) -> None:
        """Pass messages on until cancelled; when Redis was away, wake everybody, since messages may be missing."""
        failures = 0
        try:
            while True:
                try:
                    await self._resubscribe()
                    failures = 0
                    await self._pump()
                except (RedisError, OSError) as error:
                    log.warning("redis is away", error=str(error))
                    await asyncio.sleep(RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)])
                    failures += 1
        finally:
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]  # redis leaves it bare
            await self._redis.aclose()

    async def _pump(self) -> None:
        while True:
            message = await self._pubsub.get_message(timeout=POLL_SECONDS)
            if message is not None:
                self._deliver(message)

    def _deliver(self, message: dict[str, Any]) -> None:
        channel = message["channel"].decode()
        if message["type"] == "subscribe":
            self._subscribed.setdefault(channel, asyncio.Event()).set()
        elif message["type"] == "message":
            for listener in self._listeners.get(channel, ()):
                listener.offer(message["data"].decode())

    async def _resubscribe(self) -> None:
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]  # redis leaves it bare
        self._pubsub = self._redis.pubsub()
        self._subscribed.clear()
        await self._pubsub.subscribe("titan:hub", *self._listeners)
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.offer("")

    async def _subscribe(self, channel: str) -> None:
        confirmed = self._subscribed.get(channel)
        if confirmed is None:
            confirmed = self._subscribed[channel] = asyncio.Event()
            try:
                await self._pubsub.subscribe(channel)
            except (RedisError, OSError):
                return  # the reconnect subscribes to every known channel and wakes its listeners
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await confirmed.wait()
        except TimeoutError:
            log.warning("subscription not confirmed in time", channel=channel)

    async def _forget(self, channel: str, listener: Listener) -> None:
        listeners = self._listeners.get(channel, set())
        listeners.discard(listener)
        if listeners:
            return
        self._listeners.pop(channel, None)
        self._subscribed.pop(channel, None)
        try:
            await self._pubsub.unsubscribe(channel)
        except (RedisError, OSError):
            return
