"""Sweeps: many parameter sets over one pair, and how far the best of them can be believed."""

from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import sweeps as models
from titan_graphql.resolvers import relations
from titan_graphql.resolvers import sweeps as resolve
from titan_graphql.resolvers.pairs import HedgeMethod, PriceScale
from titan_graphql.schema.campaigns import TrialContext
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.jobs import Job
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.pairs import Estimate, Pair, Period
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.pricing import priced
from titan_graphql.schema.problems import (
    ConflictProblem,
    InvalidInputProblem,
    LimitExceededProblem,
    NotFoundProblem,
)
from titan_graphql.schema.scalars import Floats

described(
    resolve.SweepAxis,
    "SweepAxis",
    "What a sweep varies.",
    {
        "HEDGE": "The hedge method.",
        "WINDOW": "The window of the z-score.",
        "ENTRY": "The threshold to enter.",
        "EXIT": "The threshold to leave.",
        "STOP": "The threshold to give up.",
        "MAX_HOLD": "The time stop.",
        "COST_BPS": "The costs.",
    },
)
described(
    resolve.SweepFigure,
    "SweepFigure",
    "What a sweep measures of every set.",
    {
        "SHARPE": "The yearly Sharpe ratio.",
        "TOTAL_RETURN": "Final equity / capital − 1.",
        "MAX_DRAWDOWN": "The deepest fall from a peak, ≤ 0.",
        "TRADES": "Closed trades.",
        "TURNOVER": "Traded notional / mean equity.",
    },
)
described(
    resolve.Reduction,
    "Reduction",
    "How the sets that share a cell become one number.",
    {"MEDIAN": "Their median: what a cell is worth.", "BEST": "The highest.", "WORST": "The lowest."},
)


@strawberry.type(description="What a sweep was asked to do.")
class SweepSpec:
    """What a sweep was asked to do."""

    formation: Annotated[Period, strawberry.field(description="The period estimated on.")]
    trading: Annotated[Period, strawberry.field(description="The period traded.")]
    prices: Annotated[PriceScale, strawberry.field(description="The scale of the hedge ratio.")]
    hedge: Annotated[list[HedgeMethod], strawberry.field(description="Hedge methods.")]
    window: Annotated[list[int | None], strawberry.field(description="Windows of the z-score; null is formation.")]
    entry: Annotated[list[float], strawberry.field(description="Thresholds to enter.")]
    exit: Annotated[list[float], strawberry.field(description="Thresholds to leave.")]
    stop: Annotated[list[float | None], strawberry.field(description="Thresholds to give up; null is none.")]
    max_hold: Annotated[list[int | None], strawberry.field(description="Time stops in bars; null is none.")]
    cost_bps: Annotated[list[float], strawberry.field(description="Costs in basis points.")]
    gross: Annotated[float, strawberry.field(description="Both legs' notional as a multiple of equity.")]
    capital: Annotated[float, strawberry.field(description="Starting cash.")]
    sample: Annotated[int | None, strawberry.field(description="How many combinations were drawn; null is all.")]
    seed: Annotated[int, strawberry.field(description="The seed.")]


@strawberry.type(description="One parameter set and its figures.")
class SweepCell:
    """One parameter set and its figures."""

    rank: Annotated[int, strawberry.field(description="Counts from 1, best first.")]
    hedge: Annotated[str, strawberry.field(description="The hedge method.")]
    window: Annotated[int | None, strawberry.field(description="The window of the z-score; null is formation.")]
    entry: Annotated[float, strawberry.field(description="The threshold to enter.")]
    exit: Annotated[float, strawberry.field(description="The threshold to leave.")]
    stop: Annotated[float | None, strawberry.field(description="The threshold to give up.")]
    max_hold: Annotated[int | None, strawberry.field(description="The time stop in bars.")]
    cost_bps: Annotated[float, strawberry.field(description="Costs in basis points.")]
    sharpe: Annotated[float | None, strawberry.field(description="The yearly Sharpe ratio; null without variation.")]
    total_return: Annotated[float | None, strawberry.field(description="Final equity / capital − 1.")]
    max_drawdown: Annotated[float | None, strawberry.field(description="The deepest fall from a peak, ≤ 0.")]
    trades: Annotated[int, strawberry.field(description="Closed trades.")]
    turnover: Annotated[float | None, strawberry.field(description="Traded notional / mean equity.")]


