"""A client as anybody would write one: GraphQL over HTTP, and subscriptions that come back after every cut."""

import asyncio
import contextlib
import itertools
import json
import random
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

JOB = "id state attempts createdAt progress { done total fraction } error { code message }"
START = f"""mutation($input: StartBacktestInput!) {{ startBacktest(input: $input) {{
  __typename ... on Backtest {{ id job {{ {JOB} }} }} ... on Problem {{ code message }} }} }}"""
PERIODS = {
    "formation": {"start": "2012-01-30T00:00:00Z", "end": "2017-02-01T00:00:00Z"},
    "trading": {"start": "2017-02-01T00:00:00Z", "end": "2019-02-01T00:00:00Z"},
}
PATIENCE_SECONDS = 60  # limits are measured by the faults
ENDED = {"SUCCEEDED", "FAILED", "CANCELLED"}
READ_JOB = f"query($id: ID!) {{ node(id: $id) {{ ... on Job {{ {JOB} }} }} }}"
CANCEL = f"""mutation($id: ID!) {{ cancelJob(input: {{id: $id}}) {{
  __typename ... on Job {{ {JOB} }} ... on Problem {{ code }} }} }}"""
LOST_CONNECTION = (WebSocketException, OSError, TimeoutError, EOFError)
MINE = "subscription { jobsChanged { id state kind createdAt startedAt progress { done total message } } }"
WATCH = "subscription($id: ID!) { jobChanged(id: $id) { id state attempts progress { done } } }"


class RefusedError(Exception):
    """The graph answered with errors or a problem."""


class Client:
    """One user with an access token."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.token = token
        self.http = httpx.AsyncClient(
            base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=15,
            limits=httpx.Limits(max_connections=100),
        )  # fmt: skip
        self._pair: str | None = None

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation."""
        answer = await self.http.post("/graphql", json={"query": document, "variables": variables})
        try:
            body = answer.json()
        except ValueError as error:
            raise RefusedError(f"{answer.status_code}: {answer.text[:200]}") from error
        if "errors" in body:
            raise RefusedError(json.dumps(body["errors"])[:500])
        return body["data"]

    async def patiently(self, seconds: float, document: str, **variables: Any) -> dict[str, Any]:
        """Ask again while the server is away, as scripts do; safe for mutations with an idempotency key."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return await self.ask(document, **variables)
            except (httpx.TransportError, RefusedError, ValueError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.2)

    async def pair(self) -> str:
        """A pair of the sample market."""
        if self._pair is None:
            create = 'mutation { createPair(input: {y: "KO", x: "PEP"}) { __typename ... on Pair { id } } }'
            found = (await self.ask(create))["createPair"]
            if found["__typename"] != "Pair":
                found = (await self.ask("{ pairs(first: 1) { nodes { id } } }"))["pairs"]["nodes"][0]
            self._pair = found["id"]
        return self._pair

    async def input(self, *, seconds: float = 10_000, key: str | None = None, **more: Any) -> dict[str, Any]:
        """What startBacktest takes; `seconds` is the injected duration or code."""
        return {"pairId": await self.pair(), **PERIODS, "notional": seconds, "idempotencyKey": key, **more}

    async def start(self, *, seconds: float = 10_000, key: str | None = None, **more: Any) -> dict[str, Any]:
        """Start a backtest and return it with its job."""
        started = (await self.ask(START, input=await self.input(seconds=seconds, key=key, **more)))["startBacktest"]
        if started["__typename"] != "Backtest":
            raise RefusedError(json.dumps(started))
        return started

    async def job(self, job_id: str) -> dict[str, Any]:
        """A job as it stands."""
        return (await self.patiently(PATIENCE_SECONDS, READ_JOB, id=job_id))["node"]

    async def until(self, job_id: str, fits: Callable[[dict[str, Any]], bool], seconds: float) -> dict[str, Any]:
        """The job as soon as it fits."""
        deadline = time.monotonic() + seconds
        while True:
            job = await self.job(job_id)
            if fits(job):
                return job
            if time.monotonic() > deadline:
                raise AssertionError(f"after {seconds:.0f} s still {job}")
            await asyncio.sleep(0.05)

    async def running(self, job_id: str, seconds: float = 20) -> dict[str, Any]:
        """The job once a worker computes it."""
        return await self.until(job_id, lambda job: job["state"] == "RUNNING" and job["progress"]["total"] > 0, seconds)

    async def ended(self, job_id: str, seconds: float = 60) -> dict[str, Any]:
        """The job at its end."""
        return await self.until(job_id, lambda job: job["state"] in ENDED, seconds)

    async def cancel(self, job_id: str) -> dict[str, Any]:
        """Ask it to stop."""
        return (await self.ask(CANCEL, id=job_id))["cancelJob"]

    async def result_hash(self, backtest_id: str) -> str | None:
        """The identity of a backtest's result."""
        read = "query($id: ID!) { node(id: $id) { ... on Backtest { resultHash } } }"
        return (await self.ask(read, id=backtest_id))["node"]["resultHash"]

    async def fields(self, kind: str) -> set[str]:
        """The root fields of the graph, to know what can be tested."""
        read = f'{{ __type(name: "{kind}") {{ fields {{ name }} }} }}'
        return {field["name"] for field in (await self.ask(read))["__type"]["fields"]}

    @contextlib.asynccontextmanager
    async def socket(self, address: str | None = None) -> AsyncIterator[Any]:
        """An acknowledged graphql-transport-ws socket, signed in and patient as a browser's."""
        url = (address or self.address).replace("http", "ws", 1) + "/graphql"
        async with connect(
            url, subprotocols=["graphql-transport-ws"], open_timeout=60, ping_interval=None,
            additional_headers={"Authorization": f"Bearer {self.token}"},
        ) as socket:  # fmt: skip
            await socket.send(json.dumps({"type": "connection_init"}))
            while json.loads(await socket.recv())["type"] != "connection_ack":
                pass
            yield socket

    async def watch(
        self, job_id: str, seen: list[dict[str, Any]], dice: random.Random, address: str | None = None
    ) -> None:
        """Follow a job to its end across any number of cuts; every state received is appended."""
        for failures in itertools.count():
            with contextlib.suppress(*LOST_CONNECTION):
                async with self.socket(address) as socket:
                    await subscribe(socket, WATCH, id=job_id)
                    async for message in messages(socket):
                        seen.append(  # noqa: PERF401 (others read it meanwhile)
                            {**message["jobChanged"], "at": time.monotonic()}
                        )
                    if seen and seen[-1]["state"] in ENDED:
                        return
            await asyncio.sleep(dice.uniform(0.1, min(2.0, 0.2 * 2 ** min(failures, 4))))


async def subscribe(socket: Any, document: str, **variables: Any) -> None:
    """Begin the one subscription of a socket."""
    payload = {"query": document, "variables": variables}
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))


async def messages(socket: Any) -> AsyncIterator[dict[str, Any]]:
    """What arrives until the subscription ends."""
    async for text in socket:
        message = json.loads(text)
        if message["type"] == "next" and message["payload"].get("data"):
            yield message["payload"]["data"]
        elif message["type"] in {"complete", "error"}:
            return
