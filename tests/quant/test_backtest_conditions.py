"""Opens, borrow, dividends, splits, missing bars, endings, volatility targets, re-hedging: by hand and by law."""

import math
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.quant.samples import synthetic_pair
from titan_graphql.quant.backtest import Conditions, ExitReason, LegConditions, Rules, run_backtest, sized_bars
from titan_graphql.quant.backtest_py import ledger_py
from titan_graphql.quant.errors import ParameterError, PriceNotPositiveError
from titan_graphql.quant.spread import rolling_z
from titan_graphql.quant.volatility import _pair_volatility_py, pair_volatility

LONG = [-3.0] * 5
SHORT = [3.0] * 5
PLAIN = Rules(entry=2, exit=0.5, capital=100.0)


def conditions(*, days=None, x=None, **y):
    return Conditions(y=LegConditions(**y), x=LegConditions(**(x or {})), days=days)


def test_fills_at_the_next_open():
    rules = Rules(entry=2, exit=0.5, capital=100.0, fill="OPEN")
    opens = conditions(open=[10, 8, 11, 12, 10], x={"open": [1] * 5})
    ledger = run_backtest([10, 10, 10, 10, 10], [1] * 5, [-3, -3, 0, 0, 0], 0.0, rules, conditions=opens)
    assert ledger.quantity_y.tolist() == [0, 12.5, 12.5, 0, 0]
    assert ledger.equity.tolist() == [100, 125, 125, 150, 150]
    assert (ledger.trades["entry_y"][0], ledger.trades["exit_y"][0]) == (8.0, 12.0)
    assert ledger.attribution.price_y == 50.0


def test_borrow_is_paid_per_calendar_day_on_the_short_leg():
    rules = Rules(entry=2, exit=0.5, capital=200.0, borrow_bps=365.0)
    friday = conditions(days=[1, 1, 1, 3, 1])
    ledger = run_backtest([10] * 5, [5, 5, 5, 6, 6], LONG, 1.0, rules, conditions=friday)
    assert ledger.quantity_x.tolist() == [0, -20, -20, -20, -20]
    paid = [0, 0, 0.01, 0.04, 0.052]
    np.testing.assert_allclose(200 - np.array([0, 0, 0, 20, 20]) - ledger.equity, paid, atol=1e-12)
    assert ledger.borrow == pytest.approx(0.052, rel=1e-12)
    assert ledger.trades["costs"][0] == ledger.borrow


def test_borrow_without_a_calendar_counts_a_year_of_bars():
    rules = Rules(entry=2, exit=0.5, capital=200.0, borrow_bps=100.0, periods_per_year=50.0)
    ledger = run_backtest([10] * 5, [5] * 5, LONG, 1.0, rules)
    assert ledger.borrow == pytest.approx(3 * 0.01 / 50 * 100, rel=1e-12)


def test_dividends_go_to_holders_of_the_close_before_and_are_paid_by_shorts():
    paying = conditions(dividends=[0, 1, 1, 0, 0], x={"dividends": [0, 0, 0, 2, 0]})
    ledger = run_backtest([10] * 5, [5] * 5, LONG, 1.0, Rules(entry=2, exit=0.5, capital=200.0), conditions=paying)
    assert ledger.equity.tolist() == [200, 200, 210, 170, 170]
    assert ledger.dividends == ledger.trades["dividends"][0] == -30.0
    assert ledger.attribution.dividends == -30.0


