"""Writes to the database of the environment for some seconds, reading first; prints how often, and every error."""

import asyncio
import sys
import time
from uuid import uuid4

from tortoise.transactions import in_transaction

from titan_graphql import db
from titan_graphql.models.users import Role, User
from titan_graphql.settings import read_settings


async def write(seconds: float) -> None:
    """Transactions that read and then write, which is what deadlocks SQLite when they begin as readers."""
    written, errors = 0, []
    async with db.opened(read_settings()):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                async with in_transaction():
                    count = await User.all().count()
                    await User.create(name=f"{count} {uuid4().hex}", role=Role.VIEWER)
                written += 1
            except Exception as error:  # all of them are counted
                errors.append(f"{type(error).__name__}: {error}")
    print(written, len(errors), *errors[:1])


if __name__ == "__main__":
    asyncio.run(write(float(sys.argv[1])))
