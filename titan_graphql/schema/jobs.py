"""Jobs: runs of long work."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import jobs as models
from titan_graphql.resolvers import jobs as resolve
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.problems import (
    ConflictProblem,
    InvalidInputProblem,
    NotFoundProblem,
)
from titan_graphql.schema.sharing import Audience, shared
from titan_graphql.schema.users import User

JobState = described(
    models.JobState,
    "JobState",
    "Where a job stands; it only moves forward, until `retryJob` queues an ended one again.",
    {
        "QUEUED": "Waits for a worker.",
        "RUNNING": "A worker holds it.",
        "CANCELLING": "Asked to stop; its worker has not yet looked up.",
        "CANCELLED": "Stopped because somebody asked; the end.",
        "SUCCEEDED": "Done; the end.",
        "FAILED": "Could not be done, see error; the end.",
    },
)


@strawberry.type(description="How far a job is.")
class JobProgress:
    """How far a job is."""

    done: Annotated[float, strawberry.field(description="How much is done, in units of the job's own.")]
    total: Annotated[float, strawberry.field(description="How much there is to do; 0 while unknown.")]
    fraction: Annotated[float | None, strawberry.field(description="done / total, from 0 to 1.")]
    message: Annotated[str, strawberry.field(description="What is being done now.")]
    eta_seconds: Annotated[float | None, strawberry.field(description="Seconds left, at the pace so far.")]


@strawberry.type(description="Why a job failed.")
class JobError:
    """Why a job failed."""

    error_code: Annotated[str, strawberry.field(name="code", description="For programs.")]
    error_message: Annotated[str, strawberry.field(name="message", description="For people.")]


@strawberry.type(description="A run of long work. It is watched through `jobChanged`.")
class Job(Node):
    """A run of long work."""

    name: Annotated[str, strawberry.field(name="kind", description="What is run, such as backtests.run.")]
    state: Annotated[models.JobState, strawberry.field(description="Where it stands.")]
    progress: Annotated[JobProgress, strawberry.field(resolver=resolve.progress, description="How far it is.")]
    attempt: Annotated[int, strawberry.field(name="attempts", description="How many times a worker has begun it.")]
    error: Annotated[
        JobError | None, strawberry.field(resolver=resolve.error, description="Why it failed; null unless it has.")
    ]
    subject: Annotated[
        Node | None, strawberry.field(resolver=resolve.subject, description="The row it works for, such as a Backtest.")
    ]
    created_by: Annotated[User, strawberry.field(resolver=resolve.created_by, description="Who started it.")]
    created_at: Annotated[datetime, strawberry.field(description="When it was submitted.")]
    started_at: Annotated[datetime | None, strawberry.field(description="When a worker first began it.")]
    finished_at: Annotated[datetime | None, strawberry.field(description="When it ended.")]
    is_type_of = accepts(models.Job)


CancelJobPayload = Annotated[
    Job | NotFoundProblem | InvalidInputProblem | ConflictProblem,
    strawberry.union("CancelJobPayload", description="The job as it stands now, or why it cannot be cancelled."),
]

RetryJobPayload = Annotated[
    Job | NotFoundProblem | InvalidInputProblem | ConflictProblem,
    strawberry.union("RetryJobPayload", description="The job, queued again, or why it cannot be tried again."),
]


@strawberry.type
class JobQuery:
    """Jobs."""

    jobs: Annotated[
        Connection[Job],
        strawberry.field(resolver=resolve.page, permission_classes=[SignedIn], description="Your jobs, newest first."),
    ]


@strawberry.type
class JobMutation:
    """What can be done to jobs."""

    cancel_job: Annotated[
        CancelJobPayload,
        mutation(resolve.cancel, "Ask a job to stop; it ends as CANCELLED within seconds."),
    ]
    retry_job: Annotated[
        RetryJobPayload,
        mutation(
            resolve.retry, "Queue a job again that has failed or was cancelled; parts that were finished are kept."
        ),
    ]


@strawberry.type
class JobSubscription:
    """Watching jobs."""

    job_changed: Annotated[
        AsyncGenerator[Job, None],
        strawberry.subscription(
            resolver=resolve.watch,
            permission_classes=[SignedIn],
            metadata=shared(Audience.VIEWER),
            description="State: the job now, then the latest after each change, until it has ended.",
        ),
    ]
    jobs_changed: Annotated[
        AsyncGenerator[Job, None],
        strawberry.subscription(
            resolver=resolve.watch_all,
            permission_classes=[SignedIn],
            description="State: each of your jobs whenever it changes, from now on.",
        ),
    ]
