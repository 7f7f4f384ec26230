"""Markets and instruments: finding them, and their bars as they are asked for."""

from datetime import datetime

import numpy as np
import pytest

from tests import make
from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.models.markets import Dataset, Instrument, Market, Series, Timeframe
from titan_graphql.services import market_bars, market_revisions, market_samples, market_series, markets
from titan_graphql.services.pages import PageRequest

pytestmark = pytest.mark.usefixtures("db")


async def bars(of: Instrument, *columns: str, timeframe: Timeframe = Timeframe.D1, **asked: object):
    window: dict = {"start": None, "end": None, "max_points": None, **asked}
    return await market_series.bars(of, timeframe, columns, **window)


async def test_markets_are_listed_by_code():
    for code in ("XETR", "US", "LSE"):
        await make.market(code)

    assert [row.code for row in (await markets.page(PageRequest(first=2))).nodes] == ["LSE", "US"]
    assert await markets.find("us") is None


async def test_a_symbol_on_two_markets_must_be_told_apart():
    us, london = await make.market("US"), await make.market("LSE")
    there = await make.instrument("BP", on=london)
    await make.instrument("BP", on=us)

    found = await markets.find_instrument("BP", "LSE")
    assert found is not None
    assert found.id == there.id
    assert await markets.find_instrument("BP", "TSE") is None
    with pytest.raises(InvalidInputError) as refused:
        await markets.find_instrument("BP")
    assert (refused.value.code, refused.value.path) == ("SYMBOL_AMBIGUOUS", ["market"])


@pytest.mark.parametrize("symbol", ["", "ko", "KO ", "' OR 1=1 --", "🐢", "\u202eOK", "x" * 10_001])
async def test_an_unknown_symbol_is_found_nowhere(symbol: str):
    await make.instrument("KO")

    assert await markets.find_instrument(symbol) is None
    with pytest.raises(NotFoundError) as refused:
        await markets.get_instrument(symbol, "y")
    assert (refused.value.code, refused.value.path) == ("INSTRUMENT_NOT_FOUND", ["y"])
    assert len(refused.value.message) < 400


@pytest.mark.parametrize("symbol", ["K\x00O", "\x00", "\ud800"])
async def test_text_that_no_database_stores_is_a_typed_refusal(symbol: str):
    with pytest.raises(InvalidInputError) as refused:
        await markets.find_instrument(symbol)
    assert refused.value.code == "TEXT_INVALID"


async def test_bars_of_another_timeframe_are_none():
    instrument = await make.listed("KO", [1, 2, 3])

    found = await bars(instrument, timeframe=Timeframe.M5)
    assert (found.count, found.time.tolist(), found.close.tolist(), found.open) == (0, [], [], None)
    assert (found.dataset, found.downsampled_from) == (None, None)


async def test_a_series_that_never_received_a_bar_has_none():
    instrument = await make.instrument("KO")
    await make.series(instrument)

    found = await bars(instrument)
    assert (found.count, found.dataset) == (0, None)


async def test_bars_carry_the_asked_columns_and_their_dataset():
    instrument = await make.listed("KO", [1, 2, 3], volume=[10, 20, 30], open=[1, 1, 1])

    found = await bars(instrument, "volume", start=make.day("2020-01-02"))
    assert found.volume is not None
    assert (found.close.tolist(), found.volume.tolist(), found.open) == ([2, 3], [20, 30], None)
    assert found.dataset == await Dataset.get(series__instrument=instrument)


@pytest.mark.parametrize(("start", "end"), [("2020-01-03", "2020-01-02"), ("2020-01-02", "2020-01-02")])
async def test_a_reversed_range_is_refused(start: str, end: str):
    instrument = await make.listed("KO", [1, 2, 3])

    with pytest.raises(InvalidInputError) as refused:
        await bars(instrument, start=make.day(start), end=make.day(end))
    assert (refused.value.code, refused.value.path) == ("PERIOD_REVERSED", ["from"])


@pytest.mark.parametrize("year", [1, 9999])
async def test_the_ends_of_time_are_a_range_like_any_other(year: int):
    instrument = await make.listed("KO", [1, 2, 3])
    moment = datetime.fromisoformat(f"{year:04}-01-01T00:00:00+00:00")

    assert (await bars(instrument, start=moment)).count == (3 if year == 1 else 0)
    assert (await bars(instrument, end=moment)).count == (0 if year == 1 else 3)


