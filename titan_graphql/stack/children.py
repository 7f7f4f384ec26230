"""Child processes: each in its own session with its own log, ended with this process, started again when it dies."""

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from titan_graphql.errors import UnavailableError

LOG_BYTES_MAX = 10_000_000
TAIL_LINES = 15
RESTART_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
STEADY_SECONDS = 30.0
TOO_LATE = (
    "not ready after {seconds:.0f} s, so everything was stopped; nothing is lost\n"
    "If this machine is busy, start it again when it is less so; otherwise these logs say what it waited for"
)
NO_WORDS = "(nothing was logged)"
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent: int | None = None) -> None:
    """Ask the kernel to kill this process when its parent ends; Linux only, elsewhere nothing happens."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run: `name` is for people, `log` receives everything it prints; without one it prints where we do."""

    name: str
    command: list[str]
    log: Path | None
    environment: dict[str, str]
    file_descriptors: tuple[int, ...] = ()


@dataclass(slots=True)
class Child:
    """One running program and what it forked."""

    program: Program
    say: Callable[[str], None]
    process: asyncio.subprocess.Process | None = field(default=None, init=False)

    async def start(self) -> None:
        """Start the program in a session of its own, so that the terminal's Ctrl-C reaches the supervisor alone."""
        parent = os.getpid()
        with self._output() as output:
            self.process = await asyncio.create_subprocess_exec(
                *self.program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.program.environment,
                pass_fds=self.program.file_descriptors,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(parent),
            )

    async def ended(self) -> int:
        """Wait for the end of the program, then end what it left behind."""
        assert self.process is not None, "start() comes first"  # noqa: S101 (an order of calls, not of data)
        code = await self.process.wait()
        self._kill_group()
        return code

    async def run_as_long_as_needed(self) -> None:
        """Start the program, and again whenever it fails; exit code 0 says that it has nothing left to do."""
        while self.process is None:
            try:
                await self.start()
            except OSError as error:
                self.say(f"the {self.program.name} could not be started: {error}")
                await asyncio.sleep(RESTART_SECONDS[-1])
        await self.keep_running(may_end=True)

    async def keep_running(self, *, may_end: bool = False) -> None:
        """Start the program again whenever it ends, each time a little later unless it ran for a while."""
        delays = deque(RESTART_SECONDS)
        while True:
            began = time.monotonic()
            code = await self.ended()
            if may_end and code == 0:
                return
            if time.monotonic() - began > STEADY_SECONDS:
                delays = deque(RESTART_SECONDS)
            self.say(f"the {self.program.name} ended ({_reason(code)}); starting it again")
            await asyncio.sleep(delays.popleft() if len(delays) > 1 else delays[0])
            try:
                await self.start()
            except OSError as error:
                self.say(f"the {self.program.name} could not be started: {error}")

    async def stop(self, patience_seconds: float) -> None:
        """Ask the program to end; after the patience kill it and everything it started."""
        if self.process is None:
            return
        if self.process.returncode is None:
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), patience_seconds)
        except TimeoutError:
            pass
        finally:
            self._kill_group()
        await self.process.wait()

    def kill(self) -> None:
        """End it at once, with everything it started; `keep_running` starts it again."""
        self._kill_group()

    def tail(self) -> str:
        """The last lines of the log."""
        if self.program.log is None:
            return ""
        lines = self.program.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-TAIL_LINES:])

    @contextlib.contextmanager
    def _output(self) -> Iterator[IO[bytes] | None]:
        if self.program.log is None:
            yield None
            return
        rotate(self.program.log)
        with self.program.log.open("ab") as log:
            yield log

    def _kill_group(self) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return


async def wait_for_start(children: list[Child], ready: Coroutine[Any, Any, None], seconds: float) -> None:
    """Wait until `ready` returns.

    Raises:
        UnavailableError: one of the children ended before, or it took longer; the message tells its last words.
    """
    readiness: asyncio.Task[object] = asyncio.create_task(ready)
    ends: dict[asyncio.Task[object], Child] = {asyncio.create_task(child.ended()): child for child in children}
    tasks = {readiness, *ends}
    try:
        done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
    if readiness in done:
        await readiness
        return
    dead = next((ends[task] for task in done if task in ends), None)
    what = f"the {dead.program.name} did not start" if dead else TOO_LATE.format(seconds=seconds)
    last_words = [f"--- {child.program.log}\n{child.tail() or NO_WORDS}" for child in ([dead] if dead else children)]
    raise UnavailableError("START_FAILED", "\n".join([what, *last_words]))


def rotate(log: Path | None) -> None:
    """Keep one older log of at most `LOG_BYTES_MAX`; the file stays the same one for whoever has it open."""
    if log is not None and log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def _reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
