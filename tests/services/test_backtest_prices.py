"""Splits, dividends, gaps and endings in real runs: from stored bars and actions to stored results."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from tests import make, real_prices
from titan_graphql.errors import InvalidInputError
from titan_graphql.models.backtests import Backtest, Direction, ExitReason, Trade
from titan_graphql.models.jobs import Job
from titan_graphql.models.markets import Adjustment, Instrument, Series
from titan_graphql.models.pairs import Pair
from titan_graphql.models.sweeps import Sweep
from titan_graphql.services import (
    backtest_leaks,
    backtest_manifests,
    backtest_runs,
    backtests,
    market_actions,
    pairs,
    sweep_runs,
    sweeps,
)
from titan_graphql.services.market_actions import ActionKind, NewAction
from titan_graphql.services.market_bars import Bars
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.services.sweep_specs import SweepSpec

pytestmark = pytest.mark.usefixtures("db", "dispatching")
Y, X = make.wave()
FIRST = make.day(make.FIRST_BAR)
COSTS = {"commission_bps": 3.0, "slippage_bps": 2.0, "borrow_bps": 100.0}


def on(bar: int) -> date:
    return (FIRST + timedelta(days=bar)).date()


def split(bar: int, ratio: float) -> NewAction:
    return NewAction(ActionKind.SPLIT, on(bar), ratio)


def dividend(bar: int, amount: float) -> NewAction:
    return NewAction(ActionKind.DIVIDEND, on(bar), amount)


async def listed(
    symbol: str, close: np.ndarray, actions=(), absent=(), stored: Adjustment = Adjustment.RAW
) -> Instrument:
    """An instrument with daily bars, without those of the absent days, and its corporate actions."""
    whole = make.bars(close, open=close * 1.001)
    kept = np.setdiff1d(np.arange(len(close)), list(absent))
    instrument = await make.instrument(symbol)
    await write_revision(
        await make.series(instrument),
        Bars(whole.time[kept], {name: column[kept] for name, column in whole.columns.items()}),
        Provenance("test", "made", adjustment=stored),
    )
    if actions:
        await market_actions.add(instrument, actions, "test")
    return instrument


async def finished(owner, pair: Pair, **changes) -> Backtest:
    """A backtest after a worker had it."""
    backtest = await backtests.start(owner, pair.id, make.spec(**changes))
    await backtest_runs.run(backtest.job_id)
    job = await Job.get(id=backtest.job_id)
    assert job.state == "SUCCEEDED", job.error_message
    done = await Backtest.get(id=backtest.id)
    assert backtest_leaks.stored(done).verdict == "CLEAN", backtest_leaks.stored(done).leak
    return done


async def trades_of(backtest: Backtest) -> list[Trade]:
    return await Trade.filter(backtest=backtest).order_by("number")


def bar_of(moment) -> int:
    return (moment - FIRST).days


async def held_trade() -> Trade:
    """A short trade of the untouched pair that is held for some bars."""
    owner = await make.viewer()
    await listed("BASEY", Y)
    await listed("BASEX", X)
    plain = await finished(owner, await pairs.create(owner, "BASEY", "BASEX"))
    found = [one for one in await trades_of(plain) if one.direction is Direction.SHORT and one.bars_held > 4]
    return found[0]


@pytest.mark.parametrize("prices", ["LOG", "RAW"])
@pytest.mark.parametrize("ratio", [2.0, 3.0, 0.1])
async def test_an_injected_split_changes_no_profit(prices, ratio):
    owner, bars = await make.viewer(), range(len(Y))
    await listed("Y", Y)
    await listed("X", X)
    # So many that some fall into trades, on decisions and on orders that wait for the next bar.
    for leg, close, step in (("Y", Y, 1), ("X", X, 3)):
        ratios = dict.fromkeys(range(60, 300, 2 * step), ratio) | dict.fromkeys(
            range(60 + step, 300, 2 * step), 1 / ratio
        )
        shares = np.cumprod([ratios.get(bar, 1.0) for bar in bars])
        await listed(f"{leg}S", close / shares, [split(bar, one) for bar, one in ratios.items()])
    same = {**COSTS, "prices": prices, "rehedge_band": 0.05 if prices == "LOG" else None, "fill": "OPEN"}
    plain = await finished(owner, await pairs.create(owner, "Y", "X"), **same)
    cut = await finished(owner, await pairs.create(owner, "YS", "XS"), **same)

    a, b = await backtests.equity(plain, None), await backtests.equity(cut, None)
    assert len(await trades_of(plain)) > 3
    assert np.array_equal(a.position, b.position)
    np.testing.assert_allclose(b.equity, a.equity, rtol=1e-12)
    assert backtest_manifests.manifest(cut).datasets[0].splits == make.TRADING_BARS
    assert backtest_manifests.manifest(plain).datasets[0].splits == 0


async def test_a_dividend_is_paid_on_a_short_and_received_on_a_long():
    short = await held_trade()
    ex = bar_of(short.entered_at) + 2
    owner = await make.viewer()
    await listed("Y", Y, [dividend(ex, 0.07)])
    await listed("X", X, [dividend(ex, 0.03)])
    backtest = await finished(owner, await pairs.create(owner, "Y", "X"))

    paid = [one for one in await trades_of(backtest) if bar_of(one.entered_at) < ex <= bar_of(one.exited_at)]
    assert [one.direction for one in paid] == [Direction.SHORT]
    expected = paid[0].quantity_y * 0.07 + paid[0].quantity_x * 0.03
    parts, columns = backtests.attribution(backtest), await backtests.equity(backtest, None)
    assert paid[0].quantity_y < 0.0 < paid[0].quantity_x
    assert parts.dividends == pytest.approx(expected, rel=1e-14)
    assert parts.total == pytest.approx(columns.equity[-1] - 100_000.0, abs=1e-4)
    told = backtest_manifests.manifest(backtest).datasets
    assert [(one.adjustment, one.dividends, one.splits) for one in told] == [("RAW", 1, 0), ("RAW", 1, 0)]


async def test_a_dividend_does_not_move_the_spread():
    """Prices fall by the dividend on its day: total-return signals and the cash make good for it."""
    owner = await make.viewer()
    fallen = np.where(np.arange(len(Y)) >= 200, Y - Y[200] * 0.05, Y)
    plain_x = await listed("X", X)
    await listed("Y", fallen, [dividend(200, float(Y[200] * 0.05))])
    await listed("BLIND", fallen)
    fair = await finished(owner, await pairs.create(owner, "Y", plain_x.symbol), entry=1.0)
    blind = await finished(owner, await pairs.create(owner, "BLIND", plain_x.symbol), entry=1.0)

    z = (await backtests.equity(fair, None)).z_score
    away = (await backtests.equity(blind, None)).z_score
    assert np.abs(np.diff(z))[78:82].max() < 1.0 < np.abs(np.diff(away))[78:82].max()
    assert np.array_equal(z[:79], away[:79])


async def test_prices_that_the_source_adjusted_are_not_adjusted_again():
    owner = await make.viewer()
    actions = [split(200, 2.0), dividend(150, 0.5)]
    for stored in Adjustment:
        await listed(f"Y{stored}", Y, actions, stored=stored)
    await listed("Y", Y)
    await listed("X", X)
    plain = await finished(owner, await pairs.create(owner, "Y", "X"))
    total = await finished(owner, await pairs.create(owner, "YTOTAL_RETURN", "X"))
    halved = await finished(owner, await pairs.create(owner, "YSPLIT", "X"))

    used = [backtest_manifests.manifest(one).datasets[0] for one in (total, halved)]
    assert [(one.adjustment, one.splits, one.dividends) for one in used] == [("TOTAL_RETURN", 0, 0), ("SPLIT", 0, 1)]
    assert plain.result_hash == total.result_hash
    held = [one for one in await trades_of(halved) if bar_of(one.entered_at) < 150 <= bar_of(one.exited_at)]
    # The dividend was paid on shares that the later split has doubled since.
    assert backtests.attribution(halved).dividends == pytest.approx(sum(one.quantity_y * 0.25 for one in held))


async def test_a_leg_that_stops_trading_closes_the_trade_at_its_last_price():
    held = await held_trade()
    last = bar_of(held.entered_at) + 2
    owner = await make.viewer()
    await listed("Y", Y, absent=range(last + 1, 300))
    await listed("X", X)
    backtest = await finished(owner, await pairs.create(owner, "Y", "X"))

    trade, columns = (await trades_of(backtest))[-1], await backtests.equity(backtest, None)
    assert (trade.exit_reason, bar_of(trade.exited_at)) == (ExitReason.DELISTED, last)
    assert (trade.exit_y, trade.exit_x) == (Y[last], X[last])
    assert len(columns.time) == make.TRADING_BARS
    after = last - make.FORMATION_BARS
    assert not columns.position[after:].any()
    assert np.ptp(columns.equity[after:]) == 0.0
    told = backtest_manifests.manifest(backtest).datasets
    assert (told[0].ended, told[1].ended) == (make.day(on(last).isoformat()), None)
    assert (told[0].missing, told[1].missing) == (299 - last, 0)


async def test_a_leg_whose_last_bars_are_late_has_not_stopped_trading():
    owner = await make.viewer()
    await listed("Y", Y, absent=range(290, 300))
    await listed("X", X)
    backtest = await finished(owner, await pairs.create(owner, "Y", "X"))

    assert backtest_manifests.manifest(backtest).datasets[0].ended is None
    assert ExitReason.DELISTED not in {one.exit_reason for one in await trades_of(backtest)}


async def test_nothing_is_filled_on_a_price_that_only_repeats():
    held = await held_trade()
    entered, exited = bar_of(held.entered_at), bar_of(held.exited_at)
    owner = await make.viewer()
    gap = range(exited, exited + 4)
    await listed("Y", Y, absent=gap)
    await listed("X", X)
    backtest = await finished(owner, await pairs.create(owner, "Y", "X"))

    trade = next(one for one in await trades_of(backtest) if bar_of(one.entered_at) == entered)
    columns = await backtests.equity(backtest, None)
    assert len(columns.time) == make.TRADING_BARS
    assert bar_of(trade.signal_at) == bar_of(held.signal_at)
    assert (bar_of(trade.exited_at), trade.exit_y) == (gap.stop, Y[gap.stop])
    at = np.array(gap) - make.FORMATION_BARS
    assert np.isnan(columns.z_score[at]).all()
    # While y only repeats its price, equity moves by x alone.
    moves = trade.quantity_x * np.diff(X[gap.start - 1 : gap.stop])[1:]
    np.testing.assert_allclose(np.diff(columns.equity)[at[:-1]], moves, rtol=1e-9)


async def test_real_splits_give_what_the_source_adjusted():
    """Apple and Microsoft as traded, with their splits, against Apple's closes as the source adjusted them."""
    owner = await make.viewer()
    splits = {"AAPL": real_prices.AAPL_SPLITS, "MSFT": {"2003-02-18": 2.0}}
    for symbol, days in splits.items():
        instrument = await make.instrument(symbol)
        await write_revision(await make.series(instrument), real_prices.raw_bars(symbol), Provenance("test", "stocks"))
        actions = [NewAction(ActionKind.SPLIT, date.fromisoformat(day), ratio) for day, ratio in days.items()]
        await market_actions.add(instrument, actions, "test")
    adjusted = await make.instrument("AAPLADJ")
    own = Bars(real_prices.raw_bars("AAPL").time, {"close": real_prices.adjusted_closes("AAPL")})
    source = Provenance("test", "stocks", adjustment=Adjustment.TOTAL_RETURN)
    await write_revision(await make.series(adjusted), own, source)

    periods = {"formation": make.period("2000-03-01", "2002-06-01"), "trading": make.period("2002-06-01", "2006-01-01")}
    chosen = {**periods, **COSTS, "z_score": "ROLLING", "window": 60}
    ours, theirs = [
        await finished(owner, await pairs.create(owner, symbol, "MSFT"), **chosen) for symbol in ("AAPL", "AAPLADJ")
    ]
    a, b = await backtests.equity(ours, None), await backtests.equity(theirs, None)
    assert np.array_equal(a.position, b.position)
    np.testing.assert_allclose(a.equity, b.equity, rtol=1e-9)
    used = backtest_manifests.manifest(ours).datasets
    assert [(one.splits, one.adjustment) for one in used] == [(1, "RAW"), (1, "RAW")]
    assert len(await trades_of(ours)) > 10


