"""The ledger against its twin, a pandas loop written from the rules' text, and the laws of accounting."""

import math
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.quant.pandas_loop import pandas_backtest
from tests.quant.samples import sample_closes, synthetic_pair
from titan_graphql.quant.backtest import ExitReason, Rules, run_backtest, sized_bars
from titan_graphql.quant.backtest_conditions import NOTHING
from titan_graphql.quant.backtest_py import ledger_py
from titan_graphql.quant.errors import (
    ArithmeticOverflowError,
    ParameterError,
    PriceNotPositiveError,
    SeriesTooShortError,
)
from titan_graphql.quant.hedge import ols_hedge
from titan_graphql.quant.spread import formation_z, rolling_z, spread

COSTS = {"commission_bps": 2.5, "slippage_bps": 1.0}
SPECS = {
    "gross": Rules(entry=1.5, exit=0.3, **COSTS),
    "gross-stop-time": Rules(entry=1.0, exit=0.2, stop=2.2, max_hold=9, gross=1.7, capital=5e4, **COSTS),
    "fixed": Rules(entry=1.5, exit=0.3, sizing="FIXED_NOTIONAL", notional=40_000, **COSTS),
    "fixed-stop": Rules(entry=1.2, exit=0.0, stop=9.0, sizing="FIXED_NOTIONAL", notional=7_000, capital=1e6, **COSTS),
    "shares": Rules(entry=1.5, exit=0.3, hedge_fixes="SHARES", **COSTS),
}


def assert_same(one, other):
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        assert np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b, field.name


def twin(y, x, z, beta, rules, conditions=NOTHING):
    return ledger_py(sized_bars(y, x, z, beta, rules, conditions), rules)


def scored(price_y, price_x, window, *, scale=np.log, formation=500):
    """β from the formation bars, then prices and z-scores of the bars that follow."""
    y, x = scale(price_y), scale(price_x)
    hedge = ols_hedge(y[:formation], x[:formation])
    values = spread(y, x, hedge.alpha, hedge.beta)
    seen = values[:formation]
    z = rolling_z(values, window) if window else formation_z(values, seen.mean(), seen.std(ddof=1))
    return price_y[formation:], price_x[formation:], z[formation:], hedge.beta


def pairs():
    real = sample_closes("KO", "PEP", start="2010-01-04", end="2018-12-31")
    return {"synthetic": synthetic_pair(5, 1500), "KO/PEP": (real["KO"].to_numpy(), real["PEP"].to_numpy())}


@pytest.mark.parametrize("window", [None, 40], ids=["formation", "rolling"])
@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
@pytest.mark.parametrize("legs", pairs().values(), ids=pairs().keys())
def test_kernel_equals_twin_and_pandas_loop(legs, spec, window):
    scale = np.array if spec.hedge_fixes == "SHARES" else np.log
    y, x, z, beta = scored(*legs, window, scale=scale)
    ledger = run_backtest(y, x, z, beta, spec)
    assert_same(ledger, twin(y, x, z, beta, spec))
    oracle = pandas_backtest(pd.DataFrame({"y": y, "x": x, "z": z}), beta, spec)
    assert ledger.trades.size >= 2
    assert np.array_equal(ledger.position, oracle["position"])
    np.testing.assert_allclose(ledger.equity, oracle["equity"], rtol=1e-9)
    np.testing.assert_allclose(ledger.commission + ledger.slippage, oracle["fees"].iloc[-1], rtol=1e-9)


def test_a_trade_is_accounted_for_bar_by_bar():
    y, x = np.array([10.0, 10, 11, 12, 12]), np.array([20.0, 20, 20, 19, 19])
    ledger = run_backtest(y, x, [-3.0, -2, -1, 0, 0], 1.0, Rules(entry=2.5, exit=0.5, capital=1000.0))
    assert ledger.position.tolist() == [0, 1, 1, 1, 0]
    assert ledger.quantity_y.tolist() == [0, 50, 50, 50, 0]
    assert ledger.quantity_x.tolist() == [0, -25, -25, -25, 0]
    assert ledger.cash.tolist() == [1000, 1000, 1000, 1000, 1125]
    assert ledger.equity.tolist() == [1000, 1000, 1050, 1125, 1125]
    assert ledger.drawdown.tolist() == [0, 0, 0, 0, 0]
    expected = (1, 0, 1, 3, 4, 50.0, -25.0, 10.0, 20.0, 12.0, 19.0, 125.0, 0.0, 3, ExitReason.EXIT, 0.0, 0)
    assert ledger.trades.tolist() == [expected]
    assert (ledger.commission, ledger.slippage, ledger.traded) == (0.0, 0.0, 2075.0)
    assert (ledger.pending, ledger.ruined) == (0, None)


