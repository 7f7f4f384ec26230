"""Backtests: what was asked for, and what came out."""

from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import backtests as models
from titan_graphql.resolvers import backtest_evidence as evidence
from titan_graphql.resolvers import backtests as resolve
from titan_graphql.resolvers import relations
from titan_graphql.resolvers.pairs import HedgeMethod, PriceScale
from titan_graphql.schema.backtest_evidence import Attribution, LeakCheck, RunManifest
from titan_graphql.schema.campaigns import TrialContext
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.jobs import Job
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.pairs import Estimate, Pair, Period
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.problems import (
    ConflictProblem,
    InvalidInputProblem,
    NotFoundProblem,
)
from titan_graphql.schema.scalars import Floats, Times

described(
    resolve.ZScoreKind,
    "ZScoreKind",
    "Where a z-score takes its mean and deviation from.",
    {"FORMATION": "The whole formation period.", "ROLLING": "The last `window` bars."},
)
described(
    resolve.Sizing,
    "Sizing",
    "How much to trade.",
    {
        "GROSS": "gross × equity, split 1 : |β| by value over the legs.",
        "FIXED_NOTIONAL": "notional on y, β × notional on x.",
        "VOLATILITY_TARGET": "As GROSS, scaled to a target volatility, with gross as the upper limit.",
    },
)
described(
    resolve.Fill,
    "Fill",
    "The price of the next bar at which orders are filled.",
    {"CLOSE": "Its close.", "OPEN": "Its open, where both legs have opens."},
)
described(
    models.Direction,
    "Direction",
    "Which way a trade bets.",
    {"LONG": "Buys y, sells β of x.", "SHORT": "Sells y, buys β of x."},
)
described(
    models.ExitReason,
    "ExitReason",
    "Why a trade ended.",
    {
        "EXIT": "The z-score came back.",
        "STOP": "The z-score ran away.",
        "TIME": "It was held for as long as allowed.",
        "RUIN": "Equity reached zero and trading stopped.",
        "DELISTED": "A leg stopped trading.",
        "OPEN": "It had not ended when the data did.",
    },
)
described(
    resolve.BacktestOrder,
    "BacktestOrder",
    "The order of a list of backtests; runs without the figure come last either way.",
    {
        "CREATED_ASC": "Oldest first.",
        "CREATED_DESC": "Newest first.",
        "SHARPE_ASC": "Lowest Sharpe ratio first.",
        "SHARPE_DESC": "Highest Sharpe ratio first.",
        "TOTAL_RETURN_ASC": "Lowest total return first.",
        "TOTAL_RETURN_DESC": "Highest total return first.",
    },
)
described(
    resolve.TradeOrder,
    "TradeOrder",
    "The order of a list of trades; those still open have no exit and come last by it either way.",
    {
        "ENTRY_ASC": "First entered first.",
        "ENTRY_DESC": "Last entered first.",
        "EXIT_ASC": "First left first.",
        "EXIT_DESC": "Last left first.",
        "BARS_HELD_ASC": "Shortest first.",
        "BARS_HELD_DESC": "Longest first.",
        "COSTS_ASC": "Cheapest first.",
        "COSTS_DESC": "Dearest first.",
        "PROFIT_ASC": "Greatest loss first.",
        "PROFIT_DESC": "Greatest profit first.",
        "DIRECTION_ASC": "Long before short.",
        "DIRECTION_DESC": "Short before long.",
        "EXIT_REASON_ASC": "By the name of the reason.",
        "EXIT_REASON_DESC": "By the name of the reason, backwards.",
    },
)


@strawberry.type(description="What a backtest was asked to do.")
class BacktestSpec:
    """What a backtest was asked to do."""

    formation: Annotated[Period, strawberry.field(description="The period estimated on.")]
    trading: Annotated[Period, strawberry.field(description="The period traded.")]
    prices: Annotated[PriceScale, strawberry.field(description="The scale of the hedge ratio.")]
    z_score: Annotated[resolve.ZScoreKind, strawberry.field(description="Where mean and deviation come from.")]
    window: Annotated[int | None, strawberry.field(description="Bars of a rolling z-score.")]
    entry: Annotated[float, strawberry.field(description="Enter when |z| exceeds this.")]
    exit: Annotated[float, strawberry.field(description="Leave when z has come back to this.")]
    stop: Annotated[float | None, strawberry.field(description="Give up when |z| exceeds this.")]
    max_hold: Annotated[int | None, strawberry.field(description="Give up after this many bars.")]
    sizing: Annotated[resolve.Sizing, strawberry.field(description="How much to trade.")]
    gross: Annotated[float, strawberry.field(description="GROSS: both legs' notional as a multiple of equity.")]
    notional: Annotated[float, strawberry.field(description="FIXED_NOTIONAL: the amount on y.")]
    capital: Annotated[float, strawberry.field(description="Starting cash.")]
    commission_bps: Annotated[float, strawberry.field(description="Commission, basis points of traded notional.")]
    slippage_bps: Annotated[float, strawberry.field(description="Slippage, basis points of traded notional.")]
    borrow_bps: Annotated[float, strawberry.field(description="Fee per year on short notional, basis points.")]
    hedge: Annotated[HedgeMethod, strawberry.field(description="How the hedge ratio is estimated.")]
    rehedge_band: Annotated[
        float | None, strawberry.field(description="How far x may drift from its hedge before it is traded back.")
    ]
    fill: Annotated[resolve.Fill, strawberry.field(description="The price of the next bar that orders get.")]
    target_volatility: Annotated[float, strawberry.field(description="VOLATILITY_TARGET: volatility per year.")]
    volatility_window: Annotated[int, strawberry.field(description="VOLATILITY_TARGET: bars it is estimated from.")]


