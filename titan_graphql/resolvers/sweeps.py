"""Sweeps: starting them, and reading heat-map, best sets and what they are worth."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import PeriodInput, paged
from titan_graphql.resolvers.pairs import HedgeMethod, PriceScale
from titan_graphql.services import sweep_specs, sweeps
from titan_graphql.services.pages import PageRequest
from titan_graphql.services.sweep_specs import SweepSpec

if TYPE_CHECKING:
    from titan_graphql.models.sweeps import Sweep


class SweepAxis(Enum):
    """What a sweep varies."""

    HEDGE = "HEDGE"
    WINDOW = "WINDOW"
    ENTRY = "ENTRY"
    EXIT = "EXIT"
    STOP = "STOP"
    MAX_HOLD = "MAX_HOLD"
    COST_BPS = "COST_BPS"


class SweepFigure(Enum):
    """What a sweep measures."""

    SHARPE = "SHARPE"
    TOTAL_RETURN = "TOTAL_RETURN"
    MAX_DRAWDOWN = "MAX_DRAWDOWN"
    TRADES = "TRADES"
    TURNOVER = "TURNOVER"


class Reduction(Enum):
    """How the sets that share a cell become one number."""

    MEDIAN = "MEDIAN"
    BEST = "BEST"
    WORST = "WORST"


@strawberry.input(description="The values each parameter may take; a sweep runs every sensible combination.")
class SweepAxesInput:
    """The values each parameter may take."""

    hedge: list[HedgeMethod] = strawberry.field(
        default_factory=lambda: [HedgeMethod.OLS], description="How the hedge ratio is estimated."
    )
    window: list[int | None] = strawberry.field(
        default_factory=lambda: [None], description="Bars of a rolling z-score; null takes the formation period's."
    )
    entry: list[float] = strawberry.field(description="Enter when |z| exceeds this.")
    exit: list[float] = strawberry.field(description="Leave when z has come back to this.")
    stop: list[float | None] = strawberry.field(
        default_factory=lambda: [None], description="Give up when |z| exceeds this; null is no stop."
    )
    max_hold: list[int | None] = strawberry.field(
        default_factory=lambda: [None], description="Give up after this many bars; null is no limit."
    )
    cost_bps: list[float] = strawberry.field(
        default_factory=lambda: [3.0], description="Commission and slippage together, basis points."
    )


@strawberry.input(description="Many parameter sets over one pair.")
class StartSweepInput:
    """Many parameter sets over one pair."""

    pair_id: strawberry.ID = strawberry.field(description="The pair's global id.")
    formation: PeriodInput = strawberry.field(description="The period to estimate on; ends before trading begins.")
    trading: PeriodInput = strawberry.field(description="The period to trade.")
    prices: PriceScale = strawberry.field(default=PriceScale.LOG, description="The scale of the hedge ratio.")
    axes: SweepAxesInput = strawberry.field(description="What to vary.")
    gross: float = strawberry.field(default=1.0, description="Both legs' notional as a multiple of equity.")
    capital: float = strawberry.field(default=100_000.0, description="Starting cash.")
    sample: int | None = strawberry.field(
        default=None, description="Draw this many combinations at random instead of running all."
    )
    seed: int = strawberry.field(default=0, description="The seed of the sample and of the simulated prices.")
    campaign_id: strawberry.ID | None = strawberry.field(
        default=None, description="The campaign to count the trials in; by default that of the pair and formation."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input answers with the same sweep."
    )

    def to_spec(self) -> SweepSpec:
        """The specification as services take it."""
        plain = {name: getattr(self.axes, name) for name in sweep_specs.AXES if name != "hedge"}
        return SweepSpec(
            formation=self.formation.to_period(),
            trading=self.trading.to_period(),
            prices=self.prices.value,
            hedge=[method.value for method in self.axes.hedge],
            gross=self.gross,
            capital=self.capital,
            sample=self.sample,
            seed=self.seed,
            **plain,
        )


StartInput = Annotated[StartSweepInput, strawberry.argument(description="What to run.")]
AxisX = Annotated[SweepAxis, strawberry.argument(description="The axis that runs to the right.")]
AxisY = Annotated[SweepAxis, strawberry.argument(description="The axis that runs down.")]
Measured = Annotated[SweepFigure, strawberry.argument(description="The figure.")]
Reduce = Annotated[Reduction, strawberry.argument(description="How the other axes become one number.")]
Top = Annotated[int, strawberry.argument(description="How many, 1 to 100.")]


async def start(info: Info, input: StartInput) -> Any:
    """Start a sweep."""
    pair_id = nodes.decode_id(input.pair_id, "Pair", "pairId")[1]
    campaign_id = nodes.decode_optional(input.campaign_id, "Campaign", "campaignId")
    return await sweeps.start(info.context.viewer, pair_id, input.to_spec(), input.idempotency_key, campaign_id)


@paged
async def page(info: Info, *, request: PageRequest) -> Any:
    """The viewer's sweeps, newest first."""
    return await sweeps.page(info.context.viewer, request)


def spec(root: "Sweep") -> SweepSpec:
    """What was asked for."""
    return sweep_specs.from_json(root.spec)


def summary(root: "Sweep") -> Any:
    """How far the sweep can be believed."""
    return sweeps.summary(root)


async def trials(root: Any, info: Info) -> Any:
    """What the best set is worth."""
    return await sweeps.trials(root, await info.context.loaders.trial_counts.load(root.campaign_id))


async def top(root: "Sweep", figure: Measured = SweepFigure.SHARPE, first: Top = 10) -> Any:
    """The best sets."""
    return await sweeps.top(root, figure.value, first)


async def heat_map(
    root: "Sweep", x: AxisX, y: AxisY, figure: Measured = SweepFigure.SHARPE, reduce: Reduce = Reduction.MEDIAN
) -> Any:
    """A figure over two axes."""
    return await sweeps.heat_map(root, x.value, y.value, figure.value, reduce.value)
