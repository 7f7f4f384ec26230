"""Costs over HTTP: what each answer says it cost, what is refused before it runs, and the caller's budget."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests import make, make_scans
from tests.resolvers.conftest import Caller
from titan_graphql.events import bus
from titan_graphql.services import budgets
from titan_graphql.settings import Settings

SIZE = 10_000
MODERN = {"accept": "application/graphql-response+json"}
DEAR = "{ markets(first: 100) { nodes { instruments(first: 60) { nodes { id } } } } }"
ALLOWED = "{ markets(first: 100) { nodes { instruments(first: 47) { nodes { id } } } } }"


@pytest.fixture
async def counted(client: httpx.AsyncClient, settings: Settings) -> AsyncIterator[None]:
    """Budgets of 10,000 tokens that hardly refill."""
    redis = bus.client(settings.redis_url)
    budgets.use(redis, SIZE, 1)
    yield
    budgets.use(None)
    await redis.aclose()


def throttle(available: int) -> dict[str, int]:
    return {"available": available, "max": SIZE, "restorePerSecond": 1}


async def test_an_answer_says_what_it_cost_and_what_is_left(researcher: Caller, counted: None):
    for symbol in ("A", "B", "C"):
        await make.instrument(symbol)

    answer = await researcher.answer("{ instruments(first: 50) { nodes { symbol market { code } } totalCount } }")

    assert answer["data"]["instruments"]["totalCount"] == 3
    assert answer["extensions"] == {
        "cost": {"requested": 1 + 50 * 2 + 1, "actual": 1 + 3 * 2 + 1, "throttle": throttle(SIZE - 8)}
    }


async def test_an_operation_that_costs_too_much_is_not_run_and_costs_nothing(researcher: Caller, counted: None):
    answer = await researcher.answer(DEAR)

    (error,) = answer.pop("errors")
    assert error["message"] == (
        "This operation costs 6,201, and one request may cost 5,000; ask for smaller pages or for fewer points"
    )
    assert (error["extensions"]["code"], error["extensions"]["retryable"]) == ("COST_EXCEEDED", False)
    assert answer == {"extensions": {"cost": {"requested": 6_201, "actual": 0, "throttle": throttle(SIZE)}}}


async def test_a_budget_that_is_used_up_is_told_with_the_time_to_wait(
    client: httpx.AsyncClient, counted: None, monkeypatch: pytest.MonkeyPatch
):
    headers = {"authorization": f"Bearer {await make.token()}"}
    monkeypatch.setattr(budgets, "settle", lambda *_: None)  # as if every page had been full
    answers = [
        await client.post("/graphql", json={"query": ALLOWED}, headers=headers | kind) for kind in ({}, {}, {}, MODERN)
    ]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert ["data" in one.json() for one in answers] == [True, True, False, False]
    extensions = answers[3].json()["errors"][0]["extensions"]
    wait = extensions.pop("retryAfterMs")
    assert 4_600_000 <= wait <= 5_000_000
    assert extensions == {
        "code": "THROTTLED",
        "category": "LIMIT_EXCEEDED",
        "field": [],
        "retryable": True,
        "requestId": answers[3].headers["x-request-id"],
    }


async def test_a_caller_can_read_the_budget(researcher: Caller, reader: Caller, counted: None):
    asked = "{ rateLimit { available max restorePerSecond costLimit } }"
    await researcher.data("{ instruments(first: 5) { nodes { id } } }")

    mine = (await researcher.data(asked))["rateLimit"]
    other = (await reader.data(asked))["rateLimit"]
    assert mine == {"available": SIZE - 2, "max": SIZE, "restorePerSecond": 1, "costLimit": 5_000}
    assert other["available"] == SIZE - 1


async def test_what_costs_nothing_says_nothing(researcher: Caller, counted: None):
    assert await researcher.answer("{ __typename }") == {"data": {"__typename": "Query"}}


async def test_a_screen_of_a_hundred_fits_one_request_and_its_pairs_are_all_tested(researcher: Caller, counted: None):
    await make_scans.universe(make_scans.walks(100, 60))
    asked = {
        "universe": {"market": "US"},
        "formation": {"start": "2020-01-01T00:00:00Z", "end": "2025-01-01T00:00:00Z"},
    }

    answer = await researcher.answer(
        "query ($input: ScreenInput!) { screen(input: $input) { summary { pairsTested } } }", input=asked
    )

    assert answer["data"]["screen"]["summary"]["pairsTested"] == 9_900
    assert 300 < answer["extensions"]["cost"]["requested"] < 1_500
