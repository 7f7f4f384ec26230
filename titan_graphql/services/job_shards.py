"""Jobs in parts: planned once, computed by any number of workers, kept as they finish, merged when all are there."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any
from uuid import UUID

import structlog
from tortoise.expressions import F, Q
from tortoise.functions import Count
from tortoise.transactions import in_transaction

from titan_graphql import db, queue
from titan_graphql.errors import TitanError
from titan_graphql.models.jobs import Job, JobShard, JobState, ShardState
from titan_graphql.queue import JobName, QueueError
from titan_graphql.services import job_runs
from titan_graphql.services.job_reports import JobStoppedError, Report, Stop
from titan_graphql.services.job_runs import STRIKES_MAX
from titan_graphql.services.jobs import LEASE, lapsed

log = structlog.get_logger(__name__)
BEAT_SECONDS = 1.0
OTHERS_SECONDS = 0.25
Step = Callable[[float], None]
Compute = Callable[[Mapping[str, Any], Step], Awaitable[bytes]]


async def plan(job: Job, payloads: Sequence[Mapping[str, object]]) -> None:
    """Divide a job, unless an earlier attempt has; a worker that lost the job changes nothing.

    Payloads may name their `data`: what an earlier attempt computed from other data is dropped.

    Raises:
        JobStoppedError: the job is no longer this attempt's.
    """
    async with in_transaction():
        held = Job.filter(id=job.id, attempt=job.attempt, worker=job.worker, state=JobState.RUNNING)
        if not await held.update(progress_total=float(len(payloads))):
            raise JobStoppedError
        planned = JobShard.filter(job_id=job.id)
        earlier = await planned.limit(1).values("payload")
        if earlier and earlier[0]["payload"].get("data") != payloads[0].get("data"):
            await planned.delete()
        if not await planned.exists():
            await JobShard.bulk_create(
                [JobShard(job_id=job.id, number=number, payload=dict(one)) for number, one in enumerate(payloads)],
                batch_size=500,
            )


async def call_assistants(job: Job, name: JobName, count: int) -> None:
    """Ask other workers to take shards too; without them the job only takes longer."""
    try:
        for _ in range(count):
            await queue.enqueue(name, job.id)
    except QueueError as error:
        log.warning("no assistants called", job=str(job.id), error=str(error))


async def run_all(job: Job, report: Report, compute: Compute) -> list[bytes]:
    """Compute shards until all are done, whoever did them, and return their results in order.

    `compute` gets a shard's payload and a callable that takes its own fraction and ends it when the job must stop.

    Raises:
        TitanError: a shard stopped several workers, or a stored result is corrupt.
        JobStoppedError: the job must end.
    """
    while True:
        done, total = await count(job.id)
        report(done, total, f"{done} of {total} parts")
        shard = await claim_next(job.id)
        if shard is not None:
            await _run(shard, report, _within(report, done, total), compute)
        elif done == total:
            return await results(job.id)
        else:
            await asyncio.sleep(OTHERS_SECONDS)


async def assist(job_id: UUID, compute: Compute) -> None:
    """Compute shards of a job that another worker holds, until none is to be had."""
    with job_runs.reporting() as report:
        while not report.stopped and await _goes_on(job_id):
            shard = await claim_next(job_id)
            if shard is None:
                return
            work = asyncio.ensure_future(_run(shard, report, _within(report, 0, 1), compute))
            report.on_stop(work.cancel)
            try:
                await work
            except JobStoppedError:
                return
            except asyncio.CancelledError:
                if not report.stopped:
                    raise


async def claim_next(job_id: UUID) -> JobShard | None:
    """Take the first shard that waits or whose holder fell silent; None when there is none.

    Raises:
        TitanError: it has already stopped several workers.
    """
    while True:
        moment = await db.now()
        free = Q(state=ShardState.WAITING) | (Q(state=ShardState.RUNNING) & lapsed(moment))
        shard = await JobShard.filter(free, job_id=job_id).order_by("number").first()
        if shard is None:
            return None
        if shard.strikes >= STRIKES_MAX:
            message = f"Part {shard.number} stopped {shard.strikes} workers without an answer; not tried again"
            raise TitanError("POISON", message)
        claimed = await JobShard.filter(free, id=shard.id, attempt=shard.attempt).update(
            state=ShardState.RUNNING, attempt=F("attempt") + 1, strikes=F("strikes") + 1, lease_until=moment + LEASE
        )
        if claimed:
            return await JobShard.get(id=shard.id)


async def advance(shard: JobShard) -> bool:
    """Extend the lease of a shard; False when it is no longer this attempt's, or its job must not go on."""
    extended = await _held(shard).update(lease_until=await db.now() + LEASE)
    return bool(extended) and await _goes_on(_job_id(shard))


