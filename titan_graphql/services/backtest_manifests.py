"""What a run came from, so that it can be made again: data, code, parameters, seed and result, by their hashes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from titan_graphql.models.backtests import Backtest
from titan_graphql.models.markets import Adjustment, Dataset
from titan_graphql.models.portfolios import Portfolio
from titan_graphql.services import installation
from titan_graphql.services.backtest_prices import LegHistory, PairHistory
from titan_graphql.services.market_bars import Times, to_datetime

PACKAGE = Path(__file__).parents[1]
CALCULATING = (
    "quant/*.py", "services/backtest*.py", "services/market_actions.py", "services/market_bars.py",
    "services/pair_*.py", "services/pairs.py", "services/portfolio*.py",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UsedDataset:
    """The revision of a series that a leg was read from, and what the ledger met in it while trading.

    `leg` is y or x, or the symbol of an instrument of a book.
    The ledger's prices are those stored, which their source has corrected for `adjustment`; what it has not, is booked
    as `splits` and `dividends`. On `missing` bars only others traded; `ended` is the last bar of a leg that
    stopped trading.
    """

    leg: str
    series: str
    revision: int
    content_hash: str
    adjustment: Adjustment
    splits: int
    dividends: int
    missing: int
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a result depends on; `input_hash` covers data, code, parameters and seed."""

    datasets: list[UsedDataset]
    code_version: str
    parameters: dict[str, Any]
    seed: int
    input_hash: str
    result_hash: str


def describe(traded: PairHistory, parameters: Mapping[str, object], seed: int, result_hash: str) -> dict[str, object]:
    """The manifest of a finished run, as it is stored."""
    legs = zip("yx", traded.datasets, (traded.y, traded.x), strict=True)
    used = [used_dataset(name, dataset, leg, traded.time) for name, dataset, leg in legs]
    return seal(used, parameters, seed, result_hash)


def seal(
    used: Sequence[Mapping[str, object]], parameters: Mapping[str, object], seed: int, result_hash: str
) -> dict[str, object]:
    """The manifest of a run that used these datasets, as it is stored."""
    inputs = {"datasets": list(used), "code_version": code_version(), "parameters": dict(parameters), "seed": seed}
    digest = blake2b(orjson.dumps(inputs, option=orjson.OPT_SORT_KEYS), digest_size=32).hexdigest()
    return {**inputs, "input_hash": digest, "result_hash": result_hash}


def used_dataset(name: str, dataset: Dataset, leg: LegHistory, time: Times) -> dict[str, object]:
    """What a run read and met of one instrument."""
    return {
        "leg": name,
        "series": str(dataset.series_id),  # type: ignore[attr-defined]  # made by Tortoise
        "revision": dataset.revision,
        "content_hash": dataset.content_hash,
        "adjustment": dataset.adjustment.value,
        "splits": int(np.sum(leg.events.splits != 1.0)),
        "dividends": int(np.sum(leg.events.dividends > 0.0)),
        "missing": int(np.sum(~leg.traded)),
        "ended": None if leg.last_bar is None else int(time[leg.last_bar]),
    }


def manifest(run: Backtest | Portfolio) -> Manifest | None:
    """The manifest of a backtest or portfolio, or None until it has succeeded."""
    stored: dict[str, Any] | None = run.manifest
    if stored is None:
        return None
    return Manifest(**{**stored, "datasets": [_dataset(one) for one in stored["datasets"]]})


def _dataset(stored: dict[str, Any]) -> UsedDataset:
    ended = stored["ended"]
    told = {"adjustment": Adjustment(stored["adjustment"]), "ended": None if ended is None else to_datetime(ended)}
    return UsedDataset(**{**stored, **told})


@cache
def code_version() -> str:
    """The release, and a hash of every source file that a figure passes through."""
    digest = blake2b(digest_size=8)
    for pattern in CALCULATING:
        for path in sorted(PACKAGE.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return f"{installation.release()}+{digest.hexdigest()}"


def parameters_text(found: Manifest) -> str:
    """The parameters as one line of JSON with sorted keys."""
    return orjson.dumps(found.parameters, option=orjson.OPT_SORT_KEYS).decode()
