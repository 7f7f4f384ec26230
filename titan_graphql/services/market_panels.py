"""Panels: the daily closes of many instruments side by side, for whatever compares a whole universe."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import numpy.typing as npt

from titan_graphql.errors import InvalidInputError
from titan_graphql.models.markets import BarBlock, Dataset, Instrument, Series, Timeframe
from titan_graphql.services import market_bars, markets
from titan_graphql.services.market_bars import TIME_TYPE, VALUE_TYPE


@dataclass(frozen=True, slots=True)
class Panel:
    """Closes of shape (bars, instruments) on the union of all bar times; NaN is a missing bar."""

    time: npt.NDArray[np.int64]
    instruments: list[Instrument]
    closes: npt.NDArray[np.float64]
    dataset_hashes: list[str]


async def read_panel(instruments: Sequence[Instrument], start: datetime, end: datetime) -> Panel:
    """Read the newest daily closes that begin in [start, end), one column per instrument, in the given order.

    Raises:
        InvalidInputError: the period is reversed.
    """
    markets.check_range(start, end, ["formation"])
    ids = [instrument.id for instrument in instruments]
    series = {row.id: row for row in await Series.filter(instrument_id__in=ids, timeframe=Timeframe.D1)}
    column_of = {instrument_id: column for column, instrument_id in enumerate(ids)}
    rows = await _blocks(list(series), start, end)
    time = _times([blob for _, blob, _ in rows], start, end)
    closes = np.full((len(ids), len(time)), np.nan)
    for series_id, times_blob, close_blob in rows:
        stamps = np.frombuffer(times_blob, TIME_TYPE)
        inside = (stamps >= market_bars.to_ms(start)) & (stamps < market_bars.to_ms(end))
        column = column_of[series[series_id].instrument_id]  # type: ignore[attr-defined]  # made by Tortoise
        closes[column, np.searchsorted(time, stamps[inside])] = np.frombuffer(close_blob, VALUE_TYPE)[inside]
    return Panel(time, list(instruments), np.ascontiguousarray(closes.T), await _hashes(series, ids))


async def _blocks(series_ids: list[UUID], start: datetime, end: datetime) -> list[tuple[UUID, bytes, bytes]]:
    years = {"year__gte": start.astimezone(UTC).year, "year__lte": end.astimezone(UTC).year}
    rows = BarBlock.filter(series_id__in=series_ids, superseded_by=None, **years).order_by("series_id", "year")
    found: list[tuple[UUID, bytes, bytes]] = await rows.values_list("series_id", "time", "close")
    return found


def _times(blobs: list[bytes], start: datetime, end: datetime) -> npt.NDArray[np.int64]:
    distinct = [np.frombuffer(blob, TIME_TYPE) for blob in set(blobs)]
    time = np.unique(np.concatenate(distinct)) if distinct else np.empty(0, np.int64)
    return time[(time >= market_bars.to_ms(start)) & (time < market_bars.to_ms(end))]


async def _hashes(series: dict[UUID, Series], ids: list[UUID]) -> list[str]:
    datasets = await Dataset.filter(series_id__in=list(series)).values_list("series_id", "revision", "content_hash")
    newest = {(series_id, revision): content_hash for series_id, revision, content_hash in datasets}
    by_instrument = {row.instrument_id: newest[row.id, row.revision] for row in series.values()}  # type: ignore[attr-defined]
    return [by_instrument.get(instrument_id, "") for instrument_id in ids]


def require_bars(panel: Panel) -> None:
    """Refuse a panel in which nobody has a bar.

    Raises:
        InvalidInputError: NO_DATA.
    """
    if not len(panel.time):
        raise InvalidInputError("NO_DATA", "No instrument has a bar in the formation period", ["formation"])
