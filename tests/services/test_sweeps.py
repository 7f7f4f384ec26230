"""Sweeps through the services: equal to single runs, sharded to the same bits, and honest about the best."""

from dataclasses import replace

import numpy as np
import pytest

from tests import make
from titan_graphql.errors import InvalidInputError, LimitExceededError
from titan_graphql.models.backtests import Backtest
from titan_graphql.models.jobs import Job, JobShard
from titan_graphql.models.markets import Series
from titan_graphql.models.pairs import Pair
from titan_graphql.models.sweeps import Sweep
from titan_graphql.services import (
    backtest_runs,
    backtests,
    campaigns,
    job_runs,
    jobs,
    pairs,
    sweep_runs,
    sweeps,
    visible_rows,
)
from titan_graphql.services.backtest_prices import PairHistory
from titan_graphql.services.job_reports import JobStoppedError, Report, Stop
from titan_graphql.services.market_bars import MS_PER_DAY, to_ms
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.services.pages import PageRequest
from titan_graphql.services.pairs import PairPrices
from titan_graphql.services.sweep_evidence import backtest_of
from titan_graphql.services.sweep_signals import make_ready
from titan_graphql.services.sweep_specs import SweepSpec, from_json
from titan_graphql.services.visible_rows import RowKey

pytestmark = pytest.mark.usefixtures("db", "dispatching")
SPEC = SweepSpec(
    formation=make.HARMLESS_SPEC.formation,
    trading=make.HARMLESS_SPEC.trading,
    prices="LOG",
    hedge=["OLS", "KALMAN"],
    window=[None, 30],
    entry=[1.0, 1.5, 2.0],
    exit=[0.0, 0.5],
    stop=[None, 4.0],
    max_hold=[None, 10],
    cost_bps=[0.0, 3.0],
)


async def swept(owner, pair, spec=SPEC) -> Sweep:
    """A sweep after a worker had it."""
    sweep = await sweeps.start(owner, pair.id, spec)
    await sweep_runs.run(sweep.job_id)
    job = await Job.get(id=sweep.job_id)
    assert job.state == "SUCCEEDED", job.error_message
    return await Sweep.get(id=sweep.id)


async def test_every_cell_is_a_backtest():
    owner = await make.viewer()
    pair = await make.pair(owner)
    sweep = await swept(owner, pair)
    best = (await sweeps.top(sweep, "SHARPE", 3))[0]
    chosen = replace(
        make.spec(),
        hedge=best.hedge,
        z_score="FORMATION" if best.window is None else "ROLLING",
        window=best.window,
        entry=best.entry,
        exit=best.exit,
        stop=best.stop,
        max_hold=best.max_hold,
        commission_bps=best.cost_bps,
        slippage_bps=0.0,
    )
    backtest = await backtests.start(owner, pair.id, chosen)
    await backtest_runs.run(backtest.job_id)
    figures = backtests.metrics(await Backtest.get(id=backtest.id))

    assert sweep.set_count == 2 * 2 * 3 * 2 * 2 * 2 * 2
    assert best.sharpe == pytest.approx(figures.sharpe.value, rel=1e-9)
    assert best.total_return == pytest.approx(figures.total_return.value, rel=1e-9)
    assert best.max_drawdown == pytest.approx(figures.max_drawdown.value, rel=1e-9)
    assert best.trades == figures.trades


async def test_the_heat_map_reduces_the_cells_it_names():
    owner = await make.viewer()
    sweep = await swept(owner, await make.pair(owner))
    cells = await sweeps.top(sweep, "TRADES", 100)
    found = await sweeps.heat_map(sweep, "ENTRY", "WINDOW", "TRADES", "BEST")

    assert (found.x, found.y) == (["1", "1.5", "2"], ["none", "30"])
    table = found.values.reshape(2, 3)
    most = max(cell.trades for cell in cells)
    assert table.max() == most == cells[0].trades
    row, column = [None, 30].index(cells[0].window), [1.0, 1.5, 2.0].index(cells[0].entry)
    assert table[row, column] == most
    reduced = [await sweeps.heat_map(sweep, "EXIT", "STOP", "SHARPE", how) for how in ("WORST", "MEDIAN", "BEST")]
    worst, median, best = reduced
    assert (worst.values <= median.values).all() and (median.values <= best.values).all()
    with pytest.raises(InvalidInputError) as twice:
        await sweeps.heat_map(sweep, "ENTRY", "ENTRY", "SHARPE", "BEST")
    assert twice.value.code == "AXIS_TWICE"


