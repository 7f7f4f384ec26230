"""Portfolios: many pairs as one book."""

from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import portfolios as models
from titan_graphql.resolvers import backtest_evidence as evidence
from titan_graphql.resolvers import portfolios as resolve
from titan_graphql.resolvers import relations
from titan_graphql.resolvers.backtests import ZScoreKind
from titan_graphql.resolvers.pairs import HedgeMethod, PriceScale
from titan_graphql.schema.backtest_evidence import LeakCheck, RunManifest
from titan_graphql.schema.backtests import Metrics
from titan_graphql.schema.campaigns import TrialContext
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.jobs import Job
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.pairs import Pair, Period
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.problems import (
    ConflictProblem,
    InvalidInputProblem,
    LimitExceededProblem,
    NotFoundProblem,
)
from titan_graphql.schema.scalars import Floats, Times

described(
    resolve.Allocation,
    "Allocation",
    "How the equity of a book is divided among its pairs.",
    {"EQUAL": "The same share each.", "VOLATILITY": "Inverse to each pair's volatility in the formation period."},
)


@strawberry.type(description="What a portfolio was asked to do.")
class PortfolioSpec:
    """What a portfolio was asked to do."""

    formation: Annotated[Period, strawberry.field(description="The period estimated on.")]
    trading: Annotated[Period, strawberry.field(description="The period traded.")]
    prices: Annotated[PriceScale, strawberry.field(description="The scale of the hedge ratios.")]
    z_score: Annotated[ZScoreKind, strawberry.field(description="Where mean and deviation come from.")]
    window: Annotated[int | None, strawberry.field(description="Bars of a rolling z-score.")]
    hedge: Annotated[HedgeMethod, strawberry.field(description="How hedge ratios are estimated.")]
    entry: Annotated[float, strawberry.field(description="Enter a pair when its |z| exceeds this.")]
    exit: Annotated[float, strawberry.field(description="Leave it when z has come back to this.")]
    stop: Annotated[float | None, strawberry.field(description="Give it up when |z| exceeds this.")]
    max_hold: Annotated[int | None, strawberry.field(description="Give it up after this many bars.")]
    gross: Annotated[float, strawberry.field(description="A pair's notional as a multiple of its share of equity.")]
    capital: Annotated[float, strawberry.field(description="Starting cash.")]
    commission_bps: Annotated[float, strawberry.field(description="Commission on what is traded net, basis points.")]
    slippage_bps: Annotated[float, strawberry.field(description="Slippage on what is traded net, basis points.")]
    borrow_bps: Annotated[float, strawberry.field(description="Fee per year on net shorts, basis points.")]
    allocation: Annotated[resolve.Allocation, strawberry.field(description="How equity is divided.")]
    name_limit: Annotated[
        float | None, strawberry.field(description="The most that one instrument may come to at an entry, of equity.")
    ]


@strawberry.type(description="A book in columns. Exposures are multiples of equity, null once equity is not positive.")
class BookSeries:
    """A book in columns."""

    count: Annotated[int, strawberry.field(description="The number of points.")]
    time: Annotated[Times, strawberry.field(description="The start of each bar.")]
    equity: Annotated[Floats, strawberry.field(description="Cash + positions at the close.")]
    drawdown: Annotated[Floats, strawberry.field(description="Equity / highest equity so far − 1.")]
    gross: Annotated[Floats, strawberry.field(description="Σ|shares × price| over the instruments, after netting.")]
    net: Annotated[Floats, strawberry.field(description="Σ shares × price.")]
    largest: Annotated[Floats, strawberry.field(description="The largest |shares × price| of one instrument.")]
    held: Annotated[Floats, strawberry.field(description="How many pairs are held.")]
    downsampled_from: Annotated[
        int | None, strawberry.field(description="The number of points before downsampling; null when all are here.")
    ]


