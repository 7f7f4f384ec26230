"""Walking forward: the calendar is partitioned, nothing knows the future, and noise earns nothing."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from titan_graphql.quant.adjustment import Events, growth
from titan_graphql.quant.backtest import Conditions, LegConditions, Rules, sized_bars
from titan_graphql.quant.backtest_py import ledger_py
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.sweep_grid import Axes
from titan_graphql.quant.walk_forward import Plan, Segment, segments, walk_forward

SETS = Axes(entry=(1.5, 2.0), exit=(0.0, 0.5), cost_bps=(0.0,)).grid()
RULES = Rules(entry=2.0, exit=0.5)
PLAN = Plan(formation=120, trading=21, pairs=3)


def walks(seed: int, bars: int = 500, names: int = 8) -> np.ndarray:
    """Independent random walks."""
    return 50.0 * np.exp(0.01 * np.random.default_rng(seed).standard_normal((bars, names)).cumsum(axis=0))


@given(
    bars=st.integers(40, 3_000),
    formation=st.integers(30, 800),
    trading=st.integers(2, 300),
    purge=st.integers(0, 60),
    anchored=st.booleans(),
)
def test_trading_periods_partition_the_calendar(bars, formation, trading, purge, anchored):
    plan = Plan(formation=formation, trading=trading, purge=purge, anchored=anchored)
    if bars - formation - purge < 2:
        with pytest.raises(ParameterError) as short:
            segments(bars, plan)
        assert short.value.code == "WALK_TOO_SHORT"
        return
    found = segments(bars, plan)

    assert [bar for one in found for bar in range(one.first, one.stop)] == list(range(formation + purge, bars))
    for one in found:
        assert one.known == one.first - purge
        assert one.formed == (0 if anchored else one.known - formation)
        assert one.stop - one.first >= 2
        assert one.stop - one.first <= trading + 1


def test_the_steps_of_a_small_calendar():
    plan = Plan(formation=30, trading=10, purge=5)
    assert segments(56, plan) == [Segment(0, 30, 35, 45), Segment(10, 40, 45, 56)]
    anchored = segments(57, Plan(formation=30, trading=10, purge=5, anchored=True))
    assert anchored == [Segment(0, 30, 35, 45), Segment(0, 40, 45, 55), Segment(0, 50, 55, 57)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"formation": 29}, "FORMATION_TOO_SHORT"),
        ({"trading": 1}, "TRADING_TOO_SHORT"),
        ({"purge": -1}, "PURGE_NEGATIVE"),
        ({"formation": 499}, "WALK_TOO_SHORT"),
    ],
)
def test_a_senseless_calendar_is_refused(changes, code):
    with pytest.raises(ParameterError) as refused:
        segments(500, Plan(**{"formation": 120, "trading": 21, **changes}))
    assert refused.value.code == code


@pytest.mark.parametrize("anchored", [False, True])
def test_what_was_earned_does_not_depend_on_later_bars(anchored):
    prices = walks(1)
    plan = Plan(formation=120, trading=21, pairs=3, anchored=anchored)
    whole = walk_forward(prices, plan, SETS, RULES)
    for cut in (204, 330):
        poisoned = prices.copy()
        poisoned[cut:] *= np.exp(np.random.default_rng(0).standard_normal(poisoned[cut:].shape))
        other = walk_forward(poisoned, plan, SETS, RULES)
        assert np.array_equal(other.equity[: cut - whole.start], whole.equity[: cut - whole.start])
        before = [step for step in whole.steps if step.segment.stop <= cut]
        assert [(s.segment, [c.y for c in s.choices], s.profit) for s in other.steps[: len(before)]] == [
            (s.segment, [c.y for c in s.choices], s.profit) for s in before
        ]


def test_profits_of_the_steps_add_up_to_the_equity():
    found = walk_forward(walks(2), PLAN, SETS, RULES)

    assert len(found.equity) == 500 - 120
    assert found.equity[-1] == pytest.approx(RULES.capital + math.fsum(step.profit for step in found.steps), rel=1e-12)
    assert found.equity[0] == RULES.capital
    assert found.tried == sum(8 * 7 + len(SETS) * 3 for _ in found.steps)
    for step in found.steps:
        assert len({frozenset((one.y, one.x)) for one in step.choices}) == len(step.choices) <= 3


def test_a_pair_is_walked_without_a_screen():
    prices = walks(3, names=2)
    found = walk_forward(prices, Plan(formation=120, trading=21), SETS, RULES)
    assert found.tried == len(SETS) * len(found.steps)
    assert {(one.y, one.x) for step in found.steps for one in step.choices} <= {(0, 1)}


def test_a_name_that_is_not_there_is_not_chosen():
    prices = walks(4)
    prices[:300, 2] = np.nan
    prices[250:, 5] = np.nan
    found = walk_forward(prices, PLAN, SETS, RULES)

    def used(column: int) -> list[Segment]:
        return [s.segment for s in found.steps if any(column in (c.y, c.x) for c in s.choices)]

    assert all(segment.formed >= 300 for segment in used(2))
    assert all(segment.known <= 250 for segment in used(5))
    assert np.isfinite(found.equity).all()


def test_splits_change_nothing_and_dividends_are_paid():
    prices, ratio = walks(6, bars=300), np.ones(300)
    ratio[130::7] = 3.0
    halved = prices.copy()
    halved[:, 1] /= np.cumprod(ratio)
    nothing = np.zeros(300)
    plain = walk_forward(prices, PLAN, SETS, RULES)
    cut = walk_forward(halved, PLAN, SETS, RULES, events={1: Events(ratio, nothing)})
    assert any(1 in (c.y, c.x) for step in plain.steps for c in step.choices)
    np.testing.assert_allclose(cut.equity, plain.equity, rtol=1e-12)

    # A dividend that is exactly the fall of its day: total returns are those of the prices without either.
    paid, fallen = nothing.copy(), walks(7, bars=300, names=2)
    paid[200:] = np.where(np.arange(100) % 5 == 0, 0.2, 0.0)
    told = walk_forward(fallen, Plan(formation=120, trading=60), SETS, RULES, events={0: Events(np.ones(300), paid)})
    silent = walk_forward(fallen, Plan(formation=120, trading=60), SETS, RULES)
    assert np.array_equal(told.equity[:80], silent.equity[:80])
    assert not np.array_equal(told.equity, silent.equity)


def test_a_leg_that_stops_trading_within_a_step_is_closed_at_its_last_price():
    """Knowing beforehand which names will vanish would be knowing the future: they are chosen like all others."""
    prices = walks(8, bars=300, names=2)
    prices[260:, 0] = np.nan
    found = walk_forward(prices, Plan(formation=120, trading=60), SETS, RULES)
    last = found.steps[2]
    assert (last.segment.first, last.segment.stop) == (240, 300)
    assert len(last.choices) == 1
    assert np.ptp(found.equity[260 - 1 - found.start :]) == 0.0
    whole = walk_forward(walks(8, bars=300, names=2), Plan(formation=120, trading=60), SETS, RULES)
    assert np.array_equal(found.equity[: 259 - found.start], whole.equity[: 259 - found.start])


def test_a_gap_while_trading_is_waited_out():
    prices = walks(9, bars=240, names=2)
    gapped = prices.copy()
    gapped[150:160, 1] = np.nan
    plan = Plan(formation=120, trading=120)
    found, whole = walk_forward(gapped, plan, SETS, RULES), walk_forward(prices, plan, SETS, RULES)
    assert np.array_equal(found.equity[:30], whole.equity[:30])
    assert np.isfinite(found.equity).all()
    assert found.steps[0].trades > 0


def test_a_level_that_nothing_reaches_leaves_cash():
    found = walk_forward(walks(5), Plan(formation=120, trading=21, pairs=3, level=0.0), SETS, RULES)
    assert (found.equity == RULES.capital).all()


def test_choosing_among_random_walks_earns_nothing_out_of_sample():
    """20 independent walks per universe, best of 190 pairs and 4 sets each month: mean P&L 0 within 2 SE."""
    profits, inside = [], []
    for seed in range(24):
        found = walk_forward(walks(100 + seed, bars=380, names=20), PLAN, SETS, RULES)
        profits.append(found.equity[-1] / RULES.capital - 1.0)
        inside += [one.in_sample for step in found.steps for one in step.choices]
    error = np.std(profits, ddof=1) / math.sqrt(len(profits))
    assert abs(np.mean(profits)) < 2.0 * error
    assert np.mean(inside) > 1.0


def opening(prices: np.ndarray, seed: int = 0) -> np.ndarray:
    """Opens within two percent of the close."""
    return prices * np.random.default_rng(seed).uniform(0.98, 1.02, prices.shape)


@pytest.mark.parametrize("fill", ["CLOSE", "OPEN"])
def test_a_walk_equals_a_plain_loop_over_its_steps(fill):
    """One pair, four sets: each step's figures by the readable ledger, at the fills that were asked for."""
    prices, ratio, paid = walks(11, bars=330, names=2), np.ones(330), np.zeros(330)
    ratio[[95, 150, 215]], paid[[60, 130, 131, 222]] = 2.0, 0.4
    prices[:, 0] /= np.cumprod(ratio)
    opens, rules = opening(prices), replace(RULES, fill=fill, capital=40_000.0)
    plan, happened = Plan(formation=100, trading=37, purge=3), Events(ratio, paid)
    sets = Axes(entry=(1.0, 1.5), exit=(0.0, 0.5), cost_bps=(4.0,)).grid()
    found = walk_forward(prices, plan, sets, rules, events={0: happened}, opens=opens)

    total = prices * np.stack([growth(prices[:, 0], happened), np.ones(330)], axis=1)
    equity, chosen = [], []
    for one in segments(330, plan):
        capital = equity[-1] if equity else 40_000.0
        y, x = np.log(total).T
        beta, alpha = np.polyfit(x[one.formed : one.known], y[one.formed : one.known], 1)
        spread = y - alpha - beta * x
        seen = spread[one.formed : one.known]
        z = (spread - seen.mean()) / seen.std(ddof=1)

        def run(row, bars, capital, last=None, z=z, beta=beta):
            leg = LegConditions(open=opens[bars, 0], splits=ratio[bars], dividends=paid[bars], last_bar=last)
            facts = Conditions(y=leg, x=LegConditions(open=opens[bars, 1]))
            own = replace(
                rules, entry=float(row["entry"]), exit=float(row["exit"]), commission_bps=4.0, capital=capital
            )
            laid = sized_bars(*prices[bars].T, z[bars], beta, own, facts)
            return ledger_py(laid, own).equity

        def sharpe(values):
            returns = values[1:] / values[:-1] - 1.0
            return returns.mean() / returns.std(ddof=1) if returns.std() > 0.0 else -math.inf

        best = max(sets, key=lambda row: sharpe(run(row, slice(one.formed, one.known), 40_000.0)))
        chosen.append((float(best["entry"]), float(best["exit"])))
        traded = slice(one.first, one.stop)
        equity += run(best, traded, capital, last=one.stop - one.first - 1).tolist()
    assert [(sets[c.chosen]["entry"], sets[c.chosen]["exit"]) for s in found.steps for c in s.choices] == chosen
    np.testing.assert_allclose(found.equity, equity, rtol=1e-12)
    assert sum(step.trades for step in found.steps) > 5


