"""Live bars: closed bars into the tail of their series and onto its stream, in one transaction and only once.

The tail is what no dataset holds yet; `market_folding` makes datasets of it. What is researched (analyses, scans,
backtests) reads datasets alone, so that it can be repeated.
"""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from titan_graphql.errors import InvalidInputError
from titan_graphql.feeds.bars import COLUMNS, Bars, to_datetime
from titan_graphql.models.market_live import LiveBar
from titan_graphql.models.markets import Series
from titan_graphql.services import market_feeds, streams
from titan_graphql.services.market_bars import read_bars, to_ms
from titan_graphql.services.market_feeds import FeedRun

TIME_MAX = 4_102_444_800_000  # the year 2100
BAR_STREAMS = "bars"
Key = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Values:
    """What was traded during a bar; None is unknown."""

    open: float | None
    high: float | None
    low: float | None
    close: float
    volume: float | None


@dataclass(frozen=True, slots=True)
class ClosedBar:
    """A bar that is over; `time` is its start in milliseconds since the epoch (UTC)."""

    series_id: UUID
    time: int
    values: Values


def stream_of(series_id: UUID) -> str:
    """The stream on which the bars of a series are announced."""
    return f"{BAR_STREAMS}:{series_id}"


def check(bar: ClosedBar) -> None:
    """Refuse an impossible bar.

    Raises:
        InvalidInputError: TIME_OUT_OF_RANGE, NOT_FINITE, OHLC_INCONSISTENT or VOLUME_NEGATIVE.
    """
    values = bar.values
    prices = [price for price in (values.open, values.high, values.low, values.close) if price is not None]
    if not 0 <= bar.time < TIME_MAX:
        raise InvalidInputError("TIME_OUT_OF_RANGE", f"{bar.time} cannot be the time of a live bar", ["time"])
    if not all(map(math.isfinite, [*prices, values.volume or 0.0])):
        raise InvalidInputError("NOT_FINITE", "Prices and volumes are finite numbers", ["close"])
    if (values.high is not None and values.high < max(prices)) or (values.low is not None and values.low > min(prices)):
        raise InvalidInputError("OHLC_INCONSISTENT", "A price lies outside of low and high", ["close"])
    if values.volume is not None and values.volume < 0:
        raise InvalidInputError("VOLUME_NEGATIVE", "A volume is not negative", ["volume"])


async def record(bars: Sequence[ClosedBar], run: FeedRun) -> int:
    """Store closed bars and announce them, all or none; returns how many were news.

    A bar that is already stored with equal values is no news, one with other values corrects it. Bars that are played
    again are announced only, since they are stored already. Calling it again after a failure repeats nothing.

    Raises:
        InvalidInputError: one of the bars cannot be.
        ConflictError: FEED_REPLACED.
    """
    for bar in bars:
        check(bar)
    if not bars:
        return 0
    received, newest = time.time_ns() // 1_000_000, max(bar.time for bar in bars)
    if not run.replay and run.last_bar is not None:
        newest = max(newest, run.last_bar)  # what was missed by one instrument is older than what another brought
    latest = {(bar.series_id, bar.time): bar for bar in bars}
    news = [latest[key] for key in sorted(latest)]
    async with streams.recording() as outbox:
        if not await market_feeds.advance(run, newest):
            news = []
        elif not run.replay:
            news = await _stored(news, run.provider, received)
        for bar in news:
            data = _encoded(bar, received, replay=run.replay)
            await outbox.append(stream_of(bar.series_id), data, replay=run.replay)
    run.step, run.last_bar = run.step + 1, newest
    return len(news)


def values_at(bars: Bars, place: int) -> Values:
    """What columns of bars say of one of them."""
    values = {name: known(float(bars.columns[name][place])) for name in COLUMNS if name in bars.columns}
    return Values(**{**dict.fromkeys(COLUMNS), **values})  # type: ignore[arg-type]  # a close is always known


def known(value: float) -> float | None:
    """A number as values hold it."""
    return None if math.isnan(value) else value


async def tail(series_id: UUID) -> Bars:
    """The bars that no dataset holds yet."""
    return as_bars(await LiveBar.filter(series_id=series_id).order_by("time"))


def as_bars(rows: Sequence[LiveBar]) -> Bars:
    """Rows in columns; a column that is unknown throughout is absent."""
    columns = {name: np.array([_or_nan(getattr(row, name)) for row in rows], np.float64) for name in COLUMNS}
    known = {name: column for name, column in columns.items() if name == "close" or not np.isnan(column).all()}
    return Bars(np.array([row.time for row in rows], np.int64), known)


async def _stored(bars: Sequence[ClosedBar], provider: str, received: int) -> list[ClosedBar]:
    """Write the bars that say something new into the tail, and return them."""
    ids = {bar.series_id for bar in bars}
    waiting = LiveBar.filter(series_id__in=ids, time__gte=min(bar.time for bar in bars))
    kept: dict[Key, Any] = {
        (row.series_id, row.time): row  # type: ignore[attr-defined]  # made by Tortoise
        for row in await waiting
    }
    known = await _in_datasets(bars) | {key: _values_of(row) for key, row in kept.items()}
    news = [bar for bar in bars if known.get((bar.series_id, bar.time)) != bar.values]
    await _write(news, kept, provider, received)
    return news


async def _write(news: Iterable[ClosedBar], kept: Mapping[Key, Any], provider: str, received: int) -> None:
    fresh = []
    for bar in news:
        columns = {**_columns(bar.values), "provider": provider, "received": received}
        row = kept.get((bar.series_id, bar.time))
        # A row that is gone was folded into a dataset meanwhile.
        if row is None or not await LiveBar.filter(id=row.id).update(**columns):
            fresh.append(LiveBar(series_id=bar.series_id, time=bar.time, **columns))
    await LiveBar.bulk_create(fresh)


async def _in_datasets(bars: Sequence[ClosedBar]) -> dict[Key, Values]:
    """What the newest datasets say of the times of these bars."""
    found: dict[Key, Values] = {}
    for series in await Series.filter(id__in={bar.series_id for bar in bars}, revision__gt=0):
        times = [bar.time for bar in bars if bar.series_id == series.id]
        if series.last_bar is None or min(times) > to_ms(series.last_bar):
            continue
        stored = await read_bars(series, COLUMNS, to_datetime(min(times)), to_datetime(max(times) + 1))
        for at in np.flatnonzero(np.isin(stored.time, times)):
            found[series.id, int(stored.time[at])] = values_at(stored, int(at))
    return found


def _values_of(row: LiveBar) -> Values:
    return Values(row.open, row.high, row.low, row.close, row.volume)


def _columns(values: Values) -> dict[str, Any]:
    return dict(zip(COLUMNS, astuple(values), strict=True))


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _encoded(bar: ClosedBar, received: int, *, replay: bool) -> bytes:
    return orjson.dumps({"time": bar.time, **_columns(bar.values), "replay": replay, "received": received})
