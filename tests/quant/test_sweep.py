"""The sweep equals one backtest after another, whatever the shard, and counts before it allocates."""

import math

import numpy as np
import pytest

from tests.quant.samples import sample_closes, synthetic_pair
from titan_graphql.quant.backtest import Rules, run_backtest
from titan_graphql.quant.errors import ParameterError, SeriesTooShortError
from titan_graphql.quant.metrics import measure
from titan_graphql.quant.overfitting import block_sums
from titan_graphql.quant.spread import rolling_z
from titan_graphql.quant.sweep import FIGURES, block_edges, sweep
from titan_graphql.quant.sweep_grid import SET, UNLIMITED, Axes

BASE = Rules(entry=2, exit=0.5, capital=50_000)


def signals(y, x, windows=(15, 40, 90)):
    spreads = np.log(y) - 1.1 * np.log(x)
    z = np.stack([rolling_z(spreads, window) for window in windows])
    z[1, ::17] = math.nan
    beta = np.repeat([[1.1], [0.6], [-0.4]], y.size, axis=1)
    beta[2] += 0.1 * np.sin(np.arange(y.size))
    beta[2, ::13] = math.nan
    return z, beta


def random_sets(count, seed):
    random = np.random.default_rng(seed)
    sets = np.zeros(count, dtype=SET)
    sets["signal"] = random.integers(0, 3, count)
    sets["entry"] = random.uniform(0.5, 2.5, count)
    sets["exit"] = np.where(random.random(count) < 0.2, 0.0, sets["entry"] * random.random(count) * 0.9)
    sets["stop"] = np.where(random.random(count) < 0.4, math.inf, sets["entry"] + random.uniform(0.1, 2, count))
    sets["max_hold"] = np.where(random.random(count) < 0.4, UNLIMITED, random.integers(1, 60, count))
    sets["gross"] = random.uniform(0.2, 3, count)
    sets["cost"] = random.uniform(0, 20, count) * 1e-4
    return sets


def single(y, x, z, beta, chosen, base):
    """The same set as one ordinary backtest."""
    rules = Rules(
        entry=float(chosen["entry"]),
        exit=float(chosen["exit"]),
        stop=None if math.isinf(chosen["stop"]) else float(chosen["stop"]),
        max_hold=None if chosen["max_hold"] == UNLIMITED else int(chosen["max_hold"]),
        gross=float(chosen["gross"]),
        commission_bps=float(chosen["cost"]) * 1e4,
        capital=base.capital,
        sizing=base.sizing,
        notional=base.notional,
        hedge_fixes=base.hedge_fixes,
    )
    ledger = run_backtest(y, x, z[chosen["signal"]], beta[chosen["signal"]], rules)
    return ledger, measure(ledger, y, x, base.capital)


@pytest.mark.parametrize(
    "base",
    [
        BASE,
        Rules(entry=2, exit=0.5, sizing="FIXED_NOTIONAL", notional=30_000),
        Rules(entry=2, exit=0.5, hedge_fixes="SHARES"),
    ],
    ids=["gross", "fixed", "shares"],
)
def test_every_set_equals_its_own_backtest(base):
    closes = sample_closes("KO", "PEP", start="2009-01-02", end="2012-12-31").to_numpy()
    for number, (y, x) in enumerate([synthetic_pair(21, 900), tuple(closes.T.copy())]):
        z, beta = signals(y, x)
        sets = random_sets(60, number)
        result = sweep(y, x, z, beta, sets, base, blocks=4)
        for place, chosen in enumerate(sets):
            ledger, metrics = single(y, x, z, beta, chosen, base)
            figures = result.figures[place]
            for name in FIGURES.names[:10]:
                value = getattr(metrics, name).value
                expected = math.nan if value is None else value
                assert figures[name] == pytest.approx(expected, rel=1e-9, abs=1e-11, nan_ok=True), (place, name)
            assert (figures["trades"], figures["ruined"]) == (metrics.trades, ledger.ruined is not None)
            assert figures["costs"] == pytest.approx(metrics.commission, rel=1e-9)
            if ledger.ruined is None:
                sums, lengths = block_sums((ledger.equity[1:] / ledger.equity[:-1] - 1)[:, None], 4)
                np.testing.assert_allclose(result.block_sums[place], sums[0], rtol=1e-9, atol=1e-12)
                assert np.diff(block_edges(y.size, 4)).tolist() == lengths.tolist()


def test_ruin_ends_a_run_of_the_sweep_too():
    y, x = np.array([10.0, 10, 1, 10, 10, 10]), np.full(6, 10.0)
    sets = Axes(entry=(2.0,), exit=(0.5,), gross=(4.0,), cost_bps=(10.0,)).grid()
    result = sweep(y, x, np.full((1, 6), -3.0), [0.5], sets, BASE)
    ledger = run_backtest(y, x, np.full(6, -3.0), 0.5, Rules(entry=2, exit=0.5, gross=4, commission_bps=10))
    assert ledger.ruined == 2
    assert result.figures["ruined"].tolist() == [True]
    assert result.figures["total_return"][0] == pytest.approx(ledger.equity[-1] / 1e5 - 1, rel=1e-12)
    assert result.figures["max_drawdown"][0] == pytest.approx(ledger.drawdown.min(), rel=1e-12)
    assert math.isnan(result.figures["sharpe"][0])


