"""Makes administrators with access tokens in the installation of the environment, and prints the tokens."""

import asyncio
import sys
from uuid import uuid4

from titan_graphql import db
from titan_graphql.models.users import Role
from titan_graphql.services import user_tokens, users
from titan_graphql.settings import read_settings


async def make(count: int) -> None:
    """One token a line."""
    async with db.opened(read_settings()):
        for _ in range(count):
            user = await users.create(uuid4().hex, Role.ADMIN)
            print((await user_tokens.create_for(user, "faults")).secret)


if __name__ == "__main__":
    asyncio.run(make(int(sys.argv[1])))
