"""Alerts: what rules about watched pairs have raised, read, acknowledged and streamed."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from titan_graphql import db
from titan_graphql.errors import NotFoundError
from titan_graphql.events.hub import Hub
from titan_graphql.models.alerts import Alert
from titan_graphql.models.alerts import AlertKind as AlertKind
from titan_graphql.models.alerts import AlertSide as AlertSide
from titan_graphql.models.alerts import DeliveryState as DeliveryState
from titan_graphql.services import streams
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page, where
from titan_graphql.services.stream_cursors import Position
from titan_graphql.services.streams import Event, Gap
from titan_graphql.services.users import Viewer, owned_by

COLUMNS = {"kind": "kind", "pair": "pair_id", "rule": "rule_id", "replay": "replay"}


def alert_stream(user_id: UUID) -> str:
    """The stream of a user's alerts."""
    return f"alerts:{user_id}"


def cursor(alert: Alert) -> str:
    """Resumes the owner's stream after this alert."""
    owner_id: UUID = alert.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    return Position({alert_stream(owner_id): alert.seq}).cursor()


async def find(viewer: Viewer, alert_id: UUID) -> Alert:
    """One alert.

    Raises:
        NotFoundError: no such alert, or somebody else's.
    """
    found = await Alert.filter(owned_by(viewer), id=alert_id).get_or_none()
    if found is None:
        raise NotFoundError("ALERT_NOT_FOUND", "There is no such alert", ["id"])
    return found


async def page(viewer: Viewer, request: PageRequest, criteria: Mapping[str, Any] | None = None) -> Page[Alert]:
    """The viewer's alerts, newest first."""
    tests = dict(criteria or {})
    acknowledged = tests.pop("acknowledged", {}).get("eq")
    rows = Alert.filter(owned_by(viewer)).filter(where(tests, COLUMNS))
    if acknowledged is not None:
        rows = rows.filter(acknowledged_at__isnull=not acknowledged)
    return await fetch_page(rows, request, Order("raised_at", descending=True), criteria)


async def acknowledge(viewer: Viewer, alert_id: UUID) -> Alert:
    """Say that an alert was seen; the first time stays.

    Raises:
        NotFoundError: no such alert, or somebody else's.
    """
    alert = await find(viewer, alert_id)
    moment: datetime = await db.now()
    await Alert.filter(id=alert_id, acknowledged_at=None).update(acknowledged_at=moment)
    return await find(viewer, alert.id)


async def raised(viewer: Viewer, hub: Hub, after: str | None = None) -> AsyncGenerator[Alert | Gap]:
    """The viewer's own alerts after a cursor, or from now on.

    Raises:
        InvalidInputError: a cursor of another stream.
    """
    async with aclosing(streams.follow(hub, [alert_stream(viewer.user_id)], after)) as steps:
        async for step in steps:
            if not isinstance(step, Event):
                yield step
            elif alert := await Alert.get_or_none(id=UUID(orjson.loads(step.data)["id"])):
                yield alert
            else:  # it went with its pair
                yield Gap(step.stream, step.seq, step.seq, step.cursor)
