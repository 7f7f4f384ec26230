"""`python -m benchmarks.soak --minutes 20 --subscribers 500`: does an installation that works all the time grow?

It runs `titan up`, subscribers of jobs and bars that come back after every cut, and jobs submitted one after another;
the resident memory and the open files of every process are sampled, and their means over the fifth and over the last
minute are compared.
"""

import argparse
import asyncio
import contextlib
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.faults.client import LOST_CONNECTION, MINE, WATCH, Client, RefusedError, messages, subscribe
from benchmarks.faults.crowd import PER_TOKEN
from benchmarks.faults.on_stack import role, started_by_up
from benchmarks.faults.stack import Stack, free_port
from benchmarks.faults.ticks import TICKS, source
from benchmarks.machine import describe

SAMPLE_SECONDS = 10.0
MINUTE = 60.0
REFERENCE_MINUTE = 5
GROWTH_MAX = 0.05
JOB_SECONDS = (0.05, 2.0)
JOBS_AT_ONCE = 4


@dataclass
class Soak:
    """What has happened so far, and the samples of each process: (second, bytes, files)."""

    ended: int = 0
    failed: list[str] = field(default_factory=list)
    events: int = 0
    cuts: int = 0
    newest_job: str = ""
    samples: dict[str, list[tuple[float, int, int]]] = field(default_factory=lambda: defaultdict(list))


async def submit(client: Client, soak: Soak, dice: random.Random) -> None:
    """Start a job, wait for its end, and again; some are cancelled under way."""
    while True:
        try:
            job_id = (await client.start(seconds=dice.uniform(*JOB_SECONDS)))["job"]["id"]
            soak.newest_job = job_id
            if dice.random() < 0.1:
                with contextlib.suppress(RefusedError):
                    await client.cancel(job_id)
            end = await client.ended(job_id, 300)
        except RefusedError as error:
            soak.failed.append(str(error)[:200])
            await asyncio.sleep(1)
            continue
        soak.ended += 1
        if end["state"] == "FAILED":
            soak.failed.append(str(end["error"]))


async def listen(client: Client, soak: Soak, document: str, **variables: object) -> None:
    """Count what arrives, for ever; who watches one job goes on to the newest when it has ended."""
    while True:
        with contextlib.suppress(*LOST_CONNECTION):
            async with client.socket() as socket:
                while True:
                    own = {"id": soak.newest_job} if document == WATCH else variables
                    await subscribe(socket, document, **own)
                    async for _ in messages(socket):
                        soak.events += 1
                    if document != WATCH:
                        break
        soak.cuts += 1
        await asyncio.sleep(1)


def sample(stack: Stack, soak: Soak, second: float) -> None:
    """Look at every process."""
    for process in started_by_up(stack):
        with contextlib.suppress(psutil.Error):
            name = f"{role(process)} (pid {process.pid})"
            soak.samples[name].append((second, process.memory_info().rss, process.num_fds()))


async def soaked(stack: Stack, minutes: float, subscribers: int, dice: random.Random) -> Soak:
    """Let everything run for so long."""
    soak = Soak()
    client = stack.client()
    people = await asyncio.to_thread(stack.people, -(-subscribers // PER_TOKEN))
    of = await source(stack, client)
    soak.newest_job = (await client.start())["job"]["id"]
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(submit(client, soak, dice)) for _ in range(JOBS_AT_ONCE)]
        kinds = [(MINE, {}), (WATCH, {}), (TICKS, {"ids": of.instruments})]
        for number in range(subscribers):
            document, variables = kinds[number % len(kinds)]
            running.append(tasks.create_task(listen(people[number // PER_TOKEN], soak, document, **variables)))
        began = time.monotonic()
        while (passed := time.monotonic() - began) < minutes * MINUTE:
            sample(stack, soak, passed)
            if len(next(iter(soak.samples.values()))) % 6 == 0:
                told = ", ".join(f"{name.split(' (')[0]} {own[-1][1] >> 20} MiB" for name, own in soak.samples.items())
                print(f"{passed / MINUTE:5.1f} min  {soak.ended} jobs, {soak.events} events; {told}", flush=True)
            await asyncio.sleep(SAMPLE_SECONDS)
        for task in running:
            task.cancel()
    return soak


def mean(samples: list[tuple[float, int, int]], minute: int, column: int) -> float:
    """The mean over one minute, counted from 1."""
    return statistics.mean(one[column] for one in samples if (minute - 1) * MINUTE <= one[0] < minute * MINUTE)


def verdict(soak: Soak, minutes: int) -> bool:
    """Print the table, and say whether everything ended within the bounds of the reference minute."""
    reference = min(REFERENCE_MINUTE, max(1, minutes - 1))
    heads = ["MiB", "at end", "growth", "files", "at end", "growth"]
    print(
        f"\nmeans over minute {reference} and over the last one\n{'process':<32}"
        + "".join(f"{one:>9}" for one in heads)
    )
    good = True
    for name, samples in sorted(soak.samples.items()):
        if samples[0][0] > (reference - 1) * MINUTE or samples[-1][0] < (minutes - 1) * MINUTE:
            print(f"{name:<32} did not live from minute {reference} to the end")
            good = False
            continue
        (memory, memory_end), (files, files_end) = (
            (mean(samples, reference, column), mean(samples, minutes, column)) for column in (1, 2)
        )
        grown, more = memory_end / memory - 1, files_end / files - 1
        good = good and grown <= GROWTH_MAX and more <= GROWTH_MAX
        print(
            f"{name:<32}{memory / 2**20:>9.1f}{memory_end / 2**20:>9.1f}{grown:>+9.1%}"
            f"{files:>9.1f}{files_end:>9.1f}{more:>+9.1%}"
        )
    print(f"\n{soak.ended} jobs ended, {len(soak.failed)} failed; {soak.events} events, {soak.cuts} cuts")
    for words in soak.failed[:5]:
        print(f"  {words}")
    print(
        f"{'PASS' if good and not soak.failed else 'FAIL'}: resident memory and open files "
        f"{'end' if good else 'do not end'} within {GROWTH_MAX:.0%} of minute {reference}"
    )
    return good and not soak.failed


async def run(minutes: int, subscribers: int, seed: int, directory: Path) -> bool:
    """An installation from nothing, soaked, and ended."""
    stack = Stack(directory, free_port(), lambda text: print(text, flush=True))
    await asyncio.to_thread(stack.prepare)
    try:
        await stack.up(feed=True)
        print(f"titan up at {stack.address}; {describe()}", flush=True)
        return verdict(await soaked(stack, minutes, subscribers, random.Random(seed)), minutes)
    finally:
        await asyncio.to_thread(stack.stop)


def main() -> int:
    """The exit code is 0 when nothing grew."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=int, default=20)
    parser.add_argument("--subscribers", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.minutes < 2:
        parser.error("--minutes must be at least 2: one to compare with, one to compare")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # so that nothing is left running
    directory = Path(tempfile.mkdtemp(prefix="titan-soak-"))
    try:
        return 0 if asyncio.run(run(arguments.minutes, arguments.subscribers, arguments.seed, directory)) else 1
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
