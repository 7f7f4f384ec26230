"""Why a backtest may be believed: hedges, fills, costs, attribution, leak check, manifest and comparison."""

import math
from dataclasses import asdict, replace

import numpy as np
import pytest

from tests import make
from titan_graphql.errors import ConflictError, InvalidInputError, NotFoundError
from titan_graphql.models.backtests import Backtest, Trade
from titan_graphql.models.jobs import Job
from titan_graphql.models.markets import Series
from titan_graphql.models.scans import Scan, ScanResult
from titan_graphql.quant.backtest import run_backtest
from titan_graphql.quant.kalman import KalmanSettings, kalman_hedge
from titan_graphql.quant.total_least_squares import tls_hedge
from titan_graphql.services import (
    backtest_comparisons,
    backtest_leaks,
    backtest_manifests,
    backtest_runs,
    backtest_signals,
    backtests,
    pairs,
)
from titan_graphql.services.backtest_comparisons import RestatedBar
from titan_graphql.services.market_revisions import Provenance, write_revision

pytestmark = pytest.mark.usefixtures("db", "dispatching")
BARS = make.FORMATION_BARS + make.TRADING_BARS


async def finished(owner, pair, **changes) -> Backtest:
    """A backtest after a worker had it."""
    backtest = await backtests.start(owner, pair.id, make.spec(**changes))
    await backtest_runs.run(backtest.job_id)
    done = await Backtest.get(id=backtest.id)
    job = await Job.get(id=done.job_id)
    assert job.state == "SUCCEEDED", job.error_message
    return done


async def pair_with_opens(owner):
    y, x = make.wave()
    await make.listed("YO", y, open=y * 1.002)
    await make.listed("XO", x, open=x * 0.999)
    return await pairs.create(owner, "YO", "XO"), y, x


METHODS = ["OLS", "TLS", "JOHANSEN", "ROLLING_OLS", "KALMAN"]


@pytest.mark.parametrize("method", METHODS)
async def test_every_hedge_trades_clean_and_its_attribution_adds_up(method):
    owner = await make.viewer()
    backtest = await finished(owner, await make.pair(owner), hedge=method, entry=0.5, exit=0.2, borrow_bps=300.0)

    columns, parts = await backtests.equity(backtest, None), backtests.attribution(backtest)
    leaks = backtest_leaks.stored(backtest)
    assert len(await Trade.filter(backtest=backtest)) > 1
    assert parts.total == pytest.approx(columns.equity[-1] - 100_000.0, abs=1e-9 * 100_000.0)
    assert parts.borrow < 0.0
    assert (leaks.verdict, leaks.leak, len(leaks.cuts), leaks.selection.verdict) == ("CLEAN", None, 6, "NOT_SCANNED")
    assert bool(np.ptp(columns.hedge_ratio) == 0.0) is (method in {"OLS", "TLS", "JOHANSEN"})


async def test_a_tls_hedge_is_that_of_the_formation_period():
    owner = await make.viewer()
    backtest = await finished(owner, await make.pair(owner), hedge="TLS")

    y, x = (np.log(leg[: make.FORMATION_BARS]) for leg in make.wave())
    assert asdict(backtests.hedge(backtest)) == pytest.approx(asdict(tls_hedge(y, x)), rel=1e-12)
    assert (await backtests.equity(backtest, None)).hedge_ratio[0] == tls_hedge(y, x).beta


