"""Following one pair: every bar of both legs becomes a state, an event and perhaps alerts, in one transaction."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import structlog

from titan_graphql import db
from titan_graphql.errors import TitanError
from titan_graphql.models.alerts import AlertRule
from titan_graphql.models.live_pairs import PairWatch
from titan_graphql.models.markets import Series
from titan_graphql.quant.live_pair import SIGNALS, LivePair, LiveSettings, LiveTick
from titan_graphql.quant.prices import to_scale
from titan_graphql.services import alert_judging, pair_forming, pair_states, pair_watches, pairs, streams
from titan_graphql.services.alert_judging import Observation, Subject
from titan_graphql.services.market_bars import to_datetime, to_ms
from titan_graphql.services.pair_legs import JointBar, Legs
from titan_graphql.services.pair_states import IN_FORMATION, SILENT, pair_stream, stale_event, tick_event

log = structlog.get_logger(__name__)
LEG_SECONDS = 10.0
NOT_POSITIVE = "A leg's price is not positive, so it has no logarithm"


class LostHoldError(Exception):
    """Another worker follows this pair now, or nobody does any more; nothing was written."""


class Follower:
    """One pair as one worker follows it; `watch` is its row as last written."""

    def __init__(self, watch: PairWatch, subject: Subject, symbols: tuple[str, str], worker: str) -> None:
        self.watch = watch
        self.subject = subject
        self.legs: Legs | None = None
        self._symbols = dict(zip("yx", symbols, strict=True))
        self._worker = worker
        self._writing = asyncio.Lock()
        self._live = _revived(watch)

    async def take(self, bar: JointBar) -> None:
        """Write the state that a bar of both legs leads to; a bar that is already in the state changes nothing.

        Raises:
            LostHoldError: the pair is no longer ours.
        """
        if self._knows(bar):
            return
        async with self._writing:
            columns: dict[str, Any] = {"cursor_y": bar.y.cursor, "cursor_x": bar.x.cursor}
            before, tick, reason = await self._step(bar, columns)
            moment = await db.now()
            event = tick_event(self.subject.pair_id, tick, bar.time, moment, replay=bar.replay, reason=reason)
            columns |= {"bar_time": to_datetime(bar.time), "received_at": moment, "stale_since": None}
            columns["state"] = None if self._live is None else self._live.to_bytes()
            recent = columns.get("recent", self.watch.recent)
            columns["recent"] = [*recent, [bar.time, tick and tick.z_score]][-pair_forming.RECENT :]
            await self._write(event, columns, _observation(bar, before, tick))

    async def look(self, moment: datetime, silence: Sequence[AlertRule]) -> None:
        """Say once that the pair has become stale, and raise what is to be raised about silence.

        Raises:
            LostHoldError: the pair is no longer ours.
        """
        if self._writing.locked():
            return  # a bar is being taken, however long that lasts: others wait for this round
        async with self._writing:
            watch = self.watch
            seconds = (moment - self._heard()).total_seconds()
            found = self._overdue(moment) if watch.stale_since is None else None
            if found is None and not alert_judging.is_silent(silence, seconds):
                return
            since, reason = found or (watch.stale_since or self._heard(), (watch.tick or {})["reason"])
            event = stale_event(watch.tick or {}, since, reason) if found else None
            replay = (watch.tick or {})["replay"]
            seen = Observation(bar_time=_bar_time(watch), replay=replay, silent_seconds=seconds)
            await self._write(event, {"stale_since": since} if found else {}, seen)

    def _knows(self, bar: JointBar) -> bool:
        """Whether a bar is in the state already: an import has it, or the feed sent it again."""
        known = _bar_time(self.watch)
        if known is None or bar.lost:
            return False
        if bar.replay:
            return bar.time == known and (self.watch.tick or {})["replay"]
        return bar.time <= known

    async def _step(self, bar: JointBar, columns: dict[str, Any]) -> tuple[int, LiveTick | None, str | None]:
        """The signal before, and the tick or the reason why there is none."""
        if bar.time < to_ms(self.watch.formation_end):
            self._live = None
            columns["recent"] = []
            return 0, None, IN_FORMATION
        prices: Any = self.watch.prices
        closes = np.array([bar.y.close, bar.x.close])
        if prices == "LOG" and not (closes > 0.0).all():
            held = self._live.signal if self._live else 0
            return held, LiveTick(None, None, None, held, None, None), NOT_POSITIVE
        formed_again = self._live is None or await self._is_elsewhere(bar)
        if formed_again:
            try:
                await self._form(bar, columns)
            except TitanError as error:
                self._live = None
                return 0, None, error.message
        if self._live is None:
            raise RuntimeError("a pair was formed without a state")
        before = self._told(bar) if formed_again else self._live.signal
        y, x = to_scale(closes, prices).tolist()
        return before, self._live.push(y, x), None

    def _told(self, bar: JointBar) -> int:
        """The signal that was told last, so that a change during bars that were missed is noticed now.

        A replay that begins or starts over has missed nothing: it goes on from its own past.
        """
        told = self.watch.tick or {}
        if bar.replay or told.get("replay") or self._live is None:
            return self._live.signal if self._live else 0
        return next(number for number, name in SIGNALS.items() if name == told["signal"])

    async def _is_elsewhere(self, bar: JointBar) -> bool:
        """Whether the state does not lead to this bar: a replay began or started over, or bars between were missed."""
        known = _bar_time(self.watch)
        if bar.lost or known is None or bar.time <= known or bar.replay is not (self.watch.tick or {})["replay"]:
            return True
        if bar.replay:
            return False
        series = await Series.filter(id__in=[self.watch.series_y, self.watch.series_x])
        return any(one.last_bar is not None and known < to_ms(one.last_bar) < bar.time for one in series)

    async def _form(self, bar: JointBar, columns: dict[str, Any]) -> None:
        """Make the state again from the bars before this one."""
        how = pair_watches.settings(self.watch)
        legs = await pair_forming.series_of(self.watch.pair, how.timeframe)
        formed = await pair_forming.form(legs, how, to_datetime(bar.time))
        self._live = formed.live
        columns |= {"formed": formed.live.settings.to_json(), "recent": formed.recent}

    def _heard(self) -> datetime:
        return self.watch.received_at or to_datetime((self.watch.tick or {})["asOf"])

    def _overdue(self, moment: datetime) -> tuple[datetime, str] | None:
        """Since when the pair is stale and why; None while it is not."""
        waiting = self.legs.waiting() if self.legs else None
        if waiting is not None and waiting[2] > LEG_SECONDS and not waiting[1].replay:
            leg, other, _ = waiting
            return moment, f"{self._symbols[leg]} has no bar of {to_datetime(other.time):%Y-%m-%d %H:%M} yet"
        due = pair_states.stale_from(self.watch)
        if due is None or moment < due:
            return None
        leg_missing = f"; bars of {self._symbols[waiting[0]]} do not come" if waiting else ""
        return due, SILENT + leg_missing

    async def _write(self, event: dict[str, Any] | None, columns: dict[str, Any], seen: Observation) -> None:
        watch = self.watch
        async with streams.recording() as outbox:
            if event is not None:
                stream, replay = pair_stream(self.subject.pair_id), bool(event["replay"])
                seq = await outbox.append(stream, orjson.dumps(event), replay=replay)
                columns |= {"tick": event, "seq": seq}
            own = PairWatch.filter(id=watch.id, version=watch.version, worker=self._worker)
            if not (await own.update(**columns) if columns else await own.exists()):
                raise LostHoldError
            await alert_judging.judge(outbox, self.subject, seen)
        watch.update_from_dict({name: value for name, value in columns.items() if name != "state"})


async def load(watch_id: UUID, version: int, worker: str) -> Follower:
    """The follower of a pair, from its row.

    Raises:
        LostHoldError: the pair is no longer held by this worker, or is to be followed differently.
    """
    watch = await PairWatch.filter(id=watch_id, version=version, worker=worker).select_related("pair").get_or_none()
    if watch is None:
        raise LostHoldError
    leg_y, leg_x = await pairs.legs(watch.pair)
    owner_id: UUID = watch.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    subject = Subject(watch.pair.id, owner_id, f"{leg_y.symbol}/{leg_x.symbol}")
    return Follower(watch, subject, (leg_y.symbol, leg_x.symbol), worker)


def _revived(watch: PairWatch) -> LivePair | None:
    """The state as it was written; None when there is none or it cannot be read: it is then rebuilt from history."""
    if watch.state is None or watch.formed is None:
        return None
    try:
        return LivePair.from_bytes(LiveSettings.from_json(watch.formed), bytes(watch.state))
    except (ValueError, TypeError, KeyError) as error:
        log.warning("the state of a pair cannot be read; making it again", watch=str(watch.id), error=str(error))
        return None


def _bar_time(watch: PairWatch) -> int | None:
    return None if watch.bar_time is None else to_ms(watch.bar_time)


def _observation(bar: JointBar, before: int, tick: LiveTick | None) -> Observation:
    if tick is None:
        return Observation(
            bar_time=bar.time, replay=bar.replay, silent_seconds=0.0, signal_before=before, signal=before
        )
    return Observation(
        bar_time=bar.time,
        replay=bar.replay,
        silent_seconds=0.0,
        z_score=tick.z_score,
        signal_before=before,
        signal=tick.signal,
        half_life=tick.half_life,
        decay=tick.decay,
    )
