"""Pairs: two instruments in order, y against x."""

from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.markets import Instrument
from titan_graphql.models.users import User


class Pair(Model):
    """A pair that a user keeps: y = α + βx + e."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="pairs")
    y: fields.ForeignKeyRelation[Instrument] = fields.ForeignKeyField("titan.Instrument", related_name="pairs_as_y")
    x: fields.ForeignKeyRelation[Instrument] = fields.ForeignKeyField("titan.Instrument", related_name="pairs_as_x")
    tags = fields.JSONField[list[str]](default=list)
    note = fields.TextField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the natural key."""

        table = "pair"
        unique_together = (("owner", "y", "x"),)
        indexes = (Index(fields=("created_at", "id")),)
