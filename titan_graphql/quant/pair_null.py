"""Prices of a pair without its pull: what the same rules earn on them is luck."""

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.series import Floats, positive, same_length


def pair_without_pull(
    price_y: npt.ArrayLike, price_x: npt.ArrayLike, *, mean_block: float = 5.0, random: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draw prices of two legs that keep their own moves and their correlation but are not cointegrated.

    The null hypothesis is that the legs are correlated random walks: whole rows of both legs' log returns, centred,
    are drawn in blocks of geometric length (stationary bootstrap) and added up again from the first prices. Whatever
    pulled the spread back over more than a block is gone.

    Parameters
    ----------
    price_y, price_x : (T,) positive prices, T ≥ 3
    mean_block : mean length of the blocks in bars, at least 1
    random : the source of the draws

    Raises
    ------
    PriceNotPositiveError
    ParameterError
        DRAWS_OUT_OF_RANGE, LENGTH_MISMATCH.

    References
    ----------
    Politis and Romano (1994), "The stationary bootstrap", JASA 89.
    """
    price_y, price_x = positive(price_y, "price_y"), positive(price_x, "price_x")
    bars = same_length(price_y=price_y, price_x=price_x)
    if mean_block < 1.0 or bars < 3:
        message = f"mean_block is {mean_block} and there are {bars} bars; at least 1 and 3"
        raise ParameterError(message, code="DRAWS_OUT_OF_RANGE", field="mean_block")
    moves = np.diff(np.log(np.stack([price_y, price_x])), axis=1)
    moves -= moves.mean(axis=1, keepdims=True)
    drawn = moves[:, _blocks(bars - 1, mean_block, random)]
    paths = np.exp(np.concatenate([np.zeros((2, 1)), drawn.cumsum(axis=1)], axis=1))
    return price_y[0] * paths[0], price_x[0] * paths[1]


def _blocks(n: int, mean_block: float, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Places of one draw: runs that start anywhere and wrap around."""
    fresh = random.random(n) < 1.0 / mean_block
    fresh[0] = True
    begun = np.maximum.accumulate(np.where(fresh, np.arange(n), 0))
    places: npt.NDArray[np.int64] = (random.integers(0, n, n)[begun] + np.arange(n) - begun) % n
    return places
