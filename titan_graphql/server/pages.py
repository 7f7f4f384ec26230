"""The pages: the built client, GraphiQL, and signing in."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from titan_graphql.server.sign_in import PASSWORD_SIGN_IN, SIGN_OUT, sign_in, signed_in_viewer

STATIC = Path(__file__).parents[1] / "static"
NOT_BUILT = "The client is not built; run ./titan up"


async def client_page(request: Request) -> Response:
    """The single-page client, for every address that is its own to interpret."""
    if request.url.path == "/sign-in" and "token" in request.query_params:
        return await sign_in(request)
    return _page(STATIC / "index.html")


async def graphiql_page(request: Request) -> Response:
    """GraphiQL, for who is signed in."""
    if await signed_in_viewer(request) is None:
        return RedirectResponse("/sign-in", status_code=303)
    return _page(STATIC / "graphiql" / "index.html")


def page_routes() -> list[BaseRoute]:
    """Routes of all pages; the client's comes last, since it answers everything."""
    return [
        PASSWORD_SIGN_IN,
        SIGN_OUT,
        Route("/graphiql", graphiql_page),
        Mount("/assets", StaticFiles(directory=STATIC / "assets", check_dir=False)),
        Mount("/graphiql", StaticFiles(directory=STATIC / "graphiql", check_dir=False)),
        Route("/{path:path}", client_page),
    ]


def _page(path: Path) -> Response:
    if not path.is_file():
        return PlainTextResponse(NOT_BUILT, status_code=503)
    return FileResponse(path, headers={"cache-control": "no-cache"})
