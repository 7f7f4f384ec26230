"""Clients in a process of their own, which can be killed: `python -m benchmarks.faults.crowd ADDRESS JOB TOKEN…`."""

import asyncio
import sys

from benchmarks.faults.client import WATCH, Client, messages, subscribe

PER_TOKEN = 10


async def watch(client: Client, job_id: str, ready: asyncio.Semaphore) -> None:
    """Subscribe, and say so after the first answer."""
    async with client.socket() as socket:
        await subscribe(socket, WATCH, id=job_id)
        async for _ in messages(socket):
            ready.release()


async def main(address: str, job_id: str, tokens: list[str]) -> None:
    """Print a line once everybody is subscribed, then stay."""
    ready = asyncio.Semaphore(0)
    clients = [Client(address, token) for token in tokens for _ in range(PER_TOKEN)]
    watching = [asyncio.create_task(watch(client, job_id, ready)) for client in clients]
    for _ in watching:
        await ready.acquire()
    print("subscribed", flush=True)
    await asyncio.gather(*watching)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
