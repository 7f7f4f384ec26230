"""The decay monitor: its stated rate of false alarms, how soon it sees a break, and its arithmetic."""

import itertools
import math

import numpy as np
import pytest
from scipy.signal import lfilter

from titan_graphql.quant.decay_monitor import DecayMonitor, DecaySettings, decay_settings
from titan_graphql.quant.errors import ParameterError, SeriesConstantError, SeriesTooShortError

A = 150
RUNS = 120
LONGEST = 25 * A


def reverting(random, phi: float, bars: int, *, tails: bool = False):
    noise = random.standard_t(4, bars) / math.sqrt(2) if tails else random.standard_normal(bars)
    return lfilter([1.0], [1.0, -phi], noise)


def first_alarm(chosen: DecaySettings, values) -> int:
    """Bars until the alarm, or all of them when there is none."""
    monitor = DecayMonitor(chosen)
    return next((t for t, value in enumerate(values.tolist()) if monitor.push(value) >= 1.0), len(values))


@pytest.mark.parametrize("tails", [False, True])
@pytest.mark.parametrize("phi", [0.8, 0.95])
def test_false_alarms_are_as_rare_as_stated(phi: float, tails: bool):
    random = np.random.default_rng(7)
    chosen = DecaySettings(mean=0.0, phi=phi, sigma=1.0, false_alarm_bars=A)

    lengths = [first_alarm(chosen, reverting(random, phi, LONGEST, tails=tails)) for _ in range(RUNS)]

    assert np.mean(lengths) - 2 * np.std(lengths) / math.sqrt(RUNS) > A


@pytest.mark.parametrize("phi", [0.8, 0.95])
def test_estimated_settings_keep_the_rate(phi: float):
    random = np.random.default_rng(11)
    lengths = []
    for _ in range(RUNS):
        values = reverting(random, phi, 504 + LONGEST)
        chosen = decay_settings(values[:504], A)
        assert chosen is not None
        lengths.append(first_alarm(chosen, values[504:]))

    assert np.mean(lengths) - 2 * np.std(lengths) / math.sqrt(RUNS) > A


@pytest.mark.parametrize(("phi", "most"), [(0.8, 60), (0.9, 120), (0.95, 200)])
def test_a_random_walk_is_noticed(phi: float, most: int):
    random = np.random.default_rng(3)
    chosen = DecaySettings(mean=0.0, phi=phi, sigma=1.0, false_alarm_bars=2520)
    delays = []
    for _ in range(60):
        alive = reverting(random, phi, 100)
        walk = alive[-1] + random.standard_normal(3000).cumsum()
        delays.append(first_alarm(chosen, np.concatenate([alive, walk])) - 100)

    assert np.mean(delays) < most


def test_the_statistic_is_a_martingale_around_the_number_of_bars():
    random = np.random.default_rng(1)
    chosen = DecaySettings(mean=2.0, phi=0.5, sigma=0.1, false_alarm_bars=1_000_000)
    ends = []
    for _ in range(4000):
        monitor = DecayMonitor(chosen)
        values = 2.0 + 0.1 * reverting(random, 0.5, 30)
        ends.append([monitor.push(value) for value in values.tolist()][6] * 1_000_000)

    assert np.mean(ends) == pytest.approx(6.0, abs=4 * np.std(ends) / math.sqrt(4000))


def test_it_equals_the_definition():
    values = reverting(np.random.default_rng(5), 0.9, 200) + 3.0
    monitor = DecayMonitor(DecaySettings(mean=3.0, phi=0.9, sigma=1.2, false_alarm_bars=1000))
    r, expected = 0.0, [0.0]
    for before, after in itertools.pairwise(values):
        alive, walk = after - 3.0 - 0.9 * (before - 3.0), after - before
        r = min((1 + r) * math.exp((alive**2 - walk**2) / (2 * 1.2**2)), 10_000.0)
        expected.append(r / 1000)

    assert [monitor.push(value) for value in values.tolist()] == pytest.approx(expected, rel=1e-9)


def test_what_is_not_finite_changes_nothing_and_what_is_extreme_stays_finite():
    monitor = DecayMonitor(DecaySettings(mean=0.0, phi=0.9, sigma=1.0))

    levels = [monitor.push(value) for value in (0.1, math.nan, 0.2, math.inf, 1e150, 1e150, -1e150, 0.0)]

    assert levels[1] == levels[0]
    assert levels[3] == levels[2]
    assert all(0.0 <= level <= 10.0 for level in levels)


def test_an_alarm_clears_when_the_spread_reverts_again():
    monitor = DecayMonitor(DecaySettings(mean=0.0, phi=0.5, sigma=1.0, false_alarm_bars=50))
    drift = [monitor.push(0.0), *(monitor.push(10.0 + 0.1 * t) for t in range(40))]
    back = [monitor.push(10.0 * 0.5**t) for t in range(10)]

    assert drift[-1] == pytest.approx(10.0)
    assert back[-1] < 0.5


@pytest.mark.parametrize(
    "changes", [{"phi": 1.0}, {"phi": 0.0}, {"sigma": 0.0}, {"mean": math.nan}, {"false_alarm_bars": 1}]
)
def test_settings_that_make_no_sense(changes: dict):
    with pytest.raises(ParameterError) as caught:
        DecaySettings(**{"mean": 0.0, "phi": 0.9, "sigma": 1.0, **changes})

    assert caught.value.code == "DECAY_OUT_OF_RANGE"


def test_formations_that_say_nothing():
    with pytest.raises(SeriesTooShortError):
        decay_settings(np.arange(29.0))
    with pytest.raises(SeriesConstantError):
        decay_settings(np.ones(40))
    assert decay_settings(np.exp(np.arange(40.0) / 5)) is None
    assert decay_settings(np.array([1.0, -1.0] * 30)) is None
