"""Fan-out: one Redis connection per API process wakes any number of listeners."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
RECONNECT_SECONDS = (0.1, 0.2, 0.5, 1.0)
POLL_SECONDS = 1.0
QUEUE_LENGTH = 256
HUB_CHANNEL = "titan:hub"
# A connection that breaks under one task has lost its streams (AttributeError, RuntimeError) when another one uses it.
AWAY = (RedisError, OSError, AttributeError, RuntimeError)
# Says that announcements may be missing: whoever reads it looks at everything again.
MISSING = ""


class Listener:
    """A bounded queue of announcements; what does not fit is replaced by one word that some are missing."""

    def __init__(self) -> None:
        self._messages: deque[str] = deque()
        self._arrived = asyncio.Event()

    def offer(self, message: str) -> None:
        """Take a message without ever blocking the hub."""
        if len(self._messages) >= QUEUE_LENGTH:
            self._messages.clear()
            message = MISSING
        self._messages.append(message)
        self._arrived.set()

    async def next(self) -> str:
        """Wait for a message."""
        await self._arrived.wait()
        message = self._messages.popleft()
        if not self._messages:
            self._arrived.clear()
        return message

    async def woken(self, timeout: float) -> bool:  # noqa: ASYNC109 (a bound on waiting is the point)
        """Wait until something was announced, then swallow all that was; False when nothing was in time."""
        return bool(await self.taken(timeout))

    async def taken(self, timeout: float) -> list[str]:  # noqa: ASYNC109 (a bound on waiting is the point)
        """Wait for announcements, and take all there are; none when nothing was in time."""
        try:
            async with asyncio.timeout(timeout):
                await self._arrived.wait()
        except TimeoutError:
            return []
        messages = list(self._messages)
        self._messages.clear()
        self._arrived.clear()
        return messages


class Hub:
    """Which listeners wait on which channel; runs for the life of an API process."""

    def __init__(self, redis_url: str) -> None:
        # Failures come to run() at once, which knows that announcements may be missing.
        self._redis = Redis.from_url(redis_url, socket_connect_timeout=5, retry=Retry(NoBackoff(), 0))
        self._listeners: dict[str, set[Listener]] = {}
        self._pubsub: PubSub = self._redis.pubsub()
        self._confirmed: dict[str, asyncio.Event] = {}
        self._changing = asyncio.Lock()
        self._connected = False

    @asynccontextmanager
    async def listening(self, *channels: str) -> AsyncIterator[Listener]:
        """Hear what is announced on these channels from now on (the subscription is confirmed before this returns)."""
        listener = Listener()
        for channel in channels:
            self._listeners.setdefault(channel, set()).add(listener)
        try:
            await self._subscribe(channels)
            yield listener
        finally:
            await self._forget(channels, listener)

    @property
    def listener_count(self) -> int:
        """How many listeners there are."""
        return sum(map(len, self._listeners.values()))

    async def run(self) -> None:
        """Pass messages on until cancelled; when Redis was away, wake everybody, since messages may be missing."""
        failures = 0
        try:
            while not _cancelled():
                try:
                    await self._resubscribe()
                    failures = 0
                    await self._pump()
                except AWAY as error:
                    self._connected = False
                    log.warning("redis is away", error=str(error))
                    await asyncio.sleep(RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)])
                    failures += 1
        finally:
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]  # redis leaves it bare
            await self._redis.aclose()

    async def _pump(self) -> None:
        while not _cancelled():
            message = await self._pubsub.get_message(timeout=POLL_SECONDS)
            if message is not None:
                self._deliver(message)

    def _deliver(self, message: dict[str, Any]) -> None:
        channel = message["channel"].decode()
        if message["type"] == "message":
            self._wake(channel, message["data"].decode())
        elif message["type"] == "subscribe":
            confirmed = self._confirmed.get(channel)
            if confirmed is not None and confirmed.is_set():
                self._wake(channel, MISSING)  # the client has reconnected by itself
            elif confirmed is not None:
                confirmed.set()

    def _wake(self, channel: str, message: str) -> None:
        for listener in self._listeners.get(channel, ()):
            listener.offer(message)

    async def _resubscribe(self) -> None:
        async with self._changing:
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]  # redis leaves it bare
            self._pubsub = self._redis.pubsub()
            for confirmed in self._confirmed.values():
                confirmed.clear()
            await self._pubsub.subscribe(HUB_CHANNEL, *self._listeners)
            self._connected = True
        for channel in self._listeners:
            self._wake(channel, MISSING)

    async def _subscribe(self, channels: tuple[str, ...]) -> None:
        fresh = [channel for channel in channels if channel not in self._confirmed]
        for channel in fresh:
            self._confirmed[channel] = asyncio.Event()
        try:
            async with asyncio.timeout(POLL_SECONDS):
                async with self._changing:
                    if fresh and self._connected:
                        await self._pubsub.subscribe(*fresh)
                for channel in channels:
                    await self._confirmed[channel].wait()
        except (TimeoutError, *AWAY) as error:
            # The reconnect subscribes to every known channel and wakes its listeners.
            log.warning("subscription not confirmed in time", channels=fresh, error=str(error))

    async def _forget(self, channels: tuple[str, ...], listener: Listener) -> None:
        for channel in channels:
            listeners = self._listeners.get(channel, set())
            listeners.discard(listener)
            if not listeners:
                self._listeners.pop(channel, None)
        try:
            async with asyncio.timeout(POLL_SECONDS), self._changing:
                # Somebody may have begun to listen again while another change was under way.
                deserted = [channel for channel in channels if channel not in self._listeners]
                for channel in deserted:
                    self._confirmed.pop(channel, None)
                if deserted and self._connected:
                    await self._pubsub.unsubscribe(*deserted)
        except (TimeoutError, *AWAY):
            return  # a channel nobody hears costs nothing, and the reconnect leaves it out


def _cancelled() -> bool:
    """Whether this task was told to end: the client swallows a cancellation that meets it while it connects."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
