"""What a two-leg backtest is told to do: thresholds, sizing, fills and costs, refused when they make no sense."""

import math
from dataclasses import dataclass
from typing import Literal

from titan_graphql.quant.errors import ParameterError

Sizing = Literal["GROSS", "FIXED_NOTIONAL", "VOLATILITY_TARGET"]
Fill = Literal["CLOSE", "OPEN"]
HedgeFixes = Literal["NOTIONAL", "SHARES"]
BPS = 1e-4
LARGEST_GROSS = 100.0
THRESHOLDS = ("entry", "exit", "stop")
FEES = ("commission_bps", "slippage_bps", "borrow_bps")
SIZES = ("gross", "notional", "capital", "target_volatility", "rehedge_band", "periods_per_year")
CHOICES = {
    "sizing": ("SIZING_UNKNOWN", {"GROSS", "FIXED_NOTIONAL", "VOLATILITY_TARGET"}),
    "hedge_fixes": ("HEDGE_UNKNOWN", {"NOTIONAL", "SHARES"}),
    "fill": ("FILL_UNKNOWN", {"CLOSE", "OPEN"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Thresholds on |z|, sizing and costs of a pair's backtest.

    Attributes
    ----------
    entry, exit, stop : |z| at which to enter, to leave and to give up; exit < entry < stop, None for no stop
    max_hold : bars between entry fill and the exit decision's fill, None for no limit
    sizing : GROSS invests `gross` × equity split 1 : |β| by value; FIXED_NOTIONAL puts `notional` on y, β × it on x;
        VOLATILITY_TARGET scales GROSS so that the position's trailing volatility equals `target_volatility`, with
        `gross` as its upper limit
    capital : starting cash
    commission_bps, slippage_bps : basis points of traded notional, each leg, each fill
    hedge_fixes : what β fixes at the fill: NOTIONAL (β of log prices) or SHARES (β of raw prices, so that the
        value on x per value on y is β·p_x/p_y)
    fill : the price of the next bar at which orders are filled
    borrow_bps : yearly fee on short notional in basis points, per calendar day (actual/365)
    target_volatility, volatility_window : yearly volatility aimed at, and the trailing bars it is estimated from
    rehedge_band : while in a position, trade x back to the current β when its shares are off by more than this
        fraction; None keeps shares fixed until the exit
    periods_per_year : bars in a year, for the volatility target and for borrow when no calendar is given

    Raises
    ------
    ParameterError
        With `field` and one of NOT_FINITE, THRESHOLD_NEGATIVE, THRESHOLD_ORDER, HOLD_OUT_OF_RANGE,
        SIZING_UNKNOWN, HEDGE_UNKNOWN, FILL_UNKNOWN, VOLATILITY_OUT_OF_RANGE, BAND_OUT_OF_RANGE,
        PERIODS_NOT_POSITIVE, GROSS_OUT_OF_RANGE, NOTIONAL_NOT_POSITIVE, CAPITAL_NOT_POSITIVE,
        FEE_OUT_OF_RANGE.
    """

    entry: float
    exit: float
    stop: float | None = None
    max_hold: int | None = None
    sizing: Sizing = "GROSS"
    gross: float = 1.0
    notional: float = 0.0
    capital: float = 100_000.0
    commission_bps: float = 0.0
    slippage_bps: float = 0.0
    hedge_fixes: HedgeFixes = "NOTIONAL"
    fill: Fill = "CLOSE"
    borrow_bps: float = 0.0
    target_volatility: float = 0.1
    volatility_window: int = 60
    rehedge_band: float | None = None
    periods_per_year: float = 252.0

    def __post_init__(self) -> None:
        self._check_finite()
        self._check_thresholds()
        self._check_sizing()
        self._check_costs()

    def _check_finite(self) -> None:
        for name in (*THRESHOLDS, *FEES, *SIZES):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise refusal("NOT_FINITE", name, f"{name} is {value}, not a finite number")

    def _check_thresholds(self) -> None:
        for name in THRESHOLDS:
            value = getattr(self, name)
            if value is not None and value < 0.0:
                raise refusal("THRESHOLD_NEGATIVE", name, f"{name} is {value}; thresholds are not negative")
        if self.entry <= self.exit:
            message = f"entry ({self.entry}) must lie above exit ({self.exit})"
            raise refusal("THRESHOLD_ORDER", "entry", message)
        if self.stop is not None and self.stop <= self.entry:
            message = f"stop ({self.stop}) must lie above entry ({self.entry})"
            raise refusal("THRESHOLD_ORDER", "stop", message)
        if self.max_hold is not None and self.max_hold < 1:
            message = f"max_hold is {self.max_hold}; at least 1 bar"
            raise refusal("HOLD_OUT_OF_RANGE", "max_hold", message)

    def _check_sizing(self) -> None:
        for name, (code, known) in CHOICES.items():
            if getattr(self, name) not in known:
                raise refusal(code, name, f"{name} is {getattr(self, name)!r}, not one of {sorted(known)}")
        if not 0.0 < self.gross <= LARGEST_GROSS:
            message = f"gross is {self.gross}; it lies in (0, {LARGEST_GROSS:g}] times equity"
            raise refusal("GROSS_OUT_OF_RANGE", "gross", message)
        if self.sizing == "FIXED_NOTIONAL" and self.notional <= 0.0:
            message = f"notional is {self.notional}; FIXED_NOTIONAL needs a positive amount"
            raise refusal("NOTIONAL_NOT_POSITIVE", "notional", message)
        if self.rehedge_band is not None and self.rehedge_band < 0.0:
            raise refusal("BAND_OUT_OF_RANGE", "rehedge_band", f"rehedge_band is {self.rehedge_band}; not negative")
        self._check_volatility()

    def _check_volatility(self) -> None:
        if self.target_volatility <= 0.0:
            message = f"target_volatility is {self.target_volatility}; it must be positive"
            raise refusal("VOLATILITY_OUT_OF_RANGE", "target_volatility", message)
        if self.volatility_window < 2:
            message = f"volatility_window is {self.volatility_window}; at least 2 bars"
            raise refusal("WINDOW_TOO_SHORT", "volatility_window", message)
        if self.periods_per_year <= 0.0:
            message = f"periods_per_year is {self.periods_per_year}; it must be positive"
            raise refusal("PERIODS_NOT_POSITIVE", "periods_per_year", message)

    def _check_costs(self) -> None:
        if self.capital <= 0.0:
            raise refusal("CAPITAL_NOT_POSITIVE", "capital", f"capital is {self.capital}; it must be positive")
        for name in FEES:
            value = getattr(self, name)
            if not 0.0 <= value < 10_000.0:
                message = f"{name} is {value}; fees lie in [0, 10000) basis points"
                raise refusal("FEE_OUT_OF_RANGE", name, message)


def refusal(code: str, field: str, message: str) -> ParameterError:
    """A ParameterError that names its field."""
    return ParameterError(message, code=code, field=field)
