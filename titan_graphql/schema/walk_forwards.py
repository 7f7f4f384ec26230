"""Walk-forwards: pairs and parameters chosen again and again on the past, and what that earned out of sample."""

from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import walk_forwards as models
from titan_graphql.resolvers import relations
from titan_graphql.resolvers import walk_forwards as resolve
from titan_graphql.resolvers.backtests import Fill
from titan_graphql.resolvers.pairs import HedgeMethod
from titan_graphql.schema.campaigns import TrialContext
from titan_graphql.schema.jobs import Job
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.pairs import Estimate, Period
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.pricing import priced
from titan_graphql.schema.problems import (
    ConflictProblem,
    InvalidInputProblem,
    LimitExceededProblem,
    NotFoundProblem,
)
from titan_graphql.schema.scalars import Floats, Times


@strawberry.type(description="What a walk-forward was asked to do.")
class WalkForwardSpec:
    """What a walk-forward was asked to do."""

    universe: Annotated[str, strawberry.field(resolver=resolve.universe, description="The universe, in words.")]
    period: Annotated[Period, strawberry.field(description="The whole period.")]
    formation: Annotated[int, strawberry.field(description="Bars each step estimates on.")]
    trading: Annotated[int, strawberry.field(description="Bars each step trades.")]
    anchored: Annotated[bool, strawberry.field(description="Whether formation always begins at the first bar.")]
    purge: Annotated[int, strawberry.field(description="Bars left out between formation and trading.")]
    pairs: Annotated[int, strawberry.field(description="Pairs traded at a time.")]
    level: Annotated[float, strawberry.field(description="The p-value above which a pair is not chosen.")]
    entry: Annotated[list[float], strawberry.field(description="Thresholds to enter.")]
    exit: Annotated[list[float], strawberry.field(description="Thresholds to leave.")]
    stop: Annotated[list[float | None], strawberry.field(description="Thresholds to give up; null is none.")]
    max_hold: Annotated[list[int | None], strawberry.field(description="Time stops in bars; null is none.")]
    cost_bps: Annotated[float, strawberry.field(description="Costs in basis points.")]
    hedge: Annotated[HedgeMethod, strawberry.field(description="How hedge ratios of log prices are estimated.")]
    fill: Annotated[Fill, strawberry.field(description="The price of the next bar that orders get.")]
    gross: Annotated[float, strawberry.field(description="Each pair's notional as a multiple of its share.")]
    capital: Annotated[float, strawberry.field(description="Starting cash.")]


@strawberry.type(description="What a walk earned out of sample.")
class WalkSummary:
    """What a walk earned out of sample."""

    steps: Annotated[int, strawberry.field(description="How many steps.")]
    tried: Annotated[int, strawberry.field(description="Pairs tested and parameter sets run on formation periods.")]
    trades: Annotated[int, strawberry.field(description="Trades out of sample.")]
    total_return: Annotated[Estimate, strawberry.field(description="Final equity / capital − 1.")]
    sharpe: Annotated[Estimate, strawberry.field(description="The yearly Sharpe ratio out of sample.")]
    max_drawdown: Annotated[Estimate, strawberry.field(description="The deepest fall from a peak, ≤ 0.")]
    in_sample_sharpe: Annotated[
        Estimate, strawberry.field(description="The mean Sharpe ratio of what was chosen, where it was chosen.")
    ]


@strawberry.type(description="The stitched out-of-sample equity, in columns.")
class WalkEquity:
    """The stitched out-of-sample equity."""

    count: Annotated[int, strawberry.field(description="The number of points.")]
    time: Annotated[Times, strawberry.field(description="The start of each bar.")]
    equity: Annotated[Floats, strawberry.field(description="Equity at the close.")]
    drawdown: Annotated[Floats, strawberry.field(description="Equity / highest equity so far − 1.")]
    downsampled_from: Annotated[
        int | None, strawberry.field(description="The number of points before downsampling; null when all are here.")
    ]