def test_shards_give_the_same_bits_and_progress_counts_sets():
    y, x = synthetic_pair(3, 400)
    z, beta = signals(y, x)
    sets, calls = random_sets(9000, 5), []
    whole = sweep(y, x, z, beta, sets, BASE, blocks=2, on_progress=lambda *done: calls.append(done))
    parts = [sweep(y, x, z, beta, sets[k : k + 1700], BASE, blocks=2) for k in range(0, 9000, 1700)]
    for name in FIGURES.names:
        joined = np.concatenate([part.figures[name] for part in parts])
        assert np.array_equal(joined, whole.figures[name], equal_nan=joined.dtype.kind == "f"), name
    assert np.array_equal(np.concatenate([part.block_sums for part in parts]), whole.block_sums)
    assert calls == [(4096, 9000), (8192, 9000), (9000, 9000)]


def test_a_grid_counts_first_and_drops_what_makes_no_sense():
    axes = Axes(entry=(1.0, 2.0), exit=(0.5, 1.5), stop=(None, 1.8), max_hold=(None, 10), cost_bps=(0.0, 5.0))
    assert axes.count == 32
    sets = axes.grid()
    pairs = {(one["entry"], one["exit"], one["stop"]) for one in sets}
    assert pairs == {(1.0, 0.5, math.inf), (1.0, 0.5, 1.8), (2.0, 0.5, math.inf), (2.0, 1.5, math.inf)}
    assert sets.size == 16
    assert set(sets["max_hold"].tolist()) == {UNLIMITED, 10}
    assert set(sets["cost"].tolist()) == {0.0, 5e-4}


def test_a_grid_of_a_thousand_million_is_refused_with_its_count():
    thousand = tuple(1.0 + k / 1000 for k in range(1000))
    axes = Axes(entry=thousand, exit=tuple(v / 10 for v in thousand), stop=tuple(v + 5 for v in thousand))
    with pytest.raises(ParameterError, match="1,000,000,000 parameter sets; at most 2,000,000") as refused:
        axes.grid()
    assert refused.value.code == "GRID_TOO_LARGE"
    drawn = axes.sample(5000, seed=1)
    assert drawn.size == 5000
    assert np.unique(drawn).size == 5000
    assert np.array_equal(drawn, axes.sample(5000, seed=1))
    assert np.array_equal(Axes(entry=thousand).sample(1000), Axes(entry=thousand).grid())


@pytest.mark.parametrize(
    ("axes", "code"),
    [
        ({"entry": ()}, "AXIS_EMPTY"),
        ({"entry": (math.inf,)}, "NOT_FINITE"),
        ({"exit": (-0.1,)}, "AXIS_OUT_OF_RANGE"),
        ({"max_hold": (0,)}, "AXIS_OUT_OF_RANGE"),
        ({"cost_bps": (10_000.0,)}, "AXIS_OUT_OF_RANGE"),
        ({"gross": (0.0,)}, "AXIS_OUT_OF_RANGE"),
        ({"entry": (1.0,), "exit": (1.0,)}, "GRID_EMPTY"),
    ],
)
def test_senseless_axes_are_refused(axes, code):
    with pytest.raises(ParameterError) as refused:
        Axes(**axes).grid()
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"z": np.zeros((1, 9))}, "LENGTH_MISMATCH"),
        ({"z": np.zeros(10)}, "LENGTH_MISMATCH"),
        ({"beta": [1.0, 2.0]}, "LENGTH_MISMATCH"),
        ({"beta": [math.inf]}, "LENGTH_MISMATCH"),
        ({"sets": Axes(signal=(1,)).grid()}, "SIGNAL_OUT_OF_RANGE"),
        ({"rules": Rules(entry=2, exit=1, borrow_bps=1)}, "NOT_SWEEPABLE"),
        ({"rules": Rules(entry=2, exit=1, sizing="VOLATILITY_TARGET")}, "NOT_SWEEPABLE"),
        ({"blocks": 10}, "BLOCKS_OUT_OF_RANGE"),
    ],
)
def test_senseless_sweeps_are_refused(change, code):
    plain = {"z": np.zeros((1, 10)), "beta": [1.0], "sets": Axes().grid(), "rules": BASE}
    with pytest.raises(ParameterError) as refused:
        sweep(np.ones(10), np.ones(10), **{**plain, **change})
    assert refused.value.code == code


def test_two_bars_are_too_few():
    with pytest.raises(SeriesTooShortError):
        sweep([1, 1], [1, 1], np.zeros((1, 2)), [1.0], Axes().grid(), BASE)
