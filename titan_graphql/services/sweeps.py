"""Sweeps: starting one, and reading its heat-map, its best sets and what they are worth."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid4

import numpy as np

from titan_graphql.errors import InvalidInputError
from titan_graphql.models.sweeps import Sweep, SweepFigures
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.sweep_grid import UNLIMITED, thresholds
from titan_graphql.queue import JobName
from titan_graphql.services import backtest_specs, campaigns, jobs, pairs, sweep_specs
from titan_graphql.services.backtest_specs import to_json
from titan_graphql.services.campaigns import TrackRecord, TrialContext, TrialCount
from titan_graphql.services.jobs import NewJob
from titan_graphql.services.market_bars import VALUE_TYPE, Floats
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page
from titan_graphql.services.sweep_specs import FIGURES, Figure, SweepSpec, from_json
from titan_graphql.services.users import Viewer, owned_by

TOP_MAX = 100
REDUCE: dict[str, Callable[[Floats], Any]] = {"MEDIAN": np.nanmedian, "BEST": np.nanmax, "WORST": np.nanmin}
TOO_FEW = "too few bars or parameter sets to halve time"
Axis = Literal["HEDGE", "WINDOW", "ENTRY", "EXIT", "STOP", "MAX_HOLD", "COST_BPS"]
Reduction = Literal["MEDIAN", "BEST", "WORST"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepCell:
    """One parameter set and its figures."""

    rank: int
    hedge: str
    window: int | None
    entry: float
    exit: float
    stop: float | None
    max_hold: int | None
    cost_bps: float
    sharpe: float | None
    total_return: float | None
    max_drawdown: float | None
    trades: int
    turnover: float | None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A figure over two axes: row-major values, one row per value of y; NaN where no set lies."""

    x: list[str]
    y: list[str]
    values: Floats


@dataclass(frozen=True, slots=True)
class SimulatedNull:
    """The best Sharpe ratio that the same sweep finds on prices without a pull."""

    p_value: float
    draws: int
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class SweepSummary:
    """How many sets were run, and how far the best can be believed."""

    sets: int
    without_trades: int
    overfitting: Estimate
    loss_after_selection: Estimate
    overfitting_trials: int
    null: SimulatedNull | None


async def start(
    viewer: Viewer,
    pair_id: UUID,
    spec: SweepSpec,
    idempotency_key: str | None = None,
    campaign_id: UUID | None = None,
) -> Sweep:
    """Check a sweep against its data, write it down with its job, and send it to the workers.

    Raises:
        NotFoundError: no such pair or campaign, or somebody else's.
        LimitExceededError: GRID_TOO_LARGE, with the count.
        InvalidInputError: a period, axis or window that makes no sense for this data.
        ConflictError: the idempotency key was used with other input.
    """
    sets = sweep_specs.check(spec)
    pair = await pairs.find(viewer, pair_id, "pairId")
    identity = {"pair": str(pair.id), **to_json(spec), **campaigns.identity(campaign_id)}
    new = NewJob(JobName.SWEEP, "Sweep", uuid4(), identity, idempotency_key)
    if (known := await jobs.submitted(viewer, new, Sweep)) is not None:
        return known
    read = await backtest_specs.read_prices(pair, spec.single())
    await asyncio.to_thread(sweep_specs.check_data, spec, read)
    campaign = await campaigns.chosen(viewer, campaign_id, pair, spec.formation)
    return await jobs.submit(viewer, new, Sweep, pair=pair, campaign=campaign, spec=to_json(spec), set_count=len(sets))


async def page(viewer: Viewer, request: PageRequest) -> Page[Sweep]:
    """The viewer's sweeps, newest first."""
    return await fetch_page(Sweep.filter(owned_by(viewer)), request, Order("created_at", descending=True))


def summary(sweep: Sweep) -> SweepSummary | None:
    """How far a sweep can be believed, or None until it has succeeded."""
    stored: dict[str, Any] | None = sweep.summary
    if stored is None:
        return None
    pbo, loss = (
        Estimate.missing(TOO_FEW) if stored[name] is None else Estimate.of(stored[name])
        for name in ("overfitting", "loss")
    )
    null = stored["null"] and SimulatedNull(**stored["null"])
    return SweepSummary(stored["sets"], stored["without_trades"], pbo, loss, stored["overfitting_trials"], null)


