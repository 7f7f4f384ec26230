"""The life of a server: an end in order, peers that read nothing cut off, Redis killed under it."""

import asyncio
import json
import signal
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.events.conftest import MortalValkey
from tests.server.conftest import LiveServer, closed, hear, say
from titan_graphql.server import running
from titan_graphql.server.edge import Application, Edge
from titan_graphql.server.push import PushProtocol

ENDLESS = {"id": "1", "type": "subscribe", "payload": {"query": "subscription { jobsChanged { id } }"}}


async def test_a_signal_ends_sockets_with_1012_and_the_process_with_success(new_server: Any, redis_url: str):
    server: LiveServer = new_server(redis_url)
    await server.ready()
    async with server.signed_in_socket() as watcher:
        await say(watcher, ENDLESS)
        server.process.send_signal(signal.SIGTERM)

        assert (await closed(watcher))[0] == 1012
    assert await asyncio.to_thread(server.process.wait, 20) in {0, -signal.SIGTERM}
    assert "Traceback" not in server.log.read_text()


async def test_a_request_under_way_is_finished(monkeypatch: pytest.MonkeyPatch):
    began, finish = asyncio.Event(), asyncio.Event()

    async def slow(_scope: Any, _receive: Any, send: Any) -> None:
        began.set()
        await finish.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    application = Application()
    monkeypatch.setattr(application, "build_middleware_stack", lambda: slow)
    edge = Edge(application)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=edge), base_url="http://titan") as client:
        request = asyncio.create_task(client.get("/"))
        await began.wait()
        drained = asyncio.create_task(edge.drained())
        await asyncio.sleep(0)
        assert (application.state.draining, drained.done()) == (True, False)
        finish.set()

        assert (await request).text == "done"
        await asyncio.wait_for(drained, 5)


async def test_a_peer_that_reads_nothing_is_soon_cut_off(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("titan_graphql.server.push.SEND_SECONDS", 0.05)
    lost = asyncio.Event()
    taken = 0

    class Recording(PushProtocol):
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            lost.set()

    async def flood(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        nonlocal taken
        while True:
            await send({"type": "websocket.send", "text": "x" * 65_536})
            taken += 1

    serving = running.server(flood, "127.0.0.1", 0, "critical")  # type: ignore[arg-type]
    serving.config.ws, serving.config.lifespan = Recording, "off"
    serving._edge = None  # type: ignore[assignment]
    listener = socket.create_server(("127.0.0.1", 0))
    with monkeypatch.context() as patched:
        patched.setattr(running.TitanServer, "shutdown", running.uvicorn.Server.shutdown)
        task = asyncio.create_task(serving.serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname(), limit=1024)
        writer.write(
            b"GET / HTTP/1.1\r\nHost: titan\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.wait_for(lost.wait(), 20)
        serving.should_exit = True
        writer.close()
        await asyncio.wait_for(task, 20)
    assert taken < 24  # 1.5 MiB; left to itself the kernel takes four


def test_silent_peers_are_given_up_by_the_kernel(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as peer:
        running.give_up_on_silent_peers(listener)
        peer.connect(listener.getsockname())
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == running.TCP_SILENT_MS
    with socket.socket(socket.AF_UNIX) as local:
        local.bind(str(tmp_path / "socket"))
        running.give_up_on_silent_peers(local)


async def test_a_server_outlives_its_redis(new_server: Any, tmp_path: Path):
    mortal = MortalValkey(tmp_path)
    await mortal.start()
    server: LiveServer = new_server(mortal.url)
    await server.ready()
    async with server.signed_in_socket() as watcher:
        await say(watcher, ENDLESS)
        mortal.kill()
        await say(watcher, {"id": "2", "type": "subscribe", "payload": {"query": "{ __typename }"}})
        assert (await hear(watcher))["payload"] == {"data": {"__typename": "Query"}}
        await mortal.start()
        await say(watcher, {"id": "3", "type": "subscribe", "payload": {"query": "{ __typename }"}})
        messages = [await hear(watcher) for _ in range(3)]
        assert {"id": "3", "type": "next", "payload": {"data": {"__typename": "Query"}}} in messages
    server.stop()
    mortal.kill()


async def test_a_server_says_nothing_about_itself(live: LiveServer):
    async with httpx.AsyncClient() as client:
        response = await client.post(live.url, json={"query": "{ __typename }"}, headers=live.authorization)
    assert "server" not in response.headers
    with pytest.raises(ConnectionClosed):
        async with live.signed_in_socket() as opened:
            assert opened.response is not None
            assert "server" not in {name.lower() for name in opened.response.headers}
            assert opened.protocol.extensions == []
            await opened.send(json.dumps([]))
            await opened.recv()
