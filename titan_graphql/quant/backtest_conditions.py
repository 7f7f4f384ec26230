"""What happened to the two legs besides their closes: opens, dividends, splits, missing bars, the end of trading."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.errors import ParameterError, SeriesTooShortError
from titan_graphql.quant.series import Floats, column, finite, positive, same_length

DAYS_PER_YEAR = 365.0
# A leg without bars for more than so many bars of others, and none ever after, has stopped trading.
GONE_AFTER_BARS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LegConditions:
    """Facts of one leg, each (T,) or None when it has none.

    Attributes
    ----------
    open : opening prices, needed when orders fill at the open
    dividends : cash per share on the bar that goes ex, in that bar's shares; holders of the close before are paid,
        shorts pay
    splits : new shares per old share, effective before the bar's open; 1 where there is none
    traded : False where the close only repeats an earlier one; no decision and no fill happens there
    last_bar : index of the last bar on which the leg trades, a fact of that bar (delistings are announced); an open
        position is closed at its close and none is opened from then on
    """

    open: npt.ArrayLike | None = None
    dividends: npt.ArrayLike | None = None
    splits: npt.ArrayLike | None = None
    traded: npt.ArrayLike | None = None
    last_bar: int | None = None

    def until(self, bar: int) -> "LegConditions":
        """The facts of the bars before `bar`; an ending that lies beyond them is not among them."""
        columns = {name: getattr(self, name) for name in ("open", "dividends", "splits", "traded")}
        cut = {name: None if values is None else np.asarray(values)[:bar] for name, values in columns.items()}
        ended = self.last_bar is not None and self.last_bar < bar
        return LegConditions(**cut, last_bar=self.last_bar if ended else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Facts of both legs, and `days`: calendar days between each bar and the one before, (T,).

    Without `days` every bar counts 365 / periods_per_year days.
    """

    y: LegConditions = field(default_factory=LegConditions)
    x: LegConditions = field(default_factory=LegConditions)
    days: npt.ArrayLike | None = None

    def until(self, bar: int) -> "Conditions":
        """The facts of the bars before `bar`."""
        days = None if self.days is None else np.asarray(self.days)[:bar]
        return Conditions(y=self.y.until(bar), x=self.x.until(bar), days=days)


NOTHING = Conditions()

# One row per bar: everything the kernel reads.
BAR = np.dtype(
    [
        ("close_y", np.float64),
        ("close_x", np.float64),
        ("fill_y", np.float64),
        ("fill_x", np.float64),
        ("dividend_y", np.float64),
        ("dividend_x", np.float64),
        ("split_y", np.float64),
        ("split_x", np.float64),
        ("years", np.float64),
        ("z", np.float64),
        ("beta", np.float64),
        ("gross", np.float64),
        ("traded", np.int8),
        ("ended", np.int8),
    ],
    align=True,
)


def pack_bars(
    price_y: npt.ArrayLike,
    price_x: npt.ArrayLike,
    z: npt.ArrayLike,
    beta: float | npt.ArrayLike,
    conditions: Conditions,
    *,
    at_open: bool,
    periods_per_year: float,
) -> npt.NDArray[np.void]:
    """Check every column and lay them side by side; `gross` is left NaN for the sizing to fill.

    Raises
    ------
    PriceNotPositiveError, SeriesTooShortError
    ParameterError
        NOT_FINITE, LENGTH_MISMATCH, OPEN_MISSING, SPLIT_NOT_POSITIVE, DAYS_NEGATIVE, SERIES_SHAPE.
    """
    closes = {"price_y": positive(price_y, "price_y"), "price_x": positive(price_x, "price_x")}
    size = closes["price_y"].size
    bars = np.zeros(same_length(**closes, z=column(z, "z"), beta=_path(beta, size)), dtype=BAR)
    if size < 2:
        message = f"{size} bars are too few; a decision needs a next bar to be filled"
        raise SeriesTooShortError(message)
    bars["z"], bars["beta"], bars["gross"], bars["traded"] = z, beta, np.nan, True
    bars["years"] = _days(conditions, size, periods_per_year) / DAYS_PER_YEAR
    for leg, facts in (("y", conditions.y), ("x", conditions.x)):
        bars[f"close_{leg}"] = closes[f"price_{leg}"]
        bars[f"fill_{leg}"] = _opens(facts, leg, size) if at_open else closes[f"price_{leg}"]
        bars[f"dividend_{leg}"] = _or(facts.dividends, 0.0, f"dividends_{leg}", size)
        bars[f"split_{leg}"] = _splits(facts, leg, size)
        bars["traded"] &= _traded(facts, leg, size)
        if facts.last_bar is not None and facts.last_bar < size:
            bars["ended"][max(facts.last_bar, 0) :] = True
    return bars


def _path(beta: float | npt.ArrayLike, size: int) -> Floats:
    path = column(np.full(size, beta) if np.ndim(beta) == 0 else beta, "beta")
    if np.isinf(path).any():
        message = f"beta[{np.flatnonzero(np.isinf(path))[0]}] is infinite"
        raise ParameterError(message, code="NOT_FINITE", field="beta")
    return path


def _or(values: npt.ArrayLike | None, default: float, name: str, size: int) -> Floats:
    if values is None:
        return np.full(size, default)
    array = finite(values, name)
    same_length(price_y=np.empty(size), **{name: array})
    return array


def _opens(facts: LegConditions, leg: str, size: int) -> Floats:
    if facts.open is None:
        message = f"orders fill at the open, but leg {leg} has no opening prices"
        raise ParameterError(message, code="OPEN_MISSING", field=f"open_{leg}")
    opens = positive(facts.open, f"open_{leg}")
    same_length(price_y=np.empty(size), **{f"open_{leg}": opens})
    return opens


def _splits(facts: LegConditions, leg: str, size: int) -> Floats:
    splits = _or(facts.splits, 1.0, f"splits_{leg}", size)
    if splits.min() <= 0.0:
        message = f"splits_{leg}[{splits.argmin()}] is {splits.min()}; new shares per old share are positive"
        raise ParameterError(message, code="SPLIT_NOT_POSITIVE", field=f"splits_{leg}")
    return splits


def _days(conditions: Conditions, size: int, periods_per_year: float) -> Floats:
    days = _or(conditions.days, DAYS_PER_YEAR / periods_per_year, "days", size)
    if days.min() < 0.0:
        message = f"days[{days.argmin()}] is {days.min()}; time does not run backwards"
        raise ParameterError(message, code="DAYS_NEGATIVE", field="days")
    return days


def _traded(facts: LegConditions, leg: str, size: int) -> npt.NDArray[np.bool_]:
    if facts.traded is None:
        return np.ones(size, dtype=bool)
    mask = np.asarray(facts.traded, dtype=bool)
    same_length(price_y=np.empty(size), **{f"traded_{leg}": mask})
    return mask