async def test_kalman_sizes_by_the_beta_of_the_decisions_bar():
    owner = await make.viewer()
    backtest = await finished(owner, await make.pair(owner), hedge="KALMAN", sizing="FIXED_NOTIONAL", entry=0.5)

    y, x = make.wave()
    log_y, log_x = np.log(y), np.log(x)
    formed = slice(0, make.FORMATION_BARS)
    beta, alpha = np.polyfit(log_x[formed], log_y[formed], 1)
    noise = float(np.var((log_y - alpha - beta * log_x)[formed], ddof=2))
    settings = KalmanSettings(
        delta=1e-5, observation_variance=noise, initial_alpha=alpha, initial_beta=beta, initial_variance=noise
    )
    path = kalman_hedge(log_y, log_x, settings).beta
    trade = await Trade.filter(backtest=backtest).order_by("number").first()
    decided = (trade.signal_at - make.day(make.FIRST_BAR)).days
    assert -trade.quantity_x * trade.entry_x / (trade.quantity_y * trade.entry_y) == pytest.approx(
        path[decided], rel=1e-9
    )


async def test_orders_fill_at_the_next_open():
    owner = await make.viewer()
    pair, y, x = await pair_with_opens(owner)
    backtest = await finished(owner, pair, fill="OPEN", commission_bps=0.0, slippage_bps=0.0)

    for trade in await Trade.filter(backtest=backtest):
        bar = (trade.entered_at - make.day(make.FIRST_BAR)).days
        assert (trade.entry_y, trade.entry_x) == (y[bar] * 1.002, x[bar] * 0.999)
        assert trade.entered_at > trade.signal_at


async def test_fills_at_the_open_need_opens():
    owner = await make.viewer()
    with pytest.raises(InvalidInputError) as refused:
        await make.backtest(owner, fill="OPEN")
    assert (refused.value.code, refused.value.path) == ("OPEN_MISSING", ["fill"])
    assert await Backtest.all().count() == await Job.all().count() == 0


async def test_the_stored_run_is_the_kernels():
    owner = await make.viewer()
    changes = {
        "hedge": "ROLLING_OLS",
        "rehedge_band": 0.02,
        "borrow_bps": 200.0,
        "sizing": "VOLATILITY_TARGET",
        "target_volatility": 0.08,
        "volatility_window": 20,
        "gross": 3.0,
    }
    backtest = await finished(owner, await make.pair(owner), **changes)

    y, x = (leg[make.FORMATION_BARS :] for leg in make.wave())
    columns = await backtests.equity(backtest, None)
    ledger = run_backtest(y, x, columns.z_score, columns.hedge_ratio, make.spec(**changes).rules())
    rehedges = [trade.rehedges for trade in await Trade.filter(backtest=backtest).order_by("number")]
    # Borrow of daily bars without gaps is 1 day each here and 365/252 by default.
    assert np.array_equal(columns.position, ledger.position)
    assert rehedges == [int(row["rehedges"]) for row in ledger.trades]
    assert sum(rehedges) > 0
    assert backtests.attribution(backtest).borrow == pytest.approx(ledger.attribution.borrow * 252 / 365, rel=0.05)


async def test_a_planted_look_ahead_is_caught(monkeypatch):
    def hindsight(spec, read):
        """z from the mean and deviation of all bars, the future's included."""
        traded = slice(read.index_of(spec.trading.start), read.index_of(spec.trading.end))
        spread = np.log(read.y.close) - 0.8 * np.log(read.x.close)
        z = (spread - spread.mean()) / spread.std()
        return backtest_signals.Signals(z[traded], np.full(len(z[traded]), 0.8))

    monkeypatch.setattr(backtest_signals, "signals", hindsight)
    owner = await make.viewer()
    backtest = await finished(owner, await make.pair(owner))

    found = backtest_leaks.stored(backtest)
    assert found.verdict == "LEAK"
    assert (found.leak.column, found.leak.bar) == ("z", make.spec().trading.start)
    assert found.leak.cut in found.cuts


