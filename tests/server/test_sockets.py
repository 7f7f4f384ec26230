"""graphql-transport-ws: every malformed message closes its own socket with the right code, and nothing else."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.server.conftest import LiveServer, closed, hear, say

PING = {"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }"}}
ENDLESS = "subscription { jobsChanged { id } }"
CREATE_TOKEN = """mutation { createAccessToken(input: {name: "short", scope: WRITE, expiresInDays: 1}) {
  ... on AccessTokenCreated { secret token { id } } } }"""

MALFORMED: dict[str, Any] = {
    "not JSON": "{",
    "nothing": "",
    "a number": "5",
    "null": "null",
    "an array": "[]",
    "a text": '"subscribe"',
    "no type": {},
    "type of another type": {"type": 5},
    "unknown type": {"type": "start"},
    "unknown type of great length": {"type": "x" * 5000},
    "binary": b'{"type":"ping"}',
    "nested 30,000 deep": '{"type":"ping","payload":' + "[" * 30_000 + "]" * 30_000 + "}",
    "NaN": '{"id":"1","type":"subscribe","payload":{"query":"{ __typename }","variables":{"a":NaN}}}',
    "half a surrogate pair as id": '{"id":"\\ud800","type":"subscribe","payload":{"query":"{ __typename }"}}',
    "half a surrogate pair": '{"type":"ping","payload":{"a":"\\ud800"}}',
    "ping payload of another type": {"type": "ping", "payload": 5},
    "subscribe without id": {"type": "subscribe", "payload": {"query": "{ __typename }"}},
    "subscribe with an empty id": {"id": "", "type": "subscribe", "payload": {"query": "{ __typename }"}},
    "subscribe with a number as id": {"id": 5, "type": "subscribe", "payload": {"query": "{ __typename }"}},
    "subscribe with an endless id": {"id": "x" * 129, "type": "subscribe", "payload": {"query": "{ __typename }"}},
    "subscribe without payload": {"id": "1", "type": "subscribe"},
    "subscribe with an array as payload": {"id": "1", "type": "subscribe", "payload": []},
    "subscribe without query": {"id": "1", "type": "subscribe", "payload": {}},
    "subscribe with a number as query": {"id": "1", "type": "subscribe", "payload": {"query": 5}},
    "subscribe with an array as variables": {
        "id": "1", "type": "subscribe", "payload": {"query": "{ __typename }", "variables": []},
    },
    "subscribe with a number as operationName": {
        "id": "1", "type": "subscribe", "payload": {"query": "{ __typename }", "operationName": 5},
    },
    "complete without id": {"type": "complete"},
    "init payload of another type": {"type": "connection_init", "payload": "x"},
}  # fmt: skip


def subscribe(query: str, operation_id: str = "1", **payload: Any) -> dict[str, Any]:
    return {"id": operation_id, "type": "subscribe", "payload": {"query": query, **payload}}


def code(message: dict[str, Any]) -> str:
    """The code of an operation's single error."""
    assert message["type"] == "error"
    (error,) = message["payload"]
    assert error["extensions"]["requestId"]
    return error["extensions"]["code"]


@pytest.mark.parametrize("name", MALFORMED)
async def test_a_malformed_message_closes_its_socket(live: LiveServer, http: httpx.AsyncClient, name: str):
    async with live.signed_in_socket() as bystander, live.signed_in_socket() as socket:
        await say(socket, MALFORMED[name])

        assert (await closed(socket))[0] == 4400
        await say(bystander, PING)
        assert (await hear(bystander))["payload"] == {"data": {"__typename": "Query"}}


async def test_a_frame_of_more_than_64_kib_closes_its_socket(live: LiveServer, http: httpx.AsyncClient):
    async with live.signed_in_socket() as socket:
        await say(socket, '"' + "x" * 65_535 + '"')

        assert (await closed(socket))[0] == 1009


async def test_subscribing_before_the_connection_is_acknowledged(live: LiveServer):
    async with live.socket() as socket:
        await say(socket, PING)

        assert await closed(socket) == (4401, "Unauthorized")


async def test_a_second_initialisation(live: LiveServer):
    async with live.signed_in_socket() as socket:
        await say(socket, {"type": "connection_init"})

        assert (await closed(socket))[0] == 4429


async def test_an_id_that_is_taken(live: LiveServer):
    async with live.signed_in_socket() as socket:
        await say(socket, subscribe(ENDLESS, "twice"))
        await say(socket, subscribe(ENDLESS, "twice"))

        assert (await closed(socket))[0] == 4409


@pytest.mark.parametrize("payload", [None, {}, {"authorization": "Bearer titan_wrong"}, {"authorization": 5}])
async def test_nobody_signed_in(live: LiveServer, payload: Any):
    async with live.socket() as socket:
        await say(socket, {"type": "connection_init", "payload": payload})

        assert await closed(socket) == (4403, "Forbidden")


