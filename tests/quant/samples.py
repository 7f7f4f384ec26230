"""Price series for the tests: seeded pairs, and real closes read from a wheel's CSV without importing it."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.signal import lfilter


def synthetic_pair(seed: int, bars: int, *, phi: float = 0.9, beta: float = 1.1):
    """A log-price pair whose spread is an AR(1): (price_y, price_x)."""
    random = np.random.default_rng(seed)
    x = np.log(50) + np.cumsum(0.01 * random.standard_normal(bars))
    spread = lfilter([1.0], [1.0, -phi], 0.01 * random.standard_normal(bars))
    return np.exp(0.3 + beta * x + spread), np.exp(x)


def sample_closes(*symbols: str, start: str, end: str) -> pd.DataFrame:
    """Daily adjusted closes of the sample universe."""
    places = importlib.util.find_spec("skfolio").submodule_search_locations
    csv = Path(places[0]) / "datasets" / "data" / "sp500_dataset.csv.gz"
    closes = pd.read_csv(csv, index_col="Date", parse_dates=True)
    return closes.loc[start:end, list(symbols)]
