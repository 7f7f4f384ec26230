"""Faults between clients and the API: killed, vanished, cut, stalled, no longer welcome."""

import asyncio
import contextlib
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

from benchmarks.faults.client import MINE, Client, subscribe
from benchmarks.faults.crowd import PER_TOKEN
from benchmarks.faults.on_redis import ORDER
from benchmarks.faults.on_workers import undisturbed
from benchmarks.faults.proxy import CuttingProxy
from benchmarks.faults.stack import Stack
from benchmarks.faults.suite import Run, fault
from benchmarks.faults.ticks import Follower, Source, all_follow, recorded, recording, source
from titan_graphql.settings import redis_socket

BACK_SECONDS = 15.0
STALLED_SECONDS = 5.0
PUSHES_PER_SECOND = 10
ALIASES = " ".join(f"{'many' * 220}{number}: cursor" for number in range(15))
MUCH = f"subscription($ids: [ID!]!) {{ barTicks(instrumentIds: $ids) {{ ... on Bar {{ {ALIASES} }} }} }}"


@fault("F2", "the API is killed with 1,000 subscribers")
async def api_killed(run: Run) -> str:
    """Everybody is back within 15 seconds; streams go on without a gap."""
    stack, client = await run.up()
    half = 50 if run.short else 500
    people = await asyncio.to_thread(stack.people, 2 * half // PER_TOKEN)
    of = await source(stack, client, ("KO",))
    started = await client.start(seconds=300)
    await client.running(started["job"]["id"])
    seen: list[list[dict[str, Any]]] = [[] for _ in range(half)]
    followers = [Follower(people[(half + number) // PER_TOKEN], of, run.dice) for number in range(half)]
    events = 60 if run.short else 160
    async with recording(stack, of, events, 2) as feeder, asyncio.TaskGroup() as tasks:
        watching = [
            tasks.create_task(people[number // PER_TOKEN].watch(started["job"]["id"], states, run.dice))
            for number, states in enumerate(seen)
        ]
        following = [tasks.create_task(follower.follow(events)) for follower in followers]
        async with asyncio.timeout(60):
            while not all(seen) or not all(one.numbers for one in followers):  # noqa: ASYNC110 (many: no one event)
                await asyncio.sleep(0.1)
        run.say(f"{2 * half} subscribed, half of them to a job, half to a stream")
        stack.hurt(signal.SIGKILL, "serve")
        took = await all_back(seen, followers)
        run.say(f"all {2 * half} receive again {took:.1f} s after the kill")
        await recorded(feeder, 120)
        async with asyncio.timeout(30):
            await asyncio.gather(*following)
        for task in watching:
            task.cancel()
    await client.cancel(started["job"]["id"])
    arrived = [follower.check(events) for follower in followers]
    assert took < BACK_SECONDS, f"all were back only {took:.1f} s after the kill"
    return f"{2 * half} of {2 * half} back after {took:.1f} s; {min(arrived)} to {max(arrived)} events each, contiguous"


async def all_back(seen: list[list[dict[str, Any]]], followers: list[Follower]) -> float:
    """Seconds from now until everybody has received something new."""
    killed = time.monotonic()
    await asyncio.sleep(0.2)
    cut = time.monotonic()
    while True:
        moments = [states[-1]["at"] for states in seen] + [follower.at for follower in followers]
        if all(moment > cut for moment in moments):
            return time.monotonic() - killed
        back = sum(moment > cut for moment in moments)
        assert time.monotonic() - killed < 4 * BACK_SECONDS, f"only {back} of {len(moments)} ever came back"
        await asyncio.sleep(0.1)


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
    """Nobody misses an end or an event, and everybody sees them in order."""
    stack, client = await run.up()
    await undisturbed(client)
    half, events = (10, 100) if run.short else (50, 400)
    people = await asyncio.to_thread(stack.people, 2 * half // PER_TOKEN)
    of = await source(stack, client)
    followers = [Follower(people[number // PER_TOKEN], of, run.dice) for number in range(half)]
    started = [await client.start(seconds=0.2) for _ in range(half)]
    seen: list[list[dict[str, Any]]] = [[] for _ in started]
    async with CuttingProxy(stack.port, run.dice) as proxy, recording(stack, of, events, 20) as feeder:
        async with asyncio.timeout(180), asyncio.TaskGroup() as tasks:
            for number, one in enumerate(started):
                person = people[(half + number) // PER_TOKEN]
                tasks.create_task(person.watch(one["job"]["id"], seen[number], run.dice, proxy.address))
            for follower in followers:
                tasks.create_task(follower.follow(events, proxy.address))
            await all_follow(followers)
            proxy.cut_from_now_on()
            run.say(f"{2 * half} clients through a proxy that cuts each connection after 1 to 3 s")
            await recorded(feeder, 120)
        cuts = proxy.cuts
    for states in seen:
        ranks = [ORDER.index(state["state"]) for state in states]
        assert ranks == sorted(ranks), states
        assert states[-1]["state"] == "SUCCEEDED", states[-1]
    arrived = [follower.check(events) for follower in followers]
    return f"{cuts} cuts; {min(arrived)} to {max(arrived)} events each and {half} ends of jobs, 0 lost, in order"


@fault("F15", "20 clients that never read, among 200")
async def clients_stall(run: Run) -> str:
    """The stalled ones are closed within 5 seconds; the others do not notice."""
    stack, client = await run.up()
    normal, stalled, seconds = (40, 5, 4) if run.short else (200, 20, 10)
    people = await asyncio.to_thread(stack.people, (normal + stalled) // PER_TOKEN + 1)
    of = await source(stack, client, ("KO",))
    followers = [Follower(people[number // PER_TOKEN], of, run.dice) for number in range(normal)]
    async with recording(stack, of, 1_000_000, PUSHES_PER_SECOND):
        listening = [asyncio.create_task(follower.follow(1_000_000)) for follower in followers]
        await all_follow(followers)
        before = await p99(followers, seconds)
        run.say(f"{normal} followers, p99 {before * 1000:.0f} ms without stalled ones")
        silent = [await stall(people[(normal + number) // PER_TOKEN], of) for number in range(stalled)]
        run.say(f"{stalled} clients have subscribed and stop reading")
        began = time.monotonic()
        closing = [asyncio.create_task(closed_after(one, began)) for one in silent]
        during = await p99(followers, seconds)
        took = max(await asyncio.gather(*closing))
        after = await p99(followers, seconds)
        for task in listening:
            task.cancel()
    run.say(f"the last stalled client was closed after {took:.1f} s; p99 of the others {during * 1000:.0f} ms")
    run.say(f"p99 afterwards {after * 1000:.0f} ms")
    assert took <= STALLED_SECONDS, f"the last stalled client was closed only after {took:.1f} s"
    usual = max(before, after)
    assert during < usual * 1.2, f"p99 of the others rose from {usual * 1000:.0f} to {during * 1000:.0f} ms"
    return (
        f"{stalled} closed, the last after {took:.1f} s; p99 of {normal} others "
        f"{before * 1000:.0f}, {during * 1000:.0f}, {after * 1000:.0f} ms before, during and after"
    )


async def p99(followers: list[Follower], seconds: float) -> float:
    """The 99th percentile of how long events take from being recorded to arriving, over some seconds from now."""
    for follower in followers:
        follower.seconds.clear()
    await asyncio.sleep(seconds)
    return statistics.quantiles([one for follower in followers for one in follower.seconds], n=100)[98]


async def stall(client: Client, of: Source) -> Any:
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
    for number in range(3):
        payload = {"query": MUCH, "variables": {"ids": of.instruments}}
        await opened.send(json.dumps({"id": str(number), "type": "subscribe", "payload": payload}))
    opened.transport.pause_reading()
    return opened


async def closed_after(opened: Any, began: float) -> float:
    """When the server ended the connection: only a write tells one that does not read."""
    while time.monotonic() - began < 4 * STALLED_SECONDS:
        if opened.transport.is_closing():
            return time.monotonic() - began
        with contextlib.suppress(OSError):
            opened.transport.write(b"\x8a\x80\x00\x00\x00\x00")  # an empty, masked pong
        await asyncio.sleep(0.1)
    raise AssertionError(f"a stalled client was still connected after {time.monotonic() - began:.0f} s")


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