@strawberry.type(description="A figure over two axes, in columns.")
class HeatMap:
    """A figure over two axes."""

    x: Annotated[list[str], strawberry.field(description="The values of the axis that runs to the right.")]
    y: Annotated[list[str], strawberry.field(description="The values of the axis that runs down.")]
    values: Annotated[Floats, strawberry.field(description="Row by row; null where no set lies.")]


@strawberry.type(
    description="The best Sharpe ratio that the same sweep finds on simulated prices: the legs' own moves and "
    "correlation, without what pulls them together."
)
class SimulatedNull:
    """The best Sharpe ratio on prices without a pull."""

    p_value: Annotated[float, strawberry.field(description="How often chance alone does as well.")]
    draws: Annotated[int, strawberry.field(description="How many simulations.")]
    median: Annotated[float, strawberry.field(description="The best yearly Sharpe ratio of the median simulation.")]
    high: Annotated[float, strawberry.field(description="The best that 5 % of simulations exceed.")]


@strawberry.type(description="How many sets were run, and how far the best can be believed.")
class SweepSummary:
    """How far the best can be believed."""

    sets: Annotated[int, strawberry.field(description="Parameter sets run.")]
    without_trades: Annotated[int, strawberry.field(description="Sets that closed no trade.")]
    overfitting: Annotated[
        Estimate,
        strawberry.field(description="PBO: how often the winner of one half of time is below median in the other."),
    ]
    loss_after_selection: Annotated[
        Estimate, strawberry.field(description="How often that winner loses money in the other half.")
    ]
    overfitting_trials: Annotated[int, strawberry.field(description="Sets that took part in those two, evenly drawn.")]
    null: Annotated[
        SimulatedNull | None, strawberry.field(description="What chance alone finds; null if no set traded.")
    ]


@strawberry.type(description="Many parameter sets over one pair.")
class Sweep(Node):
    """Many parameter sets over one pair."""

    pair: Annotated[Pair, strawberry.field(resolver=relations.pair, description="The pair that is swept.")]
    spec: Annotated[SweepSpec, strawberry.field(resolver=resolve.spec, description="What was asked for.")]
    job: Annotated[Job, strawberry.field(resolver=relations.job, description="The run; watch it through `jobChanged`.")]
    set_count: Annotated[int, strawberry.field(description="Sensible combinations: exit < entry < stop.")]
    summary: Annotated[
        SweepSummary | None,
        strawberry.field(resolver=resolve.summary, description="How far it can be believed; null until it succeeds."),
    ]
    trials: Annotated[
        TrialContext | None,
        strawberry.field(resolver=resolve.trials, description="What the best set is worth after all trials."),
    ]
    top: Annotated[
        list[SweepCell],
        strawberry.field(metadata=priced(10.0), resolver=resolve.top, description="The best sets by a figure."),
    ]
    heat_map: Annotated[
        HeatMap | None,
        strawberry.field(metadata=priced(50.0), resolver=resolve.heat_map, description="A figure over two axes."),
    ]
    dataset_hashes: Annotated[list[str], strawberry.field(description="The identities of the data of y and of x.")]
    result_hash: Annotated[str | None, strawberry.field(description="The identity of the figures of all sets.")]
    created_at: Annotated[datetime, strawberry.field(description="When it was started.")]
    is_type_of = accepts(models.Sweep)


StartSweepPayload = Annotated[
    Sweep | NotFoundProblem | InvalidInputProblem | ConflictProblem | LimitExceededProblem,
    strawberry.union("StartSweepPayload", description="The new sweep, or why it cannot be run."),
]


@strawberry.type
class SweepQuery:
    """Sweeps."""

    sweeps: Annotated[
        Connection[Sweep],
        strawberry.field(
            resolver=resolve.page, permission_classes=[SignedIn], description="Your sweeps, newest first."
        ),
    ]


@strawberry.type
class SweepMutation:
    """What can be done with sweeps."""

    start_sweep: Annotated[
        StartSweepPayload,
        mutation(resolve.start, "Start a sweep; follow its job through `jobChanged`."),
    ]
