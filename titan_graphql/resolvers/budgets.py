"""What a caller may ask for in a while."""

from typing import Any

from titan_graphql.resolvers.context import Info
from titan_graphql.services import budgets


async def rate_limit(info: Info) -> Any:
    """The caller's budget as it is now."""
    return await budgets.read(info.context.viewer)


def cost_limit() -> int:
    """The most that one request may cost."""
    return budgets.REQUEST_MAX
