"""The live worker: every bar of both legs once, equal to the whole columns, whatever is killed or played again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from tortoise import connections

from tests import make, make_live
from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.events.hub import Hub
from titan_graphql.models.alerts import Alert, AlertKind
from titan_graphql.models.live_pairs import PairWatch
from titan_graphql.models.markets import Series
from titan_graphql.models.streams import StreamEvent
from titan_graphql.services import market_feeds, market_live, pair_live, pair_watches, streams, task_ends
from titan_graphql.services.market_live import ClosedBar, Values
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.services.pair_hedges import spread_path
from titan_graphql.services.pair_live import LiveWorker
from titan_graphql.services.pair_states import IN_FORMATION, SILENT, PairState, now, pair_stream
from titan_graphql.services.users import Viewer

pytestmark = pytest.mark.usefixtures("db", "dispatching")
PATIENCE_SECONDS = 20
STORED, MORE = make_live.STORED, 40


@pytest.fixture(autouse=True)
def fast_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_live, "ROUND_SECONDS", 0.02)


@pytest.fixture
async def owner() -> Viewer:
    return await make.viewer()


@asynccontextmanager
async def working(hub: Hub) -> AsyncIterator[LiveWorker]:
    worker = LiveWorker(hub)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        await task_ends.end(task)


async def long_pair(owner: Viewer):
    """A pair of 300 stored bars, and the closes of these and 40 more."""
    closes = make.wave(STORED + MORE)
    symbols = [f"L{column[0]:.6f}" for column in closes]
    for symbol, column in zip(symbols, closes, strict=True):
        await make.listed(symbol, column[:STORED])
    return await pair_watches.pairs.create(owner, *symbols), closes


async def until(condition: Callable[[PairWatch], bool], watch: PairWatch) -> PairWatch:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            row = await PairWatch.get(id=watch.id)
            if condition(row):
                return row
            await asyncio.sleep(0.01)


async def states(owner: Viewer, hub: Hub, watch: PairWatch, count: int, after: str | None) -> list[Any]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        async with aclosing(pair_watches.ticks(owner, [watch.pair_id], hub, after)) as steps:
            return [await anext(steps) for _ in range(count)]


def whole(closes, hedge: str, window: int | None):
    y, x = map(np.log, closes)
    return spread_path(y, x, slice(0, make.FORMATION_BARS - 0), hedge, window)


@pytest.mark.parametrize(("hedge", "window"), [("OLS", None), ("TLS", 30), ("ROLLING_OLS", None), ("KALMAN", 20)])
async def test_every_bar_of_both_legs_becomes_a_state(owner: Viewer, hub: Hub, hedge: str, window: int | None):
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair, hedge=hedge, window=window)
    cursor = now(watch).cursor
    numbers = range(STORED, STORED + MORE)
    async with working(hub):
        await make_live.send_both(watch, numbers, closes)
        found = await states(owner, hub, watch, MORE, cursor)

    expected = whole(closes, hedge, window)
    assert [state.seq for state in found] == list(range(2, 2 + MORE))
    assert [int(state.bar_time.timestamp() * 1000) for state in found] == [make_live.day(n) for n in numbers]
    np.testing.assert_allclose([state.spread for state in found], expected.spread[STORED:], rtol=0, atol=1e-12)
    np.testing.assert_allclose([state.z_score for state in found], expected.z_score[STORED:], rtol=0, atol=1e-10)
    np.testing.assert_allclose([state.hedge_ratio for state in found], expected.hedge_ratio[STORED:], atol=1e-12)
    assert {(state.stale, state.replay, state.reason) for state in found} == {(False, False, None)}
    row = await PairWatch.get(id=watch.id)
    assert [time for time, _ in row.recent] == [make_live.day(n) for n in range(STORED + MORE - 60, STORED + MORE)]


async def test_a_leg_without_a_bar_is_waited_for_and_never_filled_in(
    owner: Viewer, hub: Hub, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("titan_graphql.services.pair_following.LEG_SECONDS", 0.05)
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair)
    async with working(hub):
        await make_live.send(watch, "y", [make_live.bar(STORED, closes[0][STORED])])
        waiting = await until(lambda row: row.stale_since is not None, watch)
        assert now(waiting).stale
        assert (now(waiting).reason or "").endswith("has no bar of 2020-10-27 00:00 yet")
        # x leaves this bar out; both have the next one.
        await make_live.send(watch, "y", [make_live.bar(STORED + 1, closes[0][STORED + 1])])
        await make_live.send(watch, "x", [make_live.bar(STORED + 1, closes[1][STORED + 1])])
        row = await until(lambda row: row.seq == 3, watch)

    assert now(row).bar_time == make.day("2020-10-28")
    assert not now(row).stale


async def test_a_worker_that_is_killed_at_any_point_loses_and_doubles_nothing(owner: Viewer, hub: Hub):
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair, hedge="KALMAN")
    cursor = now(watch).cursor
    await make_live.send_both(watch, range(STORED, STORED + MORE), closes)
    random = np.random.default_rng(1)
    for _ in range(12):  # each worker dies without letting go; its lease is made to run out at once
        worker = LiveWorker(hub)
        await worker.round()
        await asyncio.sleep(float(random.uniform(0, 0.05)))
        await task_ends.end(*worker._tasks.values())
        await PairWatch.filter(id=watch.id).update(worker=None)
    async with working(hub):
        found = await states(owner, hub, watch, MORE, cursor)

    expected = whole(closes, "KALMAN", None)
    assert [state.seq for state in found] == list(range(2, 2 + MORE))
    np.testing.assert_allclose([state.spread for state in found], expected.spread[STORED:], rtol=0, atol=1e-12)
    assert await StreamEvent.filter(stream=pair_stream(watch.pair_id)).count() == MORE + 1


async def test_two_workers_never_follow_one_pair_at_a_time(owner: Viewer, hub: Hub):
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair)
    async with working(hub), working(hub):
        await make_live.send_both(watch, range(STORED, STORED + MORE), closes)
        row = await until(lambda row: row.seq >= MORE + 1, watch)

    assert row.seq == MORE + 1
    assert row.worker is not None
    assert (await PairWatch.get(id=watch.id)).worker is None


async def test_a_worker_that_lost_its_hold_writes_nothing(owner: Viewer, hub: Hub):
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair)
    stale = LiveWorker(hub)
    await stale.round()
    await PairWatch.filter(id=watch.id).update(worker="another", version=watch.version)
    await make_live.send_both(watch, [STORED], closes)
    (task,) = stale._tasks.values()
    await asyncio.wait_for(task, PATIENCE_SECONDS)

    assert (await PairWatch.get(id=watch.id)).seq == 1
    await stale.close()
    assert (await PairWatch.get(id=watch.id)).worker == "another"


async def test_a_replay_forms_the_state_before_its_bar_again_at_every_round(owner: Viewer, hub: Hub):
    watch = await make_live.watched(owner)
    legs = await make_live.legs_of(watch)
    closes = make.wave()
    numbers = [200, 201, 202]
    async with working(hub):
        for lap in range(2):
            await make_live.send_both(watch, numbers, closes, replay=True, received=lap * 600_000)
        row = await until(lambda row: row.seq == 7, watch)
        found = await states(owner, hub, watch, 6, streams.Position({pair_stream(watch.pair_id): 1}).cursor())

    expected = whole(closes, "OLS", None)
    assert legs[0].id == row.series_y
    np.testing.assert_allclose([state.z_score for state in found], [*expected.z_score[200:203]] * 2, atol=1e-12)
    assert all(state.replay for state in found)
    assert [time for time, _ in row.recent][-4:] == [make_live.day(n) for n in (199, 200, 201, 202)]


async def test_a_replay_that_loses_a_leg_in_one_round_pairs_the_next_one_rightly(owner: Viewer, hub: Hub):
    watch = await make_live.watched(owner)
    closes = make.wave()
    async with working(hub):
        sent = [(0, "yx", [200, 201]), (0, "y", [202]), (1, "yx", [200, 201, 202])]
        for lap, legs, numbers in sent:
            for leg in legs:
                column = closes["yx".index(leg)]
                received = [lap * 600_000 + number * 100 for number in numbers]
                bars = [
                    make_live.bar(n, column[n], replay=True, received=when)
                    for n, when in zip(numbers, received, strict=True)
                ]
                await make_live.send(watch, leg, bars)
        row = await until(lambda row: row.seq == 6, watch)

    assert now(row).bar_time == make.day("2020-07-21")


async def test_bars_within_the_formation_period_decide_nothing(owner: Viewer, hub: Hub):
    watch = await make_live.watched(owner)
    closes = make.wave()
    async with working(hub):
        await make_live.send_both(watch, [50], closes, replay=True)
        inside = await until(lambda row: row.seq == 2, watch)
        await make_live.send_both(watch, [120], closes, replay=True)
        row = await until(lambda row: row.seq == 3, watch)

    state = now(inside)
    assert (state.spread, state.z_score, state.signal, state.reason) == (None, None, "FLAT", IN_FORMATION)
    assert now(row).z_score == pytest.approx(whole(closes, "OLS", None).z_score[120], abs=1e-12)


async def test_a_bar_that_is_known_already_changes_nothing(owner: Viewer, hub: Hub):
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair)
    async with working(hub):
        await make_live.send_both(watch, [STORED - 5, STORED, STORED, STORED + 1], closes)
        row = await until(lambda row: row.bar_time == make.day("2020-10-28"), watch)

    assert row.seq == 3


async def test_bars_that_were_imported_meanwhile_are_in_the_state(owner: Viewer, hub: Hub):
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair, hedge="ROLLING_OLS")
    for column, series_id in zip(closes, (watch.series_y, watch.series_x), strict=True):
        series = await Series.get(id=series_id)
        await write_revision(series, make.bars(column[: STORED + 10]), Provenance("test", "synthetic", True))
    async with working(hub):
        await make_live.send_both(watch, [STORED + 10], closes)
        row = await until(lambda row: row.seq == 2, watch)

    assert now(row).spread == pytest.approx(whole(closes, "ROLLING_OLS", None).spread[STORED + 10], abs=1e-12)


async def test_a_signal_that_changed_during_bars_that_were_missed_is_raised(owner: Viewer, hub: Hub):
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair)
    await make_live.rule(owner, watch, AlertKind.SIGNAL)
    for column, series_id in zip(closes, (watch.series_y, watch.series_x), strict=True):
        series = await Series.get(id=series_id)
        await write_revision(series, make.bars(column[: STORED + 10]), Provenance("test", "synthetic", True))
    async with working(hub):
        await make_live.send_both(watch, [STORED + 10], closes)
        await until(lambda row: row.seq == 2, watch)

    (alert,) = await Alert.all()
    assert alert.message.endswith(": the signal is FLAT, it was SHORT")


async def test_live_bars_that_no_dataset_holds_yet_are_in_the_state(owner: Viewer, hub: Hub):
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair)
    run = await market_feeds.begin("test", "test", "A test", replay=False)
    for number in range(STORED, STORED + 5):
        values = [Values(None, None, None, float(column[number]), None) for column in closes]
        legs = zip((watch.series_y, watch.series_x), values, strict=True)
        await market_live.record([ClosedBar(leg, make_live.day(number), value) for leg, value in legs], run)

    again = await make_live.watched(owner, pair, hedge="ROLLING_OLS")

    assert now(again).bar_time == make.day("2020-10-31")
    assert now(again).spread == pytest.approx(whole(closes, "ROLLING_OLS", None).spread[STORED + 4], abs=1e-12)


async def test_what_is_no_bar_is_left_out(owner: Viewer, hub: Hub):
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair)
    async with working(hub):
        for leg in "yx":
            await make_live.send(watch, leg, [b"{", b"5", b'{"time":null}', make_live.bar(STORED, float("nan"))])
        await make_live.send(watch, "y", [make_live.bar(STORED, -1.0)])
        await make_live.send(watch, "x", [make_live.bar(STORED, 5.0)])
        row = await until(lambda row: row.seq == 2, watch)
        assert now(row).reason == "A leg's price is not positive, so it has no logarithm"
        assert now(row).signal == now(watch).signal != "FLAT"
        await make_live.send_both(watch, [STORED + 1], closes)
        row = await until(lambda row: row.seq == 3, watch)

    assert now(row).reason is None


async def test_a_watch_that_changes_and_ends_is_followed_accordingly(owner: Viewer, hub: Hub):
    pair, closes = await long_pair(owner)
    async with working(hub) as worker:
        watch = await make_live.watched(owner, pair)
        await until(lambda row: row.worker == worker.name, watch)
        again = await make_live.watched(owner, pair, window=20)
        await make_live.send_both(watch, [STORED], closes)
        row = await until(lambda row: row.seq == 3, again)
        await pair_watches.unwatch(owner, watch.pair_id)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while worker._tasks:
                await asyncio.sleep(0.01)

    assert (again.id, again.version) == (watch.id, 2)
    assert now(row).z_score == pytest.approx(whole(closes, "OLS", 20).z_score[STORED], abs=1e-10)


async def test_a_pair_that_is_told_anew_while_its_bar_is_written_waits_for_it(
    owner: Viewer, monkeypatch: pytest.MonkeyPatch
):
    watch = await make_live.watched(owner)
    begun, tried = asyncio.Event(), asyncio.Event()
    append = streams.Outbox.append

    async def noticed(outbox: streams.Outbox, stream: str, data: bytes, **how: Any) -> int:
        tried.set()
        return await append(outbox, stream, data, **how)

    async def bar_is_written() -> None:
        """The locks that the live worker takes, in its order."""
        async with streams.recording() as outbox:
            await outbox.append(pair_stream(watch.pair_id), b"{}")
            begun.set()
            alone = connections.get("default").capabilities.dialect == "sqlite"  # which lets nobody else begin
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(tried.wait(), 0.2 if alone else PATIENCE_SECONDS)
            await PairWatch.filter(id=watch.id).update(seq=2)

    writing = asyncio.create_task(bar_is_written())
    await begun.wait()
    monkeypatch.setattr(streams.Outbox, "append", noticed)
    async with asyncio.timeout(PATIENCE_SECONDS):
        again = await pair_watches.watch(owner, watch.pair_id, make_live.following(window=20))
        await writing

    assert (again.seq, again.version) == (3, 2)


async def test_a_pair_that_cannot_be_looked_at_does_not_silence_the_others(owner: Viewer, hub: Hub):
    broken = await make_live.watched(owner)
    sound = await make_live.watched(owner, await make.pair(owner, seed=2))
    async with working(hub) as worker:
        await until(lambda row: row.worker == worker.name, sound)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(worker._followers) < 2:
                await asyncio.sleep(0.01)
        for follower in worker._followers.values():
            follower.watch.received_at = make.day("2020-01-01")
            if follower.watch.id == broken.id:
                follower.watch.tick = {"no": "tick"}
        row = await until(lambda row: row.stale_since is not None, sound)

    assert now(row).stale


async def test_silence_makes_a_pair_stale_once(owner: Viewer, hub: Hub):
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair, stale_after_seconds=1)
    async with working(hub):
        await make_live.send_both(watch, [STORED], closes)
        row = await until(lambda row: row.seq == 3, watch)
        await make_live.send_both(watch, [STORED + 1], closes)
        fresh = await until(lambda row: row.seq >= 4, watch)

    state = now(row)
    assert (state.stale, state.reason) == (True, SILENT)
    assert abs(state.stale_since - row.stale_since) < timedelta(milliseconds=1)
    assert (fresh.seq, now(fresh).stale, fresh.stale_since) == (4, False, None)


async def test_cursors_of_streams_that_were_replaced(owner: Viewer, hub: Hub):
    pair, closes = await long_pair(owner)
    watch = await make_live.watched(owner, pair)
    await PairWatch.filter(id=watch.id).update(cursor_y="garbage", state=b"garbage")
    async with working(hub):
        await until(lambda row: row.cursor_y != "garbage", watch)
        await make_live.send_both(watch, [STORED], closes)
        row = await until(lambda row: row.seq == 2, watch)

    assert now(row).z_score == pytest.approx(whole(closes, "OLS", None).z_score[STORED], abs=1e-12)


async def test_ticks_of_several_pairs_and_cursors_that_do_not_fit(owner: Viewer, hub: Hub):
    first, second = [await make_live.watched(owner, await make.pair(owner, seed=seed)) for seed in (1, 2)]
    foreign = await make_live.watched(await make.viewer())
    cursor = now(first).cursor

    async def begin(ids: list[Any], after: str | None) -> PairState:
        async with aclosing(pair_watches.ticks(owner, ids, hub, after)) as steps:
            return await anext(steps)

    for ids, after, code in [
        ([first.pair_id, second.pair_id], cursor, "CURSOR_INVALID"),
        ([second.pair_id], cursor, "CURSOR_INVALID"),
        ([first.pair_id], "x" * 10_001, "CURSOR_INVALID"),
        ([], None, "LIST_TOO_LONG"),
    ]:
        with pytest.raises(InvalidInputError) as caught:
            await begin(ids, after)
        assert caught.value.code == code
    with pytest.raises(NotFoundError):
        await begin([first.pair_id, foreign.pair_id], None)
