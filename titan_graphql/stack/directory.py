"""The data directory: made for its owner alone, and used by one supervisor at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from titan_graphql.errors import ConflictError, InvalidInputError

LOCK_NAME = "titan.lock"
LOGS_NAME = "logs"
ADDRESS_NAME = "address"


@contextmanager
def claimed(directory: Path) -> Iterator[None]:
    """Hold the directory until the end; the kernel releases it, however this process ends.

    Raises:
        InvalidInputError: it cannot be made or written to.
        ConflictError: another supervisor holds it.
    """
    make(directory)
    message = f"{directory} is in use by another titan; stop it or choose another --data-dir"
    with locked(directory / LOCK_NAME, ConflictError("DATA_DIR_IN_USE", message)):
        yield


@contextmanager
def locked(path: Path, taken: ConflictError) -> Iterator[None]:
    """Hold a lock file until the end; the kernel releases it, however this process ends.

    Raises:
        ConflictError: `taken`, when another process holds it.
    """
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise taken from None
        yield


@contextmanager
def announced(directory: Path, url: str) -> Iterator[None]:
    """Tell other commands with this directory where the running installation listens."""
    path = directory / ADDRESS_NAME
    path.write_text(f"{os.getpid()} {url}", encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def running_at(directory: Path) -> str | None:
    """The address of the installation that uses the directory; None where none is known to run."""
    try:
        number, url = (directory / ADDRESS_NAME).read_text(encoding="utf-8").split()
        os.kill(int(number), 0)  # a supervisor that was killed leaves its address behind
    except (OSError, ValueError, OverflowError):
        return None
    return url


def make(directory: Path) -> None:
    """Make the directory and the one for logs.

    Raises:
        InvalidInputError: it cannot be made or written to.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        (directory / LOGS_NAME).mkdir(mode=0o700, exist_ok=True)
        (directory / LOCK_NAME).touch(mode=0o600)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise InvalidInputError(
            "DATA_DIR_UNUSABLE", f"cannot write to the data directory {directory}: {reason}"
        ) from error
