"""The GraphQL endpoint over WebSockets: who may open one, and how its operations run."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Hashable
from contextlib import aclosing
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
from graphql import FieldNode, OperationDefinitionNode, OperationType, ValueNode, VariableNode
from starlette.datastructures import State
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import Operation
from strawberry.types.execution import PreExecutionError
from strawberry.types.unset import UNSET, UnsetType

from titan_graphql.errors import LimitExceededError
from titan_graphql.resolvers.context import Context
from titan_graphql.schema.root import schema
from titan_graphql.schema.sharing import METADATA, Audience, Delivery, Shared
from titan_graphql.server.answers import TIMED_OUT, encode, problem, refused
from titan_graphql.server.execution import Prepared, answer, pay, prepare
from titan_graphql.server.push import EXTENSION, PushProtocol
from titan_graphql.server.requests import GraphQLRequest
from titan_graphql.server.seats import CLOSE_TOO_MANY, Seat
from titan_graphql.server.shared_streams import Course, SharedStreams, Subscriber, is_refusal, unexpected
from titan_graphql.server.socket_protocol import StrictHandler, decode_message
from titan_graphql.services.users import Viewer

SUBSCRIPTIONS_PER_SOCKET = 20
INIT_TIMEOUT = timedelta(seconds=5)
CLOSE_SECONDS = 0.5
DECLARED_AND_USED = 2


class SocketContext(Context):
    """The context of a socket, which knows its seat."""

    seat: Seat


class TitanAdapter(ASGIWebSocketAdapter):
    """Strawberry's socket, which may be closed twice and never waits for a peer that has gone."""

    async def send_json(self, message: Any) -> None:
        """Send a message as a text frame."""
        try:
            await self.ws.send_text(encode(message).decode())
        except (WebSocketDisconnect, RuntimeError) as error:  # Starlette's words for a socket closed before
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        """Close the socket; one whose peer takes nothing is cut off."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.ws.close(code=code, reason=reason)
        except TimeoutError:
            protocol = push_protocol(self.ws)
            if protocol is not None:
                protocol.abort()
        except (WebSocketDisconnect, RuntimeError):
            return


class SocketHandler(StrictHandler):
    """Runs operations: queries and mutations as over HTTP, shared subscriptions once for all who ask the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._streams: SharedStreams = self.view.streams  # type: ignore[attr-defined]  # TitanSockets'
        self.context.seat.closer = self.websocket.close  # type: ignore[attr-defined]  # a SocketContext

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """Run one operation to its end; whatever happens is told to it alone."""
        request = GraphQLRequest(operation.query, operation.variables, operation.operation_name)
        try:
            prepared = prepare(schema, request)
            if prepared.kind is not OperationType.SUBSCRIPTION:
                await self._answer(operation, prepared, request)
            else:
                await pay(prepared, self.context.viewer)
                await self._subscribe(operation, prepared, request)
        except WebSocketDisconnected:
            return
        except LimitExceededError as error:
            await self.fail(operation, [problem(error, self.context.request_id)])
        except TimeoutError:
            await self.fail(operation, [problem(TIMED_OUT, self.context.request_id)])
        except Exception:
            await self.fail(operation, [unexpected(self.context.request_id)])

    async def _answer(self, operation: Operation[Context, None], prepared: Prepared, request: GraphQLRequest) -> None:
        answered = await answer(schema, prepared, request, self.context)
        if "data" not in answered:
            await self.fail(operation, answered["errors"])
            return
        message: Any = {"id": operation.id, "type": "next", "payload": answered}
        await operation.send_operation_message(message)
        await self._complete(operation)

    async def _subscribe(
        self, operation: Operation[Context, None], prepared: Prepared, request: GraphQLRequest
    ) -> None:
        protocol = push_protocol(self.websocket.ws)  # type: ignore[attr-defined]  # the adapter's socket
        rule = sharing_rule(prepared)
        if rule is None or protocol is None:
            await self._subscribe_alone(operation, request)
        else:
            await self._subscribe_shared(operation, prepared, request, rule, protocol)

    async def _subscribe_alone(self, operation: Operation[Context, None], request: GraphQLRequest) -> None:
        async with aclosing(await open_stream(request, self.context)) as results:
            async for result in results:
                if isinstance(result, PreExecutionError) or is_refusal(result):
                    await operation.send_initial_errors(result.errors or [])
                    return
                await operation.send_next(result)
        await self._complete(operation)

    async def _subscribe_shared(
        self,
        operation: Operation[Context, None],
        prepared: Prepared,
        request: GraphQLRequest,
        rule: Shared,
        protocol: PushProtocol,
    ) -> None:
        viewer = self.context.viewer
        subscriber = Subscriber(protocol, operation.id, rule.delivery)
        context = Context(request_id=uuid4().hex, hub=self.context.hub, signed_in=viewer)

        def begin() -> Awaitable[AsyncGenerator[Any, None]]:
            return open_stream(request, context)

        course = None if rule.delivery is Delivery.STATE else course_of(prepared, request, rule, viewer, context)
        self._streams.join(sharing_key(request, rule, viewer), begin, rule.delivery, course).attach(subscriber)
        try:
            errors = await subscriber.ended
        finally:
            subscriber.leave()
        if errors is not None:
            await self.fail(operation, errors)
        else:
            await self._complete(operation)

    async def _complete(self, operation: Operation[Context, None]) -> None:
        await operation.send_operation_message({"id": operation.id, "type": "complete"})


