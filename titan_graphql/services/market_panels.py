"""Panels: the daily closes of many instruments side by side, for whatever compares a whole universe.

Closes are total returns, the very prices that `market_actions.read_adjusted` gives for one instrument: they are
corrected here, once per history, and nowhere after.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import numpy.typing as npt

from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.models.markets import Adjustment, BarBlock, Dataset, Instrument, Series, Timeframe
from titan_graphql.quant.adjustment import Events
from titan_graphql.services import market_actions, markets
from titan_graphql.services.market_actions import Corrections
from titan_graphql.services.market_bars import TIME_TYPE, VALUE_TYPE, Bars, to_ms
from titan_graphql.services.markets import SESSIONS_PER_YEAR

BLOCKS_PER_QUERY = 2_000
HISTORIES_MAX = 8
Blob = tuple[UUID, bytes, *tuple[bytes | None, ...]]
_histories: "OrderedDict[tuple[Version | None, ...], Panel]" = OrderedDict()


@dataclass(frozen=True, slots=True)
class Version:
    """One revision of one series; its hash says which corporate actions it knows."""

    series_id: UUID
    revision: int
    content_hash: str
    corrections: Corrections = field(compare=False)


@dataclass(frozen=True, slots=True)
class Panel:
    """Closes of shape (bars, instruments) on the union of all bar times; NaN is a missing bar.

    `refusals` says, by column, why prices could not be corrected; those columns are empty. Where closes are left as
    stored, `events` are the splits and dividends of the columns that have any, and `opens` are there if they were asked
    for. A year has `periods` bars.
    """

    time: npt.NDArray[np.int64]
    instruments: list[Instrument]
    closes: npt.NDArray[np.float64]
    dataset_hashes: list[str]
    refusals: Mapping[int, str] = field(default_factory=dict)
    events: Mapping[int, Events] = field(default_factory=dict)
    opens: npt.NDArray[np.float64] | None = None
    periods: float = SESSIONS_PER_YEAR

    def between(self, start: datetime, end: datetime) -> "Panel":
        """The bars that begin in [start, end)."""
        low, high = (int(np.searchsorted(self.time, to_ms(moment))) for moment in (start, end))
        closes = np.ascontiguousarray(self.closes[low:high])
        events = {key: Events(one.splits[low:high], one.dividends[low:high]) for key, one in self.events.items()}
        opens = None if self.opens is None else np.ascontiguousarray(self.opens[low:high])
        return replace(self, time=self.time[low:high], closes=closes, events=events, opens=opens)


async def read_panel(
    instruments: Sequence[Instrument],
    start: datetime,
    end: datetime,
    hashes: Sequence[str] | None = None,
    *,
    as_stored: bool = False,
    opens: bool = False,
) -> Panel:
    """Read the daily closes that begin in [start, end), one column per instrument, in the given order.

    `hashes` names the content of each instrument's dataset ("" for none), so that a panel can be read again as it was;
    without them the newest revisions are read. `as_stored` corrects nothing and tells what happened to the shares
    instead; with `opens` the opening prices come too, as they are stored. Live bars are in none until they are folded
    into a dataset.

    Raises:
        InvalidInputError: the period is reversed.
        NotFoundError: there is no dataset of such a hash.
    """
    markets.check_range(start, end, ["formation"])
    versions = await _versions(instruments, hashes)
    years = start.astimezone(UTC).year, end.astimezone(UTC).year
    plain = [version for version in versions if version and not version.corrections.pending]
    # A correction multiplies over all of a series.
    whole = [version for version in versions if version and version.corrections.pending]
    columns = ("close", "open") if opens else ("close",)
    rows = await _blobs(plain, years, columns) + await _blobs(whole, None, columns)
    panel = await asyncio.to_thread(_assemble, list(instruments), versions, rows, as_stored=as_stored, opens=opens)
    return panel.between(start, end)


async def read_remembered(instruments: Sequence[Instrument], start: datetime, end: datetime) -> Panel:
    """The same from whole histories that this process keeps, so that a window that moves reads nothing again.

    A key names the revision of every series, so what is kept is never stale.

    Raises:
        InvalidInputError: the period is reversed.
    """
    markets.check_range(start, end, ["formation"])
    versions = await _versions(instruments, None)
    key = tuple(versions)
    if key not in _histories:
        rows = await _blobs([version for version in versions if version], None)
        _histories[key] = await asyncio.to_thread(_assemble, list(instruments), versions, rows)
        while len(_histories) > HISTORIES_MAX:
            _histories.popitem(last=False)
    _histories.move_to_end(key)
    kept = _histories[key].between(start, end)
    return replace(kept, instruments=list(instruments))


async def _versions(instruments: Sequence[Instrument], hashes: Sequence[str] | None) -> list[Version | None]:
    """Which revision of each instrument's daily series to read; None where there is none."""
    ids = [instrument.id for instrument in instruments]
    rows = await Series.filter(instrument_id__in=ids, timeframe=Timeframe.D1).values_list(
        "id", "instrument_id", "revision"
    )
    series = {instrument_id: (series_id, revision) for series_id, instrument_id, revision in rows}
    found = await Dataset.filter(series_id__in=[row[0] for row in rows]).values_list(
        "series_id", "revision", "content_hash", "adjustment", "actions"
    )
    known = [
        Version(series_id, revision, content, Corrections(Adjustment(adjustment), actions))
        for series_id, revision, content, adjustment, actions in found
    ]
    if hashes is None:
        newest = {(version.series_id, version.revision): version for version in known}
        return [newest.get(series[one]) if one in series else None for one in ids]
    recorded = {(version.series_id, version.content_hash): version for version in known}
    return [_recorded(series.get(one), content, recorded) for one, content in zip(ids, hashes, strict=True)]