@pytest.mark.parametrize("prices", ["LOG", "RAW"])
async def test_a_sweep_meets_the_same_conditions(prices):
    owner = await make.viewer()
    halved = np.where(np.arange(len(Y)) >= 170, Y / 2, Y)
    happened = [split(170, 2.0), dividend(140, 0.3), dividend(190, 0.2), dividend(230, 0.1)]
    await listed("Y", halved, happened, absent=[150, 151, 152, 171, 200, *range(280, 300)])
    await listed("X", X, [dividend(185, 0.5), split(210, 1.0001)], absent=[131, 160, 209, 210])
    pair = await pairs.create(owner, "Y", "X")
    spec = SweepSpec(
        formation=make.spec().formation, trading=make.spec().trading, prices=prices, hedge=["OLS", "ROLLING_OLS"],
        window=[None, 30], entry=[0.8, 1.2, 1.6], exit=[0.0, 0.4], stop=[None, 2.4], max_hold=[None, 6], cost_bps=[4.0],
    )  # fmt: skip
    sweep = await sweeps.start(owner, pair.id, spec)
    await sweep_runs.run(sweep.job_id)
    cells = await sweeps.top(await Sweep.get(id=sweep.id), "SHARPE", 100)
    for cell in [*cells[:4], *cells[-4:]]:
        backtest = await finished(
            owner, pair, prices=prices, hedge=cell.hedge, window=cell.window, entry=cell.entry, exit=cell.exit,
            z_score="FORMATION" if cell.window is None else "ROLLING", stop=cell.stop, max_hold=cell.max_hold,
            commission_bps=cell.cost_bps, slippage_bps=0.0,
        )  # fmt: skip
        figures = backtests.metrics(backtest)
        assert cell.trades == figures.trades
        assert cell.sharpe == pytest.approx(figures.sharpe.value, rel=1e-9)
        assert cell.total_return == pytest.approx(figures.total_return.value, rel=1e-9, abs=1e-12)
        assert cell.max_drawdown == pytest.approx(figures.max_drawdown.value, rel=1e-9)
        assert cell.turnover == pytest.approx(figures.turnover.value, rel=1e-9)


