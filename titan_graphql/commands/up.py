"""titan up: start everything, keep it running, and stop it all on Ctrl-C."""

import argparse
import asyncio
import signal

from titan_graphql.settings import Settings
from titan_graphql.stack import unfailing_output
from titan_graphql.stack.directory import announced, claimed
from titan_graphql.stack.listening import listen
from titan_graphql.stack.signals import STOP_SIGNALS
from titan_graphql.stack.supervisor import PrepareFailedError, Supervisor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen and how many worker processes."""
    parser.add_argument("--host", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="the port to listen on (default 8000)")
    parser.add_argument("--workers", type=int, metavar="N", help="worker processes (default 1)")
    parser.add_argument("--no-feed", action="store_true", help="do not play the sample data as a live feed")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Supervise until a signal; the directory and the port are taken first, so that a second start changes nothing."""
    unfailing_output.install()  # whoever reads it may go; the work goes on
    with (
        claimed(settings.data_dir),
        listen(settings.host, settings.port) as listener,
        announced(settings.data_dir, settings.public_url),
    ):
        return asyncio.run(_until_signal(Supervisor(settings, listener, _say, feed=not arguments.no_feed)))


async def _until_signal(supervisor: Supervisor) -> int:
    work = asyncio.create_task(supervisor.run())
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup wants it ignored
            loop.add_signal_handler(number, _cancel_once, work)
    try:
        await work
    except asyncio.CancelledError:
        _say("stopped")
    except PrepareFailedError as failure:
        return failure.exit_code
    return 0


def _cancel_once(work: asyncio.Task[None]) -> None:
    if not work.cancelling():
        work.cancel()  # before a word is said: nobody may be listening any more
        _say("stopping")


def _say(text: str) -> None:
    print(f"titan: {text}", flush=True)
