"""Splits and dividends: real prices become the source's own adjusted prices; raw bars stay as they are."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import make, real_prices
from titan_graphql.errors import InvalidInputError
from titan_graphql.feeds.bars import COLUMNS
from titan_graphql.models.markets import Adjustment, Dataset, Instrument, Series
from titan_graphql.quant.adjustment import Dividend, Split, dividend_factors, split_factors
from titan_graphql.services import market_actions, market_datasets
from titan_graphql.services.market_actions import ActionKind, NewAction
from titan_graphql.services.market_bars import newest_dataset, read_bars
from titan_graphql.services.market_revisions import Provenance, write_revision

# The source rounds prices as traded to a cent or better and adjusts those.
SOURCE_ROUNDING = 1e-12


def actions(splits: dict[str, float], dividends: dict[str, float]) -> list[NewAction]:
    return [NewAction(ActionKind.SPLIT, date.fromisoformat(day), value) for day, value in splits.items()] + [
        NewAction(ActionKind.DIVIDEND, date.fromisoformat(day), value) for day, value in dividends.items()
    ]


async def apple(stored: Adjustment = Adjustment.RAW) -> tuple[Instrument, Series]:
    instrument = await make.instrument("AAPL")
    series = await make.series(instrument)
    series.adjustment = stored
    await series.save()
    await write_revision(series, real_prices.raw_bars("AAPL"), Provenance("test", "stocks.csv", adjustment=stored))
    return instrument, await Series.get(id=series.id)


async def read(series: Series, adjustment: Adjustment) -> np.ndarray:
    series = await Series.get(id=series.id)
    bars = await market_actions.read_adjusted(series, await newest_dataset(series), COLUMNS, adjustment=adjustment)
    return bars.close


async def test_raw_prices_and_actions_give_the_adjusted_prices_of_the_source(db):
    instrument, series = await apple()
    await market_actions.add(instrument, actions(real_prices.AAPL_SPLITS, real_prices.AAPL_DIVIDENDS), "WIKI")
    theirs = real_prices.adjusted_closes("AAPL")
    raw = real_prices.raw_bars("AAPL")
    before_dividends = np.flatnonzero(raw.time < raw.time[0] + 12 * 365 * 86_400_000)

    total = await read(series, Adjustment.TOTAL_RETURN)
    split = await read(series, Adjustment.SPLIT)

    # The source also knows what came after its last day, so only proportions can be compared.
    assert np.abs(total / total[-1] / (theirs / theirs[-1]) - 1).max() < SOURCE_ROUNDING
    ours, source = split[before_dividends], theirs[before_dividends]
    assert np.abs(ours / ours[-1] / (source / source[-1]) - 1).max() < SOURCE_ROUNDING
    assert (await read(series, Adjustment.RAW)).tobytes() == raw.close.tobytes()
    assert split[-1] == total[-1] == raw.close[-1]


async def test_actions_make_a_revision_and_leave_the_bars_alone(db):
    instrument, series = await apple()
    before = await newest_dataset(series)
    await market_actions.add(instrument, actions(real_prices.AAPL_SPLITS, {}), "WIKI")
    series = await Series.get(id=series.id)
    after = await newest_dataset(series)
    again = await market_actions.add(instrument, actions(real_prices.AAPL_SPLITS, {}), "WIKI")

    assert (after.revision, after.content_hash != before.content_hash, len(again)) == (2, True, 2)
    assert (await Series.get(id=series.id)).revision == 2
    found = await market_datasets.diff(before, after.id)
    assert (found.added, found.removed, found.changed, found.actions_changed) == (0, 0, 0, True)
    both = [await read_bars(series, COLUMNS, revision=number) for number in (1, 2)]
    assert both[0].content_hash() == both[1].content_hash() == before.content_hash


async def test_known_splits_are_no_longer_suspected(db):
    instrument, series = await apple()
    suspected = await market_datasets.quality(await newest_dataset(series))
    await market_actions.add(instrument, actions(real_prices.AAPL_SPLITS, {}), "WIKI")
    explained = await market_datasets.quality(await newest_dataset(await Series.get(id=series.id)))

    assert [finding.kind for finding in suspected.findings].count("SUSPECTED_SPLIT") == 2
    assert [(finding.kind.value, finding.start.date().isoformat()) for finding in explained.findings] == [
        ("GAP", "2001-09-11"),
        ("OUTLIER", "2000-09-29"),
    ]


async def test_prices_that_the_source_adjusted_stay_as_they_are(db):
    instrument, series = await apple(Adjustment.TOTAL_RETURN)
    await market_actions.add(instrument, actions(real_prices.AAPL_SPLITS, {}), "WIKI")

    for asked in Adjustment:
        assert (await read(series, asked)).tobytes() == real_prices.raw_bars("AAPL").close.tobytes()
        assert market_actions.applied(Adjustment.TOTAL_RETURN, asked) is Adjustment.TOTAL_RETURN


@pytest.mark.parametrize(
    ("kind", "value", "day"),
    [("SPLIT", 0.0, "2020-01-02"), ("SPLIT", 1.0, "2020-01-02"), ("SPLIT", -2.0, "2020-01-02"),
     ("SPLIT", float("nan"), "2020-01-02"), ("DIVIDEND", float("inf"), "2020-01-02"), ("DIVIDEND", 0.0, "2020-01-02"),
     ("DIVIDEND", -1.0, "2020-01-02"), ("SPLIT", 2.0, "1700-01-01"), ("SPLIT", 2.0, "2999-01-01")],
)  # fmt: skip
async def test_actions_that_cannot_be_are_refused(db, kind, value, day):
    instrument, _ = await apple()
    with pytest.raises(InvalidInputError) as refused:
        await market_actions.add(instrument, [NewAction(ActionKind(kind), date.fromisoformat(day), value)], "x")

    assert refused.value.code == "ACTION_INVALID"
    assert (await market_actions.of_instrument(instrument), await Dataset.all().count()) == ([], 1)


prices = st.lists(st.floats(1.0, 1000.0), min_size=3, max_size=30)


@given(close=prices, at=st.integers(1, 29), ratio=st.sampled_from([2.0, 3.0, 0.1, 1.5]))
def test_an_injected_split_changes_no_return(close, at, ratio):
    at = min(at, len(close) - 1)
    time = np.arange(len(close), dtype=np.int64)
    traded = np.array(close)
    traded[at:] = traded[at:] / ratio
    factors = split_factors(time, [Split(at, ratio)])

    np.testing.assert_allclose(np.diff(np.log(traded * factors)), np.diff(np.log(close)), atol=1e-12)


@given(close=prices, at=st.integers(1, 29), amount=st.floats(0.01, 50.0))
def test_a_dividend_makes_changes_total_returns(close, at, amount):
    at = min(at, len(close) - 1)
    prices = np.array(close)
    factors = dividend_factors(np.arange(len(close)), prices, [Dividend(at, amount)])
    adjusted = prices * factors

    expected = (prices[at] + amount) / prices[at - 1]
    assert adjusted[at] / adjusted[at - 1] == pytest.approx(expected, rel=1e-12)
    assert factors[at:].tolist() == [1.0] * (len(close) - at)


def test_dividends_of_split_prices_are_split_too():
    time, close = np.arange(4), np.array([10.0, 10.0, 10.0, 10.0])
    factors = dividend_factors(time, close, [Dividend(1, 2.0)], [Split(3, 4.0)])

    assert factors.tolist() == [10.0 / 10.5, 1.0, 1.0, 1.0]