async def test_a_dividend_that_cannot_have_been_paid_is_refused():
    owner = await make.viewer()
    crossed = np.where(np.arange(len(Y)) == 60, -1.0, Y)
    await listed("Y", crossed, [dividend(60, 0.5)])
    await listed("X", X)
    with pytest.raises(InvalidInputError) as refused:
        await make.started(owner, await pairs.create(owner, "Y", "X"), prices="RAW")
    assert (refused.value.code, refused.value.path) == ("DIVIDEND_IMPOSSIBLE", ["trading"])
    assert await Backtest.all().count() == await Job.all().count() == 0


async def test_a_later_action_does_not_change_what_was_known():
    """A dividend after the trading period restates nothing: signals look back from the end of formation."""
    owner = await make.viewer()
    series = await listed("Y", Y)
    await listed("X", X)
    pair = await pairs.create(owner, "Y", "X")
    short = replace(make.spec(), trading=make.period("2020-04-30", "2020-08-01"))
    before = await finished(owner, pair, trading=short.trading, prices="RAW")
    await market_actions.add(series, [dividend(290, 3.0), split(295, 4.0)], "test")
    assert (await Series.get(instrument=series)).revision == 2
    after = await finished(owner, pair, trading=short.trading, prices="RAW")

    assert before.result_hash == after.result_hash
    assert before.hedge == after.hedge