@strawberry.type(description="The hedge ratio at the end of the formation period; rolling and Kalman move on from it.")
class TradedHedge:
    """The hedge ratio with which trading began."""

    beta: Annotated[float, strawberry.field(description="Units of x that hedge one unit of y.")]
    alpha: Annotated[float, strawberry.field(description="The intercept.")]
    r_squared: Annotated[float, strawberry.field(description="The share of y's variance explained by x.")]
    beta_low: Annotated[float, strawberry.field(description="Lower end of β's 95 % interval.")]
    beta_high: Annotated[float, strawberry.field(description="Upper end of β's 95 % interval.")]


@strawberry.type(
    description="The figures of a run. Flat bars count in every one. A year has 252 bars, or 365 where an instrument "
    "is traded around the clock (calendar 24/7). The risk-free rate is 0."
)
class Metrics:
    """The figures of a run."""

    total_return: Annotated[Estimate, strawberry.field(description="Final equity / starting capital − 1.")]
    cagr: Annotated[Estimate, strawberry.field(description="Growth per year, compounded.")]
    volatility: Annotated[Estimate, strawberry.field(description="Deviation of returns per year (ddof 1).")]
    sharpe: Annotated[
        Estimate, strawberry.field(description="Mean / deviation of returns per year, with 95 % interval.")
    ]
    sortino: Annotated[Estimate, strawberry.field(description="Mean / downside deviation of returns per year.")]
    calmar: Annotated[Estimate, strawberry.field(description="CAGR / |maximum drawdown|.")]
    max_drawdown: Annotated[Estimate, strawberry.field(description="The deepest fall from a peak, ≤ 0.")]
    max_drawdown_bars: Annotated[int, strawberry.field(description="The longest stretch of bars below a peak.")]
    value_at_risk: Annotated[Estimate, strawberry.field(description="The 5 % quantile of returns; a loss is negative.")]
    conditional_value_at_risk: Annotated[
        Estimate, strawberry.field(description="The mean of the returns at or below that quantile.")
    ]
    exposure: Annotated[Estimate, strawberry.field(description="The share of bars with a position.")]
    gross_exposure: Annotated[Estimate, strawberry.field(description="Mean gross notional / equity while invested.")]
    turnover: Annotated[Estimate, strawberry.field(description="Traded notional / mean equity, over the whole run.")]
    trades: Annotated[int, strawberry.field(description="Closed trades.")]
    win_rate: Annotated[Estimate, strawberry.field(description="The share of closed trades that earned after costs.")]
    average_trade: Annotated[Estimate, strawberry.field(description="Mean P&L of closed trades, in currency.")]
    profit_factor: Annotated[Estimate, strawberry.field(description="Gains / losses of closed trades.")]
    break_even_cost_bps: Annotated[
        Estimate, strawberry.field(description="The cost in basis points at which the run would earn nothing.")
    ]
    commission: Annotated[float, strawberry.field(description="Commission paid, in currency.")]
    slippage: Annotated[float, strawberry.field(description="Slippage paid, in currency.")]


@strawberry.type(description="A run in columns.")
class EquitySeries:
    """A run in columns."""

    count: Annotated[int, strawberry.field(description="The number of points.")]
    time: Annotated[Times, strawberry.field(description="The start of each bar.")]
    equity: Annotated[Floats, strawberry.field(description="Cash + positions at the close.")]
    drawdown: Annotated[Floats, strawberry.field(description="Equity / highest equity so far − 1.")]
    position: Annotated[Floats, strawberry.field(description="+1 long the spread, −1 short, 0 flat.")]
    z_score: Annotated[Floats, strawberry.field(description="The z-score that was traded.")]
    hedge_ratio: Annotated[Floats, strawberry.field(description="The hedge ratio known at each bar.")]
    downsampled_from: Annotated[
        int | None, strawberry.field(description="The number of points before downsampling; null when all are here.")
    ]


