"""A feed at work: nothing is lost, doubled or out of order when services fail, and it ends when told to."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest
import structlog
from tortoise.exceptions import OperationalError

from tests import make
from titan_graphql.errors import ConflictError, NotFoundError
from titan_graphql.events import bus
from titan_graphql.feeds.bars import to_ms
from titan_graphql.feeds.providers.contract import Listed, PastProvider, StreamedBar
from titan_graphql.models.market_live import Feed, LiveBar
from titan_graphql.models.markets import Adjustment, Dataset, Instrument, Market, Series, Timeframe
from titan_graphql.models.streams import StreamEvent
from titan_graphql.services import market_feeding, market_feeds, market_live, market_streaming
from titan_graphql.services.market_feeding import Feeding
from titan_graphql.services.market_live import ClosedBar, Values, stream_of
from titan_graphql.settings import Settings

pytestmark = pytest.mark.usefixtures("db")
PATIENCE_SECONDS = 30
START = to_ms(make.day("2024-01-01"))
MINUTE = 60_000
COUNT = 60


def bar(series_id: UUID, place: int, close: float | None = None) -> ClosedBar:
    values = Values(None, None, None, float(place) if close is None else close, None)
    return ClosedBar(series_id, START + place * MINUTE, values)


async def source(series_id: UUID, count: int = COUNT) -> AsyncIterator[Sequence[ClosedBar]]:
    for place in range(count):
        yield [bar(series_id, place)]
        await asyncio.sleep(0)  # other tasks run in between, as they do while an exchange is silent


async def feeding(*, replay: bool = True) -> tuple[Feeding, Series]:
    series = await make.series(await make.instrument(), Timeframe.M1)
    return Feeding(await market_feeds.begin("test", "test", "A test", replay=replay)), series


async def announced(series: Series) -> list[float]:
    rows = await StreamEvent.filter(stream=stream_of(series.id)).order_by("seq")
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    return [orjson.loads(row.data)["close"] for row in rows]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(market_feeding, "RETRY_SECONDS", (0.01,))


@pytest.mark.parametrize("replay", [False, True])
@pytest.mark.usefixtures("impatient")
async def test_a_database_that_fails_before_or_after_it_has_stored_loses_and_doubles_nothing(
    replay: bool, monkeypatch: pytest.MonkeyPatch
):
    work, series = await feeding(replay=replay)
    record, calls = market_live.record, iter(range(10_000))

    async def failing(bars: Sequence[ClosedBar], run: Any) -> int:
        call, step = next(calls), run.step
        if call % 3 == 0:
            raise OperationalError("connection lost before")
        news = await record(bars, run)
        if call % 3 == 1:
            run.step = step
            raise OperationalError("connection lost after the commit, before its answer")
        return news

    monkeypatch.setattr(market_live, "record", failing)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await work.work(source(series.id))

    assert await announced(series) == [float(place) for place in range(COUNT)]


@pytest.mark.usefixtures("impatient")
async def test_a_database_that_goes_away_and_comes_back(settings: Settings):
    work, series = await feeding()
    done = asyncio.Event()

    async def all_at_last() -> AsyncIterator[Sequence[ClosedBar]]:
        async for bars in source(series.id):
            yield bars
        await done.wait()
        yield [bar(series.id, COUNT)]

    running = asyncio.create_task(work.work(all_at_last()))
    for _ in range(5):
        await interrupted(settings.database_url)
    done.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await running

    assert await announced(series) == [float(place) for place in range(COUNT + 1)]


async def interrupted(url: str) -> None:
    """PostgreSQL drops every connection; SQLite is locked by somebody else for a moment."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite://"), isolation_level=None, timeout=20) as other:
            other.execute("BEGIN EXCLUSIVE")
            await asyncio.sleep(0.1)
            other.execute("COMMIT")
        return
    other = await asyncpg.connect(url)
    await other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    await other.close()
    await asyncio.sleep(0.05)


async def test_a_redis_that_does_not_answer_holds_nothing_up():
    work, series = await feeding()
    async with bus.opened("unix:///nowhere/valkey.sock"), asyncio.timeout(PATIENCE_SECONDS):
        await work.work(source(series.id))

    assert await announced(series) == [float(place) for place in range(COUNT)]