@pytest.mark.parametrize("points", [-1, 0, 9, 50_001, 2**31])
async def test_a_resolution_outside_10_to_50_000_is_refused(points: int):
    instrument = await make.listed("KO", [1, 2, 3])

    with pytest.raises(InvalidInputError) as refused:
        await bars(instrument, max_points=points)
    assert (refused.value.code, refused.value.path) == ("MAX_POINTS_INVALID", ["maxPoints"])


async def test_downsampled_closes_keep_the_ends_and_say_from_how_many():
    close = 100 + np.random.default_rng(3).standard_normal(500).cumsum()
    instrument = await make.listed("KO", close)

    found = await bars(instrument, max_points=50)
    assert (found.count, found.downsampled_from) == (50, 500)
    assert (found.close[0], found.close[-1]) == (close[0], close[-1])
    assert set(found.close) <= set(close)


async def test_downsampled_candles_keep_every_extreme():
    close = 100 + np.random.default_rng(3).standard_normal(500).cumsum()
    shape = {"open": close, "high": close + 1, "low": close - 1, "volume": np.ones(500)}
    instrument = await make.listed("KO", close, **shape)

    found = await bars(instrument, "high", max_points=50)
    assert found.high is not None and found.low is not None and found.volume is not None
    assert (found.downsampled_from, found.count <= 50) == (500, True)
    assert (found.high.max(), found.low.min(), found.volume.sum()) == (close.max() + 1, close.min() - 1, 500)


async def test_a_short_series_is_not_downsampled():
    found = await bars(await make.listed("KO", np.arange(1, 11)), max_points=10)

    assert (found.count, found.downsampled_from) == (10, None)


async def test_instruments_know_their_daily_bars():
    instrument = await make.listed("KO", [1, 2, 3])
    bare = await make.instrument("PEP")
    await make.series(instrument, Timeframe.M5)

    found = await markets.series_by_instruments([instrument.id, bare.id])
    assert [row.timeframe for row in found[instrument.id]] == [Timeframe.M5, Timeframe.D1]
    rows = await markets.instruments_by_ids([instrument.id, bare.id])
    extents = [(row.bar_count, row.first_bar, row.last_bar) for row in (rows[instrument.id], rows[bare.id])]
    assert extents == [(3, make.day("2020-01-01"), make.day("2020-01-03")), (0, None, None)]


async def test_the_extent_of_the_daily_bars_follows_their_newest_revision():
    instrument = await make.listed("KO", [1, 2, 3])
    more = make.bars([4, 5], "2020-01-04")
    daily = await Series.get(instrument_id=instrument.id)
    await market_revisions.write_revision(daily, more, market_revisions.Provenance("test", "more", True))
    minutes = await make.series(instrument, Timeframe.M5)
    await market_revisions.write_revision(minutes, more, market_revisions.Provenance("test", "more", True))

    row = await Instrument.get(id=instrument.id)
    assert (row.bar_count, row.first_bar, row.last_bar) == (5, make.day("2020-01-01"), make.day("2020-01-05"))


async def test_the_sample_is_imported_once_and_whole():
    steps: list[tuple[int, int]] = []
    assert await market_samples.import_sample(lambda done, total: steps.append((done, total))) == 20
    assert await market_samples.import_sample() == 0

    assert steps == [(done, 20) for done in range(1, 21)]
    assert [market.code for market in await Market.all()] == ["US"]
    assert set(await Instrument.all().values_list("symbol", flat=True)) == set(market_samples.NAMES)
    time, closes = market_samples.read_sample()
    for instrument in await Instrument.filter(symbol__in=["AAPL", "KO", "XOM"]):
        found = await bars(instrument)
        assert found.time.tobytes() == time.tobytes()
        assert found.close.tobytes() == closes[instrument.symbol].tobytes()


async def test_a_sample_that_was_cut_short_is_completed():
    time, closes = market_samples.read_sample()
    half_done = await make.instrument("KO")
    await make.series(half_done)
    done = await make.instrument("PEP")
    provenance = market_revisions.Provenance("sample", "closes")
    await market_revisions.write_revision(
        await make.series(done), market_bars.Bars(time, {"close": closes["PEP"]}), provenance
    )

    assert await market_samples.import_sample() == 19
    assert (await bars(half_done)).count == len(time)
