"""titan actions: import splits and dividends from a file, and list those that are known."""

import argparse
import asyncio
from pathlib import Path

from titan_graphql.commands.check import migrated_database
from titan_graphql.commands.import_ import explained
from titan_graphql.errors import InvalidInputError, TitanError
from titan_graphql.feeds.action_table import ActionLine, read_actions
from titan_graphql.feeds.files import check_file_name, symbol_of
from titan_graphql.services import market_action_files, market_actions, markets
from titan_graphql.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """import FILE, list SYMBOL."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="import|list")
    bring = actions.add_parser("import", help="make the splits and dividends of a CSV file known")
    bring.add_argument("file", metavar="FILE", type=Path)
    bring.add_argument("--symbol", help="whose they are, where the file does not say (default: the file's name)")
    bring.add_argument("--time-format", metavar="FORMAT", help="how dates are written, such as %%d/%%m/%%Y")
    listing = actions.add_parser("list", help="show what is known of an instrument")
    listing.add_argument("symbol", metavar="SYMBOL")
    for action in (bring, listing):
        action.add_argument("--market", help="the market, where several list the symbol")
        action.add_argument("--data-dir", default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do one of the two and print the outcome; a file is kept whole or not at all."""
    if arguments.action == "list":
        print(asyncio.run(_list(arguments, settings)))
        return 0
    path: Path = arguments.file
    if not path.is_file():
        raise InvalidInputError("FILE_MISSING", f"there is no file {path}")
    name = check_file_name(path.name)
    try:
        lines = read_actions(path, arguments.time_format)
        print(asyncio.run(_keep(lines, name, arguments, settings)))
    except TitanError as error:
        raise explained(error) from error
    return 0


async def _keep(lines: list[ActionLine], name: str, arguments: argparse.Namespace, settings: Settings) -> str:
    async with migrated_database(settings):
        kept = await market_action_files.keep(lines, arguments.symbol or symbol_of(name), arguments.market, name)
    of = "one instrument" if kept.instruments == 1 else f"{kept.instruments:,} instruments"
    return f"titan: {name}: {kept.actions:,} splits or dividends, of {of}"


async def _list(arguments: argparse.Namespace, settings: Settings) -> str:
    async with migrated_database(settings):
        instrument = await markets.get_instrument(arguments.symbol, "symbol", arguments.market)
        known = await market_actions.of_instrument(instrument)
    rows = [f"{action.ex_date}  {action.kind.lower():<8}  {action.value:<12g}  {action.source}" for action in known]
    return "\n".join(rows) or f"titan: no split and no dividend of {instrument.symbol} is known"
