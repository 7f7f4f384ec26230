"""Faults done to Redis: restarted, killed, emptied, silent."""

import asyncio
import signal
import statistics
import time
from typing import Any

from redis.asyncio import Redis

from benchmarks.faults.client import RefusedError
from benchmarks.faults.crowd import PER_TOKEN
from benchmarks.faults.on_workers import series_rows, undisturbed
from benchmarks.faults.suite import Run, fault
from benchmarks.faults.ticks import Follower, all_follow, recorded, recording, source
from titan_graphql.settings import redis_socket

ORDER = ["QUEUED", "RUNNING", "CANCELLING", "SUCCEEDED"]
READ_SECONDS = 0.5
EVENTS, EVENTS_PER_SECOND = 2_000, 150


async def followed_to_the_end(run: Run, number: signal.Signals) -> str:
    """Valkey goes away and comes back: every watcher sees the end of its job, every follower all events."""
    stack, client = await run.up()
    await undisturbed(client)
    count, events = (10, 600) if run.short else (40, EVENTS)
    people = await asyncio.to_thread(stack.people, 2 * count // PER_TOKEN)
    of = await source(stack, client)
    followers = [Follower(people[place // PER_TOKEN], of, run.dice) for place in range(count)]
    async with (
        recording(stack, of, events, EVENTS_PER_SECOND) as feeder,
        asyncio.timeout(120),
        asyncio.TaskGroup() as tasks,
    ):
        for follower in followers:
            tasks.create_task(follower.follow(events))
        await all_follow(followers)
        started = [await client.start(seconds=0.2) for _ in range(count)]
        seen: list[list[dict[str, Any]]] = [[] for _ in started]
        for place, one in enumerate(started):
            person = people[(count + place) // PER_TOKEN]
            tasks.create_task(person.watch(one["job"]["id"], seen[place], run.dice))
        for _ in range(1 if run.short else 2):
            await asyncio.sleep(run.dice.uniform(0.5, 1.5))
            newest = max(followers[0].numbers)
            stack.hurt(number, "valkey-server")
            run.say(f"event {newest} of {events} was the newest")
            await stack.ready(30)
        again = await recorded(feeder, 90)
    for states in seen:
        ranks = [ORDER.index(state["state"]) for state in states]
        assert ranks == sorted(ranks), f"out of order: {states}"
        assert states[-1]["state"] == "SUCCEEDED", states[-1]
    assert series_rows(stack) == count + 1
    arrived = [follower.check(events) for follower in followers]
    run.say(f"{count} watchers saw their job's end, in order; recordings tried again: {again}")
    return (
        f"{count} followers, {min(arrived)} to {max(arrived)} events each, 0 missing; {count} of {count} ends of jobs"
    )


@fault("F3", "Redis is restarted while 2,000 events are published")
async def redis_restarted(run: Run) -> str:
    """No end of a job is missed; no event of a stream is missing."""
    return await followed_to_the_end(run, signal.SIGTERM)


@fault("F4", "Redis is killed while 2,000 events are published")
async def redis_killed(run: Run) -> str:
    """No end of a job is missed; no event of a stream is missing."""
    return await followed_to_the_end(run, signal.SIGKILL)


@fault("F5", "FLUSHALL with 50 jobs queued")
async def flushed(run: Run) -> str:
    """50 of 50 run, once each."""
    stack, client = await run.up()
    await undisturbed(client)
    blocking = await client.start(seconds=120)
    await client.running(blocking["job"]["id"])
    started = [await client.start() for _ in range(50)]
    queued = [await client.job(one["job"]["id"]) for one in started]
    waiting = sum(job["state"] == "QUEUED" for job in queued)
    async with Redis.from_url(f"unix://{redis_socket(stack.directory)}?db=0") as redis:
        await redis.flushall()
    run.say(f"FLUSHALL with {waiting} queued")
    await client.cancel(blocking["job"]["id"])
    began = time.monotonic()
    ends = [await client.ended(one["job"]["id"], 90) for one in started]
    assert {(end["state"], end["attempts"]) for end in ends} == {("SUCCEEDED", 1)}, ends
    assert series_rows(stack) == 51
    assert waiting == 50, f"only {waiting} were still queued"
    return f"50 of 50 once, the last {time.monotonic() - began:.1f} s later"


@fault("F6", "Redis is stopped (SIGSTOP) for 20 seconds")
async def redis_silent(run: Run) -> str:
    """Reads stay fast, submits are kept and run later."""
    stack, client = await run.up()
    await undisturbed(client)
    seconds = 6 if run.short else 20
    stack.hurt(signal.SIGSTOP, "valkey-server")
    began, reads, acknowledged = time.monotonic(), [], []

    async def submit() -> None:
        while time.monotonic() - began < seconds - 2:
            acknowledged.append(await client.start())
            await asyncio.sleep(1)

    submitting = asyncio.create_task(submit())
    try:
        while time.monotonic() - began < seconds:
            asked = time.monotonic()
            await client.ask("{ jobs(first: 10) { nodes { id state } } }")
            reads.append(time.monotonic() - asked)
            await asyncio.sleep(0.05)
        await submitting
    except RefusedError as error:
        raise AssertionError(f"refused while Redis was silent: {error}") from error
    finally:
        stack.hurt(signal.SIGCONT, "valkey-server")
    p99 = statistics.quantiles(reads, n=100)[98]
    run.say(f"{len(reads)} reads, p99 {p99 * 1000:.0f} ms; {len(acknowledged)} submits acknowledged")
    ends = [await client.ended(one["job"]["id"], 90) for one in acknowledged]
    assert {end["state"] for end in ends} == {"SUCCEEDED"}, ends
    assert p99 < READ_SECONDS, f"p99 of reads was {p99:.2f} s"
    assert acknowledged
    return f"p99 of {len(reads)} reads {p99 * 1000:.0f} ms; {len(acknowledged)} of {len(acknowledged)} submits ran"