@strawberry.type(description="What a pair added to the P&L, with the costs it would have had alone; negative is paid.")
class PairContribution:
    """What a pair added to the P&L."""

    pair: Annotated[
        Pair | None, strawberry.field(resolver=relations.pair, description="The pair; null when it was removed.")
    ]
    y: Annotated[str, strawberry.field(description="The symbol of y.")]
    x: Annotated[str, strawberry.field(description="The symbol of x.")]
    weight: Annotated[float, strawberry.field(description="Its share of equity.")]
    price: Annotated[float, strawberry.field(description="Earned by price moves.")]
    dividends: Annotated[float, strawberry.field(description="Dividends received minus paid.")]
    commission: Annotated[float, strawberry.field(description="Commission.")]
    slippage: Annotated[float, strawberry.field(description="Slippage.")]
    borrow: Annotated[float, strawberry.field(description="Borrow fees.")]
    total: Annotated[float, strawberry.field(description="The sum of the five.")]
    trades: Annotated[int, strawberry.field(description="Closed trades.")]
    blocked: Annotated[int, strawberry.field(description="Entries for which a limit left no room, by bar.")]
    reduced: Annotated[int, strawberry.field(description="Entries that a limit made smaller.")]


@strawberry.type(description="The P&L of a book: the sum of its pairs, and what netting their legs saved.")
class BookProfit:
    """The P&L of a book."""

    contributions: Annotated[list[PairContribution], strawberry.field(description="One per pair, as they were given.")]
    netting: Annotated[float, strawberry.field(description="Costs and fees saved by netting.")]
    total: Annotated[float, strawberry.field(description="Last equity − capital.")]


@strawberry.type(description="Many pairs as one book: shared capital, netted legs, limits per instrument.")
class Portfolio(Node):
    """Many pairs as one book."""

    spec: Annotated[PortfolioSpec, strawberry.field(resolver=resolve.spec, description="What was asked for.")]
    pair_count: Annotated[int, strawberry.field(resolver=resolve.pair_count, description="How many pairs.")]
    job: Annotated[Job, strawberry.field(resolver=relations.job, description="The run; watch it through `jobChanged`.")]
    metrics: Annotated[
        Metrics | None,
        strawberry.field(resolver=resolve.metrics, description="The figures of the book; null until the job succeeds."),
    ]
    profit: Annotated[
        BookProfit | None,
        strawberry.field(resolver=resolve.profit, description="Where the P&L came from; null until the job succeeds."),
    ]
    equity: Annotated[
        BookSeries | None,
        strawberry.field(resolver=resolve.equity, description="The book in columns; null until the job succeeds."),
    ]
    leak_check: Annotated[
        LeakCheck | None,
        strawberry.field(
            resolver=evidence.leak_check, description="Whether the book knew its future; null until the job succeeds."
        ),
    ]
    manifest: Annotated[
        RunManifest | None,
        strawberry.field(
            resolver=evidence.manifest, description="Everything the result depends on; null until the job succeeds."
        ),
    ]
    trials: Annotated[
        TrialContext | None,
        strawberry.field(resolver=resolve.trials, description="What the book is worth after all trials."),
    ]
    dataset_hashes: Annotated[list[str], strawberry.field(description="The identities of the data, by instrument.")]
    result_hash: Annotated[str | None, strawberry.field(description="The identity of equity and positions.")]
    created_at: Annotated[datetime, strawberry.field(description="When it was started.")]
    is_type_of = accepts(models.Portfolio)


StartPortfolioPayload = Annotated[
    Portfolio | NotFoundProblem | InvalidInputProblem | ConflictProblem | LimitExceededProblem,
    strawberry.union("StartPortfolioPayload", description="The new portfolio, or why it cannot be run."),
]


@strawberry.type
class PortfolioQuery:
    """Portfolios."""

    portfolio: Annotated[
        Portfolio | None,
        strawberry.field(resolver=resolve.one, permission_classes=[SignedIn], description="One of your portfolios."),
    ]
    portfolios: Annotated[
        Connection[Portfolio],
        strawberry.field(
            resolver=resolve.page, permission_classes=[SignedIn], description="Your portfolios, newest first."
        ),
    ]


@strawberry.type
class PortfolioMutation:
    """What can be done with portfolios."""

    start_portfolio: Annotated[
        StartPortfolioPayload,
        mutation(resolve.start, "Start a portfolio; follow its job through `jobChanged`."),
    ]