async def test_shards_give_the_same_bits(monkeypatch):
    owner = await make.viewer()
    pair = await make.pair(owner)
    whole = await swept(owner, pair)
    monkeypatch.setattr(sweep_runs, "SETS_PER_SHARD", 7)
    parts = await swept(owner, pair)

    assert await JobShard.filter(job_id=parts.job_id).count() == -(-parts.set_count // 7)
    assert parts.result_hash == whole.result_hash
    assert parts.summary == whole.summary


async def test_an_assistant_takes_shards_and_the_result_is_one(monkeypatch):
    monkeypatch.setattr(sweep_runs, "SETS_PER_SHARD", 24)
    owner = await make.viewer()
    pair = await make.pair(owner)
    alone = await swept(owner, pair)
    sweep = await sweeps.start(owner, pair.id, SPEC)
    held = await job_runs.claim(sweep.job_id, "first")
    ready = await sweep_runs.Shards(sweep.job_id).read()
    payloads = [{"first": k, "stop": k + 24} for k in range(0, len(ready.sets), 24)]
    await sweep_runs.job_shards.plan(held, payloads)
    await sweep_runs.run(sweep.job_id)
    blobs = await sweep_runs.job_shards.results(sweep.job_id)

    assert len(blobs) == len(payloads)
    assert sweep_runs.merge(ready, blobs, Report()).content_hash() == alone.result_hash


async def restate(pair: Pair) -> None:
    """Give y other prices, as an import would."""
    y, _ = make.wave(seed=2)
    series = await Series.get(instrument_id=pair.y_id)
    await write_revision(series, make.bars(y), Provenance("test", "synthetic", synthetic=True))


async def test_shards_of_two_readings_of_the_prices_are_never_put_together(monkeypatch):
    monkeypatch.setattr(sweep_runs, "SETS_PER_SHARD", 24)
    owner = await make.viewer()
    pair = await make.pair(owner)
    sweep = await sweeps.start(owner, pair.id, SPEC)
    run_all = sweep_runs.job_shards.run_all

    async def dies_after_one_part(job, report, compute):
        shard = await sweep_runs.job_shards.claim_next(job.id)
        await sweep_runs.job_shards.finish(shard, await compute(shard.payload, lambda _fraction: None))
        report.stop(Stop.HANDED_BACK)
        raise JobStoppedError

    monkeypatch.setattr(sweep_runs.job_shards, "run_all", dies_after_one_part)
    await job_runs.run(sweep.job_id, sweep_runs._compute, sweep_runs._save)
    assert await JobShard.filter(job_id=sweep.job_id, state="DONE").count() == 1
    stale = sweep_runs.Shards(sweep.job_id)
    await stale.read()
    await restate(pair)
    monkeypatch.setattr(sweep_runs.job_shards, "run_all", run_all)
    await sweep_runs.run(sweep.job_id)

    resumed, undisturbed = await Sweep.get(id=sweep.id), await swept(owner, pair)
    assert (resumed.result_hash, resumed.dataset_hashes) == (undisturbed.result_hash, undisturbed.dataset_hashes)
    shard = await JobShard.filter(job_id=sweep.job_id).first()
    with pytest.raises(JobStoppedError):
        await stale(shard.payload, lambda _fraction: None)


async def test_trials_are_counted_and_the_best_is_deflated():
    owner = await make.viewer()
    pair = await make.pair(owner)
    sweep = await swept(owner, pair)
    found, told = await sweeps.trials(sweep), sweeps.summary(sweep)

    counted = (await campaigns.counts([sweep.campaign_id]))[sweep.campaign_id]
    assert counted.by_kind == {"SWEEP": sweep.set_count}
    assert found.tried == sweep.set_count
    assert found.deflated_sharpe.value < found.probabilistic_sharpe.value
    assert 0.0 <= told.overfitting.value <= 1.0
    assert told.overfitting_trials == sweep.set_count
    assert told.null.draws == 199
    assert 1 / 200 <= told.null.p_value <= 1.0
    assert told.null.median < told.null.high


async def test_a_pull_is_told_from_luck():
    """A planted pull beats what the same sweep finds on the same legs without it; two random walks do not."""
    owner = await make.viewer()
    small = replace(SPEC, hedge=["OLS"], window=[30], stop=[None], max_hold=[None])
    pulled = sweeps.summary(await swept(owner, await make.pair(owner), small))
    random = np.random.default_rng(5)
    walks = np.exp(np.log(50) + 0.01 * random.standard_normal((2, 300)).cumsum(axis=1))
    await make.listed("WALKY", walks[0])
    await make.listed("WALKX", walks[1])
    luck = sweeps.summary(await swept(owner, await pairs.create(owner, "WALKY", "WALKX"), small))

    assert pulled.null.p_value == 1 / 200
    assert luck.null.p_value > 0.05


async def test_a_random_sample_is_the_same_twice():
    owner = await make.viewer()
    pair = await make.pair(owner)
    drawn = replace(SPEC, sample=40, seed=3)
    a, b, other = [await swept(owner, pair, one) for one in (drawn, drawn, replace(drawn, seed=4))]
    assert a.result_hash == b.result_hash != other.result_hash
    assert a.set_count <= 40


async def test_what_may_be_asked_of_a_set():
    owner = await make.viewer()
    sweep = await swept(owner, await make.pair(owner))
    spec = from_json(sweep.spec)
    assert spec == SPEC
    chosen = backtest_of(spec, spec.sets()[-1])
    assert (chosen.hedge, chosen.window, chosen.entry, chosen.exit) == ("KALMAN", 30, 2.0, 0.5)
    assert (chosen.stop, chosen.max_hold, chosen.commission_bps) == (4.0, 10, pytest.approx(3.0))


async def test_only_the_owner_sees_a_sweep():
    owner, other = await make.viewer(), await make.viewer()
    sweep = await sweeps.start(owner, (await make.pair(owner)).id, SPEC)
    assert await visible_rows.by_keys([RowKey(other, "Sweep", sweep.id)]) == {}
    assert (await sweeps.page(other, PageRequest(first=5))).edges == []
    assert [edge.node.id for edge in (await sweeps.page(owner, PageRequest(first=5))).edges] == [sweep.id]
    assert await sweeps.top(sweep, "SHARPE", 5) == []
    assert await sweeps.heat_map(sweep, "ENTRY", "EXIT", "SHARPE", "BEST") is None


async def test_a_cancelled_sweep_stops_between_parts(monkeypatch):
    owner = await make.viewer()
    sweep = await sweeps.start(owner, (await make.pair(owner)).id, SPEC)
    await jobs.cancel(owner, sweep.job_id)
    await sweep_runs.run(sweep.job_id)
    assert (await Job.get(id=sweep.job_id)).state == "CANCELLED"
    assert (await Sweep.get(id=sweep.id)).summary is None


async def test_the_search_for_luck_can_be_stopped():
    owner = await make.viewer()
    sweep = await sweeps.start(owner, (await make.pair(owner)).id, SPEC)
    ready = await sweep_runs.Shards(sweep.job_id).read()
    blob = sweep_runs.sweep_range(ready, 0, len(ready.sets), lambda fraction: None)

    class Stopped(Report):
        def __call__(self, done: float, total: float, message: str) -> None:
            raise JobStoppedError

    with pytest.raises(JobStoppedError):
        sweep_runs.merge(ready, [blob], Stopped())


async def test_a_sweep_in_which_nothing_trades_succeeds():
    owner = await make.viewer()
    sweep = await swept(owner, await make.pair(owner), replace(SPEC, entry=[40.0, 50.0], stop=[None]))
    told = sweeps.summary(sweep)
    assert (told.without_trades, told.null) == (told.sets, None)
    assert (await sweeps.trials(sweep)).deflated_sharpe.value is None
    assert await sweeps.top(sweep, "SHARPE", 5) == []


def test_memory_is_bounded_by_what_is_kept():
    """16 blocks of two sums for at most 2,000 sets, five figures for every one."""
    y, x = make.wave()
    grid = replace(SPEC, hedge=["OLS"], entry=list(np.linspace(1, 3, 100)), exit=list(np.linspace(0, 0.9, 30)))
    time = to_ms(make.day(make.FIRST_BAR)) + MS_PER_DAY * np.arange(len(y), dtype=np.int64)
    ready = make_ready(grid, PairHistory.of(PairPrices(time, y, x, ())))
    blob = sweep_runs.sweep_range(ready, 0, len(ready.sets), lambda fraction: None)
    kept = -(-len(ready.sets) // ready.stride)
    assert len(ready.sets) > 20_000
    assert kept <= 2_000
    assert len(blob) == 8 * (5 * len(ready.sets) + 2 * ready.blocks * kept)


BAD = {
    "a billion": ({"entry": list(np.linspace(1, 9, 250)), "exit": list(np.linspace(0, 0.9, 250)),
                   "cost_bps": list(np.linspace(0, 50, 250)), "stop": list(np.linspace(10, 20, 8))},
                  LimitExceededError, "GRID_TOO_LARGE"),
    "too many signals": ({"window": list(range(2, 60))}, LimitExceededError, "GRID_TOO_LARGE"),
    "a huge sample": ({"sample": 10**9}, LimitExceededError, "GRID_TOO_LARGE"),
    "negative seed": ({"seed": -1}, InvalidInputError, "PARAMETER_OUT_OF_RANGE"),
    "no sample": ({"sample": 0}, LimitExceededError, "GRID_TOO_LARGE"),
    "empty axis": ({"entry": []}, InvalidInputError, "AXIS_EMPTY"),
    "long axis": ({"entry": list(np.linspace(1, 9, 251))}, InvalidInputError, "LIST_TOO_LONG"),
    "nothing sensible": ({"entry": [0.1], "exit": [0.5]}, InvalidInputError, "GRID_EMPTY"),
    "not a number": ({"entry": [float("nan")]}, InvalidInputError, "NOT_FINITE"),
    "negative": ({"exit": [-0.5]}, InvalidInputError, "AXIS_OUT_OF_RANGE"),
    "no gross": ({"gross": 0.0}, InvalidInputError, "AXIS_OUT_OF_RANGE"),
    "no capital": ({"capital": 0.0}, InvalidInputError, "CAPITAL_NOT_POSITIVE"),
    "window of one": ({"window": [1]}, InvalidInputError, "LOOKBACK_TOO_SHORT"),
    "overlap": ({"trading": make.period("2020-04-01", "2020-10-27")}, InvalidInputError, "PERIODS_OVERLAP"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "kind", "code"), BAD.values(), ids=BAD)
async def test_bad_sweeps_are_refused_and_leave_nothing(changes, kind, code):
    owner = await make.viewer()
    pair = await make.pair(owner)
    with pytest.raises(kind) as refused:
        await sweeps.start(owner, pair.id, replace(SPEC, **changes))
    assert refused.value.code == code
    assert await Sweep.all().count() == await Job.all().count() == await JobShard.all().count() == 0
    if code == "GRID_TOO_LARGE" and "stop" in changes:
        assert "1,000,000,000" in str(refused.value)
