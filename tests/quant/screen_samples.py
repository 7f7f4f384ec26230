"""Panels and the statsmodels oracle that the tests of the screen share."""

import csv
import gzip
import importlib.util
import warnings
from pathlib import Path

import numpy as np
from statsmodels.tools.sm_exceptions import CollinearityWarning
from statsmodels.tsa.stattools import coint


def sample_log_prices(bars: int = 1_260) -> np.ndarray:
    """The last daily closes of the twenty names in the sample package, as logarithms; the package is not
    imported.
    """
    spec = importlib.util.find_spec("skfolio")
    assert spec is not None and spec.origin is not None, "the sample data are not installed"
    path = Path(spec.origin).parent / "datasets" / "data" / "sp500_dataset.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return np.log(np.array([row[1:] for row in rows[-bars:]], dtype=np.float64))


def synthetic_panel(count: int, bars: int, seed: int = 0, *, phi: float = 0.95) -> np.ndarray:
    """Log prices with a common market; every fourth name reverts to the name before it."""
    random = np.random.default_rng(seed)
    market = 0.010 * random.standard_normal(bars)
    moves = market[:, None] * random.normal(1.0, 0.25, count) + 0.015 * random.standard_normal((bars, count))
    prices = np.log(random.uniform(10, 300, count)) + moves.cumsum(axis=0)
    for column in range(1, count, 4):
        spread = np.zeros(bars)
        for t in range(1, bars):
            spread[t] = phi * spread[t - 1] + 0.01 * random.standard_normal()
        prices[:, column] = 0.9 * prices[:, column - 1] + spread
    return prices


def oracle(
    y: np.ndarray, x: np.ndarray, trend: str = "c", criterion: str = "aic", max_lag: int | None = None
) -> tuple[float, float]:
    """t and p of statsmodels on the bars that both have; centred, because it loses digits on large offsets."""
    both = ~np.isnan(y + x)
    y, x = y[both] - y[both].mean(), x[both] - x[both].mean()
    autolag = None if criterion == "fixed" else criterion
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CollinearityWarning)
        result = coint(y, x, trend=trend, maxlag=max_lag, autolag=autolag)
    return float(result.coint_t), float(result.pvalue)


def assert_equals_oracle(panel: np.ndarray, records: np.ndarray, **options: object) -> None:
    """Every directed pair: |Δt| ≤ 1e-8·max(1, |t|), p to 1e-10, −∞ and 0 where statsmodels says so."""
    for row in records:
        t, p = oracle(panel[:, row["y"]], panel[:, row["x"]], **options)
        if np.isneginf(t):
            assert (row["statistic"], row["p_value"]) == (t, 0.0)
        else:
            assert abs(row["statistic"] - t) <= 1e-8 * max(1.0, abs(t)), (row["y"], row["x"])
            assert abs(row["p_value"] - p) <= 1e-10, (row["y"], row["x"])
