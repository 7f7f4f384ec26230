"""Live bars: stored once, announced once, corrected when they change, and folded into datasets."""

import asyncio
from contextvars import copy_context
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from tests import make
from titan_graphql.errors import ConflictError, InvalidInputError
from titan_graphql.feeds.bars import MS_PER_DAY, to_ms
from titan_graphql.models.market_live import Feed, LiveBar
from titan_graphql.models.markets import Dataset, Series, Timeframe
from titan_graphql.models.streams import StreamEvent
from titan_graphql.services import market_feeds, market_folding, market_live, market_writing
from titan_graphql.services.market_bars import COLUMNS, read_bars
from titan_graphql.services.market_feeds import FeedRun
from titan_graphql.services.market_live import ClosedBar, Values
from titan_graphql.services.market_revisions import Provenance, write_revision

pytestmark = pytest.mark.usefixtures("db")
MONDAY = to_ms(make.day("2024-01-01"))
MINUTE = 60_000


async def running(*, replay: bool = False, name: str = "test") -> FeedRun:
    return await market_feeds.begin(name, "test", "A test", replay=replay)


async def minutes() -> Series:
    return await make.series(await make.instrument(), Timeframe.M1)


def bar(series: Series, place: int, close: float = 10.0, **columns: float | None) -> ClosedBar:
    values = {"open": None, "high": None, "low": None, "volume": None, "close": close, **columns}
    return ClosedBar(series.id, MONDAY + place * MINUTE, Values(**values))  # type: ignore[arg-type]


