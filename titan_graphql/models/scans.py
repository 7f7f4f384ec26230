"""Scans: every pair of a universe tested, and what was found."""

from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.jobs import Job
from titan_graphql.models.markets import Instrument
from titan_graphql.models.users import User


class Scan(Model):
    """One test of all directed pairs of a universe, summarised when its job succeeds."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="scans")
    job: fields.OneToOneRelation[Job] = fields.OneToOneField("titan.Job", related_name="scan")
    spec = fields.JSONField[dict[str, object]]()
    instrument_ids = fields.JSONField[list[str]]()
    dataset_hashes = fields.JSONField[list[str]](default=list)
    unusable = fields.JSONField[list[dict[str, object]]](default=list)
    bars = fields.IntField(default=0)
    summary = fields.JSONField[dict[str, object]](null=True)
    result_hash = fields.CharField(max_length=64, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the paging index."""

        table = "scan"
        indexes = (Index(fields=("created_at", "id")),)


class ScanMatrix(Model):
    """The p-values of a small universe as one row-major float64 blob, NaN on the diagonal and where untested."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    scan: fields.OneToOneRelation[Scan] = fields.OneToOneField("titan.Scan", related_name="matrix")
    p_values = fields.BinaryField()

    class Meta:
        """Table name."""

        table = "scan_matrix"


class ScanResult(Model):
    """One directed pair of a scan, ranked by p-value."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    scan: fields.ForeignKeyRelation[Scan] = fields.ForeignKeyField("titan.Scan", related_name="results")
    rank = fields.IntField()
    y: fields.ForeignKeyRelation[Instrument] = fields.ForeignKeyField("titan.Instrument", related_name="scanned_as_y")
    x: fields.ForeignKeyRelation[Instrument] = fields.ForeignKeyField("titan.Instrument", related_name="scanned_as_x")
    bars = fields.IntField()
    statistic = fields.FloatField(null=True)
    p_value = fields.FloatField()
    q_value = fields.FloatField(null=True)
    lags = fields.IntField()
    beta = fields.FloatField()
    alpha = fields.FloatField()
    r_squared = fields.FloatField()
    half_life = fields.FloatField(null=True)
    half_life_order = fields.FloatField()
    correlation = fields.FloatField(null=True)
    distance = fields.FloatField()
    note = fields.CharField(max_length=30, null=True)

    class Meta:
        """Table name and the natural key."""

        table = "scan_result"
        unique_together = (("scan", "rank"),)
        indexes = (
            Index(fields=("scan_id", "half_life_order")),
            Index(fields=("scan_id", "distance")),
            Index(fields=("y_id", "x_id", "p_value")),
        )
