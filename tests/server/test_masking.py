"""An unexpected failure shows a caller nothing but the id under which the log has it all."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog
from tortoise.context import TortoiseContext

from titan_graphql.app import create_app
from titan_graphql.services import installation, markets, users
from titan_graphql.settings import Settings

SECRET = "the password is swordfish"


@pytest.fixture
async def client(db: TortoiseContext, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The application in this process, so that a bug can be planted in it."""
    edge = create_app(settings)
    edge._app.state.hub = None
    token = await users.create_token(await users.ensure_admin(), "tests")
    transport = httpx.ASGITransport(app=edge)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://titan", headers=headers) as one:
        yield one


async def broken(*_: Any, **__: Any) -> Any:
    raise KeyError(SECRET)


async def test_a_bug_in_a_service_is_masked_and_logged(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(markets, "find", broken)
    with structlog.testing.capture_logs() as logged:
        response = await client.post("/graphql", json={"query": '{ market(code: "US") { name } }'})

    request_id = response.headers["x-request-id"]
    assert response.status_code == 200
    answer = response.json()
    assert answer.pop("extensions")["cost"]["requested"] == 1
    assert answer == {
        "data": {"market": None},
        "errors": [
            {
                "message": f"Something went wrong; the log names it under request {request_id}",
                "locations": [{"line": 1, "column": 3}],
                "path": ["market"],
                "extensions": {
                    "code": "INTERNAL", "category": "INTERNAL", "field": [], "retryable": False,
                    "requestId": request_id,
                },
            }
        ],
    }  # fmt: skip
    assert [(line["event"], line["request_id"], repr(line["exc_info"])) for line in logged] == [
        ("request failed unexpectedly", request_id, repr(KeyError(SECRET)))
    ]


async def test_a_bug_outside_the_graph_is_masked_too(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(users, "authenticate", broken)
    with structlog.testing.capture_logs() as logged:
        response = await client.post("/graphql", json={"query": "{ __typename }"})

    request_id = response.headers["x-request-id"]
    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert request_id in response.json()["errors"][0]["message"]
    assert SECRET not in response.text
    assert [line["event"] for line in logged] == ["request failed unexpectedly"]


async def test_no_more_than_five_errors_are_told(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(markets, "find", broken)
    fields = " ".join(f'm{number}: market(code: "US") {{ name }}' for number in range(10))
    response = await client.post("/graphql", json={"query": f"{{ {fields} }}"})

    assert len(response.json()["errors"]) == 5
    assert response.json()["data"] == {f"m{number}": None for number in range(10)}


async def test_a_request_that_takes_too_long_ends(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("titan_graphql.server.execution.REQUEST_SECONDS", 0.01)

    async def slow(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(markets, "find", slow)
    response = await client.post("/graphql", json={"query": '{ market(code: "US") { name } }'})

    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "TIMEOUT")


async def test_security_headers_are_on_every_answer(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(installation, "database_answers", broken)
    for path in ("/healthz", "/graphql", "/nowhere"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert "server" not in headers, path
