"""Uvicorn's WebSocket protocol with a push side: ready-made frames without awaiting, and an end to stalled peers."""

import asyncio
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

EXTENSION = "titan.push"
SEND_SECONDS = 3.0
SEND_BUFFER = 64 * 1024


class PushProtocol(WebSocketsSansIOProtocol):
    """A socket to which frames can be pushed.

    Frames of one turn of the event loop leave in one write, since the system call is most of what a frame costs.
    A peer that lets nothing through for three seconds is cut off: closing politely would wait for a flush that
    never comes.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._corked: list[bytes] = []
        self._stalled: asyncio.TimerHandle | None = None
        self._drains: list[Callable[[], None]] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Bound what the kernel holds: it would take megabytes for a stalled peer, which would long stay unseen."""
        own: socket.socket | None = transport.get_extra_info("socket")
        if own is not None:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        super().connection_made(transport)

    async def run_asgi(self) -> None:
        """Run the application, which finds this object in the scope's extensions."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[EXTENSION] = self
        await super().run_asgi()

    def push(self, frame: bytes) -> bool:
        """Send a frame with the others of this turn; False when the peer is behind."""
        if not self.writable.is_set():
            return False
        if not self._corked:
            self.loop.call_soon(self._uncork)
        self._corked.append(frame)
        return True

    def on_drain(self, call: Callable[[], None]) -> None:
        """Have this called, once, when the peer has caught up."""
        if call not in self._drains:
            self._drains.append(call)

    def forget_drain(self, call: Callable[[], None]) -> None:
        """No longer have this called."""
        if call in self._drains:
            self._drains.remove(call)

    def abort(self) -> None:
        """Cut the connection at once."""
        self.transport.abort()

    async def send(self, message: "ASGISendEvent") -> None:
        """Send what the application says, after what was pushed."""
        self._uncork()
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True  # refused with an answer: uvicorn would report an unfinished handshake

    def shutdown(self) -> None:
        """Close with 1012, after what was pushed."""
        self._uncork()
        super().shutdown()

    def pause_writing(self) -> None:
        """The peer is behind: give it three seconds."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(SEND_SECONDS, self.abort)

    def resume_writing(self) -> None:
        """The peer has caught up."""
        self._cancel_stalled()
        super().resume_writing()
        drains, self._drains = self._drains, []
        for call in drains:
            call()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of everything that waited for the peer."""
        self._cancel_stalled()
        self._drains.clear()
        self._corked.clear()
        super().connection_lost(exc)

    def _uncork(self) -> None:
        frames, self._corked = self._corked, []
        if frames and not (self.disconnected or self.close_sent or self.transport.is_closing()):
            self.transport.write(frames[0] if len(frames) == 1 else b"".join(frames))

    def _cancel_stalled(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


def text_frame(prefix: bytes, payload: bytes, suffix: bytes) -> bytes:
    """One unmasked WebSocket text frame of these parts."""
    length = len(prefix) + len(payload) + len(suffix)
    if length < 126:
        header = bytes((0x81, length))
    elif length < 65_536:
        header = b"\x81\x7e" + length.to_bytes(2, "big")
    else:
        header = b"\x81\x7f" + length.to_bytes(8, "big")
    return b"".join((header, prefix, payload, suffix))
