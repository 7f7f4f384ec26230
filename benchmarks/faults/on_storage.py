"""Faults done to what is stored: crashes, a full disk, other clocks, many writers, migrations, backups."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.faults.client import START, Client, RefusedError
from benchmarks.faults.on_workers import undisturbed
from benchmarks.faults.stack import Stack, free_port
from benchmarks.faults.suite import Run, fault

HOUR = 3600
TMPFS_MIB = 40
SYMBOLS = 30


async def submit_until(client: Client, stop: asyncio.Event, acknowledged: dict[str, str], every: float = 0.1) -> None:
    """Submit with idempotency keys, as scripts do; what is acknowledged is written down."""
    while not stop.is_set():
        key = uuid4().hex
        answer = await client.patiently(30, START, input=await client.input(key=key))
        acknowledged[key] = answer["startBacktest"]["job"]["id"]
        await asyncio.sleep(every)


async def all_succeed(client: Client, ids: list[str], seconds: float = 90) -> None:
    """Every acknowledged job is there and finishes."""
    ends = [await client.ended(one, seconds) for one in ids]
    assert {end["state"] for end in ends} <= {"SUCCEEDED"}, ends


@fault("F7", "PostgreSQL is restarted at once (immediate shutdown) under writes")
async def postgres_crashes(run: Run) -> str:
    """Every acknowledged id is there."""
    server = await asyncio.to_thread(run.make_postgres)
    stack, client = await run.up(TITAN_DATABASE_URL=server.url)
    await undisturbed(client)
    acknowledged: dict[str, str] = {}
    stop = asyncio.Event()
    submitting = asyncio.create_task(submit_until(client, stop, acknowledged))
    for _ in range(1 if run.short else 3):
        await asyncio.sleep(run.dice.uniform(1, 2))
        run.say(f"SIGQUIT to PostgreSQL (pid {server.pid}), {len(acknowledged)} acknowledged")
        await asyncio.to_thread(server.crash)
        await asyncio.sleep(run.dice.uniform(0.1, 1))
        await asyncio.to_thread(server.start)
        run.say(f"PostgreSQL started again (pid {server.pid})")
        await stack.ready(30)
    await asyncio.sleep(1)
    stop.set()
    await submitting
    await all_succeed(client, list(acknowledged.values()))
    return f"{len(acknowledged)} of {len(acknowledged)} acknowledged jobs are there and finished"


@fault("F8", "the disk is full")
async def disk_full(run: Run) -> str:
    """STORAGE_FULL, reads go on, nothing is damaged, and it recovers when there is room."""
    assert os.geteuid() == 0, "mounting a small file system needs root"
    directory = run.directory / "small"
    directory.mkdir(parents=True)
    await command("mount", "-t", "tmpfs", "-o", f"size={TMPFS_MIB}m", "tmpfs", str(directory))
    try:
        return await fill_and_empty(run, directory)
    finally:
        run.close()
        await command("umount", "-l", str(directory))


async def fill_and_empty(run: Run, directory: Path) -> str:
    """The fault itself, on a file system of its own."""
    stack = Stack(directory, free_port(), run.say)
    run.stacks.append(stack)
    await asyncio.to_thread(stack.prepare, run.template)
    await stack.up()
    client = stack.client()
    await undisturbed(client)
    filler = directory / "filler"
    run.say(f"filling the {TMPFS_MIB} MiB file system of the data directory")
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    acknowledged, refusal = await submit_until_refused(client)
    run.say(f"{len(acknowledged)} more were acknowledged, then: {refusal}")
    assert "STORAGE_FULL" in refusal, refusal
    await client.ask("{ jobs(first: 10) { nodes { id } } }")
    filler.unlink()
    run.say("room again")
    acknowledged.append((await submit_patiently(client))["job"]["id"])
    await all_succeed(client, acknowledged)
    assert stack.rows("PRAGMA integrity_check") == [("ok",)]
    return f"STORAGE_FULL, reads answered, intact, {len(acknowledged)} acknowledged jobs finished"


async def command(*words: str) -> None:
    """Run a program that must succeed."""
    process = await asyncio.create_subprocess_exec(*words)
    assert await process.wait() == 0, words


async def submit_until_refused(client: Client) -> tuple[list[str], str]:
    """What was acknowledged on the way, and the refusal."""
    acknowledged: list[str] = []
    for _ in range(400):
        try:
            acknowledged.append((await client.start())["job"]["id"])
        except RefusedError as error:
            return acknowledged, str(error)
    raise AssertionError("400 submits on a full disk, and none was refused")


async def submit_patiently(client: Client) -> dict[str, Any]:
    """A submit once there is room."""
    return (await client.patiently(20, START, input=await client.input(key=uuid4().hex)))["startBacktest"]


@fault("F9", "workers and an API whose clocks are an hour ahead or behind")
async def other_clocks(run: Run) -> str:
    """Nobody's lease is taken, a dead worker's is, and lists keep the order of submission."""
    library = run.directory / "shifted_clock.so"
    library.parent.mkdir(parents=True, exist_ok=True)
    compiler = shutil.which("cc") or shutil.which("gcc")
    assert compiler, "shifting a clock needs a C compiler"
    source = Path(__file__).parent / "shifted_clock.c"
    await command(compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl")
    server = await asyncio.to_thread(run.make_postgres)
    stack, client = await run.up(TITAN_DATABASE_URL=server.url)
    await undisturbed(client)
    order: list[str] = []
    for shift in (HOUR, -HOUR):
        shifted = {"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(shift)}
        order += await work_with(run, stack, client, shifted)
        order += await submit_with(run, stack, shifted)
    listed = (await client.ask("{ jobs(first: 100) { nodes { id } } }"))["jobs"]["nodes"]
    assert [node["id"] for node in reversed(listed)][1:] == order, "the list is not in the order of submission"
    return f"{len(order)} jobs, no lease taken from the living, the dead one's passed on, order kept"


async def work_with(run: Run, stack: Stack, client: Client, shifted: dict[str, str]) -> list[str]:
    """A second set of workers, with another clock, shares the work; then one of them dies."""
    before = stack.environment
    stack.environment = {**before, **shifted}
    known = {process.pid for process in stack.find("workers", "SHORT")}
    other = stack.start("work", "--workers", "2")
    stack.environment = before
    async with asyncio.timeout(30):
        while len(stack.find("workers", "SHORT")) < 3:  # noqa: ASYNC110 (other processes: no event)
            await asyncio.sleep(0.1)
    await asyncio.sleep(3)
    run.say(f"two more workers whose clock is {int(shifted['CLOCK_SHIFT']):+d} s off")
    started = [await client.start(seconds=3) for _ in range(6)]
    await client.running(started[0]["job"]["id"])
    ends = [await client.ended(one["job"]["id"], 60) for one in started]
    assert {(end["state"], end["attempts"]) for end in ends} == {("SUCCEEDED", 1)}, ends
    more = [await client.start(seconds=4) for _ in range(3)]
    for one in more:
        await client.running(one["job"]["id"], 30)
    for process in stack.find("workers", "SHORT"):
        if process.pid not in known:
            run.say(f"SIGKILL to a worker with the other clock (pid {process.pid}) and its supervisor")
            process.kill()
    other.kill()
    other.wait()
    await all_succeed(client, [one["job"]["id"] for one in more], 60)
    return [one["job"]["id"] for one in [*started, *more]]


async def submit_with(run: Run, stack: Stack, shifted: dict[str, str]) -> list[str]:
    """Submits through an API with another clock."""
    port = free_port()
    before = stack.environment
    stack.environment = {**before, **shifted, "TITAN_PORT": str(port)}
    api = stack.start("serve", "--port", str(port))
    stack.environment = before
    client = Client(f"http://127.0.0.1:{port}", stack.token)
    await client.patiently(30, "{ viewer { id } }")
    run.say(f"three submits through an API whose clock is {int(shifted['CLOCK_SHIFT']):+d} s off")
    started = [await client.start() for _ in range(3)]
    await all_succeed(client, [one["job"]["id"] for one in started])
    await asyncio.to_thread(stack.end, api)
    return [one["job"]["id"] for one in started]


@fault("F17", "SQLite with eight writers beside API and workers")
async def eight_writers(run: Run) -> str:
    """No lock errors."""
    stack, client = await run.up()
    seconds = 3 if run.short else 15
    run.say(f"eight processes write for {seconds} s")
    command = [sys.executable, "-P", "-m", "benchmarks.faults.writer", str(seconds)]
    writers = [
        await asyncio.create_subprocess_exec(*command, env=stack.environment, cwd="/", stdout=asyncio.subprocess.PIPE)
        for _ in range(8)
    ]
    acknowledged: dict[str, str] = {}
    stop = asyncio.Event()
    submitting = asyncio.create_task(submit_until(client, stop, acknowledged, 0.2))
    said = [(await writer.communicate())[0].decode().split(maxsplit=2) for writer in writers]
    stop.set()
    await submitting
    assert all(words[1] == "0" for words in said), said
    await all_succeed(client, list(acknowledged.values()))
    return (
        f"{sum(int(words[0]) for words in said)} transactions, 0 errors; {len(acknowledged)} jobs beside them finished"
    )


@fault("F18", "an import is killed, or its last row is bad")
async def import_killed(run: Run) -> str:
    """All or nothing."""
    stack = Stack(run.directory / "fresh", free_port(), run.say)
    run.stacks.append(stack)
    valkey = await asyncio.to_thread(stack.spawn_valkey)
    importing = stack.start("prepare")
    database = stack.directory / "titan.sqlite3"
    async with asyncio.timeout(30):
        while not database.exists() or not _count(stack, "instrument"):  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.01)
    importing.kill()
    importing.wait()
    partly = _count(stack, "instrument")
    run.say(f"SIGKILL to the import of the sample market (pid {importing.pid}) with {partly} instruments there")
    half = stack.rows("SELECT count(*) FROM series WHERE revision > 0 AND id NOT IN (SELECT series_id FROM bar_block)")
    await asyncio.to_thread(stack.run, "prepare")
    await asyncio.to_thread(stack.end, valkey)
    assert half[0][0] == 0, f"{half[0][0]} series say they have bars and have none"
    assert _count(stack, "instrument") == 20
    kills = await import_killed_at_any_moment(run, stack)
    await import_with_a_bad_last_row(run, stack)
    return f"the sample import was completed by the next one; {kills} killed imports and a bad last row: all or nothing"


async def import_killed_at_any_moment(run: Run, stack: Stack) -> int:
    """A file of many symbols is there whole or not at all, whenever its import is killed."""
    kills = 0
    for turn in range(2 if run.short else 8):
        file = run.directory / f"killed{turn}.csv"
        await asyncio.to_thread(write_bars, file, f"K{turn}")
        importing = stack.start("import", str(file))
        await asyncio.sleep(run.dice.uniform(0.5, 6))
        finished = importing.poll() is not None
        importing.kill()
        importing.wait()
        there = stack.rows("SELECT count(*) FROM instrument WHERE symbol LIKE ?", f"K{turn}-%")[0][0]
        run.say(f"import {'had ended' if finished else 'killed'} (pid {importing.pid}): {there} of {SYMBOLS} symbols")
        assert there in {0, SYMBOLS}, f"{there} of {SYMBOLS} symbols of a killed import are there"
        kills += not finished
    return kills


async def import_with_a_bad_last_row(run: Run, stack: Stack) -> None:
    """Refused, and nothing of it is there."""
    file = run.directory / "bad.csv"
    await asyncio.to_thread(write_bars, file, "BAD")
    with file.open("a") as lines:
        lines.write("2019-12-31,BAD-0,not a price\n")
    before = stack.rows("SELECT count(*) FROM instrument"), stack.rows("SELECT count(*) FROM bar_block")
    try:
        await asyncio.to_thread(stack.run, "import", str(file))
    except AssertionError as refusal:
        run.say(f"bad last row: {str(refusal)[-120:]}")
    else:
        raise AssertionError("a file with a bad last row was accepted")
    assert before == (stack.rows("SELECT count(*) FROM instrument"), stack.rows("SELECT count(*) FROM bar_block"))


def write_bars(file: Path, prefix: str) -> None:
    """Daily closes of many symbols in one long file."""
    days = [date(2015, 1, 1) + timedelta(days=number) for number in range(1000)]
    rows = [
        f"{day},{prefix}-{symbol},{100 + symbol + number % 7}"
        for symbol in range(SYMBOLS)
        for number, day in enumerate(days)
    ]
    file.write_text("\n".join(["date,symbol,close", *rows]) + "\n")


def _count(stack: Stack, table: str) -> int:
    try:
        return int(stack.rows(f"SELECT count(*) FROM {table}")[0][0])
    except sqlite3.OperationalError:
        return 0
