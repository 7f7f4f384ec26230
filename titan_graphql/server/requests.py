"""What callers send: bytes into a GraphQL request, strictly, each refusal with a code of its own."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any, NoReturn
from urllib.parse import parse_qsl

import orjson

from titan_graphql.errors import InvalidInputError, LimitExceededError
from titan_graphql.services.pages import LIST_MAX

BODY_MAX = 1024 * 1024
VARIABLES_MAX = 256 * 1024
JSON_DEPTH_MAX = 32
PARAMETERS_MAX = 20


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A document to execute, and with what."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


def from_body(body: bytes) -> GraphQLRequest:
    """The request in the body of a POST.

    Raises:
        InvalidInputError: not JSON, not a GraphQL request, or a value that no field could take.
        LimitExceededError: variables too large.
    """
    return from_params(read_json(body), size=len(body))


def from_query_string(query_string: bytes) -> GraphQLRequest:
    """The request in the address of a GET.

    Raises:
        InvalidInputError: as for a body.
    """
    try:
        pairs = parse_qsl(query_string.decode("ascii"), True, errors="strict", max_num_fields=PARAMETERS_MAX)  # noqa: FBT003 (keep blanks; positional as everywhere)
    except ValueError as error:
        raise InvalidInputError("BODY_INVALID", "The query string is not URL-encoded UTF-8") from error
    params: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        if name in params:
            params[name] = read_json(params[name]) if params[name] else None
    return from_params(params, size=len(query_string))


def from_params(params: object, size: int) -> GraphQLRequest:
    """The request in decoded parameters; `size` bounds how large its variables can be.

    Raises:
        InvalidInputError: a parameter is missing or of the wrong type, or a value that no field could take.
        LimitExceededError: variables too large.
    """
    if isinstance(params, list):
        raise InvalidInputError("BATCH_REFUSED", "Send one request at a time; batches are not executed")
    if not isinstance(params, dict):
        raise InvalidInputError("BODY_INVALID", "A GraphQL request is a JSON object with a query")
    query, variables = params.get("query"), params.get("variables")
    if not isinstance(query, str):
        raise InvalidInputError("BODY_INVALID", "query must be the text of a GraphQL document", ["query"])
    _check_type(params, "variables", dict, "an object")
    _check_type(params, "extensions", dict, "an object")
    _check_type(params, "operationName", str, "a text")
    check_text(query, ["query"])
    check_text(params.get("operationName") or "", ["operationName"])
    check_value(variables, ["variables"])
    if size > VARIABLES_MAX and len(orjson.dumps(variables)) > VARIABLES_MAX:
        raise LimitExceededError("TOO_LARGE", f"Variables may take at most {VARIABLES_MAX} bytes", ["variables"])
    return GraphQLRequest(query, variables, params.get("operationName"))


def read_json(text: bytes | str) -> Any:
    """Decode JSON.

    Raises:
        InvalidInputError: it is not UTF-8 or not JSON, or holds what no field could take.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        _refuse_json(error.msg, error)


def is_json(content_type: str) -> bool:
    """Whether a Content-Type header says JSON in UTF-8, which no page of another site can send without asking."""
    if content_type == "application/json":
        return True
    parsed = Message()
    parsed["content-type"] = content_type
    return (
        bool(content_type)
        and parsed.get_content_type() == "application/json"
        and str(parsed.get_param("charset", "utf-8")).lower() in {"utf-8", "utf8"}
    )


def check_value(value: object, path: list[str], depth: int = 2) -> None:
    """Refuse JSON that is too deep or holds endless lists or texts that cannot be stored.

    Raises:
        InvalidInputError: so it is; the path says where.
    """
    if isinstance(value, str):
        check_text(value, path)
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidInputError("NOT_FINITE", "A number is too large to be finite", path)
    elif isinstance(value, dict | list):
        if depth > JSON_DEPTH_MAX:
            raise InvalidInputError("JSON_TOO_DEEP", f"JSON may be at most {JSON_DEPTH_MAX} levels deep", path[:4])
        if isinstance(value, list) and len(value) > LIST_MAX:
            message = f"A list has at most {LIST_MAX} elements, not {len(value)}"
            raise LimitExceededError("LIST_TOO_LONG", message, path)
        items: Any = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in items:
            check_text(str(key), path)
            check_value(part, [*path, str(key)], depth + 1)


def check_text(text: str, path: list[str]) -> None:
    """Refuse what no table can store.

    Raises:
        InvalidInputError: the text holds NUL or half of a surrogate pair.
    """
    if "\0" in text or has_half_pair(text):
        raise InvalidInputError("TEXT_INVALID", "A text may hold neither NUL nor half of a surrogate pair", path)


def has_half_pair(text: str) -> bool:
    """Whether a text holds half of a surrogate pair, which UTF-8 cannot write."""
    return not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text)


def _check_type(params: Mapping[str, object], name: str, kind: type, words: str) -> None:
    value = params.get(name)
    if value is not None and not isinstance(value, kind):
        raise InvalidInputError("BODY_INVALID", f"{name} must be {words} or null", [name])


def _refuse_json(reason: str, error: Exception) -> NoReturn:
    if reason.startswith("str is not valid UTF-8"):
        raise InvalidInputError("BODY_INVALID", "The request is not UTF-8") from error
    if "surrogate" in reason:
        raise InvalidInputError("TEXT_INVALID", "A text may not hold half of a surrogate pair") from error
    if "infinity" in reason:
        raise InvalidInputError("NOT_FINITE", "A number is too large to be finite") from error
    if "depth" in reason:
        raise InvalidInputError("JSON_TOO_DEEP", f"JSON may be at most {JSON_DEPTH_MAX} levels deep") from error
    raise InvalidInputError("BODY_INVALID", f"The request is not JSON: {reason}") from error
