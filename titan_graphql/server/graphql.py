"""The GraphQL endpoint: authentication before parsing, orjson both ways, and answers by the GraphQL-over-HTTP rules."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import structlog
from starlette.datastructures import State
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult

from titan_graphql.resolvers.context import Context
from titan_graphql.schema.root import schema
from titan_graphql.server.sign_in import signed_in_viewer, viewer_of_params
from titan_graphql.services.users import Viewer

log = structlog.get_logger(__name__)
GRAPHQL_RESPONSE = "application/graphql-response+json"
SUBSCRIPTIONS_PER_SOCKET = 20
INIT_TIMEOUT = timedelta(seconds=5)
REQUEST_SECONDS = 10
JSON_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


class TitanGraphQL(GraphQL[Context, None]):
    """Strawberry's ASGI view with our callers, our context and our JSON."""

    def __init__(self, state: State) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=INIT_TIMEOUT,
            max_subscriptions_per_connection=SUBSCRIPTIONS_PER_SOCKET,
        )
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse anonymous requests before reading them; sockets may still sign in by their first message."""
        connection = HTTPConnection(scope)
        viewer = await signed_in_viewer(connection)
        if scope["type"] == "http" and viewer is None:
            await refusal(401, "UNAUTHENTICATED", "Sign in, or send an access token")(scope, receive, send)
            return
        scope["titan.viewer"] = viewer
        await super().__call__(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """The context of a request, or of a socket for all its operations."""
        viewer: Viewer | None = request.scope["titan.viewer"]
        request_id = request.scope.get("titan.request_id") or uuid4().hex
        return Context(request_id=request_id, hub=self._state.hub, signed_in=viewer)

    async def on_ws_connect(self, context: Context) -> None:
        """Accept a socket that came with a session or whose first message brings an access token."""
        context.signed_in = context.signed_in or await viewer_of_params(context.connection_params)
        if context.signed_in is None:
            raise ConnectionRejectionError

    async def execute_single(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Execute an operation, within the time a request may take."""
        async with asyncio.timeout(REQUEST_SECONDS):
            return await super().execute_single(*args, **kwargs)

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Remember the request, whose Accept header decides on the answer's content type."""
        response = await super().get_sub_response(request)
        response.titan_accept = request.headers.get("accept", "")  # type: ignore[attr-defined]  # carried to create_response
        return response

    async def process_result(self, request: Request, result: Any) -> GraphQLHTTPResponse:
        """A request that failed before execution has no `data` entry."""
        answer = await super().process_result(request, result)
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            answer.pop("data", None)
        return answer

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        """Answer with the content type asked for; its status tells a failed request from a partial answer."""
        response = super().create_response(response_data, sub_response)
        if GRAPHQL_RESPONSE in sub_response.titan_accept:  # type: ignore[attr-defined]  # set in get_sub_response
            response.headers["content-type"] = f"{GRAPHQL_RESPONSE}; charset=utf-8"
            if "data" not in response_data and not sub_response.status_code:
                response.status_code = 400
        return response

    def encode_json(self, data: object) -> str:
        """JSON as text: bytes would become binary frames on a socket."""
        return orjson.dumps(data, option=JSON_OPTIONS).decode()

    def decode_json(self, data: str | bytes) -> object:
        """JSON of a request."""
        return orjson.loads(data)


def refusal(status: int, code: str, message: str) -> Response:
    """An answer to a request that was not executed."""
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return Response(orjson.dumps(body), status_code=status, media_type="application/json")