@pytest.mark.parametrize(
    ("z", "rules", "position", "reasons"),
    [
        ([3, 1, 0.4, 3, 0, 0], {}, [0, -1, -1, 0, -1, 0], [1, 1]),
        ([3, 1, -0.6, 0, 0, 0], {}, [0, -1, -1, 0, 0, 0], [1]),
        ([3, 5, 3, 0.4, 3, 3], {"stop": 4.0}, [0, -1, 0, 0, 0, -1], [2, 0]),
        ([5, 5, 5, 5, 5, 5], {"stop": 4.0}, [0, 0, 0, 0, 0, 0], []),
        ([-3, -3, -3, -3, -0.4, -3], {"max_hold": 2}, [0, 1, 1, 0, 0, 0], [3]),
        ([3, math.nan, 0, math.nan, 3, 3], {}, [0, -1, -1, 0, 0, -1], [1, 0]),
        ([3, math.nan, math.nan, 2, 2, 2], {"max_hold": 2}, [0, -1, -1, -1, 0, 0], [3]),
        ([0, 0, 0, 0, 0, 3], {}, [0, 0, 0, 0, 0, 0], []),
        ([2, 2, 2, 2, 2, 2], {}, [0, 0, 0, 0, 0, 0], []),
        ([3, 5, 1, -0.1, 3, 3], {"stop": 4.0, "exit": 0.0}, [0, -1, 0, 0, 0, -1], [2, 0]),
    ],
    ids=["exit", "overshoot", "stop-locks", "beyond-stop", "time", "nan", "nan-hold", "last", "at-entry", "exit-zero"],
)
def test_decisions(z, rules, position, reasons):
    prices = np.full(6, 10.0)
    ledger = run_backtest(prices, prices * 2, z, 1.0, Rules(**{"entry": 2.0, "exit": 0.5, **rules}))
    assert ledger.position.tolist() == position
    assert ledger.trades["exit_reason"].tolist() == reasons


def test_an_open_trade_is_marked_at_the_last_bar():
    ledger = run_backtest([10, 10, 11], [5, 5, 5], [-3, -3, -3], 1.0, Rules(entry=2, exit=0.5, capital=100, **COSTS))
    trade = ledger.trades[0]
    assert (trade["exit_signal"], trade["exit_fill"], trade["exit_y"], trade["bars_held"]) == (-1, -1, 11.0, 1)
    assert trade["pnl"] == pytest.approx(5.0 - 100 * 3.5e-4, rel=1e-12)
    assert trade["exit_reason"] == ExitReason.OPEN


def test_a_decision_on_the_last_bar_is_pending_and_never_filled():
    ledger = run_backtest([10, 10], [5, 5], [0, 3], 1.0, Rules(entry=2, exit=0.5))
    assert (ledger.pending, ledger.trades.size, ledger.position.tolist()) == (-1, 0, [0, 0])


def test_negative_beta_is_long_both_legs():
    ledger = run_backtest([10, 10, 10], [5, 5, 5], [-3, -3, -3], -0.5, Rules(entry=2, exit=0.5, capital=150))
    assert (ledger.quantity_y[1], ledger.quantity_x[1]) == (10.0, 10.0)


def test_a_beta_path_is_read_at_the_decision_and_nan_prevents_entry():
    beta = [math.nan, 0.5, 9.0, 9.0]
    ledger = run_backtest([10] * 4, [5] * 4, [-3] * 4, beta, Rules(entry=2, exit=0.5, capital=150))
    assert ledger.position.tolist() == [0, 0, 1, 1]
    assert ledger.quantity_x[2] == -10.0


