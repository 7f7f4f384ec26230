"""Campaigns: counting every trial once, and what a result is worth after that many."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal
from uuid import UUID

import numpy as np
import orjson
from tortoise.exceptions import IntegrityError
from tortoise.functions import Sum

from titan_graphql.errors import ConflictError, InvalidInputError, NotFoundError
from titan_graphql.models.campaigns import Campaign, Trials
from titan_graphql.models.pairs import Pair
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.series import Floats
from titan_graphql.quant.sharpe import (
    deflated_sharpe,
    expected_best_sharpe,
    is_constant,
    minimum_track_record,
    per_period,
    probabilistic_sharpe,
    raw_kurtosis,
    skewness,
)
from titan_graphql.services import pairs
from titan_graphql.services.markets import SESSIONS_PER_YEAR
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page
from titan_graphql.services.pairs import Period
from titan_graphql.services.texts import check_text
from titan_graphql.services.users import Viewer, owned_by

NAME_MAX = 90
RETURNS_MIN = 3
NO_RECORD = "no track record: fewer than 3 returns, returns that do not vary, or ruin"
Kind = Literal["BACKTEST", "SCAN", "SWEEP", "WALK_FORWARD", "PORTFOLIO"]


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """The shape of a run's returns: per-period Sharpe ratio, number, skewness and raw kurtosis; periods per year."""

    ratio: float
    returns: int
    skewness: float
    kurtosis: float
    periods: float = SESSIONS_PER_YEAR


@dataclass(frozen=True, slots=True)
class TrialCount:
    """How many trials of each kind a campaign holds, and the Sharpe ratios that are known of them."""

    tried: int
    by_kind: dict[str, int]
    ratios: int
    deviation: float | None


@dataclass(frozen=True, slots=True)
class TrialShare:
    """The trials of one kind of work."""

    kind: str
    tried: int


@dataclass(frozen=True, slots=True)
class TrialContext:
    """What a result is worth after all the trials of its campaign."""

    campaign_id: UUID
    tried: int
    probabilistic_sharpe: Estimate
    deflated_sharpe: Estimate
    expected_best_sharpe: Estimate
    minimum_track_record: Estimate


def track_record(equity: Floats, periods: float = SESSIONS_PER_YEAR) -> TrackRecord | None:
    """The track record of an equity curve, or None where it has no Sharpe ratio."""
    if len(equity) <= RETURNS_MIN or equity.min() <= 0.0:
        return None
    with np.errstate(all="ignore"):
        returns = equity[1:] / equity[:-1] - 1.0
        if is_constant(returns):
            return None
        record = TrackRecord(per_period(returns), len(returns), skewness(returns), raw_kurtosis(returns), periods)
    return record if np.isfinite([record.ratio, record.skewness, record.kurtosis]).all() else None


async def create(viewer: Viewer, name: str) -> Campaign:
    """Begin a campaign of the viewer's own naming.

    Raises:
        InvalidInputError: an empty or overlong name.
        ConflictError: the viewer has one of this name.
    """
    check_text(name, ["name"])
    if not 1 <= len(name.strip()) <= NAME_MAX:
        raise InvalidInputError("NAME_INVALID", f"A campaign's name has 1 to {NAME_MAX} characters", ["name"])
    try:
        return await Campaign.create(owner_id=viewer.user_id, name=name, subject=f"named:{name}")
    except IntegrityError as error:
        raise ConflictError("CAMPAIGN_EXISTS", f"You already have a campaign {name!r}", ["name"]) from error


def identity(campaign_id: UUID | None) -> dict[str, str]:
    """What a campaign that was named adds to the input of a job; the default one follows from the rest of it."""
    return {} if campaign_id is None else {"campaign": str(campaign_id)}


async def chosen(viewer: Viewer, campaign_id: UUID | None, pair: Pair, window: Period) -> Campaign:
    """The campaign that was named, or the default one of a pair, in either direction, and its formation window.

    Raises:
        NotFoundError: no such campaign, or somebody else's.
    """
    if campaign_id is not None:
        return await find(viewer, campaign_id)
    y, x = await pairs.legs(pair)
    return await default(viewer.user_id, "/".join(sorted((y.id.hex, x.id.hex))), f"{y.symbol}/{x.symbol}", window)


async def default(owner_id: UUID, subject: str, name: str, window: Period) -> Campaign:
    """The campaign of a subject and a formation window, made on first use."""
    key = f"{subject}:{window.start:%Y%m%d%H%M}-{window.end:%Y%m%d%H%M}"
    named = f"{name[:150]}, {window.start:%Y-%m-%d} … {window.end:%Y-%m-%d}"
    found, _ = await Campaign.get_or_create(owner_id=owner_id, subject=key, defaults={"name": named})
    return found


