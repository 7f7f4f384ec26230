"""What a two-leg backtest is told to do: thresholds, sizing and costs, refused when they make no sense."""

import math
from dataclasses import dataclass
from typing import Literal

from titan_graphql.quant.errors import ParameterError

Sizing = Literal["GROSS", "FIXED_NOTIONAL"]
HedgeFixes = Literal["NOTIONAL", "SHARES"]
BPS = 1e-4
LARGEST_GROSS = 100.0
NUMBERS = ("entry", "exit", "stop", "gross", "notional", "capital", "commission_bps", "slippage_bps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Thresholds on |z|, sizing and costs of a pair's backtest.

    Attributes
    ----------
    entry, exit, stop : |z| at which to enter, to leave and to give up; exit < entry < stop, None for no stop
    max_hold : bars between entry fill and the exit decision's fill, None for no limit
    sizing : GROSS invests `gross` × equity split 1 : |β| by value; FIXED_NOTIONAL puts `notional` on y, β ×
        it on x
    capital : starting cash
    commission_bps, slippage_bps : basis points of traded notional, each leg, each fill
    hedge_fixes : what β fixes at the fill: NOTIONAL (β of log prices) or SHARES (β of raw prices, so that the
        value on x per value on y is β·p_x/p_y)

    Raises
    ------
    ParameterError
        With `field` and one of NOT_FINITE, THRESHOLD_NEGATIVE, THRESHOLD_ORDER, HOLD_OUT_OF_RANGE,
        SIZING_UNKNOWN, HEDGE_UNKNOWN, GROSS_OUT_OF_RANGE, NOTIONAL_NOT_POSITIVE, CAPITAL_NOT_POSITIVE,
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

    def __post_init__(self) -> None:
        self._check_finite()
        self._check_thresholds()
        self._check_sizing()
        self._check_costs()

    def _check_finite(self) -> None:
        for name in NUMBERS:
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise refusal("NOT_FINITE", name, f"{name} is {value}, not a finite number")

    def _check_thresholds(self) -> None:
        for name in ("entry", "exit", "stop"):
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
        if self.sizing not in {"GROSS", "FIXED_NOTIONAL"}:
            raise refusal("SIZING_UNKNOWN", "sizing", f"sizing is {self.sizing!r}")
        if self.hedge_fixes not in {"NOTIONAL", "SHARES"}:
            raise refusal("HEDGE_UNKNOWN", "hedge_fixes", f"hedge_fixes is {self.hedge_fixes!r}")
        if not 0.0 < self.gross <= LARGEST_GROSS:
            message = f"gross is {self.gross}; it lies in (0, {LARGEST_GROSS:g}] times equity"
            raise refusal("GROSS_OUT_OF_RANGE", "gross", message)
        if self.sizing == "FIXED_NOTIONAL" and self.notional <= 0.0:
            message = f"notional is {self.notional}; FIXED_NOTIONAL needs a positive amount"
            raise refusal("NOTIONAL_NOT_POSITIVE", "notional", message)

    def _check_costs(self) -> None:
        if self.capital <= 0.0:
            raise refusal("CAPITAL_NOT_POSITIVE", "capital", f"capital is {self.capital}; it must be positive")
        for name in ("commission_bps", "slippage_bps"):
            value = getattr(self, name)
            if not 0.0 <= value < 10_000.0:
                message = f"{name} is {value}; fees lie in [0, 10000) basis points"
                raise refusal("FEE_OUT_OF_RANGE", name, message)


def refusal(code: str, field: str, message: str) -> ParameterError:
    """A ParameterError that names its field."""
    return ParameterError(message, code=code, field=field)
