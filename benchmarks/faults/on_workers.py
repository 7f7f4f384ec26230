"""Faults done to workers: killed, poisoned, told to stop, restarted, and more or fewer of them."""

import asyncio
import signal
import time
from uuid import uuid4

from benchmarks.faults.client import START, Client
from benchmarks.faults.stack import Stack
from benchmarks.faults.suite import Run, fault

SHORT_WORKER = ("workers", "SHORT")
CANCEL_SECONDS = 2.0
BUSY_SHARE = 0.5
COMPILE_SECONDS = 300
NEVER_RETURNS, HOLDS_THE_INTERPRETER, KILLS_ITS_WORKER = 701, 702, 703


async def undisturbed(client: Client) -> str:
    """The result hash of a run that nothing happens to; on a new checkout it also compiles the kernels."""
    started = await client.start()
    end = await client.ended(started["job"]["id"], COMPILE_SECONDS)
    assert end["state"] == "SUCCEEDED", end
    result = await client.result_hash(started["id"])
    assert result
    return result


def series_rows(stack: Stack) -> int:
    """How many results there are."""
    return int(stack.rows("SELECT count(*) FROM backtest_series")[0][0])


def used_cpu(stack: Stack) -> float:
    """CPU seconds of all worker processes."""
    return sum(sum(process.cpu_times()[:2]) for process in stack.find("workers"))


@fault("F1", "a worker is killed in the middle of a backtest")
async def worker_killed(run: Run) -> str:
    """All finish within a minute with the result of an undisturbed run, once."""
    stack, client = await run.up()
    expected = await undisturbed(client)
    slowest, rounds = 0.0, 2 if run.short else 5
    for _ in range(rounds):
        started = await client.start(seconds=4)
        await client.running(started["job"]["id"])
        await asyncio.sleep(run.dice.uniform(0, 1.5))
        began = time.monotonic()
        stack.hurt(signal.SIGKILL, *SHORT_WORKER)
        end = await client.ended(started["job"]["id"], 60)
        slowest = max(slowest, time.monotonic() - began)
        run.say(f"{end['state']} {time.monotonic() - began:.1f} s after the kill, attempts {end['attempts']}")
        assert (end["state"], end["attempts"]) == ("SUCCEEDED", 2), end
        assert await client.result_hash(started["id"]) == expected
    assert series_rows(stack) == rounds + 1
    return f"{rounds}/{rounds} finished with the same hash and one row each, slowest {slowest:.1f} s"


@fault("F10", "50 submits at once with one idempotency key")
async def one_key(run: Run) -> str:
    """One job, also for those that came first together; another input under the key is refused."""
    stack, client = await run.up()
    given = await client.input(key="the-key")
    run.say("50 startBacktest at once")
    answers = await asyncio.gather(*(client.ask(START, input=given) for _ in range(50)))
    ids = {answer["startBacktest"].get("id") for answer in answers}
    other = (await client.ask(START, input={**given, "entry": 1.7}))["startBacktest"]
    assert len(ids) == 1, f"{len(ids)} backtests"
    assert other == {"__typename": "ConflictProblem", "code": "IDEMPOTENCY_KEY_CONFLICT", "message": other["message"]}
    assert stack.rows("SELECT count(*) FROM job")[0][0] == 1
    return "50 answers, one job; other input under the same key is IDEMPOTENCY_KEY_CONFLICT"


@fault("F11", "cancel at 20 points of a run, also of kernels that never look up")
async def cancelled(run: Run) -> str:
    """CANCELLED within two seconds, nothing written afterwards, no CPU used afterwards."""
    stack, client = await run.up()
    await undisturbed(client)
    points = [(2.0, delay * 0.1) for delay in range(2 if run.short else 16)]
    stubborn = [NEVER_RETURNS, HOLDS_THE_INTERPRETER]
    points += [(float(code), 0.3) for code in (stubborn if run.short else stubborn * 2)]
    run.dice.shuffle(points)
    slowest = 0.0
    for kind, delay in points:
        started = await client.start(seconds=kind)
        await client.until(started["job"]["id"], lambda job: job["state"] == "RUNNING", 20)
        await asyncio.sleep(delay)
        took = await cancel_and_time(client, started["job"]["id"])
        run.say(f"cancelled {int(kind) if kind > 600 else f'{kind} s'} run at {delay:.1f} s: ended after {took:.2f} s")
        slowest = max(slowest, took)
        await quiet(stack, started["job"]["id"])
        assert took <= CANCEL_SECONDS, f"took {took:.2f} s"
    assert series_rows(stack) == 1
    return f"{len(points)} of {len(points)} cancelled, slowest {slowest:.2f} s, no later write, no CPU left"


