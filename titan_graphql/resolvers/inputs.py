"""Inputs that several concepts share: pages, filters and periods."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import strawberry

from titan_graphql.services.pages import PageRequest
from titan_graphql.services.pairs import Period

First = Annotated[int | None, strawberry.argument(description="How many from the start of the order, 1 to 100.")]
After = Annotated[str | None, strawberry.argument(description="Begin after this cursor; goes with first.")]
Last = Annotated[int | None, strawberry.argument(description="How many from the end of the order, 1 to 100.")]
Before = Annotated[str | None, strawberry.argument(description="End before this cursor; goes with last.")]
PAGE = {"first": First, "after": After, "last": Last, "before": Before}
MaxPoints = Annotated[
    int | None, strawberry.argument(description="Downsample to at most this many points, 10 to 50,000.")
]
From = Annotated[datetime | None, strawberry.argument(name="from", description="The first moment included.")]
# What Python cannot call a field, and what services call it.
WORDS = {"in_": "in", "and_": "AND", "or_": "OR"}
To = Annotated[datetime | None, strawberry.argument(description="The first moment no longer included.")]


@strawberry.input(description="A condition on a text; all given tests must hold, and null is not a test.")
class StringFilter:
    """A condition on a text."""

    eq: str | None = strawberry.field(default=strawberry.UNSET, description="Equal to.")
    ne: str | None = strawberry.field(default=strawberry.UNSET, description="Different from.")
    in_: list[str] | None = strawberry.field(name="in", default=strawberry.UNSET, description="One of, at most 250.")
    contains: str | None = strawberry.field(default=strawberry.UNSET, description="Contains, whatever the case.")


@strawberry.input(description="A condition on a number; all given tests must hold.")
class FloatFilter:
    """A condition on a number."""

    eq: float | None = strawberry.field(default=strawberry.UNSET, description="Equal to.")
    gt: float | None = strawberry.field(default=strawberry.UNSET, description="Greater than.")
    gte: float | None = strawberry.field(default=strawberry.UNSET, description="At least.")
    lt: float | None = strawberry.field(default=strawberry.UNSET, description="Less than.")
    lte: float | None = strawberry.field(default=strawberry.UNSET, description="At most.")


@strawberry.input(description="A condition on a moment; all given tests must hold.")
class MomentFilter:
    """A condition on a moment."""

    gt: datetime | None = strawberry.field(default=strawberry.UNSET, description="After.")
    gte: datetime | None = strawberry.field(default=strawberry.UNSET, description="At or after.")
    lt: datetime | None = strawberry.field(default=strawberry.UNSET, description="Before.")
    lte: datetime | None = strawberry.field(default=strawberry.UNSET, description="At or before.")


@strawberry.input(description="A stretch of time: the bars that begin at or after start and before end.")
class PeriodInput:
    """A stretch of time."""

    start: datetime = strawberry.field(description="The first moment included.")
    end: datetime = strawberry.field(description="The first moment no longer included.")

    def to_period(self) -> Period:
        """The period as services take it."""
        return Period(self.start, self.end)


def paged(resolver: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """A connection's resolver: the graph shows first, after, last and before, the function takes them as `request`."""

    @wraps(resolver)
    async def resolve(*args: Any, **given: Any) -> Any:
        page = {name: given.pop(name, None) for name in PAGE}
        return await resolver(*args, request=PageRequest(**page), **given)

    own = [one for one in signature(resolver).parameters.values() if one.name != "request"]
    shown = [Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=kind) for name, kind in PAGE.items()]
    resolve.__signature__ = Signature([*own, *shown])  # type: ignore[attr-defined]  # what Strawberry reads
    return resolve


def criteria(filter_input: Any) -> dict[str, Any] | None:
    """A filter input as nested dictionaries, without what was not given."""
    if filter_input is None or filter_input is strawberry.UNSET:
        return None
    given: dict[str, Any] = _given(strawberry.asdict(filter_input))
    return given


def _given(value: Any) -> Any:
    if isinstance(value, list):
        return [_given(part) for part in value]
    if not isinstance(value, dict):
        return value
    tests = {name: part for name, part in value.items() if part is not strawberry.UNSET and part is not None}
    return {WORDS.get(name, name): _given(part) for name, part in tests.items()}
