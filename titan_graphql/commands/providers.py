"""titan providers: list the providers of market data, what they can do and which options they take."""

import argparse

from titan_graphql.errors import TitanError
from titan_graphql.feeds.providers.options import Option, list_options
from titan_graphql.feeds.providers.registry import Found, listing, provider_class
from titan_graphql.feeds.providers.timeframes import SPOKEN
from titan_graphql.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There is nothing to say."""
    parser.add_argument("name", nargs="?", help="only this one")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """A paragraph for each provider; one that cannot be loaded says why."""
    if arguments.name is not None:
        provider_class(arguments.name)
    for found in listing():
        if arguments.name in (None, found.name):
            print("\n".join(describe(found)))
    return 0


def describe(found: Found) -> list[str]:
    """What there is to know about one provider."""
    try:
        kind = provider_class(found.name)
    except TitanError as error:
        return [f"{found.name} ({found.origin}): {error.message}"]
    missing = f"; not installed, run: ./titan add {found.missing}" if found.missing else ""
    frames = " ".join(SPOKEN.get(name, name) for name in kind.timeframes)
    can = ["history", *(capability.value.lower() for capability in sorted(kind.capabilities))]
    return [
        f"{found.name} ({found.origin}{missing})",
        f"    {kind.summary}",
        f"    can: {', '.join(can)}; timeframes: {frames}",
        *(f"    {_option(option)}" for option in list_options(kind.options)),
    ]


def _option(option: Option) -> str:
    default = "required" if option.required else f"default {option.default}" if option.default else "optional"
    return f"--option {option.name}=… {option.kind}, {default}: {option.help}"