@pytest.mark.parametrize(
    ("formation_end", "verdict"), [("2020-04-30", "BEFORE_TRADING"), ("2020-07-01", "KNOWS_TRADING")]
)
async def test_a_pair_chosen_by_hindsight_is_marked(formation_end, verdict):
    owner = await make.viewer()
    pair = await make.pair(owner)
    job = await make.job(owner)
    spec = {
        "market": "US", "symbols": None, "prices": "LOG", "trend": "C", "criterion": "AIC", "max_lag": None,
        "correction": "BY", "level": 0.05, "keep": 10,
        "formation": {"start": make.day("2020-01-01").isoformat(), "end": make.day(formation_end).isoformat()},
    }  # fmt: skip
    scan = await Scan.create(owner_id=owner.user_id, job=job, spec=spec, instrument_ids=[])
    figures = {"bars": 100, "lags": 0, "beta": 1.0, "alpha": 0.0, "r_squared": 0.5, "half_life_order": 1.0}
    await ScanResult.create(scan=scan, rank=1, y_id=pair.x_id, x_id=pair.y_id, p_value=0.01, distance=0.1, **figures)

    found = backtest_leaks.stored(await finished(owner, pair))
    assert (found.selection.verdict, found.selection.scan_id) == (verdict, scan.id)


async def test_the_same_run_twice_has_the_same_manifest():
    owner = await make.viewer()
    pair = await make.pair(owner)
    a, b = await finished(owner, pair), await finished(owner, pair)

    told = backtest_manifests.manifest(a)
    assert told == backtest_manifests.manifest(b)
    assert [one.content_hash for one in told.datasets] == a.dataset_hashes
    assert told.result_hash == a.result_hash
    compared = await backtest_comparisons.compare(owner, a.id, b.id)
    assert (compared.same, compared.restated_count, compared.first_divergence) == (True, 0, None)


async def test_one_restated_bar_is_named():
    owner = await make.viewer()
    pair = await make.pair(owner)
    a = await finished(owner, pair)
    y, _ = make.wave()
    bar = make.FORMATION_BARS + 40
    restated = make.bars([y[bar] * 1.01], start="2020-06-09")
    series = await Series.get(instrument_id=pair.y_id)
    await write_revision(series, restated, Provenance("test", "restated", True))
    b = await finished(owner, pair)

    compared = await backtest_comparisons.compare(owner, a.id, b.id)
    assert compared.restated == [RestatedBar("y", make.day("2020-06-09"), "close", y[bar], y[bar] * 1.01)]
    assert [(one.kind, one.name) for one in compared.differences] == [("RESULT", "resultHash"), ("DATA", "y")]
    assert compared.first_divergence.time == make.day("2020-06-09")


async def test_what_differs_is_named():
    owner = await make.viewer()
    pair = await make.pair(owner)
    a, b = await finished(owner, pair), await finished(owner, pair, entry=2.5)

    compared = await backtest_comparisons.compare(owner, a.id, b.id)
    changed = [(one.name, one.a, one.b) for one in compared.differences if one.kind == "PARAMETER"]
    assert changed == [("entry", "1.5", "2.5")]
    assert compared.restated == []


async def test_only_own_finished_backtests_are_compared():
    owner, other = await make.viewer(), await make.viewer()
    pair = await make.pair(owner)
    done, waiting = await finished(owner, pair), await make.backtest(owner, pair)
    with pytest.raises(ConflictError) as early:
        await backtest_comparisons.compare(owner, done.id, waiting.id)
    with pytest.raises(NotFoundError):
        await backtest_comparisons.compare(other, done.id, done.id)
    assert (early.value.code, early.value.path) == ("BACKTEST_NOT_FINISHED", ["b"])


async def test_no_trades_succeed_with_null_metrics():
    owner = await make.viewer()
    backtest = await finished(owner, await make.pair(owner), entry=50.0)

    figures, parts = backtests.metrics(backtest), backtests.attribution(backtest)
    assert (figures.trades, figures.win_rate.value, figures.sharpe.value) == (0, None, None)
    assert (figures.win_rate.reason, figures.sharpe.reason) == ("no closed trades", "the returns do not vary")
    assert parts.total == 0.0


