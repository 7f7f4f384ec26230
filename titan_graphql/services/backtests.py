"""Backtests: what may be run, starting one, and reading its result."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt

from titan_graphql.errors import NotFoundError
from titan_graphql.models.backtests import Backtest, BacktestSeries, Trade
from titan_graphql.models.pairs import Pair
from titan_graphql.quant.backtest_ledger import Attribution
from titan_graphql.quant.downsample import lttb
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.hedge import Hedge
from titan_graphql.quant.metrics import Metrics
from titan_graphql.queue import JobName
from titan_graphql.services import campaigns, jobs, market_bars, markets, pairs
from titan_graphql.services.backtest_specs import BacktestSpec as BacktestSpec
from titan_graphql.services.backtest_specs import check, read_prices, to_json
from titan_graphql.services.backtest_specs import from_json as from_json
from titan_graphql.services.campaigns import TrackRecord, TrialContext, TrialCount
from titan_graphql.services.jobs import NewJob
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page, where
from titan_graphql.services.users import Viewer, owned_by

COLUMNS = ("equity", "drawdown", "position", "z_score")
FILTERS = {
    "state": "job__state",
    "y": "pair__y__symbol",
    "x": "pair__x__symbol",
    "created_at": "created_at",
    "sharpe": "sharpe",
    "total_return": "total_return",
}
NEWEST = Order("created_at", descending=True)
AS_ENTERED = Order("number")


@dataclass(frozen=True, slots=True)
class EquitySeries:
    """Columns of a finished backtest."""

    time: npt.NDArray[np.int64]
    equity: npt.NDArray[np.float64]
    drawdown: npt.NDArray[np.float64]
    position: npt.NDArray[np.float64]
    z_score: npt.NDArray[np.float64]
    hedge_ratio: npt.NDArray[np.float64]
    downsampled_from: int | None

    @property
    def count(self) -> int:
        """The number of points."""
        return len(self.time)


async def start(
    viewer: Viewer,
    pair_id: UUID,
    spec: BacktestSpec,
    idempotency_key: str | None = None,
    campaign_id: UUID | None = None,
) -> Backtest:
    """Check a backtest against its data, write it down with its job, and send it to the workers.

    It counts into the campaign named, by default that of its pair and formation period.

    Raises:
        NotFoundError: no such pair or campaign, or somebody else's.
        InvalidInputError: a rule, period or window that makes no sense for this data.
        ConflictError: the idempotency key was used with other input.
    """
    pair = await pairs.find(viewer, pair_id, "pairId")
    new = NewJob(JobName.BACKTEST, "Backtest", uuid4(), _identity(pair, spec, campaign_id), idempotency_key)
    if (known := await jobs.submitted(viewer, new, Backtest)) is not None:
        return known
    await asyncio.to_thread(check, spec, await read_prices(pair, spec))
    campaign = await campaigns.chosen(viewer, campaign_id, pair, spec.formation)
    return await jobs.submit(viewer, new, Backtest, pair=pair, campaign=campaign, spec=to_json(spec))


async def find(viewer: Viewer, backtest_id: UUID) -> Backtest:
    """One backtest.

    Raises:
        NotFoundError: no such backtest, or somebody else's.
    """
    backtest = await Backtest.filter(owned_by(viewer), id=backtest_id).get_or_none()
    if backtest is None:
        raise NotFoundError("BACKTEST_NOT_FOUND", "There is no such backtest", ["id"])
    return backtest


async def by_ids(ids: list[UUID]) -> dict[UUID, Backtest]:
    """Backtests by id; absent ids are left out."""
    return {backtest.id: backtest for backtest in await Backtest.filter(id__in=ids)}


async def page(
    viewer: Viewer,
    request: PageRequest,
    order: Order = NEWEST,
    criteria: Mapping[str, Any] | None = None,
    pair: Pair | None = None,
) -> Page[Backtest]:
    """The viewer's backtests, of one pair or of all."""
    rows = Backtest.filter(owned_by(viewer)) if pair is None else Backtest.filter(owned_by(viewer), pair=pair)
    binding = {"pair": pair and str(pair.id), "where": criteria}
    return await fetch_page(rows.filter(where(criteria, FILTERS)), request, order, binding)


async def trades(backtest: Backtest, request: PageRequest, order: Order = AS_ENTERED) -> Page[Trade]:
    """The trades of a backtest."""
    return await fetch_page(Trade.filter(backtest=backtest), request, order, {"of": str(backtest.id)})


async def equity(backtest: Backtest, max_points: int | None) -> EquitySeries | None:
    """The columns of a backtest, or None until it has succeeded.

    Raises:
        InvalidInputError: max_points out of range.
    """
    markets.check_points(max_points)
    row = await BacktestSeries.get_or_none(backtest_id=backtest.id)
    if row is None:
        return None
    time = np.frombuffer(row.time, market_bars.TIME_TYPE)
    whole = {name: column(getattr(row, name)) for name in COLUMNS}
    ratio = np.full(len(time), np.nan) if row.hedge_ratio is None else column(row.hedge_ratio)
    if max_points is None or len(time) <= max_points:
        return EquitySeries(time=time, **whole, hedge_ratio=ratio, downsampled_from=None)
    kept = lttb(time, whole["equity"], max_points)
    shown = {name: values[kept] for name, values in whole.items()}
    return EquitySeries(time=time[kept], **shown, hedge_ratio=ratio[kept], downsampled_from=len(time))


def column(blob: bytes) -> npt.NDArray[np.float64]:
    """A stored column."""
    return np.frombuffer(blob, market_bars.VALUE_TYPE)


def attribution(backtest: Backtest) -> Attribution | None:
    """Where the P&L of a backtest came from, or None until it has succeeded."""
    stored: dict[str, float] | None = backtest.attribution
    return None if stored is None else Attribution(**stored)


async def trials(backtest: Backtest, counted: TrialCount | None = None) -> TrialContext | None:
    """What the backtest is worth after all the trials of its campaign, or None until it has succeeded.

    `counted` are the trials of its campaign where they are known already.
    """
    campaign_id: UUID | None = backtest.campaign_id  # type: ignore[attr-defined]  # made by Tortoise
    if campaign_id is None or backtest.result_hash is None:
        return None
    stored: dict[str, Any] | None = backtest.track_record
    counted = counted or (await campaigns.counts([campaign_id]))[campaign_id]
    return campaigns.context(campaign_id, counted, None if stored is None else TrackRecord(**stored))


def hedge(backtest: Backtest) -> Hedge | None:
    """The hedge ratio of a backtest, or None until it has succeeded."""
    stored: dict[str, Any] | None = backtest.hedge
    return None if stored is None else Hedge(**stored)


def metrics(backtest: Backtest) -> Metrics | None:
    """The figures of a backtest, or None until it has succeeded."""
    return read_metrics(backtest.metrics)


def read_metrics(stored: dict[str, Any] | None) -> Metrics | None:
    """Figures as they were stored."""
    if stored is None:
        return None
    values: dict[str, Any] = {
        name: Estimate(**value) if isinstance(value, dict) else value for name, value in stored.items()
    }
    return Metrics(**values)


def _identity(pair: Pair, spec: BacktestSpec, campaign_id: UUID | None) -> dict[str, object]:
    return {"pair": str(pair.id), **to_json(spec), **campaigns.identity(campaign_id)}
