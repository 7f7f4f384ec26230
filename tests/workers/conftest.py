"""A real worker process on the test servers."""

import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from titan_graphql import queue
from titan_graphql.events import bus
from titan_graphql.settings import Settings

ROOT = Path(__file__).parents[2]


class Workers:
    """Starts worker processes, and ends those it started."""

    def __init__(self, settings: Settings, log: Path) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TITAN_")}
        self._environment = {**inherited, **settings.environment(), "PYTHONPATH": str(ROOT)}
        self._log = log
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, lane: str = "SHORT") -> "subprocess.Popen[bytes]":
        name = f"test-{len(self.started)}"
        command = [sys.executable, "-m", "workers", "--lane", lane, "--slot", name]
        with self._log.open("ab") as log:
            process = subprocess.Popen(command, env=self._environment, cwd=ROOT, stdout=log, stderr=log)
        self.started.append(process)
        return process

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.wait(10)


@pytest.fixture
async def workers(db: object, settings: Settings, empty_redis: str) -> AsyncIterator[Workers]:
    """Queue and bus of this process, and workers that end with the test."""
    broker = queue.connect(settings)
    with tempfile.TemporaryDirectory() as directory:
        running = Workers(settings, Path(directory) / "workers.log")
        async with bus.opened(settings.redis_url):
            try:
                yield running
            finally:
                running.end()
    broker.close()
