"""Factories of scans: universes with prices, specifications, and scans that have run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from tests import make
from titan_graphql.models.markets import Instrument
from titan_graphql.models.scans import Scan
from titan_graphql.services import market_samples, scan_runs, scans
from titan_graphql.services.market_bars import Bars, to_datetime
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.services.pairs import Period
from titan_graphql.services.scan_specs import ScanSpec
from titan_graphql.services.users import Viewer

SAMPLE_BARS = 1_260
WHOLE = make.period("2020-01-01", "2030-01-01")
SPEC = ScanSpec(
    market="US",
    symbols=None,
    formation=WHOLE,
    prices="LOG",
    trend="C",
    criterion="AIC",
    max_lag=None,
    correction="BY",
    level=0.05,
    keep=1000,
)


def spec(**changes: Any) -> ScanSpec:
    """All of the market, whatever there is of it."""
    return replace(SPEC, **changes)


def walks(count: int, bars: int = 120, seed: int = 0) -> np.ndarray:
    """Prices of random walks; column 1 reverts to column 0."""
    random = np.random.default_rng(seed)
    logs = 4.0 + 0.01 * random.standard_normal((bars, count)).cumsum(axis=0)
    logs[:, 1:2] = 0.5 + 0.9 * logs[:, :1] + 0.01 * random.standard_normal((bars, 1))
    return np.exp(logs)


async def universe(columns: Mapping[str, Sequence[float]] | np.ndarray) -> list[Instrument]:
    """Listed instruments; of an array W00, W01 and so on."""
    if isinstance(columns, np.ndarray):
        columns = {f"W{number:02d}": column for number, column in enumerate(columns.T)}
    return [await make.listed(symbol, close) for symbol, close in columns.items()]


async def sample(bars: int = SAMPLE_BARS, relabelled: Mapping[str, str] | None = None) -> Period:
    """The twenty names with their last bars, under other symbols where asked; the period they span."""
    time, closes = market_samples.read_sample()
    for symbol, close in closes.items():
        made = await make.instrument((relabelled or {}).get(symbol, symbol))
        kept = Bars(time[-bars:], {"close": close[-bars:]})
        await write_revision(await make.series(made), kept, Provenance("sample", "closes"))
    return Period(to_datetime(int(time[-bars])), to_datetime(int(time[-1])) + timedelta(days=1))


async def scanned(viewer: Viewer, asked: ScanSpec) -> Scan:
    """A scan that has run in this process."""
    scan = await scans.start(viewer, asked)
    await scan_runs.run(scan.job_id)  # type: ignore[attr-defined]
    return await Scan.get(id=scan.id).select_related("job")
