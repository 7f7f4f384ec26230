"""The three servers that benchmarks.subscriptions compares: ours, stock Strawberry, and a bare broadcast."""

import asyncio
import socket
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import strawberry
import uvicorn
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.asgi import GraphQL

from titan_graphql.app import create_app
from titan_graphql.server import running
from titan_graphql.server.seats import Seats
from titan_graphql.settings import read_settings

CHANNEL = "benchmark"
BACKLOG = 8192


@strawberry.type
class Progress:
    """What the stock server says of a job's progress."""

    fraction: float
    message: str


@strawberry.type
class Job:
    """The fields that are asked for, as plain attributes."""

    id: strawberry.ID
    state: str
    progress: Progress


@strawberry.type
class Query:
    """A schema needs one."""

    nothing: str = ""


@strawberry.type
class Subscription:
    """The usual way: each subscription opens a Redis connection of its own."""

    @strawberry.subscription
    async def job_changed(self, id: strawberry.ID) -> AsyncGenerator[Job, None]:  # noqa: A002 (the argument's name)
        """A job now and after each change."""
        async with Redis.from_url(read_settings().redis_url) as redis, redis.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            yield Job(id=id, state="RUNNING", progress=Progress(fraction=0.0, message=""))
            async for message in pubsub.listen():
                if message["type"] == "message":
                    yield Job(id=id, state="RUNNING", progress=Progress(fraction=0.5, message=message["data"].decode()))


def stock_app() -> Starlette:
    """Strawberry as its documentation shows it."""
    schema = strawberry.Schema(Query, subscription=Subscription)
    return Starlette(routes=[WebSocketRoute("/graphql", GraphQL[Any, Any](schema))])


def bare_app() -> Starlette:
    """A loop over open sockets: no GraphQL, no protocol, one encoding per event."""
    sockets: set[WebSocket] = set()

    async def broadcast() -> None:
        async with Redis.from_url(read_settings().redis_url) as redis, redis.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            async for message in pubsub.listen():
                if message["type"] == "message":
                    progress = {"fraction": 0.5, "message": message["data"].decode()}
                    job = {"id": "Sm9i", "state": "RUNNING", "progress": progress}
                    text = orjson.dumps({"id": "0", "type": "next", "payload": {"data": {"jobChanged": job}}}).decode()
                    for one in tuple(sockets):
                        await one.send_text(text)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(broadcast())
        yield
        task.cancel()

    async def serve(websocket: WebSocket) -> None:
        await websocket.accept(subprotocol="graphql-transport-ws")
        sockets.add(websocket)
        try:
            await websocket.send_text('{"type":"connection_ack"}')
            while True:
                if "subscribe" in await websocket.receive_text():
                    await websocket.send_text('{"id":"0","type":"next","payload":{"data":{}}}')
        except WebSocketDisconnect:
            sockets.discard(websocket)

    return Starlette(routes=[WebSocketRoute("/graphql", serve)], lifespan=lifespan)


def main() -> None:
    """Serve the named application on a port."""
    name, port = sys.argv[1], int(sys.argv[2])
    settings = read_settings()
    if name == "titan":
        # One user and one address stand for thousands: the bounds per user and address are lifted, nothing else is.
        edge = create_app(settings, Seats(per_user=100_000, per_address=100_000))
        server: uvicorn.Server = running.server(edge, "127.0.0.1", port, "error")
    else:
        app = {"stock": stock_app, "bare": bare_app}[name]()
        server = uvicorn.Server(
            uvicorn.Config(app, port=port, log_level="error", access_log=False, ws_per_message_deflate=False)
        )
    listener = socket.create_server(("127.0.0.1", port), backlog=BACKLOG)
    server.config.backlog = BACKLOG
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
