"""titan token: create, list and revoke access tokens for scripts."""

import argparse
import asyncio

from titan_graphql.commands.check import migrated_database
from titan_graphql.models.users import TokenScope
from titan_graphql.services import user_tokens, users
from titan_graphql.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """create NAME, list, revoke NAME."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="create|list|revoke")
    create = actions.add_parser("create", help="make a token and print it, once")
    create.add_argument("name", metavar="NAME")
    create.add_argument("--days", type=int, default=user_tokens.DAYS, help="how long it works (default %(default)s)")
    create.add_argument("--read-only", action="store_true", help="it reads and listens, and changes nothing")
    create.add_argument("--user", default=users.ADMIN_NAME, help="whose token it is (default %(default)s)")
    listing = actions.add_parser("list", help="show the tokens that work")
    revoke = actions.add_parser("revoke", help="make the tokens of that name useless")
    revoke.add_argument("name", metavar="NAME")
    for action in (create, listing, revoke):
        action.add_argument("--data-dir", default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do one of the three and print the outcome."""
    print(asyncio.run(_act(arguments, settings)))
    return 0


async def _act(arguments: argparse.Namespace, settings: Settings) -> str:
    async with migrated_database(settings):
        if arguments.action == "create":
            return await _create(arguments)
        if arguments.action == "revoke":
            return f"revoked {await user_tokens.revoke_named(arguments.name)}"
        return await _list()


async def _create(arguments: argparse.Namespace) -> str:
    owner = await (users.ensure_admin() if arguments.user == users.ADMIN_NAME else users.by_name(arguments.user))
    scope = TokenScope.READ if arguments.read_only else TokenScope.WRITE
    return (await user_tokens.create_for(owner, arguments.name, arguments.days, scope)).secret


async def _list() -> str:
    live = await user_tokens.live_of_all()
    return "\n".join(_line(token) for token in live) or "no tokens"


def _line(token: user_tokens.AccessToken) -> str:
    used = "never used" if token.last_used_at is None else f"used {token.last_used_at:%Y-%m-%d}"
    scope = token.scope.value.lower()
    return f"{token.name:<24} {token.owner_name:<16} {scope:<5} until {token.expires_at:%Y-%m-%d}, {used}"
