"""How uvicorn serves the application: its options, and an end that cuts nobody's answer."""

import asyncio
import socket

import structlog
import uvicorn

from titan_graphql.server.edge import Edge
from titan_graphql.server.push import PushProtocol

FRAME_MAX = 64 * 1024
FINISH_SECONDS = 10
CLOSE_SECONDS = 2
TCP_SILENT_MS = 15_000


class TitanServer(uvicorn.Server):
    """A server that stops in order: no longer ready, requests finish, then sockets close with 1012."""

    def __init__(self, config: uvicorn.Config, edge: Edge) -> None:
        super().__init__(config)
        self._edge = edge

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, let requests finish, then close what is left."""
        for server in self.servers:
            server.close()
        try:
            await asyncio.wait_for(self._edge.drained(), FINISH_SECONDS)
        except TimeoutError:
            self.config.timeout_graceful_shutdown = 0
        await super().shutdown(sockets)


def server(edge: Edge, host: str, port: int, log_level: str) -> TitanServer:
    """A server of this application, not yet listening."""
    config = uvicorn.Config(
        edge,
        host=host,
        port=port,
        log_level=log_level.lower(),
        access_log=False,
        server_header=False,
        ws=PushProtocol,
        ws_max_size=FRAME_MAX,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=CLOSE_SECONDS,
    )
    return TitanServer(config, edge)


def log_plainly(level: str) -> None:
    """One JSON object per line from this level on.

    By default a traceback is drawn with the values of all variables: secrets in the log, a second of the event loop.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )


def give_up_on_silent_peers(listener: socket.socket) -> None:
    """Have the kernel end connections whose peer confirms nothing for a while; accepted sockets inherit it."""
    if listener.family in {socket.AF_INET, socket.AF_INET6} and hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TCP_SILENT_MS)
