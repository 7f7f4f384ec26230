"""What a field costs before it is executed: declared beside the field where the rules for all fields do not fit.

A token is worth about a tenth of a millisecond of one core. Scalars are free and an object costs 1; a page multiplies
what it holds by its size, a list without pages by LIST_ASSUMED; a series costs its points / 100. What is counted after
execution replaces assumptions, so an assumption need not be the worst case.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from titan_graphql.services.markets import POINTS_MAX, POINTS_MIN
from titan_graphql.services.pages import LIST_MAX, PAGE_MAX

METADATA = "titan.price"
TOKEN_SECONDS = 1e-4
OBJECT = 1.0
MUTATION = 10.0
LIST_ASSUMED = 100
POINTS_PER_TOKEN = 100
POINTS_ASSUMED = 10_000
INTROSPECTION: dict[str, float] = {"__schema": 500.0, "__type": 20.0}

Arguments = Mapping[str, Any]
Work = Callable[[Arguments], float]


@dataclass(frozen=True, slots=True)
class Price:
    """What a field costs besides the objects in it, and how many elements its list is taken to have."""

    work: float | Work = 0.0
    size: int = LIST_ASSUMED


def priced(work: float | Work = 0.0, size: int = LIST_ASSUMED) -> Mapping[Any, Any]:
    """The `metadata` of a field with a price of its own; `work` may depend on its arguments."""
    return {METADATA: Price(work, size)}


def tokens(seconds: float) -> float:
    """The price of work that takes this long on one core."""
    return seconds / TOKEN_SECONDS


def page_size(arguments: Arguments) -> int:
    """How many rows `first` or `last` ask for, within what is answered at all."""
    asked = arguments.get("first")
    asked = arguments.get("last") if asked is None else asked
    return _within(asked, 1, PAGE_MAX, PAGE_MAX)


def points(arguments: Arguments) -> float:
    """The price of a series of at most `maxPoints` points."""
    return _within(arguments.get("maxPoints"), POINTS_MIN, POINTS_MAX, POINTS_ASSUMED) / POINTS_PER_TOKEN


def list_size(arguments: Arguments, assumed: int) -> int:
    """How many elements a list without pages has: as many as `first` or `ids` say, or else the assumed number."""
    if "ids" in arguments:
        ids = arguments["ids"]
        return min(len(ids), LIST_MAX) if isinstance(ids, list) else 1
    return _within(arguments.get("first"), 1, PAGE_MAX, assumed)


def days(period: object) -> float:
    """The days of a period; an invalid one is refused later, and priced as if it were endless."""
    try:
        start, end = (datetime.fromisoformat(cast("Any", period)[key]) for key in ("start", "end"))
        return (end - start) / timedelta(days=1)
    except (TypeError, KeyError, ValueError):
        return math.inf


def _within(value: object, least: int, most: int, otherwise: int) -> int:
    """The value within bounds, or `otherwise` when it was not given; one that is not a number is refused later."""
    return min(max(value, least), most) if isinstance(value, int) else otherwise
