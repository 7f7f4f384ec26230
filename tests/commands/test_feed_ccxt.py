"""titan feed ccxt: the real client over a real websocket, stored, announced, ended at once, and folded."""

import asyncio
import sqlite3
from typing import Any

import pytest

from tests.commands.conftest import PATIENCE_SECONDS, Installation
from tests.feeds.binance import Binance, exchange

MINUTE = 60_000
FIRST = 1_704_067_200_000  # 2024-01-01
EVENTS = "SELECT json_extract(CAST(data AS TEXT), '$.close') FROM stream_event ORDER BY seq"


def rows(installation: Installation, query: str) -> list[Any]:
    with sqlite3.connect(installation.data_dir / "titan.sqlite3", timeout=PATIENCE_SECONDS) as database:
        return [row[0] for row in database.execute(query).fetchall()]


@pytest.fixture
def migrated(installation: Installation) -> Installation:
    installation.environment |= {"TITAN_REDIS_URL": "unix:///nowhere/valkey.sock", "TITAN_LOG_LEVEL": "ERROR"}
    assert installation.run("migrate")[0] == 0
    return installation


async def closed(binance: Binance, number: int, close: float) -> None:
    kline = (close, close + 1.0, close - 1.0, close, 5.0)
    await binance.tell("BTCUSDT", "1m", FIRST + number * MINUTE, kline, closed=True)


async def test_closed_bars_of_an_exchange_are_stored_and_announced(migrated: Installation):
    async with exchange() as binance, asyncio.timeout(PATIENCE_SECONDS * 4):
        binance.now = FIRST + 1_000
        feed = migrated.start(
            "feed", "ccxt", "--exchange", "binance", "--symbols", "BTC/USDT", "--timeframe", "1m",
            "--option", f"url={binance.url}",
        )  # fmt: skip
        await binance.heard("btcusdt@kline_1m")
        for number in range(4):  # a bar is known to be closed when the next one begins
            await closed(binance, number, 100.0 + number)
        while len(rows(migrated, EVENTS)) < 3:
            await asyncio.sleep(0.05)  # another process: no event
        feed.terminate()
        out, err = await asyncio.to_thread(feed.communicate, timeout=PATIENCE_SECONDS)

    assert (feed.returncode, err) == (0, "")
    assert out == "titan: Live M1 bars of BTC/USDT from binance\ntitan: stopped\n"
    assert rows(migrated, EVENTS) == [100.0, 101.0, 102.0]
    # On a busy machine the next start folds what this one had no time for.
    assert rows(migrated, "SELECT (SELECT COUNT(*) FROM live_bar) + COALESCE(MAX(bar_count), 0) FROM dataset") == [3]
    assert rows(migrated, "SELECT name FROM feed WHERE ended_at IS NOT NULL") == ["ccxt-binance"]


def test_an_unknown_exchange_is_one_line(migrated: Installation):
    code, out, err = migrated.run("feed", "ccxt", "--exchange", "nowhere", "--symbols", "BTC/USDT")

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("titan: ccxt knows no exchange 'nowhere'")
