"""Pairs, their statistics and their spread."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.models import pairs as models
from titan_graphql.resolvers import backtests as resolve_backtests
from titan_graphql.resolvers import live_pairs as resolve_live
from titan_graphql.resolvers import pairs as resolve
from titan_graphql.resolvers import scans as resolve_scans
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.markets import Dataset, Instrument
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.pricing import priced
from titan_graphql.schema.problems import (
    ConflictProblem,
    InvalidInputProblem,
    NotFoundProblem,
)
from titan_graphql.schema.scalars import Floats, Times

if TYPE_CHECKING:
    from titan_graphql.schema.backtests import Backtest
    from titan_graphql.schema.live_pairs import PairState
    from titan_graphql.schema.scans import ScanResult

described(
    resolve.PriceScale,
    "PriceScale",
    "The scale on which a hedge ratio is estimated.",
    {"LOG": "Log prices: β fixes the notionals of the legs.", "RAW": "Prices: β fixes the numbers of shares."},
)
described(
    resolve.Trend,
    "Trend",
    "The deterministic part of the cointegrating regression.",
    {"C": "A constant.", "CT": "A constant and a linear trend."},
)
described(
    resolve.HedgeMethod,
    "HedgeMethod",
    "How a hedge ratio is estimated.",
    {
        "OLS": "Least squares over the formation period.",
        "TLS": "Total least squares: both legs treated alike.",
        "JOHANSEN": "Maximum likelihood in a vector error-correction model of rank 1.",
        "ROLLING_OLS": "Least squares over the last 252 bars at each bar, or over half of a shorter formation period.",
        "KALMAN": "A random walk of (α, β), filtered bar by bar; noise from the formation period.",
    },
)
described(
    resolve.PairOrder,
    "PairOrder",
    "The order of a list of pairs.",
    {"CREATED_ASC": "Oldest first.", "CREATED_DESC": "Newest first."},
)


@strawberry.type(description="A stretch of time: the bars that begin at or after start and before end.")
class Period:
    """A stretch of time."""

    start: Annotated[datetime, strawberry.field(description="The first moment included.")]
    end: Annotated[datetime, strawberry.field(description="The first moment no longer included.")]


@strawberry.type(description="An estimated number with its 95 % interval; without a value there is a reason.")
class Estimate:
    """An estimated number."""

    value: Annotated[float | None, strawberry.field(description="The estimate.")]
    low: Annotated[float | None, strawberry.field(description="Lower end of the 95 % interval, where there is one.")]
    high: Annotated[float | None, strawberry.field(description="Upper end of the 95 % interval, where there is one.")]
    reason: Annotated[str | None, strawberry.field(description="Why there is no value.")]


@strawberry.type(description="y = α + βx + e by least squares; without values there is a reason.")
class HedgeEstimate:
    """A hedge ratio."""

    beta: Annotated[float | None, strawberry.field(description="Units of x that hedge one unit of y.")]
    alpha: Annotated[float | None, strawberry.field(description="The intercept.")]
    r_squared: Annotated[float | None, strawberry.field(description="The share of y's variance explained by x.")]
    beta_low: Annotated[float | None, strawberry.field(description="Lower end of β's 95 % interval.")]
    beta_high: Annotated[float | None, strawberry.field(description="Upper end of β's 95 % interval.")]
    same_side: Annotated[
        bool,
        strawberry.field(description="β < 0: both legs are bought, or both sold short; no hedge in the usual sense."),
    ]
    reason: Annotated[str | None, strawberry.field(description="Why there are no values.")]


@strawberry.type(
    description="Engle–Granger: the null hypothesis is that the pair is not cointegrated. "
    "p-values by MacKinnon (1994), critical values by MacKinnon (2010), lags by AIC."
)
class CointegrationTest:
    """A test for cointegration."""

    statistic: Annotated[float | None, strawberry.field(description="The t statistic of the residuals' ADF test.")]
    p_value: Annotated[float | None, strawberry.field(description="Its p-value.")]
    lags: Annotated[int | None, strawberry.field(description="Lagged differences in the regression.")]
    critical_values: Annotated[
        list[float] | None, strawberry.field(description="Critical values at 1 %, 5 % and 10 %.")
    ]
    reason: Annotated[str | None, strawberry.field(description="Why there is no result.")]


@strawberry.type(
    description="Johansen (1991): trace and maximum-eigenvalue tests with an unrestricted constant and one lagged "
    "difference; critical values at 10 %, 5 % and 1 %, for no relation and for at most one."
)
class JohansenTest:
    """Johansen's tests."""

    trace: Annotated[list[float] | None, strawberry.field(description="Trace statistics for r = 0 and r ≤ 1.")]
    trace_critical: Annotated[
        list[list[float]] | None, strawberry.field(description="Their critical values at 10 %, 5 % and 1 %.")
    ]
    max_eigenvalue: Annotated[
        list[float] | None, strawberry.field(description="Maximum-eigenvalue statistics for r = 0 and r ≤ 1.")
    ]
    max_eigenvalue_critical: Annotated[
        list[list[float]] | None, strawberry.field(description="Their critical values at 10 %, 5 % and 1 %.")
    ]
    rank: Annotated[int | None, strawberry.field(description="Relations left by the trace test at 5 %: 0, 1 or 2.")]
    beta: Annotated[float | None, strawberry.field(description="The hedge ratio of the first relation.")]
    reason: Annotated[str | None, strawberry.field(description="Why there is no result.")]


