"""What a backtest trades on: the z-score and hedge ratio at each bar."""

from dataclasses import dataclass

import numpy as np

from titan_graphql.quant.hedge import Hedge
from titan_graphql.services.backtest_prices import PairHistory
from titan_graphql.services.backtest_specs import BacktestSpec
from titan_graphql.services.market_bars import Floats
from titan_graphql.services.pair_analysis import scaled_formation, spread_columns
from titan_graphql.services.pair_hedges import estimate


@dataclass(frozen=True, slots=True)
class Signals:
    """The z-score and hedge ratio at every bar of the trading period; NaN where a leg has no bar."""

    z_score: Floats
    hedge_ratio: Floats


def formed_hedge(spec: BacktestSpec, read: PairHistory) -> Hedge:
    """The hedge ratio as the formation period leaves it, in shares of its last bar.

    Raises:
        InvalidInputError: too short a formation period, or one that has no logarithms.
        QuantError: the formation period has no hedge ratio.
    """
    formed = read.adjusted(spec.formation.end).between(spec.formation)
    return estimate(*scaled_formation(formed, spec.prices), spec.hedge)


def signals(spec: BacktestSpec, read: PairHistory) -> Signals:
    """The signals of the trading period, from total-return prices; whatever is fixed comes from the formation period.

    A ratio of shares is told in shares of its own bar.

    Raises:
        QuantError: the formation period has no hedge ratio.
    """
    prices = read.adjusted(spec.formation.end)
    path = spread_columns(prices, spec.formation, spec.prices, spec.hedge, spec.rolling_window)
    z_score, ratio = np.full(len(read), np.nan), np.full(len(read), np.nan)
    z_score[read.joint], ratio[read.joint] = path.z_score, path.hedge_ratio
    if spec.prices == "RAW":
        grown_y, grown_x = read.growths(spec.formation.end)
        ratio *= grown_x / grown_y
    traded = slice(read.index_of(spec.trading.start), read.index_of(spec.trading.end))
    return Signals(z_score[traded], ratio[traded])
