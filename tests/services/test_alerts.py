"""Alerts: raised once per occasion, in the transaction of their figures, streamed, acknowledged and sent."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from typing import Any

import orjson
import pytest

from tests import make, make_live
from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.events import webhooks
from titan_graphql.events.hub import Hub
from titan_graphql.models.alerts import Alert, AlertKind, AlertRule, AlertSide, DeliveryState
from titan_graphql.models.live_pairs import PairWatch
from titan_graphql.services import alert_deliveries, alert_rules, alerts, pair_live, pairs, streams, task_ends
from titan_graphql.services.alert_judging import Observation, Subject, judge
from titan_graphql.services.pages import PageRequest
from titan_graphql.services.pair_live import LiveWorker
from titan_graphql.services.stream_cursors import Position
from titan_graphql.services.users import Viewer

pytestmark = pytest.mark.usefixtures("db", "dispatching")
PATIENCE_SECONDS = 20


@pytest.fixture
async def owner() -> Viewer:
    return await make.viewer()


@pytest.fixture
async def watch(owner: Viewer) -> PairWatch:
    return await make_live.watched(owner)


async def see(watch: PairWatch, **figures: Any) -> int:
    """Judge figures as the live worker does; how many alerts they raised."""
    subject = Subject(watch.pair_id, watch.owner_id, "KO/PEP")
    seen = Observation(**{"bar_time": make_live.day(300), "replay": False, "silent_seconds": 0.0, **figures})
    async with streams.recording() as outbox:
        return await judge(outbox, subject, seen)


Z_SCORE = {"kind": AlertKind.Z_SCORE, "threshold": 2.0}
HALF_LIFE = {"kind": AlertKind.HALF_LIFE, "threshold": 50.0}


@pytest.mark.parametrize(
    ("rule", "figure", "values", "raised"),
    [
        (Z_SCORE, "z_score", [2, 2.1, 3, 1.9, -2.5, 1.8, -2.1], [0, 1, 0, 0, 0, 0, 1]),
        ({**Z_SCORE, "margin": 0.0}, "z_score", [2.1, 2.0, 2.1], [1, 0, 1]),
        (
            {"kind": AlertKind.Z_SCORE, "threshold": 1.0, "side": AlertSide.BELOW},
            "z_score",
            [1.0, -0.9, 1.05, 0.5, 1.1, 0.9],
            [0, 1, 0, 0, 0, 1],
        ),
        (HALF_LIFE, "half_life", [None, 60, 46, 45, float("inf")], [0, 1, 0, 0, 1]),
        ({"kind": AlertKind.DECAY}, "decay", [0.2, 1.0, 2.0, 0.6, 1.5, 0.4, 1.0], [0, 1, 0, 0, 0, 0, 1]),
        ({"kind": AlertKind.STALE, "threshold": 10.0}, "silent_seconds", [5, 11, 30, 0, 12], [0, 1, 0, 0, 1]),
        ({"kind": AlertKind.SIGNAL}, "signal", [0, 1, -1], [0, 1, 1]),
    ],
)  # fmt: skip
async def test_an_alert_is_raised_once_and_again_only_after_it_has_ceased(
    owner: Viewer, watch: PairWatch, rule: dict[str, Any], figure: str, values: list[Any], raised: list[int]
):
    await make_live.rule(owner, watch, **rule)

    assert [await see(watch, **{figure: value}) for value in values] == raised
    found = await Alert.all().order_by("seq")
    assert [(alert.seq, alert.occasion) for alert in found] == [(n, n) for n in range(1, sum(raised) + 1)]


async def test_figures_that_are_rolled_back_have_raised_nothing(owner: Viewer, watch: PairWatch):
    made = await make_live.rule(owner, watch, AlertKind.Z_SCORE, threshold=2.0)
    subject = Subject(watch.pair_id, watch.owner_id, "KO/PEP")
    seen = Observation(bar_time=None, replay=False, silent_seconds=0.0, z_score=3.0)
    with pytest.raises(ZeroDivisionError):
        async with streams.recording() as outbox:
            assert await judge(outbox, subject, seen) == 1
            raise ZeroDivisionError

    assert await Alert.all().count() == 0
    assert (await AlertRule.get(id=made.id)).armed
    assert await see(watch, z_score=3.0) == 1


async def test_rules_that_are_silent_raise_nothing_until_they_are_active_again(owner: Viewer, watch: PairWatch):
    made = await make_live.rule(owner, watch, AlertKind.Z_SCORE, threshold=2.0)
    assert await see(watch, z_score=3.0) == 1
    await alert_rules.change(owner, made.id, name=None, enabled=False)
    assert await see(watch, z_score=9.0) == 0
    await alert_rules.change(owner, made.id, name=None, enabled=True)

    assert await see(watch, z_score=9.0) == 1
    await alert_rules.remove(owner, made.id)
    assert await see(watch, z_score=9.0) == 0
    assert {alert.rule_id for alert in await Alert.all()} == {None}


@asynccontextmanager
async def working(hub: Hub) -> AsyncIterator[None]:
    worker = asyncio.create_task(LiveWorker(hub).run())
    try:
        yield
    finally:
        await task_ends.end(worker)


async def test_alerts_of_live_bars_arrive_on_the_owners_stream(
    owner: Viewer, hub: Hub, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pair_live, "ROUND_SECONDS", 0.02)
    watch = await make_live.watched(owner, entry=0.5, exit=0.1)
    await make_live.rule(owner, watch, AlertKind.SIGNAL)
    await make_live.rule(owner, watch, AlertKind.STALE, threshold=0.2)
    closes = make.wave()
    heard: list[Any] = []
    async with working(hub), asyncio.timeout(PATIENCE_SECONDS):
        async with aclosing(
            alerts.raised(owner, hub, await streams.latest([alerts.alert_stream(owner.user_id)]))
        ) as steps:
            await make_live.send_both(watch, range(150, 190), closes, replay=True)
            async for step in steps:
                heard.append(step)
                # A busy machine is silent before the first bar, too.
                if step.kind is AlertKind.STALE and len([one for one in heard if one.kind is AlertKind.SIGNAL]) > 1:
                    break
        async with aclosing(alerts.raised(owner, hub, alerts.cursor(heard[0]))) as steps:
            again = [await anext(steps) for _ in heard[1:]]

    signals = [alert for alert in heard if alert.kind is AlertKind.SIGNAL]
    assert [alert.seq for alert in heard] == list(range(1, len(heard) + 1))
    assert [alert.id for alert in again] == [alert.id for alert in heard[1:]]
    assert len(signals) >= 2
    assert {alert.replay for alert in [*signals, heard[-1]]} == {True}
    assert "the signal is" in signals[0].message


async def test_alerts_that_went_with_their_pair_are_announced_as_gaps(owner: Viewer, watch: PairWatch, hub: Hub):
    other = await make_live.watched(owner, await make.pair(owner, seed=2))
    for each in (watch, other):
        await make_live.rule(owner, each, AlertKind.DECAY)
        await see(each, decay=1.0)
    start = Position({alerts.alert_stream(owner.user_id): 0}).cursor()
    await pairs.remove(owner, watch.pair_id)

    async with asyncio.timeout(PATIENCE_SECONDS), aclosing(alerts.raised(owner, hub, start)) as steps:
        gap, alert = [await anext(steps) for _ in range(2)]

    assert (gap.first, gap.last, alert.seq) == (1, 1, 2)


async def test_an_alert_is_acknowledged_once_and_by_its_owner_only(owner: Viewer, watch: PairWatch):
    await make_live.rule(owner, watch, AlertKind.DECAY)
    await see(watch, decay=1.0)
    alert = await Alert.get()
    with pytest.raises(NotFoundError):
        await alerts.acknowledge(await make.viewer(), alert.id)
    first = await alerts.acknowledge(owner, alert.id)
    second = await alerts.acknowledge(owner, alert.id)

    assert first.acknowledged_at is not None
    assert second.acknowledged_at == first.acknowledged_at
    seen = await alerts.page(owner, PageRequest(first=5), {"acknowledged": {"eq": True}, "kind": {"eq": "DECAY"}})
    unseen = await alerts.page(owner, PageRequest(first=5), {"acknowledged": {"eq": False}})
    assert ([one.id for one in seen.nodes], unseen.nodes) == ([alert.id], [])


async def test_a_cursor_of_another_stream(owner: Viewer, watch: PairWatch, hub: Hub):
    await make_live.rule(owner, watch, AlertKind.DECAY)
    await see(watch, decay=1.0)
    other = await make.viewer()
    for cursor in (alerts.cursor(await Alert.get()), "x", ""):
        with pytest.raises(InvalidInputError) as caught:
            async with aclosing(alerts.raised(other, hub, cursor)) as steps:
                await anext(steps)
        assert caught.value.code == "CURSOR_INVALID"


class Receiver:
    """An HTTP server that keeps what it is sent and answers with the given statuses, the last one for ever."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.requests: list[tuple[dict[str, str], bytes]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        self.requests.append((headers, await reader.readexactly(int(headers["content-length"]))))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        writer.write(answer)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(*answers: bytes, allowed: bool = True) -> AsyncIterator[tuple[Receiver, str]]:
    receiver = Receiver(*answers)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    webhooks.allow([place] if allowed else [])
    try:
        yield receiver, f"http://{place}/hook?x=1"
    finally:
        webhooks.allow([])
        server.close()


