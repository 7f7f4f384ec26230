"""Panels of prices: checks, logarithms, and the groups of instruments that miss the same bars."""

import numpy as np

from titan_graphql.quant.errors import ParameterError, PriceNotPositiveError

MAX_INSTRUMENTS = 20_000
"""Largest universe of a screen: 4·10⁸ directed pairs, minutes on one core."""


def check_panel(panel: np.ndarray) -> np.ndarray:
    """Return `panel` as a C-ordered float64 array of shape (bars, instruments).

    Raises
    ------
    ParameterError
        If it is not two-dimensional, has fewer than two or more than `MAX_INSTRUMENTS` columns, or holds an
        infinity. NaN is a missing bar.
    """
    prices = np.ascontiguousarray(panel, dtype=np.float64)
    if prices.ndim != 2:
        raise ParameterError(f"a panel has two dimensions (bars, instruments), not {prices.ndim}")
    count = prices.shape[1]
    if not 2 <= count <= MAX_INSTRUMENTS:
        raise ParameterError(f"{count} instruments are outside of 2 … {MAX_INSTRUMENTS}")
    if np.isinf(prices).any():
        raise ParameterError("the panel holds an infinite price")
    return prices


def log_prices(panel: np.ndarray) -> np.ndarray:
    """Return ln P; missing bars stay NaN.

    Raises
    ------
    PriceNotPositiveError
        If a price is zero or negative; the message names the column.
    """
    prices = np.asarray(panel, dtype=np.float64)
    wrong = np.nonzero((prices <= 0.0).any(axis=0))[0]
    if wrong.size:
        raise PriceNotPositiveError(f"column {wrong[0]} has a price that is not positive: no logarithm")
    return np.log(prices)


def mask_groups(panel: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Group the columns that have the same bars.

    Returns
    -------
    list of (present, members)
        `present`, shape (bars,), is True where the group has a bar; `members` are its columns in ascending
        order. Groups come in the order of their first member.
    """
    present = ~np.isnan(panel)
    if present.all():
        return [(np.ones(panel.shape[0], dtype=np.bool_), np.arange(panel.shape[1]))]
    members: dict[bytes, list[int]] = {}
    for column, key in enumerate(np.packbits(present, axis=0).T.copy()):
        members.setdefault(key.tobytes(), []).append(column)
    return [(present[:, columns[0]].copy(), np.array(columns)) for columns in members.values()]
