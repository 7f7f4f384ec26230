"""Who sends a request: sign-in by link, session cookies and access tokens."""

from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from titan_graphql.errors import TitanError
from titan_graphql.services import users
from titan_graphql.services.users import Viewer

COOKIE = "titan_session"
BEARER = "bearer "
SECRET_LENGTH_MAX = 200


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
        secret = await users.sign_in(token[:SECRET_LENGTH_MAX])
    except TitanError as error:
        return RedirectResponse(f"/sign-in?problem={error.code}", status_code=303)
    response = RedirectResponse("/", status_code=303)
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


SIGN_OUT = Route("/sign-out", sign_out, methods=["POST"])