described(
    resolve.PValueBound,
    "PValueBound",
    "How much of a p-value is known.",
    {
        "EXACT": "It is the p-value.",
        "AT_MOST": "The table ends here: the p-value is this or smaller.",
        "AT_LEAST": "The table ends here: the p-value is this or larger.",
    },
)


@strawberry.type(description="A test of the spread, or of the regression behind it.")
class SpreadTest:
    """A test of the spread."""

    statistic: Annotated[float | None, strawberry.field(description="The statistic.")]
    p_value: Annotated[float | None, strawberry.field(description="Its p-value, see bound.")]
    bound: Annotated[resolve.PValueBound, strawberry.field(description="How much of the p-value is known.")]
    lags: Annotated[int | None, strawberry.field(description="Lags, or the bandwidth, that the test used.")]
    ratio: Annotated[float | None, strawberry.field(description="The variance ratio itself; null for other tests.")]
    reason: Annotated[str | None, strawberry.field(description="Why there is no result.")]


@strawberry.type(description="de = κ(μ − e)dt + σ dW with a bar as the unit of time, exactly discretised.")
class OrnsteinUhlenbeck:
    """The process behind the spread."""

    kappa: Annotated[Estimate, strawberry.field(description="Speed of reversion per bar.")]
    mu: Annotated[Estimate, strawberry.field(description="The mean it reverts to.")]
    sigma: Annotated[Estimate, strawberry.field(description="Volatility per square root of a bar.")]
    half_life: Annotated[Estimate, strawberry.field(description="ln 2 / κ, in bars.")]


@strawberry.type(description="The Engle–Granger test and the hedge ratio over windows that move through the period.")
class StabilitySeries:
    """The relation over moving windows."""

    window: Annotated[int, strawberry.field(description="Bars of each window.")]
    time: Annotated[Times, strawberry.field(description="The last bar of each window.")]
    p_value: Annotated[Floats, strawberry.field(description="p of each window's own test of y on x.")]
    hedge_ratio: Annotated[Floats, strawberry.field(description="β of each window.")]
    half_life: Annotated[Floats, strawberry.field(description="Half-life of each window's spread, in bars.")]
    reason: Annotated[str | None, strawberry.field(description="Why there are no windows.")]


def statistic(resolver: Callable[..., Any], price: float, description: str) -> Any:
    """A field that costs what it takes to compute it once; afterwards it is remembered."""
    return strawberry.field(resolver=resolver, metadata=priced(price), description=description)


@strawberry.type(description="The statistics of a formation period; each is computed when it is asked for.")
class PairAnalysis:
    """The statistics of a formation period."""

    formation: Annotated[Period, strawberry.field(description="The period they are estimated on.")]
    bars: Annotated[int, strawberry.field(description="The bars that both legs have in it.")]
    datasets: Annotated[list[Dataset], strawberry.field(metadata=priced(size=2), description="The data of y and of x.")]
    hedge: Annotated[HedgeEstimate, statistic(resolve.hedge, 25.0, "The hedge ratio of y on x.")]
    engle_granger: Annotated[CointegrationTest, statistic(resolve.engle_granger, 500.0, "The test of y on x.")]
    engle_granger_reversed: Annotated[
        CointegrationTest, statistic(resolve.engle_granger_reversed, 500.0, "The test of x on y.")
    ]
    half_life: Annotated[
        Estimate,
        statistic(
            resolve.half_life,
            0.0,
            "Bars until half of a deviation has gone: −ln 2 / ln φ, φ the spread's AR(1) coefficient.",
        ),
    ]
    johansen: Annotated[JohansenTest, statistic(resolve.johansen, 25.0, "Johansen's tests of both legs.")]
    phillips_ouliaris: Annotated[
        SpreadTest,
        statistic(
            resolve.phillips_ouliaris,
            50.0,
            "Phillips–Ouliaris Z_t of y on x; the null hypothesis is no cointegration.",
        ),
    ]
    adf: Annotated[
        SpreadTest,
        statistic(
            resolve.adf,
            200.0,
            "Augmented Dickey–Fuller on the spread as if β had been given; with an estimated β its p-value "
            "is too small, so read engleGranger.",
        ),
    ]
    kpss: Annotated[
        SpreadTest,
        statistic(
            resolve.kpss,
            5.0,
            "KPSS on the spread; the null hypothesis is stationarity. p-value by Shin's table, for an estimated β.",
        ),
    ]
    variance_ratio: Annotated[
        SpreadTest,
        statistic(
            resolve.variance_ratio, 5.0, "Lo–MacKinlay over ten bars; 1 for a random walk, less for mean reversion."
        ),
    ]
    hurst: Annotated[
        Estimate, statistic(resolve.hurst, 10.0, "Generalised Hurst exponent of order 2; 0.5 for a random walk.")
    ]
    ou: Annotated[OrnsteinUhlenbeck, statistic(resolve.ornstein_uhlenbeck, 5.0, "The process behind the spread.")]
    stability: Annotated[StabilitySeries, statistic(resolve.stability, 350.0, "The relation over moving windows.")]
    correlation: Annotated[
        float | None,
        statistic(resolve.correlation, 0.0, "The correlation of the legs' changes; null if one never changes."),
    ]


