"""Jobs in parts: planned once, kept as they finish, fenced, merged in order, and not repeated by a new attempt."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tortoise.transactions import in_transaction

from tests import make
from titan_graphql import db as database
from titan_graphql.errors import TitanError
from titan_graphql.models.jobs import Job, JobShard, JobState, ShardState
from titan_graphql.queue import JobName
from titan_graphql.services import job_runs, job_shards, jobs
from titan_graphql.services.job_reports import JobStoppedError, Report, Stop
from titan_graphql.services.job_shards import Step
from titan_graphql.services.jobs import NewJob

PAYLOADS = [{"from": number} for number in range(4)]


async def running() -> Job:
    """A job that this test's worker holds."""
    viewer = await make.viewer()
    job = await jobs.create(viewer, NewJob(JobName.BACKTEST, "Backtest", uuid4(), {}))
    claimed = await job_runs.claim(job.id, "here")
    assert claimed is not None
    return claimed


async def square(payload: Mapping[str, Any], step: Step) -> bytes:
    step(0.5)
    return str(payload["from"] ** 2).encode()


async def states(job: Job) -> list[tuple[ShardState, int]]:
    return [(shard.state, shard.attempt) for shard in await JobShard.filter(job_id=job.id).order_by("number")]


async def test_results_come_in_the_order_of_the_plan(db: object):
    job = await running()
    await job_shards.plan(job, PAYLOADS)

    assert await job_shards.run_all(job, Report(), square) == [b"0", b"1", b"4", b"9"]
    assert await job_shards.count(job.id) == (4, 4)


async def test_a_new_attempt_keeps_what_was_finished(db: object):
    job = await running()
    await job_shards.plan(job, PAYLOADS)

    async def breaks_at_two(payload: Mapping[str, Any], step: Step) -> bytes:
        if payload["from"] == 2:
            raise ArithmeticError
        return await square(payload, step)

    with pytest.raises(ArithmeticError):
        await job_shards.run_all(job, Report(), breaks_at_two)
    assert await states(job) == [
        (ShardState.DONE, 1), (ShardState.DONE, 1), (ShardState.WAITING, 1), (ShardState.WAITING, 0),
    ]  # fmt: skip

    await job_runs.hand_back(job)
    again = await job_runs.claim(job.id, "there")
    assert again is not None
    await job_shards.plan(again, [{"from": 100}])
    assert await job_shards.run_all(again, Report(), square) == [b"0", b"1", b"4", b"9"]
    assert [attempt for _, attempt in await states(job)] == [1, 1, 2, 1]


async def test_a_worker_that_lost_the_job_plans_nothing(db: object):
    job = await running()
    await job_runs.hand_back(job)

    with pytest.raises(JobStoppedError):
        await job_shards.plan(job, PAYLOADS)

    assert await JobShard.all().count() == 0


async def test_a_shard_taken_over_refuses_its_first_worker(db: object, monkeypatch: pytest.MonkeyPatch):
    job = await running()
    await job_shards.plan(job, PAYLOADS[:1])
    first = await job_shards.claim_next(job.id)
    assert first is not None
    assert await job_shards.claim_next(job.id) is None
    later = await database.now() + jobs.LEASE + timedelta(seconds=1)

    async def now() -> object:
        return later

    monkeypatch.setattr(database, "now", now)
    second = await job_shards.claim_next(job.id)
    assert second is not None

    assert await job_shards.finish(first, b"stale") is False
    assert await job_shards.advance(first) is False
    assert await job_shards.finish(second, b"fresh") is True
    assert await job_shards.finish(second, b"again") is False
    assert await job_shards.results(job.id) == [b"fresh"]


async def test_assistants_share_the_work_and_each_shard_is_done_once(db: object):
    job = await running()
    await job_shards.plan(job, [{"from": number} for number in range(12)])
    computed: list[int] = []

    async def slowly(payload: Mapping[str, Any], step: Step) -> bytes:
        computed.append(payload["from"])
        await asyncio.sleep(0)
        return await square(payload, step)

    results, _, _ = await asyncio.gather(
        job_shards.run_all(job, Report(), slowly),
        job_shards.assist(job.id, slowly),
        job_shards.assist(job.id, slowly),
    )

    assert results == [str(number**2).encode() for number in range(12)]
    assert sorted(computed) == list(range(12))


