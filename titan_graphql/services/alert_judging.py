"""Judging rules: what a pair's newest figures raise, once per occasion."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from titan_graphql import db
from titan_graphql.models.alerts import Alert, AlertKind, AlertRule, AlertSide, DeliveryState
from titan_graphql.quant.live_pair import SIGNALS
from titan_graphql.services.alerts import alert_stream
from titan_graphql.services.market_bars import to_datetime
from titan_graphql.services.streams import Outbox


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose pair it is, and what people call it."""

    pair_id: UUID
    owner_id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What rules look at; None is not known. `silent_seconds` is 0 when a bar has just come."""

    bar_time: int | None
    replay: bool
    silent_seconds: float
    z_score: float | None = None
    signal_before: int = 0
    signal: int = 0
    half_life: float | None = None
    decay: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule's condition holds, whether it has clearly ceased to, and the figure behind it."""

    holds: bool
    cleared: bool
    value: float
    message: str


async def judge(outbox: Outbox, subject: Subject, seen: Observation) -> int:
    """Raise what these figures raise, and arm again what they clear; call it in the transaction of the figures.

    Returns how many alerts were raised.
    """
    raised = 0
    for rule in await AlertRule.filter(pair_id=subject.pair_id, enabled=True).order_by("created_at", "id"):
        found = verdict(rule, seen)
        if found is None:
            continue
        if found.holds and rule.armed:
            raised += await _raise(outbox, subject, rule, seen, found)
        elif found.cleared and not rule.armed:
            await AlertRule.filter(id=rule.id, armed=False).update(armed=True)
    return raised


def verdict(rule: AlertRule, seen: Observation) -> Verdict | None:
    """What a rule says of these figures; None while its figure is not known."""
    if rule.kind is AlertKind.SIGNAL:
        changed = seen.signal != seen.signal_before
        message = f"the signal is {SIGNALS[seen.signal]}, it was {SIGNALS[seen.signal_before]}"
        return Verdict(holds=changed, cleared=False, value=float(seen.signal), message=message)
    value, words = _figure(rule.kind, seen)
    threshold = rule.threshold
    if value is None or threshold is None:
        return None
    if rule.side is AlertSide.BELOW:
        message = f"{words} {value:.4g}, below {threshold:g}"
        return Verdict(value < threshold, value >= threshold + rule.margin, value, message)
    holds = value >= threshold if rule.kind is AlertKind.DECAY else value > threshold
    figure = f"{words} {value:.4g}" if math.isfinite(value) else f"{words} infinite"
    return Verdict(holds, not holds and value <= threshold - rule.margin, value, f"{figure}, above {threshold:g}")


def _figure(kind: AlertKind, seen: Observation) -> tuple[float | None, str]:
    if kind is AlertKind.Z_SCORE:
        return (None if seen.z_score is None else abs(seen.z_score)), "|z| is"
    if kind is AlertKind.HALF_LIFE:
        return seen.half_life, "the half-life in bars is"
    if kind is AlertKind.DECAY:
        return seen.decay, "the spread no longer reverts: the evidence of decay is"
    return seen.silent_seconds, "the time in seconds without a bar of both legs is"


async def _raise(outbox: Outbox, subject: Subject, rule: AlertRule, seen: Observation, found: Verdict) -> int:
    """Raise one alert; the guarded update and the key of rule and occasion allow no second one."""
    moment = await db.now()
    lasting = rule.kind is not AlertKind.SIGNAL
    row = AlertRule.filter(id=rule.id, occasion=rule.occasion, enabled=True)
    if not await row.update(occasion=rule.occasion + 1, armed=not lasting):
        return 0
    pending = rule.webhook_url is not None
    alert = Alert(
        owner_id=subject.owner_id,
        rule_id=rule.id,
        pair_id=subject.pair_id,
        occasion=rule.occasion + 1,
        kind=rule.kind,
        message=f"{subject.name}: {found.message}",
        value=found.value if math.isfinite(found.value) else None,
        threshold=rule.threshold,
        bar_time=None if seen.bar_time is None else to_datetime(seen.bar_time),
        replay=seen.replay,
        raised_at=moment,
        delivery_state=DeliveryState.PENDING if pending else DeliveryState.NONE,
        delivery_due_at=moment if pending else None,
    )
    alert.seq = await outbox.append(alert_stream(subject.owner_id), orjson.dumps({"id": str(alert.id)}))
    await alert.save(force_create=True)
    return 1


def is_silent(rules: Sequence[AlertRule], silent_seconds: float) -> bool:
    """Whether the patience of any of these rules on silence is over."""
    return any(rule.threshold is not None and silent_seconds > rule.threshold for rule in rules)