def _recorded(
    series: tuple[UUID, int] | None, content: str, known: Mapping[tuple[UUID, str], Version]
) -> Version | None:
    if not content:
        return None
    version = known.get((series[0], content)) if series is not None else None
    if version is None:
        raise NotFoundError("NO_DATA", f"The recorded dataset {content[:12]} is no longer stored", ["formation"])
    return version


async def _blobs(
    versions: Sequence[Version], years: tuple[int, int] | None, columns: Sequence[str] = ("close",)
) -> list[Blob]:
    """Times and columns of the blocks that hold for these revisions; blocks themselves never change."""
    revision = {version.series_id: version.revision for version in versions}
    blocks = BarBlock.filter(series_id__in=list(revision))
    if years is not None:
        blocks = blocks.filter(year__gte=years[0], year__lte=years[1])
    known = await blocks.order_by("series_id", "year").values_list("id", "series_id", "revision", "superseded_by")
    holding = [
        block_id
        for block_id, series_id, since, until in known
        if since <= revision[series_id] and (until is None or until > revision[series_id])
    ]
    found: list[Blob] = []
    for first in range(0, len(holding), BLOCKS_PER_QUERY):
        part = BarBlock.filter(id__in=holding[first : first + BLOCKS_PER_QUERY])
        found += await part.values_list("series_id", "time", *columns)
    return found


def _assemble(
    instruments: list[Instrument],
    versions: list[Version | None],
    rows: list[Blob],
    *,
    as_stored: bool = False,
    opens: bool = False,
) -> Panel:
    columns = {version.series_id: column for column, version in enumerate(versions) if version}
    stamps = {row[1]: np.frombuffer(row[1], TIME_TYPE) for row in rows}
    time = np.unique(np.concatenate(list(stamps.values()))) if stamps else np.empty(0, np.int64)
    places = {blob: np.searchsorted(time, own) for blob, own in stamps.items()}
    closes, opening = (np.full((len(instruments), len(time)), np.nan) for _ in range(2))
    bars: dict[int, list[npt.NDArray[np.int64]]] = {}
    for series_id, times, *values in rows:
        for table, blob in zip((closes, opening), values, strict=False):
            if blob is not None:
                table[columns[series_id], places[times]] = np.frombuffer(blob, VALUE_TYPE)
        bars.setdefault(columns[series_id], []).append(places[times])
    refusals, events = {}, {}
    for column, version in enumerate(versions):
        if version and version.corrections.pending and column in bars:
            own = np.sort(np.concatenate(bars[column]))
            if as_stored:
                events[column] = _events(time, own, version.corrections)
            else:
                refusals[column] = _correct(closes[column], time, own, version.corrections)
    hashes = [version.content_hash if version else "" for version in versions]
    said = {column: refusal for column, refusal in refusals.items() if refusal is not None}
    first = np.ascontiguousarray(opening.T) if opens else None
    return Panel(time, instruments, np.ascontiguousarray(closes.T), hashes, said, events, first)


def _events(time: npt.NDArray[np.int64], own: npt.NDArray[np.int64], corrections: Corrections) -> Events:
    """Each action on the instrument's own next bar, laid out on the bars of all."""
    happened = market_actions.events(time[own], corrections.adjustment, corrections.actions)
    splits, dividends = np.ones(len(time)), np.zeros(len(time))
    splits[own], dividends[own] = happened.splits, happened.dividends
    return Events(splits, dividends)


def _correct(
    closes: npt.NDArray[np.float64],
    time: npt.NDArray[np.int64],
    own: npt.NDArray[np.int64],
    corrections: Corrections,
) -> str | None:
    """Correct one series in place; where that cannot be done, empty it and say why."""
    try:
        bars = Bars(time[own], {"close": closes[own]})
        closes[own] = market_actions.adjusted(bars, corrections, Adjustment.TOTAL_RETURN).close
    except InvalidInputError as error:
        closes[own] = np.nan
        return error.message
    return None


def require_bars(panel: Panel) -> None:
    """Refuse a panel in which nobody has a bar.

    Raises:
        InvalidInputError: NO_DATA.
    """
    if not len(panel.time):
        raise InvalidInputError("NO_DATA", "No instrument has a bar in the formation period", ["formation"])
