"""The whole application: routes, connections and background tasks, composed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from titan_graphql import cache, db, queue
from titan_graphql.events import bus
from titan_graphql.events.hub import Hub
from titan_graphql.server.edge import Edge
from titan_graphql.server.graphql import TitanGraphQL
from titan_graphql.server.health import HEALTH_ROUTES
from titan_graphql.server.pages import page_routes
from titan_graphql.services import kernels
from titan_graphql.settings import Settings


def create_app(settings: Settings) -> Edge:
    """The ASGI application for these settings."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        queue.connect(settings)
        async with db.opened(settings), bus.opened(settings.redis_url) as redis:
            app.state.redis, app.state.hub = redis, Hub(settings.redis_url)
            cache.use(redis)
            kernels.warm_in_background()
            listening = asyncio.create_task(app.state.hub.run())
            try:
                yield
            finally:
                cache.use(None)
                listening.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await listening

    app = Starlette(lifespan=lifespan)
    graphql = TitanGraphQL(app.state)
    app.router.routes = [
        Route("/graphql", graphql, methods=["GET", "POST"]),
        WebSocketRoute("/graphql", graphql),
        *HEALTH_ROUTES,
        *page_routes(),
    ]
    return Edge(app)
