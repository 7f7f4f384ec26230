"""Sending alerts to webhooks: from the row itself, at least once, with patience, and never twice at a time."""

import asyncio
from datetime import timedelta
from uuid import UUID

import orjson
import structlog
from tortoise.expressions import F

from titan_graphql import db
from titan_graphql.events import webhooks
from titan_graphql.events.webhooks import DeliveryError, Message
from titan_graphql.models.alerts import Alert, AlertRule, DeliveryState
from titan_graphql.services import pairs
from titan_graphql.services.market_bars import to_ms

log = structlog.get_logger(__name__)
WAITS_SECONDS = (1, 5, 30, 120, 600, 1_800, 3_600)
# Longer than an attempt takes: a sender that dies leaves the alert to be sent again after this.
UNDER_WAY = timedelta(seconds=15)
BATCH = 20
LOOK_SECONDS = 0.5


async def deliver_forever() -> None:
    """Send what is due until cancelled."""
    while True:
        try:
            sent = await deliver_due()
        except Exception:  # the next round may succeed; the loop must live
            log.exception("delivering alerts failed")
            sent = 0
        if not sent:
            await asyncio.sleep(LOOK_SECONDS)


async def deliver_due() -> int:
    """Try what is due now; returns how many were tried."""
    moment = await db.now()
    due = Alert.filter(delivery_state=DeliveryState.PENDING, delivery_due_at__lte=moment)
    found = await due.order_by("delivery_due_at").limit(BATCH).select_related("rule", "pair")
    claimed = [alert for alert in found if await _claim(alert)]
    await asyncio.gather(*map(_attempt, claimed))
    return len(claimed)


async def _claim(alert: Alert) -> bool:
    same = Alert.filter(id=alert.id, delivery_state=DeliveryState.PENDING, delivery_attempts=alert.delivery_attempts)
    until = await db.now() + UNDER_WAY
    return bool(await same.update(delivery_attempts=F("delivery_attempts") + 1, delivery_due_at=until))


async def _attempt(alert: Alert) -> None:
    """Send once, and write down how it went."""
    rule: AlertRule | None = alert.rule
    row = Alert.filter(id=alert.id, delivery_attempts=alert.delivery_attempts + 1)
    if rule is None or rule.webhook_url is None:
        await row.update(delivery_state=DeliveryState.FAILED, delivery_error="the rule was removed")
        return
    try:
        await webhooks.send(rule.webhook_url, await _message(alert, rule))
    except DeliveryError as error:
        await _failed(alert, str(error)[:300], again=error.retryable)
    except Exception as error:  # the others of its round go on, and it is not tried for ever
        log.exception("an alert could not be sent", alert=str(alert.id))
        await _failed(alert, f"not sent: {type(error).__name__}", again=True)
    else:
        await row.update(delivery_state=DeliveryState.DELIVERED, delivery_error=None, delivery_due_at=None)


async def _failed(alert: Alert, why: str, *, again: bool) -> None:
    row = Alert.filter(id=alert.id, delivery_attempts=alert.delivery_attempts + 1)
    if again and alert.delivery_attempts < len(WAITS_SECONDS):
        due = await db.now() + timedelta(seconds=WAITS_SECONDS[alert.delivery_attempts])
        await row.update(delivery_error=why, delivery_due_at=due)
    else:
        await row.update(delivery_state=DeliveryState.FAILED, delivery_error=why, delivery_due_at=None)


async def _message(alert: Alert, rule: AlertRule) -> Message:
    alert_id: UUID = alert.id
    leg_y, leg_x = await pairs.legs(alert.pair)
    body = {
        "id": str(alert_id),
        "type": "alert.raised",
        "kind": alert.kind.value,
        "rule": rule.name,
        "pair": {"y": leg_y.symbol, "x": leg_x.symbol},
        "message": alert.message,
        "value": alert.value,
        "threshold": alert.threshold,
        "barTime": None if alert.bar_time is None else to_ms(alert.bar_time),
        "replay": alert.replay,
        "raisedAt": to_ms(alert.raised_at),
    }
    timestamp = int((await db.now()).timestamp())
    return Message(str(alert_id), orjson.dumps(body), rule.webhook_secret or "", timestamp)
