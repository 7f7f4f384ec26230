"""Walk-forwards: starting one, and reading its stitched equity and its steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt

from titan_graphql.models.walk_forwards import WalkForward
from titan_graphql.quant.downsample import lttb
from titan_graphql.quant.estimate import Estimate
from titan_graphql.queue import JobName
from titan_graphql.services import campaigns, jobs, market_bars, markets, scan_specs
from titan_graphql.services.campaigns import TrackRecord, TrialContext, TrialCount
from titan_graphql.services.jobs import NewJob
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page
from titan_graphql.services.pairs import Period
from titan_graphql.services.users import Viewer, owned_by
from titan_graphql.services.walk_forward_specs import WalkForwardSpec, check, read_panel, to_json


@dataclass(frozen=True, slots=True)
class WalkEquity:
    """The stitched out-of-sample equity."""

    time: npt.NDArray[np.int64]
    equity: npt.NDArray[np.float64]
    drawdown: npt.NDArray[np.float64]
    downsampled_from: int | None

    @property
    def count(self) -> int:
        """The number of points."""
        return len(self.time)


@dataclass(frozen=True, slots=True)
class WalkChoice:
    """A pair that a step chose, its parameters, and what they were worth in and out of sample."""

    y: str
    x: str
    p_value: float | None
    entry: float
    exit: float
    stop: float | None
    max_hold: int | None
    in_sample_sharpe: float
    out_of_sample_return: float
    delisted: bool


@dataclass(frozen=True, slots=True)
class WalkStep:
    """One step of the walk."""

    formation: Period
    trading: Period
    choices: list[WalkChoice]
    profit: float
    trades: int
    tests: int


@dataclass(frozen=True, slots=True)
class WalkSummary:
    """What the walk earned out of sample."""

    steps: int
    tried: int
    trades: int
    total_return: Estimate
    sharpe: Estimate
    max_drawdown: Estimate
    in_sample_sharpe: Estimate


async def start(
    viewer: Viewer, spec: WalkForwardSpec, idempotency_key: str | None = None, campaign_id: UUID | None = None
) -> WalkForward:
    """Check a walk-forward against its data, write it down with its job, and send it to the workers.

    Raises:
        InvalidInputError: a calendar, universe or parameter that makes no sense for this data.
        LimitExceededError: a universe or a grid too large.
        NotFoundError: an unknown market, symbol or campaign.
        ConflictError: the idempotency key was used with other input.
    """
    spec = replace(spec, named=await scan_specs.dated(viewer, spec.named, spec.period.start))
    members = await check(spec)
    identity = {**to_json(spec), **campaigns.identity(campaign_id)}
    new = NewJob(JobName.WALK_FORWARD, "WalkForward", uuid4(), identity, idempotency_key)
    if (known := await jobs.submitted(viewer, new, WalkForward)) is not None:
        return known
    await read_panel(spec, members)
    if campaign_id is None:
        named = spec.named.subject if spec.named else None
        campaign = await campaigns.of_universe(viewer.user_id, spec.market, spec.symbols, spec.period, named)
    else:
        campaign = await campaigns.find(viewer, campaign_id)
    return await jobs.submit(
        viewer,
        new,
        WalkForward,
        campaign=campaign,
        spec=to_json(spec),
        instrument_ids=[str(member.id) for member in members],
    )


async def page(viewer: Viewer, request: PageRequest) -> Page[WalkForward]:
    """The viewer's walk-forwards, newest first."""
    return await fetch_page(WalkForward.filter(owned_by(viewer)), request, Order("created_at", descending=True))


def equity(walk: WalkForward, max_points: int | None) -> WalkEquity | None:
    """The stitched equity, or None until it is known.

    Raises:
        InvalidInputError: max_points out of range.
    """
    markets.check_points(max_points)
    if walk.time is None or walk.equity is None:
        return None
    time, values = np.frombuffer(walk.time, market_bars.TIME_TYPE), np.frombuffer(walk.equity, market_bars.VALUE_TYPE)
    drawdown = values / np.maximum.accumulate(values) - 1.0
    if max_points is None or len(time) <= max_points:
        return WalkEquity(time, values, drawdown, None)
    kept = lttb(time, values, max_points)
    return WalkEquity(time[kept], values[kept], drawdown[kept], len(time))


def summary(walk: WalkForward) -> WalkSummary | None:
    """What the walk earned, or None until it has succeeded."""
    stored: dict[str, Any] | None = walk.summary
    if stored is None:
        return None
    values: dict[str, Any] = {
        name: Estimate(**value) if isinstance(value, dict) else value
        for name, value in stored.items()
        if name != "track_record"
    }
    return WalkSummary(**values)


async def trials(walk: WalkForward, counted: TrialCount | None = None) -> TrialContext | None:
    """What the result is worth after all trials of its campaign, or None until it has succeeded.

    A trial is what a track record was picked from by its own returns. The choices of a step are made on its past
    alone, so the walk is one trial whatever its steps tried; every other walk of the campaign is one more, and a scan
    that saw the traded bars and may have picked the universe counts all its tests (Bailey and López de Prado, 2014,
    "The deflated Sharpe ratio").
    `counted` are the trials of its campaign where they are known already.
    """
    stored: dict[str, Any] | None = walk.summary
    if stored is None:
        return None
    campaign_id: UUID = walk.campaign_id  # type: ignore[attr-defined]  # made by Tortoise
    record = stored["track_record"]
    counted = counted or (await campaigns.counts([campaign_id]))[campaign_id]
    return campaigns.context(campaign_id, counted, record and TrackRecord(**record))


def steps(walk: WalkForward) -> list[WalkStep]:
    """The steps, oldest first; none until the walk has succeeded."""
    stored: list[dict[str, Any]] | None = walk.steps
    return [
        WalkStep(
            formation=_period(one["formation"]),
            trading=_period(one["trading"]),
            choices=[WalkChoice(**choice) for choice in one["choices"]],
            profit=one["profit"],
            trades=one["trades"],
            tests=one["tests"],
        )
        for one in stored or []
    ]


def _period(bounds: Sequence[int]) -> Period:
    return Period(*(market_bars.to_datetime(one) for one in bounds))
