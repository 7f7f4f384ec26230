"""A number that may not exist: a value with its interval, or the reason why there is none."""

import math
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with an optional 95 % interval.

    `value` is None exactly when `reason` says why. A bound is None when no interval is computed or when the
    interval is unbounded on that side.
    """

    value: float | None
    low: float | None
    high: float | None
    reason: str | None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.reason is not None):
            message = "an estimate has either a value or a reason"
            raise ValueError(message)

    @classmethod
    def of(cls, value: float, low: float | None = None, high: float | None = None) -> Self:
        """A known value; a value that is not finite becomes a reason, a bound that is not finite is open."""
        if not math.isfinite(value):
            return cls.missing("the result is not a finite number")
        return cls(float(value), _bound(low), _bound(high), None)

    @classmethod
    def missing(cls, reason: str) -> Self:
        """No value, because of `reason`."""
        return cls(None, None, None, reason)


def _bound(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
