"""Live bars of the real ccxt client over a real websocket: closed ones only, each once, none missing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from tests.feeds.binance import Binance, exchange
from titan_graphql.feeds.providers import ccxt_exchange, ccxt_stream, patience
from titan_graphql.feeds.providers.contract import Provider, StreamedBar
from titan_graphql.feeds.providers.registry import make_provider

MINUTE = 60_000
FIRST = 1_704_067_200_000  # 2024-01-01
BTC, ETH = "btcusdt@kline_1m", "ethusdt@kline_1m"


@pytest.fixture
async def binance() -> AsyncIterator[Binance]:
    async with exchange() as running:
        running.now = FIRST + 1_000
        yield running


@pytest.fixture
async def provider(binance: Binance) -> AsyncIterator[Provider]:
    made = make_provider("ccxt", {"exchange": "binance", "url": binance.url})
    yield made
    await made.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT_SECONDS", 0.01)


def kline(close: float) -> tuple[float, float, float, float, float]:
    return (close, close + 1.0, close - 1.0, close, 5.0)


def bar(symbol: str, number: int, close: float) -> StreamedBar:
    return StreamedBar(symbol, "M1", FIRST + number * MINUTE, close, close + 1.0, close - 1.0, close, 5.0)


async def minute(binance: Binance, number: int, close: float, symbol: str = "BTCUSDT") -> None:
    """A minute as the exchange tells it: an update with another price first, and then the closed bar."""
    time = FIRST + number * MINUTE
    await binance.tell(symbol, "1m", time, kline(close - 0.25))
    await binance.tell(symbol, "1m", time, kline(close), closed=True)


async def test_only_closed_bars_are_given_each_once(binance: Binance, provider: Provider):
    async with aclosing(provider.stream(["BTC/USDT", "ETH/USDT"], "M1")) as stream:
        waiting = asyncio.ensure_future(stream.__anext__())
        await binance.heard(BTC, ETH)
        for number in range(3):
            await minute(binance, number, 100.0 + number)
        assert await waiting == bar("BTC/USDT", 0, 100.0)
        assert await stream.__anext__() == bar("BTC/USDT", 1, 101.0)
        waiting = asyncio.ensure_future(stream.__anext__())
        await minute(binance, 0, 7.0, "ETHUSDT")
        await minute(binance, 1, 8.0, "ETHUSDT")
        assert await waiting == bar("ETH/USDT", 0, 7.0)


async def test_after_a_lost_connection_nothing_is_missing(binance: Binance, provider: Provider):
    async with aclosing(provider.stream(["BTC/USDT"], "M1")) as stream:
        waiting = asyncio.ensure_future(stream.__anext__())
        await binance.heard(BTC)
        await minute(binance, 0, 100.0)
        await binance.tell("BTCUSDT", "1m", FIRST + MINUTE, kline(55.0))  # half of minute 1, never whole on this line
        assert await waiting == bar("BTC/USDT", 0, 100.0)

        waiting = asyncio.ensure_future(stream.__anext__())
        await binance.hang_up()
        for number in range(1, 5):  # nobody listens
            binance.klines["BTCUSDT", "1m"][FIRST + number * MINUTE] = kline(100.0 + number)
        await binance.heard(BTC)
        await binance.tell("BTCUSDT", "1m", FIRST + 5 * MINUTE, kline(1.0))
        found = [await waiting, *[await stream.__anext__() for _ in range(3)]]
        assert found == [bar("BTC/USDT", number, 100.0 + number) for number in range(1, 5)]


async def test_what_was_missed_before_the_start_comes_first(binance: Binance, provider: Provider):
    binance.now = FIRST + 6 * MINUTE + 1_000
    held = {FIRST + number * MINUTE: kline(100.0 + number) for number in (0, 1, 2, 4, 5, 6)}  # it has lost minute 3
    binance.klines["BTCUSDT", "1m"] = held
    async with aclosing(provider.stream(["BTC/USDT"], "M1", {"BTC/USDT": FIRST + MINUTE})) as stream:
        missed = [await stream.__anext__() for _ in range(3)]
        assert missed == [bar("BTC/USDT", number, 100.0 + number) for number in (2, 4, 5)]
        waiting = asyncio.ensure_future(stream.__anext__())
        await binance.heard(BTC)
        await minute(binance, 6, 106.5)
        await minute(binance, 7, 107.0)
        assert await waiting == bar("BTC/USDT", 6, 106.5)


async def test_no_more_than_a_week_of_minutes_is_caught_up(binance, provider, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ccxt_stream, "CATCH_UP_BARS", 3)
    binance.now = FIRST + 100 * MINUTE + 1_000
    binance.put("BTCUSDT", "1m", FIRST, [float(close) for close in range(1, 102)])
    async with aclosing(provider.stream(["BTC/USDT"], "M1", {"BTC/USDT": FIRST})) as stream:
        assert [(await stream.__anext__()).close for _ in range(3)] == [98.0, 99.0, 100.0]


async def test_an_exchange_that_is_away_at_the_start_is_caught_up_with_later(binance: Binance, provider: Provider):
    binance.now = FIRST + 2 * MINUTE + 1_000
    binance.put("BTCUSDT", "1m", FIRST, [1.0, 2.0, 3.0])
    binance.refusals = [(503, None)] * 7  # more often than one question is asked again
    async with aclosing(provider.stream(["BTC/USDT"], "M1", {"BTC/USDT": FIRST})) as stream:
        assert (await stream.__anext__()).close == 2.0


async def test_the_clock_of_the_exchange_survives_a_clock_that_is_set(
    binance: Binance, provider: Provider, monkeypatch: pytest.MonkeyPatch
):
    before = await provider.now()
    clock = ccxt_exchange._clock
    monkeypatch.setattr(ccxt_exchange, "_clock", lambda: clock() + 3_600_000)

    assert abs(before - FIRST) < 30_000
    assert abs(await provider.now() - before) < 30_000


async def test_a_bar_that_no_update_closes_is_asked_for(binance, provider, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ccxt_stream, "GRACE_SECONDS", 0.05)
    binance.now = FIRST + 59_800
    binance.klines["BTCUSDT", "1m"] = {FIRST: kline(42.0)}
    async with aclosing(provider.stream(["BTC/USDT"], "M1")) as stream:
        assert await stream.__anext__() == bar("BTC/USDT", 0, 42.0)
