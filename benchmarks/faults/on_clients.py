"""Faults between clients and the API: killed, vanished, cut, stalled, no longer welcome."""

import asyncio
import json
import signal
import socket as sockets
import statistics
import sys
import time
from typing import Any

from redis.asyncio import Redis
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from benchmarks.faults.client import Client, messages, subscribe
from benchmarks.faults.crowd import PER_TOKEN
from benchmarks.faults.on_redis import ORDER
from benchmarks.faults.on_workers import undisturbed
from benchmarks.faults.proxy import CuttingProxy
from benchmarks.faults.stack import Stack
from benchmarks.faults.suite import Run, fault, need
from titan_graphql.settings import redis_socket

BACK_SECONDS = 15.0
MINE = "subscription { jobsChanged { id state kind createdAt startedAt progress { done total message } } }"


@fault("F2", "the API is killed with 1,000 subscribers")
async def api_killed(run: Run) -> str:
    """Everybody is back within 15 seconds; streams go on without a gap."""
    stack, client = await run.up()
    count = 100 if run.short else 1000
    people = await asyncio.to_thread(stack.people, count // PER_TOKEN)
    started = await client.start(seconds=300)
    await client.running(started["job"]["id"])
    seen: list[list[dict[str, Any]]] = [[] for _ in range(count)]
    watching = [
        asyncio.create_task(people[number // PER_TOKEN].watch(started["job"]["id"], states, run.dice))
        for number, states in enumerate(seen)
    ]
    async with asyncio.timeout(60):
        while not all(seen):  # noqa: ASYNC110 (many tasks: no one event)
            await asyncio.sleep(0.1)
    run.say(f"{count} subscribed")
    stack.hurt(signal.SIGKILL, "serve")
    killed = time.monotonic()
    await asyncio.sleep(0.2)
    cut = time.monotonic()
    while not all(states[-1]["at"] > cut for states in seen):
        back = sum(states[-1]["at"] > cut for states in seen)
        assert time.monotonic() - killed < BACK_SECONDS, f"only {back} of {count} were back after {BACK_SECONDS:.0f} s"
        await asyncio.sleep(0.1)
    took = time.monotonic() - killed
    run.say(f"all {count} receive again {took:.1f} s after the kill")
    for task in watching:
        task.cancel()
    await client.cancel(started["job"]["id"])
    await need(client, "Subscription", "barTicks")
    return f"{count} of {count} back after {took:.1f} s"


@fault("F13", "200 clients vanish")
async def clients_vanish(run: Run) -> str:
    """No subscription is left, and memory and files are given back."""
    stack, client = await run.up()
    count = 50 if run.short else 200
    people = await asyncio.to_thread(stack.people, count // PER_TOKEN)
    started = await client.start(seconds=300)
    await client.running(started["job"]["id"])
    api = stack.find("serve")[0]
    sizes = []
    for turn in range(3):
        words = [stack.address, started["job"]["id"], *(one.token for one in people)]
        crowd = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "benchmarks.faults.crowd", *words, env=stack.environment, cwd="/",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert crowd.stdout is not None
        async with asyncio.timeout(60):
            assert await crowd.stdout.readline() == b"subscribed\n"
        full = (api.memory_info().rss, api.num_fds())
        run.say(
            f"turn {turn + 1}: SIGKILL to {count} clients (pid {crowd.pid}); API {full[0] >> 20} MiB, {full[1]} files"
        )
        crowd.kill()
        await crowd.wait()
        left = await subscriptions_left(stack)
        sizes.append((api.memory_info().rss, api.num_fds()))
        run.say(f"turn {turn + 1}: {left} channels left, API {sizes[-1][0] >> 20} MiB, {sizes[-1][1]} files")
        assert left == 0, f"{left} channels are still listened to"
    await client.cancel(started["job"]["id"])
    assert sizes[2][0] < sizes[0][0] * 1.05, f"memory after each turn: {[size >> 20 for size, _ in sizes]} MiB"
    assert sizes[2][1] <= sizes[0][1] + 5, f"open files after each turn: {[files for _, files in sizes]}"
    return f"3 × {count} vanished; no channel left, memory after the third within 5 % of after the first"


async def subscriptions_left(stack: Stack, seconds: float = 10) -> int:
    """Channels of jobs that somebody still listens to, once that has had time to end."""
    deadline = time.monotonic() + seconds
    async with Redis.from_url(f"unix://{redis_socket(stack.directory)}?db=0") as redis:
        while True:
            left = len(await redis.pubsub_channels("titan:job*"))
            if not left or time.monotonic() > deadline:
                return left
            await asyncio.sleep(0.1)


@fault("F14", "connections are cut every 1 to 3 seconds")
async def connections_cut(run: Run) -> str:
    """Nobody misses an end, and everybody sees states in order."""
    stack, client = await run.up()
    await undisturbed(client)
    count = 20 if run.short else 100
    people = await asyncio.to_thread(stack.people, count // PER_TOKEN)
    started = [await client.start(seconds=0.2 if run.short else 0.1) for _ in range(count)]
    seen: list[list[dict[str, Any]]] = [[] for _ in started]
    async with CuttingProxy(stack.port, run.dice) as proxy:
        run.say(f"{count} clients through a proxy that cuts each connection after 1 to 3 s")
        async with asyncio.timeout(120):
            await asyncio.gather(
                *(
                    people[number // PER_TOKEN].watch(one["job"]["id"], seen[number], run.dice, proxy.address)
                    for number, one in enumerate(started)
                )
            )
        cuts = proxy.cuts
    for states in seen:
        ranks = [ORDER.index(state["state"]) for state in states]
        assert ranks == sorted(ranks), states
        assert states[-1]["state"] == "SUCCEEDED", states[-1]
    run.say(f"{cuts} cuts; {count} ends seen, in order")
    await need(client, "Subscription", "barTicks")
    return f"{cuts} cuts, 0 lost, in order"


@fault("F15", "20 clients that never read, among 200")
async def clients_stall(run: Run) -> str:
    """The stalled ones are closed within 5 seconds; the others do not notice."""
    stack, client = await run.up()
    normal, stalled = (40, 5) if run.short else (200, 20)
    await client.start(seconds=300)
    people = await asyncio.to_thread(stack.people, normal // PER_TOKEN)
    tokens = [one.token for one in people]
    job, owner = stack.rows("SELECT id, owner_id FROM job ORDER BY number DESC LIMIT 1")[0]
    received: list[float] = []
    listening = [asyncio.create_task(listen(client, received)) for _ in range(normal)]
    await asyncio.sleep(2)
    before = await ring(stack, owner, job, received, normal, 20)
    run.say(f"{normal} listeners, p99 {before * 1000:.0f} ms without stalled ones")
    silent = [await stall(client) for _ in range(stalled)]
    run.say(f"{stalled} clients stop reading")
    began = time.monotonic()
    during = await ring(stack, owner, job, received, normal, 60)
    closed = sum([await is_closed(one, began + 15) for one in silent])
    took = time.monotonic() - began
    run.say(f"{closed} of {stalled} stalled were closed after {took:.1f} s; p99 of the others {during * 1000:.0f} ms")
    for task in listening:
        task.cancel()
    assert tokens
    assert closed == stalled, f"only {closed} of {stalled} stalled clients were closed within {took:.0f} s"
    assert during < before * 1.2 + 0.02, f"p99 of the others rose from {before * 1000:.0f} to {during * 1000:.0f} ms"
    return f"{stalled} closed; p99 of the others {before * 1000:.0f} → {during * 1000:.0f} ms"


async def listen(client: Client, received: list[float]) -> None:
    """Note when each event arrives."""
    async with client.socket() as socket:
        await subscribe(socket, MINE)
        async for _ in messages(socket):
            received.append(time.monotonic())  # noqa: PERF401 (others read it meanwhile)


async def ring(stack: Stack, owner: str, job: str, received: list[float], listeners: int, times: int) -> float:
    """Announce a change many times, and return the 99th percentile of how long a delivery took."""
    late: list[float] = []
    async with Redis.from_url(f"unix://{redis_socket(stack.directory)}?db=0") as redis:
        for _ in range(times):
            received.clear()
            rung = time.monotonic()
            await redis.publish(f"titan:jobs:{owner}", job)
            while len(received) < listeners and time.monotonic() - rung < 1:  # noqa: ASYNC110 (many tasks)
                await asyncio.sleep(0.005)
            late += [moment - rung for moment in received] + [1.0] * max(0, listeners - len(received))
    return statistics.quantiles(late, n=100)[98]


async def stall(client: Client) -> Any:
    """A raw socket that subscribes to much and then never reads."""
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.settimeout(0)
    host, port = client.address.removeprefix("http://").split(":")
    await asyncio.get_running_loop().sock_connect(raw, (host, int(port)))
    url = client.address.replace("http", "ws", 1) + "/graphql"
    opened = await connect(
        url, sock=raw, subprotocols=["graphql-transport-ws"], ping_interval=None, max_queue=1, write_limit=1024
    )
    payload = {"Authorization": f"Bearer {client.token}"}
    await opened.send(json.dumps({"type": "connection_init", "payload": payload}))
    await opened.recv()
    for number in range(15):
        subscription = {"id": str(number), "type": "subscribe", "payload": {"query": MINE}}
        await opened.send(json.dumps(subscription))
    opened.transport.pause_reading()
    return opened


async def is_closed(opened: Any, deadline: float) -> bool:
    """Whether the server has ended the connection: only a write tells one that does not read."""
    while time.monotonic() < deadline:
        if opened.transport.is_closing():
            return True
        try:
            opened.transport.write(b"\x8a\x80\x00\x00\x00\x00")  # an empty, masked pong
        except OSError:
            return True
        await asyncio.sleep(0.1)
    return bool(opened.transport.is_closing())


@fault("F22", "a token is revoked while its socket is subscribed")
async def token_revoked(run: Run) -> str:
    """The socket is closed within two seconds."""
    stack, _ = await run.up()
    token = await asyncio.to_thread(stack.run, "token", "create", "short-lived")
    client = Client(stack.address, token)
    async with client.socket() as socket:
        await subscribe(socket, MINE)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(stack.run, "token", "revoke", "short-lived")
        revoked = time.monotonic()
        run.say("token revoked")
        try:
            async with asyncio.timeout(10):
                await socket.recv()
        except ConnectionClosed as closed:
            took = time.monotonic() - revoked
            run.say(f"socket closed with {closed.rcvd.code if closed.rcvd else None} after {took:.2f} s")
            assert took <= 2.0, f"closed only after {took:.1f} s"
            return f"closed {took:.2f} s after the revocation"
        except TimeoutError:
            raise AssertionError("the socket of a revoked token was still open after 10 s") from None
    raise AssertionError("a socket without events sent one")
