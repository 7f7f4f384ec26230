"""titan import --provider: bars from a provider, each series from where the stored bars end."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from titan_graphql import db
from titan_graphql.commands.progress import ProgressBar, print_quality
from titan_graphql.errors import InvalidInputError, TitanError, UnavailableError
from titan_graphql.feeds.bars import Bars, to_datetime, to_ms
from titan_graphql.feeds.options import ACCEPTABLE
from titan_graphql.feeds.providers.contract import Provider
from titan_graphql.feeds.providers.registry import make_provider
from titan_graphql.feeds.providers.timeframes import timeframe_named
from titan_graphql.models.markets import InstrumentKind, Timeframe
from titan_graphql.services import market_fetching, market_writing
from titan_graphql.services.market_fetching import OVERLAP_BARS, Fetched, FetchSpec
from titan_graphql.settings import Settings

SYMBOLS_MAX = 500
SPOKEN_EVERY_SECONDS = 10.0


def add_arguments(group: argparse._ArgumentGroup) -> None:
    """Which provider, and which bars."""
    group.add_argument("--provider", metavar="NAME", help="ask a provider instead of reading files")
    group.add_argument("--exchange", help="ccxt: the exchange, such as binance")
    group.add_argument(
        "--symbols", metavar="A,B,…", default="", help="which instruments (default: all of a short list)"
    )
    group.add_argument("--since", metavar="DATE", help="the first day, such as 2024-01-31 (default: the very first)")
    group.add_argument("--until", metavar="DATE", help="the day before which to end (default: now)")
    group.add_argument(
        "--overlap", type=int, default=OVERLAP_BARS, metavar="BARS",
        help=f"how many stored bars to ask for again, to notice corrections (default {OVERLAP_BARS})",
    )  # fmt: skip
    group.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help="another option of the provider"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Ask for every symbol; the exit code is 1 when one of them was refused."""
    return asyncio.run(_run(arguments, settings))


async def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    spec = _spec(arguments)
    provider = make_provider(arguments.provider, given_options(arguments))
    try:
        timeframe_named(spec.timeframe.value, provider.timeframes)
        async with db.opened(settings):
            symbols = _words(arguments.symbols) or await _all_symbols(provider)
            return await _import(provider, symbols, spec)
    finally:
        await provider.close()


async def _import(provider: Provider, symbols: Sequence[str], spec: FetchSpec) -> int:
    fetched: list[Fetched] = []
    refused = 0
    for number, symbol in enumerate(symbols, start=1):
        progress = Progress(f"{symbol} ({number} of {len(symbols)})", spec)
        try:
            fetched.append(await market_fetching.fetch(provider, symbol, spec, progress))
        except UnavailableError:
            progress.clear()
            raise
        except TitanError as error:
            progress.clear()
            refused += 1
            print(f"titan: {symbol}: {error.code}: {error.message}", file=sys.stderr, flush=True)
            continue
        progress.clear()
        print(line(fetched[-1]), flush=True)
        print_quality(fetched[-1].quality or {}, len(symbols) == 1)
    print(summary(provider, fetched, refused))
    return 1 if refused else 0


def line(fetched: Fetched) -> str:
    """What came of one symbol."""
    outcome = fetched.outcome
    if fetched.first is None or fetched.last is None:
        return f"titan: {fetched.symbol}: nothing new"
    period = f"{fetched.first:%Y-%m-%d %H:%M} to {fetched.last:%Y-%m-%d %H:%M} UTC"
    changed = f"{outcome.bars_added:,} bars added, {outcome.bars_restated:,} restated"
    return f"titan: {fetched.symbol}: {changed if not outcome.unchanged else 'unchanged'} ({period})"


def summary(provider: Provider, fetched: Sequence[Fetched], refused: int) -> str:
    """What came of all."""
    added = sum(one.outcome.bars_added for one in fetched)
    restated = sum(one.outcome.bars_restated for one in fetched)
    unchanged = sum(one.outcome.unchanged for one in fetched)
    failed = f"; {refused:,} refused" if refused else ""
    return (
        f"titan: {len(fetched):,} series from {provider.name} ({provider.origin}), {unchanged:,} of them unchanged: "
        f"{added:,} bars added, {restated:,} restated{failed}"
    )


class Progress:
    """A bar where somebody looks, and a line now and then where nobody does."""

    def __init__(self, name: str, spec: FetchSpec) -> None:
        self._bar, self._name, self._bars = ProgressBar(name), name, 0
        self._first = None if spec.since is None else to_ms(spec.since)
        self._end = to_ms(spec.until or datetime.now(UTC))
        self._spoken = time.monotonic()

    def __call__(self, page: Bars) -> None:
        """Another page is here."""
        if not len(page):
            return
        self._bars += len(page)
        self._first = int(page.time[0]) if self._first is None else self._first
        until = int(page.time[-1])
        said = f"{self._bars:,} bars until {to_datetime(until):%Y-%m-%d}"
        self._bar(max(0, until - self._first), max(1, self._end - self._first), said)
        if not sys.stderr.isatty() and time.monotonic() - self._spoken >= SPOKEN_EVERY_SECONDS:
            self._spoken = time.monotonic()
            print(f"titan: {self._name}: {said}", flush=True)

    def clear(self) -> None:
        """Leave the line to what comes next."""
        self._bar.clear()


async def _all_symbols(provider: Provider) -> Sequence[str]:
    symbols = await market_fetching.symbols_of(provider)
    if not 0 < len(symbols) <= SYMBOLS_MAX:
        listed = f"lists {len(symbols):,} instruments" if symbols else "lists no instruments"
        message = f"{provider.name} ({provider.origin}) {listed}; say which with --symbols A,B"
        raise InvalidInputError("OPTION_MISSING", message, ["symbols"])
    return symbols


def given_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """What `--option`, `--exchange` and the names of files say to a provider.

    Raises:
        InvalidInputError: OPTION_INVALID.
    """
    pairs = [word.partition("=") for word in arguments.option]
    if any(not sign for _, sign, _ in pairs):
        raise InvalidInputError("OPTION_INVALID", "--option is written as NAME=VALUE")
    options: dict[str, Any] = {name.strip(): value for name, _, value in pairs}
    if arguments.exchange is not None:
        options["exchange"] = arguments.exchange
    if arguments.files and "files" in options:
        raise InvalidInputError("OPTION_INVALID", "name the files once, with --option files=… or without")
    if arguments.files:
        options["files"] = tuple(Path(file) for file in arguments.files)
    return options


def _spec(arguments: argparse.Namespace) -> FetchSpec:
    accept = frozenset(_words(arguments.accept))
    if unknown := accept - ACCEPTABLE:
        raise InvalidInputError("OPTION_INVALID", f"{min(unknown)[:40]!r} cannot be confirmed")
    if not 0 <= arguments.overlap <= 100_000:
        raise InvalidInputError("OPTION_INVALID", "--overlap is from 0 to 100,000 bars")
    since, until = _day(arguments.since, "--since"), _day(arguments.until, "--until")
    if since is not None and until is not None and since >= until:
        raise InvalidInputError("PERIOD_REVERSED", "--since lies before --until")
    return FetchSpec(
        timeframe=Timeframe(timeframe_named(arguments.timeframe or "D1")),
        since=since,
        until=until,
        overlap=arguments.overlap,
        market=arguments.market,
        kind=InstrumentKind(arguments.kind) if arguments.kind else None,
        currency=arguments.currency,
        adjustment=market_writing.adjustment_named(arguments.adjustment) if arguments.adjustment else None,
        synthetic=arguments.synthetic,
        accept=accept,
    )


def _day(text: str | None, option: str) -> datetime | None:
    """Midnight UTC of a date, or a moment with its zone (UTC where it names none)."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError("DATE_INVALID", f"{option} is a date such as 2024-01-31, not {text[:40]!r}") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