@strawberry.type(description="A round trip of both legs.")
class Trade(Node):
    """A round trip."""

    number: Annotated[int, strawberry.field(description="Counts from 1 in the order of entry.")]
    direction: Annotated[models.Direction, strawberry.field(description="Which way it bets.")]
    signal_at: Annotated[datetime, strawberry.field(description="The bar whose close said enter.")]
    entered_at: Annotated[datetime, strawberry.field(description="The bar in which it was entered.")]
    exited_at: Annotated[datetime | None, strawberry.field(description="The bar in which it was left.")]
    bars_held: Annotated[int, strawberry.field(description="Bars from entry to exit.")]
    quantity_y: Annotated[float, strawberry.field(description="Shares of y; negative when short.")]
    quantity_x: Annotated[float, strawberry.field(description="Shares of x; negative when short.")]
    entry_y: Annotated[float, strawberry.field(description="Price of y at entry.")]
    entry_x: Annotated[float, strawberry.field(description="Price of x at entry.")]
    exit_y: Annotated[float | None, strawberry.field(description="Price of y at exit.")]
    exit_x: Annotated[float | None, strawberry.field(description="Price of x at exit.")]
    costs: Annotated[float, strawberry.field(description="Commission, slippage and borrow, in currency.")]
    rehedges: Annotated[int, strawberry.field(description="How often x was traded back to its hedge.")]
    pnl: Annotated[float, strawberry.field(description="Profit after costs, in currency; marked if still open.")]
    exit_reason: Annotated[models.ExitReason, strawberry.field(description="Why it ended.")]
    is_type_of = accepts(models.Trade)


@strawberry.type(description="One simulated run of a pair. Decisions are taken on a close and filled in the next bar.")
class Backtest(Node):
    """One simulated run of a pair."""

    pair: Annotated[Pair, strawberry.field(resolver=relations.pair, description="The pair that is traded.")]
    spec: Annotated[BacktestSpec, strawberry.field(resolver=resolve.spec, description="What was asked for.")]
    job: Annotated[Job, strawberry.field(resolver=relations.job, description="The run; watch it through `jobChanged`.")]
    hedge: Annotated[
        TradedHedge | None,
        strawberry.field(resolver=resolve.hedge, description="The hedge ratio traded; null until the job succeeds."),
    ]
    metrics: Annotated[
        Metrics | None,
        strawberry.field(resolver=resolve.metrics, description="The figures; null until the job succeeds."),
    ]
    equity: Annotated[
        EquitySeries | None,
        strawberry.field(resolver=resolve.equity, description="The run in columns; null until the job succeeds."),
    ]
    trades: Annotated[Connection[Trade], strawberry.field(resolver=resolve.trades, description="The trades.")]
    attribution: Annotated[
        Attribution | None,
        strawberry.field(resolver=evidence.attribution, description="Where the P&L came from; null until it is known."),
    ]
    leak_check: Annotated[
        LeakCheck | None,
        strawberry.field(resolver=evidence.leak_check, description="Whether the run knew the future; null until run."),
    ]
    manifest: Annotated[
        RunManifest | None,
        strawberry.field(resolver=evidence.manifest, description="Everything the result depends on; null until run."),
    ]
    trials: Annotated[
        TrialContext | None,
        strawberry.field(
            resolver=resolve.trials, description="What the result is worth after all trials; null until run."
        ),
    ]
    dataset_hashes: Annotated[list[str], strawberry.field(description="The identities of the data of y and of x.")]
    result_hash: Annotated[
        str | None, strawberry.field(description="The identity of the result: equal inputs give equal hashes.")
    ]
    created_at: Annotated[datetime, strawberry.field(description="When it was started.")]
    is_type_of = accepts(models.Backtest)


StartBacktestPayload = Annotated[
    Backtest | NotFoundProblem | InvalidInputProblem | ConflictProblem,
    strawberry.union("StartBacktestPayload", description="The new backtest, or why it cannot be run."),
]


@strawberry.type
class BacktestQuery:
    """Backtests."""

    backtests: Annotated[
        Connection[Backtest],
        strawberry.field(resolver=resolve.page, permission_classes=[SignedIn], description="Your backtests."),
    ]


@strawberry.type
class BacktestMutation:
    """What can be done with backtests."""

    start_backtest: Annotated[
        StartBacktestPayload,
        mutation(resolve.start, "Start a backtest; follow its job through `jobChanged`."),
    ]
