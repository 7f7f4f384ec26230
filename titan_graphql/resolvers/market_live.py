"""Live bars and the feeds that bring them."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.markets import Frame
from titan_graphql.resolvers.streams import Resume, tracked
from titan_graphql.services import market_feeds, market_ticks
from titan_graphql.services.markets import Timeframe

InstrumentIds = Annotated[
    list[strawberry.ID], strawberry.argument(description="The instruments' global ids, from 1 to 250.")
]


async def feeds() -> Any:
    """Every feed that was ever started."""
    return await market_feeds.states()


async def bar_ticks(
    info: Info, instrument_ids: InstrumentIds, timeframe: Frame = Timeframe.D1, after: Resume = None
) -> AsyncGenerator[Any, None]:
    """Bars as they come."""
    ids = [nodes.decode_id(one, "Instrument", "instrumentIds")[1] for one in instrument_ids]
    async for tick in tracked(info, market_ticks.follow(info.context.hub, ids, timeframe, after)):
        yield tick