@pytest.mark.usefixtures("impatient")
async def test_it_ends_at_once_when_told_to_even_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch):
    work, series = await feeding()
    tried = asyncio.Event()

    async def never(*_: Any) -> int:
        tried.set()
        raise OperationalError("away")

    monkeypatch.setattr(market_live, "record", never)
    running = asyncio.create_task(work.work(source(series.id)))
    await tried.wait()
    work.stop()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await running

    assert (await Feed.get(name="test")).ended_at is not None


async def test_it_ends_while_nothing_comes():
    work, series = await feeding()

    async def silent() -> AsyncIterator[Sequence[ClosedBar]]:
        yield [bar(series.id, 0)]
        work.stop()
        await asyncio.Event().wait()

    async with asyncio.timeout(PATIENCE_SECONDS):
        await work.work(silent())
    assert (await Feed.get(name="test")).ended_at is not None


async def test_a_silent_feed_gives_signs_of_life(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(market_feeding, "IDLE_SECONDS", 0.01)
    work, _ = await feeding()
    began, seen, alive = (await Feed.get(name="test")).seen_at, market_feeds.sign_of_life, asyncio.Event()

    async def noticed(run: Any) -> None:
        await seen(run)
        alive.set()

    async def silent() -> AsyncIterator[Sequence[ClosedBar]]:
        await alive.wait()
        work.stop()
        yield []

    monkeypatch.setattr(market_feeds, "sign_of_life", noticed)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await work.work(silent())
    assert (await Feed.get(name="test")).seen_at > began


async def test_a_source_that_fails_ends_the_feed_after_its_bars_were_stored():
    work, series = await feeding()

    async def failing() -> AsyncIterator[Sequence[ClosedBar]]:
        async for bars in source(series.id, 3):
            yield bars
        raise NotFoundError("INSTRUMENT_NOT_FOUND", "gone")

    with pytest.raises(NotFoundError):
        await work.work(failing())
    assert await announced(series) == [0, 1, 2]
    assert (await Feed.get(name="test")).ended_at is not None


async def test_a_feed_that_was_replaced_ends():
    work, series = await feeding()
    await market_feeds.begin("test", "test", "Another", replay=True)

    with pytest.raises(ConflictError):
        await work.work(source(series.id))
    assert await announced(series) == []
    assert (await Feed.get(name="test")).ended_at is None  # the other one goes on


async def test_a_bar_that_cannot_be_holds_up_no_other():
    work, series = await feeding(replay=False)

    async def doubtful() -> AsyncIterator[Sequence[ClosedBar]]:
        yield [bar(series.id, 0)]
        yield [bar(series.id, 1, float("nan")), bar(series.id, 2)]

    await work.work(doubtful())
    assert await announced(series) == [0, 2]


async def test_live_bars_are_folded_at_the_start_and_at_the_end():
    work, series = await feeding(replay=False)
    await LiveBar.create(series_id=series.id, time=START - MINUTE, close=7.0, provider="earlier", received=1)

    await work.work(source(series.id))

    assert await LiveBar.all().count() == 0
    newest = await Dataset.filter(series_id=series.id).order_by("-revision").first()
    assert newest is not None
    assert (newest.bar_count, newest.provider) == (COUNT + 1, "test")


class Exchange(PastProvider):
    """A provider that streams what it is told to."""

    name = "exchange"
    adjustment = "RAW"

    def __init__(self, *bars: tuple[str, int, float]) -> None:
        self._bars = bars
        self.after: Mapping[str, int] | None = None

    async def find(self, symbol: str) -> Listed:
        if symbol not in {"BTC/USDT", "ETH/USDT"}:
            raise NotFoundError("INSTRUMENT_NOT_FOUND", f"no {symbol}", ["symbols"])
        return Listed(symbol, f"{symbol} spot", "USDT", "CRYPTO")

    async def stream(
        self, symbols: Sequence[str], timeframe: str, after: Mapping[str, int] | None = None
    ) -> AsyncGenerator[StreamedBar, None]:
        self.after = dict(after or {})
        for symbol, place, close in self._bars:
            time = START + place * MINUTE
            yield StreamedBar(symbol, timeframe, time, close, close, close, close, float("nan"))


def venue() -> Market:
    return Market(code="KRAKEN", name="Kraken", timezone="UTC", currency="USD", calendar="24/7")


async def test_bars_of_an_exchange_become_instruments_events_and_datasets():
    exchange = Exchange(("BTC/USDT", 0, 1.0), ("ETH/USDT", 0, 2.0), ("BTC/USDT", 1, 3.0))
    found = await market_streaming.open_series(exchange, venue(), ["BTC/USDT", "ETH/USDT"], Timeframe.M1)
    work = Feeding(await market_feeds.begin("exchange", "exchange", "Live", replay=False))

    await work.work(market_streaming.closed_bars(exchange, found, Timeframe.M1))

    btc = await Instrument.get(symbol="BTC/USDT").select_related("market")
    assert (btc.name, btc.currency, btc.kind, btc.market.code) == ("BTC/USDT spot", "USDT", "CRYPTO", "KRAKEN")
    assert (await announced(found["BTC/USDT"]), await announced(found["ETH/USDT"])) == ([1, 3], [2])
    fresh = await Series.get(id=found["BTC/USDT"].id)
    assert (fresh.revision, fresh.bar_count, fresh.adjustment) == (1, 2, Adjustment.RAW)
    again = await market_streaming.open_series(exchange, await Market.get(code="KRAKEN"), ["BTC/USDT"], Timeframe.M1)
    assert again["BTC/USDT"].id == fresh.id


async def test_a_feed_begins_behind_the_last_stored_bar_and_declares_what_nobody_has():
    before = Exchange(("BTC/USDT", 0, 1.0), ("BTC/USDT", 1, 2.0), ("ETH/USDT", 0, 2.0))
    found = await market_streaming.open_series(before, venue(), ["BTC/USDT", "ETH/USDT"], Timeframe.M1)
    first = Feeding(await market_feeds.begin("exchange", "exchange", "Live", replay=False))
    await first.work(market_streaming.closed_bars(before, found, Timeframe.M1))
    eth = found["ETH/USDT"]
    await LiveBar.create(series_id=eth.id, time=START + 4 * MINUTE, close=7.0, provider="exchange", received=1)

    # Of minutes 2 to 4 of BTC/USDT the exchange has only one left.
    exchange = Exchange(("ETH/USDT", 5, 8.0), ("BTC/USDT", 3, 4.0), ("BTC/USDT", 5, 6.0))
    again = Feeding(await market_feeds.begin("exchange", "exchange", "Live", replay=False))
    with structlog.testing.capture_logs() as told:
        await again.work(market_streaming.closed_bars(exchange, found, Timeframe.M1))

    assert exchange.after == {"BTC/USDT": START + MINUTE, "ETH/USDT": START + 4 * MINUTE}
    holes = [(one["symbol"], one["first"], one["count"]) for one in told if one["event"] == "bars are missing"]
    assert holes == [("BTC/USDT", "2024-01-01 00:02:00+00:00", 1), ("BTC/USDT", "2024-01-01 00:04:00+00:00", 1)]
    assert await announced(found["BTC/USDT"]) == [1, 2, 4, 6]
    newest = await Dataset.filter(series_id=found["BTC/USDT"].id).order_by("-revision").first()
    assert newest is not None
    assert newest.quality["counts"]["GAP"] == 2
    assert (await Feed.get(name="exchange")).last_bar == START + 5 * MINUTE


async def test_a_symbol_that_the_exchange_does_not_know_makes_nothing():
    with pytest.raises(NotFoundError):
        await market_streaming.open_series(Exchange(), venue(), ["BTC/USDT", "NOPE"], Timeframe.M1)
    assert (await Market.all().count(), await Instrument.all().count()) == (0, 0)


@pytest.mark.parametrize("mixed", ["SYNTHETIC_MIXED", "ADJUSTMENT_MIXED"])
async def test_live_bars_are_not_mixed_with_others_of_another_kind(mixed: str):
    kraken = venue()
    await kraken.save()
    instrument = await make.instrument("BTC/USDT", on=kraken, synthetic=mixed == "SYNTHETIC_MIXED")
    await make.write(instrument, [1, 2])
    await Series.filter(instrument_id=instrument.id).update(adjustment=Adjustment.TOTAL_RETURN)

    with pytest.raises(ConflictError) as refused:
        await market_streaming.open_series(Exchange(), kraken, ["BTC/USDT"], Timeframe.D1)
    assert refused.value.code == mixed