@strawberry.type(description="The spread e = y − α − βx in columns, α and β from the formation period.")
class SpreadSeries:
    """A spread in columns."""

    count: Annotated[int, strawberry.field(description="The number of points.")]
    time: Annotated[Times, strawberry.field(description="The start of each bar.")]
    spread: Annotated[Floats, strawberry.field(description="The spread.")]
    z_score: Annotated[Floats, strawberry.field(description="(e − mean) / deviation; null while a window fills.")]
    hedge_ratio: Annotated[Floats, strawberry.field(description="The β behind each point.")]
    downsampled_from: Annotated[
        int | None, strawberry.field(description="The number of points before downsampling; null when all are here.")
    ]


@strawberry.type(description="Two instruments in order: y is explained by x.")
class Pair(Node):
    """Two instruments in order."""

    y: Annotated[Instrument, strawberry.field(resolver=resolve.leg_y, description="The explained leg.")]
    x: Annotated[Instrument, strawberry.field(resolver=resolve.leg_x, description="The explaining leg.")]
    tags: Annotated[list[str], strawberry.field(description="Labels.")]
    note: Annotated[str | None, strawberry.field(description="Anything worth remembering.")]
    created_at: Annotated[datetime, strawberry.field(description="When it was kept.")]
    analysis: Annotated[
        PairAnalysis,
        strawberry.field(
            metadata=priced(10.0), resolver=resolve.analysis, description="The statistics of a formation period."
        ),
    ]
    spread: Annotated[
        SpreadSeries,
        strawberry.field(
            metadata=priced(10.0),
            resolver=resolve.spread,
            description="The spread, from the formation period's start by default.",
        ),
    ]
    live: Annotated[
        Annotated["PairState", strawberry.lazy("titan_graphql.schema.live_pairs")] | None,
        strawberry.field(resolver=resolve_live.live, description="Where it stands now; null while it is not watched."),
    ]
    backtests: Annotated[
        Connection[Annotated["Backtest", strawberry.lazy("titan_graphql.schema.backtests")]],
        strawberry.field(resolver=resolve_backtests.of_pair, description="Its backtests."),
    ]
    scan_results: Annotated[
        Connection[Annotated["ScanResult", strawberry.lazy("titan_graphql.schema.scans")]],
        strawberry.field(resolver=resolve_scans.of_pair, description="What your scans said of it, best first."),
    ]
    is_type_of = accepts(models.Pair)


CreatePairPayload = Annotated[
    Pair | NotFoundProblem | InvalidInputProblem | ConflictProblem,
    strawberry.union("CreatePairPayload", description="The new pair, or why it cannot be kept."),
]
TagPairPayload = Annotated[
    Pair | NotFoundProblem | InvalidInputProblem,
    strawberry.union("TagPairPayload", description="The pair with what was written on it, or why it was not."),
]
RemovePairPayload = Annotated[
    Pair | NotFoundProblem | InvalidInputProblem,
    strawberry.union("RemovePairPayload", description="The pair that was forgotten, or why it was not."),
]


@strawberry.type
class PairQuery:
    """Pairs."""

    pairs: Annotated[
        Connection[Pair],
        strawberry.field(resolver=resolve.page, permission_classes=[SignedIn], description="Your pairs."),
    ]
    pair: Annotated[
        Pair | None,
        strawberry.field(
            resolver=resolve.pair, permission_classes=[SignedIn], description="Your pair of these symbols."
        ),
    ]


@strawberry.type
class PairMutation:
    """What can be done to pairs."""

    create_pair: Annotated[CreatePairPayload, mutation(resolve.create, "Keep a pair.")]
    tag_pair: Annotated[TagPairPayload, mutation(resolve.tag, "Write other tags or another note on a pair.")]
    remove_pair: Annotated[
        RemovePairPayload,
        mutation(resolve.remove, "Forget a pair, with its backtests."),
    ]
