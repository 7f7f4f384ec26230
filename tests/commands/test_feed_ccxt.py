"""titan feed ccxt: the real client over a real websocket, stored, announced, ended at once, and folded."""

import asyncio
import sqlite3
import subprocess
from typing import Any

import pytest

from tests.commands.conftest import PATIENCE_SECONDS, Installation
from tests.feeds.binance import Binance, exchange

MINUTE = 60_000
FIRST = 1_704_067_200_000  # 2024-01-01
OUT = "titan: Live M1 bars of BTC/USDT from binance\ntitan: stopped\n"
EVENTS = "SELECT json_extract(CAST(data AS TEXT), '$.close') FROM stream_event ORDER BY seq"


def rows(installation: Installation, query: str) -> list[Any]:
    with sqlite3.connect(installation.data_dir / "titan.sqlite3", timeout=PATIENCE_SECONDS) as database:
        return [row[0] for row in database.execute(query).fetchall()]


@pytest.fixture
def lonely(migrated: Installation) -> Installation:
    """No Redis answers it."""
    migrated.environment |= {"TITAN_REDIS_URL": "unix:///nowhere/valkey.sock", "TITAN_LOG_LEVEL": "ERROR"}
    return migrated


async def closed(binance: Binance, number: int, close: float) -> None:
    kline = (close, close + 1.0, close - 1.0, close, 5.0)
    await binance.tell("BTCUSDT", "1m", FIRST + number * MINUTE, kline, closed=True)


def started(installation: Installation, binance: Binance) -> subprocess.Popen[str]:
    return installation.start(
        "feed", "ccxt", "--exchange", "binance", "--symbols", "BTC/USDT", "--timeframe", "1m",
        "--option", f"url={binance.url}",
    )  # fmt: skip


async def ended(installation: Installation, feed: subprocess.Popen[str], events: int) -> tuple[int, str, str]:
    """Exit code, output and errors of a feed that is told to end when there are so many events."""
    while len(rows(installation, EVENTS)) < events:
        await asyncio.sleep(0.05)  # another process: no event
    feed.terminate()
    out, err = await asyncio.to_thread(feed.communicate, timeout=PATIENCE_SECONDS)
    return feed.returncode, out, err


async def test_closed_bars_of_an_exchange_are_stored_and_announced(lonely: Installation):
    async with exchange() as binance, asyncio.timeout(PATIENCE_SECONDS * 4):
        binance.now = FIRST + 1_000
        feed = started(lonely, binance)
        await binance.heard("btcusdt@kline_1m")
        for number in range(4):  # a bar is known to be closed when the next one begins
            await closed(binance, number, 100.0 + number)
        assert await ended(lonely, feed, 3) == (0, OUT, "")

    assert rows(lonely, EVENTS) == [100.0, 101.0, 102.0]
    # On a busy machine the next start folds what this one had no time for.
    assert rows(lonely, "SELECT (SELECT COUNT(*) FROM live_bar) + COALESCE(MAX(bar_count), 0) FROM dataset") == [3]
    assert rows(lonely, "SELECT name FROM feed WHERE ended_at IS NOT NULL") == ["ccxt-binance"]


async def test_bars_that_were_missed_while_the_feed_was_down_come_first(lonely: Installation):
    async with exchange() as binance, asyncio.timeout(PATIENCE_SECONDS * 4):
        binance.now = FIRST + 1_000
        feed = started(lonely, binance)
        await binance.heard("btcusdt@kline_1m")
        for number in range(3):
            await closed(binance, number, 100.0 + number)
        assert await ended(lonely, feed, 2) == (0, OUT, "")

        for number in (3, 4, 6):  # nobody hears these, and minute 5 the exchange itself has lost
            binance.klines["BTCUSDT", "1m"][FIRST + number * MINUTE] = (100.0 + number,) * 5
        binance.now = FIRST + 7 * MINUTE + 1_000
        assert await ended(lonely, started(lonely, binance), 6) == (0, OUT, "")

    assert rows(lonely, EVENTS) == [100.0, 101.0, 102.0, 103.0, 104.0, 106.0]


def test_an_unknown_exchange_is_one_line(lonely: Installation):
    code, out, err = lonely.run("feed", "ccxt", "--exchange", "nowhere", "--symbols", "BTC/USDT")

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("titan: ccxt knows no exchange 'nowhere'")
