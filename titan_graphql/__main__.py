"""The command line: finds the command's module, reads the settings, and says what went wrong in one line."""

import argparse
import importlib
import keyword
import os
import sys
from collections.abc import Sequence
from typing import Protocol

from titan_graphql.errors import TitanError
from titan_graphql.settings import Settings, read_settings

COMMANDS = {
    "up": "start everything: services, API and workers, with a link to sign in",
    "serve": "run the API server alone",
    "work": "run the job workers alone",
    "feed": "bring live bars in, or play stored ones as live",
    "live": "follow watched pairs and send alerts, alone",
    "prepare": "migrate the database, import the sample data and make the first user",
    "import": "import files of bars, or bars of a provider, with a progress bar and a summary",
    "actions": "import splits and dividends from a file, and list them",
    "providers": "list the providers of market data and their options",
    "migrate": "bring the database to the newest migration",
    "warm": "compile the numerical kernels, so that nobody waits for them later",
    "schema": "print the GraphQL schema, write it or compare it with client/schema.graphql",
    "synth": "make a market of synthetic instruments, to try large scans on",
    "token": "create, list and revoke access tokens for scripts",
    "user": "add users, make sign-in links and set passwords",
    "check": "look at the installation and say what is wrong with it",
}
USAGE_ERROR = 2
INTERRUPTED = 130


class Command(Protocol):
    """What every module of `commands` has; only the chosen one is imported, so that each starts fast."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""

    def run(self, arguments: argparse.Namespace, settings: Settings) -> int:
        """Do it; the result is the exit code."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> None:  # type: ignore[override]  # exits, as the original does
        """End with the message alone; --help says the rest."""
        self.exit(USAGE_ERROR, f"titan: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; expected failures become one line on stderr and a non-zero exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments, command = _parse(words)
        return command.run(arguments, read_settings({**os.environ, **_overrides(arguments)}))
    except (TitanError, ValueError) as error:
        print(f"titan: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _parse(words: list[str]) -> tuple[argparse.Namespace, Command]:
    if not words or words[0] not in COMMANDS:
        listing = "\n".join(f"  {name:<9} {text}" for name, text in COMMANDS.items())
        parser = Parser(
            prog="titan",
            usage="titan COMMAND [options]",
            description=f"commands:\n{listing}",
            epilog="titan COMMAND --help tells a command's options",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.add_argument("command", choices=COMMANDS, help=argparse.SUPPRESS)
        parser.parse_args(words or ["--help"])
    name = words[0]
    # A word of Python itself cannot name a module.
    module = f"{name}_" if keyword.iskeyword(name) else name
    command: Command = importlib.import_module(f"titan_graphql.commands.{module}")
    parser = Parser(prog=f"titan {name}", description=COMMANDS[name])
    parser.add_argument("--data-dir", metavar="DIR", help="where the data lives (default: ~/.local/share/titan)")
    command.add_arguments(parser)
    return parser.parse_args(words[1:]), command


def _overrides(arguments: argparse.Namespace) -> dict[str, str]:
    """Options beat TITAN_* variables."""
    options = {name: getattr(arguments, name, None) for name in ("data_dir", "host", "port", "workers")}
    return {f"TITAN_{name.upper()}": str(value) for name, value in options.items() if value is not None}


if __name__ == "__main__":
    sys.exit(main())