@pytest.mark.parametrize("fill", ["CLOSE", "OPEN"])
@pytest.mark.parametrize("sizing", ["GROSS", "FIXED_NOTIONAL", "VOLATILITY_TARGET"])
@pytest.mark.parametrize("band", [None, 0.02])
def test_a_split_inside_a_trade_changes_no_money(fill, sizing, band):
    y, x = synthetic_pair(4, 600)
    z = rolling_z(np.log(y) - 1.1 * np.log(x), 40)
    rules = Rules(
        entry=1.5,
        exit=0.2,
        fill=fill,
        sizing=sizing,
        notional=5e4,
        rehedge_band=band,
        commission_bps=2,
        slippage_bps=1,
        borrow_bps=50,
        volatility_window=20,
    )
    plain = run_backtest(y, x, z, 1.1, rules, conditions=conditions(open=y * 1.001, x={"open": x}))
    held = np.flatnonzero(plain.position)
    days = held[len(held) // 2], held[len(held) // 3]
    after_y, after_x = np.ones(600), np.ones(600)
    after_y[days[0] :], after_x[days[1] :] = 2.0, 3.0
    splits_y, splits_x = np.ones(600), np.ones(600)
    splits_y[days[0]], splits_x[days[1]] = 2.0, 3.0
    facts = conditions(open=y * 1.001 / after_y, splits=splits_y, x={"open": x / after_x, "splits": splits_x})
    ledger = run_backtest(y / after_y, x / after_x, z, 1.1, rules, conditions=facts)
    np.testing.assert_allclose(ledger.equity, plain.equity, rtol=1e-12)
    np.testing.assert_allclose(ledger.trades["pnl"], plain.trades["pnl"], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(ledger.quantity_y, plain.quantity_y * after_y, rtol=1e-12)


def test_an_order_waits_for_a_bar_on_which_both_legs_trade():
    gap = conditions(traded=[1, 0, 1, 1, 1], x={"traded": [1, 1, 0, 1, 1]})
    ledger = run_backtest([10] * 5, [5] * 5, [-3, 0, 0, 0, 0], 1.0, PLAIN, conditions=gap)
    assert ledger.position.tolist() == [0, 0, 0, 1, 0]
    assert (ledger.trades["entry_signal"][0], ledger.trades["entry_fill"][0]) == (0, 3)


def test_an_order_that_waits_over_a_split_keeps_its_ratio_of_shares():
    """One old share of x per share of y is two new ones, decided before the split and filled after it."""
    rules = Rules(entry=2, exit=0.5, capital=300.0, hedge_fixes="SHARES")
    halved = conditions(x={"splits": [1, 2, 1, 1]})
    ledger = run_backtest([20] * 4, [10, 5, 5, 5], [-3, -3, -3, 0], [1, 2, 2, 2], rules, conditions=halved)
    assert (ledger.quantity_y[1], ledger.quantity_x[1]) == (10.0, -20.0)
    twin = ledger_py(sized_bars([20] * 4, [10, 5, 5, 5], [-3, -3, -3, 0], [1, 2, 2, 2], rules, halved), rules)
    assert np.array_equal(twin.equity, ledger.equity)
    assert np.array_equal(twin.quantity_x, ledger.quantity_x)


def test_nothing_is_decided_on_a_repeated_price():
    gap = conditions(traded=[0, 1, 1, 1, 1])
    ledger = run_backtest([10] * 5, [5] * 5, [-3, 0, -3, -3, -3], 1.0, PLAIN, conditions=gap)
    assert ledger.position.tolist() == [0, 0, 0, 1, 1]


def test_a_leg_that_ends_closes_the_position_at_its_last_price():
    ending = conditions(last_bar=2)
    ledger = run_backtest([10, 10, 6, 6, 6], [5] * 5, LONG, 0.0, PLAIN, conditions=ending)
    assert ledger.position.tolist() == [0, 1, 0, 0, 0]
    assert ledger.equity.tolist() == [100, 100, 60, 60, 60]
    assert ledger.trades["exit_reason"].tolist() == [ExitReason.DELISTED]
    assert ledger.trades["exit_y"].tolist() == [6.0]


def test_no_entry_is_filled_on_the_last_bar_of_a_leg():
    ledger = run_backtest([10] * 5, [5] * 5, [0, -3, -3, -3, -3], 1.0, PLAIN, conditions=conditions(last_bar=2))
    assert (ledger.trades.size, ledger.pending) == (0, 0)


def test_volatility_target_scales_exposure_up_to_its_limit():
    y, x = synthetic_pair(6, 400)
    z = rolling_z(np.log(y) - 1.1 * np.log(x), 40)
    rules = Rules(
        entry=1.5, exit=0.2, sizing="VOLATILITY_TARGET", target_volatility=0.05, gross=3, volatility_window=30
    )
    ledger = run_backtest(y, x, z, 1.1, rules)
    trade = ledger.trades[3]
    seen = slice(trade["entry_signal"] - 29, trade["entry_signal"] + 1)
    ry, rx = (np.diff(leg, prepend=np.nan) / np.roll(leg, 1) for leg in (y, x))
    sigma = ((ry - 1.1 * rx)[seen] / 2.1).std(ddof=1) * math.sqrt(252)
    invested = abs(trade["quantity_y"]) * trade["entry_y"] + abs(trade["quantity_x"]) * trade["entry_x"]
    assert invested / ledger.equity[trade["entry_fill"]] == pytest.approx(min(0.05 / sigma, 3), rel=1e-12)
    limited = Rules(entry=1.5, exit=0.2, sizing="VOLATILITY_TARGET", target_volatility=9.0, volatility_window=30)
    capped, gross = run_backtest(y, x, z, 1.1, limited), run_backtest(y, x, z, 1.1, Rules(entry=1.5, exit=0.2))
    assert np.array_equal(capped.equity, gross.equity)


def test_volatility_kernel_equals_its_twin():
    random = np.random.default_rng(0)
    ry, rx, ratio = random.standard_normal((3, 200)) * 0.01
    ry[0] = rx[0] = math.nan
    np.testing.assert_allclose(
        pair_volatility(ry, rx, ratio, 20), _pair_volatility_py(ry, rx, ratio, 20), rtol=1e-12, equal_nan=True
    )
    assert np.isnan(pair_volatility(np.zeros(9), np.zeros(9), np.ones(9), 3)).all()


def test_rehedging_follows_beta_at_the_next_bar_and_costs():
    rules = Rules(entry=2, exit=0.5, capital=200.0, rehedge_band=0.1, commission_bps=100)
    beta = [1.0, 1.05, 2.0, 2.0, 2.0]
    ledger = run_backtest([10] * 5, [5, 5, 5, 6, 6], LONG, beta, rules)
    assert ledger.quantity_y.tolist() == [0, 10, 10, 10, 10]
    np.testing.assert_allclose(ledger.quantity_x, [0, -20, -20, -200 / 6, -200 / 6], rtol=1e-12)
    assert ledger.commission == pytest.approx(2.0 + 0.01 * 80, rel=1e-12)
    assert ledger.trades["rehedges"].tolist() == [1]
    assert (ledger.attribution.price_x, ledger.attribution.hedge_drift) == (-20.0, 0.0)


def test_hedge_drift_is_what_the_added_shares_earned():
    rules = Rules(entry=2, exit=0.5, capital=200.0, rehedge_band=0.1, hedge_fixes="SHARES")
    ledger = run_backtest([10] * 5, [5, 5, 5, 6, 6], LONG, [2.0, 3.0, 3.0, 3.0, 3.0], rules)
    assert ledger.quantity_x.tolist() == [0, -20, -30, -30, -30]
    assert (ledger.attribution.price_x, ledger.attribution.hedge_drift) == (-20.0, -10.0)
    assert ledger.attribution.total == ledger.equity[-1] - 200


@st.composite
def eventful(draw):
    bars = draw(st.integers(6, 60))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y, x = 20 * np.exp(0.05 * random.standard_normal((2, bars)).cumsum(axis=1))
    z = np.where(random.random(bars) < 0.1, np.nan, 2 * random.standard_normal(bars))
    beta = np.where(random.random(bars) < 0.05, np.nan, 1 + 0.2 * random.standard_normal(bars))

    def leg(prices):
        return LegConditions(
            open=prices * np.exp(0.01 * random.standard_normal(bars)),
            dividends=np.where(random.random(bars) < 0.1, 0.3, 0.0),
            splits=np.where(random.random(bars) < 0.05, 2.0, 1.0),
            traded=random.random(bars) > 0.15,
            last_bar=draw(st.none() | st.integers(0, 60)),
        )

    rules = draw(
        st.builds(
            Rules,
            entry=st.floats(0.6, 2.0),
            exit=st.floats(0.0, 0.5),
            stop=st.none() | st.floats(2.1, 4.0),
            max_hold=st.none() | st.integers(1, 9),
            sizing=st.sampled_from(["GROSS", "FIXED_NOTIONAL", "VOLATILITY_TARGET"]),
            hedge_fixes=st.sampled_from(["NOTIONAL", "SHARES"]),
            gross=st.floats(0.1, 6.0),
            notional=st.floats(1.0, 1e5),
            volatility_window=st.integers(2, 5),
            commission_bps=st.floats(0, 50),
            slippage_bps=st.floats(0, 50),
            borrow_bps=st.floats(0, 500),
            fill=st.sampled_from(["CLOSE", "OPEN"]),
            rehedge_band=st.none() | st.floats(0, 0.3),
        )
    )
    days = random.integers(1, 4, bars).astype(float)
    return y, x, z, beta, rules, Conditions(y=leg(y), x=leg(x), days=days)


@settings(max_examples=300, deadline=None)
@given(eventful())
def test_kernel_equals_twin_and_the_attribution_adds_up(run):
    y, x, z, beta, rules, facts = run
    ledger = run_backtest(y, x, z, beta, rules, conditions=facts, chunk=5)
    twin = ledger_py(sized_bars(y, x, z, beta, rules, facts), rules)
    for field in fields(ledger):
        a, b = getattr(ledger, field.name), getattr(twin, field.name)
        assert np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b, field.name
    change = ledger.equity[-1] - rules.capital
    scale = rules.capital + np.abs(ledger.equity).max()
    assert ledger.attribution.total == pytest.approx(change, abs=1e-9 * scale)
    assert math.fsum(ledger.trades["pnl"]) == pytest.approx(change, abs=1e-9 * scale)
    costs = ledger.commission + ledger.slippage + ledger.borrow
    assert math.fsum(ledger.trades["costs"]) == pytest.approx(costs, rel=1e-12, abs=1e-9)
    assert math.fsum(ledger.trades["dividends"]) == pytest.approx(ledger.dividends, rel=1e-12, abs=1e-9)
    traded = np.asarray(facts.y.traded) & np.asarray(facts.x.traded)
    closed = ledger.trades[np.isin(ledger.trades["exit_reason"], [ExitReason.EXIT, ExitReason.STOP, ExitReason.TIME])]
    assert traded[closed["entry_fill"]].all()
    assert traded[closed["exit_fill"]].all()


@settings(max_examples=150, deadline=None)
@given(eventful(), st.integers(2, 59))
def test_the_future_changes_nothing_before_it(run, cut):
    y, x, z, beta, rules, facts = run
    cut = min(cut, y.size)

    whole = run_backtest(y, x, z, beta, rules, conditions=facts)
    part = run_backtest(y[:cut], x[:cut], z[:cut], beta[:cut], rules, conditions=facts.until(cut))
    for name in ("equity", "cash", "quantity_y", "quantity_x", "drawdown", "position"):
        assert np.array_equal(getattr(whole, name)[:cut], getattr(part, name)), name


@pytest.mark.parametrize(
    ("facts", "rules", "error", "text"),
    [
        ({}, {"fill": "OPEN"}, ParameterError, "no opening prices"),
        ({"open": [1, 1, 0, 1, 1]}, {"fill": "OPEN"}, PriceNotPositiveError, r"open_y\[2\]"),
        ({"splits": [1, 1, 0, 1, 1]}, {}, ParameterError, r"splits_y\[2\] is 0.0"),
        ({"dividends": [0, 0]}, {}, ParameterError, "dividends_y has 2 bars"),
        ({"dividends": [0, 0, math.nan, 0, 0]}, {}, ParameterError, r"dividends_y\[2\] is nan"),
        ({"traded": [True]}, {}, ParameterError, "traded_y has 1 bars"),
        ({"days": [1, 1, -1, 1, 1]}, {}, ParameterError, r"days\[2\] is -1.0"),
    ],
)
def test_senseless_conditions_are_refused(facts, rules, error, text):
    with pytest.raises(error, match=text):
        run_backtest([10] * 5, [5] * 5, LONG, 1.0, Rules(entry=2, exit=0.5, **rules), conditions=conditions(**facts))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fill": "NEVER"}, "FILL_UNKNOWN"),
        ({"borrow_bps": -1.0}, "FEE_OUT_OF_RANGE"),
        ({"target_volatility": 0.0}, "VOLATILITY_OUT_OF_RANGE"),
        ({"volatility_window": 1}, "WINDOW_TOO_SHORT"),
        ({"rehedge_band": -0.1}, "BAND_OUT_OF_RANGE"),
        ({"periods_per_year": 0.0}, "PERIODS_NOT_POSITIVE"),
    ],
)
def test_senseless_rules_are_refused(change, code):
    with pytest.raises(ParameterError) as refused:
        Rules(entry=2, exit=0.5, **change)
    assert refused.value.code == code
    assert refused.value.field in change
