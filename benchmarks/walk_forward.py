"""Walking universes forward, screen → select → trade, monthly: python -m benchmarks.walk_forward [names years]."""

import sys
import time

import numpy as np

from titan_graphql.quant import screen
from titan_graphql.quant.backtest import Rules
from titan_graphql.quant.sweep_grid import Axes
from titan_graphql.quant.walk_forward import Plan, walk_forward
from titan_graphql.services import market_samples

FORMATION, TRADING, PAIRS = 252, 21, 20
SETS = Axes(entry=(1.5, 2.0, 2.5), exit=(0.0, 0.5), stop=(None, 4.0), cost_bps=(3.0,)).grid()
RULES = Rules(entry=2.0, exit=0.5)
SEED = 7


def synthetic(names: int, years: int) -> np.ndarray:
    """A seeded universe: a market factor, ten sectors, and names that wander on their own."""
    random = np.random.default_rng(SEED)
    bars = 252 * years
    market = 0.008 * random.standard_normal((bars, 1))
    sectors = 0.006 * random.standard_normal((bars, 10))[:, np.arange(names) % 10]
    own = 0.015 * random.standard_normal((bars, names))
    return 50.0 * np.exp((market + sectors + own).cumsum(axis=0))


def measure(name: str, closes: np.ndarray) -> None:
    """Walk one universe and print what it took."""
    plan = Plan(formation=FORMATION, trading=TRADING, pairs=PAIRS)
    began, worked = time.perf_counter(), time.process_time()
    found = walk_forward(closes, plan, SETS, RULES)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    total = found.equity[-1] / RULES.capital - 1.0
    print(
        f"{name:<28} {closes.shape[0]:>6,} bars × {closes.shape[1]:>3} names  {len(found.steps):>4} steps  "
        f"{found.tried:>12,} trials  {took:>7.1f} s elapsed  {worked:>7.1f} s of processor  "
        f"out of sample {total:+.1%}"
    )


def main() -> None:
    """Measure the sample universe, then a synthetic one."""
    screen.warm()
    measure("warm-up", synthetic(30, 3))
    _, closes = market_samples.read_sample()
    measure("sample universe, 33 years", np.stack(list(closes.values()), axis=1))
    names, years = (int(text) for text in sys.argv[1:3]) if len(sys.argv) > 2 else (500, 30)
    measure(f"synthetic, seed {SEED}", synthetic(names, years))


if __name__ == "__main__":
    main()
