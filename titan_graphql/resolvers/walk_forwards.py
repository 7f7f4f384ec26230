"""Walk-forwards: starting them, and reading stitched equity and steps."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.backtests import Fill
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import MaxPoints, PeriodInput, paged
from titan_graphql.resolvers.pairs import HedgeMethod
from titan_graphql.resolvers.scans import UniverseInput
from titan_graphql.services import walk_forward_specs, walk_forwards
from titan_graphql.services.pages import PageRequest
from titan_graphql.services.walk_forward_specs import WalkForwardSpec

if TYPE_CHECKING:
    from titan_graphql.models.walk_forwards import WalkForward


@strawberry.input(description="A universe to walk forward: choose on the past, trade what follows, move on.")
class StartWalkForwardInput:
    """A universe to walk forward."""

    universe: UniverseInput = strawberry.field(description="Which instruments; two of them are traded as one pair.")
    period: PeriodInput = strawberry.field(description="The whole period, the first formation included.")
    formation: int = strawberry.field(default=252, description="Bars each step estimates on.")
    trading: int = strawberry.field(default=21, description="Bars each step trades.")
    anchored: bool = strawberry.field(default=False, description="Whether formation always begins at the first bar.")
    purge: int = strawberry.field(default=0, description="Bars left out between formation and trading.")
    pairs: int = strawberry.field(default=5, description="Pairs traded at a time, 1 to 100, with equal shares.")
    level: float = strawberry.field(default=0.05, description="The p-value above which a pair is not chosen.")
    entry: list[float] = strawberry.field(default_factory=lambda: [1.5, 2.0, 2.5], description="Thresholds to enter.")
    exit: list[float] = strawberry.field(default_factory=lambda: [0.0, 0.5], description="Thresholds to leave.")
    stop: list[float | None] = strawberry.field(
        default_factory=lambda: [None], description="Thresholds to give up; null is none."
    )
    max_hold: list[int | None] = strawberry.field(
        default_factory=lambda: [None], description="Time stops in bars; null is none."
    )
    cost_bps: float = strawberry.field(default=3.0, description="Commission and slippage together, basis points.")
    hedge: HedgeMethod = strawberry.field(
        default=HedgeMethod.OLS, description="How hedge ratios of log prices are estimated."
    )
    fill: Fill = strawberry.field(default=Fill.CLOSE, description="The price of the next bar that orders get.")
    gross: float = strawberry.field(default=1.0, description="Each pair's notional as a multiple of its share.")
    capital: float = strawberry.field(default=100_000.0, description="Starting cash.")
    campaign_id: strawberry.ID | None = strawberry.field(
        default=None, description="The campaign to count the trial in; by default that of the universe and period."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input answers with the same walk-forward."
    )

    def to_spec(self) -> WalkForwardSpec:
        """The specification as services take it."""
        plain = {name: getattr(self, name) for name in PLAIN}
        market, symbols = self.universe.market, self.universe.symbols
        chosen = {"named": self.universe.to_named(), "hedge": self.hedge.value, "fill": self.fill.value, **plain}
        return WalkForwardSpec(market=market, symbols=symbols, period=self.period.to_period(), **chosen)


PLAIN = (
    "formation", "trading", "anchored", "purge", "pairs", "level", "entry", "exit", "stop", "max_hold", "cost_bps",
    "gross", "capital",
)  # fmt: skip
StartInput = Annotated[StartWalkForwardInput, strawberry.argument(description="What to run.")]


async def start(info: Info, input: StartInput) -> Any:
    """Start a walk-forward."""
    campaign_id = nodes.decode_optional(input.campaign_id, "Campaign", "campaignId")
    return await walk_forwards.start(info.context.viewer, input.to_spec(), input.idempotency_key, campaign_id)


@paged
async def page(info: Info, *, request: PageRequest) -> Any:
    """The viewer's walk-forwards, newest first."""
    return await walk_forwards.page(info.context.viewer, request)


def spec(root: "WalkForward") -> WalkForwardSpec:
    """What was asked for."""
    return walk_forward_specs.from_json(root.spec)


def universe(root: WalkForwardSpec) -> str:
    """The universe in words."""
    return str(root.named) if root.named else root.market or ", ".join(root.symbols or [])


def summary(root: "WalkForward") -> Any:
    """What the walk earned."""
    return walk_forwards.summary(root)


def equity(root: "WalkForward", max_points: MaxPoints = None) -> Any:
    """The stitched equity."""
    return walk_forwards.equity(root, max_points)


def steps(root: "WalkForward") -> Any:
    """The steps."""
    return walk_forwards.steps(root)


async def trials(root: Any, info: Info) -> Any:
    """What the result is worth."""
    return await walk_forwards.trials(root, await info.context.loaders.trial_counts.load(root.campaign_id))
