"""Markets and instruments: what there is, and its bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from tortoise.expressions import Q, Subquery

from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.models.markets import Adjustment as Adjustment
from titan_graphql.models.markets import Dataset, Instrument, Market, Series
from titan_graphql.models.markets import InstrumentKind as InstrumentKind
from titan_graphql.models.markets import Timeframe as Timeframe
from titan_graphql.quant.downsample import lttb, ohlc_buckets
from titan_graphql.services import market_actions, market_bars
from titan_graphql.services.market_bars import COLUMNS, Bars
from titan_graphql.services.pages import Column, Order, Page, PageRequest, fetch_page, where
from titan_graphql.services.texts import check_text, could_name

CODE_MAX, SYMBOL_MAX = 20, 40
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


@dataclass(frozen=True, slots=True)
class BarSeries:
    """Columns of bars as a caller asked for them, and the dataset they come from."""

    time: npt.NDArray[np.int64]
    open: npt.NDArray[np.float64] | None
    high: npt.NDArray[np.float64] | None
    low: npt.NDArray[np.float64] | None
    close: npt.NDArray[np.float64]
    volume: npt.NDArray[np.float64] | None
    downsampled_from: int | None
    dataset: Dataset | None
    adjustment: Adjustment
    as_of: datetime

    @property
    def count(self) -> int:
        """The number of bars."""
        return len(self.time)


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


async def get_instrument(symbol: str, field: str) -> Instrument:
    """One instrument that must exist.

    Raises:
        NotFoundError: there is none; `field` says which input named it.
    """
    check_text(symbol, [field])
    found = await find_instrument(symbol)
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


async def daily_series(instrument: Instrument, field: str) -> Series:
    """The daily series of an instrument.

    Raises:
        NotFoundError: no daily bars were imported; `field` says which input named the instrument.
    """
    series = await find_series(instrument, Timeframe.D1)
    if series is None or not series.revision:
        raise NotFoundError("NO_DATA", f"There are no daily bars of {instrument.symbol}", [field])
    return series


async def bars(
    instrument: Instrument,
    timeframe: Timeframe,
    columns: Sequence[str],
    start: datetime | None,
    end: datetime | None,
    max_points: int | None,
    adjustment: Adjustment = Adjustment.TOTAL_RETURN,
    as_of: datetime | None = None,
) -> BarSeries:
    """The asked columns of the bars that begin in [start, end), at most `max_points` of them.

    `as_of` reads what was known then, by default now.

    Raises:
        InvalidInputError: start not before end, max_points outside 10 to 50,000, or a dividend that cannot be.
    """
    check_range(start, end)
    check_points(max_points)
    series = await find_series(instrument, timeframe)
    dataset = await market_bars.dataset_as_of(series, as_of) if series is not None and series.revision else None
    if series is None or dataset is None:
        return _bar_series(Bars(np.empty(0, np.int64), {}), None, None, Adjustment.RAW, as_of)
    needed = {*columns, "close"} if max_points is None else set(COLUMNS)
    names = [name for name in COLUMNS if name in needed]
    read = await market_actions.read_adjusted(series, dataset, names, start, end, adjustment)
    shown = _downsampled(read, max_points)
    fewer = len(read) if len(shown) < len(read) else None
    return _bar_series(shown, fewer, dataset, market_actions.applied(dataset.adjustment, adjustment), as_of)


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


def _bar_series(
    shown: Bars,
    downsampled_from: int | None,
    dataset: Dataset | None,
    adjustment: Adjustment,
    as_of: datetime | None,
) -> BarSeries:
    column = shown.columns.get
    return BarSeries(
        time=shown.time,
        open=column("open"),
        high=column("high"),
        low=column("low"),
        close=column("close", np.empty(0)),
        volume=column("volume"),
        downsampled_from=downsampled_from,
        dataset=dataset,
        adjustment=adjustment,
        as_of=as_of or datetime.now(UTC),
    )


def _downsampled(read: Bars, max_points: int | None) -> Bars:
    if max_points is None or len(read) <= max_points:
        return read
    if not {"open", "high", "low"} <= read.columns.keys():
        kept = lttb(read.time, read.close, max_points)
        return Bars(read.time[kept], {name: column[kept] for name, column in read.columns.items()})
    column = read.columns.get
    merged: dict[str, Any] = ohlc_buckets(
        read.time, column("open"), column("high"), column("low"), read.close, column("volume"), max_points
    )
    return Bars(merged.pop("time"), merged)