def test_ruin_closes_at_the_mark_and_ends_trading():
    y, x = np.array([10.0, 10, 1, 10, 10]), np.full(5, 10.0)
    rules = Rules(entry=2, exit=0.5, gross=4, capital=100, **COSTS)
    ledger = run_backtest(y, x, [-3.0] * 5, 1.0, rules)
    assert ledger.ruined == 2
    assert ledger.position.tolist() == [0, 1, 0, 0, 0]
    assert ledger.trades["exit_reason"].tolist() == [ExitReason.RUIN]
    assert ledger.equity[2] == ledger.equity[4] == pytest.approx(100 - 180 - ledger.commission - ledger.slippage)
    assert_same(ledger, twin(y, x, np.full(5, -3.0), 1.0, rules))


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_the_chunk_changes_nothing_and_progress_counts_bars(chunk):
    y, x, z, beta = scored(*pairs()["synthetic"], 30)
    calls = []
    ledger = run_backtest(y, x, z, beta, SPECS["gross-stop-time"], on_progress=lambda *a: calls.append(a), chunk=chunk)
    assert_same(ledger, run_backtest(y, x, z, beta, SPECS["gross-stop-time"]))
    assert calls == [(min(end, 1000), 1000) for end in range(chunk, 1000 + chunk, chunk)]


def test_progress_may_abort():
    class CancelledError(Exception):
        pass

    def cancel(done, total):
        raise CancelledError((done, total))

    with pytest.raises(CancelledError, match=r"\(2, 3\)"):
        run_backtest([1, 1, 1], [1, 1, 1], [0, 0, 0], 1.0, SPECS["gross"], on_progress=cancel, chunk=2)


prices = st.lists(st.floats(-0.2, 0.2), min_size=4, max_size=60)
rules_drawn = st.builds(
    Rules,
    entry=st.floats(0.6, 2.0),
    exit=st.floats(0.0, 0.5),
    stop=st.none() | st.floats(2.1, 4.0),
    max_hold=st.none() | st.integers(1, 9),
    sizing=st.sampled_from(["GROSS", "FIXED_NOTIONAL"]),
    hedge_fixes=st.sampled_from(["NOTIONAL", "SHARES"]),
    gross=st.floats(0.1, 3.0),
    notional=st.floats(1.0, 1e5),
    commission_bps=st.floats(0, 50),
    slippage_bps=st.floats(0, 50),
)


@st.composite
def runs(draw):
    steps = draw(prices)
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    y, x = 20 * np.exp(np.cumsum(steps)), 30 * np.exp(np.cumsum(0.05 * random.standard_normal(len(steps))))
    z = np.where(random.random(y.size) < 0.1, np.nan, 2 * random.standard_normal(y.size))
    return y, x, z, draw(st.floats(-2, 3)), draw(rules_drawn)