async def test_a_stopped_run_hands_its_shard_back_without_a_strike(db: object):
    job = await running()
    await job_shards.plan(job, PAYLOADS)
    report = Report()

    async def stopped_meanwhile(payload: Mapping[str, Any], step: Step) -> bytes:
        report.stop(Stop.NOT_OURS)
        return await square(payload, step)

    with pytest.raises(JobStoppedError):
        await job_shards.run_all(job, report, stopped_meanwhile)

    shard = await JobShard.get(job_id=job.id, number=0)
    assert (shard.state, shard.attempt, shard.strikes, shard.lease_until) == (ShardState.WAITING, 1, 0, None)


async def test_nobody_assists_a_cancelled_job(db: object):
    job = await running()
    await job_shards.plan(job, PAYLOADS)
    await Job.filter(id=job.id).update(state=JobState.CANCELLING)

    await job_shards.assist(job.id, square)

    assert await job_shards.count(job.id) == (0, 4)


async def test_a_shard_that_stops_three_workers_ends_the_job(db: object):
    job = await running()
    await job_shards.plan(job, PAYLOADS)
    await JobShard.filter(job_id=job.id, number=1).update(strikes=3)

    with pytest.raises(TitanError) as refusal:
        await job_shards.run_all(job, Report(), square)

    assert refusal.value.code == "POISON"
    assert refusal.value.message == "Part 1 stopped 3 workers without an answer; not tried again"


async def test_a_result_that_was_altered_is_noticed(db: object):
    job = await running()
    await job_shards.plan(job, PAYLOADS)
    await job_shards.run_all(job, Report(), square)
    await JobShard.filter(job_id=job.id, number=3).update(result=b"10")

    with pytest.raises(TitanError) as refusal:
        await job_shards.results(job.id)

    assert (refusal.value.code, refusal.value.message) == (
        "SHARD_CORRUPT", "The stored result of part 3 is not what was written",
    )  # fmt: skip


async def test_a_leader_that_loses_a_shard_goes_on_with_the_others(db: object, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(job_shards, "BEAT_SECONDS", 0.01)
    job = await running()
    await job_shards.plan(job, PAYLOADS)

    async def overtaken_once(payload: Mapping[str, Any], step: Step) -> bytes:
        if payload["from"] == 0:
            async with in_transaction():  # so that no beat comes in between
                await JobShard.filter(job_id=job.id, number=0).update(lease_until=None)
                other = await job_shards.claim_next(job.id)
            assert other is not None
            assert other.number == 0
            assert await job_shards.finish(other, b"0")
            await asyncio.sleep(0.1)  # some beats of a keeper that finds the shard gone
        return await square(payload, step)

    assert await job_shards.run_all(job, Report(), overtaken_once) == [b"0", b"1", b"4", b"9"]


async def assisting_without_end(job: Job) -> asyncio.Task[None]:
    """An assistant whose kernel has begun and never returns."""
    begun = asyncio.Event()

    async def never_returns(_payload: Mapping[str, Any], _step: Step) -> bytes:
        begun.set()
        await asyncio.Event().wait()
        return b""

    assisting = asyncio.create_task(job_shards.assist(job.id, never_returns))
    await begun.wait()
    return assisting


async def test_a_kernel_that_never_looks_up_is_left_when_the_job_it_assists_is_cancelled(
    db: object, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(job_shards, "BEAT_SECONDS", 0.01)
    job = await running()
    await job_shards.plan(job, PAYLOADS)
    assisting = await assisting_without_end(job)
    await Job.filter(id=job.id).update(state=JobState.CANCELLING)

    async with asyncio.timeout(10):
        await assisting
    assert (await states(job))[0] == (ShardState.WAITING, 1)


async def test_an_assistant_whose_process_ends_leaves_its_kernel(db: object):
    job = await running()
    await job_shards.plan(job, PAYLOADS)
    assisting = await assisting_without_end(job)
    job_runs.hand_back_all()

    async with asyncio.timeout(10):
        await assisting
    job_runs.work_as("")
    assert (await states(job))[0] == (ShardState.WAITING, 1)
