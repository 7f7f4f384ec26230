"""Published PSR, DSR and MinTRL examples, coverage of the interval, and calibration on noise.

The published figures are of Bailey and López de Prado: (2012) "The Sharpe ratio efficient frontier", Journal of Risk
15(2), for PSR and for MinTRL by equation (13); (2014) "The deflated Sharpe ratio", Journal of Portfolio Management
40(5), for SR₀ and DSR. What others quote from these papers agrees: SR₀ = 0.1132 and DSR = 0.9004 for 100 trials, 0.9505
for 46; PSR 0.982 and 0.913; MinTRL 2.73, 2.83, 3.24 and 4.99 years. The 88 trials under normal returns follow from the
same formula and were not found quoted.
"""

import math

import numpy as np
import pytest
from scipy import stats

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.sharpe import (
    deflated_sharpe,
    expected_best_sharpe,
    minimum_track_record,
    per_period,
    probabilistic_sharpe,
    sharpe_ratio,
)

DAILY, SPREAD = 2.5 / math.sqrt(250), math.sqrt(0.5 / 250)


def test_published_deflated_sharpe():
    assert expected_best_sharpe(100, SPREAD) == pytest.approx(0.1132, abs=5e-5)
    assert deflated_sharpe(DAILY, 1250, 100, SPREAD, -3, 10) == pytest.approx(0.9004, abs=5e-5)
    assert deflated_sharpe(DAILY, 1250, 46, SPREAD, -3, 10) == pytest.approx(0.9505, abs=5e-5)
    assert deflated_sharpe(DAILY, 1250, 88, SPREAD) == pytest.approx(0.9505, abs=5e-5)


def test_published_probabilistic_sharpe():
    assert probabilistic_sharpe(0.458, 0, 24) == pytest.approx(0.982, abs=5e-4)
    assert probabilistic_sharpe(0.458, 0, 24, -2.448, 10.164) == pytest.approx(0.913, abs=5e-4)


@pytest.mark.parametrize(
    ("periods", "skew", "kurtosis", "years"),
    [(250, 0, 3, 2.73), (52, 0, 3, 2.83), (12, 0, 3, 3.24), (12, -0.72, 5.78, 4.99)],
)
def test_published_minimum_track_record(periods, skew, kurtosis, years):
    needed = minimum_track_record(2 / math.sqrt(periods), 1 / math.sqrt(periods), skew, kurtosis)
    assert needed.value / periods == pytest.approx(years, abs=5e-3)


def test_track_record_and_psr_are_inverse():
    needed = minimum_track_record(0.1, 0.03, -0.5, 6.0, level=0.9)
    below, above = (probabilistic_sharpe(0.1, 0.03, n, -0.5, 6.0) for n in (int(needed.value), int(needed.value) + 1))
    assert below < 0.9 <= above
    assert (
        minimum_track_record(0.1, 0.1).reason
        == "the ratio does not exceed the benchmark: no track record is long enough"
    )


def test_one_trial_is_not_deflated():
    assert deflated_sharpe(0.1, 500, 1, 0.3) == probabilistic_sharpe(0.1, 0.0, 500)


def test_the_interval_covers_95_percent_with_fat_tails():
    random, covered = np.random.default_rng(1), []
    for _ in range(1000):
        estimate = sharpe_ratio(0.1 + stats.t.rvs(8, size=1000, random_state=random) / math.sqrt(8 / 6), 1.0)
        covered.append(estimate.low <= 0.1 <= estimate.high)
    assert 0.93 <= np.mean(covered) <= 0.97


def test_the_best_of_100_noise_trials_rarely_deflates_well():
    random, passed = np.random.default_rng(2), []
    for _ in range(300):
        returns = random.standard_normal((250, 100))
        ratios = returns.mean(axis=0) / returns.std(axis=0, ddof=1)
        best = returns[:, ratios.argmax()]
        dsr = deflated_sharpe(
            per_period(best), 250, 100, ratios.std(ddof=1), stats.skew(best), stats.kurtosis(best, fisher=False)
        )
        passed.append(dsr > 0.95)
    assert np.mean(passed) <= 0.05


def test_degenerate_returns_have_reasons():
    assert sharpe_ratio(np.zeros(9)).reason == "the returns do not vary"
    assert sharpe_ratio(np.ones(2)).reason == "fewer than 3 returns"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: probabilistic_sharpe(math.inf, 0, 10), "NOT_FINITE"),
        (lambda: probabilistic_sharpe(0.1, 0, 1), "TOO_FEW_RETURNS"),
        (lambda: expected_best_sharpe(0, 1.0), "TRIALS_OUT_OF_RANGE"),
        (lambda: minimum_track_record(0.1, level=1.0), "LEVEL_OUT_OF_RANGE"),
    ],
)
def test_senseless_arguments_are_refused(call, code):
    with pytest.raises(ParameterError) as refused:
        call()
    assert refused.value.code == code
