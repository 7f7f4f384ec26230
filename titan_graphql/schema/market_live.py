"""Live bars and the feeds that bring them."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models.markets import Timeframe
from titan_graphql.resolvers import market_live as resolve
from titan_graphql.schema.markets import Instrument
from titan_graphql.schema.nodes import accepts
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.sharing import Audience, Delivery, shared
from titan_graphql.schema.streams import StreamGap
from titan_graphql.services import market_ticks


@strawberry.type(description="A closed bar of a live feed. A bar that comes again with other values corrects itself.")
class Bar:
    """A closed bar of a live feed."""

    instrument: Annotated[Instrument, strawberry.field(description="What was traded.")]
    timeframe: Annotated[Timeframe, strawberry.field(description="The length of the bar.")]
    time: Annotated[datetime, strawberry.field(description="The start of the bar; of a replay, as it was then.")]
    open: Annotated[float | None, strawberry.field(description="First price.")]
    high: Annotated[float | None, strawberry.field(description="Highest price.")]
    low: Annotated[float | None, strawberry.field(description="Lowest price.")]
    close: Annotated[float, strawberry.field(description="Last price.")]
    volume: Annotated[float | None, strawberry.field(description="Traded quantity.")]
    seq: Annotated[int, strawberry.field(description="Counts the bars of this instrument and timeframe from 1 on.")]
    cursor: Annotated[str, strawberry.field(description="Resumes after this bar, for all instruments asked for.")]
    replay: Annotated[
        bool, strawberry.field(description="Whether stored bars are being played again, rather than the market.")
    ]
    received_at: Annotated[datetime, strawberry.field(description="When it came here.")]
    is_type_of = accepts(market_ticks.Tick)


BarEvent = Annotated[
    Bar | StreamGap, strawberry.union("BarEvent", description="A bar, or that some can no longer be replayed.")
]


@strawberry.type(description="A source of live bars.")
class Feed:
    """A source of live bars."""

    name: Annotated[str, strawberry.field(description="What it is called, such as replay or ccxt-binance.")]
    label: Annotated[str, strawberry.field(description="What it brings, for people; a replay is called so.")]
    provider: Annotated[str, strawberry.field(name="kind", description="How it gets bars, such as replay or ccxt.")]
    replay: Annotated[bool, strawberry.field(description="Whether it plays stored bars again.")]
    running: Annotated[bool, strawberry.field(description="Whether it gave a sign of life lately.")]
    last_bar_at: Annotated[datetime | None, strawberry.field(description="The start of the newest bar it brought.")]
    last_received_at: Annotated[datetime | None, strawberry.field(description="When that bar came.")]
    started_at: Annotated[datetime, strawberry.field(description="When it was started last.")]


@strawberry.type
class FeedQuery:
    """Live feeds."""

    feeds: Annotated[
        list[Feed],
        strawberry.field(
            resolver=resolve.feeds, permission_classes=[SignedIn], description="Every live feed that was ever started."
        ),
    ]


@strawberry.type
class BarSubscription:
    """Live bars."""

    bar_ticks: Annotated[
        AsyncGenerator[BarEvent, None],
        strawberry.subscription(
            resolver=resolve.bar_ticks,
            permission_classes=[SignedIn],
            metadata=shared(Audience.EVERYBODY, Delivery.STREAM),
            description="Stream: each closed bar of these instruments once and in order.",
        ),
    ]
