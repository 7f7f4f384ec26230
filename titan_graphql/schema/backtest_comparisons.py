"""Two backtests side by side, down to the bar that was restated."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from titan_graphql.resolvers import backtest_evidence as resolve
from titan_graphql.schema.backtests import Backtest
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.pricing import priced


class DifferenceKind(Enum):
    """What kind of thing differs."""

    PARAMETER = "PARAMETER"
    CODE = "CODE"
    SEED = "SEED"
    DATA = "DATA"
    RESULT = "RESULT"


described(
    DifferenceKind,
    "DifferenceKind",
    "What kind of thing differs between two runs.",
    {
        "PARAMETER": "What was asked for.",
        "CODE": "The version of the program.",
        "SEED": "The seed of what is random.",
        "DATA": "The data of a leg.",
        "RESULT": "What came out.",
    },
)


@strawberry.type(description="One thing that is not the same in two runs.")
class Difference:
    """One thing that is not the same."""

    kind: Annotated[DifferenceKind, strawberry.field(resolver=resolve.difference_kind, description="What kind it is.")]
    name: Annotated[str, strawberry.field(description="Which parameter, leg or hash.")]
    a: Annotated[str, strawberry.field(description="Its value in a, as JSON.")]
    b: Annotated[str, strawberry.field(description="Its value in b, as JSON.")]


@strawberry.type(description="A bar that two revisions of a series tell differently.")
class RestatedBar:
    """A bar that was restated."""

    leg: Annotated[str, strawberry.field(description="y or x.")]
    time: Annotated[datetime, strawberry.field(description="The start of the bar.")]
    column: Annotated[str, strawberry.field(description="open, high, low, close or volume.")]
    a: Annotated[float | None, strawberry.field(description="As a saw it; null where it had none.")]
    b: Annotated[float | None, strawberry.field(description="As b saw it; null where it had none.")]


@strawberry.type(description="The first bar at which two results part.")
class Divergence:
    """The first bar at which two results part."""

    column: Annotated[str, strawberry.field(description="Which column parts first.")]
    time: Annotated[datetime, strawberry.field(description="The start of the bar.")]
    a: Annotated[float | None, strawberry.field(description="The value in a.")]
    b: Annotated[float | None, strawberry.field(description="The value in b.")]


@strawberry.type(description="Two backtests side by side.")
class BacktestComparison:
    """Two backtests side by side."""

    a: Annotated[Backtest, strawberry.field(description="The backtest named as a.")]
    b: Annotated[Backtest, strawberry.field(description="The backtest named as b.")]
    same: Annotated[bool, strawberry.field(description="Whether data, code, parameters, seed and result all agree.")]
    differences: Annotated[list[Difference], strawberry.field(description="What does not agree.")]
    restated: Annotated[list[RestatedBar], strawberry.field(description="Bars that differ, the first 20 in time.")]
    restated_count: Annotated[int, strawberry.field(description="How many values of bars differ.")]
    first_divergence: Annotated[
        Divergence | None, strawberry.field(description="The first shared bar at which the results part.")
    ]


@strawberry.type
class BacktestComparisonQuery:
    """Comparing backtests."""

    compare_backtests: Annotated[
        BacktestComparison,
        strawberry.field(
            metadata=priced(50.0),
            resolver=resolve.compare,
            permission_classes=[SignedIn],
            description="What differs between two of your finished backtests.",
        ),
    ]
