"""Backtests through the services: refused when they make no sense, and equal to an independent pandas loop."""

import math
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest

from tests import make
from tests.quant.pandas_loop import pandas_backtest
from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.models.backtests import Backtest, Trade
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.models.pairs import Pair
from titan_graphql.models.users import Role
from titan_graphql.services import (
    backtest_runs,
    backtests,
    job_runs,
    jobs,
    market_bars,
    market_samples,
    pairs,
    visible_rows,
)
from titan_graphql.services.backtest_prices import PairHistory
from titan_graphql.services.backtests import BacktestSpec
from titan_graphql.services.job_reports import Stop
from titan_graphql.services.job_runs import JobStoppedError, Report
from titan_graphql.services.pages import PageRequest
from titan_graphql.services.pairs import PairPrices
from titan_graphql.services.visible_rows import RowKey

pytestmark = pytest.mark.usefixtures("db", "dispatching")


async def run(backtest: Backtest) -> Backtest:
    """What a worker does."""
    await backtest_runs.run(backtest.job_id)
    return await Backtest.get(id=backtest.id)


async def finished(owner: Any, pair: Pair, spec: BacktestSpec) -> Backtest:
    return await run(await backtests.start(owner, pair.id, spec))


def oracle(spec: BacktestSpec) -> pd.DataFrame:
    """The run from the CSV alone, with pandas' own statistics."""
    time, columns = market_samples.read_sample()
    frame = pd.DataFrame({"y": columns["KO"], "x": columns["PEP"]}, index=pd.to_datetime(time, unit="ms", utc=True))
    frame = frame[(frame.index >= spec.formation.start) & (frame.index < spec.trading.end)]
    logs = np.log(frame)
    formed = logs[logs.index < spec.formation.end]
    beta, alpha = np.polyfit(formed["x"], formed["y"], 1)
    spread = logs["y"] - alpha - beta * logs["x"]
    mean, deviation = spread[: len(formed)].mean(), spread[: len(formed)].std()
    if spec.window is not None:
        mean, deviation = spread.rolling(spec.window).mean(), spread.rolling(spec.window).std()
    frame["z"] = (spread - mean) / deviation
    traded = frame[frame.index >= spec.trading.start]
    return traded.join(pandas_backtest(traded, beta, replace(spec.rules())))


SPECS = {
    "gross formation": {},
    "gross rolling": {"z_score": "ROLLING", "window": 60, "entry": 1.8, "stop": 3.5, "max_hold": 30},
    "fixed formation": {"sizing": "FIXED_NOTIONAL", "notional": 40_000.0, "entry": 1.0},
    "fixed rolling": {"sizing": "FIXED_NOTIONAL", "z_score": "ROLLING", "window": 45, "exit": 0.0},
}


@pytest.mark.parametrize("changes", SPECS.values(), ids=SPECS.keys())
async def test_a_run_equals_the_pandas_loop(changes: dict):
    viewer = await make.viewer()
    pair, spec = await make.real_pair(viewer), make.real_spec(**changes)

    backtest = await finished(viewer, pair, spec)

    expected, columns = oracle(spec), await backtests.equity(backtest, None)
    assert columns is not None
    assert np.array_equal(columns.time, expected.index.as_unit("ms").asi8)
    assert np.array_equal(columns.position, expected["position"])
    np.testing.assert_allclose(columns.equity, expected["equity"], rtol=1e-9)
    np.testing.assert_allclose(columns.drawdown, expected["equity"] / expected["equity"].cummax() - 1, atol=1e-9)
    np.testing.assert_allclose(columns.z_score, expected["z"], rtol=1e-6, atol=1e-8)

    metrics, trades = backtests.metrics(backtest), await Trade.filter(backtest=backtest).order_by("number")
    assert metrics is not None
    assert metrics.total_return.value == pytest.approx(expected["equity"].iloc[-1] / spec.capital - 1, rel=1e-9)
    assert metrics.commission + metrics.slippage == pytest.approx(expected["fees"].iloc[-1], rel=1e-9)
    assert metrics.exposure.value == pytest.approx((expected["position"] != 0).mean(), rel=1e-12)
    assert [trade.number for trade in trades] == list(range(1, len(trades) + 1))
    assert len(trades) >= 2
    entries = expected.index[
        (expected["position"].diff().fillna(expected["position"]) != 0) & (expected["position"] != 0)
    ]
    assert [trade.entered_at for trade in trades] == [entry.to_pydatetime() for entry in entries]
    total = sum(trade.pnl for trade in trades)
    assert total == pytest.approx(expected["equity"].iloc[-1] - spec.capital, abs=1e-6)


