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
