"""The route of signing in with a password: what it takes, what it gives, and that all processes count together."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from tests.server.conftest import LiveServer, closed, hear, say
from titan_graphql.services.sign_in_attempts import _key

OLD, NEW, WRONG = "correct horse battery", "staple of another horse", "incorrect horse battery"
CHANGE = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }"
VIEWER = {"query": "{ viewer { name } }"}
NAMES = ("ada", "bea", "carl", "dora", "eve", "fay", "gil")
# One process for all users: starting one for each takes longer than the tests.
ADD_USERS = """
import asyncio, sys
from titan_graphql.commands.check import migrated_database
from titan_graphql.models.users import Role
from titan_graphql.services import user_passwords, users
from titan_graphql.settings import read_settings

async def add(password, names):
    async with migrated_database(read_settings()):
        await users.create("without", Role.VIEWER)
        for name in names:
            user = await users.create(name, Role.RESEARCHER)
            await user_passwords.reset(name, password)
            print(await users.new_sign_in_link(user))

asyncio.run(add(sys.argv[1], sys.argv[2:]))
"""


class Installation:
    """Two API processes over one database and one Valkey, and browsers that come from places of their own."""

    def __init__(self, one: LiveServer, other: LiveServer, redis_url: str, links: dict[str, str]) -> None:
        self.servers = (one, other)
        self.redis_url = redis_url
        self.links = links

    def browser(self, server: int = 0, address: str = "192.0.2.1", **options: Any) -> httpx.AsyncClient:
        url = f"http://127.0.0.1:{self.servers[server].port}"
        headers = {"x-forwarded-for": address, **options.pop("headers", {})}
        return httpx.AsyncClient(base_url=url, headers=headers, timeout=60, **options)


@pytest.fixture(scope="module")
async def installation(new_server: Any, redis_url: str) -> AsyncIterator[Installation]:
    one: LiveServer = new_server(redis_url)
    other = LiveServer(Path(one.environment["TITAN_DATA_DIR"]), redis_url)
    try:
        command = [sys.executable, "-c", ADD_USERS, OLD, *NAMES]
        added = subprocess.run(command, env=one.environment, check=True, capture_output=True, text=True)
        links = {name: f"/sign-in?token={secret}" for name, secret in zip(NAMES, added.stdout.split(), strict=True)}
        await asyncio.gather(one.ready(), other.ready())
        yield Installation(one, other, redis_url, links)
    finally:
        other.stop()


@pytest.fixture(autouse=True)
def nothing_counted(empty_redis: str) -> None:
    """Failures of one test are not those of the next."""


def sign_in(browser: httpx.AsyncClient, name: str, password: str = OLD) -> Any:
    return browser.post("/sign-in", json={"name": name, "password": password})


def told(response: httpx.Response) -> tuple[int, str]:
    assert "set-cookie" not in response.headers
    assert response.headers["content-type"].startswith("application/json")
    return response.status_code, response.json()["errors"][0]["extensions"]["code"]


async def test_name_and_password_begin_a_session(installation: Installation):
    async with installation.browser() as browser:
        answer = await sign_in(browser, "ada")
        cookie = answer.headers["set-cookie"]
        assert (answer.status_code, answer.content) == (204, b"")
        assert cookie.startswith("titan_session=titan_")
        assert [part in cookie for part in ("HttpOnly", "SameSite=lax", "Max-Age=1209600", "Path=/")] == [True] * 4
        assert "Secure" not in cookie
        assert answer.headers["cache-control"] == "no-store"
        assert (await browser.post("/graphql", json=VIEWER)).json()["data"] == {"viewer": {"name": "ada"}}


async def test_behind_tls_the_cookie_is_secure(installation: Installation):
    async with installation.browser(headers={"x-forwarded-proto": "https"}) as browser:
        assert "Secure" in (await sign_in(browser, "bea")).headers["set-cookie"]


async def test_refusals_are_alike(installation: Installation):
    answers = []
    for name in ("carl", "without", "nobody", "x" * 5_000):
        async with installation.browser() as browser:
            answer = await sign_in(browser, name, WRONG)
            assert told(answer) == (403, "SIGN_IN_REFUSED")
            body = answer.json()
            body["errors"][0]["extensions"].pop("requestId")
            answers.append((body, sorted(answer.headers)))
    assert answers == [answers[0]] * 4
    assert answers[0][0]["errors"][0]["extensions"]["field"] == ["password"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "BODY_INVALID"),
        (b"5", "BODY_INVALID"),
        (b"[]", "BODY_INVALID"),
        (b"{}", "BODY_INVALID"),
        (b'{"name":"ada"}', "BODY_INVALID"),
        (b'{"name":"ada","password":null}', "BODY_INVALID"),
        (b'{"name":["ada"],"password":"x"}', "BODY_INVALID"),
        (b'{"name":"\xff","password":"x"}', "BODY_INVALID"),
        (b'{"name":"\\ud800","password":"x"}', "TEXT_INVALID"),
        (b"[" * 50_000, "JSON_TOO_DEEP"),
    ],
)
async def test_a_body_that_is_none_is_refused(installation: Installation, body: bytes, code: str):
    async with installation.browser() as browser:
        answer = await browser.post("/sign-in", content=body, headers={"content-type": "application/json"})
        assert told(answer) == (400, code)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", ""])
async def test_what_a_form_of_another_site_could_send_is_refused(installation: Installation, kind: str):
    body = json.dumps({"name": "ada", "password": OLD}).encode()
    async with installation.browser() as browser:
        answer = await browser.post("/sign-in", content=body, headers={"content-type": kind})
        assert told(answer) == (415, "CONTENT_TYPE_INVALID")


async def test_the_session_before_ends_with_signing_in(installation: Installation):
    async with installation.browser() as browser:
        assert (await browser.get(installation.links["dora"])).status_code == 303
        before = browser.cookies["titan_session"]
        assert (await sign_in(browser, "dora")).status_code == 204
        after = browser.cookies["titan_session"]

    statuses = []
    for secret in (before, after):
        async with installation.browser(cookies={"titan_session": secret}) as other:
            statuses.append((await other.post("/graphql", json=VIEWER)).status_code)
    assert statuses == [401, 200]


async def test_all_processes_count_together(installation: Installation):
    for number in range(5):
        async with installation.browser(number % 2) as browser:
            assert told(await sign_in(browser, "eve", WRONG)) == (403, "SIGN_IN_REFUSED")

    keys = [_key("user", "eve"), _key("address", "192.0.2.1")]
    with redis.Redis.from_url(installation.redis_url) as client:
        assert [client.hget(key, "failures") for key in keys] == [b"5", b"5"]
        assert all(client.hexists(key, "until") for key in keys)
        seconds, microseconds = client.time()
        # As if many more had failed: a second would be over before a busy machine has asked twice.
        client.hset(keys[0], "until", seconds * 1_000 + microseconds // 1_000 + 600_000)
    for server in (0, 1):
        async with installation.browser(server, address="192.0.2.2") as browser:
            answer = await sign_in(browser, "eve")
            extensions = answer.json()["errors"][0]["extensions"]
            assert told(answer) == (429, "THROTTLED")
            assert 500_000 < extensions["retryAfterMs"] <= 600_000
            assert 500 < int(answer.headers["retry-after"]) <= 600
            assert extensions["retryable"] is True


async def test_a_new_password_ends_other_sessions_and_their_sockets_in_every_process(installation: Installation):
    async with installation.browser(0) as here, installation.browser(1) as there:
        await here.get(installation.links["fay"])
        await sign_in(there, "fay")
        cookies = [f"titan_session={browser.cookies['titan_session']}" for browser in (here, there)]
        async with (
            installation.servers[0].socket(additional_headers={"cookie": cookies[0]}) as kept,
            installation.servers[1].socket(additional_headers={"cookie": cookies[1]}) as ended,
        ):
            for socket in (kept, ended):
                await say(socket, {"type": "connection_init"})
                assert await hear(socket) == {"type": "connection_ack"}

            change = {"query": CHANGE, "variables": {"input": {"new": NEW}}}
            answer = (await here.post("/graphql", json=change)).json()
            assert answer["data"] == {"changePassword": {"__typename": "ChangedPassword"}}

            assert await closed(ended) == (4401, "Signed out")
            assert (await there.post("/graphql", json=VIEWER)).status_code == 401
            await say(kept, {"type": "ping"})
            assert await hear(kept) == {"type": "pong"}
        assert told(await sign_in(there, "fay", OLD)) == (403, "SIGN_IN_REFUSED")
        assert (await sign_in(there, "fay", NEW)).status_code == 204


async def test_no_log_holds_a_password(installation: Installation):
    async with installation.browser() as browser:
        await sign_in(browser, "gil")
        await sign_in(browser, "gil", WRONG)
        change = {"query": CHANGE, "variables": {"input": {"new": NEW, "present": [WRONG]}}}
        await browser.post("/graphql", json=change)
    log = installation.servers[0].log.read_text()
    assert [secret for secret in (OLD, NEW, WRONG, "titan_session") if secret in log] == []


async def test_the_page_stays_where_it_was(installation: Installation):
    async with installation.browser() as browser:
        page = await browser.get("/sign-in", params={"name": "ada", "password": OLD})
        assert page.status_code in {200, 503}  # 503: the client is not built here
        assert "set-cookie" not in page.headers
        assert (await browser.put("/sign-in", json={})).status_code == 405
