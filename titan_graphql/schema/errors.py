"""What of a failure reaches a caller: expected ones whole, unexpected ones as an id that finds the log line."""

from collections.abc import Sequence
from typing import Any

import strawberry
import structlog
from graphql import GraphQLError
from strawberry.types import ExecutionContext

from titan_graphql.errors import TitanError
from titan_graphql.quant.errors import QuantError
from titan_graphql.schema.documents import CachedDocuments, Documents
from titan_graphql.schema.execution import TitanExecutor
from titan_graphql.services import installation

log = structlog.get_logger(__name__)
ERRORS_MAX = 5


class TitanSchema(strawberry.Schema):
    """A schema that checks a document once, and whose errors all carry a code and a request id."""

    def __init__(self, **definition: Any) -> None:
        super().__init__(**definition, extensions=[CachedDocuments], execution_context_class=TitanExecutor)
        self.documents = Documents(self._schema)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Rewrite errors in place, the unexpected ones masked; no more than five are told."""
        context = execution_context.context if execution_context is not None else None
        request_id = getattr(context, "request_id", "")
        for error in errors:
            present(error, request_id)
        del errors[ERRORS_MAX:]


def presented(errors: Sequence[GraphQLError], request_id: str) -> list[Any]:
    """The first errors as a caller gets them."""
    shown = errors[:ERRORS_MAX]
    for error in shown:
        present(error, request_id)
    return [error.formatted for error in shown]


def present(error: GraphQLError, request_id: str) -> None:
    """Give an error its message and extensions for the caller."""
    original = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    if (trouble := installation.trouble(original)) is not None:
        log.error("the database is in trouble", request_id=request_id, path=error.path, exc_info=original)
        original = trouble
    if isinstance(original, TitanError):
        error.message = original.message
        extensions: dict[str, Any] = {
            "code": original.code,
            "category": original.category,
            "field": original.path,
            "retryable": original.retryable,
        }
    elif isinstance(original, QuantError):
        error.message = str(original)
        extensions = {"code": original.code, "category": "INVALID_INPUT", "field": [], "retryable": False}
    elif original is None or _is_coercion(error):
        extensions = {"code": "GRAPHQL_INVALID", "category": "INVALID_INPUT", "field": [], "retryable": False}
    else:
        log.error("request failed unexpectedly", request_id=request_id, path=error.path, exc_info=original)
        error.message = masked(request_id)
        extensions = {"code": "INTERNAL", "category": "INTERNAL", "field": [], "retryable": False}
    error.extensions = {**extensions, "requestId": request_id}


def masked(request_id: str) -> str:
    """What a caller reads of an unexpected failure."""
    return f"Something went wrong; the log names it under request {request_id}"


def _is_coercion(error: GraphQLError) -> bool:
    """Whether a scalar refused a value, before anything was executed."""
    return error.path is None and isinstance(error.original_error, ValueError | TypeError)
