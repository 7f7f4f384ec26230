"""titan check: look at the installation and say what is wrong with it."""

import argparse
import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError
from tortoise.connection import get_connection
from tortoise.exceptions import BaseORMException

from titan_graphql import db
from titan_graphql.errors import InvalidInputError, TitanError, UnavailableError
from titan_graphql.settings import Settings
from titan_graphql.stack import directory, valkey

CONNECT_SECONDS = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Without a word it looks at this installation; the fault suite starts installations of its own."""
    parser.add_argument("suite", nargs="?", choices=["faults"], help="hurt an installation and see what it loses")
    parser.add_argument("--seeds", metavar="1,2,3", default="1", help="faults: a round of all for each of these")
    parser.add_argument("--only", metavar="F1,F5", help="faults: these instead of all")
    parser.add_argument("--short", action="store_true", help="faults: fewer repetitions and clients")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line for each part; the exit code is 1 when any of them needs attention."""
    if arguments.suite == "faults":
        return _faults(arguments)
    return asyncio.run(_check(settings))


def _faults(arguments: argparse.Namespace) -> int:
    """The suite is part of the source folder, not of the installed package."""
    root = Path(__file__).parents[2]
    if not (root / "benchmarks" / "faults").is_dir():
        raise UnavailableError(
            "SUITE_MISSING", "the fault suite comes with the source folder; clone it and run ./titan"
        )
    chosen = ["--only", arguments.only] if arguments.only else []
    words = ["--seeds", arguments.seeds, *chosen, *(["--short"] if arguments.short else [])]
    return subprocess.run([sys.executable, "-m", "benchmarks.faults", *words], cwd=root, check=False).returncode  # noqa: S603 (our own module)


async def reach_database(settings: Settings) -> None:
    """Open the database and ask it something.

    Raises:
        UnavailableError: it does not answer; the message says which address and why.
    """
    try:
        async with asyncio.timeout(CONNECT_SECONDS), db.opened(settings):
            await get_connection("default").execute_query("SELECT 1")
    except (OSError, BaseORMException, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        address = without_password(settings.database_url)
        raise UnavailableError(
            "DATABASE_UNREACHABLE", f"cannot reach the database {address}: {_reason(error)}"
        ) from error


async def reach_redis(settings: Settings) -> None:
    """Ping Redis.

    Raises:
        InvalidInputError: the address is none.
        UnavailableError: it does not answer; the message says which address and why.
    """
    address = without_password(settings.redis_url)
    try:
        async with asyncio.timeout(CONNECT_SECONDS), Redis.from_url(settings.redis_url) as client:
            await client.ping()
    except ValueError as error:
        raise InvalidInputError("REDIS_URL_INVALID", f"TITAN_REDIS_URL {address}: {error}") from error
    except (OSError, RedisError) as error:
        raise UnavailableError("REDIS_UNREACHABLE", f"cannot reach Redis {address}: {_reason(error)}") from error


@asynccontextmanager
async def migrated_database(settings: Settings) -> AsyncIterator[None]:
    """The open database, for commands that read or write rows.

    Raises:
        InvalidInputError: the data directory cannot be used.
        UnavailableError: the database does not answer, or its tables are not the present ones.
    """
    directory.make(settings.data_dir)
    await reach_database(settings)
    async with db.opened(settings):
        missing = await db.pending_migrations(settings)
        if missing:
            number = "1 migration" if len(missing) == 1 else f"{len(missing)} migrations"
            raise UnavailableError("MIGRATIONS_PENDING", f"the database lacks {number}; run: titan migrate")
        yield


def without_password(url: str) -> str:
    """An address fit for a log."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return parts._replace(netloc=f"{parts.username or ''}:***@{parts.netloc.rpartition('@')[2]}").geturl()


async def _check(settings: Settings) -> int:
    checks: dict[str, Callable[[Settings], Coroutine[Any, Any, str]]] = {
        "data directory": _data_directory,
        "database": _database,
        "Redis": _redis,
        "client": _client,
    }
    failed = 0
    for name, look in checks.items():
        try:
            print(f"{name:<15} ok       {await look(settings)}")
        except TitanError as error:
            failed += 1
            print(f"{name:<15} PROBLEM  {error}")
    return min(failed, 1)


async def _data_directory(settings: Settings) -> str:
    directory.make(settings.data_dir)
    return str(settings.data_dir)


async def _database(settings: Settings) -> str:
    async with migrated_database(settings):
        return without_password(settings.database_url)


async def _redis(settings: Settings) -> str:
    if not settings.redis_embedded:
        await reach_redis(settings)
        return without_password(settings.redis_url)
    binary = valkey.find_binary()
    if binary is None:
        raise UnavailableError("VALKEY_MISSING", "found no Valkey or Redis server: install one or set TITAN_REDIS_URL")
    return f"private, {binary}"


async def _client(settings: Settings) -> str:
    index = files("titan_graphql") / "static" / "index.html"
    if not index.is_file():
        raise UnavailableError("CLIENT_MISSING", "the browser client is not built; ./titan up builds it")
    return str(index)


def _reason(error: Exception) -> str:
    first_line = (str(error) or type(error).__name__).splitlines()[0]
    return "no answer in time" if isinstance(error, TimeoutError) else first_line
