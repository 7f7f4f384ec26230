"""titan warm: compile the numerical kernels into their cache, so that no process waits for them later."""

import argparse

from titan_graphql.services import kernels
from titan_graphql.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Compile what is not in the cache yet."""
    kernels.warm()
    return 0
