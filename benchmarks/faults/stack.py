"""An installation that the suite starts for itself, with the project's own commands, and may hurt."""

import asyncio
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.faults.client import Client

ROOT = Path(__file__).parents[2]
INJECTED = Path(__file__).parent / "injected"
TITAN = [sys.executable, "-P", "-m", "titan_graphql"]
START_SECONDS = 60.0


class Stack:
    """One data directory, one port, and the processes that use them."""

    def __init__(self, directory: Path, port: int, say: Callable[[str], None], **variables: str) -> None:
        self.directory, self.port, self.say = directory, port, say
        self.address = f"http://127.0.0.1:{port}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TITAN_")}
        path = f"{INJECTED}{os.pathsep}{ROOT}"
        own = {"PYTHONPATH": path, "TITAN_DATA_DIR": str(directory), "TITAN_PORT": str(port)}
        self.environment = {**inherited, **own, **variables}
        self.started: list[subprocess.Popen[bytes]] = []
        self.token = ""

    def client(self) -> Client:
        """A client with this installation's token."""
        return Client(self.address, self.token)

    def run(self, *words: str) -> str:
        """Run one of the project's commands to its end."""
        done = subprocess.run(
            [*TITAN, *words], env=self.environment, cwd="/", capture_output=True, text=True, timeout=START_SECONDS,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(f"titan {' '.join(words)} failed: {done.stderr.strip()[-500:]}")
        return done.stdout.strip()

    def prepare(self, template: Path | None = None) -> None:
        """A database with the sample market and an access token, copied when one was made before."""
        if template is not None and "TITAN_DATABASE_URL" not in self.environment:
            left_out = shutil.ignore_patterns("*.sock", "logs", "appendonlydir")
            shutil.copytree(template, self.directory, dirs_exist_ok=True, ignore=left_out)
            self.token = (template / "token").read_text()
            return
        redis = self.spawn_valkey()
        try:
            self.run("prepare")
            self.token = self.run("token", "create", "faults")
        finally:
            self.end(redis)
        (self.directory / "token").write_text(self.token)

    def people(self, count: int) -> list[Client]:
        """Clients of as many new administrators, who see everybody's jobs."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "benchmarks.faults.people", str(count)], env=self.environment, cwd="/",
            capture_output=True, text=True, timeout=START_SECONDS, check=True,
        )  # fmt: skip
        return [Client(self.address, token) for token in done.stdout.split()]

    def spawn_valkey(self) -> "subprocess.Popen[bytes]":
        """A Valkey alone, for commands that want one; called where no event loop runs."""
        from titan_graphql.settings import redis_socket
        from titan_graphql.stack import valkey

        self.directory.mkdir(parents=True, exist_ok=True)
        binary, path = valkey.find_binary(), redis_socket(self.directory)
        assert binary is not None, "no Valkey"
        process = self._spawn(valkey.command(binary, path, self.directory), "valkey-alone")
        asyncio.run(asyncio.wait_for(valkey.wait_until_answering(path), 10))
        return process

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start `titan …`; its output goes to a log in the directory."""
        return self._spawn([*TITAN, *words], words[0])

    async def up(self, workers: int = 1, *, feed: bool = False) -> None:
        """Start everything and return when it is ready."""
        self.start("up", "--port", str(self.port), "--workers", str(workers), *([] if feed else ["--no-feed"]))
        await self.ready(START_SECONDS)

    async def ready(self, seconds: float) -> float:
        """Wait until /readyz says so; returns how long it took."""
        began = time.monotonic()
        async with httpx.AsyncClient(timeout=5) as http:
            while time.monotonic() - began < seconds:
                try:
                    if (await http.get(f"{self.address}/readyz")).status_code == 200:
                        return time.monotonic() - began
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)
        raise AssertionError(f"not ready after {seconds:.0f} s; see {self.directory}")

    def processes(self) -> list[psutil.Process]:
        """Every live process of this data directory."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def find(self, *words: str) -> list[psutil.Process]:
        """Our processes whose command line has all these words."""
        return [one for one in self.processes() if set(words) <= {Path(part).name for part in _words(one)}]

    def hurt(self, number: signal.Signals, *words: str) -> int:
        """Send a signal to the first of ours with these words in its command line, and say so."""
        victim = self.find(*words)[0]
        self.say(f"{number.name} to {' '.join(words)} (pid {victim.pid})")
        victim.send_signal(number)
        return victim.pid

    def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Look into the SQLite file, read-only."""
        with sqlite3.connect(f"file:{self.directory / 'titan.sqlite3'}?mode=ro", uri=True, timeout=15) as connection:
            return connection.execute(query, arguments).fetchall()

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """Ask one of ours to end, and kill it when it does not."""
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop(self) -> None:
        """End everything of this directory, stopped processes too; returns when nothing is left."""
        for process in self.processes():
            if process.status() == psutil.STATUS_STOPPED:
                process.send_signal(signal.SIGCONT)
        for started in self.started:
            if started.poll() is None:
                self.end(started)
        for process in self.processes():
            process.kill()

    def _spawn(self, command: Sequence[str], name: str) -> "subprocess.Popen[bytes]":
        self.directory.mkdir(parents=True, exist_ok=True)
        log = Path(f"{self.directory}.{re.sub('[^a-z-]', '', name)}.log")
        with log.open("ab") as output:
            process = subprocess.Popen(
                command, env=self.environment, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self.started.append(process)
        return process

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                return False
            return process.environ().get("TITAN_DATA_DIR") == str(self.directory)
        except psutil.Error:
            return False


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []
