"""titan feed: bring live bars into storage and to everybody who watches, or play stored bars as if they were live."""

import argparse
import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from titan_graphql import db
from titan_graphql.errors import ConflictError, InvalidInputError
from titan_graphql.events import bus
from titan_graphql.feeds.providers.registry import make_provider
from titan_graphql.feeds.providers.timeframes import timeframe_named
from titan_graphql.models.markets import Timeframe
from titan_graphql.server import running
from titan_graphql.services import market_feeds, market_fetching, market_replay, market_streaming
from titan_graphql.services.market_feeding import Feeding
from titan_graphql.services.market_replay import SAMPLE, ReplaySpec
from titan_graphql.services.pages import LIST_MAX
from titan_graphql.settings import Settings
from titan_graphql.stack import directory, unfailing_output

PATIENCE_SECONDS = 3.0
SPEED_HELP = """bars per minute of each instrument, whatever their length: 60, the default, plays one bar each second,
so that 252 daily bars (a year) pass in about four minutes"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What feeds: stored bars or an exchange."""
    sources = parser.add_subparsers(dest="source", required=True, metavar="SOURCE")
    replay = sources.add_parser("replay", help="play stored bars as if they were live; every bar is marked a replay")
    replay.add_argument("--speed", type=float, default=60.0, metavar="N", help=SPEED_HELP)
    replay.add_argument("--symbols", default="", metavar="A,B,…", help="which instruments (default: all of the market)")
    replay.add_argument(
        "--market", default=SAMPLE, metavar="CODE", help=f"of which market (default: {SAMPLE}, the sample data)"
    )
    replay.add_argument("--timeframe", default="D1", type=str.upper, choices=list(Timeframe), help="(default: D1)")
    replay.add_argument(
        "--start", metavar="DATE", help="the first day to play (default: where it was stopped, or the last 252 bars)"
    )
    replay.add_argument("--loop", action="store_true", help="begin again at the end")
    ccxt = sources.add_parser("ccxt", help="closed bars of a crypto exchange as they happen")
    ccxt.add_argument("--exchange", required=True, help="the exchange's name in ccxt, such as binance or kraken")
    ccxt.add_argument("--symbols", required=True, metavar="A,B,…", help="which instruments, such as BTC/USDT,ETH/USDT")
    ccxt.add_argument("--timeframe", default="1m", metavar="LENGTH", help="the length of a bar (default: 1m)")
    ccxt.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="another option of ccxt")
    for source in (replay, ccxt):
        source.add_argument("--data-dir", default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Feed until a signal; one feed of a kind at a time."""
    unfailing_output.install()
    running.log_plainly(settings.log_level)
    os.environ.update(settings.environment())
    directory.make(settings.data_dir)
    if arguments.source == "ccxt":
        with _alone(f"ccxt-{arguments.exchange}", settings):
            return asyncio.run(_stream(arguments, settings))
    with _alone("replay", settings):
        return asyncio.run(_replay(_spec(arguments), settings))


async def _replay(spec: ReplaySpec, settings: Settings) -> int:
    async with db.opened(settings), bus.opened(settings.redis_url):
        played = await market_replay.programme(spec)
        if played is None:
            _say("no sample data was imported; there is nothing to play")
            return 0
        label = market_replay.label(played, spec)
        feeding = Feeding(await market_feeds.begin("replay", "replay", label, replay=True))
        _say(f"{label}; one bar every {60 / spec.speed:g} s")
        _stop_on_signal(feeding)
        await feeding.work(market_replay.play(played, spec, feeding.run.last_bar))
    _say("stopped")
    return 0


async def _stream(arguments: argparse.Namespace, settings: Settings) -> int:
    symbols, timeframe = _words(arguments.symbols), Timeframe(timeframe_named(arguments.timeframe))
    if not 0 < len(symbols) <= LIST_MAX:
        raise InvalidInputError("OPTION_INVALID", f"--symbols names 1 to {LIST_MAX} instruments")
    provider = make_provider("ccxt", {**_options(arguments.option), "exchange": arguments.exchange})
    try:
        async with db.opened(settings), bus.opened(settings.redis_url):
            market = await market_fetching.market_of(provider)
            series = await market_streaming.open_series(provider, market, symbols, timeframe)
            more = f" and {len(series) - 5} more" if len(series) > 5 else ""
            label = f"Live {timeframe} bars of {', '.join(list(series)[:5])}{more} from {provider.origin}"[:300]
            run = await market_feeds.begin(f"ccxt-{arguments.exchange}", "ccxt", label, replay=False)
            feeding = Feeding(run)
            _say(label)
            _stop_on_signal(feeding)
            await feeding.work(market_streaming.closed_bars(provider, series, timeframe))
    finally:
        await provider.close()
    _say("stopped")
    return 0


@contextlib.contextmanager
def _alone(name: str, settings: Settings) -> Iterator[None]:
    taken = ConflictError("FEED_RUNNING", f"the feed {name} already runs on {settings.data_dir}; stop it first")
    with directory.locked(settings.data_dir / f"feed-{name}.lock", taken):
        yield


def _stop_on_signal(feeding: Feeding) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        feeding.stop()
        # A database that hangs would hold up the closing of its connections; every start can follow a crash.
        loop.call_later(PATIENCE_SECONDS, os._exit, 0)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)


def _spec(arguments: argparse.Namespace) -> ReplaySpec:
    return ReplaySpec(
        symbols=tuple(_words(arguments.symbols)),
        market=arguments.market,
        timeframe=Timeframe(arguments.timeframe),
        start=_day(arguments.start),
        speed=arguments.speed,
        loop=arguments.loop,
    )


def _day(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        message = f"--start is a day such as 2022-01-03, not {text[:40]!r}"
        raise InvalidInputError("DATE_INVALID", message) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _options(words: Sequence[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    if any(not sign for _, sign, _ in pairs):
        raise InvalidInputError("OPTION_INVALID", "--option is written as NAME=VALUE")
    return {name.strip(): value for name, _, value in pairs}


def _say(text: str) -> None:
    print(f"titan: {text}", flush=True)
