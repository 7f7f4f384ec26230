"""Corrections for the number of hypotheses tried: Benjamini–Hochberg, Benjamini–Yekutieli and Holm."""

from typing import Literal

import numpy as np

from titan_graphql.quant.errors import ParameterError

Method = Literal["bh", "by", "holm"]


def adjust(p_values: np.ndarray, method: Method = "bh") -> np.ndarray:
    """Return adjusted p-values (q-values) over the family actually tested.

    With p₍₁₎ ≤ … ≤ p₍ₘ₎ and m the number of p-values that are not NaN:

    - bh: ``q₍ₖ₎ = min_{j ≥ k} m p₍ⱼ₎ / j`` bounds the false discovery rate under independence or positive
      dependence;
    - by: bh times ``Σ_{i ≤ m} 1/i``, under any dependence;
    - holm: ``max_{j ≤ k} (m − j + 1) p₍ⱼ₎`` bounds the probability of a single false find.

    In a screen of all pairs, pairs that share an instrument depend on each other: one random walk that
    happens to revert finds all its partners at once. In simulation bh at level .10 then lets through a share
    of false finds of .24, by one of .05. Prefer by for such a family; bh suits pairs without common members.

    Parameters
    ----------
    p_values : ndarray, any shape
        In [0, 1]; NaN where a hypothesis could not be tested, which then is not in the family.
    method : {"bh", "by", "holm"}
        The correction.

    Returns
    -------
    ndarray
        The same shape, at most 1; NaN where `p_values` is.

    Raises
    ------
    ParameterError
        On an unknown method or a p-value outside [0, 1].

    References
    ----------
    Benjamini & Hochberg (1995), JRSS B 57, 289–300; Benjamini & Yekutieli (2001), Annals of Statistics 29,
    1165–1188; Holm (1979), Scandinavian Journal of Statistics 6, 65–70.
    """
    p = np.asarray(p_values, dtype=np.float64)
    tested = ~np.isnan(p)
    adjusted = np.full(p.shape, np.nan)
    adjusted[tested] = adjust_tail(p[tested], int(tested.sum()), method)
    return adjusted


def adjust_tail(tail: np.ndarray, tests: int, method: Method = "bh") -> np.ndarray:
    """Return adjusted p-values of the smallest p-values of a family of `tests` hypotheses.

    If `tail` holds every p-value of the family that is ≤ c, each returned value ≤ c is exactly that of the
    whole family and each value above c is above c there too: a p-value left out exceeds c, so its m·p/j (j ≤
    m) does as well, and Holm's running maximum only looks at smaller p-values. Decisions at any level q ≤ c
    are therefore exact.

    Parameters
    ----------
    tail : ndarray, shape (k,)
        All p-values of the family up to some cut, without NaN.
    tests : int
        m ≥ k, the size of the whole family.
    method : {"bh", "by", "holm"}
        The correction.
    """
    p = np.asarray(tail, dtype=np.float64)
    if p.size and not (p.min() >= 0.0 and p.max() <= 1.0):
        raise ParameterError("p-values lie outside [0, 1]")
    if tests < p.size:
        raise ParameterError(f"a family of {tests} hypotheses cannot have {p.size} p-values")
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, p.size + 1)
    if method == "holm":
        value = np.maximum.accumulate(p[order] * (tests - rank + 1))
    elif method in ("bh", "by"):
        penalty = harmonic(tests) if method == "by" else 1.0
        value = np.minimum.accumulate((p[order] * (tests * penalty) / rank)[::-1])[::-1]
    else:
        raise ParameterError(f"method {method!r} is not one of bh, by, holm")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(value, 1.0)
    return adjusted


def harmonic(tests: int) -> float:
    """Return ``Σ_{i = 1}^{tests} 1/i``, the price of arbitrary dependence."""
    return float(np.sum(1.0 / np.arange(1, tests + 1)))


def discoveries(adjusted: np.ndarray, level: float) -> np.ndarray:
    """Say which hypotheses are found at `level`: where the adjusted p-value is at most `level` (never where
    NaN).
    """
    if not 0.0 < level < 1.0:
        raise ParameterError(f"level {level} is outside (0, 1)")
    found: np.ndarray = np.asarray(adjusted) <= level
    return found


def expected_false(tests: int, threshold: float) -> float:
    """Return how many p-values below `threshold` pure noise gives on average in a family: m · threshold."""
    if tests < 0:
        raise ParameterError(f"a family of {tests} hypotheses does not exist")
    if not 0.0 <= threshold <= 1.0:
        raise ParameterError(f"threshold {threshold} is outside [0, 1]")
    return tests * threshold
