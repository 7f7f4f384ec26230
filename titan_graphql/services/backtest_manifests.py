"""What a backtest came from, so that it can be run again: data, code, parameters, seed and result, by their hashes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from titan_graphql.models.backtests import Backtest
from titan_graphql.models.markets import Dataset
from titan_graphql.services import installation

PACKAGE = Path(__file__).parents[1]
CALCULATING = ("quant/*.py", "services/backtest*.py", "services/pair_*.py")


@dataclass(frozen=True, slots=True)
class UsedDataset:
    """The revision of a series that a leg was read from."""

    leg: str
    series: str
    revision: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a result depends on; `input_hash` covers data, code, parameters and seed."""

    datasets: list[UsedDataset]
    code_version: str
    parameters: dict[str, Any]
    seed: int
    input_hash: str
    result_hash: str


def describe(
    datasets: tuple[Dataset, ...], parameters: Mapping[str, object], seed: int, result_hash: str
) -> dict[str, object]:
    """The manifest of a finished run, as it is stored."""
    used = [
        {"leg": leg, "series": str(row.series_id), "revision": row.revision, "content_hash": row.content_hash}  # type: ignore[attr-defined]  # made by Tortoise
        for leg, row in zip("yx", datasets, strict=True)
    ]
    inputs = {"datasets": used, "code_version": code_version(), "parameters": dict(parameters), "seed": seed}
    digest = blake2b(orjson.dumps(inputs, option=orjson.OPT_SORT_KEYS), digest_size=32).hexdigest()
    return {**inputs, "input_hash": digest, "result_hash": result_hash}


def manifest(backtest: Backtest) -> Manifest | None:
    """The manifest of a backtest, or None until it has succeeded."""
    stored: dict[str, Any] | None = backtest.manifest
    if stored is None:
        return None
    return Manifest(**{**stored, "datasets": [UsedDataset(**one) for one in stored["datasets"]]})


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
