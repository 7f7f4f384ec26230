"""Who sends a request: sign-in by link or password, session cookies and access tokens."""

from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from titan_graphql.errors import InvalidInputError, ThrottledError, TitanError
from titan_graphql.server.answers import encode, problem, refusal
from titan_graphql.server.requests import is_json, read_json
from titan_graphql.services import user_passwords, users
from titan_graphql.services.users import Viewer

COOKIE = "titan_session"
BEARER = "bearer "
SECRET_LENGTH_MAX = 200
REFUSED_STATUS = {"FORBIDDEN": 403, "LIMIT_EXCEEDED": 429, "CONFLICT": 409, "UNAVAILABLE": 503}


async def signed_in_viewer(connection: HTTPConnection) -> Viewer | None:
    """The viewer behind a request's access token or session cookie."""
    secret = connection_secret(connection)
    return None if secret is None else await viewer_of_secret(secret)


def connection_secret(connection: HTTPConnection) -> str | None:
    """The access token or session secret that a request brings; the token counts where there are both."""
    header = connection.headers.get("authorization")
    return (bearer_token(header) if header else None) or connection.cookies.get(COOKIE)


def params_secret(params: dict[str, Any]) -> str | None:
    """The access token in a socket's `connection_init` payload."""
    return bearer_token(next((value for name, value in params.items() if name.lower() == "authorization"), None))


def bearer_token(header: object) -> str | None:
    """The token in an Authorization header, or None."""
    if isinstance(header, str) and header.lower().startswith(BEARER):
        return header[len(BEARER) :].strip()
    return None


async def viewer_of_secret(secret: str) -> Viewer | None:
    """The viewer behind a secret, or None when it opens nothing."""
    return await users.authenticate(secret) if 0 < len(secret) <= SECRET_LENGTH_MAX else None


async def sign_in(request: Request) -> Response:
    """Exchange a one-time link for a session cookie and go to the front page."""
    token = request.query_params.get("token", "")
    try:
        secret = await users.sign_in(token[:SECRET_LENGTH_MAX], _former_session(request))
    except TitanError as error:
        return RedirectResponse(f"/sign-in?problem={error.code}", status_code=303)
    return _signed_in(request, RedirectResponse("/", status_code=303), secret)


async def password_sign_in(request: Request) -> Response:
    """Exchange `{"name": …, "password": …}` for a session cookie; a refusal does not say which of them is wrong."""
    if not is_json(request.headers.get("content-type", "")):
        return refusal(415, "CONTENT_TYPE_INVALID", "Send application/json in UTF-8")
    try:
        name, password = _name_and_password(read_json(await request.body()))
        address = request.client.host if request.client else ""
        secret = await user_passwords.sign_in(name, password, address, _former_session(request))
    except TitanError as error:
        return _refused(error, request.scope["titan.request_id"])
    return _signed_in(request, Response(status_code=204), secret)


def _name_and_password(params: object) -> tuple[str, str]:
    match params:
        case {"name": str(name), "password": str(password)}:
            return name, password
        case _:
            raise InvalidInputError("BODY_INVALID", "Send an object with the texts name and password")


def _refused(error: TitanError, request_id: str) -> Response:
    headers = {"cache-control": "no-store"}
    if isinstance(error, ThrottledError):
        headers["retry-after"] = str(-(-error.retry_after_ms // 1000))
    body = encode({"errors": [problem(error, request_id)]})
    return Response(body, REFUSED_STATUS.get(error.category, 400), headers, "application/json")


def _former_session(request: Request) -> str | None:
    secret = request.cookies.get(COOKIE)
    return None if secret is None else secret[:SECRET_LENGTH_MAX]


def _signed_in(request: Request, response: Response, secret: str) -> Response:
    """Never the same secret before and after: who planted the one before would be signed in as well."""
    request.app.state.callers.forget()
    response.headers["cache-control"] = "no-store"
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(users.SESSION_LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


async def sign_out(request: Request) -> Response:
    """End the session."""
    viewer = await signed_in_viewer(request)
    if viewer is not None:
        await users.sign_out(viewer)
        request.app.state.callers.forget()
    response = Response(status_code=204)
    response.delete_cookie(COOKIE)
    return response


PASSWORD_SIGN_IN = Route("/sign-in", password_sign_in, methods=["POST"])
SIGN_OUT = Route("/sign-out", sign_out, methods=["POST"])
