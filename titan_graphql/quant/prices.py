"""The scale on which a pair is modelled: logarithms of prices or the prices themselves."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.series import Floats, finite, positive

PriceScale = Literal["LOG", "RAW"]


def to_scale(prices: npt.ArrayLike, scale: PriceScale) -> Floats:
    """Return prices on the chosen scale.

    On LOG a hedge ratio fixes *notionals* (y = α + β·x in percentages), on RAW it fixes *shares*.

    Parameters
    ----------
    prices : (T,) array of prices
    scale : "LOG" (natural logarithm) or "RAW"

    Raises
    ------
    PriceNotPositiveError
        A price ≤ 0 under LOG; the message names its index.
    ParameterError
        NOT_FINITE, SERIES_SHAPE, SCALE_UNKNOWN.
    """
    if scale == "LOG":
        return np.log(positive(prices, "prices"))
    if scale == "RAW":
        return finite(prices, "prices")
    message = f"scale is {scale!r}, not LOG or RAW"
    raise ParameterError(message, code="SCALE_UNKNOWN", field="scale")
