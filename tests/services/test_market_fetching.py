"""Importing from a provider: where it goes on, what it notices, and that a series is kept whole or not at all."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from titan_graphql.errors import ConflictError, NotFoundError, TitanError, UnavailableError
from titan_graphql.feeds.bars import MS_PER_DAY, Bars, to_datetime
from titan_graphql.feeds.providers.contract import Listed, PastProvider
from titan_graphql.feeds.venues import Venue
from titan_graphql.models.markets import Adjustment, BarBlock, Dataset, Instrument, Market, Series, Timeframe
from titan_graphql.services import market_fetching
from titan_graphql.services.market_bars import read_bars
from titan_graphql.services.market_fetching import Fetched, FetchSpec
from titan_graphql.services.market_revisions import Provenance, write_revision

pytestmark = pytest.mark.usefixtures("db")
FIRST = 19_700  # a day of 2023, counted from 1970
DAILY = FetchSpec(timeframe=Timeframe.D1)


@dataclass
class Scripted(PastProvider):
    """A source whose bars (day to close) and clock the test sets; one bar a page."""

    bars_of: dict[str, dict[int, float]]
    today: int
    adjustment: str = "RAW"
    fails_after: int | None = None
    asked: list[int | None] = field(default_factory=list)

    name, summary, timeframes, options = "scripted", "for tests", ("D1",), object
    origin, venue = "desk", Venue("DESK", "A desk", "UTC", "EUR", None)

    async def instruments(self) -> Sequence[Listed]:
        return [Listed(symbol, f"{symbol} S.A.", "EUR", "INDEX") for symbol in self.bars_of]

    async def bars(self, symbol: str, timeframe: str, start: int | None, end: int | None) -> AsyncGenerator[Bars, None]:
        self.asked.append(None if start is None else start // MS_PER_DAY)
        for count, (day, close) in enumerate(sorted(self.bars_of[symbol].items())):
            if self.fails_after is not None and count >= self.fails_after:
                raise UnavailableError("PROVIDER_FAILED", "desk does not answer: gone home")
            if start is None or day * MS_PER_DAY >= start:
                yield Bars(np.array([day * MS_PER_DAY]), {"close": np.array([close])})

    async def now(self) -> int:
        return self.today * MS_PER_DAY + 3_600_000


def ignore(_page: Bars) -> None:
    """Nobody looks."""


async def fetch(provider: Scripted, spec: FetchSpec = DAILY, symbol: str = "X") -> Fetched:
    return await market_fetching.fetch(provider, symbol, spec, ignore)


async def stored(symbol: str = "X") -> dict[int, float]:
    bars = await read_bars(await Series.get(instrument__symbol=symbol), ["close"])
    return dict(zip((bars.time // MS_PER_DAY).tolist(), bars.close.tolist(), strict=True))


async def counts() -> list[int]:
    return [await table.all().count() for table in (Market, Instrument, Series, Dataset, BarBlock)]


def walk(days: int, first: int = FIRST) -> dict[int, float]:
    return {first + k: 100.0 + k % 5 for k in range(days)}


async def test_a_first_import_keeps_everything_but_the_open_bar():
    source = Scripted({"X": walk(30)}, FIRST + 29)
    fetched = await fetch(source)

    dataset, instrument = await Dataset.get(), await Instrument.get().prefetch_related("market")
    assert await stored() == walk(29)
    assert (fetched.outcome.bars_added, fetched.first, fetched.bars) == (29, to_datetime(FIRST * MS_PER_DAY), 29)
    assert (dataset.provider, dataset.source, dataset.options["since"]) == ("scripted", "desk X", None)
    assert (instrument.name, instrument.kind, instrument.currency) == ("X S.A.", "INDEX", "EUR")
    assert (instrument.market.code, instrument.market.name) == ("DESK", "A desk")


async def test_the_next_import_goes_on_with_overlap_and_finds_what_was_restated():
    source = Scripted({"X": walk(30)}, FIRST + 30)
    await fetch(source)
    source.bars_of["X"] |= {FIRST + 25: 77.0, FIRST + 3: 66.0} | {FIRST + 30: 5.0, FIRST + 31: 6.0}
    source.today = FIRST + 31
    fetched = await fetch(source)

    # The third bar was restated too, but lies before the overlap.
    assert source.asked == [None, FIRST + 29 - 10]
    assert (fetched.outcome.bars_added, fetched.outcome.bars_restated) == (1, 1)
    assert await stored() == walk(30) | {FIRST + 25: 77.0, FIRST + 30: 5.0}
    assert await Dataset.all().order_by("revision").values_list("revision", flat=True) == [1, 2]


async def test_an_import_without_news_changes_nothing():
    source = Scripted({"X": walk(30)}, FIRST + 30)
    await fetch(source)
    before = await counts()
    fetched = await fetch(source)

    assert (fetched.outcome.unchanged, fetched.outcome.bars_added, await counts()) == (1, 0, before)


async def test_an_earlier_beginning_is_asked_for_whole():
    source = Scripted({"X": walk(30)}, FIRST + 30)
    late = FetchSpec(timeframe=Timeframe.D1, since=to_datetime((FIRST + 20) * MS_PER_DAY))
    early = FetchSpec(timeframe=Timeframe.D1, since=to_datetime((FIRST + 5) * MS_PER_DAY))
    await fetch(source, late)
    await fetch(source, early)
    await fetch(source, late)

    assert source.asked == [FIRST + 20, FIRST + 5, FIRST + 19]
    assert await stored() == {day: close for day, close in walk(30).items() if day >= FIRST + 5}


async def test_a_split_at_the_source_rewrites_the_whole_history():
    source = Scripted({"X": walk(30)}, FIRST + 30, adjustment="SPLIT")
    await fetch(source)
    source.bars_of["X"] = {day: close / 2 for day, close in walk(31).items()}
    source.today = FIRST + 31
    fetched = await fetch(source)

    assert source.asked == [None, FIRST + 19, None]
    assert (fetched.outcome.bars_added, fetched.outcome.bars_restated) == (1, 30)
    assert await stored() == {day: close / 2 for day, close in walk(31).items()}
    assert (await Series.get()).adjustment is Adjustment.SPLIT


async def test_a_source_that_fails_midway_leaves_nothing():
    source = Scripted({"X": walk(30)}, FIRST + 30, fails_after=20)
    with pytest.raises(UnavailableError) as refused:
        await fetch(source)
    assert (refused.value.code, await counts()) == ("PROVIDER_FAILED", [0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("bars", "code"),
    [
        ({FIRST: 1.0, FIRST + 1: np.nan}, "PROVIDER_BARS_INVALID"),
        ({FIRST: 1.0, FIRST + 1: np.inf}, "PROVIDER_BARS_INVALID"),
        ({FIRST: 1.0, FIRST + 1: -1.0}, "PRICE_NOT_POSITIVE"),
        ({FIRST: 1.0, FIRST + 1: 100.0}, "PRICE_JUMP"),
        ({FIRST: 1.0, FIRST + 400: 1.0}, "GAP_TOO_LARGE"),
        ({FIRST + 2_000: 1.0}, "NO_DATA"),
        ({}, "NO_DATA"),
    ],
)
async def test_bars_that_are_none_are_refused(bars: dict[int, float], code: str):
    with pytest.raises(TitanError) as refused:
        await fetch(Scripted({"X": bars}, FIRST + 500))
    assert (refused.value.code, await counts()) == (code, [0, 0, 0, 0, 0])


async def test_what_may_be_true_is_kept_once_it_is_confirmed():
    source = Scripted({"X": {FIRST: 1.0, FIRST + 1: 100.0}}, FIRST + 500)
    await fetch(source, FetchSpec(timeframe=Timeframe.D1, accept=frozenset({"PRICE_JUMP"})))
    assert await stored() == {FIRST: 1.0, FIRST + 1: 100.0}


async def test_an_unknown_symbol_is_not_found():
    with pytest.raises(NotFoundError) as refused:
        await fetch(Scripted({"X": walk(3)}, FIRST + 30), symbol="Y")
    assert (refused.value.code, await counts()) == ("INSTRUMENT_NOT_FOUND", [0, 0, 0, 0, 0])


@pytest.mark.parametrize("known", [True, False], ids=["known series", "new series"])
async def test_of_two_imports_at_once_one_wins_and_one_meets_a_conflict(known: bool):
    first, second = Scripted({"X": walk(20)}, FIRST + 20), Scripted({"X": walk(25)}, FIRST + 25)
    if known:
        await fetch(Scripted({"X": walk(15)}, FIRST + 15))
    arrived = asyncio.Barrier(2)

    async def both(source: Scripted) -> Any:
        told = source.now

        async def together() -> int:
            await arrived.wait()
            return await told()

        source.now = together  # type: ignore[method-assign]
        return await fetch(source)

    ends = await asyncio.gather(both(first), both(second), return_exceptions=True)
    (refused,) = [end for end in ends if isinstance(end, TitanError)]
    (won,) = [end for end in ends if isinstance(end, Fetched)]
    assert (type(refused), refused.code) == (ConflictError, "IMPORT_CONFLICT")
    assert await stored() == walk(20 if won is ends[0] else 25)
    assert await Dataset.all().count() == (2 if known else 1)


async def test_a_series_from_elsewhere_is_continued():
    instrument = await make.instrument("X", await make.market("DESK"), kind="INDEX", currency="EUR")
    days = walk(20)
    time = np.array(list(days)) * MS_PER_DAY
    bars = Bars(time, {"close": np.array(list(days.values()))})
    await write_revision(await make.series(instrument), bars, Provenance("csv", "desk.csv"))
    source = Scripted({"X": walk(25)}, FIRST + 25)
    await fetch(source)

    assert (source.asked, await stored()) == ([FIRST + 9], walk(25))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ends=st.lists(st.integers(1, 40), min_size=1, max_size=5), overlap=st.integers(0, 12))
async def test_however_it_is_cut_into_imports_the_result_is_the_same(ends: list[int], overlap: int):
    symbol = (await make.instrument(on=await make.market("DESK"), kind="INDEX", currency="EUR")).symbol
    spec = FetchSpec(timeframe=Timeframe.D1, overlap=overlap)
    source = Scripted({symbol: walk(41)}, FIRST)
    for end in ends:
        source.today = FIRST + end
        await fetch(source, spec, symbol)
    assert await stored(symbol) == walk(max(ends))
