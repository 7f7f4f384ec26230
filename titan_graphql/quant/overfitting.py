"""Was the best of many backtests picked by luck? The probability of backtest overfitting."""

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.errors import ParameterError, SeriesTooShortError
from titan_graphql.quant.series import Floats

MOST_BLOCKS = 18
SPLITS_PER_CHUNK = 64


@dataclass(frozen=True, slots=True)
class Overfitting:
    """What happens to the winner of one half of time in the other half, over all ways to halve it.

    Attributes
    ----------
    probability : PBO, the share of splits in which the in-sample winner ends in the lower half out of sample
    logits : (C,) ln(ω/(1 − ω)) of the winner's relative rank ω out of sample; PBO is the share that is ≤ 0
    in_sample, out_of_sample : (C,) the winner's per-period Sharpe ratio in either half
    probability_of_loss : share of splits in which the winner's ratio out of sample is negative
    """

    probability: float
    logits: Floats
    in_sample: Floats
    out_of_sample: Floats
    probability_of_loss: float


def block_sums(returns: npt.ArrayLike, blocks: int = 16) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Sum returns and squared returns over blocks of time.

    Parameters
    ----------
    returns : (n, N) per-period returns of N trials
    blocks : stretches of nearly equal length

    Returns
    -------
    (N, blocks, 2) sums and (blocks,) lengths, as a sweep keeps them
    """
    array = np.asarray(returns, dtype=np.float64)
    if array.ndim != 2 or not np.isfinite(array).all():
        message = "returns must be a finite array of periods by trials"
        raise ParameterError(message, code="SERIES_SHAPE", field="returns")
    if not 1 <= blocks <= array.shape[0]:
        message = f"blocks is {blocks}; with {array.shape[0]} returns it lies in 1 … {array.shape[0]}"
        raise ParameterError(message, code="BLOCKS_OUT_OF_RANGE", field="blocks")
    edges = array.shape[0] * np.arange(blocks + 1) // blocks
    sums = np.stack([np.add.reduceat(part, edges[:-1], axis=0).T for part in (array, array**2)], axis=-1)
    return sums, np.diff(edges)


def probability_of_overfitting(sums: Floats, lengths: npt.NDArray[np.int64]) -> Overfitting:
    """Estimate PBO by combinatorially symmetric cross-validation.

    Every choice of half of the blocks is once the sample in which the trial with the highest Sharpe ratio wins, and
    the other half the sample in which it is ranked among all trials. Without skill its rank there is uniform and PBO
    is near ½; with a lasting edge it is near 0. Sharpe ratios of unions of blocks come from their sums, so the cost
    does not depend on the number of bars.

    Parameters
    ----------
    sums : (N, B, 2) Σr and Σr² per trial and block, N ≥ 2; from `block_sums` or `SweepResult`
    lengths : (B,) returns per block, B even, 2 … 18

    Raises
    ------
    ParameterError
        TRIALS_OUT_OF_RANGE, BLOCKS_OUT_OF_RANGE.
    SeriesTooShortError
        Fewer than 2 returns in a block.

    References
    ----------
    Bailey, Borwein, López de Prado and Zhu (2017), "The probability of backtest overfitting", Journal of
    Computational Finance 20.
    """
    trials, blocks = _check(sums, lengths)
    half = list(combinations(range(blocks), blocks // 2))
    chosen = np.zeros((len(half), blocks))
    chosen[np.arange(len(half))[:, None], half] = 1.0
    logits, inside, outside = (np.empty(len(half)) for _ in range(3))
    for start in range(0, len(half), SPLITS_PER_CHUNK):
        part = slice(start, start + SPLITS_PER_CHUNK)
        ratios_in, ratios_out = (_ratios(sums, lengths, mask) for mask in (chosen[part], 1.0 - chosen[part]))
        winner = ratios_in.argmax(axis=1)
        rows = np.arange(winner.size)
        inside[part], outside[part] = ratios_in[rows, winner], ratios_out[rows, winner]
        reached = outside[part][:, None]
        rank = (ratios_out < reached).sum(axis=1) + 0.5 * ((ratios_out == reached).sum(axis=1) + 1)
        share = rank / (trials + 1)
        logits[part] = np.log(share / (1.0 - share))
    return Overfitting(float(np.mean(logits <= 0.0)), logits, inside, outside, float(np.mean(outside < 0.0)))


def _check(sums: Floats, lengths: npt.NDArray[np.int64]) -> tuple[int, int]:
    trials, blocks = sums.shape[:2]
    if trials < 2:
        message = f"{trials} trials cannot be overfitted; at least 2"
        raise ParameterError(message, code="TRIALS_OUT_OF_RANGE", field="sums")
    if blocks % 2 or not 2 <= blocks <= MOST_BLOCKS or lengths.shape != (blocks,):
        message = f"blocks is {blocks}; an even number from 2 to {MOST_BLOCKS}"
        raise ParameterError(message, code="BLOCKS_OUT_OF_RANGE", field="blocks")
    if lengths.min() < 2:
        message = f"a block holds {lengths.min()} returns; at least 2"
        raise SeriesTooShortError(message)
    return trials, blocks


def _ratios(sums: Floats, lengths: npt.NDArray[np.int64], mask: Floats) -> Floats:
    """Per-period Sharpe ratios (splits, trials) over the blocks each split picks; 0 for a trial that never moved."""
    n = (mask @ lengths)[:, None]
    first, second = mask @ sums[:, :, 0].T, mask @ sums[:, :, 1].T
    spread = second - first * first / n
    still = spread <= 1e-15 * second
    deviation = np.sqrt(np.where(still, 1.0, spread) / (n - 1.0))
    return np.where(still, 0.0, first / n / deviation)


def splits(blocks: int) -> int:
    """Return the number of ways to halve `blocks` blocks of time."""
    return math.comb(blocks, blocks // 2)
