"""An unexpected failure shows a caller nothing but the id under which the log has it all."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog
from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError

from tests import make
from titan_graphql.app import create_app
from titan_graphql.services import installation, markets, users
from titan_graphql.settings import Settings

SECRET = "the password is swordfish"


@pytest.fixture
async def client(db: TortoiseContext, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The application in this process, so that a bug can be planted in it."""
    edge = create_app(settings)
    edge._app.state.hub = None
    token = await make.secret_of(await users.ensure_admin(), "tests")
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


UNKNOWN = "QmFja3Rlc3Q6AAAAAAAAAAAAAAAAAAAAAA=="
REFUSALS = [
    ("POST", "/uploads", {"content-type": "text/plain"}, 415, "CONTENT_TYPE_INVALID", "INVALID_INPUT"),
    ("GET", "/exports/backtests/x/trades.csv", {}, 404, "ID_INVALID", "INVALID_INPUT"),
    ("GET", f"/exports/backtests/{UNKNOWN}/trades.csv", {}, 404, "BACKTEST_NOT_FOUND", "NOT_FOUND"),
    ("GET", "/graphql", {"authorization": "Bearer x"}, 401, "UNAUTHENTICATED", "UNAUTHENTICATED"),
    ("GET", "/metrics", {"authorization": "Bearer x"}, 401, "UNAUTHENTICATED", "UNAUTHENTICATED"),
    ("POST", "/graphql", {"content-length": "9999999"}, 413, "TOO_LARGE", "LIMIT_EXCEEDED"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "headers", "status", "code", "category"), REFUSALS)
async def test_every_refusal_names_its_request_and_its_kind(
    client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], status: int, code: str, category: str
):
    response = await client.request(method, path, headers=headers)
    (error,) = response.json()["errors"]

    assert response.status_code == status
    assert error["extensions"] == {
        "code": code, "category": category, "field": error["extensions"]["field"], "retryable": False,
        "requestId": response.headers["x-request-id"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("failure", "code", "category", "retryable"),
    [
        (TimeoutError(), "TIMEOUT", "LIMIT_EXCEEDED", False),
        (OperationalError("database is locked"), "DATABASE_AWAY", "UNAVAILABLE", True),
        (KeyError(SECRET), "INTERNAL", "INTERNAL", False),
    ],
)
async def test_what_fails_before_the_graph_says_what_it_would_say_within(
    client: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    code: str,
    category: str,
    retryable: bool,
):
    async def failing(*_: Any) -> None:
        raise failure

    monkeypatch.setattr(users, "authenticate", failing)
    response = await client.post("/graphql", json={"query": "{ __typename }"})
    extensions = response.json()["errors"][0]["extensions"]

    assert response.status_code == 503
    assert (extensions["code"], extensions["category"], extensions["retryable"]) == (code, category, retryable)
    assert extensions["requestId"] == response.headers["x-request-id"]


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
