"""The GraphQL endpoint over HTTP: authentication before parsing, one request at a time, always a JSON answer."""

from typing import Any

from graphql import OperationType
from starlette.datastructures import State
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from titan_graphql.errors import InvalidInputError, LimitExceededError
from titan_graphql.resolvers.context import Context
from titan_graphql.schema.root import schema
from titan_graphql.server.answers import GRAPHQL_RESPONSE, JSON, accepted_type, encode, problem, refusal, send_json
from titan_graphql.server.execution import answer, prepare
from titan_graphql.server.requests import GraphQLRequest, from_body, from_query_string, is_json


class RefusedError(Exception):
    """The request is not executed; status, code and message say why."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers


class GraphQLEndpoint:
    """GET and POST of /graphql by the GraphQL-over-HTTP specification."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request_id = scope["titan.request_id"]
        try:
            await self._answer(scope, receive, send, request_id)
        except RefusedError as refused:
            response = refusal(refused.status, refused.code, refused.message, refused.headers)
            await response(scope, receive, send)
        except (InvalidInputError, LimitExceededError) as error:
            status = 413 if error.code == "TOO_LARGE" else 400
            await send_json(send, status, JSON, encode({"errors": [problem(error, request_id)]}))

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        connection = HTTPConnection(scope)
        viewer = await self._state.callers.viewer(connection)
        if viewer is None:
            raise RefusedError(401, "UNAUTHENTICATED", "Sign in, or send an access token")
        content_type = accepted_type(connection.headers.get("accept", ""))
        if content_type is None:
            raise RefusedError(
                406, "NOT_ACCEPTABLE", "Answers are application/graphql-response+json or application/json"
            )
        request = await _read(scope, receive, connection)
        prepared = prepare(schema, request)
        _check_kind(prepared.kind, scope["method"])
        context = Context(request_id=request_id, hub=self._state.hub, signed_in=viewer)
        answered = await answer(schema, prepared, request, context)
        await send_json(send, _status(answered, content_type), content_type, encode(answered))


async def _read(scope: Scope, receive: Receive, connection: HTTPConnection) -> GraphQLRequest:
    if scope["method"] == "GET":
        return from_query_string(scope["query_string"])
    if scope["method"] != "POST":
        raise RefusedError(405, "METHOD_NOT_ALLOWED", "Use POST, or GET for queries", {"allow": "GET, POST"})
    if not is_json(connection.headers.get("content-type", "")):
        raise RefusedError(415, "CONTENT_TYPE_INVALID", "Send application/json in UTF-8")
    return from_body(await _body(receive))


def _status(answered: dict[str, Any], content_type: bytes) -> int:
    """The older content type says 200 whatever was made of a well-formed request."""
    if content_type is not GRAPHQL_RESPONSE or "data" in answered:
        return 200
    return 429 if answered["errors"][0]["extensions"]["code"] == "THROTTLED" else 400


async def _body(receive: Receive) -> bytes:
    message = await receive()
    if not message.get("more_body"):
        body: bytes = message.get("body", b"")
        return body
    parts = [message.get("body", b"")]
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
    return b"".join(parts)


def _check_kind(kind: OperationType | None, method: str) -> None:
    if kind is OperationType.SUBSCRIPTION:
        raise RefusedError(400, "SUBSCRIPTION_NEEDS_SOCKET", "Subscribe over a WebSocket (graphql-transport-ws)")
    if kind is OperationType.MUTATION and method == "GET":
        raise RefusedError(405, "METHOD_NOT_ALLOWED", "Send mutations by POST", {"allow": "POST"})