async def test_a_connection_that_is_never_initialised(live: LiveServer):
    async with live.socket() as socket:
        assert (await closed(socket))[0] == 4408


async def test_ping_is_echoed_even_before_the_acknowledgement(live: LiveServer):
    async with live.socket() as socket:
        await say(socket, {"type": "ping", "payload": {"at": 1}})
        assert await hear(socket) == {"type": "pong", "payload": {"at": 1}}
        await say(socket, {"type": "ping"})
        assert await hear(socket) == {"type": "pong"}


async def test_a_header_signs_in_as_well(live: LiveServer):
    async with live.socket(additional_headers=live.authorization) as socket:
        await say(socket, {"type": "connection_init"})

        assert await hear(socket) == {"type": "connection_ack"}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"query": "{"}, "GRAPHQL_INVALID"),
        ({"query": "{ nothing }"}, "GRAPHQL_INVALID"),
        ({"query": "query A { __typename }", "operationName": "B"}, "GRAPHQL_INVALID"),
        ({"query": "{" + " __typename" * 21 + "}"}, "DOCUMENT_TOO_LARGE"),
        ({"query": "{ __typename }", "variables": {"a": "\0"}}, "TEXT_INVALID"),
        ({"query": "{ __typename }", "variables": {"a": "\ud800"}}, "TEXT_INVALID"),
        ({"query": "{ __typename }", "variables": {"\ud800": [1, 10**70]}}, "TEXT_INVALID"),
        ({"query": "{ __typename }", "operationName": "\ud800"}, "TEXT_INVALID"),
        ({"query": "{ __typename } # \ud800"}, "TEXT_INVALID"),
        ({"query": "subscription { barTicks(instrumentIds: []) { __typename } }"}, "INSTRUMENTS_MISSING"),
        ({"query": 'subscription { alertRaised(after: "x") { __typename } }'}, "CURSOR_INVALID"),
        ({"query": 'subscription { jobChanged(id: "nonsense") { id } }'}, "ID_INVALID"),
        ({"query": "subscription ($id: ID!) { jobChanged(id: $id) { id } }"}, "GRAPHQL_INVALID"),
        ({"query": '{ market(code: "US") { name } market(code: "DE") { name } }'}, "GRAPHQL_INVALID"),
    ],
)
async def test_a_bad_operation_fails_alone(live: LiveServer, payload: dict[str, Any], expected: str):
    async with live.signed_in_socket() as socket:
        await say(socket, {"id": "bad", "type": "subscribe", "payload": payload})
        answer = await hear(socket)
        await say(socket, subscribe("{ __typename }", "good"))

        assert (answer["id"], answer["type"]) == ("bad", "error")
        assert {error["extensions"]["code"] for error in answer["payload"]} >= {expected}
        assert await hear(socket) == {"id": "good", "type": "next", "payload": {"data": {"__typename": "Query"}}}
        assert await hear(socket) == {"id": "good", "type": "complete"}


async def test_a_number_beyond_all_bounds_fails_its_operation_alone(live: LiveServer):
    async with live.signed_in_socket() as socket:
        await say(
            socket,
            '{"id":"bad","type":"subscribe","payload":{"query":"{ __typename }","variables":{"a":[1e400]}}}',
        )
        await say(socket, subscribe("{ __typename }", "good"))

        assert code(await hear(socket)) == "NOT_FINITE"
        assert (await hear(socket))["id"] == "good"


async def test_queries_and_mutations_run_over_a_socket(live: LiveServer):
    async with live.signed_in_socket() as socket:
        await say(socket, subscribe("mutation { __typename }"))

        assert await hear(socket) == {"id": "1", "type": "next", "payload": {"data": {"__typename": "Mutation"}}}
        assert await hear(socket) == {"id": "1", "type": "complete"}


async def test_the_twenty_first_subscription_of_a_socket(live: LiveServer):
    async with live.signed_in_socket() as socket:
        for number in range(21):
            await say(socket, subscribe(ENDLESS, str(number)))
        refused = await hear(socket)
        assert (refused["id"], code(refused)) == ("20", "SUBSCRIPTIONS_TOO_MANY")

        await say(socket, {"id": "0", "type": "complete"})
        await say(socket, subscribe("{ __typename }", "20"))
        assert (await hear(socket))["payload"] == {"data": {"__typename": "Query"}}


async def test_a_flood_of_messages(live: LiveServer):
    async with live.signed_in_socket() as socket:
        for _ in range(100):
            await socket.send('{"type":"pong"}')

        assert await closed(socket) == (4429, "Too many messages")


