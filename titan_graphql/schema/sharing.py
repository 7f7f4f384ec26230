"""Which subscriptions may be executed once for many subscribers, and for whom the answer is the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

METADATA = "titan.shared"


class Audience(Enum):
    """Whose answers are the same."""

    EVERYBODY = "everybody"
    VIEWER = "viewer"  # all sockets of one user in one role


class Delivery(Enum):
    """What a subscriber that is behind may miss."""

    STATE = "state"  # all but the latest
    STREAM = "stream"  # nothing: it is told to resume after its last cursor


@dataclass(frozen=True, slots=True)
class Shared:
    """How a subscription field is shared."""

    audience: Audience
    delivery: Delivery


def shared(audience: Audience, delivery: Delivery = Delivery.STATE) -> Mapping[Any, Any]:
    """The `metadata` of a subscription field that may be shared."""
    return {METADATA: Shared(audience, delivery)}
