"""Import rate, reading time and memory of block storage, beside a table with one row per bar, on both databases.

Run with `python -m benchmarks.imports [--database sqlite|postgres|both]`. Data: SYNTHETIC random walks, 400 symbols of
2,500 days as one CSV of 1,000,000 rows; what is read is 500 series of 2,520 closes.
"""

import argparse
import asyncio
import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection

from benchmarks import machine
from benchmarks.faults.postgres import Postgres
from titan_graphql import db
from titan_graphql.feeds.bars import MS_PER_DAY, NO_BARS, Bars
from titan_graphql.models.markets import Instrument, InstrumentKind, Market, Series, Timeframe
from titan_graphql.services import market_bars, market_revisions
from titan_graphql.services.market_revisions import Provenance
from titan_graphql.settings import Settings

SYMBOLS, DAYS = 400, 2_500
SERIES, BARS = 500, 2_520
ROUNDS = 7
IMPORT_LIMIT_SECONDS, MEMORY_LIMIT_MB, READ_LIMIT_MS = 10.0, 500.0, 100.0
COLUMNS = ("open", "high", "low", "close", "volume")
CREATE = """CREATE TABLE bar_row (series INTEGER, time BIGINT, open DOUBLE PRECISION, high DOUBLE PRECISION,
    low DOUBLE PRECISION, close DOUBLE PRECISION, volume DOUBLE PRECISION, PRIMARY KEY (series, time))"""


def walks(count: int, length: int) -> np.ndarray:
    random = np.random.default_rng(20_260_102)
    return np.round(100 * np.exp(0.01 * random.standard_normal((count, length)).cumsum(axis=1)), 4)


def write_csv(path: Path) -> None:
    close = walks(SYMBOLS, DAYS).ravel()
    days = pd.bdate_range("2014-01-01", periods=DAYS).strftime("%Y-%m-%d")
    columns = {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": np.arange(close.size)}
    names = np.repeat([f"SYN{k:03}" for k in range(SYMBOLS)], DAYS)
    pd.DataFrame({"symbol": names, "date": np.tile(days, SYMBOLS), **columns}).round(4).to_csv(path, index=False)


@dataclass
class Peak:
    """The most megabytes that all processes of a command held at once: in fact, and with shared pages counted twice."""

    held: float = 0.0
    counted_twice: float = 0.0


def import_file(settings: Settings, path: Path) -> tuple[float, Peak]:
    """Seconds and peak memory of `titan import`."""
    environment = {**machine.environment(), **settings.environment()}
    command = [sys.executable, "-P", "-m", "titan_graphql", "import", str(path), "--market", "US", "--synthetic"]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    peak = Peak()
    watching = threading.Thread(target=_watch, args=(process, peak))
    watching.start()
    assert process.wait() == 0, "the import failed"
    seconds = time.perf_counter() - began
    watching.join()
    return seconds, peak


def _watch(process: "subprocess.Popen[bytes]", peak: Peak) -> None:
    root = psutil.Process(process.pid)
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):
            family = [one.memory_full_info() for one in (root, *root.children(recursive=True))]
            peak.held = max(peak.held, sum(one.pss for one in family) / 1e6)
            peak.counted_twice = max(peak.counted_twice, sum(one.rss for one in family) / 1e6)
        time.sleep(0.02)


async def store_blocks(closes: np.ndarray) -> list[Series]:
    market = await Market.create(code="SYN", name="Synthetic", timezone="UTC", currency="USD")
    time_ = MS_PER_DAY * np.arange(13_000, 13_000 + BARS, dtype=np.int64)
    revisions, made = [], []
    for k, close in enumerate(closes):
        instrument = Instrument(
            market=market, symbol=f"R{k}", name="Synthetic", currency="USD", kind=InstrumentKind.EQUITY, synthetic=True
        )
        series = Series(instrument_id=instrument.id, timeframe=Timeframe.D1)
        revision = market_revisions.plan(series, NO_BARS, Bars(time_, {"close": close}), None)
        revision.instrument = instrument
        revisions.append(revision)
        made.append(series)
    await market_revisions.commit(revisions, Provenance("benchmark", "synthetic", synthetic=True))
    return made


async def read_blocks(series: list[Series]) -> np.ndarray:
    market_bars.cache.clear()
    found = await market_bars.read_many(series, ["close"])
    return np.stack([found[one.id].close for one in series])