@settings(max_examples=200, deadline=None)
@given(runs())
def test_every_bar_adds_up(run):
    y, x, z, beta, rules = run
    ledger = run_backtest(y, x, z, beta, rules)
    assert_same(ledger, twin(y, x, z, beta, rules))
    gross = np.abs(ledger.cash) + np.abs(ledger.quantity_y) * y + np.abs(ledger.quantity_x) * x
    owned = ledger.cash + ledger.quantity_y * y + ledger.quantity_x * x
    assert np.all(np.abs(ledger.equity - owned) <= 1e-12 * gross)
    change = ledger.equity[-1] - rules.capital
    assert math.fsum(ledger.trades["pnl"]) == pytest.approx(change, rel=1e-9, abs=1e-9 * rules.capital)
    t = ledger.trades
    legs = t["quantity_y"] * (t["exit_y"] - t["entry_y"]) + t["quantity_x"] * (t["exit_x"] - t["entry_x"])
    np.testing.assert_allclose(legs - t["costs"], t["pnl"], rtol=1e-9, atol=1e-9 * rules.capital)
    assert math.fsum(t["costs"]) == pytest.approx(ledger.commission + ledger.slippage, rel=1e-12, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(runs(), st.integers(2, 59))
def test_the_future_changes_nothing_before_it(run, cut):
    y, x, z, beta, rules = run
    cut = min(cut, y.size)
    whole, part = run_backtest(y, x, z, beta, rules), run_backtest(y[:cut], x[:cut], z[:cut], beta, rules)
    for name in ("equity", "cash", "quantity_y", "quantity_x", "drawdown", "position"):
        assert np.array_equal(getattr(whole, name)[:cut], getattr(part, name)), name
    closed = part.trades[part.trades["exit_fill"] >= 0]
    assert np.array_equal(whole.trades[: closed.size], closed)


@settings(max_examples=100, deadline=None)
@given(runs(), st.sampled_from([0.25, 2.0, 1024.0]))
def test_prices_and_capital_scale_exactly(run, factor):
    y, x, z, beta, rules = run
    plain = run_backtest(y, x, z, beta, rules)
    richer = replace(rules, capital=rules.capital * factor, notional=rules.notional * factor)
    assert np.array_equal(run_backtest(y, x, z, beta, richer).equity, plain.equity * factor)
    assert np.array_equal(run_backtest(y * factor, x * factor, z, beta, rules).equity, plain.equity)


@settings(max_examples=100, deadline=None)
@given(runs())
def test_constant_prices_lose_exactly_the_fees(run):
    _, _, z, beta, rules = run
    flat = np.full(z.size, 16.0)
    ledger = run_backtest(flat, flat * 2, z, beta, rules)
    lost = rules.capital - ledger.equity[-1]
    assert lost == pytest.approx(ledger.commission + ledger.slippage, rel=1e-9, abs=1e-9)
    fees = (rules.commission_bps + rules.slippage_bps) * 1e-4 * ledger.traded
    assert ledger.commission + ledger.slippage == pytest.approx(fees, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"entry": 0.5}, "THRESHOLD_ORDER", "entry"),
        ({"stop": 2.0}, "THRESHOLD_ORDER", "stop"),
        ({"exit": -0.1}, "THRESHOLD_NEGATIVE", "exit"),
        ({"entry": -1.0}, "THRESHOLD_NEGATIVE", "entry"),
        ({"entry": math.inf}, "NOT_FINITE", "entry"),
        ({"stop": math.nan}, "NOT_FINITE", "stop"),
        ({"max_hold": 0}, "HOLD_OUT_OF_RANGE", "max_hold"),
        ({"sizing": "ALL_IN"}, "SIZING_UNKNOWN", "sizing"),
        ({"hedge_fixes": "MOOD"}, "HEDGE_UNKNOWN", "hedge_fixes"),
        ({"gross": 0.0}, "GROSS_OUT_OF_RANGE", "gross"),
        ({"sizing": "FIXED_NOTIONAL"}, "NOTIONAL_NOT_POSITIVE", "notional"),
        ({"capital": 0.0}, "CAPITAL_NOT_POSITIVE", "capital"),
        ({"commission_bps": -1.0}, "FEE_OUT_OF_RANGE", "commission_bps"),
        ({"slippage_bps": 10_000.0}, "FEE_OUT_OF_RANGE", "slippage_bps"),
    ],
)
def test_senseless_rules_are_refused(change, code, field):
    with pytest.raises(ParameterError) as refused:
        Rules(**{"entry": 2.0, "exit": 0.5, **change})
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        (([1, 0, 1], [1, 1, 1], [0, 0, 0], 1.0), PriceNotPositiveError, r"price_y\[1\] is 0.0"),
        (([1, 1, 1], [1, 1, math.nan], [0, 0, 0], 1.0), ParameterError, r"price_x\[2\] is nan"),
        (([1, 1, 1], [1, 1, 1], [0, 0], 1.0), ParameterError, "z has 2 bars, price_y has 3"),
        (([1], [1], [0], 1.0), SeriesTooShortError, "1 bars are too few"),
        (([1, 1, 1], [1, 1, 1], [0, 0, 0], math.inf), ParameterError, "beta"),
        (([1, 1e-320, 1], [1, 1, 1], [3, 3, 3], 1.0), ArithmeticOverflowError, "not a finite number"),
    ],
)
def test_senseless_input_is_refused(arguments, error, text):
    with pytest.raises(error, match=text):
        run_backtest(*arguments, SPECS["gross"])
