"""titan user: add users, make sign-in links and set passwords."""

import argparse
import asyncio
import sys
from getpass import getpass

from titan_graphql.commands.check import migrated_database
from titan_graphql.errors import InvalidInputError
from titan_graphql.models.users import Role
from titan_graphql.services import user_passwords, users
from titan_graphql.settings import Settings
from titan_graphql.stack.directory import running_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """add NAME [--role], link NAME, password NAME."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|link|password")
    add = actions.add_parser("add", help="add a user and print a sign-in link")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=[role.value.lower() for role in Role], default=Role.RESEARCHER.value.lower())
    link = actions.add_parser("link", help="print a new sign-in link for a user")
    link.add_argument("name", metavar="NAME")
    password = actions.add_parser("password", help="set a user's password, asked for here or read from a pipe")
    password.add_argument("name", metavar="NAME")
    for action in (add, link, password):
        action.add_argument("--data-dir", default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print a link that signs the user in once, or set a password."""
    if arguments.action == "password":
        ended = asyncio.run(_set_password(arguments, settings))
        print(f"password of {arguments.name} set; sessions ended: {ended}")
        return 0
    secret = asyncio.run(_link(arguments, settings))
    print(f"{running_at(settings.data_dir) or settings.public_url}/sign-in?token={secret}")
    return 0


async def _link(arguments: argparse.Namespace, settings: Settings) -> str:
    async with migrated_database(settings):
        if arguments.action == "add":
            user = await users.create(arguments.name, Role(arguments.role.upper()))
        else:
            user = await users.by_name(arguments.name)
        return await users.new_sign_in_link(user)


async def _set_password(arguments: argparse.Namespace, settings: Settings) -> int:
    async with migrated_database(settings):
        user = await users.by_name(arguments.name)
        return await user_passwords.reset(user.name, _asked_password(user.name))


def _asked_password(name: str) -> str:
    """Typed twice and not shown, or the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    try:
        typed = getpass(f"New password of {name}: ")
        again = getpass("The same again: ")
    except EOFError:
        typed, again = "", "-"
    if typed != again:
        raise InvalidInputError("PASSWORDS_DIFFER", "These were two different passwords; nothing was changed")
    return typed
