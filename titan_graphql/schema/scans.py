"""Scans: all pairs of a universe tested for cointegration, corrected for their number."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from titan_graphql.models import scans as models
from titan_graphql.resolvers import relations
from titan_graphql.resolvers import scans as resolve
from titan_graphql.resolvers.pairs import PriceScale, Trend
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.jobs import Job
from titan_graphql.schema.markets import Instrument
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.pairs import Period
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.pricing import Arguments, days, priced, tokens
from titan_graphql.schema.problems import (
    ConflictProblem,
    InvalidInputProblem,
    LimitExceededProblem,
    NotFoundProblem,
)
from titan_graphql.schema.scalars import Floats
from titan_graphql.services import scan_queries

described(
    resolve.Criterion,
    "Criterion",
    "How the number of lagged differences is chosen.",
    {"AIC": "By Akaike's criterion.", "BIC": "By the Bayesian criterion.", "FIXED": "It is maxLag itself."},
)
described(
    resolve.Correction,
    "Correction",
    "How to correct for the number of tests; both directions of every pair are counted.",
    {
        "BH": "Benjamini–Hochberg (1995): the false discovery rate, if tests are independent or positively dependent; "
        "pairs that share an instrument are not, and in simulation it lets more false finds through than it says.",
        "BY": "Benjamini–Yekutieli (2001): the false discovery rate under any dependence.",
        "HOLM": "Holm (1979): the probability of a single false find.",
    },
)
described(
    resolve.ScanResultOrder,
    "ScanResultOrder",
    "The order of a scan's results.",
    {
        "RANK_ASC": "Smallest p-value first.",
        "R_SQUARED_DESC": "Best fit first.",
        "HALF_LIFE_ASC": "Fastest reversion first, pairs without a half-life last.",
        "DISTANCE_ASC": "Smallest distance of normalised prices first.",
    },
)


def screen_work(arguments: Arguments) -> float:
    """The price of a screen; a universe that is named rather than listed counts as the largest that is screened."""
    asked = arguments.get("input")
    universe = asked.get("universe") if isinstance(asked, dict) else None
    symbols = universe.get("symbols") if isinstance(universe, dict) else None
    count = (
        min(len(symbols), scan_queries.INSTRUMENTS_MAX) if isinstance(symbols, list) else scan_queries.INSTRUMENTS_MAX
    )
    return tokens(scan_queries.seconds(count, days(asked.get("formation") if isinstance(asked, dict) else None)))


@strawberry.type(description="What a scan was asked to do.")
class ScanSpec:
    """What a scan was asked to do."""

    universe: Annotated[str, strawberry.field(resolver=resolve.universe, description="The universe, in words.")]
    universe_id: Annotated[
        strawberry.ID | None,
        strawberry.field(resolver=resolve.universe_id, description="The named universe; null for another."),
    ]
    as_of: Annotated[
        date | None,
        strawberry.field(resolver=resolve.as_of, description="The day whose members of the named universe were meant."),
    ]
    formation: Annotated[Period, strawberry.field(description="The period tested.")]
    prices: Annotated[PriceScale, strawberry.field(description="The scale of the regressions.")]
    trend: Annotated[Trend, strawberry.field(description="The deterministic part of the regressions.")]
    criterion: Annotated[resolve.Criterion, strawberry.field(description="How the number of lags was chosen.")]
    max_lag: Annotated[int | None, strawberry.field(description="The most lags; null: Schwert's rule.")]
    correction: Annotated[resolve.Correction, strawberry.field(description="The correction for the number of tests.")]
    level: Annotated[float, strawberry.field(description="The level at which pairs count as found.")]
    keep: Annotated[int, strawberry.field(description="How many of the best pairs are kept.")]


@strawberry.type(description="What a screen found, with the number of tests that went into it.")
class ScanSummary:
    """What a screen found."""

    pairs_tested: Annotated[
        int, strawberry.field(description="Directed pairs tested: the family that is corrected for.")
    ]
    untestable: Annotated[int, strawberry.field(description="Directed pairs that could not be tested.")]
    below_level: Annotated[int, strawberry.field(description="Directed pairs with p below the level, uncorrected.")]
    expected_false: Annotated[
        float, strawberry.field(description="How many would fall below the level if no pair were cointegrated.")
    ]
    discoveries: Annotated[int, strawberry.field(description="Directed pairs found at the level after correction.")]
    histogram: Annotated[list[int], strawberry.field(description="Counts of p in 50 equal bins from 0 to 1.")]


@strawberry.type(description="The p-values of all pairs of a small universe.")
class PValueMatrix:
    """The p-values of all pairs."""

    symbols: Annotated[list[str], strawberry.field(description="The instruments, in the order of rows and columns.")]
    p_values: Annotated[
        Floats, strawberry.field(description="Row-major: y is the row, x the column; null where there is no test.")
    ]


@strawberry.type(description="A member of the universe that could not be tested.")
class UnusableInstrument:
    """A member that could not be tested."""

    symbol: Annotated[str, strawberry.field(description="Its symbol.")]
    reason: Annotated[str, strawberry.field(description="Why not.")]


@strawberry.type(description="One directed pair of a scan: y = α + βx + e.")
class ScanResult(Node):
    """One directed pair of a scan."""

    rank: Annotated[int, strawberry.field(description="Its place by p-value, from 1.")]
    y: Annotated[Instrument, strawberry.field(resolver=resolve.leg_y, description="The explained leg.")]
    x: Annotated[Instrument, strawberry.field(resolver=resolve.leg_x, description="The explaining leg.")]
    bars: Annotated[int, strawberry.field(description="The bars both legs have.")]
    statistic: Annotated[
        float | None,
        strawberry.field(description="The t statistic of the residuals; null: −∞, the legs are collinear."),
    ]
    p_value: Annotated[float, strawberry.field(description="Its p-value, uncorrected.")]
    q_value: Annotated[
        float | None,
        strawberry.field(description="Corrected for all tests; null where only known to exceed the level."),
    ]
    lags: Annotated[
        int | None,
        strawberry.field(
            resolver=resolve.lags, description="Lagged differences in the regression; null: the legs are collinear."
        ),
    ]
    beta: Annotated[float, strawberry.field(description="The hedge ratio.")]
    alpha: Annotated[float, strawberry.field(description="The intercept.")]
    r_squared: Annotated[float, strawberry.field(description="The share of y's variance explained by x.")]
    half_life: Annotated[float | None, strawberry.field(description="Half-life in bars; null: it does not revert.")]
    correlation: Annotated[float | None, strawberry.field(description="The correlation of the legs' changes.")]
    distance: Annotated[
        float | None,
        strawberry.field(
            name="ssd",
            resolver=resolve.distance,
            description="Sum of squared differences of prices normalised to 1; null: a first price is 0.",
        ),
    ]
    note: Annotated[str | None, strawberry.field(description="COLLINEAR: an exact linear relation, not a find.")]
    scan: Annotated[
        Annotated["Scan", strawberry.lazy("titan_graphql.schema.scans")],
        strawberry.field(resolver=resolve.result_scan, description="The scan that found it."),
    ]
    is_type_of = accepts(models.ScanResult)


@strawberry.type(description="All directed pairs of a universe tested for cointegration.")
class Scan(Node):
    """All directed pairs of a universe tested."""

    spec: Annotated[ScanSpec, strawberry.field(resolver=resolve.spec, description="What was asked for.")]
    job: Annotated[Job, strawberry.field(resolver=relations.job, description="The run; watch it through `jobChanged`.")]
    instrument_count: Annotated[
        int, strawberry.field(resolver=resolve.instrument_count, description="The size of the universe.")
    ]
    bars: Annotated[int, strawberry.field(description="Distinct bar times in the formation period.")]
    summary: Annotated[
        ScanSummary | None,
        strawberry.field(resolver=resolve.summary, description="What was found; null until the job succeeds."),
    ]
    verdict: Annotated[
        str | None,
        strawberry.field(resolver=resolve.verdict, description="What was found in a sentence that counts the tests."),
    ]
    results: Annotated[
        Connection[ScanResult], strawberry.field(resolver=resolve.results, description="The best pairs.")
    ]
    matrix: Annotated[
        PValueMatrix | None,
        strawberry.field(
            metadata=priced(100.0), resolver=resolve.matrix, description="All p-values, for at most 400 instruments."
        ),
    ]
    unusable: Annotated[
        list[UnusableInstrument],
        strawberry.field(resolver=resolve.unusable, description="Members that could not be tested, with reasons."),
    ]
    dataset_hashes: Annotated[list[str], strawberry.field(description="The identity of each member's data.")]
    result_hash: Annotated[
        str | None, strawberry.field(description="The identity of the result: equal inputs give equal hashes.")
    ]
    created_at: Annotated[datetime, strawberry.field(description="When it was started.")]
    is_type_of = accepts(models.Scan)


@strawberry.type(description="A small universe screened within the request.")
class Screen:
    """A small universe screened at once."""

    bars: Annotated[int, strawberry.field(description="Distinct bar times in the formation period.")]
    summary: Annotated[ScanSummary, strawberry.field(description="What was found.")]
    verdict: Annotated[str, strawberry.field(description="What was found in a sentence that counts the tests.")]
    matrix: Annotated[PValueMatrix, strawberry.field(description="All p-values.")]
    unusable: Annotated[
        list[UnusableInstrument], strawberry.field(description="Members that could not be tested, with reasons.")
    ]


@strawberry.type(description="What a job would take.")
class JobEstimate:
    """What a job would take."""

    instruments: Annotated[int, strawberry.field(description="Members with enough bars in the period.")]
    bars: Annotated[int, strawberry.field(description="Bars of the period, roughly.")]
    tests: Annotated[int, strawberry.field(description="Hypotheses that would be tested, at most.")]
    seconds: Annotated[
        float,
        strawberry.field(
            description="Seconds on one core, roughly; workers share them. Gaps within histories are not "
            "seen and take longer."
        ),
    ]


StartScanPayload = Annotated[
    Scan | NotFoundProblem | InvalidInputProblem | ConflictProblem | LimitExceededProblem,
    strawberry.union("StartScanPayload", description="The new scan, or why it cannot be run."),
]


@strawberry.type
class ScanQuery:
    """Scans."""

    scans: Annotated[
        Connection[Scan],
        strawberry.field(resolver=resolve.page, permission_classes=[SignedIn], description="Your scans, newest first."),
    ]
    scan: Annotated[
        Scan | None,
        strawberry.field(resolver=resolve.scan, permission_classes=[SignedIn], description="One of your scans."),
    ]
    screen: Annotated[
        Screen,
        strawberry.field(
            metadata=priced(screen_work),
            resolver=resolve.screen,
            permission_classes=[SignedIn],
            description="Screen a small universe at once (at most 150 instruments); larger ones are scans.",
        ),
    ]
    estimate_job: Annotated[
        JobEstimate,
        strawberry.field(
            metadata=priced(10.0),
            resolver=resolve.estimate,
            permission_classes=[SignedIn],
            description="What a scan would take, beforehand.",
        ),
    ]


@strawberry.type
class ScanMutation:
    """What can be done with scans."""

    start_scan: Annotated[
        StartScanPayload,
        mutation(resolve.start, "Start a scan; follow its job through `jobChanged`."),
    ]
