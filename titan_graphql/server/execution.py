"""Executing queries and mutations: one path for HTTP and sockets, over documents that were checked once."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, cast

from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType, execute
from strawberry.execution import optimized_is_awaitable

from titan_graphql.resolvers.context import Context
from titan_graphql.schema.documents import Document
from titan_graphql.schema.errors import TitanSchema, presented
from titan_graphql.schema.execution import TitanExecutor
from titan_graphql.server.requests import GraphQLRequest

REQUEST_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked document with the operation to execute, or the errors that forbid it."""

    document: Document
    operation: OperationDefinitionNode | None
    errors: tuple[GraphQLError, ...] = ()

    @property
    def kind(self) -> OperationType | None:
        """Query, mutation or subscription; None when nothing may be executed."""
        return self.operation.operation if self.operation is not None else None


def prepare(schema: TitanSchema, request: GraphQLRequest) -> Prepared:
    """Check the document and find the operation that is meant."""
    document = schema.documents.load(request.query)
    if document.ast is None or document.errors:
        return Prepared(document, None, document.errors)
    operations = [one for one in document.ast.definitions if isinstance(one, OperationDefinitionNode)]
    name = request.operation_name
    meant = [one for one in operations if name is None or (one.name is not None and one.name.value == name)]
    if len(meant) != 1:
        which = (
            "Say by operationName which operation is meant" if name is None else "There is no operation of that name"
        )
        return Prepared(document, None, (GraphQLError(which),))
    return Prepared(document, meant[0])


async def answer(schema: TitanSchema, prepared: Prepared, request: GraphQLRequest, context: Context) -> dict[str, Any]:
    """Execute a query or mutation; the answer has no `data` entry when nothing was executed.

    Raises:
        TimeoutError: it took longer than a request may.
    """
    if prepared.errors:
        return {"errors": presented(prepared.errors, context.request_id)}
    assert prepared.document.ast is not None  # noqa: S101 (prepare() found an operation in it)
    result = execute(
        schema._schema,
        prepared.document.ast,
        context_value=context,
        variable_values=request.variables,
        operation_name=request.operation_name,
        executor_class=TitanExecutor,
        is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # declared as a plain predicate
        operation_extensions=None,
    )
    if optimized_is_awaitable(result):
        async with asyncio.timeout(REQUEST_SECONDS):
            result = await cast("Awaitable[ExecutionResult]", result)
    return _shown(cast("ExecutionResult", result), context.request_id)


def _shown(result: ExecutionResult, request_id: str) -> dict[str, Any]:
    if not result.errors:
        return {"data": result.data}
    errors = presented(result.errors, request_id)
    if result.data is None and all(error.path is None for error in result.errors):
        return {"errors": errors}
    return {"errors": errors, "data": result.data}
