"""The page of jobs, open in a real Chromium, and what a user sees on it."""

import asyncio
import contextlib
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.faults.stack import ROOT, Stack

SCRIPT = ROOT / "client" / "e2e" / "watch.mjs"
BUILT = ROOT / "titan_graphql" / "static" / "index.html"
OPEN_SECONDS = 60.0


@dataclass
class Page:
    """What the page showed last: the words of the connection badge, and the states of jobs by their subject."""

    connection: str = ""
    states: dict[str, str] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def shows(self, fits: Callable[["Page"], bool], seconds: float) -> None:
        """Wait until it does.

        Raises:
            AssertionError: it did not in time.
        """
        try:
            async with asyncio.timeout(seconds), self.changed:
                await self.changed.wait_for(lambda: fits(self))
        except TimeoutError:
            raise AssertionError(f"the page still says {self.connection!r} and {self.states}") from None

    async def read(self, stream: asyncio.StreamReader) -> None:
        """Take in what the browser reports."""
        async for line in stream:
            if line.startswith(b"{"):
                seen: dict[str, Any] = json.loads(line)
                async with self.changed:
                    self.connection, self.states = seen["connection"], seen["states"]
                    self.changed.notify_all()


@contextlib.asynccontextmanager
async def opened(stack: Stack) -> AsyncIterator[Page]:
    """Sign in and stay on the page of jobs; the browser ends with the block."""
    browser = os.environ.get("TITAN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert browser, "no Chromium: set TITAN_CHROMIUM to yours"
    assert BUILT.exists(), "the client is not built: ./titan up builds it"
    link = (await asyncio.to_thread(stack.run, "user", "link", "admin")).split()[-1]
    environment = {**os.environ, "TITAN_URL": stack.address, "TITAN_SIGN_IN_LINK": link, "TITAN_CHROMIUM": browser}
    script = await asyncio.create_subprocess_exec(
        "node", str(SCRIPT), env=environment, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert script.stdout is not None
    assert script.stdin is not None
    page = Page()
    reading = asyncio.create_task(page.read(script.stdout))
    try:
        await page.shows(lambda page: page.connection == "Live", OPEN_SECONDS)
        stack.say(f"the page of jobs is open in Chromium (pid {script.pid})")
        yield page
    finally:
        reading.cancel()
        script.stdin.close()
        try:
            await asyncio.wait_for(script.wait(), 10)
        except TimeoutError:
            script.kill()
