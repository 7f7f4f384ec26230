"""What this installation is: its version and the services it runs on."""

import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from tortoise import connections
from tortoise.exceptions import DBConnectionError, OperationalError

PACKAGE = "titan-graphql"


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


@cache
def release() -> str:
    """The version of the package."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "0.1.0"
