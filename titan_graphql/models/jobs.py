"""Jobs: one row per run of long work, the only truth about it, and one row per shard of a divided one."""

from enum import StrEnum
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.users import User


class JobState(StrEnum):
    """Where a job stands; it only moves forward, until its owner asks to try an ended one again."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


HELD_STATES = frozenset({JobState.RUNNING, JobState.CANCELLING})
TERMINAL_STATES = frozenset({JobState.CANCELLED, JobState.SUCCEEDED, JobState.FAILED})


class JobNumber(Model):
    """The last job number given out, in the one row of this table."""

    id = fields.IntField(primary_key=True)
    number = fields.BigIntField()

    class Meta:
        """Table name."""

        table = "job_number"


class Job(Model):
    """A run of long work, with the lease of the worker that holds it.

    `attempt` is the fencing token: every write of a worker names the attempt it claimed. `strikes` counts the
    attempts that did not end well, which a job handed back in good order is not charged with. `worker` is empty while
    nobody holds the job. `lease_until` is by the database's clock: before it nobody else may claim the job.
    `dispatched_at` is the outbox: empty means the queue has not yet been told. `number` orders jobs by submission
    whatever the clocks say.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    number = fields.BigIntField(default=0)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="jobs")
    name = fields.CharField(max_length=50)
    state = fields.CharEnumField(JobState, max_length=20, default=JobState.QUEUED)
    subject_type = fields.CharField(max_length=50)
    subject_id = fields.UUIDField(db_index=True)
    attempt = fields.IntField(default=0)
    strikes = fields.IntField(default=0)
    worker = fields.CharField(max_length=60, null=True)
    lease_until = fields.DatetimeField(null=True)
    dispatched_at = fields.DatetimeField(null=True)
    time_limit_seconds = fields.FloatField(default=21_600.0)
    progress_done = fields.FloatField(default=0.0)
    progress_total = fields.FloatField(default=0.0)
    progress_message = fields.CharField(max_length=200, default="")
    progress_at = fields.DatetimeField(null=True)
    error_code = fields.CharField(max_length=60, null=True)
    error_message = fields.TextField(null=True)
    idempotency_key = fields.CharField(max_length=100, null=True)
    input_hash = fields.CharField(max_length=64, default="")
    created_at = fields.DatetimeField(auto_now_add=True)
    started_at = fields.DatetimeField(null=True)
    claimed_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        """Table name, the idempotency rule, and the indexes of lists and of the reconciler."""

        table = "job"
        unique_together = (("owner", "idempotency_key"),)
        indexes = (Index(fields=("state", "lease_until")), Index(fields=("number", "id")))


class ShardState(StrEnum):
    """Where a shard stands."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"


class JobShard(Model):
    """A part of a job that is computed and kept on its own, so that a new attempt does not repeat it."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    job: fields.ForeignKeyRelation[Job] = fields.ForeignKeyField("titan.Job", related_name="shards")
    number = fields.IntField()
    state = fields.CharEnumField(ShardState, max_length=20, default=ShardState.WAITING)
    payload = fields.JSONField[dict[str, object]]()
    attempt = fields.IntField(default=0)
    strikes = fields.IntField(default=0)
    lease_until = fields.DatetimeField(null=True)
    result = fields.BinaryField(null=True)
    result_hash = fields.CharField(max_length=64, null=True)

    class Meta:
        """Table name, the natural key, and the index that finds the next one."""

        table = "job_shard"
        unique_together = (("job", "number"),)
        indexes = (Index(fields=("job_id", "state")),)