async def delivered(state: DeliveryState) -> Alert:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            await alert_deliveries.deliver_due()
            alert = await Alert.get()
            if alert.delivery_state is state:
                return alert


async def test_a_webhook_that_fails_twice_gets_its_alert(
    owner: Viewer, watch: PairWatch, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(alert_deliveries, "WAITS_SECONDS", (0.01,) * 7)
    answers = [b"HTTP/1.1 500 No\r\n\r\n", b"not HTTP\r\n\r\n", b"HTTP/1.1 204 Yes\r\n\r\n"]
    async with receiving(*answers) as (receiver, url):
        made = await make_live.rule(owner, watch, AlertKind.Z_SCORE, threshold=2.0, webhook_url=url)
        await see(watch, z_score=-3.5)
        alert = await delivered(DeliveryState.DELIVERED)

    assert (alert.delivery_attempts, alert.delivery_error, len(receiver.requests)) == (3, None, 3)
    assert {headers["titan-delivery"] for headers, _ in receiver.requests} == {str(alert.id)}
    for headers, body in receiver.requests:
        signed = headers["titan-timestamp"].encode() + b"." + body
        expected = hmac.new(made.webhook_secret.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["titan-signature"] == f"v1={expected}"
    sent = orjson.loads(receiver.requests[-1][1])
    assert (sent["kind"], sent["value"], sent["threshold"], sent["message"]) == (
        "Z_SCORE", 3.5, 2.0, "KO/PEP: |z| is 3.5, above 2",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 404 Gone\r\n\r\n", "answered 404"),
        (b"HTTP/1.1 302 Elsewhere\r\nLocation: http://127.0.0.1:1/\r\n\r\n", "answered 302"),
        (b"x" * 100_000, "no answer: ValueError"),
    ],
)
async def test_a_webhook_that_never_takes_it(
    owner: Viewer, watch: PairWatch, monkeypatch: pytest.MonkeyPatch, answer: bytes, error: str
):
    monkeypatch.setattr(alert_deliveries, "WAITS_SECONDS", (0.0,))
    async with receiving(answer) as (receiver, url):
        await make_live.rule(owner, watch, AlertKind.DECAY, webhook_url=url)
        await see(watch, decay=1.0)
        alert = await delivered(DeliveryState.FAILED)

    tries = 1 if b"404" in answer else 2
    assert (alert.delivery_error, alert.delivery_attempts, len(receiver.requests)) == (error, tries, tries)


async def test_a_sender_that_dies_leaves_the_alert_to_be_sent_again(
    owner: Viewer, watch: PairWatch, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(alert_deliveries, "UNDER_WAY", timedelta(0))
    async with receiving(b"HTTP/1.1 200 Yes\r\n\r\n") as (receiver, url):
        await make_live.rule(owner, watch, AlertKind.DECAY, webhook_url=url)
        await see(watch, decay=1.0)
        alert = await Alert.get()
        assert await alert_deliveries._claim(alert)  # and nothing more: its sender dies
        assert not await alert_deliveries._claim(alert)
        alert = await delivered(DeliveryState.DELIVERED)

    assert (alert.delivery_attempts, len(receiver.requests)) == (2, 1)


async def test_an_alert_that_cannot_be_made_into_a_message_is_given_up_and_holds_up_no_other(
    owner: Viewer, watch: PairWatch, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(alert_deliveries, "WAITS_SECONDS", (0.0,))
    message = alert_deliveries._message

    async def failing(alert: Alert, rule: AlertRule) -> Any:
        if alert.kind is AlertKind.DECAY:
            raise ZeroDivisionError
        return await message(alert, rule)

    monkeypatch.setattr(alert_deliveries, "_message", failing)
    async with receiving(b"HTTP/1.1 200 Yes\r\n\r\n") as (receiver, url):
        await make_live.rule(owner, watch, AlertKind.DECAY, webhook_url=url)
        await make_live.rule(owner, watch, AlertKind.Z_SCORE, threshold=2.0, webhook_url=url)
        await see(watch, decay=1.0, z_score=3.0)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await Alert.filter(delivery_state=DeliveryState.PENDING).exists():
                await alert_deliveries.deliver_due()

    decay, z_score = await Alert.all().order_by("seq")
    assert (decay.delivery_state, decay.delivery_attempts) == (DeliveryState.FAILED, 2)
    assert decay.delivery_error == "not sent: ZeroDivisionError"
    assert (z_score.delivery_state, len(receiver.requests)) == (DeliveryState.DELIVERED, 1)


async def test_a_removed_rule_and_a_private_address_are_not_sent_to(owner: Viewer, watch: PairWatch):
    async with receiving(b"HTTP/1.1 200 Yes\r\n\r\n") as (receiver, url):
        made = await make_live.rule(owner, watch, AlertKind.DECAY, webhook_url=url)
        await see(watch, decay=1.0)
        webhooks.allow([])
        refused = await delivered(DeliveryState.FAILED)
        await Alert.all().update(delivery_state=DeliveryState.PENDING, delivery_due_at=refused.raised_at)
        await alert_rules.remove(owner, made.id)
        removed = await delivered(DeliveryState.FAILED)

    assert refused.delivery_error == "127.0.0.1 is not an address of the public internet"
    assert removed.delivery_error == "the rule was removed"
    assert receiver.requests == []
