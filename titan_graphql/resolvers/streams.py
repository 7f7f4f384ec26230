"""What all streams of events share: the gap."""

from typing import TYPE_CHECKING

from titan_graphql.services import streams

if TYPE_CHECKING:
    from titan_graphql.services.streams import Gap


def gap_reason(root: "Gap") -> str:
    """Why events are missing."""
    return streams.reason(root)
