"""Universes: named sets of instruments whose membership is dated."""

from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.markets import Instrument
from titan_graphql.models.users import User


class Universe(Model):
    """A named set of instruments."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="universes")
    name = fields.CharField(max_length=100)
    note = fields.TextField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the natural key."""

        table = "universe"
        unique_together = (("owner", "name"),)


class UniverseMember(Model):
    """An instrument's stay in a universe: from `since` until before `until`, where empty means without end."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    universe: fields.ForeignKeyRelation[Universe] = fields.ForeignKeyField("titan.Universe", related_name="members")
    instrument: fields.ForeignKeyRelation[Instrument] = fields.ForeignKeyField(
        "titan.Instrument", related_name="memberships"
    )
    since = fields.DateField(null=True)
    until = fields.DateField(null=True)

    class Meta:
        """Table name."""

        table = "universe_member"
        indexes = (Index(fields=("universe_id", "instrument_id")),)
