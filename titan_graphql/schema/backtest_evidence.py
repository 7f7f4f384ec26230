"""Why a backtest or portfolio may be believed: where its P&L came from, its leak check, and what it was made from."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from titan_graphql.models import markets
from titan_graphql.resolvers import backtest_evidence as resolve
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.scans import Scan


class LeakVerdict(Enum):
    """What the leak check says."""

    CLEAN = "CLEAN"
    LEAK = "LEAK"
    NOT_CHECKED = "NOT_CHECKED"


class SelectionVerdict(Enum):
    """Whether the choice of the pair knew the trading period."""

    NOT_SCANNED = "NOT_SCANNED"
    BEFORE_TRADING = "BEFORE_TRADING"
    KNOWS_TRADING = "KNOWS_TRADING"


described(
    LeakVerdict,
    "LeakVerdict",
    "What the leak check says of a run.",
    {
        "CLEAN": "Nothing done up to any of the cuts changed with the bars after it.",
        "LEAK": "Something did: the figures are not to be believed.",
        "NOT_CHECKED": "The trading period is too short to be cut.",
    },
)
described(
    SelectionVerdict,
    "SelectionVerdict",
    "Whether the choice of the pair knew the trading period.",
    {
        "NOT_SCANNED": "No scan of yours found this pair; of a book, not all of its pairs were found by one.",
        "BEFORE_TRADING": "The scans that found it ended before trading begins; of a book, those of all pairs.",
        "KNOWS_TRADING": "A scan that found it, or one pair of a book, used data of the trading period: hindsight.",
    },
)


@strawberry.type(description="Where the P&L came from, in currency; the seven parts add up to the total.")
class Attribution:
    """Where the P&L came from."""

    price_y: Annotated[float, strawberry.field(description="Earned by the shares of y.")]
    price_x: Annotated[float, strawberry.field(description="Earned by the shares of x held since the entry.")]
    hedge_drift: Annotated[float, strawberry.field(description="Earned by what re-hedging has added or taken away.")]
    commission: Annotated[float, strawberry.field(description="Commission paid, negative.")]
    slippage: Annotated[float, strawberry.field(description="Slippage paid, negative.")]
    borrow: Annotated[float, strawberry.field(description="Borrow fees on short legs, negative.")]
    dividends: Annotated[float, strawberry.field(description="Dividends received minus those paid on short legs.")]
    total: Annotated[float, strawberry.field(description="The P&L: last equity − capital.")]


@strawberry.type(description="The earliest thing a run did that depended on later bars.")
class FoundLeak:
    """The earliest leak."""

    bar: Annotated[datetime, strawberry.field(description="The bar at which it shows.")]
    column: Annotated[
        str,
        strawberry.field(
            description="What changed: z, beta, position, quantity, cash or equity; of a book also weight."
        ),
    ]
    cut: Annotated[datetime, strawberry.field(description="The bar from which on the future was taken away.")]
    method: Annotated[str, strawberry.field(description="TRUNCATED: bars cut off. POISONED: bars replaced.")]


@strawberry.type(description="Whether the scans that found the pair, or the pairs of a book, knew the trading period.")
class Selection:
    """Whether the choice of the pair knew the future."""

    verdict: Annotated[SelectionVerdict, strawberry.field(resolver=resolve.selection, description="The verdict.")]
    scan: Annotated[
        Scan | None, strawberry.field(resolver=resolve.selecting_scan, description="The scan the verdict rests on.")
    ]


@strawberry.type(
    description="The run made again with its future cut off, and with another future: nothing before may change."
)
class LeakCheck:
    """The leak check of a run."""

    verdict: Annotated[LeakVerdict, strawberry.field(resolver=resolve.verdict, description="The verdict.")]
    cuts: Annotated[list[datetime], strawberry.field(description="Where the future was cut off.")]
    leak: Annotated[FoundLeak | None, strawberry.field(description="The earliest leak; null when clean.")]
    selection: Annotated[Selection, strawberry.field(description="The choice of the pair.")]


@strawberry.type(description="The revision of a series that a leg was read from, and what happened while it traded.")
class UsedDataset:
    """The data behind a leg."""

    leg: Annotated[str, strawberry.field(description="y or x; of a book, the symbol.")]
    revision: Annotated[int, strawberry.field(description="Counts the revisions of the series from 1.")]
    content_hash: Annotated[str, strawberry.field(description="The identity of every time and value in it.")]
    adjustment: Annotated[
        markets.Adjustment, strawberry.field(description="What the source has corrected the ledger's prices for.")
    ]
    splits: Annotated[int, strawberry.field(description="Splits that changed share counts in the trading period.")]
    dividends: Annotated[int, strawberry.field(description="Dividends paid in cash in the trading period.")]
    missing: Annotated[int, strawberry.field(description="Bars on which only others traded; nothing was filled.")]
    ended: Annotated[
        datetime | None, strawberry.field(description="The last bar of a leg that stopped trading; null if it went on.")
    ]


@strawberry.type(description="Everything a result depends on. The same input hash gives the same result hash.")
class RunManifest:
    """Everything a result depends on."""

    datasets: Annotated[
        list[UsedDataset], strawberry.field(description="The data, y first; of a book, one per instrument.")
    ]
    code_version: Annotated[str, strawberry.field(description="The release and a hash of the calculating sources.")]
    parameters: Annotated[
        str, strawberry.field(resolver=resolve.parameters, description="The parameters, as JSON with sorted keys.")
    ]
    seed: Annotated[int, strawberry.field(description="The seed of everything random.")]
    input_hash: Annotated[str, strawberry.field(description="Covers data, code, parameters and seed.")]
    result_hash: Annotated[str, strawberry.field(description="Covers equity, positions and trades.")]
