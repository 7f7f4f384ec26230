"""titan live, killed again and again: the states of a pair and its alerts reach a socket once each and in order."""

import asyncio
import json
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import numpy as np
import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE
from websockets.asyncio.client import ClientConnection, connect

from tests import make, make_live
from tests.commands.conftest import Installation
from titan_graphql import db
from titan_graphql.events import bus
from titan_graphql.models.alerts import Alert, AlertKind
from titan_graphql.models.live_pairs import PairWatch
from titan_graphql.models.users import Role
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import users
from titan_graphql.services.pair_hedges import spread_path
from titan_graphql.settings import read_settings

PATIENCE_SECONDS = 60
BARS = range(150, 270)
TICKS = """subscription ($ids: [ID!]!, $after: String) { pairTicks(pairIds: $ids, after: $after) { __typename
  ... on PairState { seq zScore signal replay cursor pair { y { symbol } } } ... on StreamGap { first last } } }"""
ALERTS = """subscription ($after: String) { alertRaised(after: $after) { __typename
  ... on Alert { seq kind message cursor } ... on StreamGap { first last } } }"""


@pytest.fixture
async def variables(migrated: Installation, empty_redis: str) -> AsyncIterator[dict[str, str]]:
    """What the processes of this installation and this one share: a database and a Valkey."""
    EXECUTOR_CACHE.clear()
    given = {"TITAN_REDIS_URL": empty_redis, "TITAN_PORT": str(migrated.port)}
    settings = read_settings({"TITAN_DATA_DIR": str(migrated.data_dir), **given})
    async with db.opened(settings), bus.opened(settings.redis_url):
        yield given
    EXECUTOR_CACHE.clear()


@asynccontextmanager
async def subscribed(
    installation: Installation, secret: str, query: str, **variables: Any
) -> AsyncIterator[ClientConnection]:
    address = f"ws://127.0.0.1:{installation.port}/graphql"
    async with connect(address, subprotocols=["graphql-transport-ws"], compression=None) as socket:
        payload = {"authorization": f"Bearer {secret}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        operation = {"id": "1", "type": "subscribe", "payload": {"query": query, "variables": variables}}
        await socket.send(json.dumps(operation))
        yield socket


async def heard(socket: ClientConnection, count: int) -> list[dict[str, Any]]:
    """The values of so many events."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        messages = [json.loads(await socket.recv()) for _ in range(count)]
    assert {message["type"] for message in messages} == {"next"}, messages
    return [next(iter(message["payload"]["data"].values())) for message in messages]


async def ready(installation: Installation) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(f"{installation.address}/healthz")
            except httpx.TransportError:
                await asyncio.sleep(0.05)  # another process: no event
            else:
                return


async def held(watch: PairWatch) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await PairWatch.get(id=watch.id)).worker is None:
            await asyncio.sleep(0.05)  # another process: no event


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


async def test_killed_workers_lose_and_double_nothing(installation: Installation, variables: dict[str, str]):
    secret = await make.token(Role.RESEARCHER)
    owner = await users.authenticate(secret)
    assert owner is not None
    watch = await make_live.watched(owner, entry=0.7, exit=0.1)
    await make_live.rule(owner, watch, AlertKind.SIGNAL)
    closes, pair_id = make.wave(), encode_id("Pair", watch.pair_id)
    installation.start("serve", **variables)
    await ready(installation)
    worker = installation.start("live", **variables)
    async with subscribed(installation, secret, TICKS, ids=[pair_id]) as ticks:
        await held(watch)
        for number in BARS:
            await make_live.send_both(watch, [number], closes, replay=True)
            await asyncio.sleep(0.01)  # a feed has a pace; each kill meets some bar
            if number % 40 == 0:
                kill(worker)
                worker = installation.start("live", **variables)
        first = await heard(ticks, 50)
    async with subscribed(installation, secret, TICKS, ids=[pair_id], after=first[-1]["cursor"]) as ticks:
        rest = await heard(ticks, len(BARS) - 50)
    changes = np.count_nonzero(np.diff([0, *({"FLAT": 0, "LONG": 1, "SHORT": -1}[s["signal"]] for s in first + rest)]))
    async with subscribed(installation, secret, ALERTS, after=None) as later, asyncio.timeout(PATIENCE_SECONDS):
        alerts = await Alert.all().order_by("seq")
        worker.send_signal(signal.SIGTERM)
        _, errors = await asyncio.to_thread(worker.communicate)
        assert later.close_code is None

    expected = spread_path(*map(np.log, closes), slice(0, make.FORMATION_BARS), "OLS", None)
    assert [state["seq"] for state in first + rest] == list(range(2, 2 + len(BARS)))
    np.testing.assert_allclose(
        [state["zScore"] for state in first + rest], expected.z_score[BARS.start : BARS.stop], rtol=0, atol=1e-12
    )
    assert [(alert.seq, alert.occasion) for alert in alerts] == [(n + 1, n + 1) for n in range(len(alerts))]
    assert abs(len(alerts) - int(changes)) <= 1  # the first bar may find the signal that its history has left
    assert len(alerts) > 3
    assert (worker.returncode, errors) == (0, "")
    assert (await PairWatch.get(id=watch.id)).worker is None


async def test_alerts_are_resumed_over_a_socket(installation: Installation, variables: dict[str, str]):
    secret = await make.token(Role.RESEARCHER)
    owner = await users.authenticate(secret)
    assert owner is not None
    watch = await make_live.watched(owner, entry=0.7, exit=0.1)
    await make_live.rule(owner, watch, AlertKind.SIGNAL)
    installation.start("serve", **variables)
    installation.start("live", **variables)
    await ready(installation)
    await held(watch)
    async with subscribed(installation, secret, ALERTS) as socket:
        # The subscription is live once it has answered with what is raised after it.
        await make_live.send_both(watch, BARS, make.wave(), replay=True)
        (first,) = await heard(socket, 1)
    async with subscribed(installation, secret, ALERTS, after=first["cursor"]) as socket:
        (second,) = await heard(socket, 1)

    assert (first["__typename"], first["kind"], second["seq"]) == ("Alert", "SIGNAL", first["seq"] + 1)
    assert "the signal is" in first["message"]
