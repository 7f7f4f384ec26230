"""The quality of data: what was found wrong with bars."""

from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.schema.descriptions import described
from titan_graphql.services import market_quality

FindingKind = described(
    market_quality.FindingKind,
    "FindingKind",
    "What was found in bars.",
    {
        "DUPLICATES": "Rows that occurred twice in the file and were left out.",
        "GAP": "Bars that the market's calendar makes one expect are missing.",
        "NON_POSITIVE_PRICE": "Prices of zero or less: they have no logarithm.",
        "OFF_SESSION": "Bars at times when the market does not trade.",
        "OUTLIER": "A move far beyond the usual; real crashes are among them.",
        "STALE_RUN": "The same close many times in a row.",
        "SUSPECTED_SPLIT": "A move that looks like a split for which the prices were not adjusted.",
        "ZERO_VOLUME": "Bars without any trade.",
    },
)
QualityGrade = described(
    market_quality.QualityGrade,
    "QualityGrade",
    "What to make of data at a glance.",
    {
        "GOOD": "Nothing to look at.",
        "CHECK": "Something to look at before relying on it.",
        "BAD": "Something that makes results wrong unless it is dealt with.",
    },
)


@strawberry.type(description="Bars that somebody should look at.")
class QualityFinding:
    """Bars that somebody should look at."""

    kind: Annotated[market_quality.FindingKind, strawberry.field(description="What was found.")]
    start: Annotated[datetime, strawberry.field(description="The first bar concerned.")]
    end: Annotated[datetime, strawberry.field(description="The last bar concerned.")]
    count: Annotated[int, strawberry.field(description="How many bars are concerned.")]
    value: Annotated[float | None, strawberry.field(description="The size of it, where it has one.")]
    message: Annotated[str, strawberry.field(description="What it means.")]
