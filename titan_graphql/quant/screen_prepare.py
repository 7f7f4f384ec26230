"""Prepare a panel once for all its tiles: the lag rule, samples of common bars, packs of series."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.panel import check_panel, mask_groups
from titan_graphql.quant.pvalue import Trend
from titan_graphql.quant.screen_pack import Pack, Plan, make_pack, make_plan

Criterion = Literal["aic", "bic", "fixed"]
Scale = Literal["log", "raw"]


MIN_FREEDOM = 10
"""Fewest degrees of freedom, T − 2 − 2·max_lag, of the longest regression: with fewer the asymptotic p-value
is fiction. With Schwert's rule T must be at least 30.
"""


@dataclass(frozen=True, slots=True)
class Method:
    """What is asked of every pair."""

    trend: Trend
    criterion: Criterion
    max_lag: int | None
    scale: Scale
    distance: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """The bars that two groups have in common and what follows from their number; `plan` is None if they are
    too few.
    """

    present: np.ndarray
    bars: int
    plan: Plan | None
    penalty: np.ndarray


@dataclass(frozen=True, slots=True)
class Side:
    """Instruments made ready on a sample: positions [start, stop) of `pack` are the panel's columns
    `members`.
    """

    pack: Pack
    members: np.ndarray
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Group:
    """Instruments with the same bars, packed on all of them (None if they are too few)."""

    members: np.ndarray
    sample: Sample
    pack: Pack | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A panel ready for `screen_tile`; read-only, so that threads may share it."""

    panel: np.ndarray
    method: Method
    groups: tuple[Group, ...]
    group_of: np.ndarray

    @property
    def count(self) -> int:
        """Instruments."""
        return int(self.group_of.size)


def default_max_lag(bars: int) -> int:
    """Return Schwert's rule as statsmodels applies it to a residual: ``min(⌈12 (T/100)^¼⌉, ⌊T/2⌋ − 1)``."""
    rule: int = math.ceil(12.0 * (bars / 100.0) ** 0.25)
    return min(rule, bars // 2 - 1)


def make_sample(present: np.ndarray, method: Method) -> Sample:
    """Fix lags and weights for the bars where `present`; the longest regression must leave `MIN_FREEDOM`."""
    bars = int(present.sum())
    lags = default_max_lag(bars) if method.max_lag is None else method.max_lag
    if bars - 2 - 2 * lags < MIN_FREEDOM or lags < 0:
        return Sample(present, bars, None, np.empty(0))
    count = bars - 1 - lags
    cost = {"aic": 2.0, "bic": math.log(count)}.get(method.criterion)
    penalty = np.empty(0) if cost is None else np.exp(cost * np.arange(lags + 1) / count)
    return Sample(present, bars, make_plan(bars, lags), penalty)


def pack_columns(panel: np.ndarray, columns: np.ndarray, sample: Sample, method: Method) -> Pack:
    """Pack some of the panel's columns on the bars of a sample, where none is missing."""
    assert sample.plan is not None  # noqa: S101 - callers skip samples that are too short
    whole = sample.bars == panel.shape[0] and columns.size == panel.shape[1]
    series = panel if whole else panel[np.ix_(sample.present, columns)]
    scale = method.scale if method.distance else None
    return make_pack(series, sample.plan, detrend=method.trend == "ct", scale=scale)


def make_side(prepared: Prepared, group: Group, sample: Sample, members: np.ndarray) -> Side:
    """Return neighbouring `members` of a group on `sample`: from the group's own pack if the bars agree."""
    if group.pack is not None and group.sample.bars == sample.bars:
        start = int(np.searchsorted(group.members, members[0]))
        return Side(group.pack, members, start, start + members.size)
    pack = pack_columns(prepared.panel, members, sample, prepared.method)
    return Side(pack, members, 0, members.size)


def prepare(
    panel: np.ndarray,
    *,
    trend: Trend = "c",
    criterion: Criterion = "aic",
    max_lag: int | None = None,
    scale: Scale = "log",
    distance: bool = True,
) -> Prepared:
    """Check a panel and make its series ready for `screen_tile`.

    Parameters
    ----------
    panel : ndarray, shape (bars, instruments)
        Prices on the scale of the regression, already transformed; NaN is a missing bar.
    trend : {"c", "ct"}
        Constant, or constant and linear trend, in the cointegrating regression.
    criterion : {"aic", "bic", "fixed"}
        How the lag of the residual's Dickey–Fuller regression is chosen; "fixed" takes `max_lag` itself.
    max_lag : int, optional
        Largest lag; Schwert's rule of each sample by default.
    scale : {"log", "raw"}
        What `panel` holds, for the distance of normalised prices.
    distance : bool
        Whether the distance is wanted.

    Raises
    ------
    ParameterError
        On a parameter outside its domain.
    """
    prices = check_panel(panel)
    for name, value, domain in (
        ("trend", trend, ("c", "ct")),
        ("criterion", criterion, ("aic", "bic", "fixed")),
        ("scale", scale, ("log", "raw")),
    ):
        if value not in domain:
            raise ParameterError(f"{name} {value!r} is not one of {', '.join(domain)}")
    if max_lag is not None and not 0 <= max_lag <= 1000:
        raise ParameterError(f"max_lag {max_lag} is outside 0 … 1000")
    method = Method(trend, criterion, max_lag, scale, distance)
    groups: list[Group] = []
    group_of = np.zeros(prices.shape[1], np.int64)
    for present, members in mask_groups(prices):
        sample = make_sample(present, method)
        pack = pack_columns(prices, members, sample, method) if sample.plan else None
        group_of[members] = len(groups)
        groups.append(Group(members, sample, pack))
    return Prepared(prices, method, tuple(groups), group_of)