async def cancel_and_time(client: Client, job_id: str) -> float:
    """Seconds from the mutation to CANCELLED."""
    began = time.monotonic()
    await client.cancel(job_id)
    end = await client.ended(job_id, 15)
    assert end["state"] == "CANCELLED", end
    return time.monotonic() - began


async def quiet(stack: Stack, job_id: str) -> None:
    """The row stays as it is, and no worker burns CPU once replacements have started."""
    columns = "SELECT state, attempt, progress_done, lease_until FROM job ORDER BY number DESC LIMIT 1"
    before = stack.rows(columns)
    await asyncio.sleep(0.8)
    deadline = time.monotonic() + 8  # a replaced process imports for some seconds
    while True:
        used, began = used_cpu(stack), time.monotonic()
        await asyncio.sleep(0.4)
        share = (used_cpu(stack) - used) / (time.monotonic() - began)
        if 0 <= share < BUSY_SHARE:
            break
        assert time.monotonic() < deadline, f"workers still use {share:.0%} of a core after {job_id} was cancelled"
    assert stack.rows(columns) == before


@fault("F12", "a job that kills every worker it meets, among others")
async def poison(run: Run) -> str:
    """At most three attempts, then POISON; the others finish."""
    _, client = await run.up()
    others = [await client.start() for _ in range(3)]
    bad = await client.start(seconds=KILLS_ITS_WORKER)
    run.say("one poisonous backtest among others")
    others += [await client.start() for _ in range(3)]
    ends = [await client.ended(one["job"]["id"], 60) for one in others]
    assert {end["state"] for end in ends} == {"SUCCEEDED"}, ends
    run.say("the others have finished")
    end = await client.ended(bad["job"]["id"], 120)
    assert (end["state"], end["error"]["code"]) == ("FAILED", "POISON"), end
    assert end["attempts"] <= 3, end
    return f"FAILED(POISON) after {end['attempts']} attempts; {len(others)} others finished"


@fault("F16", "a rolling restart of API and workers under 20 mutations a second")
async def rolling_restart(run: Run) -> str:
    """Every acknowledged job is there once and finishes."""
    stack, client = await run.up()
    await undisturbed(client)
    keys = [uuid4().hex for _ in range(60 if run.short else 300)]
    acknowledged: dict[str, str] = {}

    async def submit(key: str) -> None:
        answer = await client.patiently(20, START, input=await client.input(key=key))
        acknowledged[key] = answer["startBacktest"]["job"]["id"]

    async def submit_all() -> None:
        async with asyncio.TaskGroup() as tasks:
            for key in keys:
                tasks.create_task(submit(key))
                await asyncio.sleep(1 / 20)

    submitting = asyncio.create_task(submit_all())
    for words in [("serve",), ("work",), SHORT_WORKER]:
        await asyncio.sleep(run.dice.uniform(0.3, 0.8))
        async with asyncio.timeout(30):
            while not stack.find(*words):  # noqa: ASYNC110 (another process comes back: no event)
                await asyncio.sleep(0.05)
        stack.hurt(signal.SIGTERM, *words)
        await asyncio.sleep(0.5)
        await stack.ready(30)
    await submitting
    ends = await asyncio.gather(*(client.ended(one, 90) for one in acknowledged.values()))
    states: dict[str, int] = {}
    for end in ends:
        states[end["state"]] = states.get(end["state"], 0) + 1
    assert states == {"SUCCEEDED": len(keys)}, states
    assert len(set(acknowledged.values())) == len(keys)
    assert series_rows(stack) == len(keys) + 1
    return f"{len(keys)} acknowledged, {len(keys)} finished once"


@fault("F21", "one worker and four")
async def more_workers(run: Run) -> str:
    """Equal results."""
    hashes: dict[int, list[str | None]] = {}
    for workers in (1, 4):
        stack, client = await run.up(workers)
        inputs = [{"entry": 1.0 + number / 4} for number in range(4 if run.short else 12)]
        started = [await client.start(**one) for one in inputs]
        ends = [await client.ended(one["job"]["id"], 120) for one in started]
        assert {end["state"] for end in ends} == {"SUCCEEDED"}, ends
        hashes[workers] = [await client.result_hash(one["id"]) for one in started]
        run.say(f"{len(started)} backtests by {workers} worker(s)")
        await asyncio.to_thread(stack.stop)
    assert hashes[1] == hashes[4]
    return f"{len(hashes[1])} results equal, bit for bit"
