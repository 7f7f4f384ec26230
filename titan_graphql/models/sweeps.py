"""Sweeps: many parameter sets over one pair, their figures, and how far the best of them can be believed."""

from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.campaigns import Campaign
from titan_graphql.models.jobs import Job
from titan_graphql.models.pairs import Pair
from titan_graphql.models.users import User


class Sweep(Model):
    """A grid or random sample of parameter sets, summarised when its job succeeds."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="sweeps")
    pair: fields.ForeignKeyRelation[Pair] = fields.ForeignKeyField("titan.Pair", related_name="sweeps")
    job: fields.OneToOneRelation[Job] = fields.OneToOneField("titan.Job", related_name="sweep")
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField("titan.Campaign", related_name="sweeps")
    spec = fields.JSONField[dict[str, object]]()
    set_count = fields.IntField()
    summary = fields.JSONField[dict[str, object]](null=True)
    dataset_hashes = fields.JSONField[list[str]](default=list)
    result_hash = fields.CharField(max_length=64, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the paging index."""

        table = "sweep"
        indexes = (Index(fields=("created_at", "id")),)


class SweepFigures(Model):
    """The figures of every set of a sweep as one row-major float64 blob, in the order of the sets."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    sweep: fields.OneToOneRelation[Sweep] = fields.OneToOneField("titan.Sweep", related_name="figures")
    figures = fields.BinaryField()

    class Meta:
        """Table name."""

        table = "sweep_figures"
