"""Pairs that are followed live: how, by whom, and where they stand."""

from typing import Any
from uuid import uuid4

from tortoise import fields
from tortoise.models import Model

from titan_graphql.models.markets import Timeframe
from titan_graphql.models.pairs import Pair
from titan_graphql.models.users import User


class PairWatch(Model):
    """A pair that is followed live, and the state from which a worker goes on.

    `version` counts the times it was told how to follow. `worker` holds it until `lease_until`, by the clock of the
    database. `formed` is what was fixed at its formation and `state` what it remembers of the bars since. `cursor_y`
    and `cursor_x` stand after the last bars that state has seen, and `bar_time` is when the newest of them began.
    `tick` is the last event of its stream, numbered `seq`, and `recent` its last z-scores by time.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="watches")
    pair: fields.OneToOneRelation[Pair] = fields.OneToOneField("titan.Pair", related_name="watch")
    timeframe = fields.CharEnumField(Timeframe, max_length=3, default=Timeframe.D1)
    series_y = fields.UUIDField()
    series_x = fields.UUIDField()
    formation_start = fields.DatetimeField()
    formation_end = fields.DatetimeField()
    prices = fields.CharField(max_length=3)
    hedge = fields.CharField(max_length=20)
    window = fields.IntField(null=True)
    entry = fields.FloatField()
    exit = fields.FloatField()
    stop = fields.FloatField(null=True)
    false_alarm_bars = fields.IntField()
    stale_after_seconds = fields.IntField(null=True)
    version = fields.IntField(default=1)
    worker = fields.CharField(max_length=60, null=True)
    lease_until = fields.DatetimeField(null=True)
    formed = fields.JSONField[dict[str, Any]](null=True)
    state = fields.BinaryField(null=True)
    cursor_y = fields.TextField(null=True)
    cursor_x = fields.TextField(null=True)
    bar_time = fields.DatetimeField(null=True)
    received_at = fields.DatetimeField(null=True)
    stale_since = fields.DatetimeField(null=True)
    tick = fields.JSONField[dict[str, Any]](null=True)
    seq = fields.IntField(default=0)
    recent = fields.JSONField[list[list[Any]]](default=list)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name."""

        table = "pair_watch"
