"""Every single process that `titan up` starts is killed in turn."""

import asyncio
import re
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.faults import page as pages
from benchmarks.faults.alarm import Alarm
from benchmarks.faults.client import Client
from benchmarks.faults.on_workers import undisturbed
from benchmarks.faults.page import Page
from benchmarks.faults.stack import Stack
from benchmarks.faults.suite import Run, fault
from benchmarks.faults.ticks import Follower, source

BACK_SECONDS = 15.0
JOBS = 3
ROLES = ("valkey-server", "serve", "work", "feed", "live", "workers")


@dataclass
class Longest:
    """The slowest recovery of each kind, in seconds."""

    ready: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    jobs: list[float] = field(default_factory=list)


@fault("KILL", "any single process of titan up is killed")
async def any_process(run: Run) -> str:
    """Everything is back within 15 seconds by itself, the open page recovers, and no job, bar or alert is lost."""
    stack, client = await run.up(feed=True)
    await undisturbed(client)
    usual = Counter(map(role, started_by_up(stack)))
    run.say(f"titan up runs {', '.join(sorted(usual.elements()))}")
    assert set(usual) >= {"valkey-server", "serve", "work", "feed", "live", "workers SHORT", "workers LONG"}, usual
    follower = Follower(client, await source(stack, client, ("KO",)), run.dice)
    alarm = Alarm(client)
    following = [asyncio.create_task(follower.follow(2**31)), *await alarm.begin()]
    longest = Longest()
    victims = sorted(usual)
    run.dice.shuffle(victims)
    async with pages.opened(stack) as page:
        for victim in victims:
            await kill(run, stack, client, page, victim, usual, longest)
    await alarm.check(BACK_SECONDS)
    for task in following:
        assert not task.done(), "a follower ended early"
        task.cancel()
    steps = {after - before for before, after in zip(follower.seqs, follower.seqs[1:], strict=False)}
    assert steps == {1}, f"steps of the followed stream: {steps}"
    assert not follower.gaps, follower.gaps
    return (
        f"{len(victims)} processes killed in turn, {len(victims) * JOBS} jobs, {len(follower.seqs)} bars, "
        f"{len(alarm.seqs)} states of a pair and {len(alarm.alerts)} alerts, 0 lost; "
        f"at the latest all processes were back after {max(longest.ready):.1f} s, the page after "
        f"{max(longest.page):.1f} s, the jobs under way ended after {max(longest.jobs):.1f} s"
    )


async def kill(
    run: Run, stack: Stack, client: Client, page: Page, victim: str, usual: Counter[str], longest: Longest
) -> None:
    """Kill one process under running jobs, and wait for everything to be as before."""
    started = [await client.start(seconds=1) for _ in range(JOBS)]
    await client.running(started[0]["job"]["id"])
    process = next(one for one in started_by_up(stack) if role(one) == victim)
    run.say(f"SIGKILL to {victim} (pid {process.pid})")
    process.send_signal(signal.SIGKILL)
    began = time.monotonic()
    await asyncio.to_thread(process.wait, 5)
    ready, seen, ended = await asyncio.gather(
        all_back(stack, usual, began), page_lives(page, started, began), all_end(client, started, began)
    )
    run.say(f"all processes back after {ready:.1f} s, page live and right after {seen:.1f} s, jobs after {ended:.1f} s")
    assert ready <= BACK_SECONDS, f"everything was back only after {ready:.1f} s"
    assert seen <= BACK_SECONDS, f"the page was right only after {seen:.1f} s"
    longest.ready.append(ready)
    longest.page.append(seen)
    longest.jobs.append(ended)


async def all_back(stack: Stack, usual: Counter[str], began: float) -> float:
    """Seconds until every process runs again and /readyz says so."""
    while Counter(map(role, started_by_up(stack))) != usual:
        assert time.monotonic() - began < 4 * BACK_SECONDS, Counter(map(role, started_by_up(stack)))
        await asyncio.sleep(0.05)
    await stack.ready(4 * BACK_SECONDS)
    return time.monotonic() - began


async def page_lives(page: Page, started: list[dict[str, Any]], began: float) -> float:
    """Seconds until the page is connected and shows the end of every job that was under way."""
    wanted = dict.fromkeys((one["id"] for one in started), "Succeeded")
    await page.shows(lambda page: page.connection == "Live" and wanted.items() <= page.states.items(), 4 * BACK_SECONDS)
    return time.monotonic() - began


async def all_end(client: Client, started: list[dict[str, Any]], began: float) -> float:
    """Seconds until the jobs under way have succeeded."""
    ends = [await client.ended(one["job"]["id"], 60) for one in started]
    assert {end["state"] for end in ends} == {"SUCCEEDED"}, ends
    return time.monotonic() - began


def started_by_up(stack: Stack) -> list[psutil.Process]:
    """All live processes below the supervisor, without those that only last a moment."""
    found = []
    for process in stack.find("up")[0].children(recursive=True):
        try:
            if process.status() != psutil.STATUS_ZOMBIE and role(process):
                found.append(process)
        except psutil.Error:
            continue
    return found


def role(process: psutil.Process) -> str:
    """What a process is for, from its command line."""
    try:
        words = process.cmdline()
    except psutil.Error:
        return ""
    names = [re.sub(r"^titan_graphql$", "", Path(word).name) for word in words]
    name = next((one for one in ROLES if one in names), "")
    return " ".join([name, *(lane for lane in ("SHORT", "LONG") if lane in names)]) if name else ""
