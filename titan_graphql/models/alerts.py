"""Alerts: rules about watched pairs, and what they have raised."""

from enum import StrEnum
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.pairs import Pair
from titan_graphql.models.users import User


class AlertKind(StrEnum):
    """What a rule looks at."""

    Z_SCORE = "Z_SCORE"
    SIGNAL = "SIGNAL"
    HALF_LIFE = "HALF_LIFE"
    DECAY = "DECAY"
    STALE = "STALE"


class AlertSide(StrEnum):
    """On which side of its threshold a rule raises an alert."""

    ABOVE = "ABOVE"
    BELOW = "BELOW"


class DeliveryState(StrEnum):
    """Where the delivery of an alert to a webhook stands."""

    NONE = "NONE"
    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class AlertRule(Model):
    """When to raise an alert about a pair.

    It is raised once when the condition begins to hold, and `armed` again only when the figure has left the threshold
    by `margin`. `occasion` counts the times. `webhook_secret` signs what is sent to `webhook_url`.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="alert_rules")
    pair: fields.ForeignKeyRelation[Pair] = fields.ForeignKeyField("titan.Pair", related_name="alert_rules")
    name = fields.CharField(max_length=100)
    kind = fields.CharEnumField(AlertKind, max_length=10)
    side = fields.CharEnumField(AlertSide, max_length=5, default=AlertSide.ABOVE)
    threshold = fields.FloatField(null=True)
    margin = fields.FloatField(default=0.0)
    enabled = fields.BooleanField(default=True)
    armed = fields.BooleanField(default=True)
    occasion = fields.IntField(default=0)
    webhook_url = fields.TextField(null=True)
    webhook_secret = fields.CharField(max_length=80, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the index of lists."""

        table = "alert_rule"
        indexes = (Index(fields=("created_at", "id")),)


class Alert(Model):
    """What a rule has raised, once per occasion, with the delivery of it.

    `seq` numbers the alerts of an owner. A delivery is tried when `delivery_due_at` has come.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="alerts")
    rule: fields.ForeignKeyNullableRelation[AlertRule] = fields.ForeignKeyField(
        "titan.AlertRule", related_name="alerts", null=True, on_delete=fields.SET_NULL
    )
    pair: fields.ForeignKeyRelation[Pair] = fields.ForeignKeyField("titan.Pair", related_name="alerts")
    occasion = fields.IntField()
    kind = fields.CharEnumField(AlertKind, max_length=10)
    message = fields.CharField(max_length=400)
    value = fields.FloatField(null=True)
    threshold = fields.FloatField(null=True)
    bar_time = fields.DatetimeField(null=True)
    replay = fields.BooleanField(default=False)
    seq = fields.IntField(default=0)
    raised_at = fields.DatetimeField()
    acknowledged_at = fields.DatetimeField(null=True)
    delivery_state = fields.CharEnumField(DeliveryState, max_length=10, default=DeliveryState.NONE)
    delivery_attempts = fields.IntField(default=0)
    delivery_error = fields.CharField(max_length=300, null=True)
    delivery_due_at = fields.DatetimeField(null=True)

    class Meta:
        """Table name, the rule against raising twice, and the indexes of lists and of deliveries."""

        table = "alert"
        unique_together = (("rule", "occasion"),)
        indexes = (Index(fields=("raised_at", "id")), Index(fields=("delivery_state", "delivery_due_at")))