async def test_a_specification_comes_back_as_it_was():
    viewer = await make.viewer()
    spec = make.spec(
        z_score="ROLLING", window=20, entry=0.1 + 0.2, stop=1e3, max_hold=7, gross=1 / 3, commission_bps=-0.0
    )
    backtest = await make.started(
        viewer,
        await make.pair(viewer),
        **{
            name: getattr(spec, name)
            for name in ("z_score", "window", "entry", "stop", "max_hold", "gross", "commission_bps")
        },
    )

    stored = backtests.from_json((await Backtest.get(id=backtest.id)).spec)
    assert stored == spec


async def test_a_run_leaves_its_provenance():
    viewer = await make.viewer()
    pair = await make.pair(viewer)

    backtest = await run(await make.backtest(viewer, pair))

    job = await Job.get(id=backtest.job_id)
    hashes = [
        (await market_bars.newest_dataset((await leg.series.all())[0])).content_hash for leg in await pairs.legs(pair)
    ]
    assert (job.state, job.error_code, job.progress_message) == (JobState.SUCCEEDED, None, "Done")
    assert backtest.dataset_hashes == hashes
    assert len(backtest.result_hash or "") == 64


async def test_equal_runs_have_equal_results():
    viewer = await make.viewer()
    pair = await make.pair(viewer)

    first, second = [await run(await make.backtest(viewer, pair)) for _ in range(2)]
    other = await run(await make.backtest(viewer, pair, entry=1.4))

    assert first.id != second.id
    assert (first.result_hash, first.metrics, first.hedge) == (second.result_hash, second.metrics, second.hedge)
    assert other.result_hash != first.result_hash


async def test_the_trading_period_does_not_reach_the_estimates():
    viewer = await make.viewer()
    y, x = make.wave()
    later = y.copy()
    later[make.FORMATION_BARS + 10 :] *= 1.5
    for symbol, close in {"Y": y, "CRASH": later, "X": x}.items():
        await make.listed(symbol, close)
    honest, changed = [
        await finished(viewer, await pairs.create(viewer, symbol, "X"), make.spec()) for symbol in ("Y", "CRASH")
    ]

    assert honest.hedge == changed.hedge
    one, other = await backtests.equity(honest, None), await backtests.equity(changed, None)
    assert one is not None and other is not None
    assert np.array_equal(one.z_score[:10], other.z_score[:10])
    assert np.array_equal(one.equity[:10], other.equity[:10])
    assert not np.array_equal(one.z_score, other.z_score)


async def test_no_trades_is_a_success_with_reasons():
    viewer = await make.viewer()

    backtest = await run(await make.backtest(viewer, entry=1e6))

    metrics = backtests.metrics(backtest)
    assert metrics is not None
    assert (metrics.trades, metrics.win_rate.value, metrics.sharpe.value) == (0, None, None)
    assert metrics.win_rate.reason
    assert metrics.sharpe.reason
    assert await Trade.all().count() == 0