async def trials(sweep: Sweep, counted: TrialCount | None = None) -> TrialContext | None:
    """What the best set is worth after all trials of its campaign, or None until the sweep has succeeded.

    `counted` are the trials of its campaign where they are known already.
    """
    stored: dict[str, Any] | None = sweep.summary
    if stored is None:
        return None
    campaign_id: UUID = sweep.campaign_id  # type: ignore[attr-defined]  # made by Tortoise
    counted = counted or (await campaigns.counts([campaign_id]))[campaign_id]
    record = stored["track_record"]
    return campaigns.context(campaign_id, counted, record and TrackRecord(**record))


async def top(sweep: Sweep, figure: Figure, first: int) -> list[SweepCell]:
    """The best sets by a figure; ties in the order of the grid.

    Raises:
        InvalidInputError: first out of range.
    """
    if not 1 <= first <= TOP_MAX:
        raise InvalidInputError("PAGE_SIZE_INVALID", f"first must be from 1 to {TOP_MAX}, not {first}", ["first"])
    table = await _figures(sweep)
    return [] if table is None else await asyncio.to_thread(_top, from_json(sweep.spec), table, figure, first)


async def heat_map(sweep: Sweep, x: Axis, y: Axis, figure: Figure, reduction: Reduction) -> HeatMap | None:
    """A figure over two axes, the other axes reduced; None until the sweep has succeeded.

    Raises:
        InvalidInputError: the same axis twice.
    """
    if x == y:
        raise InvalidInputError("AXIS_TWICE", "A heat-map needs two different axes", ["y"])
    table = await _figures(sweep)
    if table is None:
        return None
    return await asyncio.to_thread(_heat_map, from_json(sweep.spec), table, x, y, figure, reduction)


async def _figures(sweep: Sweep) -> Floats | None:
    row = await SweepFigures.get_or_none(sweep_id=sweep.id)
    return None if row is None else np.frombuffer(row.figures, VALUE_TYPE).reshape(-1, len(FIGURES))


def _top(spec: SweepSpec, table: Floats, figure: Figure, first: int) -> list[SweepCell]:
    values, sets = table[:, FIGURES.index(figure)], spec.sets()
    order = np.argsort(-values, kind="stable")
    return [_cell(spec, sets[k], table[k], rank) for rank, k in enumerate(order[:first], 1) if not np.isnan(values[k])]


def _cell(spec: SweepSpec, row: np.void, figures: Floats, rank: int) -> SweepCell:
    hedge, window = spec.signal(int(row["signal"]))
    known = {name: float(value) if np.isfinite(value) else None for name, value in zip(FIGURES, figures, strict=True)}
    return SweepCell(
        rank=rank,
        hedge=hedge,
        window=window,
        **thresholds(row),
        cost_bps=round(float(row["cost"]) * 1e4, 9),
        sharpe=known["SHARPE"],
        total_return=known["TOTAL_RETURN"],
        max_drawdown=known["MAX_DRAWDOWN"],
        trades=int(known["TRADES"] or 0),
        turnover=known["TURNOVER"],
    )


def _heat_map(spec: SweepSpec, table: Floats, x: Axis, y: Axis, figure: Figure, reduction: Reduction) -> HeatMap:
    sets, values = spec.sets(), table[:, FIGURES.index(figure)]
    (labels_x, at_x), (labels_y, at_y) = (_along(spec, sets, axis) for axis in (x, y))
    cells = np.full((len(labels_y), len(labels_x)), np.nan)
    known = ~np.isnan(values)
    place = (at_y * len(labels_x) + at_x)[known]
    order = np.argsort(place, kind="stable")
    found, starts = np.unique(place[order], return_index=True)
    for cell, part in zip(found, np.split(values[known][order], starts[1:]), strict=False):
        cells.flat[cell] = REDUCE[reduction](part)
    return HeatMap(labels_x, labels_y, cells.ravel())


def _along(spec: SweepSpec, sets: np.ndarray, axis: Axis) -> tuple[list[str], np.ndarray]:
    """The values of an axis as they were given, and the place of each set on it."""
    given: list[Any] = list(getattr(spec, axis.lower()))
    labels = ["none" if value is None else f"{value:g}" if isinstance(value, float) else str(value) for value in given]
    if axis in {"HEDGE", "WINDOW"}:
        hedge, window = np.divmod(sets["signal"], len(spec.window))
        return labels, hedge if axis == "HEDGE" else window
    name, scale = ("cost", 1e-4) if axis == "COST_BPS" else (axis.lower(), 1)
    absent = UNLIMITED if axis == "MAX_HOLD" else np.inf
    numbers = np.array([absent if value is None else value for value in given]) * scale
    order = np.argsort(numbers, kind="stable")
    return labels, order[np.searchsorted(numbers[order], sets[name])]
