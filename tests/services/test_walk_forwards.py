"""Walk-forwards through the services: stitched, equal to the kernel, counted, and refused when they make no sense."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from tests import make
from titan_graphql.errors import InvalidInputError, LimitExceededError, NotFoundError
from titan_graphql.models.jobs import Job
from titan_graphql.models.markets import Instrument
from titan_graphql.models.walk_forwards import WalkForward
from titan_graphql.quant.walk_forward import walk_forward
from titan_graphql.services import (
    campaigns,
    jobs,
    market_actions,
    market_universes,
    visible_rows,
    walk_forward_runs,
    walk_forward_specs,
    walk_forwards,
)
from titan_graphql.services.market_actions import ActionKind, NewAction
from titan_graphql.services.market_bars import Bars, to_datetime
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.services.market_universes import Stay
from titan_graphql.services.pages import PageRequest
from titan_graphql.services.scan_specs import DatedUniverse
from titan_graphql.services.visible_rows import RowKey
from titan_graphql.services.walk_forward_specs import WalkForwardSpec

pytestmark = pytest.mark.usefixtures("db", "dispatching")
SPEC = WalkForwardSpec(
    market="US", symbols=None, period=make.period("2020-01-01", "2021-01-01"), formation=100, trading=30,
    anchored=False, purge=5, pairs=2, level=0.5, entry=[1.0, 1.5], exit=[0.0, 0.5], stop=[None], max_hold=[None, 20],
    cost_bps=2.0, gross=1.0, capital=50_000.0,
)  # fmt: skip


async def universe(*, opens: bool = False) -> np.ndarray:
    """Six instruments in three pulled pairs; closes in the order of their symbols."""
    closes = {}
    for seed, letter in enumerate("ABC", start=1):
        closes[f"{letter}X"], closes[f"{letter}Y"] = make.wave(seed=seed)
    for symbol, close in closes.items():
        await make.listed(symbol, close, **({"open": 1.01 * close} if opens else {}))
    return np.stack([closes[symbol] for symbol in sorted(closes)], axis=1)


async def walked(owner, spec=SPEC) -> WalkForward:
    walk = await walk_forwards.start(owner, spec)
    await walk_forward_runs.run(walk.job_id)
    job = await Job.get(id=walk.job_id)
    assert job.state == "SUCCEEDED", job.error_message
    return await WalkForward.get(id=walk.id)


@pytest.mark.parametrize(("anchored", "fill"), [(False, "CLOSE"), (True, "CLOSE"), (False, "OPEN")])
async def test_the_stored_walk_is_the_kernels(anchored, fill):
    closes = await universe(opens=True)
    owner = await make.viewer()
    spec = replace(SPEC, anchored=anchored, fill=fill)
    walk = await walked(owner, spec)

    expected = walk_forward(closes, spec.plan(), spec.sets(), spec.rules(), opens=1.01 * closes)
    found, told = walk_forwards.equity(walk, None), walk_forwards.summary(walk)
    assert np.array_equal(found.equity, expected.equity)
    assert (told.steps, told.tried) == (len(expected.steps), expected.tried)
    assert told.trades == sum(step.trades for step in expected.steps) > 0
    assert told.total_return.value == pytest.approx(expected.equity[-1] / 50_000.0 - 1.0, rel=1e-12)
    assert len(walk_forwards.equity(walk, 50).time) == 50


@pytest.mark.parametrize("hedge", ["TLS", "JOHANSEN", "ROLLING_OLS", "KALMAN"])
async def test_every_hedge_walks_and_looks_no_further_than_its_bar(hedge):
    closes = await universe()
    # A Kalman filter's surprises are small: it follows the spread.
    spec = replace(SPEC, hedge=hedge, entry=[0.3, 1.0], exit=[0.0, 0.2])
    found = walk_forwards.equity(await walked(await make.viewer(), spec), None)

    cut = 200
    poisoned = closes.copy()
    poisoned[cut:] *= np.exp(0.3 * np.random.default_rng(1).standard_normal(poisoned[cut:].shape))
    other = walk_forward(poisoned, spec.plan(), spec.sets(), spec.rules(), signal=spec.signal)
    assert np.array_equal(other.equity[: cut - other.start], found.equity[: cut - other.start])
    assert np.ptp(found.equity[: cut - other.start]) > 0.0
    plain = walk_forward(closes, spec.plan(), spec.sets(), spec.rules())
    assert not np.array_equal(plain.equity, found.equity)


async def test_a_walk_sees_splits_and_tells_who_stopped_trading():
    closes = await universe()
    ended, whole = make.bars(closes[:, 0]), make.bars(closes[:, 1])
    halved = np.where(np.arange(len(closes)) >= 150, closes[:, 1] / 2, closes[:, 1])
    for symbol, bars in (("E", Bars(ended.time[:240], {"close": ended.close[:240]})), ("S", make.bars(halved))):
        await write_revision(await make.series(await make.instrument(symbol)), bars, Provenance("test", "x"))
    ex_date = to_datetime(int(whole.time[150])).date()
    split = await Instrument.get(symbol="S")
    await market_actions.add(split, [NewAction(ActionKind.SPLIT, ex_date, 2.0)], "test")
    owner, spec = await make.viewer(), replace(SPEC, market=None, pairs=1)
    plain = await walked(owner, replace(spec, symbols=["AX", "AY"]))
    cut = await walked(owner, replace(spec, symbols=["AX", "S"]))
    gone = await walked(owner, replace(spec, symbols=["E", "AY"]))

    a, b = walk_forwards.equity(plain, None), walk_forwards.equity(cut, None)
    np.testing.assert_allclose(b.equity, a.equity, rtol=1e-12)
    told = [[one.delisted for one in step.choices] for step in walk_forwards.steps(gone)]
    # Bar 239 lies in the fifth step; the formation periods after it have a gap.
    assert told == [[False]] * 4 + [[True], [], []]


async def test_steps_follow_each_other_and_add_up():
    await universe()
    walk = await walked(await make.viewer())
    steps, found = walk_forwards.steps(walk), walk_forwards.equity(walk, None)

    assert steps[0].trading.start == make.day("2020-04-15")
    for before, after in pairwise(steps):
        assert before.trading.end == after.trading.start
    for step in steps:
        assert (step.trading.start - step.formation.end).days == 5
        assert len(step.choices) <= 2
    assert found.equity[-1] - 50_000.0 == pytest.approx(sum(step.profit for step in steps), rel=1e-9)
    assert steps[-1].trading.end == make.day("2020-10-27")


async def test_a_walk_is_one_trial_of_its_universe():
    await universe()
    owner = await make.viewer()
    first, second = await walked(owner), await walked(owner, replace(SPEC, formation=90))
    counted = (await campaigns.counts([first.campaign_id]))[first.campaign_id]
    assert first.campaign_id == second.campaign_id
    assert counted.by_kind == {"WALK_FORWARD": 2}
    assert (await walk_forwards.trials(first)).tried == 2


async def test_two_symbols_are_one_pair():
    await universe()
    walk = await walked(await make.viewer(), replace(SPEC, market=None, symbols=["AY", "AX"], pairs=1))
    chosen = {(one.y, one.x, one.p_value) for step in walk_forwards.steps(walk) for one in step.choices}
    assert chosen == {("AX", "AY", None)}


async def test_only_the_owner_sees_a_walk_and_cancels_it():
    await universe()
    owner, other = await make.viewer(), await make.viewer()
    walk = await walk_forwards.start(owner, SPEC)
    assert await visible_rows.by_keys([RowKey(other, "WalkForward", walk.id)]) == {}
    assert [edge.node.id for edge in (await walk_forwards.page(owner, PageRequest(first=5))).edges] == [walk.id]
    await jobs.cancel(owner, walk.job_id)
    await walk_forward_runs.run(walk.job_id)
    assert (await Job.get(id=walk.job_id)).state == "CANCELLED"
    assert walk_forwards.equity(walk, None) is None
    assert (walk_forwards.summary(walk), walk_forwards.steps(walk)) == (None, [])


BAD = {
    "formation": ({"formation": 29}, InvalidInputError, "FORMATION_TOO_SHORT"),
    "trading": ({"trading": 1}, InvalidInputError, "TRADING_TOO_SHORT"),
    "purge": ({"purge": -1}, InvalidInputError, "PURGE_NEGATIVE"),
    "too long": ({"formation": 10_000}, InvalidInputError, "WALK_TOO_SHORT"),
    "no pairs": ({"pairs": 0}, InvalidInputError, "PAIRS_OUT_OF_RANGE"),
    "level": ({"level": 0.0}, InvalidInputError, "LEVEL_OUT_OF_RANGE"),
    "period": ({"period": make.period("2021-01-01", "2020-01-01")}, InvalidInputError, "PERIOD_REVERSED"),
    "no data": ({"period": make.period("1990-01-01", "1991-01-01")}, InvalidInputError, "NO_DATA"),
    "grid": ({"entry": list(np.linspace(1, 3, 600))}, LimitExceededError, "GRID_TOO_LARGE"),
    "nothing sensible": ({"entry": [0.1], "exit": [0.5]}, InvalidInputError, "GRID_EMPTY"),
    "not finite": ({"cost_bps": float("inf")}, InvalidInputError, "NOT_FINITE"),
    "capital": ({"capital": -1.0}, InvalidInputError, "CAPITAL_NOT_POSITIVE"),
    "no opens": ({"fill": "OPEN"}, InvalidInputError, "OPEN_MISSING"),
    "market": ({"market": "NOWHERE"}, NotFoundError, "MARKET_NOT_FOUND"),
}


@pytest.mark.parametrize(("changes", "kind", "code"), BAD.values(), ids=BAD)
async def test_bad_walks_are_refused_and_leave_nothing(changes, kind, code):
    await universe()
    with pytest.raises(kind) as refused:
        await walk_forwards.start(await make.viewer(), replace(SPEC, **changes))
    assert refused.value.code == code
    assert await WalkForward.all().count() == await Job.all().count() == 0


async def test_a_named_universe_is_walked_with_the_members_of_its_first_day():
    owner = await make.viewer()
    await universe()
    members = {one.symbol: one.id for one in await Instrument.all()}
    stays = [Stay(members["AX"]), Stay(members["AY"], until=date(2020, 6, 1)), Stay(members["BX"], date(2020, 6, 1))]
    named = DatedUniverse((await market_universes.create(owner, "Changing", None, stays)).id)
    plain = replace(SPEC, market=None, named=named)

    first = await walk_forwards.start(owner, plain)
    later = await walk_forwards.start(owner, replace(plain, named=replace(named, as_of=date(2020, 7, 1))))

    assert first.instrument_ids == [str(members["AX"]), str(members["AY"])]
    assert later.instrument_ids == [str(members["AX"]), str(members["BX"])]
    assert str(walk_forward_specs.from_json(first.spec).named) == "Changing as of 2020-01-01"
    with pytest.raises(InvalidInputError) as refused:
        await walk_forwards.start(owner, replace(SPEC, named=named))
    assert refused.value.code == "UNIVERSE_INVALID"
