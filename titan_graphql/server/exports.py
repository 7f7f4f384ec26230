"""The export route: a backtest's trades and equity as files, and its report as one page."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from titan_graphql.errors import TitanError
from titan_graphql.resolvers import nodes
from titan_graphql.server.answers import refusal, refused
from titan_graphql.services import backtest_exports, backtest_reports

STATUS = {"NOT_FOUND": 404, "INVALID_INPUT": 404, "CONFLICT": 409}
# What a report may do when a browser opens it from here: draw itself, and nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


async def export(request: Request) -> Response:
    """Answer with `trades` or `equity` as csv, parquet or json, or with `report.html`."""
    viewer = await request.app.state.callers.viewer(request)
    if viewer is None:
        return refusal(401, "UNAUTHENTICATED", "Sign in, or send an access token")
    what, _, file_format = request.path_params["name"].partition(".")
    try:
        backtest_id = nodes.decode_id(request.path_params["id"], "Backtest")[1]
        if (what, file_format) == ("report", "html"):
            file = await backtest_reports.report(viewer, backtest_id)
        else:
            file = await backtest_exports.export(viewer, backtest_id, what, file_format)
    except TitanError as error:
        return refused(STATUS.get(error.category, 400), error)
    headers = {
        "content-disposition": f'attachment; filename="{file.name}"',
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)


EXPORT_ROUTE = Route("/exports/backtests/{id}/{name}", export, methods=["GET"])
