"""Streams of bars: recorded by a process of its own, and followed across any number of cuts."""

import asyncio
import contextlib
import itertools
import random
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from benchmarks.faults.client import LOST_CONNECTION, Client, messages, subscribe
from benchmarks.faults.stack import Stack

TICKS = """subscription($ids: [ID!]!, $after: String) { barTicks(instrumentIds: $ids, after: $after) {
  __typename ... on Bar { volume close seq cursor } ... on StreamGap { first last cursor } } }"""
SYMBOLS = ("KO", "PEP", "JPM", "XOM")


@dataclass(frozen=True)
class Source:
    """The series that are recorded, and the instruments they belong to."""

    series: list[str]
    instruments: list[str]


async def source(stack: Stack, client: Client, symbols: tuple[str, ...] = SYMBOLS) -> Source:
    """Daily series of the sample market."""
    nodes = (await client.ask("{ instruments(first: 100) { nodes { id symbol } } }"))["instruments"]["nodes"]
    ids = {node["symbol"]: node["id"] for node in nodes}
    query = "SELECT s.id FROM series s JOIN instrument i ON i.id = s.instrument_id WHERE i.symbol = ?"
    return Source([stack.rows(query, one)[0][0] for one in symbols], [ids[one] for one in symbols])


@dataclass(eq=False)
class Follower:
    """A client that follows the bars of all these instruments, and resumes after its last cursor as browsers do."""

    client: Client
    of: Source
    dice: random.Random
    numbers: list[int] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    newest: dict[int, int] = field(default_factory=dict)
    at: float = 0.0
    cursor: str | None = None

    async def follow(self, last: int, address: str | None = None) -> None:
        """Follow until the event of this number was seen; events carry rising numbers."""
        for failures in itertools.count():
            with contextlib.suppress(*LOST_CONNECTION):
                async with self.client.socket(address) as socket:
                    await subscribe(socket, TICKS, ids=self.of.instruments, after=self.cursor)
                    async for message in messages(socket):
                        self._take(message["barTicks"])
                        if self.seen(last):
                            return
            await asyncio.sleep(self.dice.uniform(0.1, min(2.0, 0.2 * 2 ** min(failures, 4))))

    def seen(self, last: int) -> bool:
        """Whether the last event of every series has arrived."""
        count = len(self.of.series)
        return all(self.newest.get(number % count) == number for number in range(last - count + 1, last + 1))

    def check(self, last: int) -> int:
        """Every event since the first that arrived, once, and in the order of its series; returns how many.

        Raises:
            AssertionError: something is missing, twice or out of order.
        """
        assert not self.gaps, f"gaps: {self.gaps}"
        assert self.seen(last), f"the newest are {self.newest}, not {last}"
        count = len(self.of.series)
        arrived = list(zip(self.numbers, self.seqs, strict=True))
        for place in range(count):
            own = [one for one in arrived if one[0] % count == place]
            assert own[0][0] < self.numbers[0] + count, f"the first of series {place} are missing"
            steps = [(after[0] - before[0], after[1] - before[1]) for before, after in itertools.pairwise(own)]
            wrong = [step for step in steps if step != (count, 1)]
            assert not wrong, f"steps of number and seq that are not {count, 1}: {wrong[:5]}"
        return len(arrived)

    def _take(self, event: dict[str, object]) -> None:
        self.cursor = str(event["cursor"])
        self.at = time.monotonic()
        if event["__typename"] != "Bar":
            self.gaps.append(f"{event['first']} to {event['last']}")
            return
        number = int(float(str(event["volume"] or 0)))  # other feeds do not number their bars
        self.newest[number % len(self.of.series)] = number
        self.numbers.append(number)
        self.seqs.append(int(str(event["seq"])))
        self.seconds.append(time.time() - float(str(event["close"])))


@contextlib.asynccontextmanager
async def recording(
    stack: Stack, of: Source, events: int, per_second: float
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that records numbered bars; it is ended with the block."""
    words = [sys.executable, "-P", "-m", "benchmarks.faults.feeder", str(events), str(per_second), *of.series]
    feeder = await asyncio.create_subprocess_exec(
        *words, env=stack.environment, cwd="/", stdout=asyncio.subprocess.PIPE
    )
    stack.say(f"{events} bars of {len(of.series)} series at {per_second:g} per second (pid {feeder.pid})")
    try:
        yield feeder
    finally:
        if feeder.returncode is None:
            feeder.kill()
            await feeder.wait()


async def recorded(feeder: asyncio.subprocess.Process, seconds: float) -> int:
    """Wait until everything is recorded; returns how many recordings had to be tried again."""
    assert feeder.stdout is not None
    async with asyncio.timeout(seconds):
        said = (await feeder.stdout.read()).decode().split()
        assert await feeder.wait() == 0, "the feeder ended early"
    return int(said[-1])


async def all_follow(followers: list[Follower], seconds: float = 60) -> None:
    """Wait until everybody has received something."""
    async with asyncio.timeout(seconds):
        while not all(one.numbers for one in followers):  # noqa: ASYNC110 (many tasks: no one event)
            await asyncio.sleep(0.05)
