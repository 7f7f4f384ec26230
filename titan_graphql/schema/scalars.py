"""Scalars: whole columns that leave in one go, and moments with a time zone."""

from datetime import UTC, date, datetime
from typing import Any, NewType

import numpy as np
import strawberry
from graphql import GraphQLError

Floats = NewType("Floats", object)
Times = NewType("Times", object)


def _column(value: Any) -> Any:
    """A column as orjson takes it: contiguous, not finite becomes null on the way."""
    return np.ascontiguousarray(value) if isinstance(value, np.ndarray) else value


def _parse_moment(value: Any) -> datetime:
    """A moment; only a GraphQLError keeps its message and says at which input it arose."""
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    example = "such as 2012-01-30T00:00:00Z"
    raise GraphQLError(f"A DateTime is RFC 3339 with a time zone, {example}; found {str(value)[:40]!r}")


def _parse_day(value: Any) -> date:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        day = None
    if day is None or day.isoformat() != value:
        raise ValueError("A Date is a day as YYYY-MM-DD, such as 2012-01-30")
    return day


def _format_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


SCALARS: dict[object, Any] = {
    Floats: strawberry.scalar(
        name="Floats",
        description="A column of numbers: a JSON array of finite numbers and nulls, serialised in one go.",
        serialize=_column,
    ),
    Times: strawberry.scalar(
        name="Times",
        description="A column of moments: a JSON array of integers, milliseconds since the epoch, UTC.",
        serialize=_column,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment: RFC 3339, given with any time zone, answered in UTC.",
        parse_value=_parse_moment,
        serialize=_format_moment,
    ),
    date: strawberry.scalar(
        name="Date", description="A day: YYYY-MM-DD.", parse_value=_parse_day, serialize=date.isoformat
    ),
}