async def read_remembered(series: list[Series]) -> np.ndarray:
    found = await market_bars.read_many(series, ["close"])
    return np.stack([found[one.id].close for one in series])


async def store_rows(closes: np.ndarray) -> float:
    """Seconds to insert one row per bar, in one transaction."""
    connection = get_connection("default")
    await connection.execute_script(CREATE)
    rows = [
        (k, int(at), float(price), float(price), float(price), float(price), 1.0)
        for k, close in enumerate(closes)
        for at, price in enumerate(close)
    ]
    began = time.perf_counter()
    if connection.capabilities.dialect == "postgres":
        async with connection.acquire_connection() as raw:
            await raw.copy_records_to_table("bar_row", records=rows, columns=["series", "time", *COLUMNS])
    else:
        async with connection._in_transaction() as transaction:
            await transaction.execute_many("INSERT INTO bar_row VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    return time.perf_counter() - began


async def read_rows() -> np.ndarray:
    connection = get_connection("default")
    _, rows = await connection.execute_query("SELECT close FROM bar_row ORDER BY series, time")
    return np.array([row[0] for row in rows]).reshape(SERIES, BARS)


async def compare(name: str, settings: Settings) -> bool:
    closes = walks(SERIES, BARS)
    async with db.opened(settings):
        began = time.perf_counter()
        series = await store_blocks(closes)
        blocks_seconds = time.perf_counter() - began
        rows_seconds = await store_rows(closes)
        assert (await read_blocks(series)).tobytes() == closes.tobytes() == (await read_rows()).tobytes()
        ours = {"blocks": lambda: read_blocks(series), "remembered": lambda: read_remembered(series)}
        seconds = await machine.medians(ours, ROUNDS)
        # Not in turns with ours: its million tuples leave the next reader a heap to page in again.
        seconds |= await machine.medians({"rows": read_rows}, ROUNDS)
    blocks, rows = seconds["blocks"], seconds["rows"]
    print(f"{name}: {SERIES} × {BARS:,} closes into numpy: blocks {blocks * 1000:.0f} ms (limit {READ_LIMIT_MS:.0f}), "
          f"remembered {seconds['remembered'] * 1000:.1f} ms, one row per bar {rows * 1000:,.0f} ms: "
          f"{rows / blocks:.1f} times as long")  # fmt: skip
    bars = SERIES * BARS
    rates = f"blocks {bars / blocks_seconds:,.0f}/s, one row per bar {bars / rows_seconds:,.0f}/s"
    print(f"{name}: writing {bars:,} bars: {rates}")
    return blocks * 1000 <= READ_LIMIT_MS


@contextlib.contextmanager
def databases(which: str) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="titan-imports-") as name, contextlib.ExitStack() as stack:
        found: dict[str, str] = {}
        if which != "postgres":
            found["SQLite"] = f"sqlite://{Path(name) / 'bench.sqlite3'}"
        if which != "sqlite":
            found["PostgreSQL"] = stack.enter_context(postgres())
        yield found


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    server = Postgres(machine.free_port())
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    which = parser.parse_args().database
    print(machine.describe())
    reached: list[bool] = []
    with machine.installation() as base, databases(which) as urls:
        path = base.data_dir / "synthetic.csv"
        write_csv(path)
        for name, url in urls.items():
            EXECUTOR_CACHE.clear()  # it remembers SQL by model only, and the two databases differ
            settings = replace(base, database_url=url)
            asyncio.run(db.migrate(settings))
            seconds, peak = import_file(settings, path)
            rows, size = SYMBOLS * DAYS, path.stat().st_size / 1e6
            memory = (
                f"{peak.held:.0f} MB (limit {MEMORY_LIMIT_MB:.0f}; {peak.counted_twice:.0f} with pages counted twice)"
            )
            pace = f"{seconds:.1f} s (limit {IMPORT_LIMIT_SECONDS:.0f}), {rows / seconds:,.0f} rows/s"
            print(f"{name}: titan import of {rows:,} rows ({size:.0f} MB): {pace}, peak {memory}")
            reached += [
                seconds <= IMPORT_LIMIT_SECONDS,
                peak.held <= MEMORY_LIMIT_MB,
                asyncio.run(compare(name, settings)),
            ]
    print("every limit is kept" if all(reached) else "MISSED: a limit, see above")
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
