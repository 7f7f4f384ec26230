"""What this installation is: its version and the services it runs on."""

import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import asyncpg
from tortoise import connections
from tortoise.exceptions import DBConnectionError, OperationalError

from titan_graphql import db
from titan_graphql.errors import UnavailableError

PACKAGE = "titan-graphql"
DISK_FULL = "database or disk is full"  # SQLite's words; there is no code to ask for


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What this installation is."""

    version: str
    database: str
    python: str


def describe() -> ServerInfo:
    """Describe the running installation."""
    return ServerInfo(
        version=release(), database=connections.get("default").capabilities.dialect, python=platform.python_version()
    )


async def database_answers() -> bool:
    """Whether the database answers a trivial query."""
    try:
        await connections.get("default").execute_query("SELECT 1")
    except (DBConnectionError, OperationalError, OSError):
        return False
    return True


def disk_is_full(error: BaseException | None) -> bool:
    """Whether the database has no room for what was to be written."""
    return isinstance(error, asyncpg.DiskFullError) or (isinstance(error, db.AWAY) and DISK_FULL in str(error))


def trouble(error: BaseException | None) -> UnavailableError | None:
    """What the database's failure means for a caller, if it is one that may pass."""
    if disk_is_full(error):
        return UnavailableError("STORAGE_FULL", "The disk of this installation is full; nothing was changed")
    if isinstance(error, db.AWAY):
        return UnavailableError("DATABASE_AWAY", "The database does not answer; try again")
    return None


@cache
def release() -> str:
    """The version of the package."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "0.1.0"
