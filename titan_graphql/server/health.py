"""Whether this installation is alive, and whether it can serve."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from titan_graphql.events import presence
from titan_graphql.queue import Lane
from titan_graphql.server.answers import refusal
from titan_graphql.services import installation


async def healthz(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


async def readyz(request: Request) -> Response:
    """Database, Redis and a worker of each lane answer; otherwise 503 and which does not; not while draining."""
    redis: Redis = request.app.state.redis
    if request.app.state.draining:
        return JSONResponse({"draining": True}, status_code=503)
    checks = {"database": await installation.database_answers(), **await _redis_checks(redis)}
    return JSONResponse(checks, status_code=200 if all(checks.values()) else 503)


async def metrics(request: Request) -> Response:
    """Prometheus metrics, for callers with an access token."""
    if await request.app.state.callers.viewer(request) is None:
        return refusal(401, "UNAUTHENTICATED", "Send an access token")
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _redis_checks(redis: Redis) -> dict[str, bool]:
    try:
        return {"redis": True, "worker": await presence.present(redis, list(Lane))}
    except (RedisError, OSError):
        return {"redis": False, "worker": False}


HEALTH_ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
