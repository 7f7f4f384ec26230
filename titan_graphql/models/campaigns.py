"""Campaigns: the trials that share universe, window and idea, so that a result can say how many were tried."""

from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.users import User


class Campaign(Model):
    """A named idea on named data, under which every trial is counted."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="campaigns")
    name = fields.CharField(max_length=200)
    subject = fields.CharField(max_length=100)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name, one campaign per owner and subject, and the paging index."""

        table = "campaign"
        unique_together = (("owner", "subject"),)
        indexes = (Index(fields=("created_at", "id")),)


class Trials(Model):
    """The trials that one piece of work adds to a campaign, kept when the work itself is removed.

    `ratios` of the trials have a per-period Sharpe ratio, whose sum and sum of squares are kept.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField("titan.Campaign", related_name="trials")
    kind = fields.CharField(max_length=20)
    source_id = fields.UUIDField()
    tried = fields.BigIntField()
    ratios = fields.BigIntField(default=0)
    ratio_sum = fields.FloatField(default=0.0)
    ratio_squares = fields.FloatField(default=0.0)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name, and the rule that nothing counts twice."""

        table = "trials"
        unique_together = (("campaign", "kind", "source_id"),)
