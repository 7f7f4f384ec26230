"""What all streams of events share: the gap."""

from typing import Annotated

import strawberry

from titan_graphql.resolvers import streams as resolve
from titan_graphql.schema.nodes import accepts
from titan_graphql.services import streams


@strawberry.type(
    description="Events that can no longer be replayed: read the present state again, then go on with the stream."
)
class StreamGap:
    """Events that can no longer be replayed."""

    first: Annotated[
        int | None,
        strawberry.field(description="The `seq` of the first event that is missing; null when it is not known."),
    ]
    last: Annotated[
        int | None,
        strawberry.field(description="The `seq` of the last event that is missing; null when it is not known."),
    ]
    cursor: Annotated[str, strawberry.field(description="Resumes after the gap.")]
    reason: Annotated[str, strawberry.field(resolver=resolve.gap_reason, description="Why events are missing.")]
    is_type_of = accepts(streams.Gap)