async def of_universe(
    owner_id: UUID,
    market: str | None,
    symbols: Sequence[str] | None,
    window: Period,
    named: tuple[UUID | None, str] | None = None,
) -> Campaign:
    """The default campaign of a universe and a formation window; a named universe is the same on every day."""
    if named is not None:
        return await default(owner_id, f"universe:{named[0]}", named[1], window)
    members = orjson.dumps([market, sorted(symbols or [])])
    name = market or f"{len(symbols or [])} instruments"
    return await default(owner_id, f"universe:{blake2b(members, digest_size=16).hexdigest()}", name, window)


async def find(viewer: Viewer, campaign_id: UUID) -> Campaign:
    """One campaign.

    Raises:
        NotFoundError: no such campaign, or somebody else's.
    """
    campaign = await Campaign.filter(owned_by(viewer), id=campaign_id).get_or_none()
    if campaign is None:
        raise NotFoundError("CAMPAIGN_NOT_FOUND", "There is no such campaign", ["campaignId"])
    return campaign


async def by_ids(ids: list[UUID]) -> dict[UUID, Campaign]:
    """Campaigns by id; absent ids are left out."""
    return {campaign.id: campaign for campaign in await Campaign.filter(id__in=ids)}


async def page(viewer: Viewer, request: PageRequest) -> Page[Campaign]:
    """The viewer's campaigns, newest first."""
    return await fetch_page(Campaign.filter(owned_by(viewer)), request, Order("created_at", descending=True))


async def work_page(campaign: Campaign, request: PageRequest) -> Page[Trials]:
    """The pieces of work whose trials a campaign counts, newest first."""
    return await fetch_page(Trials.filter(campaign_id=campaign.id), request, Order("created_at", descending=True))


async def count(
    campaign_id: UUID, kind: Kind, source_id: UUID, tried: int, ratios: Sequence[float] | Floats = ()
) -> None:
    """Count the trials of a piece of work, once however often it is called."""
    known = np.asarray(ratios, dtype=np.float64)
    known = known[np.isfinite(known)]
    figures = {
        "tried": tried,
        "ratios": len(known),
        "ratio_sum": float(known.sum()),
        "ratio_squares": float((known**2).sum()),
    }
    await Trials.get_or_create(campaign_id=campaign_id, kind=kind, source_id=source_id, defaults=figures)


async def counts(ids: list[UUID]) -> dict[UUID, TrialCount]:
    """The trials of each campaign."""
    rows = await (
        Trials.filter(campaign_id__in=ids)
        .annotate(trials=Sum("tried"), known=Sum("ratios"), total=Sum("ratio_sum"), squares=Sum("ratio_squares"))
        .group_by("campaign_id", "kind")
        .values("campaign_id", "kind", "trials", "known", "total", "squares")
    )
    return {one: _total([row for row in rows if row["campaign_id"] == one]) for one in ids}


def _total(rows: list[dict[str, Any]]) -> TrialCount:
    known = sum(int(row["known"]) for row in rows)
    total, squares = sum(float(row["total"]) for row in rows), sum(float(row["squares"]) for row in rows)
    # Rounding may leave a sum of squared deviations just below 0.
    deviations = max(0.0, squares - total * total / known) if known > 1 else None
    return TrialCount(
        tried=sum(int(row["trials"]) for row in rows),
        by_kind={str(row["kind"]): int(row["trials"]) for row in rows},
        ratios=known,
        deviation=None if deviations is None else math.sqrt(deviations / (known - 1)),
    )


def shares(counted: TrialCount) -> list[TrialShare]:
    """The trials by kind of work, most first."""
    return [TrialShare(*one) for one in sorted(counted.by_kind.items(), key=lambda one: (-one[1], one[0]))]


def context(campaign_id: UUID, counted: TrialCount, record: TrackRecord | None) -> TrialContext:
    """What a track record is worth after the trials of its campaign."""
    if record is None:
        missing = Estimate.missing(NO_RECORD)
        return TrialContext(campaign_id, counted.tried, missing, missing, missing, missing)
    deviation = _deviation(counted, record)
    trials = max(1, counted.tried)
    shape = (record.skewness, record.kurtosis)
    best = expected_best_sharpe(trials, deviation) * math.sqrt(record.periods)
    return TrialContext(
        campaign_id=campaign_id,
        tried=counted.tried,
        probabilistic_sharpe=Estimate.of(probabilistic_sharpe(record.ratio, 0.0, record.returns, *shape)),
        deflated_sharpe=Estimate.of(deflated_sharpe(record.ratio, record.returns, trials, deviation, *shape)),
        expected_best_sharpe=Estimate.of(best),
        minimum_track_record=minimum_track_record(record.ratio, 0.0, *shape),
    )


def _deviation(counted: TrialCount, record: TrackRecord) -> float:
    """The deviation of the campaign's Sharpe ratios, as DSR takes it.

    Where some trials have no ratio it is at least 1/√(n − 1), that of a worthless strategy over n returns.
    """
    by_chance = 1.0 / math.sqrt(record.returns - 1)
    if counted.deviation is None:
        return by_chance
    every_ratio_is_known = counted.ratios >= counted.tried
    return counted.deviation if every_ratio_is_known else max(counted.deviation, by_chance)
