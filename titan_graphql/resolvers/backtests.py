"""Backtests: starting them and reading their results."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import (
    FloatFilter,
    MaxPoints,
    MomentFilter,
    PeriodInput,
    StringFilter,
    criteria,
    paged,
)
from titan_graphql.resolvers.jobs import JobStateFilter
from titan_graphql.resolvers.pairs import HedgeMethod, PriceScale
from titan_graphql.services import backtests
from titan_graphql.services.backtests import BacktestSpec
from titan_graphql.services.pages import Order, PageRequest

if TYPE_CHECKING:
    from titan_graphql.models.backtests import Backtest
    from titan_graphql.models.pairs import Pair


class ZScoreKind(Enum):
    """Where a z-score takes its mean and deviation from."""

    FORMATION = "FORMATION"
    ROLLING = "ROLLING"


class Sizing(Enum):
    """How much to trade."""

    GROSS = "GROSS"
    FIXED_NOTIONAL = "FIXED_NOTIONAL"
    VOLATILITY_TARGET = "VOLATILITY_TARGET"


class Fill(Enum):
    """The price of the next bar at which orders are filled."""

    CLOSE = "CLOSE"
    OPEN = "OPEN"


class BacktestOrder(Enum):
    """The orders in which backtests can be listed."""

    CREATED_ASC = Order("created_at")
    CREATED_DESC = Order("created_at", descending=True)
    SHARPE_ASC = Order("sharpe")
    SHARPE_DESC = Order("sharpe", descending=True)
    TOTAL_RETURN_ASC = Order("total_return")
    TOTAL_RETURN_DESC = Order("total_return", descending=True)


class TradeOrder(Enum):
    """The orders in which trades can be listed."""

    ENTRY_ASC = Order("number")
    ENTRY_DESC = Order("number", descending=True)
    EXIT_ASC = Order("exited_at")
    EXIT_DESC = Order("exited_at", descending=True)
    BARS_HELD_ASC = Order("bars_held")
    BARS_HELD_DESC = Order("bars_held", descending=True)
    COSTS_ASC = Order("costs")
    COSTS_DESC = Order("costs", descending=True)
    PROFIT_ASC = Order("pnl")
    PROFIT_DESC = Order("pnl", descending=True)
    DIRECTION_ASC = Order("direction")
    DIRECTION_DESC = Order("direction", descending=True)
    EXIT_REASON_ASC = Order("exit_reason")
    EXIT_REASON_DESC = Order("exit_reason", descending=True)


@strawberry.input(description="Which backtests to list; all given conditions must hold.")
class BacktestFilter:
    """Which backtests to list."""

    state: JobStateFilter | None = strawberry.field(default=strawberry.UNSET, description="Where the run stands.")
    y: StringFilter | None = strawberry.field(default=strawberry.UNSET, description="The symbol of the pair's y.")
    x: StringFilter | None = strawberry.field(default=strawberry.UNSET, description="The symbol of the pair's x.")
    created_at: MomentFilter | None = strawberry.field(default=strawberry.UNSET, description="When it was started.")
    sharpe: FloatFilter | None = strawberry.field(
        default=strawberry.UNSET, description="Its Sharpe ratio; a run without one satisfies no test."
    )
    total_return: FloatFilter | None = strawberry.field(
        default=strawberry.UNSET, description="Its total return; a run without one satisfies no test."
    )
    and_: list["BacktestFilter"] | None = strawberry.field(
        name="AND", default=strawberry.UNSET, description="All of these."
    )
    or_: list["BacktestFilter"] | None = strawberry.field(
        name="OR", default=strawberry.UNSET, description="Any of these."
    )


@strawberry.input(description="A backtest to run: estimate on the formation period, trade the trading period.")
class StartBacktestInput:
    """A backtest to run."""

    pair_id: strawberry.ID = strawberry.field(description="The pair's global id.")
    formation: PeriodInput = strawberry.field(description="The period to estimate on; ends before trading begins.")
    trading: PeriodInput = strawberry.field(description="The period to trade.")
    prices: PriceScale = strawberry.field(default=PriceScale.LOG, description="The scale of the hedge ratio.")
    z_score: ZScoreKind = strawberry.field(
        default=ZScoreKind.FORMATION, description="Where the z-score takes its mean and deviation from."
    )
    window: int | None = strawberry.field(default=None, description="Bars of a rolling z-score.")
    entry: float = strawberry.field(default=2.0, description="Enter when |z| exceeds this.")
    exit: float = strawberry.field(default=0.5, description="Leave when z has come back to this.")
    stop: float | None = strawberry.field(default=None, description="Give up when |z| exceeds this.")
    max_hold: int | None = strawberry.field(default=None, description="Give up after this many bars.")
    sizing: Sizing = strawberry.field(default=Sizing.GROSS, description="How much to trade.")
    gross: float = strawberry.field(default=1.0, description="GROSS: both legs' notional as a multiple of equity.")
    notional: float = strawberry.field(default=10_000.0, description="FIXED_NOTIONAL: the amount on y.")
    capital: float = strawberry.field(default=100_000.0, description="Starting cash.")
    commission_bps: float = strawberry.field(default=1.0, description="Commission, basis points of traded notional.")
    slippage_bps: float = strawberry.field(default=2.0, description="Slippage, basis points of traded notional.")
    borrow_bps: float = strawberry.field(
        default=0.0, description="Fee per year on short notional, basis points, charged per calendar day."
    )
    hedge: HedgeMethod = strawberry.field(default=HedgeMethod.OLS, description="How the hedge ratio is estimated.")
    rehedge_band: float | None = strawberry.field(
        default=None, description="Trade x back to the hedge ratio when its shares are off by more than this fraction."
    )
    fill: Fill = strawberry.field(default=Fill.CLOSE, description="The price of the next bar that orders get.")
    target_volatility: float = strawberry.field(
        default=0.1, description="VOLATILITY_TARGET: the position's volatility per year; gross is the upper limit."
    )
    volatility_window: int = strawberry.field(
        default=60, description="VOLATILITY_TARGET: the trailing bars that volatility is estimated from."
    )
    campaign_id: strawberry.ID | None = strawberry.field(
        default=None, description="The campaign to count this trial in; by default that of the pair and formation."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input answers with the same backtest."
    )

    def to_spec(self) -> BacktestSpec:
        """The specification as services take it."""
        plain = {name: getattr(self, name) for name in PLAIN}
        return BacktestSpec(
            formation=self.formation.to_period(),
            trading=self.trading.to_period(),
            prices=self.prices.value,
            z_score=self.z_score.value,
            sizing=self.sizing.value,
            hedge=self.hedge.value,
            fill=self.fill.value,
            **plain,
        )


PLAIN = (
    "window",
    "entry",
    "exit",
    "stop",
    "max_hold",
    "gross",
    "notional",
    "capital",
    "commission_bps",
    "slippage_bps",
    "borrow_bps",
    "rehedge_band",
    "target_volatility",
    "volatility_window",
)
Where = Annotated[BacktestFilter | None, strawberry.argument(description="Only backtests that satisfy this.")]
OrderBy = Annotated[BacktestOrder, strawberry.argument(description="The order of the list.")]
TradesOrderBy = Annotated[TradeOrder, strawberry.argument(description="The order of the list.")]
StartInput = Annotated[StartBacktestInput, strawberry.argument(description="What to run.")]


async def start(info: Info, input: StartInput) -> Any:
    """Start a backtest."""
    pair_id = nodes.decode_id(input.pair_id, "Pair", "pairId")[1]
    campaign_id = nodes.decode_optional(input.campaign_id, "Campaign", "campaignId")
    return await backtests.start(info.context.viewer, pair_id, input.to_spec(), input.idempotency_key, campaign_id)


@paged
async def page(
    info: Info, where: Where = None, order_by: OrderBy = BacktestOrder.CREATED_DESC, *, request: PageRequest
) -> Any:
    """The viewer's backtests."""
    return await backtests.page(info.context.viewer, request, order_by.value, criteria(where))


