"""Pairs that are followed live."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import live_pairs as models
from titan_graphql.models import markets
from titan_graphql.resolvers import live_pairs as resolve
from titan_graphql.resolvers import relations
from titan_graphql.resolvers.pairs import HedgeMethod, PriceScale
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.pairs import Pair, Period
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.problems import (
    InvalidInputProblem,
    LimitExceededProblem,
    NotFoundProblem,
)
from titan_graphql.schema.scalars import Floats, Times
from titan_graphql.schema.sharing import Audience, Delivery, shared
from titan_graphql.schema.streams import StreamGap
from titan_graphql.services import pair_states as services

described(
    services.Signal,
    "Signal",
    "The position that a pair's rules ask for from the next bar on.",
    {
        "FLAT": "None.",
        "LONG": "Buy the spread: buy y, and sell β of x (with β < 0, buy it).",
        "SHORT": "Sell the spread: sell y, and buy β of x (with β < 0, sell it).",
    },
)


@strawberry.type(description="A watched pair at the close of a bar of both legs; a missing bar is never filled in.")
class PairState:
    """A watched pair at a bar."""

    pair: Annotated[Pair, strawberry.field(resolver=relations.pair, description="The pair.")]
    spread: Annotated[
        float | None,
        strawberry.field(description="y − α − βx on the watched scale; with the Kalman filter the bar's surprise."),
    ]
    z_score: Annotated[float | None, strawberry.field(description="The spread's z-score; null while a window fills.")]
    hedge_ratio: Annotated[float | None, strawberry.field(description="The β behind the spread.")]
    signal: Annotated[services.Signal, strawberry.field(description="The position to hold from the next bar on.")]
    half_life: Annotated[
        float | None,
        strawberry.field(
            description="Bars until half of a deviation has gone, over the last 252 bars (or the formation period, if "
            "shorter) under the formation's hedge; null while unknown or where the spread does not revert."
        ),
    ]
    decay: Annotated[
        float | None,
        strawberry.field(
            description="Evidence that the spread has become a random walk (Shiryaev–Roberts, under the formation's "
            "hedge), as a share of the alarm's level: an alarm from 1 on. While nothing has changed, alarms are at "
            "least falseAlarmBars bars apart on average. Null where the spread did not revert even in the formation."
        ),
    ]
    bar_time: Annotated[datetime | None, strawberry.field(description="The start of the bar.")]
    as_of: Annotated[datetime, strawberry.field(description="When this was computed.")]
    seq: Annotated[int, strawberry.field(description="The number of this state in its pair's stream, without gaps.")]
    stale: Annotated[bool, strawberry.field(description="Whether the next bar is overdue, of one leg or of both.")]
    stale_since: Annotated[datetime | None, strawberry.field(description="Since when; null unless stale.")]
    replay: Annotated[bool, strawberry.field(description="Whether stored bars were played again: nothing of today.")]
    reason: Annotated[str | None, strawberry.field(description="Why numbers are missing, or what is waited for.")]
    cursor: Annotated[
        str,
        strawberry.field(
            description="From `pairTicks`: resumes after this state, on the same pairs. From elsewhere: resumes "
            "`pairTicks` of this pair alone, or of several pairs when their cursors are joined by commas."
        ),
    ]
    is_type_of = accepts(services.PairState)


@strawberry.type(description="A pair that is followed live, and how.")
class PairWatch(Node):
    """A pair that is followed live."""

    pair: Annotated[Pair, strawberry.field(resolver=relations.pair, description="The pair.")]
    state: Annotated[PairState, strawberry.field(resolver=resolve.state, description="Where it stands.")]
    recent_time: Annotated[
        Times, strawberry.field(resolver=resolve.recent_time, description="The starts of its last bars, at most 60.")
    ]
    recent_z_score: Annotated[
        Floats, strawberry.field(resolver=resolve.recent_z_score, description="The z-scores of these bars.")
    ]
    formation: Annotated[
        Period, strawberry.field(resolver=resolve.formation, description="The period it was formed on.")
    ]
    timeframe: Annotated[markets.Timeframe, strawberry.field(description="The bars that are followed.")]
    prices: Annotated[PriceScale, strawberry.field(resolver=resolve.prices, description="The scale of the spread.")]
    hedge: Annotated[
        HedgeMethod, strawberry.field(resolver=resolve.hedge, description="How the hedge ratio is estimated.")
    ]
    window: Annotated[int | None, strawberry.field(description="Bars of the rolling z-score; null: the formation's.")]
    entry: Annotated[float, strawberry.field(description="The signal sets in when |z| exceeds this.")]
    exit: Annotated[float, strawberry.field(description="The signal ends when z has come back to this.")]
    stop: Annotated[float | None, strawberry.field(description="The signal is given up when |z| exceeds this.")]
    false_alarm_bars: Annotated[
        int, strawberry.field(description="Bars between two false alarms of decay on average, at least.")
    ]
    stale_after_seconds: Annotated[
        int | None, strawberry.field(description="Seconds without a bar after which it is stale; null by timeframe.")
    ]
    created_at: Annotated[datetime, strawberry.field(description="When it was first watched.")]
    is_type_of = accepts(models.PairWatch)


WatchPairPayload = Annotated[
    PairWatch | NotFoundProblem | InvalidInputProblem | LimitExceededProblem,
    strawberry.union("WatchPairPayload", description="The watch, or why the pair cannot be followed."),
]
UnwatchPairPayload = Annotated[
    Pair | NotFoundProblem | InvalidInputProblem,
    strawberry.union("UnwatchPairPayload", description="The pair, or why it is followed as before."),
]
PairEvent = Annotated[
    PairState | StreamGap,
    strawberry.union("PairEvent", description="A state of one of the pairs, or states that can no longer be replayed."),
]


@strawberry.type
class LivePairQuery:
    """Watched pairs."""

    watched_pairs: Annotated[
        Connection[PairWatch],
        strawberry.field(
            resolver=resolve.page, permission_classes=[SignedIn], description="Your watched pairs, oldest first."
        ),
    ]


@strawberry.type
class LivePairMutation:
    """What can be done to watched pairs."""

    watch_pair: Annotated[
        WatchPairPayload,
        mutation(resolve.watch, "Follow a pair live, at most 100 at once."),
    ]
    unwatch_pair: Annotated[
        UnwatchPairPayload,
        mutation(resolve.unwatch, "Follow a pair no more; its alert rules stay and are silent."),
    ]


@strawberry.type
class LivePairSubscription:
    """Following pairs."""

    pair_ticks: Annotated[
        AsyncGenerator[PairEvent, None],
        strawberry.subscription(
            resolver=resolve.ticks,
            permission_classes=[SignedIn],
            metadata=shared(Audience.VIEWER, Delivery.STREAM),
            description="Stream: every state of these pairs, once and in the order of each pair's seq.",
        ),
    ]