async def finish(shard: JobShard, result: bytes) -> bool:
    """Keep a shard's result; False when another worker holds the shard now."""
    kept = await _held(shard).update(state=ShardState.DONE, result=result, result_hash=_hash(result), lease_until=None)
    return bool(kept)


async def hand_back(shard: JobShard, *, struck: bool) -> None:
    """Let go of an unfinished shard."""
    strikes = F("strikes") if struck else F("strikes") - 1
    await _held(shard).update(state=ShardState.WAITING, lease_until=None, strikes=strikes)


async def count(job_id: UUID) -> tuple[int, int]:
    """How many shards are done, and how many there are."""
    rows = await JobShard.filter(job_id=job_id).annotate(rows=Count("id")).group_by("state").values("state", "rows")
    by_state = {row["state"]: int(row["rows"]) for row in rows}
    return by_state.get(ShardState.DONE, 0), sum(by_state.values())


async def results(job_id: UUID) -> list[bytes]:
    """The results of all shards in order.

    Raises:
        TitanError: one is not what was written.
    """
    shards = await JobShard.filter(job_id=job_id, state=ShardState.DONE).order_by("number")
    stored = [(shard.number, bytes(shard.result or b""), shard.result_hash) for shard in shards]
    corrupt = [number for number, result, expected in stored if _hash(result) != expected]
    if corrupt:
        raise TitanError("SHARD_CORRUPT", f"The stored result of part {corrupt[0]} is not what was written")
    return [result for _, result, _ in stored]


async def _run(shard: JobShard, report: Report, step: Step, compute: Compute) -> None:
    keeper = asyncio.create_task(_keep(shard, report))
    try:
        await finish(shard, await compute(shard.payload, step))
    except (JobStoppedError, asyncio.CancelledError):
        await asyncio.shield(hand_back(shard, struck=False))
        raise
    except Exception:
        await hand_back(shard, struck=True)
        raise
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)


async def _keep(shard: JobShard, report: Report) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        try:
            # A shard that somebody else has now is computed to its end for nothing; only its job's end stops it.
            if not await advance(shard) and not await _goes_on(_job_id(shard)):
                report.stop(Stop.NOT_OURS)
                return
        except db.AWAY as error:
            log.warning("lease of a shard not extended", shard=str(shard.id), error=str(error))


def _within(report: Report, done: int, total: int) -> Step:
    def step(fraction: float) -> None:
        report(done + min(1.0, max(0.0, fraction)), total, f"{done} of {total} parts")

    return step


async def _goes_on(job_id: UUID) -> bool:
    return await Job.filter(id=job_id, state=JobState.RUNNING).exists()


def _held(shard: JobShard) -> Any:
    return JobShard.filter(id=shard.id, attempt=shard.attempt, state=ShardState.RUNNING)


def _job_id(shard: JobShard) -> UUID:
    job_id: UUID = shard.job_id  # type: ignore[attr-defined]  # made by Tortoise
    return job_id


def _hash(result: bytes) -> str:
    return blake2b(result, digest_size=32).hexdigest()
