"""Alerts and the rules that raise them."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import alerts as models
from titan_graphql.resolvers import alerts as resolve
from titan_graphql.resolvers import relations
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.pairs import Pair
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.problems import (
    InvalidInputProblem,
    LimitExceededProblem,
    NotFoundProblem,
)
from titan_graphql.schema.sharing import Audience, Delivery, shared
from titan_graphql.schema.streams import StreamGap

described(
    models.AlertKind,
    "AlertKind",
    "What an alert rule looks at, at every bar of a watched pair.",
    {
        "Z_SCORE": "|z| rises above the threshold, or falls below it.",
        "SIGNAL": "The signal changes; threshold none.",
        "HALF_LIFE": "The half-life grows beyond so many bars, or the spread does not revert any more.",
        "DECAY": "The spread has become a random walk, with the watch's stated rate of false alarms; threshold none.",
        "STALE": "No bar of both legs has come for so many seconds.",
    },
)
described(
    models.AlertSide,
    "AlertSide",
    "On which side of its threshold a rule raises an alert.",
    {"ABOVE": "Above it.", "BELOW": "Below it."},
)
described(
    models.DeliveryState,
    "DeliveryState",
    "Where the delivery of an alert to a webhook stands.",
    {
        "NONE": "The rule has no webhook.",
        "PENDING": "It will be tried, or tried again.",
        "DELIVERED": "The receiver answered 2xx.",
        "FAILED": "Given up after 8 attempts, or refused by receiver or address.",
    },
)


@strawberry.type(description="When to raise an alert: once as soon as it holds, again only after it has ceased to.")
class AlertRule(Node):
    """When to raise an alert."""

    pair: Annotated[Pair, strawberry.field(resolver=relations.pair, description="The pair it looks at, while watched.")]
    name: Annotated[str, strawberry.field(description="What it is called.")]
    kind: Annotated[models.AlertKind, strawberry.field(description="What it looks at.")]
    side: Annotated[models.AlertSide, strawberry.field(description="On which side of the threshold.")]
    threshold: Annotated[float | None, strawberry.field(description="What the figure is compared with.")]
    margin: Annotated[float, strawberry.field(description="How far the figure must leave it to arm the rule again.")]
    enabled: Annotated[bool, strawberry.field(description="Whether it raises alerts.")]
    armed: Annotated[bool, strawberry.field(description="Whether it would raise one; false from one until re-armed.")]
    webhook_url: Annotated[str | None, strawberry.field(description="Where its alerts are sent as well.")]
    created_at: Annotated[datetime, strawberry.field(description="When it was made.")]
    is_type_of = accepts(models.AlertRule)


@strawberry.type(description="A new rule.")
class CreatedAlertRule:
    """A new rule."""

    rule: Annotated[AlertRule, strawberry.field(description="The rule.")]
    webhook_secret: Annotated[
        str | None,
        strawberry.field(description="The key of Titan-Signature, shown this once; null without a webhook."),
    ]
    is_type_of = accepts(resolve.CreatedRule)


@strawberry.type(description="The delivery of an alert to its rule's webhook.")
class AlertDelivery:
    """The delivery of an alert."""

    delivery_state: Annotated[models.DeliveryState, strawberry.field(name="state", description="Where it stands.")]
    delivery_attempts: Annotated[int, strawberry.field(name="attempts", description="How often it was tried.")]
    delivery_error: Annotated[
        str | None, strawberry.field(name="lastError", description="Why the last attempt failed.")
    ]


@strawberry.type(description="What a rule has raised, once per occasion.")
class Alert(Node):
    """What a rule has raised."""

    pair: Annotated[Pair, strawberry.field(resolver=relations.pair, description="The pair it is about.")]
    rule: Annotated[
        AlertRule | None, strawberry.field(resolver=resolve.rule, description="What raised it; null once removed.")
    ]
    kind: Annotated[models.AlertKind, strawberry.field(description="What it is about.")]
    message: Annotated[str, strawberry.field(description="What happened, in one sentence.")]
    value: Annotated[
        float | None, strawberry.field(description="The figure; null where it has none, such as an endless half-life.")
    ]
    threshold: Annotated[float | None, strawberry.field(description="What it was compared with.")]
    bar_time: Annotated[datetime | None, strawberry.field(description="The start of the bar that raised it.")]
    replay: Annotated[bool, strawberry.field(description="Whether that bar was played again: nothing of today.")]
    seq: Annotated[int, strawberry.field(description="Its number in your stream of alerts, without gaps.")]
    cursor: Annotated[
        str, strawberry.field(resolver=resolve.cursor, description="Resumes `alertRaised` after this alert.")
    ]
    raised_at: Annotated[datetime, strawberry.field(description="When it was raised.")]
    acknowledged_at: Annotated[datetime | None, strawberry.field(description="When somebody first said it was seen.")]
    delivery: Annotated[
        AlertDelivery, strawberry.field(resolver=resolve.delivery, description="Its delivery to the rule's webhook.")
    ]
    is_type_of = accepts(models.Alert)


CreateAlertRulePayload = Annotated[
    CreatedAlertRule | NotFoundProblem | InvalidInputProblem | LimitExceededProblem,
    strawberry.union("CreateAlertRulePayload", description="The new rule, or why there is none."),
]
ChangeAlertRulePayload = Annotated[
    AlertRule | NotFoundProblem | InvalidInputProblem,
    strawberry.union("ChangeAlertRulePayload", description="The rule, or why nothing was changed."),
]
AcknowledgeAlertPayload = Annotated[
    Alert | NotFoundProblem | InvalidInputProblem,
    strawberry.union("AcknowledgeAlertPayload", description="The alert, or why it cannot be acknowledged."),
]
AlertEvent = Annotated[
    Alert | StreamGap,
    strawberry.union("AlertEvent", description="An alert, or alerts that can no longer be replayed."),
]


@strawberry.type
class AlertQuery:
    """Alerts."""

    alerts: Annotated[
        Connection[Alert],
        strawberry.field(
            resolver=resolve.page, permission_classes=[SignedIn], description="Your alerts, newest first."
        ),
    ]
    alert_rules: Annotated[
        Connection[AlertRule],
        strawberry.field(
            resolver=resolve.rules, permission_classes=[SignedIn], description="Your rules, newest first."
        ),
    ]


@strawberry.type
class AlertMutation:
    """What can be done to alerts and rules."""

    create_alert_rule: Annotated[
        CreateAlertRulePayload,
        mutation(resolve.create_rule, "Make a rule about a pair."),
    ]
    update_alert_rule: Annotated[
        ChangeAlertRulePayload,
        mutation(resolve.update_rule, "Rename a rule, or make it silent or active."),
    ]
    remove_alert_rule: Annotated[
        ChangeAlertRulePayload,
        mutation(resolve.remove_rule, "Remove a rule; what it has raised stays."),
    ]
    acknowledge_alert: Annotated[
        AcknowledgeAlertPayload,
        mutation(resolve.acknowledge, "Say that an alert was seen."),
    ]


@strawberry.type
class AlertSubscription:
    """Hearing of alerts."""

    alert_raised: Annotated[
        AsyncGenerator[AlertEvent, None],
        strawberry.subscription(
            resolver=resolve.raised,
            permission_classes=[SignedIn],
            metadata=shared(Audience.VIEWER, Delivery.STREAM),
            description="Stream: each of your alerts once, in the order of seq.",
        ),
    ]
