"""titan prepare: bring the services of an installation to where it can start; the last line is a sign-in link."""

import argparse
import asyncio

from titan_graphql import db
from titan_graphql.commands import check, migrate
from titan_graphql.services import market_samples, users
from titan_graphql.settings import Settings
from titan_graphql.stack import directory


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing beyond the settings."""


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check what is outside first, so that a wrong address costs nothing."""
    directory.make(settings.data_dir)
    print(asyncio.run(_prepare(settings)))
    return 0


async def _prepare(settings: Settings) -> str:
    await check.reach_redis(settings)
    await migrate.migrate(settings)
    async with db.opened(settings):
        imported = await market_samples.import_sample(_progress)
        if imported:
            print(f"titan: imported {imported} instruments", flush=True)
        secret = await users.new_sign_in_link(await users.ensure_admin())
    return f"titan: sign in (works once, within 30 minutes): {settings.public_url}/sign-in?token={secret}"


def _progress(done: int, total: int) -> None:
    if done == total or done % 5 == 0:
        print(f"titan: importing the sample data, {done} of {total}", flush=True)
