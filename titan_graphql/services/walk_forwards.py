"""Walk-forwards: what may be asked, starting one, and reading its stitched equity and its steps."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt

from titan_graphql.errors import InvalidInputError, LimitExceededError, NotFoundError
from titan_graphql.models.markets import Instrument
from titan_graphql.models.walk_forwards import WalkForward
from titan_graphql.quant.backtest_rules import Rules
from titan_graphql.quant.downsample import lttb
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.sweep_grid import Axes
from titan_graphql.quant.walk_forward import Plan, segments
from titan_graphql.queue import JobName
from titan_graphql.services import campaigns, jobs, market_bars, market_panels, markets, scan_specs
from titan_graphql.services.backtest_specs import camel
from titan_graphql.services.campaigns import TrackRecord, TrialContext, TrialCount
from titan_graphql.services.jobs import NewJob
from titan_graphql.services.market_bars import Floats
from titan_graphql.services.market_panels import Panel
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page
from titan_graphql.services.pair_hedges import HedgeMethod, spread_path
from titan_graphql.services.pairs import Period
from titan_graphql.services.scan_specs import DatedUniverse, ScanSpec
from titan_graphql.services.users import Viewer, owned_by

INSTRUMENTS_MAX = 1_000
SETS_MAX = 1_000
PAIRS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkForwardSpec:
    """How a universe is walked: the calendar, how many pairs, and the parameters to choose from; lengths in bars."""

    market: str | None
    symbols: list[str] | None
    period: Period
    formation: int
    trading: int
    anchored: bool
    purge: int
    pairs: int
    level: float
    entry: Sequence[float]
    exit: Sequence[float]
    stop: Sequence[float | None]
    max_hold: Sequence[int | None]
    cost_bps: float
    gross: float
    capital: float
    named: DatedUniverse | None = None
    hedge: HedgeMethod = "OLS"

    def plan(self) -> Plan:
        """The calendar and how many pairs."""
        names = ("formation", "trading", "anchored", "purge", "pairs", "level")
        return Plan(**{name: getattr(self, name) for name in names})

    def sets(self) -> npt.NDArray[np.void]:
        """The parameter sets to choose from.

        Raises:
            ParameterError: a senseless axis, or more than 1,000 sets.
        """
        axes = Axes(
            entry=tuple(self.entry),
            exit=tuple(self.exit),
            stop=tuple(self.stop),
            max_hold=tuple(self.max_hold),
            gross=(self.gross,),
            cost_bps=(self.cost_bps,),
        )
        return axes.grid(SETS_MAX)

    def rules(self) -> Rules:
        """What all sets share.

        Raises:
            ParameterError: a senseless capital.
        """
        return Rules(entry=2.0, exit=0.5, capital=self.capital)

    def signal(self, y: Floats, x: Floats, formation: slice) -> tuple[Floats, Floats]:
        """z-score and hedge ratio at each bar, as a backtest with this hedge sees them.

        Raises:
            QuantError: the formation bars have no such hedge ratio.
        """
        path = spread_path(y, x, formation, self.hedge, None)
        return path.z_score, path.hedge_ratio

    def universe(self) -> ScanSpec:
        """The scan that asks for the same universe."""
        return ScanSpec(
            market=self.market, symbols=self.symbols, formation=self.period, prices="LOG", trend="C", criterion="AIC",
            max_lag=None, correction="BH", level=0.05, keep=1, named=self.named,
        )  # fmt: skip


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
    counted = {} if campaign_id is None else {"campaign": str(campaign_id)}
    new = NewJob(JobName.WALK_FORWARD, "WalkForward", uuid4(), {**to_json(spec), **counted}, idempotency_key)
    if (known := await jobs.submitted(viewer, new, WalkForward)) is not None:
        return known
    check_data(spec, await market_panels.read_panel(members, spec.period.start, spec.period.end))
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


async def check(spec: WalkForwardSpec) -> list[Instrument]:
    """Refuse what makes no sense whatever the data; returns the universe.

    Raises:
        InvalidInputError: PERIOD_REVERSED, PAIRS_OUT_OF_RANGE, LEVEL_OUT_OF_RANGE, or a senseless parameter.
        LimitExceededError: GRID_TOO_LARGE or UNIVERSE_TOO_LARGE.
    """
    markets.check_range(spec.period.start, spec.period.end, ["period"])
    if not 1 <= spec.pairs <= PAIRS_MAX:
        message = f"pairs must be from 1 to {PAIRS_MAX}, not {spec.pairs}"
        raise InvalidInputError("PAIRS_OUT_OF_RANGE", message, ["pairs"])
    if not 0.0 < spec.level <= 1.0:
        raise InvalidInputError("LEVEL_OUT_OF_RANGE", f"level must lie in (0, 1], not {spec.level}", ["level"])
    try:
        spec.sets()
        spec.rules()
    except ParameterError as error:
        kind = LimitExceededError if error.code == "GRID_TOO_LARGE" else InvalidInputError
        raise kind(error.code, str(error), ["entry" if error.field == "axes" else camel(error.field)]) from error
    scan_specs.check_universe(spec.universe())
    members = await scan_specs.universe(spec.universe())
    if len(members) > INSTRUMENTS_MAX:
        message = f"At most {INSTRUMENTS_MAX} instruments are walked, not {len(members)}"
        raise LimitExceededError("UNIVERSE_TOO_LARGE", message, ["universe"])
    return members


def check_data(spec: WalkForwardSpec, panel: Panel) -> None:
    """Refuse a calendar that does not fit the bars there are.

    Raises:
        InvalidInputError: NO_DATA, FORMATION_TOO_SHORT, TRADING_TOO_SHORT, PURGE_NEGATIVE or WALK_TOO_SHORT.
    """
    if not len(panel.time):
        raise InvalidInputError("NO_DATA", "No instrument has a bar in this period", ["period"])
    try:
        segments(len(panel.time), spec.plan())
    except ParameterError as error:
        raise InvalidInputError(error.code, str(error), [camel(error.field)]) from error


async def find(viewer: Viewer, walk_id: UUID) -> WalkForward:
    """One walk-forward.

    Raises:
        NotFoundError: no such walk-forward, or somebody else's.
    """
    walk = await WalkForward.filter(owned_by(viewer), id=walk_id).get_or_none()
    if walk is None:
        raise NotFoundError("WALK_FORWARD_NOT_FOUND", "There is no such walk-forward", ["id"])
    return walk


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


def to_json(spec: WalkForwardSpec) -> dict[str, object]:
    """A specification as it is stored."""
    plain = {**asdict(spec), "named": scan_specs.named_to_json(spec.named)}
    return {**plain, "period": {key: moment.isoformat() for key, moment in plain["period"].items()}}


def from_json(stored: Mapping[str, Any]) -> WalkForwardSpec:
    """A specification as it was stored."""
    period = Period(*(datetime.fromisoformat(stored["period"][key]) for key in ("start", "end")))
    named = scan_specs.named_from_json(stored.get("named"))
    return WalkForwardSpec(**{**stored, "period": period, "named": named})


def _period(bounds: Sequence[int]) -> Period:
    return Period(*(market_bars.to_datetime(one) for one in bounds))
