"""The rows that rows of many kinds point at."""

from typing import Any

from titan_graphql.resolvers.context import Info


async def job(root: Any, info: Info) -> Any:
    """The run."""
    return await info.context.loaders.jobs.load(root.job_id)


async def pair(root: Any, info: Info) -> Any:
    """The pair, while it is kept."""
    return await info.context.loaders.pairs.load(root.pair_id)
