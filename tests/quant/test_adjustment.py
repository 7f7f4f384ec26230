"""Corporate actions on bars: what took effect where, and the growth of a share with its dividends reinvested."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from titan_graphql.quant.adjustment import (
    Dividend,
    Events,
    Split,
    dividend_factors,
    events,
    growth,
    split_factors,
)

TIME = np.array([10, 20, 30, 50, 60])


def test_an_action_takes_effect_on_the_first_bar_that_does_not_begin_before_it():
    found = events(TIME, [Split(20, 2.0), Split(45, 3.0)], [Dividend(31, 0.5), Dividend(60, 1.5)])
    assert found.splits.tolist() == [1, 2, 1, 3, 1]
    # Half a unit per share of day 31 is a sixth per share after the split of day 45.
    assert found.dividends.tolist() == [0, 0, 0, 0.5 / 3.0, 1.5]


def test_a_dividend_on_the_day_of_a_split_is_paid_per_new_share():
    found = events(TIME, [Split(30, 4.0)], [Dividend(30, 0.5)])
    assert (found.splits[2], found.dividends[2]) == (4.0, 0.5)


def test_what_happened_to_nobody_here_is_left_out():
    found = events(TIME, [Split(5, 2.0), Split(10, 2.0), Split(61, 2.0)], [Dividend(1, 9.0), Dividend(70, 9.0)])
    assert found.splits.tolist() == [1.0] * 5
    assert found.dividends.tolist() == [0.0] * 5


def test_a_share_grows_by_splits_and_reinvested_dividends():
    happened = Events(np.array([1.0, 2, 1, 1]), np.array([0.0, 0, 1, 0]))
    assert growth(np.array([20.0, 10, 4, 5]), happened).tolist() == [1.0, 2.0, 2.5, 2.5]


@given(
    close=st.lists(st.floats(1.0, 1000.0), min_size=4, max_size=30),
    ratio=st.sampled_from([2.0, 3.0, 0.1]),
    amounts=st.lists(st.floats(0.01, 20.0), min_size=3, max_size=3),
    cut=st.integers(2, 29),
)
def test_growth_is_the_adjustment_that_does_not_know_the_future(close, ratio, amounts, cut):
    """It gives the same returns as the factors that look back from the last bar, and no later bar changes it."""
    prices, time = np.array(close), np.arange(len(close))
    splits = [Split(2, ratio)]
    dividends = [Dividend(bar, amount) for bar, amount in enumerate(amounts, 1)]
    grown = growth(prices, events(time, splits, dividends))
    factors = split_factors(time, splits) * dividend_factors(time, prices, dividends)

    np.testing.assert_allclose(grown / grown[-1], factors, rtol=1e-12)
    early = growth(prices[:cut], events(time[:cut], splits, dividends))
    assert np.array_equal(early, grown[:cut])
