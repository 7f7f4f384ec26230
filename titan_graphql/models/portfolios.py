"""Portfolios: many pairs as one book, its figures, its columns and what each pair contributed."""

from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.campaigns import Campaign
from titan_graphql.models.jobs import Job
from titan_graphql.models.users import User


class Portfolio(Model):
    """One simulated run of a book of pairs whose figures are filled in when its job succeeds.

    `pair_ids` are those it was started with, kept when a pair is removed.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="portfolios")
    job: fields.OneToOneRelation[Job] = fields.OneToOneField("titan.Job", related_name="portfolio")
    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField("titan.Campaign", related_name="portfolios")
    spec = fields.JSONField[dict[str, object]]()
    pair_ids = fields.JSONField[list[str]]()
    metrics = fields.JSONField[dict[str, object]](null=True)
    contributions = fields.JSONField[list[dict[str, object]]](null=True)
    netting = fields.FloatField(null=True)
    leak_check = fields.JSONField[dict[str, object]](null=True)
    track_record = fields.JSONField[dict[str, float]](null=True)
    manifest = fields.JSONField[dict[str, object]](null=True)
    dataset_hashes = fields.JSONField[list[str]](default=list)
    result_hash = fields.CharField(max_length=64, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the paging index."""

        table = "portfolio"
        indexes = (Index(fields=("created_at", "id")),)


class PortfolioSeries(Model):
    """The columns of a finished portfolio, a little-endian float64 (times: int64) blob each."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    portfolio: fields.OneToOneRelation[Portfolio] = fields.OneToOneField("titan.Portfolio", related_name="series")
    time = fields.BinaryField()
    equity = fields.BinaryField()
    drawdown = fields.BinaryField()
    gross = fields.BinaryField()
    net = fields.BinaryField()
    largest = fields.BinaryField()
    held = fields.BinaryField()

    class Meta:
        """Table name."""

        table = "portfolio_series"
