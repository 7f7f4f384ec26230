"""Reading a file in a process of its own, so that whatever is in it can harm nothing but that process."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from titan_graphql.feeds.bars import TIME_TYPE, VALUE_TYPE, Bars
from titan_graphql.feeds.files import ParsedFile, Understanding
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.preview import Preview
from titan_graphql.feeds.refusals import FileRefusedError, RowError

COMMAND = (sys.executable, "-P", "-m", "titan_graphql.feeds.child")
PACKAGES = str(Path(__file__).parents[2])
PASSED_ON = ("PATH", "PYTHONDONTWRITEBYTECODE", "LANG", "TZDIR")
SECONDS_MAX = 180.0
LINE_BYTES_MAX = 4 * 1024 * 1024
OnProgress = Callable[[int, int, str], None]


async def read_capped(path: Path, options: ReadOptions, on_progress: OnProgress) -> ParsedFile:
    """Read a file in a capped process; cancelling this ends the process.

    Raises:
        FileRefusedError: something in it is no bar, or reading it needs more than it may.
    """
    async with _child("read", path, options) as answer:
        while True:
            message = await _message(answer)
            if "progress" in message:
                on_progress(*message["progress"])
            else:
                return await _parsed(answer, message["parsed"])


async def preview_capped(path: Path, options: ReadOptions) -> Preview:
    """Look at a file in a capped process.

    Raises:
        FileRefusedError: the file is of no known kind, or its header says too little.
    """
    async with _child("preview", path, options) as answer:
        return Preview(**(await _message(answer))["preview"])


@contextlib.asynccontextmanager
async def _child(action: str, path: Path, options: ReadOptions) -> AsyncIterator[asyncio.StreamReader]:
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"PYTHONPATH": PACKAGES}
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS"), "1")
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**environment, **single},
        limit=LINE_BYTES_MAX,
    )
    assert process.stdin is not None, "opened as a pipe"  # noqa: S101 (narrows the type)
    assert process.stdout is not None, "opened as a pipe"  # noqa: S101 (narrows the type)
    try:
        async with asyncio.timeout(SECONDS_MAX):
            process.stdin.write(orjson.dumps({"action": action, "path": str(path), "options": options.to_json()}))
            process.stdin.write_eof()
            yield process.stdout
    except (TimeoutError, asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError) as error:
        message = "Reading the file takes more memory or time than allowed"
        raise FileRefusedError("FILE_TOO_DEMANDING", message) from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()


async def _message(answer: asyncio.StreamReader) -> dict[str, Any]:
    message: dict[str, Any] = orjson.loads(await answer.readuntil(b"\n"))
    if "refused" in message:
        refused = message["refused"]
        rows = [RowError(**row) for row in refused["rows"]]
        raise FileRefusedError(refused["code"], refused["message"], rows, refused["total"])
    return message


async def _parsed(answer: asyncio.StreamReader, message: dict[str, Any]) -> ParsedFile:
    series = {}
    for one in message["series"]:
        size = one["bars"] * TIME_TYPE.itemsize
        time = np.frombuffer(await answer.readexactly(size), TIME_TYPE)
        columns = {name: np.frombuffer(await answer.readexactly(size), VALUE_TYPE) for name in one["columns"]}
        series[one["symbol"]] = Bars(time, columns)
    return ParsedFile(Understanding(**message["understanding"]), series)
