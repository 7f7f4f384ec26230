"""Where a rectangle of pairs keeps its results and its working space."""

from typing import NamedTuple

import numpy as np

from titan_graphql.quant.screen_factor import PADDING
from titan_graphql.quant.screen_pack import Plan
from titan_graphql.quant.simd import (
    LANES,
    aligned,
    kernel,
)

ROWS = 16
"""Rows of a sub-block; with `GROUPS` groups of columns its moments stay in the second-level cache."""
GROUPS = 8


class Block(NamedTuple):
    """Results of a rectangle, (rows, columns) or (2, rows, columns): row on column, then column on row."""

    correlation: np.ndarray
    comovement: np.ndarray
    gap: np.ndarray
    statistic: np.ndarray
    lag: np.ndarray
    persistence: np.ndarray
    exact: np.ndarray


class Scratch(NamedTuple):
    """Working space of a sub-block and of one factorisation."""

    products: np.ndarray
    moments: np.ndarray
    row: np.ndarray
    head: np.ndarray
    tail: np.ndarray
    table: np.ndarray
    scale: np.ndarray
    inverse: np.ndarray
    sums: np.ndarray
    chosen: np.ndarray
    margin: np.ndarray
    worst: np.ndarray
    ends: np.ndarray
    queue: np.ndarray


@kernel
def make_scratch_nb(plan: Plan) -> Scratch:
    """Allocate the working space of `cross_block_nb`."""
    q = plan.lags + 2
    return Scratch(
        aligned(plan.frequencies * ROWS * 2 * LANES),
        aligned(ROWS * GROUPS * q * LANES),
        aligned(2 * (plan.lags + PADDING) * LANES),
        aligned(q * LANES),
        aligned(q * LANES),
        aligned(q * (plan.lags + PADDING) * LANES),
        aligned(2 * q * LANES),
        aligned(q * LANES),
        aligned(3 * q * LANES),
        aligned(LANES),
        aligned(LANES),
        aligned(LANES),
        aligned(6 * LANES),
        np.empty(2 * ROWS * GROUPS * LANES, np.int64),
    )