async def test_the_eleventh_socket_of_a_user(live: LiveServer):
    token = new_user(live, "eleven")
    async with AsyncExitStack() as opened:
        for _ in range(10):
            await opened.enter_async_context(live.signed_in_socket(token))
        async with live.socket() as socket:
            await say(socket, {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
            assert (await closed(socket))[0] == 4429
        with pytest.raises(InvalidStatus) as refused:
            async with live.socket(additional_headers={"authorization": f"Bearer {token}"}):
                pass
        assert refused.value.response.status_code == 429
        body = json.loads(refused.value.response.body or b"")
        assert body["errors"][0]["extensions"]["code"] == "SOCKETS_TOO_MANY"
    async with live.signed_in_socket(token):
        pass


async def test_the_twenty_first_silent_socket_of_an_address(live: LiveServer):
    async with live.signed_in_socket() as mine:
        async with AsyncExitStack() as silent:
            for _ in range(20):
                await silent.enter_async_context(live.socket())
            with pytest.raises(InvalidStatus) as refused:
                async with live.socket():
                    pass
        assert refused.value.response.status_code == 429
        await say(mine, PING)
        assert (await hear(mine))["type"] == "next"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_page_of_another_origin_may_not_connect(live: LiveServer, origin: str):
    with pytest.raises(InvalidStatus) as refused:
        async with live.socket(origin=origin):
            pass

    assert refused.value.response.status_code == 403


async def test_our_own_page_may_connect(live: LiveServer):
    async with live.socket(origin=f"http://127.0.0.1:{live.port}") as socket:
        await say(socket, {"type": "ping"})
        assert await hear(socket) == {"type": "pong"}


async def test_the_legacy_protocol_is_off(live: LiveServer):
    async with connect(live.url.replace("http", "ws", 1), subprotocols=["graphql-ws"]) as socket:
        assert (await closed(socket))[0] == 4406


async def test_a_revoked_token_closes_its_sockets_and_no_others(live: LiveServer):
    token = new_user(live, "revoked")
    async with live.signed_in_socket() as other, live.signed_in_socket(token) as socket:
        await say(socket, subscribe(ENDLESS))
        await asyncio.to_thread(live.run, "token", "revoke", "revoked")
        loop = asyncio.get_running_loop()
        began = loop.time()

        assert await closed(socket) == (4401, "Signed out")
        assert loop.time() - began < 2
        await say(other, PING)
        assert (await hear(other))["type"] == "next"
    async with httpx.AsyncClient() as client:
        answer = await client.post(live.url, json=PING["payload"], headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_a_token_revoked_in_the_graph_closes_its_sockets(live: LiveServer, http: httpx.AsyncClient):
    made = (await http.post("/graphql", json={"query": CREATE_TOKEN})).json()["data"]["createAccessToken"]
    revoke = f'mutation {{ revokeAccessToken(input: {{id: "{made["token"]["id"]}"}}) {{ __typename }} }}'
    async with live.signed_in_socket(made["secret"]) as socket:
        await say(socket, subscribe(ENDLESS))
        answer = await http.post("/graphql", json={"query": revoke})
        assert answer.json()["data"] == {"revokeAccessToken": {"__typename": "AccessToken"}}

        assert await closed(socket) == (4401, "Signed out")


async def test_a_token_that_reads_listens_and_changes_nothing(live: LiveServer, http: httpx.AsyncClient):
    token = live.run("token", "create", "screen", "--read-only")
    change = 'mutation { createCampaign(input: {name: "never made"}) { __typename } }'
    async with live.signed_in_socket(token) as socket:
        await say(socket, subscribe(change))
        errors = (await hear(socket))["payload"]["errors"]
        assert [error["extensions"]["code"] for error in errors] == ["TOKEN_READ_ONLY"]
        assert (await hear(socket))["type"] == "complete"
        await say(socket, subscribe(ENDLESS, "2"))
        await say(socket, subscribe("{ viewer { name } }", "3"))
        heard = await hear(socket)
        assert (heard["id"], heard["payload"]["data"]) == ("3", {"viewer": {"name": "admin"}})

    headers = {"authorization": f"Bearer {token}"}
    refused = (await http.post("/graphql", json={"query": change}, headers=headers)).json()
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["TOKEN_READ_ONLY"]
    campaigns = (await http.post("/graphql", json={"query": "{ campaigns(first: 9) { nodes { name } } }"})).json()
    assert "never made" not in [one["name"] for one in campaigns["data"]["campaigns"]["nodes"]]


def new_user(live: LiveServer, name: str) -> str:
    """The access token, of the same name, of a new user."""
    live.run("user", "add", name)
    return live.run("token", "create", name, "--user", name)


async def test_an_operation_that_costs_too_much_fails_alone(live: LiveServer):
    dear = "{ markets(first: 100) { nodes { instruments(first: 100) { nodes { id } } } } }"
    async with live.signed_in_socket() as socket:
        await say(socket, subscribe(dear))
        assert code(await hear(socket)) == "COST_EXCEEDED"
        await say(socket, subscribe("{ serverInfo { version } }", "2"))
        payload = (await hear(socket))["payload"]

    cost = payload["extensions"]["cost"]
    assert (cost["requested"], cost["actual"], cost["throttle"]["max"]) == (1, 1, 100_000)
