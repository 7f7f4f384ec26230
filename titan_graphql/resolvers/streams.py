"""Streams: where to resume, and what a gap means."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from titan_graphql.resolvers.context import Info
from titan_graphql.services.market_live import BAR_STREAMS
from titan_graphql.services.pair_states import PAIR_STREAMS

if TYPE_CHECKING:
    from titan_graphql.services.streams import Gap

Resume = Annotated[
    str | None, strawberry.argument(name="after", description="Resume after this cursor; without it, begin now.")
]


async def subject(root: "Gap", info: Info) -> Any:
    """The row whose events are missing."""
    loaders = info.context.loaders
    kind, _, key = root.stream.partition(":")
    loading: dict[str, Any] = {BAR_STREAMS: loaders.series_instruments, PAIR_STREAMS: loaders.pairs}
    return await loading[kind].load(UUID(key)) if kind in loading else None


def reason(root: "Gap") -> str:
    """What happened, for people."""
    if root.first is None or root.last is None:
        return "The numbers of this stream went back: an older copy of the database was put in place"
    count = root.last - root.first + 1
    return f"{count:,} event{'s' if count > 1 else ''} can no longer be replayed"


async def tracked(info: Info, events: AsyncIterator[Any]) -> AsyncGenerator[Any, None]:
    """Events with a cursor, each noted in the context: executions that have come to the same cursor become one."""
    async for event in events:
        info.context.position = event.cursor
        yield event
