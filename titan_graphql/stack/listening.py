"""The port: bound by the supervisor, so that it stays open while the API server restarts."""

import asyncio
import errno
import socket
from urllib.parse import urlsplit

from titan_graphql.errors import ConflictError, InvalidInputError

BACKLOG = 2048
RETRY_SECONDS = 0.05


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        ConflictError: the port is taken.
        InvalidInputError: no such address here, or no permission.
    """
    try:
        return _bound(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"port {port} of {host} is taken; choose another one with --port"
            raise ConflictError("PORT_TAKEN", message) from error
        message = f"cannot listen on {host} port {port}: {error.strerror or error}"
        raise InvalidInputError("ADDRESS_UNUSABLE", message) from error


async def wait_until_ready(public_url: str) -> None:
    """Return once /readyz says 200; a caller that cannot wait for ever sets a timeout."""
    while not await _ready(public_url):  # noqa: ASYNC110 (other processes: there is no event)
        await asyncio.sleep(RETRY_SECONDS)


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


async def _ready(public_url: str) -> bool:
    url = urlsplit(public_url)
    try:
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        try:
            writer.write(f"GET /readyz HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: close\r\n\r\n".encode())
            status = await reader.readline()
        finally:
            writer.close()
    except OSError:
        return False
    return status.startswith(b"HTTP/1.1 200 ")