class TitanSockets(GraphQL[Context, None]):
    """Strawberry's ASGI view for sockets, with our callers, our context and our JSON."""

    graphql_transport_ws_handler_class = SocketHandler
    websocket_adapter_class = TitanAdapter

    def __init__(self, state: State) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=INIT_TIMEOUT,
            max_subscriptions_per_connection=SUBSCRIPTIONS_PER_SOCKET,
        )
        self._state = state
        self.streams = state.streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket; it may come with a session or sign in by its first message."""
        connection = HTTPConnection(scope)
        viewer = await self._state.callers.viewer(connection)
        address = connection.client.host if connection.client else ""
        try:
            with self._state.seats.taken(address, viewer) as seat:
                scope["titan.seat"] = seat
                await super().__call__(scope, receive, send)
        except LimitExceededError as error:
            denial = refused(429, error)
            await WebSocket(scope, receive, send).send_denial_response(denial)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """The context of a socket, for all its operations."""
        seat: Seat = request.scope["titan.seat"]
        context = SocketContext(request_id=uuid4().hex, hub=self._state.hub, signed_in=seat.viewer)
        context.seat = seat
        return context

    async def on_ws_connect(self, context: Context) -> UnsetType:
        """Accept a socket that came with a session or whose first message brings an access token."""
        viewer = context.signed_in or await self._state.callers.of_params(context.connection_params)
        if viewer is None:
            raise ConnectionRejectionError
        seat: Seat = context.seat  # type: ignore[attr-defined]  # a SocketContext
        try:
            self._state.seats.identify(seat, viewer)
        except LimitExceededError as error:
            await seat.close(CLOSE_TOO_MANY, error.message)
            raise ConnectionRejectionError from error
        context.signed_in = viewer
        acknowledged: UnsetType = UNSET
        return acknowledged  # None would be sent as a payload of null, which clients refuse

    def decode_json(self, data: str | bytes) -> object:
        """The JSON of a message."""
        return decode_message(data)


async def open_stream(request: GraphQLRequest, context: Context) -> AsyncGenerator[Any, None]:
    """Begin to execute a subscription."""
    return await schema.subscribe(
        request.query,
        variable_values=request.variables,
        context_value=context,
        operation_name=request.operation_name,
    )


def sharing_rule(prepared: Prepared) -> Shared | None:
    """How the operation's field is shared; None when each subscriber needs an execution of its own."""
    field = _root_field(prepared)
    root = schema._schema.subscription_type
    if field is None or root is None:
        return None
    definition = root.fields[field.name.value].extensions["strawberry-definition"]
    rule: Shared | None = definition.metadata.get(METADATA)
    return rule


def sharing_key(request: GraphQLRequest, rule: Shared, viewer: Viewer) -> Hashable:
    """What must be equal for two subscribers to be given the same events."""
    variables = orjson.dumps(request.variables or {}, option=orjson.OPT_SORT_KEYS)
    audience = (viewer.user_id, viewer.role) if rule.audience is Audience.VIEWER else None
    return (request.query, request.operation_name, variables, audience)


def push_protocol(websocket: WebSocket) -> PushProtocol | None:
    """The push side of a socket; None under a server that has none."""
    protocol: PushProtocol | None = websocket.scope.get("extensions", {}).get(EXTENSION)
    return protocol


def course_of(prepared: Prepared, request: GraphQLRequest, rule: Shared, viewer: Viewer, context: Context) -> Course:
    """What makes executions of a stream alike that were begun at different cursors: all but that cursor.

    A cursor that is used for anything else as well makes a difference to the end.
    """
    after = _cursor(prepared)
    variables = dict(request.variables or {})
    replays = after is not None
    if isinstance(after, VariableNode):
        name = after.name.value
        replays = variables.get(name) is not None
        if request.query.count(f"${name}") == DECLARED_AND_USED:
            variables.pop(name, None)
    family = sharing_key(GraphQLRequest(request.query, variables, request.operation_name), rule, viewer)
    return Course(family, replays, lambda: context.position)


def _root_field(prepared: Prepared) -> FieldNode | None:
    operation = prepared.operation
    field = operation.selection_set.selections[0] if isinstance(operation, OperationDefinitionNode) else None
    return field if isinstance(field, FieldNode) else None


def _cursor(prepared: Prepared) -> ValueNode | None:
    """After what a stream begins."""
    field = _root_field(prepared)
    arguments = () if field is None else field.arguments or ()
    return next((argument.value for argument in arguments if argument.name.value == "after"), None)
