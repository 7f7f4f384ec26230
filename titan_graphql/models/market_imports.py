"""Imports of files: what was uploaded, how it was read, and what came of it."""

from typing import Any
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.jobs import Job
from titan_graphql.models.users import User


class Upload(Model):
    """A file that somebody sent, kept under its id in the data directory until it is imported or a day has passed."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="uploads")
    file_name = fields.CharField(max_length=200)
    size = fields.BigIntField()
    content_hash = fields.CharField(max_length=64)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name."""

        table = "upload"
        indexes = (Index(fields=("created_at",)),)


class BarImport(Model):
    """One import of an uploaded file.

    `spec` is what was asked for, `understanding` how the file was read, `refusal` the first wrong rows, and
    `outcome` the counts of what changed.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="imports")
    job: fields.ForeignKeyRelation[Job] = fields.ForeignKeyField("titan.Job", related_name="imports")
    upload_id = fields.UUIDField()
    file_name = fields.CharField(max_length=200)
    spec = fields.JSONField[dict[str, Any]]()
    understanding = fields.JSONField[dict[str, Any]](null=True)
    refusal = fields.JSONField[dict[str, Any]](null=True)
    outcome = fields.JSONField[dict[str, Any]](null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name."""

        table = "bar_import"
        indexes = (Index(fields=("created_at", "id")),)
