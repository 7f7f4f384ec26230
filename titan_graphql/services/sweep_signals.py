"""What a sweep trades on: its prices, its sets, and one z-score and hedge ratio per signal."""

from dataclasses import dataclass

import numpy as np

from titan_graphql.services import backtest_signals
from titan_graphql.services.backtest_prices import PairHistory
from titan_graphql.services.market_bars import Floats
from titan_graphql.services.sweep_specs import SweepSpec

PBO_TRIALS_MAX = 2_000
PBO_BLOCKS = 16


@dataclass(frozen=True, slots=True)
class Ready:
    """A sweep's prices and signals; everything a shard needs besides its range."""

    spec: SweepSpec
    read: PairHistory
    traded: PairHistory
    sets: np.ndarray
    z_scores: Floats
    hedge_ratios: Floats

    @property
    def blocks(self) -> int:
        """Stretches of time for the overfitting test, or 1 where there are too few bars for it."""
        return max(1, min(PBO_BLOCKS, (len(self.traded) - 1) // 8 * 2))

    @property
    def stride(self) -> int:
        """Every how many sets one takes part in the overfitting test."""
        return -(-len(self.sets) // PBO_TRIALS_MAX)


def make_ready(spec: SweepSpec, read: PairHistory) -> Ready:
    """Signals and sets of a sweep.

    Raises:
        QuantError: the formation period has no such hedge ratio.
    """
    z_scores, hedge_ratios = signals(spec, read)
    return Ready(spec, read, read.between(spec.trading), spec.sets(), z_scores, hedge_ratios)


def signals(spec: SweepSpec, read: PairHistory) -> tuple[Floats, Floats]:
    """z-scores and hedge ratios of the trading period, one row per signal.

    Raises:
        QuantError: the formation period has no such hedge ratio.
    """
    count = len(spec.hedge) * len(spec.window)
    found = [backtest_signals.signals(spec.single(number), read) for number in range(count)]
    return np.array([one.z_score for one in found]), np.array([one.hedge_ratio for one in found])
