"""What a backtest trades on: the z-score and hedge ratio at each bar."""

from dataclasses import dataclass

import numpy as np

from titan_graphql.quant.backtest_conditions import Conditions, LegConditions
from titan_graphql.quant.hedge import Hedge
from titan_graphql.services.backtest_specs import BacktestSpec
from titan_graphql.services.market_bars import MS_PER_DAY, Floats
from titan_graphql.services.pair_analysis import scaled_formation, spread_columns
from titan_graphql.services.pair_hedges import estimate
from titan_graphql.services.pairs import PairPrices


@dataclass(frozen=True, slots=True)
class Signals:
    """The z-score and hedge ratio at every bar of the trading period."""

    z_score: Floats
    hedge_ratio: Floats


def formed_hedge(spec: BacktestSpec, read: PairPrices) -> Hedge:
    """The hedge ratio as the formation period leaves it.

    Raises:
        InvalidInputError: too short a formation period, or one that has no logarithms.
        QuantError: the formation period has no hedge ratio.
    """
    return estimate(*scaled_formation(read.between(spec.formation), spec.prices), spec.hedge)


def signals(spec: BacktestSpec, read: PairPrices) -> Signals:
    """The signals of the trading period; whatever is fixed comes from the formation period.

    Raises:
        QuantError: the formation period has no hedge ratio.
    """
    path = spread_columns(read, spec.formation, spec.prices, spec.hedge, spec.rolling_window)
    traded = slice(read.index_of(spec.trading.start), read.index_of(spec.trading.end))
    return Signals(path.z_score[traded], path.hedge_ratio[traded])


def conditions(traded: PairPrices) -> Conditions:
    """The market's part of a run: opens where they were read, and calendar days."""
    days = np.diff(traded.time, prepend=traded.time[:1]) / MS_PER_DAY
    return Conditions(y=LegConditions(open=traded.open_y), x=LegConditions(open=traded.open_x), days=days)
