"""The parameter sets of a sweep: every combination of some axes, or a random sample of them, counted before made."""

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.backtest_rules import BPS
from titan_graphql.quant.errors import ParameterError

LARGEST_GRID = 2_000_000
SET = np.dtype(
    [
        ("signal", np.int64),
        ("entry", np.float64),
        ("exit", np.float64),
        ("stop", np.float64),
        ("max_hold", np.int64),
        ("gross", np.float64),
        ("cost", np.float64),
    ],
    align=True,
)
UNLIMITED = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """The values each parameter may take.

    Attributes
    ----------
    signal : rows of the z-scores and hedge ratios handed to the sweep (one per window, hedge method or pair)
    entry, exit, stop : thresholds on |z|; None among the stops means no stop
    max_hold : bars; None means no limit
    gross : gross exposure, times equity
    cost_bps : commission and slippage together, in basis points of traded notional

    Raises
    ------
    ParameterError
        AXIS_EMPTY, NOT_FINITE, AXIS_OUT_OF_RANGE.
    """

    signal: tuple[int, ...] = (0,)
    entry: tuple[float, ...] = (2.0,)
    exit: tuple[float, ...] = (0.5,)
    stop: tuple[float | None, ...] = (None,)
    max_hold: tuple[int | None, ...] = (None,)
    gross: tuple[float, ...] = (1.0,)
    cost_bps: tuple[float, ...] = (0.0,)

    def __post_init__(self) -> None:
        for axis in fields(self):
            values = getattr(self, axis.name)
            if not values:
                message = f"{axis.name} has no values"
                raise ParameterError(message, code="AXIS_EMPTY", field=axis.name)
            for value in values:
                _check(axis.name, value)

    @property
    def count(self) -> int:
        """How many combinations there are, senseless ones (entry ≤ exit, stop ≤ entry) included."""
        return math.prod(len(getattr(self, axis.name)) for axis in fields(self))

    def grid(self, largest: int = LARGEST_GRID) -> npt.NDArray[np.void]:
        """Return every sensible combination as an array of `SET`, the last axis turning fastest.

        Raises
        ------
        ParameterError
            GRID_TOO_LARGE with the count, before anything is allocated; GRID_EMPTY when no combination makes sense.
        """
        if self.count > largest:
            message = f"the grid has {self.count:,} parameter sets; at most {largest:,}"
            raise ParameterError(message, code="GRID_TOO_LARGE", field="axes")
        return self._sets(np.arange(self.count))

    def sample(self, sets: int, seed: int = 0, largest: int = LARGEST_GRID) -> npt.NDArray[np.void]:
        """Return the sensible ones among `sets` combinations drawn at random without repetition, in grid order.

        Raises
        ------
        ParameterError
            GRID_TOO_LARGE when more than `largest` are asked for, GRID_EMPTY.
        """
        if not 1 <= sets <= largest:
            message = f"{sets:,} parameter sets asked for; 1 to {largest:,}"
            raise ParameterError(message, code="GRID_TOO_LARGE", field="sets")
        random = np.random.default_rng(seed)
        if self.count <= 4 * sets:
            return self._sets(np.sort(random.permutation(self.count)[:sets]))
        drawn = np.unique(random.integers(0, self.count, sets))
        while drawn.size < sets:
            drawn = np.unique(np.concatenate((drawn, random.integers(0, self.count, sets - drawn.size))))
        return self._sets(drawn)

    def _sets(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.void]:
        chosen = np.unravel_index(numbers, [len(getattr(self, axis.name)) for axis in fields(self)])
        sets = np.zeros(numbers.size, dtype=SET)
        for axis, where in zip(fields(self), chosen, strict=True):
            name, values = axis.name, getattr(self, axis.name)
            absent = {"stop": math.inf, "max_hold": UNLIMITED}.get(name)
            column = np.array([absent if value is None else value for value in values])[where]
            sets["cost" if name == "cost_bps" else name] = column * BPS if name == "cost_bps" else column
        sensible = sets[(sets["exit"] < sets["entry"]) & (sets["entry"] < sets["stop"])]
        if not sensible.size:
            message = "no combination has exit < entry < stop"
            raise ParameterError(message, code="GRID_EMPTY", field="axes")
        return sensible


def thresholds(parameters: np.void) -> dict[str, Any]:
    """Return entry, exit, stop and max_hold of a record of `SET` as plain numbers, None for no stop and no limit."""
    return {
        "entry": float(parameters["entry"]),
        "exit": float(parameters["exit"]),
        "stop": None if np.isinf(parameters["stop"]) else float(parameters["stop"]),
        "max_hold": None if parameters["max_hold"] == UNLIMITED else int(parameters["max_hold"]),
    }


LEAST = {"signal": 0, "entry": 0.0, "exit": 0.0, "stop": 0.0, "max_hold": 1, "gross": 1e-9, "cost_bps": 0.0}
MOST = {"gross": 100.0, "cost_bps": 9_999.99}


def _check(name: str, value: float | None) -> None:
    if value is None:
        return
    if not math.isfinite(value):
        message = f"{name} holds {value}, not a finite number"
        raise ParameterError(message, code="NOT_FINITE", field=name)
    if not LEAST[name] <= value <= MOST.get(name, math.inf):
        message = f"{name} holds {value}; it lies in {LEAST[name]:g} … {MOST.get(name, math.inf):g}"
        raise ParameterError(message, code="AXIS_OUT_OF_RANGE", field=name)
