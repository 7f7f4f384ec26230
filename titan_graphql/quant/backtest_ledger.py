"""The record a backtest leaves: every bar's cash, positions and equity, every trade, and where the P&L came from."""

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.series import Floats


class ExitReason(IntEnum):
    """Why a trade ended, as stored in the trades' `exit_reason` column."""

    OPEN = 0
    EXIT = 1
    STOP = 2
    TIME = 3
    RUIN = 4
    DELISTED = 5


TRADE = np.dtype(
    [
        ("direction", np.int8),
        ("entry_signal", np.int64),
        ("entry_fill", np.int64),
        ("exit_signal", np.int64),
        ("exit_fill", np.int64),
        ("quantity_y", np.float64),
        ("quantity_x", np.float64),
        ("entry_y", np.float64),
        ("entry_x", np.float64),
        ("exit_y", np.float64),
        ("exit_x", np.float64),
        ("pnl", np.float64),
        ("costs", np.float64),
        ("bars_held", np.int64),
        ("exit_reason", np.int8),
        ("dividends", np.float64),
        ("rehedges", np.int64),
    ],
    align=True,
)

Trades = np.ndarray[tuple[int], np.dtype[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Where the P&L came from, in currency; the seven add up to it.

    `price_x` is earned by the shares of x held since the entry, `hedge_drift` by the shares that re-hedging has
    added or taken away since. Costs are negative; `dividends` are received minus paid.
    """

    price_y: float = 0.0
    price_x: float = 0.0
    hedge_drift: float = 0.0
    commission: float = 0.0
    slippage: float = 0.0
    borrow: float = 0.0
    dividends: float = 0.0

    @property
    def total(self) -> float:
        """The P&L: last equity − capital."""
        prices = (self.price_y, self.price_x, self.hedge_drift)
        return math.fsum((*prices, self.commission, self.slippage, self.borrow, self.dividends))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A backtest bar by bar; the arrays have one entry per bar, after that bar's fills.

    Attributes
    ----------
    equity : cash + quantity_y·price_y + quantity_x·price_x
    cash, quantity_y, quantity_x : currency and signed shares
    drawdown : equity / running peak − 1, the peak beginning at the starting capital; never positive
    position : +1 long the spread, −1 short, 0 flat
    trades : structured array (`TRADE`), by entry; quantities are those of the entry; `costs` are commission, slippage
        and borrow; an open trade has exit_signal = exit_fill = −1 and its exit prices and P&L at the last mark
    commission, slippage, borrow : totals in currency, positive
    dividends : received minus paid
    traded : Σ|traded notional| over both legs
    pending : the position wanted at a next bar that does not exist; equal to position[-1] if none
    ruined : the bar at which equity fell to 0 or below and trading stopped, None if it never did
    attribution : the P&L by source
    """

    equity: Floats
    cash: Floats
    quantity_y: Floats
    quantity_x: Floats
    drawdown: Floats
    position: npt.NDArray[np.int8]
    trades: Trades
    commission: float
    slippage: float
    traded: float
    pending: int
    ruined: int | None
    borrow: float = 0.0
    dividends: float = 0.0
    attribution: Attribution = Attribution()
