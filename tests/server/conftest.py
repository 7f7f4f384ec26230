"""A real API server in a process of its own, with its own database, and clients that speak to it."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.conftest import ROOT, TITAN, free_port

PATIENCE_SECONDS = 60


class LiveServer:
    """One `titan serve` and the command line beside it."""

    def __init__(self, data_dir: Path, redis_url: str, **variables: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/graphql"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TITAN_")}
        self.environment = {
            **inherited, "PYTHONPATH": str(ROOT), "TITAN_DATA_DIR": str(data_dir), "TITAN_PORT": str(self.port),
            "TITAN_REDIS_URL": redis_url, "TITAN_LOG_LEVEL": "WARNING", **variables,
        }  # fmt: skip
        self.log = data_dir.parent / f"{data_dir.name}.log"
        self.token = self.run("token", "create", "tests")
        self.process = self.start()

    def run(self, *words: str) -> str:
        done = subprocess.run([*TITAN, *words], env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def start(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen([*TITAN, "serve"], env=self.environment, stdout=log, stderr=log)

    async def ready(self) -> None:
        """Return once the server answers."""
        async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient() as client:
            while True:
                assert self.process.poll() is None, self.log.read_text()
                try:
                    await client.get(f"http://127.0.0.1:{self.port}/healthz")
                except httpx.TransportError:
                    await asyncio.sleep(0.05)  # another process: no event
                else:
                    return

    @property
    def authorization(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    @asynccontextmanager
    async def socket(self, **options: Any) -> AsyncIterator[ClientConnection]:
        """An open socket on which nothing was said yet."""
        address = self.url.replace("http", "ws", 1)
        async with connect(address, subprotocols=["graphql-transport-ws"], compression=None, **options) as socket:
            yield socket

    @asynccontextmanager
    async def signed_in_socket(self, token: str | None = None) -> AsyncIterator[ClientConnection]:
        """A socket whose connection was acknowledged."""
        async with self.socket() as socket:
            authorization = f"Bearer {token or self.token}"
            await say(socket, {"type": "connection_init", "payload": {"authorization": authorization}})
            assert await hear(socket) == {"type": "connection_ack"}
            yield socket

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)


async def say(socket: ClientConnection, message: object) -> None:
    await socket.send(message if isinstance(message, str | bytes) else json.dumps(message))


async def hear(socket: ClientConnection) -> Any:
    return json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_SECONDS))


async def closed(socket: ClientConnection) -> tuple[int, str]:
    """The code and reason with which the server closed the socket."""
    await asyncio.wait_for(socket.wait_closed(), PATIENCE_SECONDS)
    return socket.close_code or 0, socket.close_reason or ""


@pytest.fixture(scope="session")
def new_server(tmp_path_factory: pytest.TempPathFactory, empty_tables: Path) -> Iterator[Any]:
    """Makes servers that stop with the session; each has a data directory of its own."""
    servers: list[LiveServer] = []

    def make(redis_url: str, **variables: str) -> LiveServer:
        data_dir = tmp_path_factory.mktemp("server") / "data"
        shutil.copytree(empty_tables, data_dir)
        servers.append(LiveServer(data_dir, redis_url, **variables))
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
async def live(new_server: Any, redis_url: str) -> LiveServer:
    """The server that most tests share."""
    server: LiveServer = new_server(redis_url)
    await server.ready()
    return server


@pytest.fixture
async def http(live: LiveServer) -> AsyncIterator[httpx.AsyncClient]:
    """A signed-in client of the shared server."""
    async with httpx.AsyncClient(
        headers=live.authorization, base_url=f"http://127.0.0.1:{live.port}", timeout=PATIENCE_SECONDS
    ) as client:
        yield client
        assert (await client.post("/graphql", json={"query": "{ __typename }"})).json() == {
            "data": {"__typename": "Query"}
        }
