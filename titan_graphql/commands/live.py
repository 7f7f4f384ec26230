"""titan live: follow watched pairs and send alerts, alone."""

import argparse
import asyncio
import os

from titan_graphql import db
from titan_graphql.events import bus, webhooks
from titan_graphql.events.hub import Hub
from titan_graphql.services.alert_deliveries import deliver_forever
from titan_graphql.services.pair_live import LiveWorker
from titan_graphql.settings import Settings
from titan_graphql.stack import unfailing_output
from titan_graphql.stack.signals import run_until_signal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Work until a signal."""
    unfailing_output.install()
    os.environ.update(settings.environment())
    return run_until_signal(_work(settings))


async def _work(settings: Settings) -> None:
    webhooks.allow(settings.webhook_allow)
    hub = Hub(settings.redis_url)
    async with db.opened(settings), bus.opened(settings.redis_url), asyncio.TaskGroup() as tasks:
        tasks.create_task(hub.run())
        tasks.create_task(deliver_forever())
        tasks.create_task(LiveWorker(hub).run())
