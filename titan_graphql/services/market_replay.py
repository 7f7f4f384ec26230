"""Stored bars played again as if they happened now: which, in which order, and how fast."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, cycle
from time import monotonic

import numpy as np
from tortoise.expressions import Q

from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.feeds.bars import COLUMNS, Bars, Times, to_ms
from titan_graphql.models.markets import Dataset, Series, Timeframe
from titan_graphql.services.market_bars import read_many
from titan_graphql.services.market_live import ClosedBar, values_at
from titan_graphql.services.pages import LIST_MAX
from titan_graphql.services.texts import check_text

SAMPLE = "SAMPLE"
BARS_BY_DEFAULT = 252
SPEED_MAX = 60_000.0
SECONDS_PER_MINUTE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaySpec:
    """What to play: the named symbols, or a market's (SAMPLE: of the sample data), from `start` on.

    At speed 1 one bar is played per minute, whatever its timeframe.
    """

    symbols: tuple[str, ...] = ()
    market: str = SAMPLE
    timeframe: Timeframe = Timeframe.D1
    start: datetime | None = None
    speed: float = 60.0
    loop: bool = False


@dataclass(frozen=True, slots=True)
class Programme:
    """The bars to play, by series, and the moments of a round: every start at which somebody has a bar."""

    bars: dict[Series, Bars]
    moments: Times

    def at(self, moment: int) -> list[ClosedBar]:
        """The bars that begin at a moment."""
        found = []
        for series, bars in self.bars.items():
            place = int(np.searchsorted(bars.time, moment))
            if place < len(bars) and bars.time[place] == moment:
                found.append(ClosedBar(series.id, moment, values_at(bars, place)))
        return found


async def programme(spec: ReplaySpec) -> Programme | None:
    """Read what is to be played; None when there is no sample data to play.

    Raises:
        InvalidInputError: PARAMETER_OUT_OF_RANGE for the speed, or LIST_TOO_LONG.
        NotFoundError: INSTRUMENT_NOT_FOUND, or NO_DATA.
    """
    if not 0 < spec.speed <= SPEED_MAX:
        message = f"A speed lies above 0 and at most at {SPEED_MAX:,.0f}, not {spec.speed:g}"
        raise InvalidInputError("PARAMETER_OUT_OF_RANGE", message, ["speed"])
    series = await _series(spec)
    if not series and not spec.symbols and spec.market == SAMPLE:
        return None
    bars = await read_many(series, COLUMNS)
    moments = np.unique(np.concatenate([own.time for own in bars.values()])) if bars else np.empty(0, np.int64)
    since = moments[-BARS_BY_DEFAULT:] if spec.start is None else moments[moments >= to_ms(spec.start)]
    if not len(since):
        raise NotFoundError("NO_DATA", "There are no stored bars to play", ["start"])
    return Programme({one: bars[one.id] for one in series}, since)


async def play(played: Programme, spec: ReplaySpec, last: int | None = None) -> AsyncIterator[list[ClosedBar]]:
    """The bars of one moment after another, at the speed asked for; from after `last` where that lies within.

    Nothing is hurried: when somebody was slow to take the bars, all that follows is later.
    """
    moments = played.moments.tolist()
    done = 0 if last is None or spec.start is not None else int(np.searchsorted(played.moments, last, "right"))
    order = moments[done % len(moments) :]
    seconds = SECONDS_PER_MINUTE / spec.speed
    due = monotonic()
    for moment in chain(order, cycle(moments) if spec.loop else ()):
        await asyncio.sleep(due - monotonic())
        yield played.at(moment)
        due = max(due, monotonic() - seconds) + seconds


def label(played: Programme, spec: ReplaySpec) -> str:
    """What a replay is called wherever it shows."""
    count = len(played.bars)
    names = ", ".join(spec.symbols[:5]) if spec.symbols else f"the {spec.market.lower()} data"
    more = f" and {len(spec.symbols) - 5} more" if len(spec.symbols) > 5 else ""
    start = np.datetime64(int(played.moments[0]), "ms").astype("datetime64[D]")
    bars = "daily bars" if spec.timeframe == "D1" else f"{spec.timeframe} bars"
    return f"Replay of {names}{more}: stored {bars} of {count} instruments since {start}, not the market"


async def _series(spec: ReplaySpec) -> Sequence[Series]:
    for symbol in (*spec.symbols, spec.market):
        check_text(symbol, ["symbols"])
    rows = Series.filter(timeframe=spec.timeframe, revision__gt=0)
    if spec.symbols:
        rows = rows.filter(_of_market(spec.market), instrument__symbol__in=list(spec.symbols))
    elif spec.market == SAMPLE:
        sampled = await Dataset.filter(provider="sample").values_list("series_id", flat=True)
        rows = rows.filter(id__in=list(sampled))
    else:
        rows = rows.filter(_of_market(spec.market))
    found = await rows.order_by("id").limit(LIST_MAX + 1).select_related("instrument")
    if len(found) > LIST_MAX:
        raise InvalidInputError("LIST_TOO_LONG", f"At most {LIST_MAX} series can be played; name symbols", ["symbols"])
    absent = sorted(set(spec.symbols) - {series.instrument.symbol for series in found})
    if absent:
        message = f"There are no {spec.timeframe} bars of {', '.join(absent[:5])[:100]}"
        raise NotFoundError("INSTRUMENT_NOT_FOUND", message, ["symbols"])
    return found


def _of_market(code: str) -> Q:
    return Q() if code == SAMPLE else Q(instrument__market__code=code)
