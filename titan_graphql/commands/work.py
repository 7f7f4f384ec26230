"""titan work: run the job workers alone."""

import argparse
import asyncio
import os
import sys
from uuid import uuid4

import structlog

from titan_graphql import db, queue
from titan_graphql.events import bus
from titan_graphql.queue import Lane
from titan_graphql.services import job_recovery
from titan_graphql.services.job_recovery import Overseer, slot_of, worker_name
from titan_graphql.settings import Settings
from titan_graphql.stack import unfailing_output
from titan_graphql.stack.children import Child, Program
from titan_graphql.stack.signals import run_until_signal

log = structlog.get_logger(__name__)
RECONCILE_SECONDS = 1.0
OVERSEE_SECONDS = 0.25
PATIENCE_SECONDS = 3.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many processes."""
    parser.add_argument("--workers", type=int, metavar="N", help="worker processes of each lane (default 1)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run worker processes, each for one job at a time, and replace the ones that die or hang."""
    unfailing_output.install()
    os.environ.update(settings.environment())
    return run_until_signal(_supervise(settings))


async def _supervise(settings: Settings) -> None:
    """Short jobs have processes of their own, so that they never wait behind a long one."""
    workers = {
        f"{lane.name.lower()}-{number}-{uuid4().hex[:12]}": lane
        for lane in Lane
        for number in range(1, settings.workers + 1)
    }
    children = {name: Child(_program(name, lane), _say) for name, lane in workers.items()}
    queue.connect(settings)
    async with db.opened(settings), bus.opened(settings.redis_url):
        try:
            await asyncio.gather(*(child.start() for child in children.values()))
            async with asyncio.TaskGroup() as tasks:
                for child in children.values():
                    tasks.create_task(child.keep_running())
                tasks.create_task(job_recovery.reconcile_forever(RECONCILE_SECONDS))
                tasks.create_task(_oversee(children))
        finally:
            await asyncio.gather(*(child.stop(PATIENCE_SECONDS) for child in children.values()))


async def _oversee(children: dict[str, Child]) -> None:
    overseer = Overseer()
    while True:
        try:
            for worker in await overseer.overdue(children.keys(), lambda: _alive(children)):
                _say(f"the worker {worker} does not end its job; replacing it")
                if worker in _alive(children):
                    children[slot_of(worker)].kill()
        except Exception:  # the next round may succeed; the loop must live
            log.exception("overseeing failed")
        await asyncio.sleep(OVERSEE_SECONDS)


def _alive(children: dict[str, Child]) -> set[str]:
    running = {slot: child.process for slot, child in children.items()}
    return {
        worker_name(slot, process.pid) for slot, process in running.items() if process and process.returncode is None
    }


def _program(name: str, lane: Lane) -> Program:
    command = [sys.executable, "-P", "-m", "workers", "--lane", lane.name, "--slot", name]
    return Program(name=f"worker {name}", command=command, log=None, environment=dict(os.environ))


def _say(text: str) -> None:
    print(f"titan: {text}", flush=True)
