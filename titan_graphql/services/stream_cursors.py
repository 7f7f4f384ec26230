"""Cursors of streams: up to where a follower has read each of the streams that it follows together."""

import base64
import binascii
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from titan_graphql.errors import InvalidInputError

LENGTH_MAX = 8_192
SEQ_MAX = 2**62


@dataclass(slots=True)
class Position:
    """The number of the last event read, by stream; the streams are in order."""

    seqs: dict[str, int]

    def cursor(self) -> str:
        """The position as an opaque text that is bound to these streams."""
        packed = orjson.dumps([_fingerprint(list(self.seqs)), *self.seqs.values()])
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def decode(cls, cursor: str, names: list[str]) -> "Position":
        """The position that a cursor of these streams stands for.

        Raises:
            InvalidInputError: the cursor was altered or belongs to other streams.
        """
        fingerprint, *seqs = _unpacked(cursor) or [None]
        numbers = [seq for seq in seqs if type(seq) is int and 0 <= seq < SEQ_MAX]
        if fingerprint != _fingerprint(names) or not len(numbers) == len(seqs) == len(names):
            raise InvalidInputError("CURSOR_INVALID", "This cursor was altered or is of another stream", ["after"])
        return cls(dict(zip(names, numbers, strict=True)))


def _unpacked(cursor: str) -> list[Any] | None:
    if len(cursor) > LENGTH_MAX:
        return None
    try:
        packed = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        return None
    return packed if isinstance(packed, list) and packed else None


def _fingerprint(names: list[str]) -> str:
    return blake2b("\n".join(names).encode(), digest_size=6).hexdigest()
