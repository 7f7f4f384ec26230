"""Markets, instruments and their bars."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from titan_graphql.models import markets as models
from titan_graphql.resolvers import market_datasets as resolve_datasets
from titan_graphql.resolvers import markets as resolve
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.market_quality import QualityFinding
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.pricing import priced
from titan_graphql.schema.scalars import Floats, Times
from titan_graphql.services import market_quality as services

described(
    models.InstrumentKind,
    "InstrumentKind",
    "What is traded.",
    {
        "EQUITY": "A share of a company.",
        "ETF": "A share of an exchange-traded fund.",
        "FUTURE": "A futures contract or a continuous series of them.",
        "CRYPTO": "A crypto currency against another currency.",
        "FX": "A currency against another currency.",
        "COMMODITY": "A physical good at its spot price.",
        "INDEX": "A computed level that cannot itself be traded.",
    },
)
described(
    models.Timeframe,
    "Timeframe",
    "The length of a bar.",
    {
        "M1": "One minute.",
        "M5": "Five minutes.",
        "M15": "Fifteen minutes.",
        "M30": "Thirty minutes.",
        "H1": "One hour.",
        "H4": "Four hours.",
        "D1": "One trading day, stamped at 00:00 UTC of its date.",
    },
)
described(
    resolve.InstrumentOrder,
    "InstrumentOrder",
    "The order of a list of instruments.",
    {
        "SYMBOL_ASC": "By symbol, A to Z.",
        "SYMBOL_DESC": "By symbol, Z to A.",
        "NAME_ASC": "By name, A to Z.",
        "NAME_DESC": "By name, Z to A.",
        "BAR_COUNT_ASC": "By the number of daily bars, fewest first.",
        "BAR_COUNT_DESC": "By the number of daily bars, most first.",
        "FIRST_BAR_ASC": "By the first daily bar, earliest first; without bars last.",
        "FIRST_BAR_DESC": "By the first daily bar, latest first; without bars last.",
        "LAST_BAR_ASC": "By the last daily bar, earliest first; without bars last.",
        "LAST_BAR_DESC": "By the last daily bar, latest first; without bars last.",
        "CREATED_AT_ASC": "By when it became known here, earliest first.",
        "CREATED_AT_DESC": "By when it became known here, latest first.",
    },
)


described(
    models.Adjustment,
    "Adjustment",
    "What prices are corrected for; what a source has already corrected stays so.",
    {
        "RAW": "Prices as they were traded.",
        "SPLIT": "Corrected for splits: none shows as a move of the price.",
        "TOTAL_RETURN": "Corrected for splits, and for dividends as if reinvested: changes are total returns.",
    },
)
ActionKind = described(
    models.ActionKind,
    "ActionKind",
    "What a company did to its shares.",
    {"SPLIT": "New shares for old ones.", "DIVIDEND": "Money per share."},
)


@strawberry.type(description="One bar.")
class BarValues:
    """One bar."""

    open: Annotated[float | None, strawberry.field(description="First price.")]
    high: Annotated[float | None, strawberry.field(description="Highest price.")]
    low: Annotated[float | None, strawberry.field(description="Lowest price.")]
    close: Annotated[float | None, strawberry.field(description="Last price.")]
    volume: Annotated[float | None, strawberry.field(description="Traded quantity.")]


@strawberry.type(description="What became of one bar.")
class BarChange:
    """What became of one bar."""

    time: Annotated[datetime, strawberry.field(description="The start of the bar.")]
    before: Annotated[BarValues | None, strawberry.field(description="As the first dataset has it.")]
    after: Annotated[BarValues | None, strawberry.field(description="As the other dataset has it.")]


@strawberry.type(description="What two revisions of a series differ in.")
class DatasetDiff:
    """What two revisions of a series differ in."""

    added: Annotated[int, strawberry.field(description="Bars that only the other has.")]
    removed: Annotated[int, strawberry.field(description="Bars that only the first has.")]
    changed: Annotated[int, strawberry.field(description="Bars that both have, but not the same.")]
    actions_changed: Annotated[bool, strawberry.field(description="Whether they know other corporate actions.")]
    bars: Annotated[
        list[BarChange], strawberry.field(description="The first 100 of the changed, then the removed, then the added.")
    ]


@strawberry.type(description="What is known of the quality of data.")
class DataQuality:
    """What is known of the quality of data."""

    dataset: Annotated["Dataset | None", strawberry.field(description="The data examined; null without data.")]
    grade: Annotated[services.QualityGrade | None, strawberry.field(description="What to make of it at a glance.")]
    calendar: Annotated[
        str | None, strawberry.field(description="The calendar that says which bars to expect; null when none does.")
    ]
    findings: Annotated[list[QualityFinding], strawberry.field(description="What to look at.")]
    findings_left_off: Annotated[int, strawberry.field(description="How many findings are not listed.")]


@strawberry.type(description="A split or a dividend.")
class CorporateAction:
    """A split or a dividend."""

    kind: Annotated[models.ActionKind, strawberry.field(description="Which of the two.")]
    ex_date: Annotated[date, strawberry.field(description="The first day on which the shares trade with it.")]
    value: Annotated[float, strawberry.field(description="SPLIT: new shares for one old; DIVIDEND: money per share.")]
    source: Annotated[str, strawberry.field(description="Where it was read.")]


@strawberry.type(description="One immutable revision of a series of bars.")
class Dataset(Node):
    """One immutable revision of a series."""

    instrument: Annotated[
        "Instrument", strawberry.field(resolver=resolve_datasets.instrument, description="Whose bars it holds.")
    ]
    revision: Annotated[int, strawberry.field(description="Counts the revisions of the series from 1.")]
    content_hash: Annotated[str, strawberry.field(description="The identity of its content, BLAKE2b.")]
    provider: Annotated[str, strawberry.field(description="How the bars came in, such as sample or csv.")]
    source: Annotated[str, strawberry.field(description="The file or address they came from.")]
    synthetic: Annotated[bool, strawberry.field(description="Whether the bars were generated, not observed.")]
    adjustment: Annotated[
        models.Adjustment, strawberry.field(description="What the stored prices were corrected for by their source.")
    ]
    bar_count: Annotated[int, strawberry.field(description="The number of bars.")]
    first_bar: Annotated[datetime, strawberry.field(description="The start of the first bar.")]
    last_bar: Annotated[datetime, strawberry.field(description="The start of the last bar.")]
    created_at: Annotated[datetime, strawberry.field(description="When it was imported.")]
    quality: Annotated[
        DataQuality, strawberry.field(resolver=resolve_datasets.quality, description="What was found wrong with it.")
    ]
    diff: Annotated[
        DatasetDiff,
        strawberry.field(
            metadata=priced(100.0),
            resolver=resolve_datasets.diff,
            description="What another revision of the series has otherwise.",
        ),
    ]
    is_type_of = accepts(models.Dataset)


@strawberry.type(description="Bars in columns; a column that was never imported is null.")
class BarSeries:
    """Bars in columns."""

    count: Annotated[int, strawberry.field(description="The number of bars.")]
    time: Annotated[Times, strawberry.field(description="The start of each bar.")]
    open: Annotated[Floats | None, strawberry.field(description="First prices.")]
    high: Annotated[Floats | None, strawberry.field(description="Highest prices.")]
    low: Annotated[Floats | None, strawberry.field(description="Lowest prices.")]
    close: Annotated[Floats, strawberry.field(description="Last prices.")]
    volume: Annotated[Floats | None, strawberry.field(description="Traded quantities.")]
    downsampled_from: Annotated[
        int | None, strawberry.field(description="The number of bars before downsampling; null when all are here.")
    ]
    resampled_from: Annotated[
        models.Timeframe | None,
        strawberry.field(
            description="The stored timeframe that these bars were made of, session by session; null when they are "
            "stored as they are. The last may still grow, and what was traded outside of all sessions is in none."
        ),
    ]
    live: Annotated[
        int,
        strawberry.field(
            description="How many of the bars (before downsampling) hold something of a live feed that is in no "
            "dataset yet; analyses, scans and backtests read datasets only."
        ),
    ]
    reason: Annotated[str | None, strawberry.field(description="Why there are no bars; null when there are.")]
    dataset: Annotated[Dataset | None, strawberry.field(description="The data they come from; null without data.")]
    adjustment: Annotated[
        models.Adjustment,
        strawberry.field(description="What these prices are corrected for: what was asked, or more if the source did."),
    ]
    as_of: Annotated[datetime, strawberry.field(description="The moment at which this was known.")]


@strawberry.type(description="Something with a price.")
class Instrument(Node):
    """Something with a price."""

    symbol: Annotated[str, strawberry.field(description="The ticker.")]
    name: Annotated[str, strawberry.field(description="The company or product.")]
    currency: Annotated[str, strawberry.field(description="The currency of its prices.")]
    kind: Annotated[models.InstrumentKind, strawberry.field(description="What is traded.")]
    synthetic: Annotated[bool, strawberry.field(description="Whether its prices were generated, not observed.")]
    market: Annotated[
        "Market", strawberry.field(resolver=resolve.instrument_market, description="The market that lists it.")
    ]
    timeframes: Annotated[
        list[models.Timeframe],
        strawberry.field(resolver=resolve.timeframes, description="The timeframes for which there are bars."),
    ]
    first_bar: Annotated[datetime | None, strawberry.field(description="The start of the first imported daily bar.")]
    last_bar: Annotated[datetime | None, strawberry.field(description="The start of the last imported daily bar.")]
    bar_count: Annotated[int, strawberry.field(description="The number of imported daily bars.")]
    created_at: Annotated[datetime, strawberry.field(description="When it became known here.")]
    bars: Annotated[
        BarSeries,
        strawberry.field(
            resolver=resolve.bars, description="Its bars in columns; only the columns asked for are read."
        ),
    ]
    datasets: Annotated[
        Connection[Dataset],
        strawberry.field(resolver=resolve_datasets.of_instrument, description="Its data, newest revision first."),
    ]
    quality: Annotated[
        DataQuality,
        strawberry.field(
            resolver=resolve_datasets.quality_of_instrument, description="The quality of its newest (daily) data."
        ),
    ]
    corporate_actions: Annotated[
        list[CorporateAction],
        strawberry.field(resolver=resolve_datasets.actions, description="Its splits and dividends, oldest first."),
    ]
    is_type_of = accepts(models.Instrument)


@strawberry.type(description="A venue with its own hours and currency.")
class Market(Node):
    """A venue."""

    code: Annotated[str, strawberry.field(description="Its short name, such as US.")]
    name: Annotated[str, strawberry.field(description="Its full name.")]
    timezone: Annotated[str, strawberry.field(description="Its time zone (IANA).")]
    currency: Annotated[str, strawberry.field(description="The currency most of its instruments trade in.")]
    instruments: Annotated[
        Connection[Instrument],
        strawberry.field(resolver=resolve.market_instruments, description="What it lists."),
    ]
    is_type_of = accepts(models.Market)


@strawberry.type
class MarketQuery:
    """Markets and instruments."""

    markets: Annotated[
        Connection[Market],
        strawberry.field(resolver=resolve.page, permission_classes=[SignedIn], description="All markets by code."),
    ]
    market: Annotated[
        Market | None,
        strawberry.field(resolver=resolve.market, permission_classes=[SignedIn], description="One market by its code."),
    ]
    instruments: Annotated[
        Connection[Instrument],
        strawberry.field(
            resolver=resolve.instruments, permission_classes=[SignedIn], description="Instruments of all markets."
        ),
    ]
    instrument: Annotated[
        Instrument | None,
        strawberry.field(
            resolver=resolve.instrument, permission_classes=[SignedIn], description="One instrument by its symbol."
        ),
    ]
