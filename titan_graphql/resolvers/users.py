"""The caller."""

from typing import Any

from titan_graphql.resolvers.context import Info
from titan_graphql.services import users


async def viewer(info: Info) -> Any:
    """The signed-in user."""
    return await users.find(info.context.viewer, info.context.viewer.user_id)
