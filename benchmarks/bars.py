"""10,000 bars × 6 columns: our endpoint and database beside a raw endpoint that sends the same bytes.

Run with `python -m benchmarks.bars`. Data: SYNTHETIC random-walk prices. Both servers run in processes of their own and
are asked in turns over one kept-alive connection each; what is compared is the server's processor time per request
and the time until the answer has arrived.
"""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import httpx
import numpy as np
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import machine
from titan_graphql.models.markets import Instrument, InstrumentKind, Market, Series, Timeframe
from titan_graphql.services.market_bars import Bars
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.settings import Settings

BARS = 10_000
ROUNDS = 200
LIMIT = 3.0
QUERY = """query Bars($symbol: String!) {
  instrument(symbol: $symbol) { bars(timeframe: D1) { time open high low close volume } }
}"""
REQUEST = orjson.dumps({"query": QUERY, "variables": {"symbol": "SYN"}})


def synthetic_bars() -> Bars:
    """A geometric random walk with plausible highs, lows and volumes."""
    random = np.random.default_rng(20_260_101)
    close = np.round(100 * np.exp(np.cumsum(random.normal(0, 0.01, BARS))), 4)
    opening = np.round(np.concatenate([[100.0], close[:-1]]), 4)
    spread = np.round(np.abs(random.normal(0, 0.3, BARS)), 4)
    columns = {
        "open": opening,
        "high": np.round(np.maximum(opening, close) + spread, 4),
        "low": np.round(np.maximum(np.minimum(opening, close) - spread, 0.01), 4),
        "close": close,
        "volume": random.integers(1_000, 9_000_000, BARS).astype(np.float64),
    }
    first = int(datetime(1985, 1, 1, tzinfo=UTC).timestamp()) * 1000
    return Bars(first + np.arange(BARS, dtype=np.int64) * 86_400_000, columns)


async def prepare(settings: Settings) -> str:
    """Store the bars; an access token."""
    async with machine.database(settings) as token:
        market = await Market.create(code="SYN", name="Synthetic", timezone="UTC", currency="USD")
        instrument = await Instrument.create(
            market=market, symbol="SYN", name="Synthetic", currency="USD", kind=InstrumentKind.EQUITY, synthetic=True
        )
        series = await Series.create(instrument=instrument, timeframe=Timeframe.D1)
        await write_revision(series, synthetic_bars(), Provenance("benchmark", "random walk", synthetic=True))
        return token


def raw_app() -> Starlette:
    """The least that can answer with these bytes: the columns lie in memory."""
    bars = synthetic_bars()

    async def answer(request: Request) -> Response:
        orjson.loads(await request.body())
        columns: dict[str, Any] = {"time": bars.time, **bars.columns}
        body = orjson.dumps({"data": {"instrument": {"bars": columns}}}, option=orjson.OPT_SERIALIZE_NUMPY)
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])


async def measure(url: str, raw_url: str, token: str, pids: tuple[int, int]) -> float:
    """Ask both in turns and print what it took; the ratio of processor time."""
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    async with httpx.AsyncClient(headers=headers, timeout=30) as client:

        async def ask(address: str) -> httpx.Response:
            return await client.post(address, content=REQUEST)

        ours, raw = await ask(url), await ask(raw_url)
        assert ours.json()["data"] == raw.json()["data"], f"the bars differ: {ours.text[:300]}"
        for _ in range(20):
            await ask(url), await ask(raw_url)
        before = [machine.cpu_seconds(pid) for pid in pids]
        found = await machine.medians({"ours": lambda: ask(url), "raw": lambda: ask(raw_url)}, ROUNDS)
        cpu = [(machine.cpu_seconds(pid) - start) / ROUNDS for pid, start in zip(pids, before, strict=True)]
    print(f"{len(ours.content):,} bytes, {ROUNDS} requests each, in turns")
    for name, seconds, processor in zip(("ours", "raw"), (found["ours"], found["raw"]), cpu, strict=True):
        print(f"{name:>5}: median {seconds * 1000:6.2f} ms, processor {processor * 1000:6.2f} ms per request")
    print(f"ratio: median {found['ours'] / found['raw']:.2f}, processor {cpu[0] / cpu[1]:.2f} (limit {LIMIT})")
    return max(found["ours"] / found["raw"], cpu[0] / cpu[1])


def main() -> int:
    """Measure, print and judge."""
    if sys.argv[1:2] == ["raw"]:
        uvicorn.run(raw_app(), port=int(sys.argv[2]), log_level="error", access_log=False)
        return 0
    print(machine.describe())
    with machine.installation() as settings:
        token = asyncio.run(prepare(settings))
        port, raw_port = machine.free_port(), machine.free_port()
        environment = {**machine.environment(), **settings.environment(), "TITAN_PORT": str(port)}
        ours = subprocess.Popen([sys.executable, "-m", "titan_graphql", "serve"], env=environment)
        raw = subprocess.Popen([sys.executable, "-m", "benchmarks.bars", "raw", str(raw_port)], env=environment)
        try:
            addresses = [f"http://127.0.0.1:{one}/graphql" for one in (port, raw_port)]
            for process, one in ((ours, port), (raw, raw_port)):
                machine.wait_until_serving(one, process)
            ratio = asyncio.run(measure(addresses[0], addresses[1], token, (ours.pid, raw.pid)))
        finally:
            for process in (ours, raw):
                process.terminate()
                process.wait(20)
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
