"""The leak check of a book: clean where nothing looks ahead, and it names what is planted."""

from dataclasses import replace

import numpy as np
import pytest

from tests.quant.test_portfolio import COSTLY, book_of, market
from titan_graphql.quant.errors import ParameterError, SeriesTooShortError
from titan_graphql.quant.leak_check import Leak
from titan_graphql.quant.portfolio import Names
from titan_graphql.quant.portfolio_leaks import portfolio_leak_check

NAMES = market(seed=3)


def pipeline(names):
    """Rolling scores of the closes given."""
    return book_of(names)


def test_a_book_that_only_looks_back_is_clean_whatever_happens_to_its_names():
    calls = []
    found = portfolio_leak_check(
        pipeline, NAMES, COSTLY, name_limit=0.4, seed=1, on_progress=lambda *done: calls.append(done)
    )
    assert (found.clean, found.leak, len(found.cuts)) == (True, None, 6)
    assert calls == [(number, 6) for number in range(1, 7)]
    assert list(found.cuts) == sorted(set(found.cuts))
    assert found.cuts[0] >= 2
    assert found.cuts[-1] < NAMES.close.shape[1]


def test_a_score_that_knows_the_next_bar_is_found_at_the_last_bar_before_a_cut():
    def ahead(names):
        members = book_of(names)
        return replace(members, z=np.roll(members.z, -1, axis=1))

    found = portfolio_leak_check(ahead, NAMES, COSTLY, seed=2)
    assert not found.clean
    assert found.leak == Leak(bar=found.cuts[0] - 1, column="z", cut=found.cuts[0], method="TRUNCATED")


def test_a_hedge_of_one_pair_and_weights_that_know_the_whole_sample_are_found():
    def hedged(names):
        members = book_of(names)
        members.beta[2] = names.close[0].mean() / names.close[2].mean()
        return members

    def weighted(names):
        members = book_of(names)
        risk = 1.0 / np.array([names.close[y].std() for y, _ in members.legs])
        return replace(members, weight=risk / risk.sum())

    assert portfolio_leak_check(hedged, NAMES, COSTLY).leak.column == "beta"
    found = portfolio_leak_check(weighted, NAMES, COSTLY).leak
    assert (found.bar, found.column) == (0, "weight")


def test_a_pipeline_that_needs_the_future_to_work_at_all_is_a_leak():
    def whole(names):
        if names.close.shape[1] < 200:
            raise SeriesTooShortError("too short")
        return book_of(names)

    found = portfolio_leak_check(whole, NAMES, COSTLY)
    assert (found.clean, found.leak.bar, found.leak.method) == (False, 0, "TRUNCATED")


def test_two_bars_cannot_be_cut():
    columns = {name: getattr(NAMES, name)[:, :2] for name in ("close", "traded", "splits", "dividends")}
    with pytest.raises(ParameterError) as refused:
        portfolio_leak_check(pipeline, Names(**columns, last=NAMES.last, days=NAMES.days[:2]), COSTLY)
    assert refused.value.code == "CUT_OUT_OF_RANGE"
