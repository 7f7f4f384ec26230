"""Portfolios: starting them, and reading the book, its columns and its contributions."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.backtests import ZScoreKind
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import MaxPoints, PeriodInput, paged
from titan_graphql.resolvers.pairs import HedgeMethod, PriceScale
from titan_graphql.services import portfolio_specs, portfolios
from titan_graphql.services.pages import PageRequest
from titan_graphql.services.portfolio_specs import PortfolioSpec

if TYPE_CHECKING:
    from titan_graphql.models.portfolios import Portfolio


class Allocation(Enum):
    """How equity is divided among the pairs."""

    EQUAL = "EQUAL"
    VOLATILITY = "VOLATILITY"


@strawberry.input(description="Many pairs to trade as one book, all by the same thresholds.")
class StartPortfolioInput:
    """A portfolio to run."""

    pair_ids: list[strawberry.ID] = strawberry.field(description="The pairs, 1 to 50, each once; one currency.")
    formation: PeriodInput = strawberry.field(description="The period to estimate on; ends before trading begins.")
    trading: PeriodInput = strawberry.field(description="The period to trade.")
    prices: PriceScale = strawberry.field(default=PriceScale.LOG, description="The scale of the hedge ratios.")
    z_score: ZScoreKind = strawberry.field(
        default=ZScoreKind.FORMATION, description="Where z-scores take their mean and deviation from."
    )
    window: int | None = strawberry.field(default=None, description="Bars of a rolling z-score.")
    hedge: HedgeMethod = strawberry.field(default=HedgeMethod.OLS, description="How hedge ratios are estimated.")
    entry: float = strawberry.field(default=2.0, description="Enter a pair when its |z| exceeds this.")
    exit: float = strawberry.field(default=0.5, description="Leave it when z has come back to this.")
    stop: float | None = strawberry.field(default=None, description="Give it up when |z| exceeds this.")
    max_hold: int | None = strawberry.field(default=None, description="Give it up after this many bars.")
    gross: float = strawberry.field(default=1.0, description="A pair's notional as a multiple of its share of equity.")
    capital: float = strawberry.field(default=100_000.0, description="Starting cash.")
    commission_bps: float = strawberry.field(default=1.0, description="Commission on what is traded net, basis points.")
    slippage_bps: float = strawberry.field(default=2.0, description="Slippage on what is traded net, basis points.")
    borrow_bps: float = strawberry.field(default=0.0, description="Fee per year on net shorts, basis points.")
    allocation: Allocation = strawberry.field(default=Allocation.EQUAL, description="How equity is divided.")
    name_limit: float | None = strawberry.field(
        default=None, description="The most that one instrument may come to at an entry, as a multiple of equity."
    )
    campaign_id: strawberry.ID | None = strawberry.field(
        default=None, description="The campaign to count the trial in; by default that of the pairs and formation."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input answers with the same portfolio."
    )

    def to_spec(self) -> PortfolioSpec:
        """The specification as services take it."""
        plain = {name: getattr(self, name) for name in PLAIN}
        chosen = {name: getattr(self, name).value for name in ("prices", "z_score", "hedge", "allocation")}
        formation, trading = self.formation.to_period(), self.trading.to_period()
        return PortfolioSpec(formation=formation, trading=trading, **chosen, **plain)


PLAIN = (
    "window", "entry", "exit", "stop", "max_hold", "gross", "capital", "commission_bps", "slippage_bps", "borrow_bps",
    "name_limit",
)  # fmt: skip
StartInput = Annotated[StartPortfolioInput, strawberry.argument(description="What to run.")]
PortfolioId = Annotated[strawberry.ID, strawberry.argument(description="The portfolio's global id.")]


async def start(info: Info, input: StartInput) -> Any:
    """Start a portfolio."""
    pair_ids = [nodes.decode_id(one, "Pair", "pairIds")[1] for one in input.pair_ids]
    campaign_id = nodes.decode_optional(input.campaign_id, "Campaign", "campaignId")
    return await portfolios.start(info.context.viewer, pair_ids, input.to_spec(), input.idempotency_key, campaign_id)


@paged
async def page(info: Info, *, request: PageRequest) -> Any:
    """The viewer's portfolios, newest first."""
    return await portfolios.page(info.context.viewer, request)


async def one(info: Info, id: PortfolioId) -> Any:
    """One portfolio, or None."""
    return await nodes.of_kind(info, id, "Portfolio")


def spec(root: "Portfolio") -> PortfolioSpec:
    """What was asked for."""
    return portfolio_specs.from_json(root.spec)


def pair_count(root: "Portfolio") -> int:
    """How many pairs."""
    return len(root.pair_ids)


def metrics(root: "Portfolio") -> Any:
    """The figures of the book."""
    return portfolios.metrics(root)


def profit(root: "Portfolio") -> Any:
    """Where the P&L came from."""
    return portfolios.profit(root)


async def equity(root: "Portfolio", max_points: MaxPoints = None) -> Any:
    """The book in columns."""
    return await portfolios.series(root, max_points)


async def trials(root: Any, info: Info) -> Any:
    """What the book is worth."""
    return await portfolios.trials(root, await info.context.loaders.trial_counts.load(root.campaign_id))
