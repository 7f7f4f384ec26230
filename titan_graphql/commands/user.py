"""titan user: add users and make sign-in links."""

import argparse
import asyncio

from titan_graphql.commands.check import migrated_database
from titan_graphql.models.users import Role
from titan_graphql.services import users
from titan_graphql.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """add NAME [--role], link NAME."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|link")
    add = actions.add_parser("add", help="add a user and print a sign-in link")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=[role.value.lower() for role in Role], default=Role.RESEARCHER.value.lower())
    link = actions.add_parser("link", help="print a new sign-in link for a user")
    link.add_argument("name", metavar="NAME")
    for action in (add, link):
        action.add_argument("--data-dir", default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print a link that signs the user in once."""
    secret = asyncio.run(_link(arguments, settings))
    print(f"{settings.public_url}/sign-in?token={secret}")
    return 0


async def _link(arguments: argparse.Namespace, settings: Settings) -> str:
    async with migrated_database(settings):
        if arguments.action == "add":
            user = await users.create(arguments.name, Role(arguments.role.upper()))
        else:
            user = await users.by_name(arguments.name)
        return await users.new_sign_in_link(user)
