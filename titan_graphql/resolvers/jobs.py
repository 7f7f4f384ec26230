"""Jobs: lists, progress, cancelling and watching."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import criteria, paged
from titan_graphql.services import jobs
from titan_graphql.services.jobs import JobProgress, JobState
from titan_graphql.services.pages import PageRequest

if TYPE_CHECKING:
    from titan_graphql.models.jobs import Job


@strawberry.input(description="A condition on a job's state.")
class JobStateFilter:
    """A condition on a job's state."""

    eq: JobState | None = strawberry.field(default=strawberry.UNSET, description="Equal to.")
    ne: JobState | None = strawberry.field(default=strawberry.UNSET, description="Different from.")
    in_: list[JobState] | None = strawberry.field(name="in", default=strawberry.UNSET, description="One of.")


@strawberry.input(description="Which jobs to list; all given conditions must hold.")
class JobFilter:
    """Which jobs to list."""

    state: JobStateFilter | None = strawberry.field(default=strawberry.UNSET, description="Where the job stands.")


@strawberry.input(description="Which job to cancel.")
class CancelJobInput:
    """Which job to cancel."""

    id: strawberry.ID = strawberry.field(description="The job's global id.")


@strawberry.input(description="Which job to try again.")
class RetryJobInput:
    """Which job to try again."""

    id: strawberry.ID = strawberry.field(description="The job's global id.")


Where = Annotated[JobFilter | None, strawberry.argument(description="Only jobs that satisfy this.")]
CancelInput = Annotated[CancelJobInput, strawberry.argument(description="The job to cancel.")]
RetryInput = Annotated[RetryJobInput, strawberry.argument(description="Which job to try again.")]


@paged
async def page(info: Info, where: Where = None, *, request: PageRequest) -> Any:
    """The viewer's jobs, newest first."""
    return await jobs.page(info.context.viewer, request, criteria(where))


def progress(root: "Job") -> JobProgress:
    """How far the job is."""
    return jobs.progress(root)


def error(root: "Job") -> Any:
    """The failed job itself, whose columns say why; None unless it failed."""
    return root if root.error_code else None


async def subject(root: "Job", info: Info) -> Any:
    """The row that the job works for."""
    return await nodes.visible(info, root.subject_type, root.subject_id)


async def created_by(root: Any, info: Info) -> Any:
    """The user who started the job."""
    return await info.context.loaders.users.load(root.owner_id)


async def cancel(info: Info, input: CancelInput) -> Any:
    """Ask a job to stop."""
    return await jobs.cancel(info.context.viewer, nodes.decode_id(input.id, "Job")[1])


async def retry(info: Info, input: RetryInput) -> Any:
    """Queue an ended job again."""
    return await jobs.retry(info.context.viewer, nodes.decode_id(input.id, "Job")[1])


async def watch(info: Info, id: nodes.NodeId) -> AsyncGenerator[Any, None]:
    """The job now and after each change."""
    async for job in jobs.watch(info.context.viewer, nodes.decode_id(id, "Job")[1], info.context.hub):
        yield job


async def watch_all(info: Info) -> AsyncGenerator[Any, None]:
    """The viewer's jobs as they change."""
    async for job in jobs.watch_all(info.context.viewer, info.context.hub):
        yield job
