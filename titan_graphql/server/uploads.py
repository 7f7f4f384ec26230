"""The upload route: one file as the body of one request, streamed to disk; the answer says how it would be read."""

from dataclasses import asdict
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from titan_graphql.errors import TitanError
from titan_graphql.feeds.files import FILE_BYTES_MAX
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.refusals import FileRefusedError
from titan_graphql.models.market_imports import Upload
from titan_graphql.server.answers import refusal, refused
from titan_graphql.services import market_imports, market_uploads
from titan_graphql.services.users import Viewer

# A page of another site can send the types of plain forms without asking; these it cannot.
CONTENT_TYPES = {"text/csv", "application/octet-stream", "application/vnd.apache.parquet"}
STATUS = {"FORBIDDEN": 403, "LIMIT_EXCEEDED": 413, "UNAVAILABLE": 507}


async def upload(request: Request) -> Response:
    """Keep the body as a file for `importBars`; `?name=` is what it is called, and never a path."""
    viewer = await request.app.state.callers.viewer(request)
    if viewer is None:
        return refusal(401, "UNAUTHENTICATED", "Sign in, or send an access token")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in CONTENT_TYPES:
        return refusal(415, "CONTENT_TYPE_INVALID", f"Send the file as {', '.join(sorted(CONTENT_TYPES))}")
    if int(request.headers.get("content-length", "0")) > FILE_BYTES_MAX:
        return refusal(413, "FILE_TOO_LARGE", f"A file has at most {FILE_BYTES_MAX // 1024**2} MiB")
    try:
        viewer.must_work()
        kept = await market_uploads.receive(viewer, request.query_params.get("name", ""), request.stream())
    except ClientDisconnect:
        return refusal(400, "UPLOAD_CUT", "The file did not arrive whole")
    except TitanError as error:
        return refused(STATUS.get(error.category, 400), error)
    return Response(orjson.dumps(await _answer(viewer, kept)), status_code=201, media_type="application/json")


async def _answer(viewer: Viewer, kept: Upload) -> dict[str, Any]:
    answer = {"uploadId": str(kept.id), "name": kept.file_name, "size": kept.size, "preview": None, "problem": None}
    try:
        preview = await market_imports.preview(viewer, kept.id, ReadOptions())
    except FileRefusedError as error:
        rows = [asdict(row) for row in error.rows]
        problem = {"code": error.code, "message": error.message, "rows": rows, "total": error.total}
        return {**answer, "problem": problem}
    return {**answer, "preview": asdict(preview)}


UPLOAD_ROUTE = Route("/uploads", upload, methods=["POST"])
