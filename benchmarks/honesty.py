"""How often the safeguards cry wolf or stay silent: seeded simulations of DSR, PBO, p-values and intervals.

Run it from the repository: `python -m benchmarks.honesty`. Exits with an error when a rate leaves its stated range.
"""

import sys

import numpy as np
from scipy.signal import lfilter

from titan_graphql.quant.cointegration import engle_granger
from titan_graphql.quant.hedge import ols_hedge
from titan_graphql.quant.overfitting import block_sums, probability_of_overfitting
from titan_graphql.quant.sharpe import deflated_sharpe, per_period, raw_kurtosis, sharpe_ratio, skewness
from titan_graphql.quant.spread import half_life


def deflated_noise(random):
    """Share of campaigns in which the best of 100 noise trials has DSR > 0.95."""
    passed = []
    for _ in range(2000):
        returns = random.standard_normal((252, 100))
        ratios = returns.mean(axis=0) / returns.std(axis=0, ddof=1)
        best = returns[:, ratios.argmax()]
        dsr = deflated_sharpe(per_period(best), 252, 100, ratios.std(ddof=1), skewness(best), raw_kurtosis(best))
        passed.append(dsr > 0.95)
    return np.mean(passed)


def overfitting_noise(random):
    """Mean PBO of 100 noise trials."""
    draws = (random.standard_normal((1000, 100)) for _ in range(100))
    return np.mean([probability_of_overfitting(*block_sums(returns, 10)).probability for returns in draws])


def overfitting_edge(random):
    """Mean PBO when one of 100 trials has a per-period Sharpe ratio of 0.25."""
    draws = (random.standard_normal((1000, 100)) + 0.25 * np.eye(100)[0] for _ in range(20))
    return np.mean([probability_of_overfitting(*block_sums(returns, 10)).probability for returns in draws])


def cointegration_size(random):
    """Share of independent random-walk pairs with p < 0.05."""
    walks = random.standard_normal((1000, 2, 500)).cumsum(axis=2)
    return np.mean([engle_granger(y, x, max_lag=2).p_value < 0.05 for y, x in walks])


def hedge_coverage(random):
    """Share of 95 % intervals that hold β, with an AR(1) spread of coefficient 0.9."""
    covered = []
    for _ in range(2000):
        x = random.standard_normal(1000).cumsum()
        y = 0.8 * x + lfilter([1.0], [1.0, -0.9], random.standard_normal(1000))
        hedge = ols_hedge(y, x)
        covered.append(hedge.beta_low <= 0.8 <= hedge.beta_high)
    return np.mean(covered)


def half_life_coverage(random):
    """Share of 95 % intervals that hold the half-life of an AR(1) of coefficient 0.95 over 500 bars."""
    truth, covered = -np.log(2) / np.log(0.95), []
    for _ in range(2000):
        found = half_life(lfilter([1.0], [1.0, -0.95], random.standard_normal(500)))
        covered.append(found.low <= truth <= (np.inf if found.high is None else found.high))
    return np.mean(covered)


def sharpe_coverage(random):
    """Share of 95 % intervals that hold a per-period Sharpe ratio of 0.1, with t(6) returns."""
    covered = []
    for _ in range(2000):
        found = sharpe_ratio(0.1 + random.standard_t(6, 1000) / np.sqrt(1.5), 1.0)
        covered.append(found.low <= 0.1 <= found.high)
    return np.mean(covered)


RANGES = {
    deflated_noise: (0.0, 0.05),
    overfitting_noise: (0.45, 0.55),
    overfitting_edge: (0.0, 0.01),
    cointegration_size: (0.03, 0.07),
    hedge_coverage: (0.93, 0.97),
    half_life_coverage: (0.93, 0.97),
    sharpe_coverage: (0.93, 0.97),
}


def main():
    failed = 0
    for simulate, (low, high) in RANGES.items():
        rate = simulate(np.random.default_rng(2024))
        verdict = "ok" if low <= rate <= high else "OUT OF RANGE"
        failed += verdict != "ok"
        print(f"{rate:6.3f}  in [{low:.2f}, {high:.2f}]  {verdict:<12}  {simulate.__doc__}", flush=True)
    sys.exit(min(failed, 1))


if __name__ == "__main__":
    main()
