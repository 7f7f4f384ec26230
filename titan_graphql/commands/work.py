"""titan work: run the job workers alone."""

import argparse
import os

from dramatiq import cli

from titan_graphql.settings import Settings
from titan_graphql.stack.children import die_with_parent

# A process that dies while it starts is noticed only after the fork timeout, which is half a minute by default.
OPTIONS = {"--threads": 2, "--worker-shutdown-timeout": 3_000, "--worker-fork-timeout": 2_000}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many processes."""
    parser.add_argument("--workers", type=int, metavar="N", help="worker processes (default 1)")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run Dramatiq's own supervisor in this process; whatever it forks ends with it, also when it is killed."""
    os.environ.update(settings.environment())
    os.register_at_fork(after_in_child=die_with_parent)
    options = [str(part) for option in OPTIONS.items() for part in option]
    parser = cli.make_argument_parser()  # type: ignore[no-untyped-call]  # dramatiq leaves its command line bare
    parsed = parser.parse_args(["workers.main", "--processes", str(settings.workers), *options])
    return int(cli.main(parsed) or 0)  # type: ignore[no-untyped-call]
