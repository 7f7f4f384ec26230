"""The client of benchmarks.subscriptions, a process of its own: thousands of sockets in plain asyncio.

Reads one JSON object from its arguments, prints `ready`, and after the last event the latencies as JSON.
"""

import asyncio
import base64
import json
import os
import re
import sys
import time
from typing import Any

import numpy as np
import uvloop

SENT_AT = re.compile(rb'"message":"(\d+)"')
OPENING = 100
TEXT, CLOSE, PING, PONG, MASKED = 0x81, 0x88, 0x89, 0x8A, 0x80
NO_MASK = b"\0\0\0\0"  # a mask of zeros changes nothing


class Socket(asyncio.Protocol):
    """One socket: says hello, subscribes, and notes how late each event was."""

    def __init__(self, plan: dict[str, Any], latencies: list[float]) -> None:
        self._plan = plan
        self._latencies = latencies
        self._buffer = b""
        self._upgraded = False
        self._snapshots = 0
        self.newest = 0
        self.subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self._transport: Any = transport
        key = base64.b64encode(os.urandom(16)).decode()
        self._transport.write(
            f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Take frames apart."""
        now = time.monotonic_ns()
        self._buffer += data
        if not self._upgraded:
            if b"\r\n\r\n" not in self._buffer:
                return
            head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
            if b" 101 " not in head:
                sys.exit(head.decode())
            self._upgraded = True
            self._say({"type": "connection_init", "payload": {"authorization": f"Bearer {self._plan['token']}"}})
        while (frame := self._frame()) is not None:
            self._heard(frame, now)

    def _frame(self) -> bytes | None:
        buffer = self._buffer
        if len(buffer) < 4:
            return None
        length, start = buffer[1] & 127, 2
        if length == 126:
            length, start = int.from_bytes(buffer[2:4], "big"), 4
        if len(buffer) < start + length:
            return None
        self._buffer = buffer[start + length :]
        payload = buffer[start : start + length]
        if buffer[0] == CLOSE:
            sys.exit(f"closed with {int.from_bytes(payload[:2], 'big')} {payload[2:]!r}")
        if buffer[0] == PING:
            self._transport.write(bytes([PONG, MASKED | length]) + NO_MASK + payload)
        return payload if buffer[0] == TEXT else b""

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody ends before the plan is done, so a lost connection fails the run and says so."""
        if not self.subscribed.done():
            self.subscribed.set_exception(error or ConnectionResetError("closed before it was subscribed"))

    def _heard(self, frame: bytes, now: int) -> None:
        sent_at = SENT_AT.search(frame)
        if sent_at is not None:
            self.newest = int(sent_at[1])
            self._latencies.append((now - self.newest) / 1e6)
        elif b"connection_ack" in frame:
            for number in range(self._plan["per_socket"]):
                self._say({"id": str(number), "type": "subscribe", "payload": self._plan["subscribe"]})
        elif b'"next"' in frame:
            self._snapshots += 1
            if self._snapshots == self._plan["per_socket"]:
                self.subscribed.set_result(None)
        elif b'"error"' in frame:
            raise AssertionError(frame)

    def _say(self, message: object) -> None:
        text = json.dumps(message).encode()
        size = bytes([MASKED | len(text)]) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2, "big")
        self._transport.write(bytes([TEXT]) + size + NO_MASK + text)


async def run(plan: dict[str, Any]) -> None:
    """Open all sockets, then wait for all events."""
    loop, latencies = asyncio.get_running_loop(), list[float]()
    sockets: list[Socket] = []
    for first in range(0, plan["sockets"], OPENING):
        count = min(OPENING, plan["sockets"] - first)
        opened = [
            loop.create_connection(lambda: Socket(plan, latencies), "127.0.0.1", plan["port"]) for _ in range(count)
        ]
        sockets += [protocol for _, protocol in await asyncio.gather(*opened)]
        await asyncio.wait_for(asyncio.gather(*(one.subscribed for one in sockets[first:])), 60)
    print("ready", flush=True)
    expected = plan["sockets"] * plan["per_socket"] * plan["events"]
    ended = time.monotonic()
    seen, quiet = 0, plan["quiet"]
    # A state that changes again before it was read is sent once: the end is when nothing has come for a while.
    while len(latencies) < expected and time.monotonic() < ended + quiet:
        await asyncio.sleep(0.05)
        if len(latencies) > seen:
            seen, ended = len(latencies), time.monotonic()
    newest = max(one.newest for one in sockets)
    p50, p99 = np.percentile(latencies, [50, 99]) if latencies else (float("nan"), float("nan"))
    outcome = {"delivered": len(latencies), "expected": expected, "p50": p50, "p99": p99}
    print(json.dumps({**outcome, "current": all(one.newest == newest for one in sockets)}), flush=True)


if __name__ == "__main__":
    uvloop.run(run(json.loads(sys.argv[1])))
