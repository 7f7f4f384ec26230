"""The supervisor: starts Valkey, prepares the database, runs API, worker and feed, and stops them in turn."""

import asyncio
import os
import socket
import sys
from collections.abc import Callable

from titan_graphql.errors import UnavailableError
from titan_graphql.settings import Settings
from titan_graphql.stack import valkey
from titan_graphql.stack.children import Child, Program, die_with_parent, rotate, wait_for_start
from titan_graphql.stack.directory import LOGS_NAME
from titan_graphql.stack.listening import wait_until_ready

TITAN = [sys.executable, "-P", "-m", "titan_graphql"]
REPLAY = ["feed", "replay", "--loop"]
VALKEY_START_SECONDS = 30.0
START_SECONDS = 60.0
VALKEY_PATIENCE_SECONDS = 1.0
CHILD_PATIENCE_SECONDS = 3.5
ROTATE_EVERY_SECONDS = 60.0


class PrepareFailedError(Exception):
    """The preparation ended with this exit code and has said why."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"prepare ended with {exit_code}")
        self.exit_code = exit_code


class Supervisor:
    """All processes of one installation; `say` tells people what happens."""

    def __init__(
        self, settings: Settings, listener: socket.socket, say: Callable[[str], None], *, feed: bool = True
    ) -> None:
        self.settings = settings
        self.say = say
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TITAN_")}
        self.environment = {**inherited, **settings.environment()}
        descriptor = listener.fileno()
        self.valkey = [self._child("Valkey", _valkey_command(settings))] if settings.redis_embedded else []
        self.api = self._child("API", [*TITAN, "serve", "--fd", str(descriptor)], (descriptor,))
        self.worker = self._child("worker", [*TITAN, "work"])
        # What nobody has to wait for is started once everything else is ready.
        self.later = [self._child("live", [*TITAN, "live"])]
        if feed:
            self.later.append(self._child("feed", [*TITAN, *REPLAY]))

    async def run(self) -> None:
        """Start everything and keep it running until this task is cancelled."""
        try:
            link = await self._start()
            self.say(f"ready; logs are in {self.settings.data_dir / LOGS_NAME}; Ctrl-C stops everything")
            self.say(link)
            async with asyncio.TaskGroup() as tasks:
                for child in self._children():
                    tasks.create_task(child.keep_running())
                for child in self.later:
                    tasks.create_task(child.run_as_long_as_needed())
                tasks.create_task(self._rotate_logs())
        finally:
            await self._stop()

    async def _start(self) -> str:
        for child in self.valkey:
            self.say("starting Valkey")
            await child.start()
            answering = valkey.wait_until_answering(self.settings.redis_socket)
            await wait_for_start(self.valkey, answering, VALKEY_START_SECONDS)
        link = await self._prepare()
        self.say("starting the API and the worker")
        await asyncio.gather(self.api.start(), self.worker.start())
        await wait_for_start(self._children(), wait_until_ready(self.settings.public_url), START_SECONDS)
        return link

    async def _prepare(self) -> str:
        """Run `titan prepare`, passing on what it says; its last line, the link, is for when all is ready."""
        parent = os.getpid()
        process = await asyncio.create_subprocess_exec(
            *TITAN,
            "prepare",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            env=self.environment,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(parent),
        )
        try:
            return await self._passed_on(process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _passed_on(self, process: asyncio.subprocess.Process) -> str:
        assert process.stdout is not None, "opened as a pipe above"  # noqa: S101 (narrows the type)
        last = ""
        async for line in process.stdout:
            if last:
                self.say(last)
            last = line.decode().rstrip().removeprefix("titan: ")
        exit_code = await process.wait()
        if exit_code:
            raise PrepareFailedError(exit_code)
        return last

    async def _stop(self) -> None:
        """Valkey last: the others still need it to finish."""
        others = [*self.later, self.api, self.worker]
        await asyncio.gather(*(child.stop(CHILD_PATIENCE_SECONDS) for child in others))
        for child in self.valkey:
            await child.stop(VALKEY_PATIENCE_SECONDS)

    async def _rotate_logs(self) -> None:
        while True:
            await asyncio.sleep(ROTATE_EVERY_SECONDS)
            for child in [*self._children(), *self.later]:
                rotate(child.program.log)

    def _children(self) -> list[Child]:
        return [*self.valkey, self.api, self.worker]

    def _child(self, name: str, command: list[str], file_descriptors: tuple[int, ...] = ()) -> Child:
        program = Program(
            name=name,
            command=command,
            log=self.settings.data_dir / LOGS_NAME / f"{name.lower()}.log",
            environment=self.environment,
            file_descriptors=file_descriptors,
        )
        return Child(program, self.say)


def _valkey_command(settings: Settings) -> list[str]:
    binary = valkey.find_binary()
    if binary is None:
        raise UnavailableError(
            "VALKEY_MISSING", "found no Valkey or Redis server: install one, or set TITAN_REDIS_URL to a running one"
        )
    return valkey.command(binary, settings.redis_socket, settings.data_dir)
