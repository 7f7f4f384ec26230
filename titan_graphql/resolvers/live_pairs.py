"""Pairs that are followed live: watching them and reading where they stand."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import PeriodInput, paged
from titan_graphql.resolvers.pairs import HedgeMethod, PriceScale
from titan_graphql.resolvers.streams import tracked
from titan_graphql.services import pair_states, pair_watches
from titan_graphql.services.markets import Timeframe
from titan_graphql.services.pages import PageRequest
from titan_graphql.services.pair_forming import Following
from titan_graphql.services.pair_states import PairState
from titan_graphql.services.pairs import Period

if TYPE_CHECKING:
    from titan_graphql.models.live_pairs import PairWatch
    from titan_graphql.models.pairs import Pair


@strawberry.input(description="How to follow a pair live; a pair that is watched already is followed anew.")
class WatchPairInput:
    """How to follow a pair live."""

    pair_id: strawberry.ID = strawberry.field(description="The pair's global id.")
    formation: PeriodInput = strawberry.field(
        description="The period on which everything that is fixed is estimated; both legs must have bars in it."
    )
    timeframe: Timeframe = strawberry.field(default=Timeframe.D1, description="The bars to follow.")
    prices: PriceScale = strawberry.field(default=PriceScale.LOG, description="The scale of the spread.")
    hedge: HedgeMethod = strawberry.field(
        default=HedgeMethod.OLS,
        description="OLS, TLS and JOHANSEN are fixed at formation, ROLLING_OLS and KALMAN move with every bar.",
    )
    window: int | None = strawberry.field(
        default=None, description="Bars of a rolling z-score; the formation period's moments if absent."
    )
    entry: float = strawberry.field(default=2.0, description="The signal sets in when |z| exceeds this.")
    exit: float = strawberry.field(default=0.5, description="The signal ends when z has come back to this.")
    stop: float | None = strawberry.field(
        default=None, description="The signal is given up when |z| exceeds this, until |z| has come back to exit."
    )
    false_alarm_bars: int = strawberry.field(
        default=2520, description="Bars between two false alarms of decay on average, at least: 20 to 1,000,000."
    )
    stale_after_seconds: int | None = strawberry.field(
        default=None,
        description="Seconds without a bar of both legs after which the state is stale, 1 to 2,592,000. If absent: "
        "five days for daily bars, less for shorter ones, 30 seconds for a replay.",
    )

    def to_following(self) -> Following:
        """The settings as services take them."""
        return Following(
            formation=self.formation.to_period(),
            timeframe=self.timeframe,
            prices=self.prices.value,
            hedge=self.hedge.value,
            window=self.window,
            entry=self.entry,
            exit=self.exit,
            stop=self.stop,
            false_alarm_bars=self.false_alarm_bars,
            stale_after_seconds=self.stale_after_seconds,
        )


@strawberry.input(description="A pair to follow no more.")
class UnwatchPairInput:
    """A pair to follow no more."""

    pair_id: strawberry.ID = strawberry.field(description="The pair's global id.")


WatchInput = Annotated[WatchPairInput, strawberry.argument(description="Which pair to follow, and how.")]
UnwatchInput = Annotated[UnwatchPairInput, strawberry.argument(description="Which pair to follow no more.")]
PairIds = Annotated[list[strawberry.ID], strawberry.argument(description="Global ids of your pairs, 1 to 100.")]
AfterEvent = Annotated[
    str | None, strawberry.argument(description="Resume after this cursor of the same stream; from now on if absent.")
]


async def watch(info: Info, input: WatchInput) -> Any:
    """Follow a pair."""
    pair_id = nodes.decode_id(input.pair_id, "Pair", "pairId")[1]
    return await pair_watches.watch(info.context.viewer, pair_id, input.to_following())


async def unwatch(info: Info, input: UnwatchInput) -> Any:
    """Follow a pair no more."""
    pair_id = nodes.decode_id(input.pair_id, "Pair", "pairId")[1]
    return await pair_watches.unwatch(info.context.viewer, pair_id)


@paged
async def page(info: Info, *, request: PageRequest) -> Any:
    """The viewer's watched pairs."""
    return await pair_watches.page(info.context.viewer, request)


async def live(root: "Pair", info: Info) -> PairState | None:
    """Where the pair stands, or None while it is not watched."""
    watched = await info.context.loaders.watches.load(root.id)
    return None if watched is None else pair_states.now(watched)


def state(root: "PairWatch") -> PairState:
    """Where the pair stands."""
    return pair_states.now(root)


def formation(root: "PairWatch") -> Period:
    """The period on which the pair was formed."""
    return pair_watches.settings(root).formation


def prices(root: "PairWatch") -> PriceScale:
    """The scale of the spread."""
    return PriceScale(root.prices)


def hedge(root: "PairWatch") -> HedgeMethod:
    """How the hedge ratio is estimated."""
    return HedgeMethod(root.hedge)


def recent_time(root: "PairWatch") -> Any:
    """The starts of the last bars."""
    return pair_watches.sparkline(root)[0]


def recent_z_score(root: "PairWatch") -> Any:
    """The last z-scores."""
    return pair_watches.sparkline(root)[1]


async def ticks(info: Info, pair_ids: PairIds, after: AfterEvent = None) -> AsyncGenerator[Any, None]:
    """States of pairs as they change."""
    ids = [nodes.decode_id(one, "Pair", "pairIds")[1] for one in pair_ids]
    async with aclosing(pair_watches.ticks(info.context.viewer, ids, info.context.hub, after)) as steps:
        async for step in tracked(info, steps):
            yield step
