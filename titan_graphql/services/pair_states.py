"""Where a watched pair stands: the event of its stream, and what is read of it now."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from titan_graphql.models.live_pairs import PairWatch
from titan_graphql.quant.live_pair import SIGNALS, LiveTick
from titan_graphql.services.market_bars import to_datetime, to_ms
from titan_graphql.services.stream_cursors import Position
from titan_graphql.services.streams import Event

PAIR_STREAMS = "pair"
FORMED = "Formed from stored bars; no live bar of both legs has come yet"
IN_FORMATION = "This bar lies before the end of the formation period"
SILENT = "No bar of both legs has come for too long"
# A replay's bars follow each other within seconds whatever their timeframe.
REPLAY_STALE = timedelta(seconds=30)
# Daily bars pause over long weekends, shorter ones over night.
STALE_BY_TIMEFRAME = {"D1": timedelta(days=5), "H4": timedelta(days=1), "H1": timedelta(hours=3)}
STALE_OTHERWISE = timedelta(hours=1)


class Signal(StrEnum):
    """The position a pair's rules ask for from the next bar on."""

    FLAT = "FLAT"
    LONG = "LONG"
    SHORT = "SHORT"


@dataclass(frozen=True, slots=True)
class PairState:
    """A pair at a bar; a number that does not exist is None and `reason` says why."""

    pair_id: UUID
    spread: float | None
    z_score: float | None
    hedge_ratio: float | None
    signal: Signal
    half_life: float | None
    decay: float | None
    bar_time: datetime | None
    as_of: datetime
    seq: int
    stale: bool
    stale_since: datetime | None
    replay: bool
    reason: str | None
    cursor: str


def pair_stream(pair_id: UUID) -> str:
    """The stream of a pair's states."""
    return f"{PAIR_STREAMS}:{pair_id}"


def bar_stream(series_id: UUID) -> str:
    """The stream of a series' live bars."""
    return f"bars:{series_id}"


def tick_event(
    pair_id: UUID, tick: LiveTick | None, bar_time: int | None, moment: datetime, *, replay: bool, reason: str | None
) -> dict[str, Any]:
    """What a stream carries of a tick, or of a bar that allowed none."""
    known = tick or LiveTick(None, None, None, 0, None, None)
    halving = known.half_life
    return {
        "pair": str(pair_id),
        "spread": known.spread,
        "zScore": known.z_score,
        "hedgeRatio": known.hedge_ratio,
        "signal": SIGNALS[known.signal],
        "halfLife": halving if halving is not None and math.isfinite(halving) else None,
        "decay": known.decay,
        "barTime": bar_time,
        "asOf": to_ms(moment),
        "stale": False,
        "staleSince": None,
        "replay": replay,
        "reason": reason,
    }


def stale_event(tick: dict[str, Any], since: datetime, reason: str) -> dict[str, Any]:
    """The last tick again, marked as stale."""
    return {**tick, "stale": True, "staleSince": to_ms(since), "reason": reason}


def from_event(event: Event) -> PairState:
    """The state that a stream's event carries."""
    return _state(orjson.loads(event.data), event.seq, event.cursor)


def now(watch: PairWatch) -> PairState:
    """The last state of a watched pair; one whose next bar is overdue is stale even if no worker has said so."""
    tick = dict(watch.tick or {})
    overdue = stale_from(watch)
    if not tick["stale"] and overdue is not None and datetime.now(UTC) > overdue:
        tick = stale_event(tick, overdue, tick["reason"] or SILENT)
    pair_id: UUID = watch.pair_id  # type: ignore[attr-defined]  # made by Tortoise
    return _state(tick, watch.seq, Position({pair_stream(pair_id): watch.seq}).cursor())


def stale_from(watch: PairWatch) -> datetime | None:
    """When a pair that hears no more becomes stale."""
    if watch.received_at is None or watch.tick is None:
        return None
    if watch.stale_after_seconds is not None:
        return watch.received_at + timedelta(seconds=watch.stale_after_seconds)
    if watch.tick["replay"]:
        return watch.received_at + REPLAY_STALE
    return watch.received_at + STALE_BY_TIMEFRAME.get(watch.timeframe.value, STALE_OTHERWISE)


def _state(tick: dict[str, Any], seq: int, cursor: str) -> PairState:
    return PairState(
        pair_id=UUID(tick["pair"]),
        spread=tick["spread"],
        z_score=tick["zScore"],
        hedge_ratio=tick["hedgeRatio"],
        signal=Signal(tick["signal"]),
        half_life=tick["halfLife"],
        decay=tick["decay"],
        bar_time=_moment(tick["barTime"]),
        as_of=to_datetime(tick["asOf"]),
        seq=seq,
        stale=tick["stale"],
        stale_since=_moment(tick["staleSince"]),
        replay=tick["replay"],
        reason=tick["reason"],
        cursor=cursor,
    )


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else to_datetime(milliseconds)
