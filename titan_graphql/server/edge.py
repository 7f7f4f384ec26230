"""What wraps every request: an id, security headers, a bound on bodies, and a masked answer to the unexpected."""

import asyncio
from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

import structlog
from starlette.applications import Starlette
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from titan_graphql.schema.errors import masked
from titan_graphql.server.answers import refusal
from titan_graphql.server.requests import BODY_MAX

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
        try:
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                await self._app(scope, _bounded(scope, receive), sent)
        except BodyTooLargeError:
            await _answer(sent, scope, receive, 413, "TOO_LARGE", f"A request may send at most {BODY_MAX} bytes")
        except TimeoutError:
            await _answer(sent, scope, receive, 503, "TIMEOUT", "The request took too long; ask for less at once")
        except Exception:
            log.exception("request failed unexpectedly", path=scope["path"])
            await _answer(sent, scope, receive, 503, "INTERNAL", masked(request_id))


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


async def _answer(sent: _Sent, scope: Scope, receive: Receive, status: int, code: str, message: str) -> None:
    if not sent.begun:
        await refusal(status, code, message, scope["titan.request_id"])(scope, receive, sent)
