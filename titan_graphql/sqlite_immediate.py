"""The SQLite engine for Tortoise whose transactions begin as writers, so that several processes never deadlock."""

import asyncio
import sqlite3

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that takes the write lock at once: a later upgrade could only fail, whatever the timeout."""

    async def begin(self) -> None:
        """Wait for the write lock (`busy_timeout`) and begin."""
        try:
            await self._connection.commit()
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error


class ImmediateTransactionContext(SqliteTransactionContext):
    """A transaction that may fail or be cancelled while it begins: its base would keep everybody out for ever."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        token = None
        try:
            await self.ensure_connection()
            self.token = token = get_connections().set(self.connection_name, self.connection)
            await self.connection.begin()
        except BaseException:
            try:
                # The thread may have begun it all the same.
                await asyncio.shield(self.connection._connection.rollback())
            finally:
                if token is not None:
                    get_connections().reset(token)
                self._trxlock.release()
            raise
        client: TransactionalDBClient = self.connection
        return client


class ImmediateClient(SqliteClient):
    """SQLite with BEGIN IMMEDIATE."""

    def _in_transaction(self) -> TransactionContext:
        return ImmediateTransactionContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateClient
