"""titan migrate: bring the database to the newest migration."""

import argparse
import asyncio
import sys

from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector

from titan_graphql import db
from titan_graphql.commands import check
from titan_graphql.settings import Settings
from titan_graphql.stack import directory


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--check is for developers and touches no database."""
    parser.add_argument("--check", action="store_true", help="fail when the models have changes without a migration")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Apply what is missing, or compare models and migrations."""
    if arguments.check:
        return asyncio.run(_compare())
    directory.make(settings.data_dir)
    asyncio.run(migrate(settings))
    return 0


async def migrate(settings: Settings) -> None:
    """Name and apply the missing migrations."""
    await check.reach_database(settings)
    async with db.opened(settings):
        missing = await db.pending_migrations(settings)
    if missing:
        print(f"titan: updating the database ({', '.join(missing)})", flush=True)
        await db.migrate(settings)


async def _compare() -> int:
    configuration = db.configuration("sqlite://:memory:")
    async with TortoiseContext() as context:
        await context.init(config=configuration)
        assert context.apps is not None, "set by init()"  # noqa: S101 (narrows the type)
        missing = await MigrationAutodetector(context.apps, configuration["apps"]).changes()
    if not missing:
        print("No changes detected")
        return 0
    print(f"titan: the models need a migration ({missing[0].name}); run: tortoise makemigrations", file=sys.stderr)
    return 1
