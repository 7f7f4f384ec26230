"""Bars of live feeds that are not yet in a dataset, and the feeds they come from."""

from uuid import uuid4

from tortoise import fields
from tortoise.models import Model

from titan_graphql.models.markets import Series


class LiveBar(Model):
    """A closed bar that a feed has brought and that no dataset holds yet, where `time` is its start in milliseconds."""

    id = fields.BigIntField(primary_key=True, generated=True)
    series: fields.ForeignKeyRelation[Series] = fields.ForeignKeyField("titan.Series", related_name="live_bars")
    time = fields.BigIntField()
    open = fields.FloatField(null=True)
    high = fields.FloatField(null=True)
    low = fields.FloatField(null=True)
    close = fields.FloatField()
    volume = fields.FloatField(null=True)
    provider = fields.CharField(max_length=50)
    received = fields.BigIntField()

    class Meta:
        """Table name and the natural key."""

        table = "live_bar"
        unique_together = (("series", "time"),)


class Feed(Model):
    """A live feed that runs or has run, where `step` counts what it has brought, so that nothing is brought twice.

    Times are milliseconds: of the newest bar's start, and of the last sign of life.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    name = fields.CharField(max_length=100, unique=True)
    provider = fields.CharField(max_length=50)
    label = fields.CharField(max_length=300)
    replay = fields.BooleanField(default=False)
    run_id = fields.UUIDField()
    step = fields.BigIntField(default=0)
    last_bar = fields.BigIntField(null=True)
    last_received = fields.DatetimeField(null=True)
    started_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        """Table name."""

        table = "feed"
