"""Portfolios: starting one, and reading its book, its columns and what each pair contributed."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt

from titan_graphql.models.campaigns import Campaign
from titan_graphql.models.portfolios import Portfolio, PortfolioSeries
from titan_graphql.quant.downsample import lttb
from titan_graphql.quant.metrics import Metrics
from titan_graphql.queue import JobName
from titan_graphql.services import backtests, campaigns, jobs, market_bars, markets, pairs, portfolio_books
from titan_graphql.services import portfolio_specs as specs
from titan_graphql.services.backtest_specs import to_json
from titan_graphql.services.campaigns import TrackRecord, TrialContext, TrialCount
from titan_graphql.services.jobs import NewJob
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page
from titan_graphql.services.portfolio_specs import PortfolioSpec
from titan_graphql.services.users import Viewer, owned_by

COLUMNS = ("equity", "drawdown", "gross", "net", "largest", "held")


@dataclass(frozen=True, slots=True)
class BookSeries:
    """Columns of a finished portfolio; exposures are multiples of equity."""

    time: npt.NDArray[np.int64]
    equity: npt.NDArray[np.float64]
    drawdown: npt.NDArray[np.float64]
    gross: npt.NDArray[np.float64]
    net: npt.NDArray[np.float64]
    largest: npt.NDArray[np.float64]
    held: npt.NDArray[np.float64]
    downsampled_from: int | None

    @property
    def count(self) -> int:
        """The number of points."""
        return len(self.time)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairContribution:
    """What one pair added to the P&L of its book, with the costs it would have had alone."""

    pair_id: UUID
    y: str
    x: str
    weight: float
    price: float
    dividends: float
    commission: float
    slippage: float
    borrow: float
    total: float
    trades: int
    blocked: int
    reduced: int


@dataclass(frozen=True, slots=True)
class BookProfit:
    """The P&L of a book: its pairs, and what netting saved."""

    contributions: list[PairContribution]
    netting: float
    total: float


async def start(
    viewer: Viewer,
    pair_ids: Sequence[UUID],
    spec: PortfolioSpec,
    idempotency_key: str | None = None,
    campaign_id: UUID | None = None,
) -> Portfolio:
    """Check a portfolio against its data, write it down with its job, and send it to the workers.

    Raises:
        NotFoundError: no such pair or campaign, or somebody else's.
        InvalidInputError: no pairs, one twice, several currencies, no common history, or a senseless rule or period.
        LimitExceededError: too many pairs.
        ConflictError: the idempotency key was used with other input.
    """
    specs.check(spec, pair_ids)
    chosen = [await pairs.find(viewer, one, "pairIds") for one in pair_ids]
    identity = {"pairs": [str(one) for one in pair_ids], **to_json(spec), **campaigns.identity(campaign_id)}
    new = NewJob(JobName.PORTFOLIO, "Portfolio", uuid4(), identity, idempotency_key)
    if (known := await jobs.submitted(viewer, new, Portfolio)) is not None:
        return known
    await portfolio_books.read(spec, chosen)
    campaign = await _campaign(viewer, campaign_id, pair_ids, spec)
    return await jobs.submit(
        viewer, new, Portfolio, campaign=campaign, spec=to_json(spec), pair_ids=[str(one) for one in pair_ids]
    )


async def _campaign(
    viewer: Viewer, campaign_id: UUID | None, pair_ids: Sequence[UUID], spec: PortfolioSpec
) -> Campaign:
    """The campaign that was named, or that of these pairs, in whatever order, and the formation period."""
    if campaign_id is not None:
        return await campaigns.find(viewer, campaign_id)
    members = "".join(sorted(one.hex for one in pair_ids)).encode()
    subject = f"portfolio:{blake2b(members, digest_size=16).hexdigest()}"
    return await campaigns.default(viewer.user_id, subject, f"Book of {len(pair_ids)} pairs", spec.formation)


async def page(viewer: Viewer, request: PageRequest) -> Page[Portfolio]:
    """The viewer's portfolios, newest first."""
    return await fetch_page(Portfolio.filter(owned_by(viewer)), request, Order("created_at", descending=True))


def metrics(portfolio: Portfolio) -> Metrics | None:
    """The figures of the book, or None until it has succeeded."""
    return backtests.read_metrics(portfolio.metrics)


def profit(portfolio: Portfolio) -> BookProfit | None:
    """Where the P&L came from, or None until the portfolio has succeeded."""
    stored: list[dict[str, Any]] | None = portfolio.contributions
    if stored is None or portfolio.netting is None:
        return None
    parts = [PairContribution(**{**one, "pair_id": UUID(one["pair_id"])}) for one in stored]
    return BookProfit(parts, portfolio.netting, sum(one.total for one in parts) + portfolio.netting)


async def series(portfolio: Portfolio, max_points: int | None) -> BookSeries | None:
    """The columns of a portfolio, or None until it has succeeded.

    Raises:
        InvalidInputError: max_points out of range.
    """
    markets.check_points(max_points)
    row = await PortfolioSeries.get_or_none(portfolio_id=portfolio.id)
    if row is None:
        return None
    time = np.frombuffer(row.time, market_bars.TIME_TYPE)
    whole = {name: backtests.column(getattr(row, name)) for name in COLUMNS}
    if max_points is None or len(time) <= max_points:
        return BookSeries(time=time, **whole, downsampled_from=None)
    kept = lttb(time, whole["equity"], max_points)
    shown = {name: values[kept] for name, values in whole.items()}
    return BookSeries(time=time[kept], **shown, downsampled_from=len(time))


async def trials(portfolio: Portfolio, counted: TrialCount | None = None) -> TrialContext | None:
    """What the book is worth after all the trials of its campaign, or None until it has succeeded.

    `counted` are the trials of its campaign where they are known already.
    """
    if portfolio.result_hash is None:
        return None
    stored: dict[str, Any] | None = portfolio.track_record
    campaign_id: UUID = portfolio.campaign_id  # type: ignore[attr-defined]  # made by Tortoise
    counted = counted or (await campaigns.counts([campaign_id]))[campaign_id]
    return campaigns.context(campaign_id, counted, None if stored is None else TrackRecord(**stored))
