"""Streams: what a subscriber is told when events can no longer be replayed."""

from typing import Annotated

import strawberry

from titan_graphql.resolvers import streams as resolve
from titan_graphql.schema.nodes import Node, accepts
from titan_graphql.services.streams import Gap


@strawberry.type(description="Events of a stream that can no longer be replayed; subscribe again after its cursor.")
class StreamGap:
    """Events that can no longer be replayed."""

    subject: Annotated[
        Node | None,
        strawberry.field(
            resolver=resolve.subject,
            description="The Instrument (of `barTicks`) or the Pair (of `pairTicks`) whose events are missing; null "
            "for alerts, and once it was removed.",
        ),
    ]
    first: Annotated[int | None, strawberry.field(description="The number of the first; null when unknown.")]
    last: Annotated[int | None, strawberry.field(description="The number of the last; null when unknown.")]
    cursor: Annotated[str, strawberry.field(description="Resumes after the gap.")]
    reason: Annotated[str, strawberry.field(resolver=resolve.reason, description="What happened, for people.")]
    is_type_of = accepts(Gap)
