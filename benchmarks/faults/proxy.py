"""A TCP proxy on the loopback address that cuts each connection after a while."""

import asyncio
import contextlib
import random
from typing import Self


class CuttingProxy:
    """Passes bytes both ways; once told to, it aborts every connection after 1 to 3 seconds, also those there are."""

    def __init__(self, target_port: int, dice: random.Random) -> None:
        self._target_port, self._dice = target_port, dice
        self._server: asyncio.Server | None = None
        self._cutting = asyncio.Event()
        self.cuts = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def address(self) -> str:
        """Where clients connect."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut_from_now_on(self) -> None:
        """Begin to cut."""
        self._cutting.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = [writer]
        with contextlib.suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
            writers.append(far_writer)
            ways = [_pass(reader, far_writer), _pass(far_reader, writer), self._cut()]
            tasks = [asyncio.create_task(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for one in writers:
            one.transport.abort()

    async def _cut(self) -> None:
        await self._cutting.wait()
        await asyncio.sleep(self._dice.uniform(1, 3))
        self.cuts += 1


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
