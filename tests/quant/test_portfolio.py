"""A book of pairs: equal to a plain loop, equal to one pair's ledger when it is alone, and every cent accounted for."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.quant.portfolio_loop import plain_book
from tests.quant.samples import synthetic_pair
from titan_graphql.quant.backtest import Conditions, LegConditions, Rules, run_backtest
from titan_graphql.quant.backtest_ledger import ExitReason
from titan_graphql.quant.errors import ArithmeticOverflowError, ParameterError
from titan_graphql.quant.portfolio import Members, Names, inverse_volatility, run_portfolio
from titan_graphql.quant.spread import rolling_z

BARS = 260
PLAIN = Rules(entry=1.0, exit=0.2, gross=2.0, capital=100_000.0)
COSTLY = replace(PLAIN, commission_bps=4.0, slippage_bps=3.0, borrow_bps=250.0, stop=2.6, max_hold=12)


def market(seed=0, count=4, bars=BARS, eventful=True) -> Names:
    """Prices with a common trend, and things that happen on about every twelfth bar of each."""
    random = np.random.default_rng(seed)
    trend = 0.01 * random.standard_normal(bars).cumsum()
    logs = 3.5 + trend + 0.03 * random.standard_normal((count, bars)).cumsum(axis=1) * 0.3
    rare = random.random((3, count, bars)) < (0.08 if eventful else 0.0)
    splits = np.where(rare[0], random.choice([2.0, 0.5, 3.0], (count, bars)), 1.0)
    close = np.exp(logs) / np.cumprod(splits, axis=1)
    return Names(
        close=close,
        traded=~rare[1],
        splits=splits,
        dividends=np.where(rare[2], 0.01 * close, 0.0),
        last=np.full(count, bars) if not eventful else np.where(np.arange(count) == 1, bars - 60, bars),
        days=np.where(np.arange(bars) % 5 == 0, 3.0, 1.0),
    )


def book_of(names: Names, pairs=((0, 1), (2, 1), (0, 2), (3, 0)), weight=None) -> Members:
    """Pairs that share names, each with its rolling z."""
    bars = names.close.shape[1]
    adjusted = np.log(names.close * np.cumprod(names.splits, axis=1))
    z = np.stack([rolling_z(adjusted[y] - 0.8 * adjusted[x], 20) for y, x in pairs])
    beta = np.repeat(np.linspace(0.5, 1.2, len(pairs))[:, None], bars, axis=1)
    beta[-1] *= -1.0
    share = np.full(len(pairs), 1 / len(pairs)) if weight is None else np.asarray(weight)
    return Members(legs=np.array(pairs), z=z, beta=beta, weight=share)


@pytest.mark.parametrize("limit", [None, 0.35, 0.05])
@pytest.mark.parametrize("fixes", ["NOTIONAL", "SHARES"])
@pytest.mark.parametrize("rules", [PLAIN, COSTLY], ids=["plain", "costly"])
def test_a_book_equals_a_plain_loop(rules, fixes, limit):
    names, rules = market(), replace(rules, hedge_fixes=fixes)
    members = book_of(names)
    found = run_portfolio(names, members, rules, name_limit=limit)
    equity, shares, gains = plain_book(names, members, rules, limit)

    assert len(found.ledger.trades) > 15
    np.testing.assert_allclose(found.ledger.equity, equity, rtol=1e-9)
    np.testing.assert_allclose([one.total for one in found.contributions], gains, atol=1e-9 * rules.capital)
    for t, held in enumerate(shares):
        expected = [held.get(name, 0.0) for name in range(4)]
        np.testing.assert_allclose(found.quantities[:, t], expected, rtol=1e-9, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    gross=st.floats(0.1, 8.0),
    limit=st.none() | st.floats(0.02, 2.0),
    fees=st.tuples(*[st.floats(0.0, 50.0)] * 3),
    stop=st.none() | st.floats(1.2, 3.0),
)
def test_every_cent_is_accounted_for(seed, gross, limit, fees, stop):
    names = market(seed, bars=120)
    members = book_of(names)
    costs = dict(zip(("commission_bps", "slippage_bps", "borrow_bps"), fees, strict=True))
    rules = replace(PLAIN, gross=gross, stop=stop, **costs)
    found = run_portfolio(names, members, rules, name_limit=limit)
    ledger, capital = found.ledger, rules.capital

    scale = max(capital, float(np.abs(ledger.equity).max()), float(found.gross.max()))
    positions = (found.quantities * names.close).sum(axis=0)
    assert np.abs(ledger.equity - ledger.cash - positions).max() <= 1e-12 * scale
    whole = math.fsum(one.total for one in found.contributions) + found.netting
    assert abs(whole - (ledger.equity[-1] - capital)) <= 1e-9 * scale
    assert abs(ledger.attribution.total - (ledger.equity[-1] - capital)) <= 1e-9 * scale
    by_trade = math.fsum(ledger.trades["pnl"])
    assert abs(by_trade - math.fsum(one.total for one in found.contributions)) <= 1e-9 * scale
    assert found.netting >= -1e-9 * scale
    assert (np.abs(found.net) <= found.gross + 1e-9 * scale).all()


@pytest.mark.parametrize("fixes", ["NOTIONAL", "SHARES"])
@pytest.mark.parametrize("changes", [{}, {"gross": 9.0}, {"exit": 0.0, "max_hold": 4}])
def test_one_pair_alone_is_its_own_ledger(fixes, changes):
    names = market(3)
    members = book_of(names, pairs=((0, 1),), weight=[1.0])
    rules = replace(COSTLY, hedge_fixes=fixes, **changes)
    found = run_portfolio(names, members, rules)
    y, x = (
        LegConditions(
            splits=names.splits[k], dividends=names.dividends[k], traded=names.traded[k], last_bar=int(names.last[k])
        )
        for k in (0, 1)
    )
    conditions = Conditions(y=y, x=x, days=names.days)
    ledger = run_backtest(names.close[0], names.close[1], members.z[0], members.beta[0], rules, conditions=conditions)

    np.testing.assert_allclose(found.ledger.equity, ledger.equity, rtol=1e-12)
    assert found.ledger.ruined == ledger.ruined
    for name in ("direction", "entry_signal", "entry_fill", "exit_signal", "exit_fill", "bars_held", "exit_reason"):
        assert np.array_equal(found.ledger.trades[name], ledger.trades[name]), name
    for name in ("pnl", "costs", "dividends", "quantity_x", "entry_y", "exit_x"):
        np.testing.assert_allclose(found.ledger.trades[name], ledger.trades[name], rtol=1e-9, atol=1e-7)
    for field in ("commission", "slippage", "borrow", "dividends", "traded"):
        assert getattr(found.ledger, field) == pytest.approx(getattr(ledger, field), rel=1e-9, abs=1e-9)
    assert found.netting == pytest.approx(0.0, abs=1e-7)


def test_the_same_pair_against_itself_costs_nothing_but_what_is_left():
    """Long one pair and short its mirror: the legs net to nothing, so nothing is traded, charged or borrowed."""
    names = market(5, eventful=False)
    one = book_of(names, pairs=((0, 1),), weight=[0.5])
    mirrored = Members(
        legs=np.array([[0, 1], [0, 1]]),
        z=np.concatenate([one.z, -one.z]),
        beta=np.concatenate([one.beta, one.beta]),
        weight=np.array([0.5, 0.5]),
    )
    found = run_portfolio(names, mirrored, replace(COSTLY, stop=None, max_hold=None))
    assert len(found.ledger.trades) > 4
    assert (found.ledger.equity == 100_000.0).all()
    assert (found.ledger.traded, found.ledger.borrow) == (0.0, 0.0)
    assert found.netting == pytest.approx(-sum(part.total for part in found.contributions), rel=1e-9)
    assert found.netting > 0.0


def test_a_limit_holds_at_every_entry_and_says_what_it_did():
    names = market(7, eventful=False)
    members = book_of(names)
    free, bound = (run_portfolio(names, members, PLAIN, name_limit=limit) for limit in (None, 0.3))
    entries = np.unique(bound.ledger.trades["entry_fill"])
    assert free.largest[entries].max() > 0.5 * 100_000
    for t in entries:
        before = np.abs(bound.quantities[:, t - 1] * names.close[:, t]).max()
        assert bound.largest[t] <= max(0.3 * bound.ledger.equity[t - 1] * 1.05, before)
    assert sum(part.reduced for part in bound.contributions) > 0
    assert sum(part.blocked + part.reduced for part in free.contributions) == 0


def test_a_name_that_stops_trading_closes_every_pair_that_holds_it():
    names = market(9, eventful=False)
    names.last[1] = 130
    members = book_of(names)
    found = run_portfolio(names, members, PLAIN)
    assert not found.quantities[1, 130:].any()
    closed = found.ledger.trades[found.ledger.trades["exit_reason"] == ExitReason.DELISTED]
    assert set(closed["exit_fill"].tolist()) == {130}
    assert found.ledger.trades["entry_fill"].max() > 130


def test_ruin_ends_a_book():
    names = market(2, eventful=False)
    members = book_of(names)
    found = run_portfolio(names, members, replace(PLAIN, gross=60.0))
    ruined = found.ledger.ruined
    assert ruined is not None
    assert found.ledger.equity[ruined] <= 0.0
    assert not found.quantities[:, ruined:].any()
    assert (found.ledger.equity[ruined:] == found.ledger.equity[ruined]).all()
    assert plain_book(names, members, replace(PLAIN, gross=60.0))[0] == pytest.approx(found.ledger.equity, rel=1e-9)


@pytest.mark.parametrize("cut", [40, 133, 200])
def test_the_future_changes_nothing_before_it(cut):
    names = market(11)
    members, until = book_of(names), slice(0, cut)
    whole = run_portfolio(names, members, COSTLY, name_limit=0.4)
    part = Names(
        close=names.close[:, until], traded=names.traded[:, until], splits=names.splits[:, until],
        dividends=names.dividends[:, until], last=names.last, days=names.days[until],
    )  # fmt: skip
    early = replace(members, z=members.z[:, until], beta=members.beta[:, until])
    found = run_portfolio(part, early, COSTLY, name_limit=0.4)
    assert np.array_equal(found.ledger.equity, whole.ledger.equity[until])
    assert np.array_equal(found.quantities, whole.quantities[:, until])


def test_weights_give_every_pair_the_same_volatility():
    deviation = np.array([0.01, 0.02, 0.04])
    assert inverse_volatility(deviation).tolist() == pytest.approx([4 / 7, 2 / 7, 1 / 7], rel=1e-15)
    for bad in (0.0, math.nan, math.inf):
        with pytest.raises(ParameterError) as constant:
            inverse_volatility(np.array([0.01, bad]))
        assert (constant.value.code, "pair 2" in str(constant.value)) == ("SERIES_CONSTANT", True)


def test_progress_is_told_and_can_end_a_run():
    names = market(1, bars=600)
    told = []
    run_portfolio(names, book_of(names), PLAIN, on_progress=lambda *done: told.append(done))
    assert told == [(1, 600), (257, 600), (513, 600), (600, 600)]


@pytest.mark.parametrize(
    ("rules", "limit", "code"),
    [
        (replace(PLAIN, fill="OPEN"), None, "RULE_UNSUPPORTED"),
        (replace(PLAIN, rehedge_band=0.1), None, "RULE_UNSUPPORTED"),
        (replace(PLAIN, sizing="VOLATILITY_TARGET"), None, "RULE_UNSUPPORTED"),
        (PLAIN, 0.0, "LIMIT_OUT_OF_RANGE"),
        (PLAIN, -1.0, "LIMIT_OUT_OF_RANGE"),
        (PLAIN, math.nan, "LIMIT_OUT_OF_RANGE"),
    ],
)
def test_senseless_books_are_refused(rules, limit, code):
    names = market()
    with pytest.raises(ParameterError) as refused:
        run_portfolio(names, book_of(names), rules, name_limit=limit)
    assert refused.value.code == code


def test_shapes_that_do_not_fit_are_refused():
    names = market()
    members = book_of(names)
    none = Members(legs=np.empty((0, 2), int), z=np.empty((0, BARS)), beta=np.empty((0, BARS)), weight=np.empty(0))
    with pytest.raises(ParameterError) as empty:
        run_portfolio(names, none, PLAIN)
    with pytest.raises(ParameterError) as short:
        run_portfolio(names, replace(members, z=members.z[:, 1:]), PLAIN)
    assert (empty.value.code, short.value.code) == ("NO_PAIRS", "LENGTH_MISMATCH")
    assert {field.name for field in fields(Names)} == {"close", "traded", "splits", "dividends", "last", "days"}


def test_what_overflows_is_told():
    close = np.stack(synthetic_pair(1, 60))
    close[:, 40:] = 1.7e308
    nothing = np.zeros_like(close)
    names = Names(
        close=close, traded=nothing == 0, splits=nothing + 1, dividends=nothing, last=np.full(2, 60), days=np.ones(60)
    )
    z = np.full((1, 60), 2.0)
    members = Members(legs=np.array([[0, 1]]), z=z, beta=np.ones((1, 60)), weight=np.ones(1))
    with pytest.raises(ArithmeticOverflowError):
        run_portfolio(names, members, PLAIN)
