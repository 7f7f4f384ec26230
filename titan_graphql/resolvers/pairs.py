"""Pairs, their analysis and their spread."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import From, MaxPoints, PeriodInput, StringFilter, To, criteria, paged
from titan_graphql.resolvers.markets import Symbol
from titan_graphql.services import pair_analysis, pair_statistics, pairs
from titan_graphql.services.pages import Order, PageRequest
from titan_graphql.services.pair_analysis import PairAnalysis

if TYPE_CHECKING:
    from titan_graphql.models.pairs import Pair


class PriceScale(Enum):
    """The scale on which a hedge ratio is estimated."""

    LOG = "LOG"
    RAW = "RAW"


class Trend(Enum):
    """The deterministic part of the cointegrating regression."""

    C = "C"
    CT = "CT"


class HedgeMethod(Enum):
    """How a hedge ratio is estimated."""

    OLS = "OLS"
    TLS = "TLS"
    JOHANSEN = "JOHANSEN"
    ROLLING_OLS = "ROLLING_OLS"
    KALMAN = "KALMAN"


class PValueBound(Enum):
    """How much of a p-value is known."""

    EXACT = "EXACT"
    AT_MOST = "AT_MOST"
    AT_LEAST = "AT_LEAST"


class PairOrder(Enum):
    """The orders in which pairs can be listed."""

    CREATED_ASC = Order("created_at")
    CREATED_DESC = Order("created_at", descending=True)


@strawberry.input(description="Which pairs to list; all given conditions must hold.")
class PairFilter:
    """Which pairs to list."""

    y: StringFilter | None = strawberry.field(default=strawberry.UNSET, description="The symbol of y.")
    x: StringFilter | None = strawberry.field(default=strawberry.UNSET, description="The symbol of x.")
    and_: list["PairFilter"] | None = strawberry.field(
        name="AND", default=strawberry.UNSET, description="All of these."
    )
    or_: list["PairFilter"] | None = strawberry.field(name="OR", default=strawberry.UNSET, description="Any of these.")


@strawberry.input(description="A pair to keep: y is explained by x.")
class CreatePairInput:
    """A pair to keep."""

    y: str = strawberry.field(description="The symbol of the explained leg.")
    x: str = strawberry.field(description="The symbol of the explaining leg.")
    market: str | None = strawberry.field(
        default=None, description="The code of the market that is meant where several list a symbol."
    )
    note: str | None = strawberry.field(default=None, description="Anything worth remembering.")
    tags: list[str] = strawberry.field(default_factory=list, description="Labels, at most 20.")


@strawberry.input(description="What to write on a pair.")
class TagPairInput:
    """What to write on a pair."""

    pair_id: strawberry.ID = strawberry.field(description="The pair's global id.")
    tags: list[str] | None = strawberry.field(
        default=None, description="All its labels from now on, at most 20; null leaves them as they are."
    )
    note: str | None = strawberry.field(
        default=None, description="Its note from now on; null leaves it as it is, an empty text removes it."
    )


@strawberry.input(description="A pair to forget.")
class RemovePairInput:
    """A pair to forget."""

    id: strawberry.ID = strawberry.field(description="The pair's global id.")


Where = Annotated[PairFilter | None, strawberry.argument(description="Only pairs that satisfy this.")]
CreateInput = Annotated[CreatePairInput, strawberry.argument(description="The pair to keep.")]
TagInput = Annotated[TagPairInput, strawberry.argument(description="What to write on which pair.")]
RemoveInput = Annotated[RemovePairInput, strawberry.argument(description="The pair to forget.")]
OrderBy = Annotated[PairOrder, strawberry.argument(description="The order of the list.")]
Formation = Annotated[PeriodInput, strawberry.argument(description="The period to estimate on.")]
Scale = Annotated[
    PriceScale, strawberry.argument(description="Estimate on log prices (β fixes notionals) or raw ones (shares).")
]
Hedging = Annotated[HedgeMethod, strawberry.argument(description="How the hedge ratio is estimated.")]
TrendArgument = Annotated[Trend, strawberry.argument(description="The deterministic part of the regression.")]
Window = Annotated[
    int | None, strawberry.argument(description="Bars of a rolling z-score; the formation period's moments if absent.")
]


async def pair(info: Info, y: Symbol, x: Symbol) -> Any:
    """The viewer's pair of these symbols, or None."""
    return await pairs.find_by_symbols(info.context.viewer, y, x)


