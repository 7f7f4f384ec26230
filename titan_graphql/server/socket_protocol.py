"""graphql-transport-ws, strictly: no message can do more harm than close its own socket."""

import json
import time
from typing import Any, NoReturn

import orjson
import structlog
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation

from titan_graphql.errors import LimitExceededError, TitanError
from titan_graphql.resolvers.context import Context
from titan_graphql.server.answers import problem
from titan_graphql.server.requests import from_params, has_half_pair
from titan_graphql.server.seats import CLOSE_TOO_MANY

log = structlog.get_logger(__name__)
MESSAGES_PER_MINUTE = 100
ID_LENGTH_MAX = 128
CLOSE_INVALID = 4400
CLOSE_INTERNAL = 1011
TYPES = frozenset({"connection_init", "ping", "pong", "subscribe", "complete"})


class StrictHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Strawberry's handler behind a check of shape and rate; a bad operation fails alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._minute = time.monotonic()
        self._messages = 0

    async def handle_message(self, message: Any) -> None:
        """Handle one message, or close the socket."""
        if self._too_many():
            await self.websocket.close(CLOSE_TOO_MANY, "Too many messages")
            return
        complaint = _complaint(message)
        if complaint:
            await self.websocket.close(CLOSE_INVALID, complaint)
            return
        try:
            await super().handle_message(message)
            if self.connection_acknowledged:
                self.connection_init_timeout_task = None  # it was cancelled, and would be kept as long as the socket
        except (WebSocketDisconnected, ConnectionRejectionError):
            raise
        except Exception:
            log.exception("a socket failed unexpectedly", request_id=self.context.request_id)
            await self.websocket.close(CLOSE_INTERNAL, f"Request {self.context.request_id} is in the log")

    async def handle_ping(self, message: Any) -> None:
        """Answer with the same payload."""
        pong: Any = {"type": "pong"}
        if message.get("payload") is not None:
            pong["payload"] = message["payload"]
        await self.send_message(pong)

    async def handle_subscribe(self, message: Any) -> None:
        """Start an operation; what is wrong with it is told to it alone."""
        new = self.connection_acknowledged and message["id"] not in self.operations
        try:
            if new:
                self._check_operation(message["payload"])
        except TitanError as error:
            payload: Any = [problem(error, self.context.request_id)]
            await self.send_message({"id": message["id"], "type": "error", "payload": payload})
            return
        await super().handle_subscribe(message)

    async def fail(self, operation: Operation[Context, None], errors: list[dict[str, Any]]) -> None:
        """End an operation with errors."""
        failed: Any = {"id": operation.id, "type": "error", "payload": errors}
        await operation.send_operation_message(failed)

    def _check_operation(self, payload: object) -> None:
        from_params(payload, size=0)  # a frame is smaller than variables may be
        most = self.max_subscriptions_per_connection
        if most is not None and len(self.operations) >= most:
            raise LimitExceededError("SUBSCRIPTIONS_TOO_MANY", f"At most {most} operations per socket at a time")

    def _too_many(self) -> bool:
        now = time.monotonic()
        if now - self._minute >= 60:
            self._minute, self._messages = now, 0
        self._messages += 1
        return self._messages > MESSAGES_PER_MINUTE


def decode_message(text: str | bytes) -> object:
    """The JSON of a message; anything else closes the socket.

    An operation with half a surrogate pair or a number beyond all bounds in it is JSON all the same: browsers send it
    when somebody pastes half an emoji, and it must not take the socket's other operations with it.

    Raises:
        orjson.JSONDecodeError: it is not JSON.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            message = json.loads(text, parse_int=float, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            message = None
        if isinstance(message, dict) and message.get("type") == "subscribe" and _is_id(message.get("id")):
            return message
        raise


def _complaint(message: Any) -> str:
    """What is wrong with the shape of a message; empty when nothing is."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return "A message is an object with a type"
    kind, payload = message["type"], message.get("payload")
    if kind not in TYPES:
        return "Unknown message type"
    if kind in {"connection_init", "ping", "pong"} and not isinstance(payload, dict | None):
        return "The payload is an object"
    if kind in {"subscribe", "complete"} and not _is_id(message.get("id")):
        return f"An id has 1 to {ID_LENGTH_MAX} characters"
    if kind == "subscribe" and not _is_request(payload):
        return "The payload is an object with a query"
    if kind == "connection_init" and payload is None:
        message.pop("payload", None)
    return ""


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= ID_LENGTH_MAX and not has_half_pair(value)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _is_request(payload: Any) -> bool:
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
        and isinstance(payload.get("extensions"), dict | None)
    )
