"""Walk-forwards: pairs and parameters chosen again and again on the past, and what that earned out of sample."""

from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.campaigns import Campaign
from titan_graphql.models.jobs import Job
from titan_graphql.models.users import User


class WalkForward(Model):
    """A walk over a universe, summarised when its job succeeds. The steps are kept as one list."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="walk_forwards")
    job: fields.OneToOneRelation[Job] = fields.OneToOneField("titan.Job", related_name="walk_forward")
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField("titan.Campaign", related_name="walks")
    spec = fields.JSONField[dict[str, object]]()
    instrument_ids = fields.JSONField[list[str]]()
    summary = fields.JSONField[dict[str, object]](null=True)
    steps = fields.JSONField[list[dict[str, object]]](null=True)
    time = fields.BinaryField(null=True)
    equity = fields.BinaryField(null=True)
    dataset_hashes = fields.JSONField[list[str]](default=list)
    result_hash = fields.CharField(max_length=64, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the paging index."""

        table = "walk_forward"
        indexes = (Index(fields=("created_at", "id")),)
