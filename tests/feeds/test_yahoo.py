"""The real yfinance client against a server with Yahoo's own chart format."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.feeds.yahoo import Yahoo, yahoo
from titan_graphql.errors import InvalidInputError, NotFoundError, UnavailableError
from titan_graphql.feeds.bars import Bars
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.providers import patience
from titan_graphql.feeds.providers.contract import Provider
from titan_graphql.feeds.providers.gathering import gather
from titan_graphql.feeds.providers.registry import extra, make_provider

DAY = 86_400
TUESDAY = 1_704_153_600  # 2024-01-02


@pytest.fixture
async def server() -> AsyncIterator[Yahoo]:
    async with yahoo() as running:
        yield running


@pytest.fixture
def provider(server: Yahoo, tmp_path: Path) -> Provider:
    # The library remembers time zones and cookies in a file of the user.
    extra("yfinance").set_tz_cache_location(str(tmp_path))
    return make_provider("yfinance", {"url": server.url})


def ignore(_page: Bars) -> None:
    """Nobody looks."""


async def gathered(provider: Provider, symbol: str, start: int | None = TUESDAY * 1000) -> Bars:
    return await gather(provider, symbol, "D1", start, None, ReadOptions(), ignore)


async def test_daily_bars_carry_midnight_utc_of_their_day(server: Yahoo, provider: Provider):
    server.bars["AAPL"] = {TUESDAY: 185.5, TUESDAY + DAY: 184.25, TUESDAY + 2 * DAY: None, TUESDAY + 3 * DAY: 181.0}
    bars = await gathered(provider, "AAPL")

    assert bars.time.tolist() == [1000 * (TUESDAY + k * DAY) for k in (0, 1, 3)]
    assert bars.close.tolist() == [185.5, 184.25, 181.0]
    assert bars.columns["high"].tolist() == [186.5, 185.25, 182.0]
    assert bars.columns["volume"].tolist() == [1000.0, 1001.0, 1003.0]


async def test_an_instrument_is_described_by_the_source(server: Yahoo, provider: Provider):
    server.bars["KO"] = {TUESDAY: 60.0}
    listed = await provider.find("KO")
    assert (listed.name, listed.currency, listed.kind) == ("KO Incorporated", "USD", "EQUITY")
    assert (provider.adjustment, provider.venue.code) == ("SPLIT", "US")


async def test_a_period_without_bars_gives_none(server: Yahoo, provider: Provider):
    server.bars["PEP"] = {TUESDAY: 170.0}
    assert len(await gathered(provider, "PEP", (TUESDAY + 5 * DAY) * 1000)) == 0


async def test_an_unknown_symbol_is_not_found(provider: Provider):
    with pytest.raises(NotFoundError) as refused:
        await provider.find("NOPE")

    assert refused.value.code == "INSTRUMENT_NOT_FOUND"


async def test_a_limit_is_waited_for_and_not_for_ever(server, provider, monkeypatch: pytest.MonkeyPatch):
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(patience, "pause", pause)
    server.limited = 1_000
    with pytest.raises(UnavailableError) as refused:
        await provider.find("MSFT")

    assert (refused.value.code, waited) == ("PROVIDER_LIMITED", [1.0, 2.0, 4.0, 8.0, 16.0])


async def test_timeframes_and_markets_are_checked(server: Yahoo, provider: Provider):
    with pytest.raises(InvalidInputError) as refused:
        await gather(provider, "KO", "H4", None, None, ReadOptions(), ignore)
    assert refused.value.code == "TIMEFRAME_UNKNOWN"
    with pytest.raises(InvalidInputError) as refused:
        make_provider("yfinance", {"market": "MARS"})
    assert (refused.value.code, refused.value.path) == ("OPTION_INVALID", ["options", "market"])
