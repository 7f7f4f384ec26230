"""Small queries: requests per second of one core, ours beside stock Strawberry and a raw endpoint.

Run with `python -m benchmarks.requests`. Every server runs in a process of its own, the client here; what counts is
the server's processor time per request, so that a client on the same machine does not blur it. One query needs no
database (`serverInfo`), the other reads a row (`market`).
"""

import asyncio
import subprocess
import sys
import time
from typing import Any

import orjson
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from strawberry.asgi import GraphQL

from benchmarks import machine
from titan_graphql.models.markets import Market
from titan_graphql.settings import Settings

SECONDS = 3.0
CONNECTIONS = 8
DOCUMENTS = {
    "no database": "query Small { serverInfo { version } }",
    "one row": 'query Small { market(code: "SYN") { name } }',
}


@strawberry.type
class Info:
    """What the stock server answers with."""

    version: str


@strawberry.type
class StockQuery:
    """The same small query."""

    @strawberry.field
    async def server_info(self) -> Info:
        """The constant answer."""
        return Info(version="0.1.0")


def stock_app() -> Starlette:
    """Strawberry as its documentation shows it, without a cache."""
    return Starlette(routes=[Route("/graphql", GraphQL[Any, Any](strawberry.Schema(StockQuery)))])


def raw_app() -> Starlette:
    """JSON in, JSON out."""

    async def answer(request: Request) -> Response:
        orjson.loads(await request.body())
        body = orjson.dumps({"data": {"serverInfo": {"version": "0.1.0"}}})
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])


APPS = {"stock": stock_app, "raw": raw_app}


async def prepare(settings: Settings) -> str:
    """One market; an access token."""
    async with machine.database(settings) as token:
        await Market.create(code="SYN", name="Synthetic", timezone="UTC", currency="USD")
        return token


async def asked(port: int, request: bytes, seconds: float) -> int:
    """Keep one connection busy; how many answers came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count, deadline = 0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        assert head.startswith(b"HTTP/1.1 200") and b'"errors"' not in body, body
        count += 1
    writer.close()
    return count


async def load(port: int, document: str, token: str, seconds: float) -> int:
    """Requests answered over some connections."""
    body = orjson.dumps({"query": document})
    request = (
        f"POST /graphql HTTP/1.1\r\nhost: titan\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    ).encode() + body
    return sum(await asyncio.gather(*(asked(port, request, seconds) for _ in range(CONNECTIONS))))


def per_core(process: "subprocess.Popen[bytes]", port: int, document: str, token: str) -> float:
    """Requests per second of processor time."""
    asyncio.run(load(port, document, token, 0.5))
    before = machine.cpu_seconds(process.pid)
    count = asyncio.run(load(port, document, token, SECONDS))
    return count / (machine.cpu_seconds(process.pid) - before)


def main() -> int:
    """Measure and print."""
    if len(sys.argv) == 3:
        uvicorn.run(APPS[sys.argv[1]](), port=int(sys.argv[2]), log_level="error", access_log=False)
        return 0
    print(machine.describe())
    with machine.installation() as settings:
        token = asyncio.run(prepare(settings))
        ports = {name: machine.free_port() for name in ("titan", *APPS)}
        environment = {**machine.environment(), **settings.environment(), "TITAN_PORT": str(ports["titan"])}
        commands = {name: ["-m", "benchmarks.requests", name, str(ports[name])] for name in APPS}
        commands["titan"] = ["-m", "titan_graphql", "serve"]
        servers = {
            name: subprocess.Popen([sys.executable, *words], env=environment) for name, words in commands.items()
        }
        try:
            for name, process in servers.items():
                machine.wait_until_serving(ports[name], process)
            found = {name: per_core(servers[name], ports[name], DOCUMENTS["no database"], token) for name in servers}
            found["titan, one row"] = per_core(servers["titan"], ports["titan"], DOCUMENTS["one row"], token)
        finally:
            for process in servers.values():
                process.terminate()
                process.wait(20)
    for name, rate in found.items():
        print(f"{name:>15}: {rate:8,.0f} requests per second of one core ({rate / found['stock']:.1f} × stock)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
