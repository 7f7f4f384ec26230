"""The command line as a user runs it: real processes, each test with a data directory of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT, TITAN, free_port

PATIENCE_SECONDS = 90


class Installation:
    """One data directory and the processes that use it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TITAN_")}
        self.environment = {**inherited, "PYTHONPATH": str(ROOT), "TITAN_DATA_DIR": str(data_dir)}

    def start(self, *words: str, stdin: int = subprocess.DEVNULL, **variables: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*TITAN, *words], env={**self.environment, **variables}, cwd="/", text=True, stdin=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *words: str, given: str = "", **variables: str) -> tuple[int, str, str]:
        process = self.start(*words, stdin=subprocess.PIPE, **variables)
        out, err = process.communicate(given, timeout=PATIENCE_SECONDS)
        return process.returncode, out, err

    def processes(self) -> list[psutil.Process]:
        """Every process that was started for this data directory."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def process(self, word: str, *, of: str = "") -> psutil.Process:
        """The first process with this word or program in its command line; `of` narrows to children of such a one."""
        parents = {process.pid for process in self.processes() if of in process.cmdline()}
        return next(
            process
            for process in self.processes()
            if word in [Path(part).name for part in process.cmdline()] and (not of or process.ppid() in parents)
        )

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            return process.environ().get("TITAN_DATA_DIR") == str(self.data_dir)
        except psutil.Error:
            return False


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Nothing of it outlives the test."""
    installation = Installation(tmp_path / "data")
    yield installation
    for process in installation.processes():
        process.kill()


@pytest.fixture
def migrated(installation: Installation, empty_tables: Path) -> Installation:
    """An installation whose database has its tables and no rows."""
    shutil.copytree(empty_tables, installation.data_dir)
    return installation
