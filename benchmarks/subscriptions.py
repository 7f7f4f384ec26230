"""One event to thousands of subscribers: ours beside stock Strawberry and a bare Starlette broadcast, in one run.

Run with `python -m benchmarks.subscriptions`. Loopback only. The client, each server and the publisher are processes
of their own; a delivery's cost is the server's processor time divided by the frames it sent, its latency the time from
just before the event was published until the client had the frame.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import psutil

from benchmarks import machine
from benchmarks.subscription_servers import CHANNEL
from titan_graphql.events import bus
from titan_graphql.events.channels import job_channel
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import users
from titan_graphql.settings import Settings

QUERY = "subscription Watch($id: ID!) { jobChanged(id: $id) { id state progress { fraction message } } }"
PER_DELIVERY_LIMIT, STOCK_LEAST, P99_LIMIT_MS, MEMORY_LIMIT_KIB = 1.5, 15.0, 250.0, 40.0


@dataclass(frozen=True, slots=True)
class Case:
    """How many sockets with how many subscriptions each get how many events at which rate."""

    server: str
    sockets: int
    per_socket: int
    events: int
    per_second: float


@dataclass(frozen=True, slots=True)
class Found:
    """What one case took."""

    case: Case
    microseconds: float
    p50: float
    p99: float
    kib: float
    delivered: int
    expected: int
    per_second: float
    current: bool

    def __str__(self) -> str:
        case = self.case
        return (
            f"{case.server:>6}: {case.sockets:,} sockets × {case.per_socket}, {self.per_second:8,.0f} deliveries/s, "
            f"{self.microseconds:7.1f} µs of processor each, p50 {self.p50:7.1f} ms, p99 {self.p99:7.1f} ms, "
            f"{self.kib:5.1f} KiB per subscriber, {self.delivered:,} of {self.expected:,} delivered"
        )


async def measure(case: Case, settings: Settings, job: Job, token: str) -> Found:
    """Run one case from an empty server to the last delivery."""
    await Job.filter(id=job.id).update(progress_message="")  # the client tells events from snapshots by it
    port = machine.free_port()
    environment = {**machine.environment(), **settings.environment()}
    words = [sys.executable, "-m", "benchmarks.subscription_servers", case.server, str(port)]
    server = await asyncio.to_thread(subprocess.Popen, words, env=environment)
    try:
        await asyncio.to_thread(machine.wait_until_serving, port, server)
        resident = psutil.Process(server.pid).memory_info().rss
        async with _Client(case, environment, port, job, token) as client:
            assert await client.readline() == b"ready\n"
            await asyncio.sleep(1.0)
            grown = psutil.Process(server.pid).memory_info().rss - resident
            before = machine.cpu_seconds(server.pid)
            published = await _publish(case, job)
            outcome: dict[str, Any] = json.loads(await client.readline())
            processor = machine.cpu_seconds(server.pid) - before
    finally:
        server.terminate()
        server.wait(20)
    return Found(
        case, processor / outcome["delivered"] * 1e6, outcome["p50"], outcome["p99"],
        grown / 1024 / (case.sockets * case.per_socket), outcome["delivered"], outcome["expected"],
        outcome["delivered"] / case.events / published * (case.events - 1), current=outcome["current"],
    )  # fmt: skip


class _Client:
    """The client process for one case; its standard output."""

    def __init__(self, case: Case, environment: dict[str, str], port: int, job: Job, token: str) -> None:
        plan = {
            "port": port, "token": token, "sockets": case.sockets, "per_socket": case.per_socket,
            "events": case.events, "quiet": 1 / case.per_second + 8,
            "subscribe": {"query": QUERY, "variables": {"id": encode_id("Job", job.id)}},
        }  # fmt: skip
        self._words = [sys.executable, "-m", "benchmarks.subscription_client", json.dumps(plan)]
        self._environment = environment

    async def __aenter__(self) -> asyncio.StreamReader:
        self._process = await asyncio.create_subprocess_exec(
            *self._words, env=self._environment, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        return self._process.stdout

    async def __aexit__(self, *error: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


async def _publish(case: Case, job: Job) -> float:
    """Change the job at a steady rate; each change says when it was made. The seconds from the first to the last."""
    began = time.monotonic()
    for number in range(case.events):
        await asyncio.sleep(max(0.0, began + number / case.per_second - time.monotonic()))
        now = str(time.monotonic_ns())
        if case.server == "titan":
            await Job.filter(id=job.id).update(progress_message=now)
            await bus.ping(job_channel(job.id))
        else:
            await bus.ping(CHANNEL, message=now)
    return time.monotonic() - began


async def run(settings: Settings, only: str = "") -> list[Found]:
    """All cases, one after the other."""
    cases = [
        Case("bare", 1000, 1, 40, 4.0),
        Case("titan", 1000, 1, 40, 4.0),
        Case("stock", 1000, 1, 6, 1.0),
        Case("titan", 5000, 1, 24, 3.0),
        Case("titan", 250, 20, 24, 3.0),
    ]
    if only:
        cases = [case for case in cases if case.server == only]
    async with machine.database(settings) as token, bus.opened(settings.redis_url):
        owner = await users.ensure_admin()
        job = await Job.create(
            owner_id=owner.id, name="benchmark", subject_type="Job", subject_id=owner.id, input_hash="",
            state=JobState.RUNNING,
        )  # fmt: skip
        return [await _shown(await measure(case, settings, job, token)) for case in cases]


async def _shown(found: Found) -> Found:
    print(found, flush=True)
    return found


def verdicts(found: list[Found]) -> dict[str, bool]:
    """Each level to reach, with the figure, and whether it was."""
    bare, titan, stock, many, _ = found
    ratio, cheaper = titan.microseconds / bare.microseconds, stock.microseconds / titan.microseconds
    return {
        f"{ratio:.2f} × the bare broadcast per delivery (at most {PER_DELIVERY_LIMIT})": ratio <= PER_DELIVERY_LIMIT,
        f"{cheaper:.1f} × cheaper than stock (at least {STOCK_LEAST})": cheaper >= STOCK_LEAST,
        f"p99 {many.p99:.0f} ms for 5,000 subscribers (at most {P99_LIMIT_MS:.0f})": many.p99 <= P99_LIMIT_MS,
        f"{titan.kib:.1f} KiB per subscriber (at most {MEMORY_LIMIT_KIB:.0f})": titan.kib <= MEMORY_LIMIT_KIB,
        "everybody has the newest event": all(one.current for one in found),
    }


def main() -> int:
    """Measure, print and judge."""
    print(machine.describe())
    if len(sys.argv) == 2:
        with machine.installation() as settings:
            asyncio.run(run(settings, only=sys.argv[1]))
        return 0
    with machine.installation() as settings:
        outcome = verdicts(asyncio.run(run(settings)))
    for words, reached in outcome.items():
        print(f"{'reached' if reached else 'MISSED '}: {words}")
    return 0 if all(outcome.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
