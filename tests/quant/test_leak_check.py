"""Honest pipelines pass to the last bit; planted look-ahead is caught and located."""

import numpy as np
import pytest

from tests.quant.samples import sample_closes, synthetic_pair
from titan_graphql.quant.backtest import Conditions, LegConditions, Rules
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.hedge import ols_hedge
from titan_graphql.quant.leak_check import leak_check
from titan_graphql.quant.spread import formation_z, rolling_z, spread

RULES = Rules(entry=1.5, exit=0.3, commission_bps=2)
Y, X = synthetic_pair(11, 700)


def rolling(y, x):
    return rolling_z(np.log(y) - 1.1 * np.log(x), 40), 1.1


def test_a_rolling_pipeline_is_clean():
    check = leak_check(rolling, Y, X, RULES, first=50, cuts=8)
    assert check.clean
    assert check.leak is None
    assert len(check.cuts) == 8
    assert all(50 <= cut < 700 for cut in check.cuts)


def test_conditions_are_cut_with_the_prices():
    splits, dividends = np.ones(700), np.zeros(700)
    splits[333], dividends[100::63] = 2.0, 0.1
    legs = LegConditions(open=Y * 1.001, dividends=dividends), LegConditions(open=X, splits=splits, last_bar=640)
    facts = Conditions(y=legs[0], x=legs[1], days=np.ones(700))
    rules = Rules(entry=1.5, exit=0.3, fill="OPEN", borrow_bps=50, rehedge_band=0.05)
    assert leak_check(rolling, Y, X, rules, conditions=facts, first=50).clean


def test_a_formation_fixed_beforehand_is_clean_on_real_prices():
    closes = sample_closes("KO", "PEP", start="2010-01-04", end="2014-12-31").to_numpy()
    past, now = np.log(closes[:500]), closes[500:]
    hedge = ols_hedge(past[:, 0], past[:, 1])
    seen = spread(past[:, 0], past[:, 1], hedge.alpha, hedge.beta)

    def formation(y, x):
        values = spread(np.log(y), np.log(x), hedge.alpha, hedge.beta)
        return formation_z(values, seen.mean(), seen.std(ddof=1)), hedge.beta

    assert leak_check(formation, now[:, 0], now[:, 1], RULES).clean


def test_z_from_the_full_sample_is_caught_at_its_first_bar():
    def leaking(y, x):
        values = np.log(y) - 1.1 * np.log(x)
        return formation_z(values, values.mean(), values.std(ddof=1)), 1.1

    check = leak_check(leaking, Y, X, RULES)
    assert not check.clean
    assert (check.leak.bar, check.leak.column) == (0, "z")


def test_beta_from_the_full_sample_is_caught():
    def leaking(y, x):
        hedge = ols_hedge(np.log(y), np.log(x))
        return rolling(y, x)[0], hedge.beta

    check = leak_check(leaking, Y, X, RULES, first=50)
    assert (check.leak.bar, check.leak.column) == (0, "beta")


def test_a_peek_of_one_bar_is_located_before_the_cut():
    def peeking(y, x):
        z, beta = rolling(y, x)
        return np.concatenate((z[1:], [np.nan])), beta

    check = leak_check(peeking, Y, X, RULES, first=50)
    assert check.leak.bar == check.leak.cut - 1
    assert check.leak.column == "z"


def test_a_peek_at_a_single_bar_is_located():
    def cunning(y, x):
        z, beta = rolling(y, x)
        if y.size == Y.size:
            z[300] += 1e-9 * y[-1]
        return z, beta

    check = leak_check(cunning, Y, X, RULES, first=350)
    assert (check.leak.bar, check.leak.column) == (300, "z")


def test_a_pipeline_that_needs_the_future_to_work_at_all_leaks():
    def needing(y, x):
        ols_hedge(y[600:], x[600:])
        return rolling(y, x)

    check = leak_check(needing, Y, X, RULES, first=50)
    assert (check.leak.bar, check.leak.method) == (0, "TRUNCATED")


@pytest.mark.parametrize(("first", "cuts"), [(1, 3), (700, 3), (50, 0)])
def test_senseless_cuts_are_refused(first, cuts):
    with pytest.raises(ParameterError, match="2 ≤ first < 700"):
        leak_check(rolling, Y, X, RULES, first=first, cuts=cuts)
