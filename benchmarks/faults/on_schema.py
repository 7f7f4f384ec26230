"""Faults done to the schema and to the file itself: migrations back and forth, a backup under writes."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.faults.on_storage import all_succeed, submit_until
from benchmarks.faults.on_workers import undisturbed
from benchmarks.faults.stack import Stack, free_port
from benchmarks.faults.suite import Run, fault


@fault("F19", "migrations up, down and up again")
async def migrations(run: Run) -> str:
    """The same schema, on both databases."""
    server = await asyncio.to_thread(run.make_postgres)
    urls = {"SQLite": f"sqlite://{run.directory / 'migrated.sqlite3'}", "PostgreSQL": server.url}
    for name, url in urls.items():
        stack = Stack(run.directory / name, free_port(), run.say, TITAN_DATABASE_URL=url)
        await asyncio.to_thread(stack.run, "migrate")
        before = await asyncio.to_thread(schema_of, stack, url)
        run.say(f"{name}: up, {len(before)} tables")
        await asyncio.to_thread(tortoise, stack, "downgrade", "titan", "__first__")
        left = await asyncio.to_thread(schema_of, stack, url)
        assert left == {}, f"left behind: {sorted(left)}"
        await asyncio.to_thread(stack.run, "migrate")
        assert await asyncio.to_thread(schema_of, stack, url) == before
    return f"{len(before)} tables gone and back, columns equal, on both databases"


def tortoise(stack: Stack, *words: str) -> None:
    """The migration tool."""
    command = [sys.executable, "-P", "-m", "tortoise", "-c", "titan_graphql.db.TORTOISE", *words]
    done = subprocess.run(command, env=stack.environment, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]


def schema_of(stack: Stack, url: str) -> dict[str, list[tuple[str, ...]]]:
    """Tables with their columns, without the migration tool's own."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite://")) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = {table: sorted(connection.execute(f"PRAGMA table_info({table})").fetchall()) for table in tables}
    else:
        found = asyncio.run(_postgres_schema(url))
    return {table: columns for table, columns in found.items() if not table.startswith(("tortoise", "sqlite"))}


async def _postgres_schema(url: str) -> dict[str, list[tuple[str, ...]]]:
    import asyncpg

    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    await connection.close()
    found: dict[str, list[tuple[str, ...]]] = {}
    for row in rows:
        found.setdefault(row["table_name"], []).append(tuple(row.values())[1:])
    return found


@fault("F20", "a backup while jobs are written, and its restore")
async def backup_and_restore(run: Run) -> str:
    """What was acknowledged before the backup is in it, whole, and runs on."""
    stack, client = await run.up()
    await undisturbed(client)
    acknowledged: dict[str, str] = {}
    stop = asyncio.Event()
    submitting = asyncio.create_task(submit_until(client, stop, acknowledged, 0.02))
    await asyncio.sleep(2)
    kept = dict(acknowledged)
    copy = run.directory / "restored"
    copy.mkdir()
    run.say(f"backup with {len(kept)} acknowledged")
    await asyncio.to_thread(back_up, stack.directory / "titan.sqlite3", copy / "titan.sqlite3")
    stop.set()
    await submitting
    stack.hurt(signal.SIGTERM, "up")
    restored = Stack(copy, free_port(), run.say)
    run.stacks.append(restored)
    restored.token = stack.token
    assert restored.rows("PRAGMA integrity_check") == [("ok",)]
    await restored.up()
    run.say("restored into another directory and started")
    await all_succeed(restored.client(), list(kept.values()))
    return f"{len(kept)} of {len(kept)} jobs acknowledged before the backup are in it and finished"


def back_up(source: Path, target: Path) -> None:
    """SQLite's own online backup."""
    with sqlite3.connect(source, timeout=30) as reading, sqlite3.connect(target) as writing:
        reading.backup(writing)
    assert time.monotonic()
