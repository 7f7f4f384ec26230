"""What wraps every request: an id, security headers, a bound on bodies, and a masked answer to the unexpected."""

import asyncio
from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

import structlog
from starlette.applications import Starlette
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from titan_graphql.schema.errors import masked
from titan_graphql.server.answers import TIMED_OUT, refusal, refused
from titan_graphql.server.requests import BODY_MAX
from titan_graphql.services import installation

log = structlog.get_logger(__name__)
# Uploads are files, streamed to disk by a route that keeps their own limit.
STREAMED = {"/uploads": 65 * 1024 * 1024}
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'"
)
HEADERS = [
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


class BodyTooLargeError(Exception):
    """A body grew beyond what a request may send."""


class Application(Starlette):
    """Starlette without its own answer to the unexpected, a plain 500 that would come before ours."""

    def build_middleware_stack(self) -> ASGIApp:
        """Routes, and the answers of HTTPException."""
        return ExceptionMiddleware(self.router)


class Edge:
    """The outermost ASGI layer."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; nothing below may end it without an answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._under_way += 1
        self._idle.clear()
        try:
            await self._serve(scope, receive, send)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def drained(self) -> None:
        """Say that this process is no longer ready, and wait until no request is under way."""
        self._app.state.draining = True
        await self._idle.wait()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["titan.request_id"] = request_id = uuid4().hex
        sent = _Sent(send, request_id)
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, _bounded(scope, receive), sent)
            except Exception as error:
                if sent.begun:
                    log.exception("an answer was cut short", path=scope["path"])
                else:
                    await _explained(error, scope["path"], request_id)(scope, receive, sent)


class _Sent:
    """Sends with our headers, and remembers whether an answer has begun."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._headers = [*HEADERS, (b"x-request-id", request_id.encode())]
        self.begun = False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            message = {**message, "headers": [*message.get("headers", []), *self._headers]}
        await self._send(message)


def _bounded(scope: Scope, receive: Receive) -> Receive:
    headers = dict(scope["headers"])
    most = STREAMED.get(scope["path"], BODY_MAX)
    declared = headers.get(b"content-length", b"0")
    if not declared.isdigit() or int(declared) > most:
        raise BodyTooLargeError
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise BodyTooLargeError
        return message

    return counted


def _explained(error: Exception, path: str, request_id: str) -> Response:
    """What a caller is told of a request that ended without an answer; what nobody expected is in the log alone."""
    if isinstance(error, BodyTooLargeError):
        return refusal(413, "TOO_LARGE", f"A request may send at most {BODY_MAX} bytes")
    if isinstance(error, TimeoutError):
        return refused(503, TIMED_OUT)
    if (trouble := installation.trouble(error)) is not None:
        log.error("the database is in trouble", path=path, exc_info=error)
        return refused(503, trouble)
    log.error("request failed unexpectedly", path=path, exc_info=error)
    return refusal(503, "INTERNAL", masked(request_id))
