"""Executing queries and mutations: one path for HTTP and sockets, over documents that were checked once."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, cast

from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType, execute
from strawberry.execution import optimized_is_awaitable

from titan_graphql.errors import LimitExceededError, TitanError
from titan_graphql.resolvers.context import Context
from titan_graphql.schema.document_costs import PricedOperation
from titan_graphql.schema.documents import Document
from titan_graphql.schema.errors import TitanSchema, presented
from titan_graphql.schema.execution import TitanExecutor
from titan_graphql.server.answers import problem
from titan_graphql.server.requests import GraphQLRequest
from titan_graphql.services import budgets
from titan_graphql.services.users import Viewer

REQUEST_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked document with the operation to execute and its price, or the errors that forbid it."""

    document: Document
    operation: OperationDefinitionNode | None
    errors: tuple[GraphQLError, ...] = ()
    costs: PricedOperation | None = None
    price: int = 0

    @property
    def kind(self) -> OperationType | None:
        """Query, mutation or subscription; None when nothing may be executed."""
        return self.operation.operation if self.operation is not None else None


def prepare(schema: TitanSchema, request: GraphQLRequest) -> Prepared:
    """Check the document, find the operation that is meant, and compute what it costs."""
    document = schema.documents.load(request.query)
    if document.ast is None or document.costs is None:
        return Prepared(document, None, document.errors)
    operations = [one for one in document.ast.definitions if isinstance(one, OperationDefinitionNode)]
    name = request.operation_name
    meant = [one for one in operations if name is None or (one.name is not None and one.name.value == name)]
    if len(meant) != 1:
        which = (
            "Say by operationName which operation is meant" if name is None else "There is no operation of that name"
        )
        return Prepared(document, None, (GraphQLError(which),))
    costs = document.costs.of(meant[0])
    return Prepared(document, meant[0], (), costs, costs.requested(request.variables))


async def pay(prepared: Prepared, viewer: Viewer) -> None:
    """Take what an operation costs from the caller's budget.

    Raises:
        LimitExceededError: COST_EXCEEDED, no request may cost as much.
        ThrottledError: the budget is used up for now.
    """
    if prepared.price > budgets.REQUEST_MAX:
        message = (
            f"This operation costs {prepared.price:,}, and one request may cost {budgets.REQUEST_MAX:,}; "
            "ask for smaller pages or for fewer points"
        )
        raise LimitExceededError("COST_EXCEEDED", message)
    await budgets.charge(viewer, prepared.price)


async def answer(schema: TitanSchema, prepared: Prepared, request: GraphQLRequest, context: Context) -> dict[str, Any]:
    """Execute a query or mutation; the answer has no `data` entry when nothing was executed.

    Raises:
        TimeoutError: it took longer than a request may.
    """
    if prepared.errors:
        return {"errors": presented(prepared.errors, context.request_id)}
    try:
        await pay(prepared, context.viewer)
    except LimitExceededError as error:
        return _refused(prepared, error, context)
    result = await _executed(schema, prepared, request, context)
    answered = _shown(result, context.request_id)
    if prepared.price:
        answered["extensions"] = {"cost": _settled(prepared, request, result, context.viewer)}
    return answered


async def _executed(
    schema: TitanSchema, prepared: Prepared, request: GraphQLRequest, context: Context
) -> ExecutionResult:
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
    return cast("ExecutionResult", result)


def _shown(result: ExecutionResult, request_id: str) -> dict[str, Any]:
    if not result.errors:
        return {"data": result.data}
    errors = presented(result.errors, request_id)
    if result.data is None and all(error.path is None for error in result.errors):
        return {"errors": errors}
    return {"errors": errors, "data": result.data}


def _settled(prepared: Prepared, request: GraphQLRequest, result: ExecutionResult, viewer: Viewer) -> dict[str, Any]:
    """Count what was really answered, and what that leaves."""
    actual = prepared.price
    if prepared.costs is not None and prepared.costs.varies:
        actual = prepared.costs.actual(request.variables, result.data)
        budgets.settle(viewer, prepared.price, actual)
    return _cost(prepared.price, actual, viewer)


def _refused(prepared: Prepared, error: TitanError, context: Context) -> dict[str, Any]:
    cost = _cost(prepared.price, 0, context.viewer)
    return {"errors": [problem(error, context.request_id)], "extensions": {"cost": cost}}


def _cost(requested: int, actual: int, viewer: Viewer) -> dict[str, Any]:
    budget = budgets.seen(viewer)
    throttle = {"available": budget.available, "max": budget.max, "restorePerSecond": budget.restore_per_second}
    return {"requested": requested, "actual": actual, "throttle": throttle}
