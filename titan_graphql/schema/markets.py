"""Markets, instruments and their bars."""

from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import markets as models
from titan_graphql.resolvers import markets as resolve
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.scalars import Floats, Times

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
    },
)


@strawberry.type(description="One immutable revision of a series of bars.")
class Dataset:
    """One immutable revision of a series."""

    revision: Annotated[int, strawberry.field(description="Counts the revisions of the series from 1.")]
    content_hash: Annotated[str, strawberry.field(description="The identity of its content, BLAKE2b.")]
    provider: Annotated[str, strawberry.field(description="How the bars came in, such as sample or csv.")]
    source: Annotated[str, strawberry.field(description="The file or address they came from.")]
    synthetic: Annotated[bool, strawberry.field(description="Whether the bars were generated, not observed.")]
    bar_count: Annotated[int, strawberry.field(description="The number of bars.")]
    first_bar: Annotated[datetime, strawberry.field(description="The start of the first bar.")]
    last_bar: Annotated[datetime, strawberry.field(description="The start of the last bar.")]
    created_at: Annotated[datetime, strawberry.field(description="When it was imported.")]


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
    dataset: Annotated[Dataset | None, strawberry.field(description="The data they come from; null without data.")]
    as_of: Annotated[datetime, strawberry.field(description="When this was read.")]


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
    first_bar: Annotated[
        datetime | None, strawberry.field(resolver=resolve.first_bar, description="The start of the first daily bar.")
    ]
    last_bar: Annotated[
        datetime | None, strawberry.field(resolver=resolve.last_bar, description="The start of the last daily bar.")
    ]
    bar_count: Annotated[int, strawberry.field(resolver=resolve.bar_count, description="The number of daily bars.")]
    bars: Annotated[
        BarSeries,
        strawberry.field(
            resolver=resolve.bars, description="Its bars in columns; only the columns asked for are read."
        ),
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