@paged
async def of_pair(
    root: "Pair",
    info: Info,
    where: Where = None,
    order_by: OrderBy = BacktestOrder.CREATED_DESC,
    *,
    request: PageRequest,
) -> Any:
    """The backtests of one pair."""
    return await backtests.page(info.context.viewer, request, order_by.value, criteria(where), root)


def spec(root: "Backtest") -> BacktestSpec:
    """What was asked for."""
    return backtests.from_json(root.spec)


def hedge(root: "Backtest") -> Any:
    """The hedge ratio that was traded."""
    return backtests.hedge(root)


def metrics(root: "Backtest") -> Any:
    """The figures of the run."""
    return backtests.metrics(root)


async def equity(root: "Backtest", max_points: MaxPoints = None) -> Any:
    """The run in columns."""
    return await backtests.equity(root, max_points)


async def trials(root: Any, info: Info) -> Any:
    """What the result is worth after all trials."""
    known = root.campaign_id and await info.context.loaders.trial_counts.load(root.campaign_id)
    return await backtests.trials(root, known)


@paged
async def trades(root: "Backtest", order_by: TradesOrderBy = TradeOrder.ENTRY_ASC, *, request: PageRequest) -> Any:
    """The trades of the run."""
    return await backtests.trades(root, request, order_by.value)