@strawberry.type(description="A pair that a step chose, in and out of sample.")
class WalkChoice:
    """A pair that a step chose."""

    y: Annotated[str, strawberry.field(description="The symbol of y.")]
    x: Annotated[str, strawberry.field(description="The symbol of x.")]
    p_value: Annotated[float | None, strawberry.field(description="Of the screen; null without one.")]
    entry: Annotated[float, strawberry.field(description="The threshold to enter that did best.")]
    exit: Annotated[float, strawberry.field(description="The threshold to leave that did best.")]
    stop: Annotated[float | None, strawberry.field(description="The threshold to give up that did best.")]
    max_hold: Annotated[int | None, strawberry.field(description="The time stop that did best.")]
    in_sample_sharpe: Annotated[float, strawberry.field(description="The yearly Sharpe ratio it was chosen for.")]
    out_of_sample_return: Annotated[float, strawberry.field(description="What it then earned on its share.")]
    delisted: Annotated[bool, strawberry.field(description="Whether a leg stopped trading within the step.")]


@strawberry.type(description="One step of a walk.")
class WalkStep:
    """One step of a walk."""

    formation: Annotated[Period, strawberry.field(description="The period estimated on.")]
    trading: Annotated[Period, strawberry.field(description="The period traded; steps follow without gap.")]
    choices: Annotated[list[WalkChoice], strawberry.field(metadata=priced(size=5), description="What was chosen.")]
    profit: Annotated[float, strawberry.field(description="Earned, in currency.")]
    trades: Annotated[int, strawberry.field(description="Trades of all pairs.")]
    tests: Annotated[int, strawberry.field(description="Pairs tested and parameter sets run to choose.")]


@strawberry.type(description="A universe walked forward.")
class WalkForward(Node):
    """A universe walked forward."""

    spec: Annotated[WalkForwardSpec, strawberry.field(resolver=resolve.spec, description="What was asked for.")]
    job: Annotated[Job, strawberry.field(resolver=relations.job, description="The run; watch it through `jobChanged`.")]
    summary: Annotated[
        WalkSummary | None,
        strawberry.field(resolver=resolve.summary, description="What it earned; null until it succeeds."),
    ]
    equity: Annotated[
        WalkEquity | None,
        strawberry.field(resolver=resolve.equity, description="The stitched equity; null until it succeeds."),
    ]
    steps: Annotated[list[WalkStep], strawberry.field(resolver=resolve.steps, description="Steps, oldest first.")]
    trials: Annotated[
        TrialContext | None,
        strawberry.field(
            resolver=resolve.trials,
            description="What the result is worth after all trials. A walk is one trial whatever its steps tried: they "
            "chose on their past alone, so none of it was picked by the returns shown. Every other walk over this "
            "universe is one more, and a scan that saw the traded bars, and from which the universe may have been "
            "picked, counts every test.",
        ),
    ]
    dataset_hashes: Annotated[list[str], strawberry.field(description="The identities of the data, by instrument.")]
    result_hash: Annotated[str | None, strawberry.field(description="The identity of the stitched equity.")]
    created_at: Annotated[datetime, strawberry.field(description="When it was started.")]
    is_type_of = accepts(models.WalkForward)


StartWalkForwardPayload = Annotated[
    WalkForward | NotFoundProblem | InvalidInputProblem | ConflictProblem | LimitExceededProblem,
    strawberry.union("StartWalkForwardPayload", description="The new walk-forward, or why it cannot be run."),
]


@strawberry.type
class WalkForwardQuery:
    """Walk-forwards."""

    walk_forwards: Annotated[
        Connection[WalkForward],
        strawberry.field(
            resolver=resolve.page, permission_classes=[SignedIn], description="Your walk-forwards, newest first."
        ),
    ]


@strawberry.type
class WalkForwardMutation:
    """What can be done with walk-forwards."""

    start_walk_forward: Annotated[
        StartWalkForwardPayload,
        mutation(resolve.start, "Start a walk-forward; follow its job through `jobChanged`."),
    ]