def test_opens_that_are_closes_are_fills_at_the_close():
    prices = walks(12)
    plain = walk_forward(prices, PLAN, SETS, RULES, opens=np.full(prices.shape, np.nan))
    same = walk_forward(prices, PLAN, SETS, replace(RULES, fill="OPEN"), opens=prices)
    assert np.array_equal(plain.equity, same.equity)
    other = walk_forward(prices, PLAN, SETS, replace(RULES, fill="OPEN"), opens=opening(prices))
    assert not np.array_equal(plain.equity, other.equity)


def test_fills_at_the_open_know_no_later_bar_and_wait_for_opens_that_are_missing():
    prices, rules = walks(13), replace(RULES, fill="OPEN")
    opens = opening(prices)
    opens[::9, 3], opens[::11, 1], opens[::13, 2] = np.nan, 0.0, np.inf
    whole = walk_forward(prices, PLAN, SETS, rules, opens=opens)
    assert np.isfinite(whole.equity).all()
    cut, random = 300, np.random.default_rng(0)
    poisoned = [
        np.concatenate([one[:cut], one[cut:] * random.uniform(0.5, 2.0, one[cut:].shape)]) for one in (prices, opens)
    ]
    other = walk_forward(poisoned[0], PLAN, SETS, rules, opens=poisoned[1])
    assert np.array_equal(other.equity[: cut - whole.start], whole.equity[: cut - whole.start])


@pytest.mark.parametrize("opens", [None, np.ones((3, 2))], ids=["none", "too few"])
def test_fills_at_the_open_need_opens(opens):
    with pytest.raises(ParameterError) as refused:
        walk_forward(walks(1), PLAN, SETS, replace(RULES, fill="OPEN"), opens=opens)
    assert refused.value.code == "OPEN_MISSING"
