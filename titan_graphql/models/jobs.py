"""Jobs: one row per run of long work, the only truth about it."""

from enum import StrEnum
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.users import User


class JobState(StrEnum):
    """Where a job stands; it only moves forward."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


TERMINAL_STATES = frozenset({JobState.CANCELLED, JobState.SUCCEEDED, JobState.FAILED})


class Job(Model):
    """A run of long work, with the lease of the worker that holds it.

    `attempt` is the fencing token: every write of a worker names the attempt it claimed. `dispatched_at` is the
    outbox: empty means the queue has not yet been told.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="jobs")
    name = fields.CharField(max_length=50)
    state = fields.CharEnumField(JobState, max_length=20, default=JobState.QUEUED)
    subject_type = fields.CharField(max_length=50)
    subject_id = fields.UUIDField(db_index=True)
    attempt = fields.IntField(default=0)
    lease_until = fields.DatetimeField(null=True)
    dispatched_at = fields.DatetimeField(null=True)
    progress_done = fields.FloatField(default=0.0)
    progress_total = fields.FloatField(default=0.0)
    progress_message = fields.CharField(max_length=200, default="")
    error_code = fields.CharField(max_length=60, null=True)
    error_message = fields.TextField(null=True)
    idempotency_key = fields.CharField(max_length=100, null=True)
    input_hash = fields.CharField(max_length=64, default="")
    created_at = fields.DatetimeField(auto_now_add=True)
    started_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        """Table name, the idempotency rule, and the index of the reconciler."""

        table = "job"
        unique_together = (("owner", "idempotency_key"),)
        indexes = (Index(fields=("state", "lease_until")), Index(fields=("created_at", "id")))