REFUSED = {
    "entry below exit": ({"entry": 0.2}, "THRESHOLD_ORDER", ["entry"]),
    "entry at exit": ({"entry": 0.3}, "THRESHOLD_ORDER", ["entry"]),
    "stop at entry": ({"stop": 1.5}, "THRESHOLD_ORDER", ["stop"]),
    "negative exit": ({"exit": -0.1}, "THRESHOLD_NEGATIVE", ["exit"]),
    "negative entry": ({"entry": -2.0}, "THRESHOLD_NEGATIVE", ["entry"]),
    "negative fee": ({"commission_bps": -1.0}, "FEE_OUT_OF_RANGE", ["commissionBps"]),
    "whole fee": ({"slippage_bps": 10_000.0}, "FEE_OUT_OF_RANGE", ["slippageBps"]),
    "no capital": ({"capital": 0.0}, "CAPITAL_NOT_POSITIVE", ["capital"]),
    "infinite": ({"entry": math.inf}, "NOT_FINITE", ["entry"]),
    "not a number": ({"notional": math.nan}, "NOT_FINITE", ["notional"]),
    "no gross": ({"gross": 0.0}, "GROSS_OUT_OF_RANGE", ["gross"]),
    "no notional": ({"sizing": "FIXED_NOTIONAL", "notional": 0.0}, "NOTIONAL_NOT_POSITIVE", ["notional"]),
    "no hold": ({"max_hold": 0}, "HOLD_OUT_OF_RANGE", ["maxHold"]),
    "no window": ({"z_score": "ROLLING"}, "WINDOW_MISSING", ["window"]),
    "window of 1": ({"z_score": "ROLLING", "window": 1}, "LOOKBACK_TOO_SHORT", ["window"]),
    "window too long": ({"z_score": "ROLLING", "window": 301}, "LOOKBACK_TOO_LONG", ["window"]),
    "formation reversed": ({"formation": make.period("2020-04-30", "2020-01-01")}, "PERIOD_REVERSED", ["formation"]),
    "trading reversed": ({"trading": make.period("2020-10-01", "2020-05-01")}, "PERIOD_REVERSED", ["trading"]),
    "overlap": ({"trading": make.period("2020-04-29", "2020-10-01")}, "PERIODS_OVERLAP", ["trading", "start"]),
    "formation too short": (
        {"formation": make.period("2020-04-01", "2020-04-30")},
        "FORMATION_TOO_SHORT",
        ["formation"],
    ),
    "trading after the data": ({"trading": make.period("2021-01-01", "2022-01-01")}, "NO_DATA", ["trading"]),
    "one bar to trade": ({"trading": make.period("2020-04-30", "2020-05-01")}, "NO_DATA", ["trading"]),
    "all after the data": (
        {"formation": make.period("2030-01-01", "2031-01-01"), "trading": make.period("2031-01-01", "2032-01-01")},
        "NO_DATA",
        ["trading"],
    ),
}


