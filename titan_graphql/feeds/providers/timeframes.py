"""Names of timeframes: TITAN's own (M1, H1, D1) and those that exchanges and users write (1m, 1h, 1d)."""

from collections.abc import Collection

from titan_graphql.errors import InvalidInputError
from titan_graphql.feeds.bars import TIMEFRAME_MS

SPOKEN = {"M1": "1m", "M5": "5m", "M15": "15m", "M30": "30m", "H1": "1h", "H4": "4h", "D1": "1d"}
_NAMES = {**{name: name for name in SPOKEN}, **{spoken.upper(): name for name, spoken in SPOKEN.items()}}


def timeframe_named(text: str, known: Collection[str] = tuple(TIMEFRAME_MS)) -> str:
    """TITAN's name of a timeframe, written as M5 or as 5m.

    Raises:
        InvalidInputError: TIMEFRAME_UNKNOWN, also for one that is not among `known`.
    """
    name = _NAMES.get(text.strip().upper())
    if name is None or name not in known:
        message = f"{text[:20]!r} is not one of the timeframes {', '.join(known)}"
        raise InvalidInputError("TIMEFRAME_UNKNOWN", message, ["timeframe"])
    return name
