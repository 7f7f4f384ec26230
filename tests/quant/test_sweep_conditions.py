"""A sweep under dividends, splits, missing bars and endings equals one backtest after another."""

import math

import numpy as np
import pytest

from tests.quant.samples import synthetic_pair
from tests.quant.test_sweep import random_sets, signals
from titan_graphql.quant.backtest import Conditions, LegConditions, Rules, run_backtest
from titan_graphql.quant.metrics import measure
from titan_graphql.quant.sweep import sweep
from titan_graphql.quant.sweep_grid import UNLIMITED

BARS = 500
NAMES = ("total_return", "sharpe", "sortino", "max_drawdown", "exposure", "turnover", "win_rate")


def eventful(close, random, last):
    """Something on about every seventh bar; splits divide the price, dividends are up to a hundredth of it."""
    rare = random.random((3, BARS)) < 0.15
    splits = np.where(rare[1], random.choice([2.0, 0.5, 3.0], BARS), 1.0)
    price = close / np.cumprod(splits)
    dividends = np.where(rare[0], price * random.uniform(0, 0.01, BARS), 0.0)
    opens = price * random.uniform(0.98, 1.02, BARS)
    return price, LegConditions(open=opens, dividends=dividends, splits=splits, traded=~rare[2], last_bar=last)


@pytest.mark.parametrize("fixes", ["NOTIONAL", "SHARES"])
@pytest.mark.parametrize("fill", ["CLOSE", "OPEN"])
@pytest.mark.parametrize("last", [None, 430, 0])
def test_every_set_equals_its_own_backtest(fixes, fill, last):
    y, x = synthetic_pair(8, BARS)
    random = np.random.default_rng(3)
    (y, facts_y), (x, facts_x) = eventful(y, random, last), eventful(x, random, None)
    z, beta = signals(*synthetic_pair(8, BARS))
    sets, base = random_sets(80, 4), Rules(entry=2, exit=0.5, hedge_fixes=fixes, fill=fill, capital=50_000)
    conditions = Conditions(y=facts_y, x=facts_x)
    found = sweep(y, x, z, beta, sets, base, conditions=conditions, blocks=3)
    traded = 0
    for place, one in enumerate(sets):
        rules = Rules(
            entry=float(one["entry"]),
            exit=float(one["exit"]),
            stop=None if math.isinf(one["stop"]) else float(one["stop"]),
            max_hold=None if one["max_hold"] == UNLIMITED else int(one["max_hold"]),
            gross=float(one["gross"]),
            commission_bps=float(one["cost"]) * 1e4,
            capital=50_000,
            hedge_fixes=fixes,
            fill=fill,
        )
        ledger = run_backtest(y, x, z[one["signal"]], beta[one["signal"]], rules, conditions=conditions)
        figures = measure(ledger, y, x, 50_000)
        assert (found.figures["trades"][place], found.figures["ruined"][place]) == (
            figures.trades,
            ledger.ruined is not None,
        )
        for name in NAMES:
            value = getattr(figures, name).value
            expected = math.nan if value is None else value
            assert found.figures[name][place] == pytest.approx(expected, rel=1e-9, abs=1e-11, nan_ok=True), name
        traded += figures.trades
    assert (traded > 100) is (last != 0)


def test_without_conditions_nothing_changes():
    y, x = synthetic_pair(3, BARS)
    z, beta = signals(y, x)
    sets, base = random_sets(50, 2), Rules(entry=2, exit=0.5)
    empty = Conditions(y=LegConditions(dividends=np.zeros(BARS), splits=np.ones(BARS), traded=np.ones(BARS, bool)))
    plain, same = (sweep(y, x, z, beta, sets, base, conditions=one) for one in (Conditions(), empty))
    assert plain.figures.tobytes() == same.figures.tobytes()
