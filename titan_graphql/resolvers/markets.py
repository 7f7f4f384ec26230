"""Markets, instruments and bars."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import From, MaxPoints, StringFilter, To, criteria, paged
from titan_graphql.services import market_series, markets
from titan_graphql.services.market_bars import COLUMNS
from titan_graphql.services.markets import Adjustment, InstrumentKind, Timeframe
from titan_graphql.services.pages import Order, PageRequest

if TYPE_CHECKING:
    from titan_graphql.models.markets import Instrument, Market


class InstrumentOrder(Enum):
    """The orders in which instruments can be listed."""

    SYMBOL_ASC = Order("symbol")
    SYMBOL_DESC = Order("symbol", descending=True)
    NAME_ASC = Order("name")
    NAME_DESC = Order("name", descending=True)
    BAR_COUNT_ASC = Order("bar_count")
    BAR_COUNT_DESC = Order("bar_count", descending=True)
    FIRST_BAR_ASC = Order("first_bar")
    FIRST_BAR_DESC = Order("first_bar", descending=True)
    LAST_BAR_ASC = Order("last_bar")
    LAST_BAR_DESC = Order("last_bar", descending=True)
    CREATED_AT_ASC = Order("created_at")
    CREATED_AT_DESC = Order("created_at", descending=True)


@strawberry.input(description="A condition on what is traded.")
class InstrumentKindFilter:
    """A condition on what is traded."""

    eq: InstrumentKind | None = strawberry.field(default=strawberry.UNSET, description="Equal to.")
    in_: list[InstrumentKind] | None = strawberry.field(name="in", default=strawberry.UNSET, description="One of.")


@strawberry.input(description="A condition on the timeframes for which there are bars.")
class TimeframeFilter:
    """A condition on the timeframes for which there are bars."""

    eq: Timeframe | None = strawberry.field(default=strawberry.UNSET, description="There are bars of this one.")
    in_: list[Timeframe] | None = strawberry.field(
        name="in", default=strawberry.UNSET, description="There are bars of one of these."
    )


@strawberry.input(description="A condition on what is either true or false.")
class FlagFilter:
    """A condition on what is either true or false."""

    eq: bool | None = strawberry.field(default=strawberry.UNSET, description="Equal to.")


@strawberry.input(description="Which instruments to list; all given conditions must hold.")
class InstrumentFilter:
    """Which instruments to list."""

    symbol: StringFilter | None = strawberry.field(default=strawberry.UNSET, description="The ticker.")
    name: StringFilter | None = strawberry.field(default=strawberry.UNSET, description="The company or product.")
    market: StringFilter | None = strawberry.field(default=strawberry.UNSET, description="The market's code.")
    kind: "InstrumentKindFilter | None" = strawberry.field(default=strawberry.UNSET, description="What is traded.")
    synthetic: "FlagFilter | None" = strawberry.field(
        default=strawberry.UNSET, description="Whether prices were generated."
    )
    timeframe: "TimeframeFilter | None" = strawberry.field(
        default=strawberry.UNSET, description="For which timeframes there are imported bars."
    )
    currency: StringFilter | None = strawberry.field(default=strawberry.UNSET, description="The price's currency.")
    and_: list["InstrumentFilter"] | None = strawberry.field(
        name="AND", default=strawberry.UNSET, description="All of these."
    )
    or_: list["InstrumentFilter"] | None = strawberry.field(
        name="OR", default=strawberry.UNSET, description="Any of these."
    )


Code = Annotated[str, strawberry.argument(description="The market's code, such as US.")]
MarketCode = Annotated[str | None, strawberry.argument(description="The market's code, where several list the symbol.")]
Symbol = Annotated[str, strawberry.argument(description="The ticker, such as KO.")]
Where = Annotated[InstrumentFilter | None, strawberry.argument(description="Only instruments that satisfy this.")]
OrderBy = Annotated[InstrumentOrder, strawberry.argument(description="The order of the list.")]
Adjusted = Annotated[Adjustment, strawberry.argument(description="What prices are to be corrected for.")]
AsOf = Annotated[datetime | None, strawberry.argument(description="Read what was known at this moment.")]
Frame = Annotated[Timeframe, strawberry.argument(description="The length of a bar.")]


async def market(code: Code) -> Any:
    """One market, or None."""
    return await markets.find(code)


@paged
async def page(*, request: PageRequest) -> Any:
    """All markets by code."""
    return await markets.page(request)


async def instrument(symbol: Symbol, market: MarketCode = None) -> Any:
    """One instrument, or None."""
    return await markets.find_instrument(symbol, market)


@paged
async def instruments(
    where: Where = None, order_by: OrderBy = InstrumentOrder.SYMBOL_ASC, *, request: PageRequest
) -> Any:
    """Instruments of all markets."""
    return await markets.instruments(request, order_by.value, criteria(where))


@paged
async def market_instruments(
    root: "Market", where: Where = None, order_by: OrderBy = InstrumentOrder.SYMBOL_ASC, *, request: PageRequest
) -> Any:
    """Instruments of one market."""
    return await markets.instruments(request, order_by.value, criteria(where), root)


async def instrument_market(root: Any, info: Info) -> Any:
    """The market that lists an instrument."""
    return await info.context.loaders.markets.load(root.market_id)


async def timeframes(root: "Instrument", info: Info) -> list[Timeframe]:
    """The timeframes for which there are bars."""
    return [series.timeframe for series in await info.context.loaders.series.load(root.id) or []]


async def bars(
    root: "Instrument",
    info: Info,
    timeframe: Frame = Timeframe.D1,
    from_: From = None,
    to: To = None,
    max_points: MaxPoints = None,
    adjustment: Adjusted = Adjustment.TOTAL_RETURN,
    as_of: AsOf = None,
) -> Any:
    """Bars in columns; only the columns asked for are read."""
    asked = {selection.name for field in info.selected_fields for selection in field.selections}  # type: ignore[union-attr]
    columns = [name for name in COLUMNS if name in asked]
    return await market_series.bars(root, timeframe, columns, from_, to, max_points, adjustment, as_of)
