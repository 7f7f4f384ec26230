"""What callers get: JSON, with the content type they accept and a status that tells refusals from answers."""

from collections.abc import Sequence
from typing import Any

import orjson
import structlog
from starlette.responses import Response
from starlette.types import Send

from titan_graphql.errors import LimitExceededError, ThrottledError, TitanError

JSON = b"application/json"
GRAPHQL_RESPONSE = b"application/graphql-response+json"
JSON_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
CATEGORIES = {401: "UNAUTHENTICATED", 403: "FORBIDDEN", 413: "LIMIT_EXCEEDED", 429: "LIMIT_EXCEEDED"}
TIMED_OUT = LimitExceededError("TIMEOUT", "The request took too long; ask for less at once")


def encode(data: object) -> bytes:
    """JSON, numpy columns included."""
    return orjson.dumps(data, option=JSON_OPTIONS)


def accepted_type(accept: str) -> bytes | None:
    """The content type to answer with, or None when a caller accepts neither."""
    if not accept:
        return JSON
    offers = [part.split(";")[0].strip().lower() for part in accept.split(",") if not _refused(part)]
    for offer in offers:
        if offer == "application/graphql-response+json":
            return GRAPHQL_RESPONSE
        if offer in {"application/json", "application/*", "*/*"}:
            return JSON
    return None


def problem(error: TitanError, request_id: str) -> dict[str, Any]:
    """A failure that no field is to blame for, as an entry of `errors`."""
    extensions = {
        "code": error.code,
        "category": error.category,
        "field": error.path,
        "retryable": error.retryable,
        "requestId": request_id,
    }
    if isinstance(error, ThrottledError):
        extensions["retryAfterMs"] = error.retry_after_ms
    return {"message": error.message, "extensions": extensions}


def refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """An answer to a request that was not executed."""
    error = TitanError(code, message)
    error.category = CATEGORIES.get(status, "INTERNAL" if status >= 500 else "INVALID_INPUT")
    return refused(status, error, headers)


def refused(status: int, error: TitanError, headers: dict[str, str] | None = None) -> Response:
    """An answer with the one failure that a request met, under the id that its log lines carry."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    body = orjson.dumps({"errors": [problem(error, request_id)]})
    return Response(body, status_code=status, media_type="application/json", headers=headers)


async def send_json(send: Send, status: int, content_type: bytes, body: bytes, headers: Sequence[Any] = ()) -> None:
    """Send a whole answer."""
    start = [(b"content-type", content_type + b"; charset=utf-8"), (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


def _refused(part: str) -> bool:
    return any(parameter.strip().replace(" ", "") in {"q=0", "q=0.0", "q=0.00"} for parameter in part.split(";")[1:])
