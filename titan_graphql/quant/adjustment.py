"""Prices corrected for splits and dividends: factors by which earlier prices are multiplied."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.series import Floats


@dataclass(frozen=True, slots=True)
class Split:
    """From `time` on there are `ratio` shares for one."""

    time: int
    ratio: float


@dataclass(frozen=True, slots=True)
class Dividend:
    """From `time` on the shares are traded without `amount`, which was paid per share of that day."""

    time: int
    amount: float


def split_factors(time: npt.NDArray[np.int64], splits: Sequence[Split]) -> Floats:
    """Return by what each price must be multiplied so that no split shows: ∏ 1/ratio over the later splits.

    Volumes are divided by the same factor. Splits after the last bar have not happened yet and count for nothing.

    Parameters
    ----------
    time : (T,) increasing bar starts
    splits : in the units of `time`

    Returns
    -------
    (T,) factors, 1 at the last bar
    """
    factors = np.ones(len(time))
    for split in splits:
        at = int(np.searchsorted(time, split.time))
        if at < len(time):
            factors[:at] /= split.ratio
    return factors


def dividend_factors(
    time: npt.NDArray[np.int64], close: Floats, dividends: Sequence[Dividend], splits: Sequence[Split] = ()
) -> Floats:
    """Return by what each price must be multiplied so that its changes are total returns.

    A dividend D is reinvested at the close C of the first bar without it, so that the return over that bar is
    (C + D)/C₋₁ − 1, as in the CRSP files; earlier prices are multiplied by C/(C + D).

    Parameters
    ----------
    time : (T,) increasing bar starts
    close : (T,) prices as traded; with `splits`, prices already corrected for those
    dividends : in the units of `time`; amounts per share as they were paid
    splits : by which `close` was corrected, and amounts still have to be

    Raises
    ------
    ValueError
        A close that is not positive on the first bar without a dividend.
    """
    factors = np.ones(len(time))
    for dividend in dividends:
        at = int(np.searchsorted(time, dividend.time))
        if at >= len(time):
            continue
        later = [split.ratio for split in splits if split.time > dividend.time and split.time <= time[-1]]
        amount = dividend.amount / float(np.prod(later)) if later else dividend.amount
        if close[at] <= 0.0:
            message = f"A dividend of {dividend.amount:g} cannot be reinvested at a price of {close[at]:g}"
            raise ValueError(message)
        factors[:at] *= close[at] / (close[at] + amount)
    return factors


@dataclass(frozen=True, slots=True)
class Events:
    """What happened to the shares of one instrument on each bar, both (T,).

    Attributes
    ----------
    splits : new shares per old share, effective before the bar opens; 1 where there is none
    dividends : cash per share of that bar, for those who held the close before; 0 where there is none
    """

    splits: Floats
    dividends: Floats


def events(time: npt.NDArray[np.int64], splits: Sequence[Split], dividends: Sequence[Dividend]) -> Events:
    """Lay corporate actions out on bars: each takes effect on the first bar that does not begin before it.

    What happened up to the first bar, or after the last one, met nobody here and is left out. Of several actions on
    one bar the earlier comes first, and a split before a dividend of the same day, which is paid per new share.

    Parameters
    ----------
    time : (T,) increasing bar starts
    splits, dividends : in the units of `time`; dividends per share of their own day
    """
    ratios, cash = np.ones(len(time)), np.zeros(len(time))
    dated: list[Split | Dividend] = [*splits, *dividends]
    for action in sorted(dated, key=lambda one: (one.time, isinstance(one, Dividend))):
        at = int(np.searchsorted(time, action.time))
        if not 0 < at < len(time):
            continue
        if isinstance(action, Split):
            ratios[at] *= action.ratio
            cash[at] /= action.ratio
        else:
            cash[at] += action.amount
    return Events(ratios, cash)


def growth(close: Floats, happened: Events) -> Floats:
    """Return how many shares one share has become when dividends buy more at the close of their bar: ∏ s(1 + D/C).

    Prices times growth change by total returns, as by `dividend_factors`; but the value at a bar knows no later one,
    so that what is corrected by it cannot know the future.

    Parameters
    ----------
    close : (T,) prices as traded; a dividend buys nothing at one that is not positive
    happened : on the same bars
    """
    paid = (happened.dividends > 0.0) & (close > 0.0)
    gained: Floats = np.divide(happened.dividends, close, out=np.zeros(len(close)), where=paid)
    return np.cumprod(happened.splits * (1.0 + gained), dtype=np.float64)