@paged
async def page(
    info: Info, where: Where = None, order_by: OrderBy = PairOrder.CREATED_DESC, *, request: PageRequest
) -> Any:
    """The viewer's pairs."""
    return await pairs.page(info.context.viewer, request, order_by.value, criteria(where))


async def leg_y(root: Any, info: Info) -> Any:
    """The explained leg."""
    return await info.context.loaders.instruments.load(root.y_id)


async def leg_x(root: Any, info: Info) -> Any:
    """The explaining leg."""
    return await info.context.loaders.instruments.load(root.x_id)


async def analysis(
    root: "Pair",
    formation: Formation,
    prices: Scale = PriceScale.LOG,
    hedge: Hedging = HedgeMethod.OLS,
    trend: TrendArgument = Trend.C,
) -> Any:
    """A formation period, ready for its statistics."""
    return await pair_analysis.analyse(root, formation.to_period(), prices.value, hedge.value, trend.value)


async def hedge(root: PairAnalysis) -> Any:
    """The hedge ratio."""
    return await pair_statistics.hedge(root)


async def engle_granger(root: PairAnalysis) -> Any:
    """The test of y on x."""
    return await pair_statistics.cointegration(root, reverse=False)


async def engle_granger_reversed(root: PairAnalysis) -> Any:
    """The test of x on y."""
    return await pair_statistics.cointegration(root, reverse=True)


async def johansen(root: PairAnalysis) -> Any:
    """Johansen's tests."""
    return await pair_statistics.johansen_test(root)


async def phillips_ouliaris(root: PairAnalysis) -> Any:
    """The Phillips–Ouliaris test."""
    return await pair_statistics.phillips_ouliaris(root)


async def adf(root: PairAnalysis) -> Any:
    """The spread's ADF test."""
    return await pair_statistics.adf(root)


async def kpss(root: PairAnalysis) -> Any:
    """The spread's KPSS test."""
    return await pair_statistics.kpss(root)


async def variance_ratio(root: PairAnalysis) -> Any:
    """The spread's variance ratio."""
    return await pair_statistics.variance_ratio(root)


async def half_life(root: PairAnalysis) -> Any:
    """The half-life of the spread."""
    return await pair_statistics.half_life(root)


async def hurst(root: PairAnalysis) -> Any:
    """The Hurst exponent of the spread."""
    return await pair_statistics.hurst(root)


async def ornstein_uhlenbeck(root: PairAnalysis) -> Any:
    """The process behind the spread."""
    return await pair_statistics.ornstein_uhlenbeck(root)


async def stability(root: PairAnalysis) -> Any:
    """The relation over moving windows."""
    return await pair_statistics.stability_series(root)


def correlation(root: PairAnalysis) -> float | None:
    """The correlation of both legs' changes."""
    return pair_statistics.correlation(root)


async def spread(
    root: "Pair",
    formation: Formation,
    from_: From = None,
    to: To = None,
    prices: Scale = PriceScale.LOG,
    hedge: Hedging = HedgeMethod.OLS,
    window: Window = None,
    max_points: MaxPoints = None,
) -> Any:
    """The spread in columns."""
    period = formation.to_period()
    return await pair_analysis.spread_series(root, period, from_, to, prices.value, hedge.value, window, max_points)


async def create(info: Info, input: CreateInput) -> Any:
    """Keep a pair."""
    return await pairs.create(info.context.viewer, input.y, input.x, input.note, input.tags, input.market)


async def tag(info: Info, input: TagInput) -> Any:
    """Write on a pair."""
    pair_id = nodes.decode_id(input.pair_id, "Pair", "pairId")[1]
    return await pairs.tag(info.context.viewer, pair_id, input.tags, input.note)


async def remove(info: Info, input: RemoveInput) -> Any:
    """Forget a pair."""
    return await pairs.remove(info.context.viewer, nodes.decode_id(input.id, "Pair")[1])