async def announced(series: Series) -> list[tuple[int, float]]:
    """Minute and close of each event, which are numbered without gaps."""
    rows = await StreamEvent.filter(stream=market_live.stream_of(series.id)).order_by("seq")
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    events = [orjson.loads(row.data) for row in rows]
    return [((event["time"] - MONDAY) // MINUTE, event["close"]) for event in events]


async def stored(series: Series) -> list[tuple[int, float]]:
    kept = await market_live.tail(series.id)
    return [((int(time) - MONDAY) // MINUTE, float(close)) for time, close in zip(kept.time, kept.close, strict=True)]


async def test_bars_are_stored_and_announced_together_and_in_order():
    one, other, run = await minutes(), await minutes(), await running()

    news = await market_live.record([bar(one, 1, 11), bar(other, 0, 20), bar(one, 0, 10)], run)

    assert news == 3
    assert (await stored(one), await announced(one)) == ([(0, 10), (1, 11)],) * 2
    assert (await stored(other), await announced(other)) == ([(0, 20)],) * 2


async def test_an_event_says_everything_about_its_bar():
    series, run = await minutes(), await running()
    await market_live.record([bar(series, 0, 10.5, open=10.0, high=11.0, low=9.5, volume=3.0)], run)

    row = await StreamEvent.get(stream=market_live.stream_of(series.id))
    event = orjson.loads(row.data)
    received = event.pop("received")
    prices = {"open": 10.0, "high": 11.0, "low": 9.5, "close": 10.5, "volume": 3.0}
    assert event == {"time": MONDAY, **prices, "replay": False}
    assert abs(received - row.created_at.timestamp() * 1000) < 60_000


async def test_a_bar_that_comes_again_is_no_news():
    series, run = await minutes(), await running()
    await market_live.record([bar(series, 0, volume=5.0)], run)

    assert await market_live.record([bar(series, 0, volume=5.0), bar(series, 1)], run) == 1
    assert await announced(series) == [(0, 10), (1, 10)]


async def test_a_bar_that_changes_corrects_the_one_before():
    series, run = await minutes(), await running()
    await market_live.record([bar(series, 0), bar(series, 1)], run)

    assert await market_live.record([bar(series, 0, 12.0)], run) == 1
    assert await stored(series) == [(0, 12), (1, 10)]
    assert await announced(series) == [(0, 10), (1, 10), (0, 12)]


async def test_a_bar_that_a_dataset_holds_is_no_news_unless_it_differs():
    series, run = await minutes(), await running()
    await market_live.record([bar(series, 0, volume=5.0), bar(series, 2)], run)
    await market_folding.fold(series.id)

    assert await market_live.record([bar(series, 0, volume=5.0), bar(series, 1), bar(series, 2, 11.0)], run) == 2
    assert await stored(series) == [(1, 10), (2, 11)]
    assert await announced(series) == [(0, 10), (2, 10), (1, 10), (2, 11)]


async def test_bars_that_are_played_again_are_announced_only():
    series, run = await minutes(), await running(replay=True)
    await market_live.record([bar(series, 0)], run)
    await market_live.record([bar(series, 0)], run)

    assert await stored(series) == []
    assert await announced(series) == [(0, 10), (0, 10)]


@pytest.mark.parametrize("replay", [False, True])
async def test_a_batch_whose_outcome_was_not_learnt_is_not_repeated(replay: bool):
    series, run = await minutes(), await running(replay=replay)
    step = run.step
    await market_live.record([bar(series, 0)], run)
    run.step = step  # as if the answer of the database had been lost

    assert await market_live.record([bar(series, 0)], run) == 0
    assert await announced(series) == [(0, 10)]
    assert await market_live.record([bar(series, 1)], run) == 1


async def test_a_feed_that_was_replaced_writes_nothing():
    series, old = await minutes(), await running()
    await running()

    with pytest.raises(ConflictError) as refused:
        await market_live.record([bar(series, 0)], old)
    assert refused.value.code == "FEED_REPLACED"
    assert (await stored(series), await announced(series)) == ([], [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"close": float("nan")}, "NOT_FINITE"),
        ({"volume": float("inf")}, "NOT_FINITE"),
        ({"high": 9.0}, "OHLC_INCONSISTENT"),
        ({"low": 11.0}, "OHLC_INCONSISTENT"),
        ({"open": 12.0, "high": 11.0, "low": 9.0}, "OHLC_INCONSISTENT"),
        ({"volume": -1.0}, "VOLUME_NEGATIVE"),
        ({"place": -(10**9)}, "TIME_OUT_OF_RANGE"),
        ({"place": 10**9}, "TIME_OUT_OF_RANGE"),
    ],
)
async def test_a_bar_that_cannot_be_is_refused_and_nothing_is_stored(changes: dict[str, Any], code: str):
    series, run = await minutes(), await running()

    with pytest.raises(InvalidInputError) as refused:
        await market_live.record([bar(series, 0), bar(series, **{"place": 1, **changes})], run)
    assert refused.value.code == code
    assert (await stored(series), await announced(series)) == ([], [])
    assert (await Feed.get(name="test")).step == 0


async def test_prices_below_zero_are_prices():
    series, run = await minutes(), await running()

    assert await market_live.record([bar(series, 0, -36.98, high=-30.0, low=-40.0)], run) == 1


async def test_the_tail_becomes_a_dataset_that_holds_old_and_new_bars():
    series, run = await minutes(), await running()
    before = make.bars([1, 2], "2023-12-30")
    await write_revision(series, before, Provenance("test", "before"))
    await market_live.record([bar(series, 0, volume=7.0), bar(series, 1)], run)

    assert await market_folding.fold(series.id)

    fresh = await Series.get(id=series.id)
    bars = await read_bars(fresh, COLUMNS)
    assert bars.time.tolist() == [*before.time.tolist(), MONDAY, MONDAY + MINUTE]
    assert (bars.close.tolist(), bars.columns["volume"].tolist()[2]) == ([1, 2, 10, 10], 7.0)
    dataset = await Dataset.get(series_id=series.id, revision=2)
    assert (dataset.provider, dataset.source, dataset.bar_count) == ("test", "live feed, 2 bars", 4)
    assert dataset.quality is not None
    assert await LiveBar.all().count() == 0
    assert not await market_folding.fold(series.id)
    assert await Dataset.filter(series_id=series.id).count() == 2


async def test_only_days_that_are_over_are_folded():
    series, run = await minutes(), await running()
    day = MS_PER_DAY // MINUTE
    await market_live.record([bar(series, place) for place in (0, day - 1, day, day + 1)], run)

    assert await market_folding.fold_all(datetime(2024, 1, 2, 0, 5, tzinfo=UTC)) == 1

    assert await stored(series) == [(day, 10), (day + 1, 10)]
    assert (await Series.get(id=series.id)).bar_count == 2
    assert await market_folding.fold_all(datetime(2024, 1, 2, 23, 59, tzinfo=UTC)) == 0
    assert await market_folding.fold_all() == 1
    assert (await Series.get(id=series.id)).bar_count == 4


async def test_daily_bars_are_folded_by_the_week():
    series, run = await make.series(), await running()
    sunday = MONDAY - MS_PER_DAY
    values = Values(None, None, None, 10.0, None)
    days = (sunday, MONDAY, MONDAY + MS_PER_DAY)
    await market_live.record([ClosedBar(series.id, time, values) for time in days], run)

    assert await market_folding.fold_all(datetime(2024, 1, 7, 23, 59, tzinfo=UTC)) == 1
    assert (await market_live.tail(series.id)).time.tolist() == [MONDAY, MONDAY + MS_PER_DAY]
    assert await market_folding.fold_all(datetime(2024, 1, 8, tzinfo=UTC)) == 1
    assert await LiveBar.all().count() == 0


async def test_a_correction_during_the_fold_is_not_lost(monkeypatch: pytest.MonkeyPatch):
    series, run = await minutes(), await running()
    await market_live.record([bar(series, 0)], run)
    prepare, corrections = market_folding._prepared, [12.0]

    async def corrected_meanwhile(series_id: UUID, rows: list[LiveBar]) -> Any:
        prepared = await prepare(series_id, rows)
        while corrections:
            await market_live.record([bar(series, 0, corrections.pop())], run)
        return prepared

    monkeypatch.setattr(market_folding, "_prepared", corrected_meanwhile)
    assert await market_folding.fold(series.id)

    assert (await read_bars(await Series.get(id=series.id), ["close"])).close.tolist() == [12.0]
    assert await LiveBar.all().count() == 0


async def test_a_correction_that_meets_the_end_of_the_fold_is_not_lost(monkeypatch: pytest.MonkeyPatch):
    series, run, outside = await minutes(), await running(), copy_context()
    await market_live.record([bar(series, 0)], run)
    write, corrections = market_writing.write, list[asyncio.Task[int]]()

    async def corrected_meanwhile(prepared: Any) -> Any:
        if not corrections:
            work = market_live.record([bar(series, 0, 12.0)], run)
            corrections.append(asyncio.create_task(work, context=outside))
            await asyncio.wait(corrections, timeout=0.3)  # it may well have to wait for this very transaction
        return await write(prepared)

    monkeypatch.setattr(market_writing, "write", corrected_meanwhile)
    assert await market_folding.fold(series.id)

    assert await corrections[0] == 1
    assert await stored(series) == [(0, 12)]
    assert await announced(series) == [(0, 10), (0, 12)]


async def test_an_import_during_the_fold_is_merged(monkeypatch: pytest.MonkeyPatch):
    series, run = await minutes(), await running()
    await market_live.record([bar(series, 0)], run)
    prepare, imports = market_folding._prepared, [make.bars([1, 2], "2023-12-30")]

    async def imported_meanwhile(series_id: UUID, rows: list[LiveBar]) -> Any:
        prepared = await prepare(series_id, rows)
        while imports:
            await write_revision(await Series.get(id=series_id), imports.pop(), Provenance("test", "meanwhile"))
        return prepared

    monkeypatch.setattr(market_folding, "_prepared", imported_meanwhile)
    assert await market_folding.fold(series.id)

    assert (await read_bars(await Series.get(id=series.id), ["close"])).close.tolist() == [1.0, 2.0, 10.0]


async def test_feeds_are_listed_with_their_state():
    series, run = await minutes(), await running(replay=True, name="replay")
    await market_live.record([bar(series, 3)], run)
    other = await running(name="exchange")
    await market_feeds.end(other)

    found = await market_feeds.states()
    assert [(one.name, one.label, one.replay, one.running) for one in found] == [
        ("exchange", "A test", False, False),
        ("replay", "A test", True, True),
    ]
    assert found[1].last_bar_at == datetime(2024, 1, 1, 0, 3, tzinfo=UTC)
    again = await running(replay=True, name="replay")
    assert (again.step, again.last_bar) == (1, MONDAY + 3 * MINUTE)
