"""titan up: bad starts are one line, dead children come back, and nothing outlives it."""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.commands.conftest import PATIENCE_SECONDS, Installation
from tests.conftest import free_port

PROCESSES = 8  # supervisor, Valkey, API, worker with a process for each of two lanes, live worker, feed
LINK = re.compile(r"http://127\.0\.0\.1:\d+/sign-in\?token=titan_\S+$")


def refuses(installation: Installation, *words: str, **variables: str) -> str:
    """The one line on stderr of a start that fails and leaves nothing running."""
    code, _, err = installation.run("up", "--port", str(installation.port), *words, **variables)
    assert code not in {0, -signal.SIGKILL}
    assert err.count("\n") == 1
    assert installation.processes() == []
    return err.removeprefix("titan: ").removesuffix("\n")


def up(installation: Installation) -> "subprocess.Popen[str]":
    """Start it and return when it printed its link."""
    process = installation.start("up", "--port", str(installation.port))
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if LINK.search(line):
            return process
    raise AssertionError(f"it ended before it was ready:\n{''.join(said)}\n{process.communicate()[1]}")


def stop(process: "subprocess.Popen[str]", number: signal.Signals) -> tuple[int, str]:
    process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, err


def until(happened: Callable[[], bool]) -> None:
    """Other processes change: there is no event to wait for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def is_ready(installation: Installation) -> bool:
    try:
        return httpx.get(f"{installation.address}/readyz", timeout=PATIENCE_SECONDS).status_code == 200
    except httpx.TransportError:
        return False


def test_a_taken_port_is_named(installation: Installation):
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()

        assert refuses(installation) == (
            f"port {installation.port} of 127.0.0.1 is taken; choose another one with --port"
        )


def test_an_address_of_another_machine_is_named(installation: Installation):
    assert refuses(installation, "--host", "192.0.2.1") == (
        f"cannot listen on 192.0.2.1 port {installation.port}: Cannot assign requested address"
    )


def test_an_unwritable_data_directory_is_named(installation: Installation):
    assert refuses(installation, "--data-dir", "/proc/titan") == (
        "cannot write to the data directory /proc/titan: No such file or directory"
    )


def test_a_data_directory_below_a_file_is_named(installation: Installation, tmp_path: Path):
    (tmp_path / "file").touch()

    assert refuses(installation, "--data-dir", str(tmp_path / "file" / "data")) == (
        f"cannot write to the data directory {tmp_path / 'file' / 'data'}: Not a directory"
    )


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("TITAN_WORKERS", "many", "TITAN_WORKERS must be a whole number from 1 to 256, not 'many'"),
        (
            "TITAN_LOG_LEVEL",
            "loud",
            "TITAN_LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, not 'LOUD'",
        ),
        ("TITAN_WORKERS", "0", "TITAN_WORKERS must be a whole number from 1 to 256, not '0'"),
        (
            "TITAN_DATABASE_URL",
            "mysql://somewhere",
            "TITAN_DATABASE_URL must begin with sqlite:// or postgres://, not mysql://",
        ),
    ],
)
def test_a_wrong_variable_is_named(installation: Installation, variable: str, value: str, message: str):
    assert refuses(installation, **{variable: value}) == message


def test_a_database_that_does_not_answer_is_named_without_its_password(installation: Installation):
    port = free_port()

    line = refuses(installation, TITAN_DATABASE_URL=f"postgres://titan:secret@127.0.0.1:{port}/titan")

    assert line.startswith(f"cannot reach the database postgres://titan:***@127.0.0.1:{port}/titan: ")


def test_a_redis_that_does_not_answer_is_named(installation: Installation):
    port = free_port()

    line = refuses(installation, TITAN_REDIS_URL=f"redis://127.0.0.1:{port}/0")

    assert line.startswith(f"cannot reach Redis redis://127.0.0.1:{port}/0: ")


def test_an_address_that_is_none_is_named(installation: Installation):
    assert refuses(installation, TITAN_REDIS_URL="somewhere").startswith("TITAN_REDIS_URL somewhere: ")


def test_a_child_that_cannot_start_is_shown_with_its_last_words(installation: Installation, tmp_path: Path):
    (tmp_path / "uvicorn.py").write_text("raise SystemExit('no server today')")

    code, _, err = installation.run(
        "up", "--port", str(installation.port), PYTHONPATH=f"{tmp_path}:{installation.environment['PYTHONPATH']}"
    )

    assert code == 1
    assert err == f"titan: the API did not start\n--- {installation.data_dir}/logs/api.log\nno server today\n"
    assert installation.processes() == []


def test_the_whole_life(installation: Installation):
    supervisor = up(installation)
    assert httpx.get(f"{installation.address}/readyz").status_code == 200

    code, _, err = installation.run("up", "--port", str(free_port()))
    assert code == 1
    assert err == f"titan: {installation.data_dir} is in use by another titan; stop it or choose another --data-dir\n"

    until(lambda: len(installation.processes()) == PROCESSES)
    for word, parent in (
        ("serve", ""),
        ("work", ""),
        ("workers", "work"),
        ("valkey-server", ""),
        ("live", ""),
        ("feed", ""),
    ):
        victim = installation.process(word, of=parent)
        victim.send_signal(signal.SIGKILL)
        until(lambda: victim not in installation.processes())  # noqa: B023 (called before the next turn)
        until(lambda: len(installation.processes()) == PROCESSES and is_ready(installation))

    assert stop(supervisor, signal.SIGINT) == (0, "")
    assert installation.processes() == []


def test_sigterm_stops_everything(migrated: Installation):
    supervisor = up(migrated)

    assert stop(supervisor, signal.SIGTERM) == (0, "")
    assert migrated.processes() == []


def test_it_stops_when_nobody_reads_what_it_says_any_more(migrated: Installation):
    supervisor = up(migrated)
    assert supervisor.stdout is not None
    supervisor.stdout.close()
    supervisor.send_signal(signal.SIGTERM)

    assert supervisor.wait(PATIENCE_SECONDS) == 0
    assert migrated.processes() == []


def test_a_killed_supervisor_leaves_nothing(migrated: Installation):
    supervisor = up(migrated)
    until(lambda: len(migrated.processes()) == PROCESSES)

    stop(supervisor, signal.SIGKILL)

    until(lambda: migrated.processes() == [])


def test_a_signal_during_the_start_leaves_nothing(installation: Installation):
    supervisor = installation.start("up", "--port", str(installation.port))
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "titan: starting Valkey\n"

    assert stop(supervisor, signal.SIGINT) == (0, "")
    assert installation.processes() == []
