"""Markets and instruments: what there is, and its bars."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.expressions import Q, Subquery

from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.models.markets import Adjustment as Adjustment
from titan_graphql.models.markets import Instrument, Market, Series
from titan_graphql.models.markets import InstrumentKind as InstrumentKind
from titan_graphql.models.markets import Timeframe as Timeframe
from titan_graphql.services.pages import Column, Order, Page, PageRequest, fetch_page, where
from titan_graphql.services.texts import check_text, could_name

CODE_MAX, SYMBOL_MAX = 20, 40
ALWAYS_OPEN = "24/7"
SESSIONS_PER_YEAR, DAYS_PER_YEAR = 252.0, 365.0
POINTS_MIN, POINTS_MAX = 10, 50_000
FILTERS: dict[str, Column] = {
    "symbol": "symbol",
    "name": "name",
    "kind": "kind",
    "market": "market__code",
    "currency": "currency",
    "synthetic": "synthetic",
    "timeframe": lambda operator, value: Q(id__in=_with_bars(operator, value)),
}


async def find(code: str) -> Market | None:
    """One market, or None."""
    return await Market.get_or_none(code=code) if could_name(code, CODE_MAX, ["code"]) else None


async def page(request: PageRequest) -> Page[Market]:
    """All markets by code."""
    return await fetch_page(Market.all(), request, Order("code"))


async def by_ids(ids: list[UUID]) -> dict[UUID, Market]:
    """Markets by id; absent ids are left out."""
    return {market.id: market for market in await Market.filter(id__in=ids)}


async def find_instrument(symbol: str, market: str | None = None) -> Instrument | None:
    """One instrument, or None.

    Raises:
        InvalidInputError: several markets have this symbol and none was named, or a text that cannot be stored.
    """
    if not could_name(symbol, SYMBOL_MAX, ["symbol"]) or not could_name(market or "", CODE_MAX, ["market"]):
        return None
    rows = Instrument.filter(symbol=symbol) if market is None else Instrument.filter(symbol=symbol, market__code=market)
    found = await rows.limit(2)
    if len(found) > 1:
        raise InvalidInputError("SYMBOL_AMBIGUOUS", f"Several markets list {symbol}; name one", ["market"])
    return found[0] if found else None


async def get_instrument(symbol: str, field: str, market: str | None = None) -> Instrument:
    """One instrument that must exist.

    Raises:
        NotFoundError: there is none; `field` says which input named it.
        InvalidInputError: SYMBOL_AMBIGUOUS.
    """
    check_text(symbol, [field])
    found = await find_instrument(symbol, market)
    if found is None:
        raise NotFoundError("INSTRUMENT_NOT_FOUND", f"There is no instrument {symbol[:60]!r}", [field])
    return found


async def instrument_by_id(instrument_id: UUID) -> Instrument:
    """One instrument by its row id.

    Raises:
        NotFoundError: there is none.
    """
    found = await Instrument.get_or_none(id=instrument_id)
    if found is None:
        raise NotFoundError("INSTRUMENT_NOT_FOUND", "There is no such instrument", ["instrumentId"])
    return found


async def instruments(
    request: PageRequest,
    order: Order,
    criteria: Mapping[str, Any] | None = None,
    market: Market | None = None,
) -> Page[Instrument]:
    """Instruments, of one market or of all."""
    rows = Instrument.all() if market is None else Instrument.filter(market=market)
    binding = {"market": market and market.code, "where": criteria}
    return await fetch_page(rows.filter(where(criteria, FILTERS)), request, order, binding)


def _with_bars(operator: str, value: Any) -> Subquery:
    """The instruments that have bars of such a timeframe."""
    having = Series.filter(revision__gt=0, **{f"timeframe{operator}": value})
    return Subquery(having.values("instrument_id"))


async def instruments_by_ids(ids: list[UUID]) -> dict[UUID, Instrument]:
    """Instruments by id; absent ids are left out."""
    return {instrument.id: instrument for instrument in await Instrument.filter(id__in=ids)}


async def bars_per_year(ids: Sequence[UUID]) -> float:
    """How many daily bars these instruments have in a year between them: every day, if one never closes."""
    around_the_clock = await Instrument.filter(id__in=list(ids), market__calendar=ALWAYS_OPEN).exists()
    return DAYS_PER_YEAR if around_the_clock else SESSIONS_PER_YEAR


async def instruments_by_series(ids: list[UUID]) -> dict[UUID, Instrument]:
    """The instrument of each series; absent series are left out."""
    rows = await Series.filter(id__in=ids).select_related("instrument")
    return {series.id: series.instrument for series in rows}


async def series_by_instruments(ids: list[UUID]) -> dict[UUID, list[Series]]:
    """The series of each instrument, shortest timeframe first."""
    found: dict[UUID, list[Series]] = {instrument_id: [] for instrument_id in ids}
    order = list(Timeframe)
    for series in sorted(await Series.filter(instrument_id__in=ids), key=lambda row: order.index(row.timeframe)):
        found[series.instrument_id].append(series)  # type: ignore[attr-defined]  # made by Tortoise
    return found


async def find_series(instrument: Instrument, timeframe: Timeframe) -> Series | None:
    """The series of an instrument at a timeframe, or None."""
    return await Series.get_or_none(instrument_id=instrument.id, timeframe=timeframe)


async def daily_series(leg_y: Instrument, leg_x: Instrument) -> tuple[Series, Series]:
    """The daily series of both legs of a pair.

    Raises:
        NotFoundError: no daily bars of a leg were imported.
        InvalidInputError: TIMEFRAME_MIXED, one leg has daily bars and the other has only shorter ones.
    """
    found = await series_by_instruments([leg_y.id, leg_x.id])
    imported = {key: [series for series in own if series.revision] for key, own in found.items()}
    daily = {key: next((one for one in own if one.timeframe is Timeframe.D1), None) for key, own in imported.items()}
    y, x = daily[leg_y.id], daily[leg_x.id]
    if y is not None and x is not None:
        return y, x
    leg, other, field = (leg_y, leg_x, "y") if y is None else (leg_x, leg_y, "x")
    if imported[leg.id] and daily[other.id] is not None:
        frames = ", ".join(series.timeframe for series in imported[leg.id])
        message = (
            f"{other.symbol} has daily bars, {leg.symbol} only {frames}: legs are compared on bars of one timeframe"
        )
        raise InvalidInputError("TIMEFRAME_MIXED", message, [field])
    raise NotFoundError("NO_DATA", f"There are no daily bars of {leg.symbol}", [field])


def check_range(start: datetime | None, end: datetime | None, path: Sequence[str] = ()) -> None:
    """Refuse a period that does not begin before it ends.

    Raises:
        InvalidInputError: PERIOD_REVERSED.
    """
    if start is not None and end is not None and start >= end:
        message = f"A period must begin before it ends: {start:%Y-%m-%d} is not before {end:%Y-%m-%d}"
        raise InvalidInputError("PERIOD_REVERSED", message, path or ["from"])


def check_points(max_points: int | None) -> None:
    """Refuse a resolution that cannot be drawn or sent.

    Raises:
        InvalidInputError: MAX_POINTS_INVALID.
    """
    if max_points is not None and not POINTS_MIN <= max_points <= POINTS_MAX:
        message = f"maxPoints must be from {POINTS_MIN} to {POINTS_MAX}, not {max_points}"
        raise InvalidInputError("MAX_POINTS_INVALID", message, ["maxPoints"])
