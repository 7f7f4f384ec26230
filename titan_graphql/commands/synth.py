"""titan synth: make a market of synthetic instruments, to try large scans on."""

import argparse
import asyncio

from titan_graphql import db
from titan_graphql.commands import migrate
from titan_graphql.services import market_synthetic
from titan_graphql.services.market_synthetic import Recipe
from titan_graphql.settings import Settings
from titan_graphql.stack import directory


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much, and from which seed."""
    parser.add_argument("--instruments", type=int, default=500, metavar="N", help="how many (default 500)")
    parser.add_argument("--bars", type=int, default=1_260, metavar="T", help="daily bars of each (default 1260)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="another seed, another market (default 0)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Make the market; the platform may be running meanwhile."""
    directory.make(settings.data_dir)
    asyncio.run(_create(settings, Recipe(arguments.instruments, arguments.bars, arguments.seed)))
    return 0


async def _create(settings: Settings, recipe: Recipe) -> None:
    await migrate.migrate(settings)
    async with db.opened(settings):
        market = await market_synthetic.create(recipe, _progress)
    print(f"titan: made the market {market.code}: {recipe.instruments:,} instruments of {recipe.bars:,} bars")


def _progress(done: int, total: int) -> None:
    if done == total or done % 1_000 == 0:
        print(f"titan: writing synthetic instruments, {done:,} of {total:,}", flush=True)
