"""The whole application: routes, connections and background tasks, composed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from titan_graphql import cache, db, queue
from titan_graphql.events import bus, webhooks
from titan_graphql.events.hub import Hub
from titan_graphql.server.callers import Callers
from titan_graphql.server.edge import Application, Edge
from titan_graphql.server.exports import EXPORT_ROUTE
from titan_graphql.server.graphql import GraphQLEndpoint
from titan_graphql.server.health import HEALTH_ROUTES
from titan_graphql.server.pages import page_routes
from titan_graphql.server.seats import Seats
from titan_graphql.server.shared_streams import SharedStreams
from titan_graphql.server.sockets import TitanSockets
from titan_graphql.server.uploads import UPLOAD_ROUTE
from titan_graphql.services import budgets, kernels, market_uploads
from titan_graphql.settings import Settings


def create_app(settings: Settings, seats: Seats | None = None) -> Edge:
    """The ASGI application for these settings; `seats` bounds how many sockets it takes."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        queue.connect(settings)
        webhooks.allow(settings.webhook_allow)
        files = market_uploads.opened(settings.data_dir)
        async with db.opened(settings), bus.opened(settings.redis_url) as redis, files:
            app.state.redis, app.state.hub = redis, Hub(settings.redis_url)
            cache.use(redis)
            budgets.use(redis, settings.budget, settings.budget_per_second)
            kernels.warm_in_background(statistics=True)
            watching = app.state.seats.watch(app.state.hub, app.state.callers)
            background = (app.state.hub.run(), watching, app.state.callers.keep_noting_uses())
            tasks = [asyncio.create_task(work) for work in background]
            try:
                yield
            finally:
                cache.use(None)
                budgets.use(None)
                for task in reversed(tasks):
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await task

    app = Application(lifespan=lifespan)
    app.state.draining = False
    app.state.callers = Callers()
    app.state.seats = Seats() if seats is None else seats
    app.state.streams = SharedStreams()
    app.router.routes = [
        Route("/graphql", GraphQLEndpoint(app.state)),
        WebSocketRoute("/graphql", TitanSockets(app.state)),
        *HEALTH_ROUTES,
        UPLOAD_ROUTE,
        EXPORT_ROUTE,
        *page_routes(),
    ]
    return Edge(app)
