"""What a sweep may be asked: axes of values, counted before anything is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from titan_graphql.errors import InvalidInputError, LimitExceededError
from titan_graphql.quant.backtest_rules import Rules
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.sweep_grid import Axes
from titan_graphql.services import backtest_specs
from titan_graphql.services.backtest_prices import PairHistory
from titan_graphql.services.backtest_specs import BacktestSpec, graph_name, parameter_message
from titan_graphql.services.markets import SESSIONS_PER_YEAR
from titan_graphql.services.pair_analysis import PriceScale
from titan_graphql.services.pair_hedges import HedgeMethod
from titan_graphql.services.pairs import Period

Figure = Literal["SHARPE", "TOTAL_RETURN", "MAX_DRAWDOWN", "TRADES", "TURNOVER"]
SETS_MAX = 200_000
SIGNALS_MAX = 50
VALUES_MAX = 250
# The figures kept of every parameter set, in the order of their columns.
FIGURES: tuple[Figure, ...] = ("SHARPE", "TOTAL_RETURN", "MAX_DRAWDOWN", "TRADES", "TURNOVER")
AXES = ("hedge", "window", "entry", "exit", "stop", "max_hold", "cost_bps")


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSpec:
    """The values each parameter may take; None is a z-score of the formation period, no stop, or no time stop."""

    formation: Period
    trading: Period
    prices: PriceScale
    hedge: Sequence[HedgeMethod]
    window: Sequence[int | None]
    entry: Sequence[float]
    exit: Sequence[float]
    stop: Sequence[float | None]
    max_hold: Sequence[int | None]
    cost_bps: Sequence[float]
    gross: float = 1.0
    capital: float = 100_000.0
    sample: int | None = None
    seed: int = 0

    def axes(self) -> Axes:
        """The axes as the kernel takes them; a signal is a hedge method and a window.

        Raises:
            ParameterError: an axis that is empty or holds a senseless value.
        """
        return Axes(
            signal=tuple(range(len(self.hedge) * len(self.window))),
            entry=tuple(self.entry),
            exit=tuple(self.exit),
            stop=tuple(self.stop),
            max_hold=tuple(self.max_hold),
            gross=(self.gross,),
            cost_bps=tuple(self.cost_bps),
        )

    def sets(self) -> npt.NDArray[np.void]:
        """Every sensible combination, or those drawn at random.

        Raises:
            ParameterError: as for `axes`, too many combinations, or none that makes sense.
        """
        axes = self.axes()
        return axes.grid(SETS_MAX) if self.sample is None else axes.sample(self.sample, self.seed, SETS_MAX)

    def signal(self, number: int) -> tuple[HedgeMethod, int | None]:
        """The hedge method and window of a signal."""
        hedge, window = divmod(number, len(self.window))
        return self.hedge[hedge], self.window[window]

    def single(self, number: int = 0) -> BacktestSpec:
        """The specification of a plain backtest with one of the signals; thresholds are those of the first values."""
        hedge, window = self.signal(number)
        return BacktestSpec(
            formation=self.formation,
            trading=self.trading,
            prices=self.prices,
            z_score="FORMATION" if window is None else "ROLLING",
            window=window,
            entry=2.0,
            exit=0.5,
            stop=None,
            max_hold=None,
            sizing="GROSS",
            gross=self.gross,
            notional=1.0,
            capital=self.capital,
            commission_bps=0.0,
            slippage_bps=0.0,
            hedge=hedge,
        )

    def rules(self, periods: float = SESSIONS_PER_YEAR) -> Rules:
        """What all sets share, in a year of so many bars."""
        return self.single().rules(periods)


def check(spec: SweepSpec) -> npt.NDArray[np.void]:
    """Refuse axes that make no sense or too many sets; returns the sets.

    Raises:
        LimitExceededError: GRID_TOO_LARGE with the count, before anything is made.
        InvalidInputError: an empty axis, a senseless value, or periods that overlap.
    """
    backtest_specs.check_periods(spec.formation, spec.trading)
    if spec.seed < 0:
        raise InvalidInputError("PARAMETER_OUT_OF_RANGE", f"A seed is not negative, as {spec.seed} is", ["seed"])
    for name in AXES:
        count = len(getattr(spec, name))
        if not 1 <= count <= VALUES_MAX:
            message = f"{graph_name(name)} has {count} values; 1 to {VALUES_MAX} are allowed"
            raise InvalidInputError("AXIS_EMPTY" if not count else "LIST_TOO_LONG", message, [graph_name(name)])
    try:
        axes = spec.axes()
        if spec.sample is None and axes.count > SETS_MAX:
            message = f"The grid has {axes.count:,} parameter sets; at most {SETS_MAX:,} are run. Draw a sample"
            raise LimitExceededError("GRID_TOO_LARGE", message, ["entry"])
        if len(axes.signal) > SIGNALS_MAX:
            message = f"{len(axes.signal)} combinations of hedge and window; at most {SIGNALS_MAX}"
            raise LimitExceededError("GRID_TOO_LARGE", message, ["window"])
        sets = spec.sets()
        spec.rules()
    except ParameterError as error:
        kind = LimitExceededError if error.code == "GRID_TOO_LARGE" else InvalidInputError
        field = {"axes": "entry", "sets": "sample"}.get(error.field, graph_name(error.field))
        raise kind(error.code, parameter_message(error), [field]) from error
    return sets


def check_data(spec: SweepSpec, read: PairHistory) -> None:
    """Refuse windows and periods that the data cannot serve.

    Raises:
        InvalidInputError: as for a backtest.
    """
    for number in range(len(spec.window)):
        backtest_specs.check(spec.single(number), read)


def from_json(stored: Mapping[str, Any]) -> SweepSpec:
    """A specification as it was stored."""
    return SweepSpec(**backtest_specs.stored_fields(stored))
