"""What looks wrong in a series of prices: outliers, stale runs, splits that nobody adjusted for, prices below zero."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.series import Floats

SIGMA_PER_MAD = 1.4826
OUTLIER_SIGMAS = 12.0
STALE_MIN = 5
SPLIT_RATIOS = np.array([1.5, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 40, 50, 100])
SPLIT_TOLERANCE = 0.03
SPLIT_SIGMAS = 8.0
LOCAL_BARS = 60
MONEY_BARS = 20
MONEY_MAX = 4.0
AFTER_BARS = 5
AFTER_TOLERANCE = 0.25
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bars `first` … `last` (both included) that share a property; `value` is its extreme."""

    first: int
    last: int
    value: float

    @property
    def count(self) -> int:
        """The number of bars."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class SuspectedSplit:
    """Bar `at` opens at about 1/`ratio` of the close before."""

    at: int
    ratio: float
    move: float


def changes(close: Floats) -> Floats:
    """Return close[t]/close[t−1] − 1, NaN at t = 0 and wherever either price is not positive."""
    moves = np.full(len(close), np.nan)
    usable = (close[1:] > 0) & (close[:-1] > 0)
    with np.errstate(over="ignore"):
        moves[1:][usable] = close[1:][usable] / close[:-1][usable] - 1.0
    return np.where(np.isfinite(moves), moves, np.nan)


def outliers(close: Floats, sigmas: float = OUTLIER_SIGMAS) -> Indices:
    """Return the bars whose log change is more than `sigmas` robust deviations (1.4826 · MAD) from the median."""
    logs = np.log1p(changes(close))
    known = logs[~np.isnan(logs)]
    if len(known) < LOCAL_BARS:
        return np.empty(0, np.int64)
    median = float(np.median(known))
    sigma = SIGMA_PER_MAD * float(np.median(np.abs(known - median)))
    if sigma == 0.0:
        return np.empty(0, np.int64)
    with np.errstate(invalid="ignore"):
        return np.flatnonzero(np.abs(logs - median) > sigmas * sigma)


def stale_runs(close: Floats, least: int = STALE_MIN) -> list[Stretch]:
    """Return the runs of at least `least` bars whose closes are all equal."""
    same = np.concatenate([[False], close[1:] == close[:-1]])
    return [
        Stretch(run.first - 1, run.last, float(close[run.first])) for run in stretches(same) if run.count + 1 >= least
    ]


def stretches(mask: npt.NDArray[np.bool_], value: Floats | None = None) -> list[Stretch]:
    """Return the maximal runs of True; `value` of each is the least entry of `value` in it."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [
        Stretch(first, after - 1, float("nan") if value is None else float(value[first:after].min()))
        for first, after in runs
    ]


def suspected_splits(close: Floats, open_: Floats | None, volume: Floats | None) -> list[SuspectedSplit]:
    """Return the bars that look like a split that the prices were not adjusted for.

    A split is told from a crash by what it leaves alone. The overnight ratio (close before over open; over close
    where there are no opens) is within 3 % of a whole number or, where opens are known, of 3:2, or of an inverse;
    the move is more than 8 times the robust deviation of the 60 changes before; the money traded (close · volume,
    where there is a volume) is no more than 4 times the median of the 20 bars before, since new shares bring no new
    money while a crash does; and the levels of the 5 bars before and after differ likewise, while a wrong tick
    comes back.
    """
    opening = close if open_ is None else open_
    # Over a whole session a third of the price does get lost; overnight, hardly.
    ratios = SPLIT_RATIOS[1:] if open_ is None else SPLIT_RATIOS
    moves = changes(close)
    found = []
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.concatenate([[np.nan], close[:-1] / opening[1:]])
    usable = (ratio > 0) & np.isfinite(ratio)
    multiple = np.where(usable, np.maximum(ratio, 1.0 / np.where(usable, ratio, 1.0)), 1.0)
    for at in np.flatnonzero(multiple > ratios[0] * (1 - SPLIT_TOLERANCE)).tolist():
        nearest = ratios[np.argmin(np.abs(np.log(ratios / multiple[at])))]
        if abs(multiple[at] / nearest - 1.0) > SPLIT_TOLERANCE or not _stands_out(moves, at):
            continue
        signed = float(nearest if ratio[at] > 1 else 1.0 / nearest)
        if _money_is_usual(close, volume, at) and _stays(close, at, signed):
            found.append(SuspectedSplit(at, signed, float(moves[at])))
    return found


def _stands_out(moves: Floats, at: int) -> bool:
    before = np.log1p(moves[max(0, at - LOCAL_BARS) : at])
    known = before[~np.isnan(before)]
    if len(known) < MONEY_BARS or np.isnan(moves[at]):
        return False
    sigma = SIGMA_PER_MAD * float(np.median(np.abs(known - np.median(known))))
    return bool(abs(np.log1p(moves[at])) > SPLIT_SIGMAS * sigma)


def _money_is_usual(close: Floats, volume: Floats | None, at: int) -> bool:
    if volume is None:
        return True
    money = close[max(0, at - MONEY_BARS) : at + 1] * volume[max(0, at - MONEY_BARS) : at + 1]
    usual = float(np.median(money[:-1]))
    return bool(usual <= 0 or money[-1] <= MONEY_MAX * usual)


def _stays(close: Floats, at: int, ratio: float) -> bool:
    after = float(np.median(close[at : at + AFTER_BARS]))
    expected = float(np.median(close[max(0, at - AFTER_BARS) : at])) / ratio
    return bool(abs(after / expected - 1.0) <= AFTER_TOLERANCE)
