"""Which faults there are, and running them one after another with a seed."""

import asyncio
import os
import random
import shutil
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults.client import Client
from benchmarks.faults.postgres import Postgres
from benchmarks.faults.stack import Stack, free_port
from benchmarks.machine import describe

LONGEST_SECONDS = 420


@dataclass(frozen=True)
class End:
    """How a fault ended."""

    fault: str
    seed: int
    passed: bool
    seconds: float
    verdict: str


@dataclass
class Run:
    """What one fault works with: its dice, its voice, and installations of its own."""

    fault: str
    directory: Path
    dice: random.Random
    short: bool
    template: Path | None
    began: float = field(default_factory=time.monotonic)
    stacks: list[Stack] = field(default_factory=list)
    postgres: list[Postgres] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Tell what is being done, and when."""
        print(f"  {self.fault:>4} {time.monotonic() - self.began:7.2f} s  {text}", flush=True)

    def make_stack(self, **variables: str) -> Stack:
        """An installation that is prepared but not started."""
        stack = Stack(self.directory / f"stack{len(self.stacks)}", free_port(), self.say, **variables)
        self.stacks.append(stack)
        stack.prepare(self.template)
        return stack

    async def up(self, workers: int = 1, *, feed: bool = False, **variables: str) -> tuple[Stack, Client]:
        """An installation that answers, and a client of it; with the feed of the sample market when asked."""
        stack = await asyncio.to_thread(self.make_stack, **variables)
        await stack.up(workers, feed=feed)
        self.say(f"titan up, {workers} worker(s) per lane, {stack.address}")
        return stack, stack.client()

    def make_postgres(self) -> Postgres:
        """A PostgreSQL that the fault may hurt."""
        server = Postgres(free_port())
        self.postgres.append(server)
        server.start()
        self.say(f"PostgreSQL started (pid {server.pid})")
        return server

    def close(self) -> None:
        """End everything this fault started."""
        for stack in self.stacks:
            stack.stop()
        for server in self.postgres:
            server.stop()


Scenario = Callable[[Run], Awaitable[str]]
FAULTS: dict[str, tuple[str, Scenario]] = {}


def fault(name: str, title: str) -> Callable[[Scenario], Scenario]:
    """Register a fault under its number in docs/reliability."""

    def register(scenario: Scenario) -> Scenario:
        FAULTS[name] = (title, scenario)
        return scenario

    return register


def run_all(names: list[str], seed: int, *, short: bool, directory: Path) -> list[End]:
    """Run faults and say how each ended."""
    template = directory / "template"
    print(f"seed {seed}; {describe()}; everything happens in {directory}", flush=True)
    Stack(template, free_port(), print).prepare()
    return [run_one(name, seed, short=short, directory=directory, template=template) for name in names]


def run_one(name: str, seed: int, *, short: bool, directory: Path, template: Path | None) -> End:
    """Run one fault; whatever happens, nothing of it stays running."""
    title, scenario = FAULTS[name]
    print(f"\n{name} {title}", flush=True)
    run = Run(name, directory / name, random.Random(f"{seed}/{name}"), short, template)
    try:
        verdict, passed = asyncio.run(_bounded(scenario, run)), True
    except Exception as error:
        verdict, passed = f"{type(error).__name__}: {error}"[:1500], False
        if not isinstance(error, AssertionError):
            traceback.print_exc()
    finally:
        run.close()
    if passed:
        shutil.rmtree(run.directory, ignore_errors=True)
    end = End(name, seed, passed, time.monotonic() - run.began, verdict)
    print(f"{'PASS' if passed else 'FAIL'} {name} ({end.seconds:.1f} s, load {_load()}): {verdict}", flush=True)
    return end


def table(ends: list[End]) -> str:
    """How each fault ended under each seed, and the figures of the last round."""
    seeds = sorted({end.seed for end in ends})
    lines = ["", "fault " + "".join(f"{f'seed {seed}':>9}" for seed in seeds) + "  figures of the last seed"]
    for name in dict.fromkeys(end.fault for end in ends):
        own = {end.seed: end for end in ends if end.fault == name}
        words = "".join(f"{('PASS' if own[seed].passed else 'FAIL') if seed in own else '-':>9}" for seed in seeds)
        lines.append(f"{name:<6}{words}  {own[max(own)].verdict[:160]}")
    passed = sum(end.passed for end in ends)
    return "\n".join([*lines, "", f"{passed} of {len(ends)} passed; load {_load()}"])


async def _bounded(scenario: Scenario, run: Run) -> str:
    async with asyncio.timeout(LONGEST_SECONDS):
        return await scenario(run)


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"