@pytest.mark.parametrize(("changes", "code", "path"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_refused_backtest_is_not_kept(changes: dict, code: str, path: list[str]):
    viewer = await make.viewer()
    pair = await make.pair(viewer)

    with pytest.raises(InvalidInputError) as refused:
        await make.started(viewer, pair, **changes)
    assert (refused.value.code, refused.value.path) == (code, path)
    assert (await Backtest.all().count(), await Job.all().count()) == (0, 0)


async def test_a_constant_leg_is_refused_with_its_reason_and_nothing_is_kept():
    viewer = await make.viewer()
    await make.listed("Y", np.full(300, 7.0))
    await make.listed("X", make.wave()[1])
    pair = await pairs.create(viewer, "Y", "X")

    with pytest.raises(InvalidInputError) as refused:
        await make.started(viewer, pair)
    assert (refused.value.code, refused.value.path) == ("SERIES_CONSTANT", ["formation"])
    assert (await Backtest.all().count(), await Job.all().count()) == (0, 0)


async def test_a_price_that_is_not_positive_cannot_be_traded():
    viewer = await make.viewer()
    y, x = make.wave()
    y[200] = 0.0
    await make.listed("Y", y)
    await make.listed("X", x)
    pair = await pairs.create(viewer, "Y", "X")

    with pytest.raises(InvalidInputError) as refused:
        await make.started(viewer, pair)
    assert (refused.value.code, refused.value.path) == ("PRICE_NOT_POSITIVE", ["trading"])


async def test_somebody_elses_backtest_is_not_there_but_for_an_administrator():
    owner, stranger, admin = await make.viewer(), await make.viewer(), await make.viewer(Role.ADMIN)
    pair = await make.pair(owner)
    backtest = await run(await make.backtest(owner, pair))
    trade = (await Trade.all())[0]

    for kind, row_id in (("Backtest", backtest.id), ("Trade", trade.id)):
        seen_by = [RowKey(owner, kind, row_id), RowKey(admin, kind, row_id)]
        keys = [*seen_by, RowKey(stranger, kind, row_id), RowKey(owner, kind, uuid4())]
        assert {key: row.id for key, row in (await visible_rows.by_keys(keys)).items()} == dict.fromkeys(
            seen_by, row_id
        )
    for viewer, wanted in ((stranger, backtest.id), (owner, uuid4())):
        with pytest.raises(NotFoundError):
            await backtests.find(viewer, wanted)
    with pytest.raises(NotFoundError) as refused:
        await backtests.start(stranger, pair.id, make.spec())
    assert refused.value.code == "PAIR_NOT_FOUND"
    for viewer, seen in ((owner, 1), (stranger, 0), (admin, 1)):
        assert len((await backtests.page(viewer, PageRequest(first=9))).nodes) == seen
    assert (await Backtest.all().count(), await Job.all().count()) == (1, 1)


async def test_a_backtest_whose_pair_was_removed_ends_as_cancelled():
    viewer = await make.viewer()
    pair = await make.pair(viewer)
    backtest = await make.backtest(viewer, pair)
    held = await job_runs.claim(backtest.job_id)

    await pairs.remove(viewer, pair.id)

    assert held is not None
    assert (await jobs.find(viewer, backtest.job_id)).state is JobState.CANCELLING
    assert await Backtest.all().count() == 0


async def test_a_backtest_that_is_gone_fails_with_its_reason():
    viewer = await make.viewer()
    backtest = await make.backtest(viewer)
    await Backtest.filter(id=backtest.id).delete()

    await backtest_runs.run(backtest.job_id)

    row = await Job.get(id=backtest.job_id)
    assert (row.state, row.error_code) == (JobState.FAILED, "BACKTEST_NOT_FOUND")


async def test_equity_is_downsampled_together():
    viewer = await make.viewer()
    backtest = await run(await make.backtest(viewer))

    full, few = await backtests.equity(backtest, None), await backtests.equity(backtest, 20)
    assert full is not None and few is not None
    assert (full.count, few.count, few.downsampled_from) == (180, 20, 180)
    places = np.searchsorted(full.time, few.time)
    assert np.array_equal(full.position[places], few.position)


class StopAt(Report):
    """A report that is told to stop once trading has come so far, as a cancelled job's is."""

    def __call__(self, done: float, total: float, message: str) -> None:
        if done > 2.25:
            self.stop(Stop.NOT_OURS)
        super().__call__(done, total, message)


def test_a_long_run_looks_up_on_its_way():
    y, x = make.wave(400_000)
    start = datetime.fromisoformat("1900-01-01T00:00:00+00:00")
    time = market_bars.to_ms(start) + 60_000 * np.arange(400_000, dtype=np.int64)
    minutes = PairHistory.of(PairPrices(time, y, x, ()))
    middle, end = (market_bars.to_datetime(int(time[place])) for place in (1000, -1))
    spec = make.spec(formation=pairs.Period(start, middle), trading=pairs.Period(middle, end))
    report = StopAt()

    with pytest.raises(JobStoppedError):
        backtest_runs.simulate(spec, minutes, report)
    assert report.take_news().done <= 2.25
