"""The PostgreSQL engine for Tortoise whose transactions give back what they took, however they end."""

import asyncio

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError


class PooledTransactionContext(TransactionContextPooled):
    """A transaction whose base keeps its connection, and the task's way to others, when it does not even begin."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        self.client._connection = await self.client._parent._pool.acquire()
        self.token = get_connections().set(self.connection_name, self.client)
        try:
            await self.client.begin()
        except BaseException:
            await self._give_back()
            raise
        return self.client

    async def __aexit__(self, exc_type: type[BaseException] | None, exc_val: object, exc_tb: object) -> None:
        try:
            if self.client._finalized:
                return
            if not exc_type:
                await self.client.commit()
            elif exc_type is not TransactionManagementError:  # it has failed already
                await self.client.rollback()
        finally:
            await self._give_back()

    async def _give_back(self) -> None:
        get_connections().reset(self.token)
        pool = self.client._parent._pool
        if pool:
            # The pool ends a connection that is in the middle of something.
            await asyncio.shield(pool.release(self.client._connection))


class PooledClient(AsyncpgDBClient):
    """PostgreSQL with transactions that clean up."""

    def _in_transaction(self) -> TransactionContext:
        return PooledTransactionContext(TransactionWrapper(self), self._pool_init_lock)


client_class = PooledClient
