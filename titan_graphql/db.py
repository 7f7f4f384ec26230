"""The database: Tortoise configuration, opening, closing and migrating."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from tortoise import Tortoise, connections
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError, OperationalError, TransactionManagementError
from tortoise.migrations.api import migrate as apply_migrations
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from titan_graphql.errors import InvalidInputError
from titan_graphql.settings import Settings, read_settings

MODELS = [
    "streams",
    "users",
    "jobs",
    "markets",
    "market_imports",
    "market_live",
    "market_universes",
    "pairs",
    "scans",
    "campaigns",
    "backtests",
    "sweeps",
    "walk_forwards",
    "live_pairs",
    "alerts",
    "portfolios",
]
POSTGRES_SCHEMES = {"postgres", "postgresql", "asyncpg"}
# What the drivers raise while the database is away or busy; the same call may work later.
AWAY = (
    OSError,
    sqlite3.OperationalError,
    DBConnectionError,
    OperationalError,
    TransactionManagementError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that was cut in the middle of a transaction and is used again
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,  # too many connections, no memory, a full disk
)
SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "NORMAL",
    "busy_timeout": 15_000,
    "foreign_keys": "ON",
}


def configuration(database_url: str) -> dict[str, Any]:
    """The Tortoise configuration for a `sqlite://` or `postgres://` URL.

    Raises:
        InvalidInputError: any other scheme.
    """
    scheme = urlsplit(database_url).scheme
    if scheme == "sqlite":
        path = database_url.removeprefix("sqlite://")
        connection: dict[str, Any] = {
            "engine": "titan_graphql.sqlite_immediate",
            "credentials": {"file_path": path, **SQLITE_PRAGMAS},
        }
    elif scheme in POSTGRES_SCHEMES:
        connection = expand_db_url("asyncpg" + database_url.removeprefix(scheme))
        connection["engine"] = "titan_graphql.postgres_pooled"
    else:
        raise InvalidInputError(
            "DATABASE_URL_INVALID",
            f"TITAN_DATABASE_URL must begin with sqlite:// or postgres://, not {scheme}://",
        )
    return {
        "connections": {"default": connection},
        "apps": {
            "titan": {
                "models": [f"titan_graphql.models.{name}" for name in MODELS],
                "default_connection": "default",
                "migrations": "titan_graphql.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[TortoiseContext]:
    """Connections for the life of a process, reachable from every task and thread of it."""
    context = await Tortoise.init(config=configuration(settings.database_url), _enable_global_fallback=True)
    try:
        yield context
    finally:
        await Tortoise.close_connections()


async def now() -> datetime:
    """The moment by the clock that all processes of an installation share: the database's.

    SQLite has none of its own; its file is shared on one machine only, whose clock it is.
    """
    connection = connections.get("default")
    if connection.capabilities.dialect == "sqlite":
        return datetime.now(UTC)
    rows = await connection.execute_query_dict("SELECT clock_timestamp() AS moment")
    moment: datetime = rows[0]["moment"]
    return moment.astimezone(UTC)


async def migrate(settings: Settings, progress: Callable[[str, str, str], object] | None = None) -> None:
    """Bring the schema to the newest migration."""
    try:
        await apply_migrations(config=configuration(settings.database_url), progress=progress)
    finally:
        await Tortoise.close_connections()


async def pending_migrations(settings: Settings) -> list[str]:
    """The names of the migrations that the open database still lacks."""
    apps = configuration(settings.database_url)["apps"]
    executor = MigrationExecutor(get_connection("default"), apps)
    steps = await executor.plan([MigrationTarget(app, "__latest__") for app in apps])
    return [step.migration.name for step in steps]


TORTOISE = configuration(read_settings().database_url)
