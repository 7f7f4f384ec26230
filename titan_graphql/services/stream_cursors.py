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
        """The position that a cursor of these streams stands for; or one cursor of each stream, joined by commas.

        Raises:
            InvalidInputError: the cursor was altered or belongs to other streams.
        """
        parts = [cursor] if len(cursor) > LENGTH_MAX else cursor.split(",")
        groups = [names] if len(parts) == 1 else [[name] for name in names]
        known = {_fingerprint(group): group for group in groups}
        seqs: dict[str, int] = {}
        for part in parts:
            fingerprint, *numbers = _unpacked(part) or [None]
            group = known.get(str(fingerprint), [])
            if len(group) == len(numbers) and all(type(seq) is int and 0 <= seq < SEQ_MAX for seq in numbers):
                seqs |= dict(zip(group, numbers, strict=True))
        if len(parts) != len(groups) or len(seqs) != len(names):
            raise InvalidInputError("CURSOR_INVALID", "This cursor was altered or is of another stream", ["after"])
        return cls({name: seqs[name] for name in names})


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
