"""The real ccxt client against a server with an exchange's wire format: pages, limits, errors and the clock."""

from collections.abc import AsyncIterator

import numpy as np
import pytest

from tests.feeds.binance import Binance, exchange
from titan_graphql.errors import InvalidInputError, NotFoundError, UnavailableError
from titan_graphql.feeds.bars import Bars
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.providers import patience
from titan_graphql.feeds.providers.contract import Provider
from titan_graphql.feeds.providers.gathering import gather
from titan_graphql.feeds.providers.registry import make_provider

MINUTE = 60_000
FIRST = 1_704_067_200_000  # 2024-01-01


@pytest.fixture
async def binance() -> AsyncIterator[Binance]:
    async with exchange() as running:
        yield running


@pytest.fixture
async def provider(binance: Binance) -> AsyncIterator[Provider]:
    made = make_provider("ccxt", {"exchange": "binance", "url": binance.url})
    yield made
    await made.close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without waiting."""
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(patience, "pause", pause)
    return waited


def ignore(_page: Bars) -> None:
    """Nobody looks."""


async def gathered(provider: Provider, symbol: str = "BTC/USDT", start: int | None = FIRST) -> Bars:
    return await gather(provider, symbol, "M1", start, None, ReadOptions(), ignore)


async def test_pages_are_joined_and_the_open_bar_is_left_out(binance: Binance, provider: Provider):
    closes = [100.0 + k % 7 for k in range(2_501)]
    binance.put("BTCUSDT", "1m", FIRST, closes)
    binance.now = FIRST + 2_500 * MINUTE + 59_000
    bars = await gathered(provider)

    assert bars.time.tolist() == [FIRST + k * MINUTE for k in range(2_500)]
    assert bars.close.tolist() == closes[:2_500]
    assert bars.columns["open"].tolist() == [close - 0.25 for close in closes[:2_500]]
    assert bars.columns["volume"].tolist() == [10.0 + k for k in range(2_500)]
    asked = [(int(query["startTime"]), int(query["limit"])) for query in binance.asked]
    assert asked == [(FIRST + k * MINUTE, 1000) for k in (0, 1_000, 2_000, 2_501)]


async def test_a_bar_that_has_just_ended_is_kept(binance: Binance, provider: Provider):
    binance.put("BTCUSDT", "1m", FIRST, [1.0, 2.0])
    binance.now = FIRST + 2 * MINUTE
    assert (await gathered(provider)).close.tolist() == [1.0, 2.0]


async def test_instruments_are_those_of_the_exchange(binance: Binance, provider: Provider):
    listed = await provider.instruments()
    assert [(one.symbol, one.name, one.currency, one.kind) for one in listed] == [
        ("BTC/USDT", "BTC / USDT", "USDT", "CRYPTO"),
        ("ETH/USDT", "ETH / USDT", "USDT", "CRYPTO"),
    ]
    assert (provider.origin, provider.venue.code, provider.venue.calendar) == ("binance", "BINANCE", "24/7")


@pytest.mark.parametrize("status", [429, 418])
async def test_a_limit_is_respected_as_the_exchange_asks(binance: Binance, provider: Provider, pauses, status: int):
    binance.put("BTCUSDT", "1m", FIRST, [1.0, 2.0])
    binance.now = FIRST + 2 * MINUTE
    binance.refusals = [(status, "7")]
    bars = await gathered(provider)

    assert (bars.close.tolist(), pauses) == ([1.0, 2.0], [7.0])
    assert len(binance.asked) == 3  # refused, the bars, and nothing newer


async def test_an_exchange_that_asks_to_wait_too_long_is_not_waited_for(binance, provider, pauses):
    binance.refusals = [(418, "3600")]
    with pytest.raises(UnavailableError) as refused:
        await gathered(provider)

    message = "binance takes no more requests for now; it asks to wait 3600 s"
    assert (refused.value.code, refused.value.message, pauses) == ("PROVIDER_LIMITED", message, [])


async def test_an_exchange_that_stays_away_is_asked_a_few_times(binance: Binance, provider: Provider, pauses):
    binance.refusals = [(503, None)] * 6
    with pytest.raises(UnavailableError) as refused:
        await gathered(provider)

    assert (refused.value.code, pauses, len(binance.asked)) == ("PROVIDER_FAILED", [1.0, 2.0, 4.0, 8.0, 16.0], 6)


async def test_an_unknown_symbol_is_named_with_those_that_are_near(provider: Provider):
    with pytest.raises(NotFoundError) as refused:
        await gathered(provider, "BTC/EUR")

    assert refused.value.code == "INSTRUMENT_NOT_FOUND"
    assert refused.value.message == "binance has no instrument 'BTC/EUR'; it has BTC/USDT"


async def test_a_symbol_that_is_no_longer_traded_is_not_found(binance: Binance, provider: Provider):
    binance.delisted = {"ETHUSDT"}
    with pytest.raises(NotFoundError) as refused:
        await gathered(provider, "ETH/USDT")

    assert (refused.value.code, "-1121" in refused.value.message) == ("INSTRUMENT_NOT_FOUND", True)


async def test_a_symbol_without_bars_gives_none(binance: Binance, provider: Provider):
    assert len(await gathered(provider, "ETH/USDT")) == 0


async def test_a_price_that_is_no_number_is_refused(binance: Binance, provider: Provider):
    binance.put("BTCUSDT", "1m", FIRST, [1.0, np.inf])
    binance.now = FIRST + 2 * MINUTE
    with pytest.raises(UnavailableError) as refused:
        await gathered(provider)

    assert refused.value.code == "PROVIDER_BARS_INVALID"


async def test_an_unknown_exchange_is_refused():
    with pytest.raises(InvalidInputError) as refused:
        make_provider("ccxt", {"exchange": "nasdaq"})

    assert (refused.value.code, refused.value.path) == ("OPTION_INVALID", ["options", "exchange"])
