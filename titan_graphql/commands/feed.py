"""titan feed: bring live bars into storage and to everybody who watches, or play stored bars as if they were live."""

import argparse
import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime

from titan_graphql import db
from titan_graphql.errors import ConflictError, InvalidInputError
from titan_graphql.events import bus
from titan_graphql.models.markets import Timeframe
from titan_graphql.server import running
from titan_graphql.services import market_feeds, market_replay
from titan_graphql.services.market_feeding import Feeding
from titan_graphql.services.market_replay import SAMPLE, ReplaySpec
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
    for source in (replay,):
        source.add_argument("--data-dir", default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Feed until a signal; one feed of a kind at a time."""
    unfailing_output.install()
    running.log_plainly(settings.log_level)
    os.environ.update(settings.environment())
    directory.make(settings.data_dir)
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
        symbols=tuple(word.strip() for word in arguments.symbols.split(",") if word.strip()),
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


def _say(text: str) -> None:
    print(f"titan: {text}", flush=True)
