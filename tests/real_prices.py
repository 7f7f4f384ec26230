"""Public-domain prices of five companies as they were traded, with the source's own adjusted closes."""

import csv
import gzip
import importlib.util
from functools import cache
from pathlib import Path

import numpy as np

from tests import make
from titan_graphql.feeds.bars import Bars, to_ms

COLUMNS = {"open": "Open", "high": "High", "low": "Low", "close": "Close", "volume": "Volume"}
AAPL_SPLITS = {"2000-06-21": 2.0, "2005-02-28": 2.0}
AAPL_DIVIDENDS = {"2012-08-09": 2.65, "2012-11-07": 2.65, "2013-02-07": 2.65}


def file() -> Path:
    """The CSV in the package, which is never imported."""
    package = importlib.util.find_spec("bokeh_sampledata")
    assert package is not None, "the package bokeh_sampledata is not installed"
    assert package.origin is not None
    return Path(package.origin).parent / "_data" / "stocks.csv.gz"


@cache
def rows() -> list[dict[str, str]]:
    with gzip.open(file(), "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def of(ticker: str) -> list[dict[str, str]]:
    return [row for row in rows() if row["Ticker"] == ticker]


def raw_bars(ticker: str) -> Bars:
    own = of(ticker)
    time = np.array([to_ms(make.day(row["Date"])) for row in own], np.int64)
    return Bars(time, {name: np.array([float(row[column]) for row in own]) for name, column in COLUMNS.items()})


def adjusted_closes(ticker: str) -> np.ndarray:
    return np.array([float(row["Adj Close"]) for row in of(ticker)])


def as_csv(ticker: str) -> bytes:
    own = of(ticker)
    return "\n".join([",".join(own[0]), *(",".join(row.values()) for row in own)]).encode()
