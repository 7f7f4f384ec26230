"""The whole application, called as a client calls it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tortoise.context import TortoiseContext

from tests import make
from titan_graphql import queue
from titan_graphql.app import create_app
from titan_graphql.events import bus
from titan_graphql.events.hub import Hub
from titan_graphql.models.users import Role
from titan_graphql.settings import Settings


class Caller:
    """Sends documents with an access token and keeps whole answers."""

    def __init__(self, client: httpx.AsyncClient, secret: str) -> None:
        self._client, self._headers = client, {"authorization": f"Bearer {secret}"}

    async def answer(self, document: str, **variables: Any) -> dict[str, Any]:
        body = {"query": document, "variables": variables}
        response = await self._client.post("/graphql", json=body, headers=self._headers)
        assert response.status_code in {200, 400}, response.text
        assert "NaN" not in response.text
        assert "Traceback" not in response.text
        return response.json()

    async def data(self, document: str, **variables: Any) -> dict[str, Any]:
        answer = await self.answer(document, **variables)
        assert "errors" not in answer, answer
        return answer["data"]


@pytest.fixture
async def client(db: TortoiseContext, settings: Settings, empty_redis: str) -> AsyncIterator[httpx.AsyncClient]:
    """The GraphQL endpoint within this process."""
    broker = queue.connect(settings)
    async with bus.opened(settings.redis_url):
        app = create_app(settings)
        app._app.state.hub = Hub(settings.redis_url)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://titan") as opened:
            yield opened
    broker.close()


@pytest.fixture
async def researcher(client: httpx.AsyncClient) -> Caller:
    return Caller(client, await make.token(Role.RESEARCHER, "ada"))


@pytest.fixture
async def reader(client: httpx.AsyncClient) -> Caller:
    return Caller(client, await make.token(Role.VIEWER, "bob"))