async def test_equity_that_reaches_zero_stops_trading_and_says_so():
    owner = await make.viewer()
    y = np.concatenate([make.wave()[0][: make.FORMATION_BARS + 40], np.full(140, 400.0)])
    await make.listed("RUINY", y)
    await make.listed("RUINX", make.wave()[1])
    backtest = await finished(owner, await pairs.create(owner, "RUINY", "RUINX"), gross=20.0, entry=1.0, exit=0.1)

    last = await Trade.filter(backtest=backtest).order_by("-number").first()
    columns, figures = await backtests.equity(backtest, None), backtests.metrics(backtest)
    assert last.exit_reason == "RUIN"
    assert columns.equity[-1] <= 0.0
    assert not columns.position[(last.exited_at - make.spec().trading.start).days :].any()
    assert (figures.sharpe.value, figures.sharpe.reason) == (None, "equity fell to zero or below")
    assert (await backtests.trials(backtest)).deflated_sharpe.value is None


BAD = {
    "entry below exit": ({"entry": 0.2}, "THRESHOLD_ORDER", "entry"),
    "stop below entry": ({"stop": 1.0}, "THRESHOLD_ORDER", "stop"),
    "negative threshold": ({"exit": -1.0}, "THRESHOLD_NEGATIVE", "exit"),
    "infinite entry": ({"entry": math.inf}, "NOT_FINITE", "entry"),
    "nan fee": ({"borrow_bps": math.nan}, "NOT_FINITE", "borrowBps"),
    "fee of 100 %": ({"borrow_bps": 10_000.0}, "FEE_OUT_OF_RANGE", "borrowBps"),
    "negative fee": ({"commission_bps": -1.0}, "FEE_OUT_OF_RANGE", "commissionBps"),
    "no capital": ({"capital": 0.0}, "CAPITAL_NOT_POSITIVE", "capital"),
    "no hold": ({"max_hold": 0}, "HOLD_OUT_OF_RANGE", "maxHold"),
    "no gross": ({"gross": 0.0}, "GROSS_OUT_OF_RANGE", "gross"),
    "no notional": ({"sizing": "FIXED_NOTIONAL", "notional": 0.0}, "NOTIONAL_NOT_POSITIVE", "notional"),
    "negative band": ({"rehedge_band": -0.1}, "BAND_OUT_OF_RANGE", "rehedgeBand"),
    "no volatility": ({"target_volatility": 0.0}, "VOLATILITY_OUT_OF_RANGE", "targetVolatility"),
    "one bar of volatility": ({"volatility_window": 1}, "WINDOW_TOO_SHORT", "volatilityWindow"),
    "rolling without window": ({"z_score": "ROLLING"}, "WINDOW_MISSING", "window"),
    "window of one": ({"z_score": "ROLLING", "window": 1}, "LOOKBACK_TOO_SHORT", "window"),
    "window past the data": ({"z_score": "ROLLING", "window": 10_000}, "LOOKBACK_TOO_LONG", "window"),
    "periods overlap": ({"trading": make.period("2020-04-29", "2020-10-27")}, "PERIODS_OVERLAP", "trading"),
    "period reversed": ({"trading": make.period("2020-10-27", "2020-05-01")}, "PERIOD_REVERSED", "trading"),
    "short formation": ({"formation": make.period("2020-04-10", "2020-04-30")}, "FORMATION_TOO_SHORT", "formation"),
    "nothing to trade": ({"trading": make.period("2021-04-30", "2021-10-27")}, "NO_DATA", "trading"),
}


@pytest.mark.parametrize(("changes", "code", "path"), BAD.values(), ids=BAD)
async def test_bad_input_is_refused_and_leaves_nothing(changes, code, path):
    owner = await make.viewer()
    pair = await make.pair(owner)
    with pytest.raises(InvalidInputError) as refused:
        await backtests.start(owner, pair.id, replace(make.spec(), **changes))
    assert (refused.value.code, refused.value.path[0]) == (code, path)
    assert await Backtest.all().count() == await Job.all().count() == 0
