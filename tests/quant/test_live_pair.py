"""A pair followed bar by bar: equal to the whole columns, and equal to itself after being put away and taken out."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.quant.samples import sample_closes, synthetic_pair
from titan_graphql.quant.backtest import Rules, run_backtest
from titan_graphql.quant.decay_monitor import decay_settings
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.hedge import ols_hedge
from titan_graphql.quant.hedge_paths import rolling_ols
from titan_graphql.quant.kalman import KalmanSettings, kalman_hedge
from titan_graphql.quant.live_pair import LivePair, LiveSettings, LiveTick
from titan_graphql.quant.spread import formation_z, half_life, rolling_z, spread

FORMATION = 60
HEDGES = ("FIXED", "ROLLING", "KALMAN")


def live_settings(y, x, hedge: str, **changes) -> LiveSettings:
    fit = ols_hedge(y[:FORMATION], x[:FORMATION])
    kalman = KalmanSettings(delta=1e-5, initial_alpha=fit.alpha, initial_beta=fit.beta) if hedge == "KALMAN" else None
    defaults = {"mean": 0.001, "sd": 0.02, "half_life_window": 40, "entry": 1.0, "exit": 0.3, "stop": 2.5}
    window = 30 if hedge == "ROLLING" else None
    formed = spread(y[:FORMATION], x[:FORMATION], fit.alpha, fit.beta)
    given = {**defaults, "hedge_window": window, "kalman": kalman, "decay": decay_settings(formed, 100), **changes}
    return LiveSettings(hedge=hedge, alpha=fit.alpha, beta=fit.beta, **given)


def batch(y, x, chosen: LiveSettings):
    """Spread, z-score and hedge ratio by the modules that compute whole columns."""
    if chosen.hedge == "KALMAN":
        path = kalman_hedge(y, x, chosen.kalman)
        z = path.innovation / path.deviation if chosen.window is None else rolling_z(path.innovation, chosen.window)
        return path.innovation, z, path.beta
    if chosen.hedge == "ROLLING":
        path = rolling_ols(y, x, chosen.hedge_window)
        values, ratio = y - path.alpha - path.beta * x, path.beta
    else:
        values, ratio = spread(y, x, chosen.alpha, chosen.beta), np.full(len(y), chosen.beta)
    if chosen.window is not None:
        return values, rolling_z(values, chosen.window), ratio
    return values, formation_z(values, chosen.mean, chosen.sd), ratio


def follow(y, x, chosen: LiveSettings, formed: int = 0) -> list[LiveTick]:
    live = LivePair(chosen)
    return [live.push(*bar, formed=t >= formed) for t, bar in enumerate(zip(y.tolist(), x.tolist(), strict=True))]


def columns(ticks: list[LiveTick]):
    """Spread, z-score and hedge ratio as whole columns."""
    rows = [(tick.spread, tick.z_score, tick.hedge_ratio) for tick in ticks]
    return np.array(rows, np.float64).T


def assert_equal_columns(ticks: list[LiveTick], expected) -> None:
    for live, whole in zip(columns(ticks), expected, strict=True):
        np.testing.assert_allclose(live, whole, rtol=0.0, atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    bars=st.integers(FORMATION, 200),
    hedge=st.sampled_from(HEDGES),
    window=st.none() | st.integers(2, 60),
    phi=st.floats(0.0, 0.99),
)
def test_bar_by_bar_equals_the_whole_columns(seed: int, bars: int, hedge: str, window: int | None, phi: float):
    y, x = map(np.log, synthetic_pair(seed, bars, phi=phi))
    chosen = live_settings(y, x, hedge, window=window)

    ticks = follow(y, x, chosen)

    expected = batch(y, x, chosen)
    scale = np.nanmax(np.abs(expected[1]), initial=1.0)  # a z-score over two bars may be large
    for live, whole in zip(columns(ticks), expected, strict=True):
        np.testing.assert_allclose(live, whole, rtol=0.0, atol=1e-12 * scale)


@pytest.mark.parametrize("hedge", HEDGES)
@pytest.mark.parametrize("window", [None, 60])
def test_ko_and_pep(hedge: str, window: int | None):
    closes = sample_closes("KO", "PEP", start="2012-01-30", end="2019-01-31")
    y, x = np.log(closes["KO"].to_numpy()), np.log(closes["PEP"].to_numpy())
    chosen = live_settings(y, x, hedge, window=window)

    assert_equal_columns(follow(y, x, chosen), batch(y, x, chosen))


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    hedge=st.sampled_from(HEDGES),
    entry=st.floats(0.5, 2.0),
    exit_share=st.sampled_from([0.0, 0.3, 0.9]),
    stop=st.none() | st.floats(2.1, 4.0),
)
def test_signals_are_the_backtests_positions(
    seed: int, hedge: str, entry: float, exit_share: float, stop: float | None
):
    prices = synthetic_pair(seed, 250, phi=0.95)
    y, x = map(np.log, prices)
    chosen = live_settings(y, x, hedge, entry=entry, exit=exit_share * entry, stop=stop)
    _, z, beta = batch(y, x, chosen)

    signals = [tick.signal for tick in follow(y, x, chosen)]

    rules = Rules(entry=chosen.entry, exit=chosen.exit, stop=stop, gross=0.1)
    ledger = run_backtest(*prices, z, beta, rules)
    assert ledger.ruined is None
    # What is decided at a close is held from the next bar on.
    assert signals[:-1] == ledger.position[1:].tolist()


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32),
    cut=st.integers(0, 150),
    hedge=st.sampled_from(HEDGES),
    window=st.none() | st.integers(2, 40),
)
def test_a_state_that_was_put_away_goes_on_to_the_last_bit(seed: int, cut: int, hedge: str, window: int | None):
    y, x = map(np.log, synthetic_pair(seed, 151, phi=0.9))
    chosen = live_settings(y, x, hedge, window=window)
    whole = follow(y, x, chosen)
    first = LivePair(chosen)
    for bar in zip(y[:cut].tolist(), x[:cut].tolist(), strict=True):
        first.push(*bar)

    second = LivePair.from_bytes(LiveSettings.from_json(chosen.to_json()), first.to_bytes())

    rest = [second.push(*bar) for bar in zip(y[cut:].tolist(), x[cut:].tolist(), strict=True)]
    assert rest == whole[cut:]


def test_no_bar_knows_what_follows():
    y, x = map(np.log, synthetic_pair(3, 200))
    chosen = live_settings(y, x, "ROLLING", window=20)

    assert follow(y[:120], x[:120], chosen) == follow(y, x, chosen)[:120]


def test_nothing_is_decided_while_the_pair_is_formed():
    y, x = map(np.log, synthetic_pair(3, 200))
    chosen = live_settings(y, x, "FIXED", sd=0.001)

    ticks = follow(y, x, chosen, formed=FORMATION)

    assert {tick.signal for tick in ticks[:FORMATION]} == {0}
    assert {tick.decay for tick in ticks[:FORMATION]} == {None}
    assert any(tick.signal for tick in ticks[FORMATION:])


def test_the_half_life_is_that_of_its_window():
    y, x = map(np.log, synthetic_pair(5, 200, phi=0.8))
    chosen = live_settings(y, x, "FIXED")
    values = spread(y, x, chosen.alpha, chosen.beta)

    ticks = follow(y, x, chosen)

    assert [tick.half_life for tick in ticks[:39]] == [None] * 39
    for t in range(39, 200):
        expected = half_life(values[t - 39 : t + 1]).value
        found = ticks[t].half_life
        assert found is not None
        assert found == pytest.approx(math.inf if expected is None else expected, rel=1e-9)


def test_a_spread_that_runs_away_has_an_endless_half_life():
    ramp = np.exp(np.arange(60) / 10)
    chosen = LiveSettings(hedge="FIXED", alpha=0.0, beta=1.0, half_life_window=30)

    assert follow(ramp, np.zeros(60), chosen)[-1].half_life == math.inf


@pytest.mark.parametrize("kept", [b"", b"\x05\x00\x00\x00{}", b"x" * 100, b"\xff\xff\xff\xff"])
def test_bytes_that_are_no_state(kept: bytes):
    with pytest.raises(ParameterError) as caught:
        LivePair.from_bytes(LiveSettings(hedge="FIXED", alpha=0.0, beta=1.0), kept)

    assert caught.value.code == "STATE_INVALID"


def test_the_state_of_other_settings_is_refused():
    kept = LivePair(LiveSettings(hedge="FIXED", alpha=0.0, beta=1.0, window=20)).to_bytes()

    with pytest.raises(ParameterError):
        LivePair.from_bytes(LiveSettings(hedge="FIXED", alpha=0.0, beta=1.0, window=21), kept)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hedge": "GUESS"}, "HEDGE_UNKNOWN"),
        ({"sd": 0.0}, "NOT_FINITE"),
        ({"alpha": math.nan}, "NOT_FINITE"),
        ({"entry": 0.5, "exit": 0.5}, "THRESHOLD_ORDER"),
        ({"stop": 1.0}, "THRESHOLD_ORDER"),
    ],
)
def test_settings_that_make_no_sense(changes: dict, code: str):
    with pytest.raises(ParameterError) as caught:
        LiveSettings(**{"hedge": "FIXED", "alpha": 0.0, "beta": 1.0, **changes})

    assert caught.value.code == code
