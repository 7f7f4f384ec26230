"""titan schema: print the GraphQL schema, write it or compare it with the committed file."""

import argparse
import sys
from pathlib import Path

import titan_graphql
from titan_graphql.schema.root import schema
from titan_graphql.settings import Settings

NAME = "client/schema.graphql"
COMMITTED = Path(titan_graphql.__file__).parents[1] / NAME


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--write and --check exclude each other."""
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true", help=f"write {NAME}")
    action.add_argument("--check", action="store_true", help=f"fail when {NAME} is not what the code says")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print, write or compare."""
    text = schema.as_str() + "\n"
    if arguments.write:
        COMMITTED.write_text(text, encoding="utf-8")
    elif arguments.check:
        return _compare(text)
    else:
        print(text, end="")
    return 0


def _compare(text: str) -> int:
    if COMMITTED.is_file() and COMMITTED.read_text(encoding="utf-8") == text:
        print(f"{NAME} is up to date")
        return 0
    print(f"titan: {NAME} is not what the code says; run: ./titan schema --write", file=sys.stderr)
    return 1
