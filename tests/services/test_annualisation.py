"""A year has as many bars as the market has sessions: 365 where it never closes."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tests import make
from tests.services.test_portfolios import SPEC as BOOK
from tests.services.test_sweeps import SPEC as SWEEP
from tests.services.test_walk_forwards import SPEC as WALK
from titan_graphql.models.backtests import Backtest
from titan_graphql.models.markets import Market
from titan_graphql.models.portfolios import Portfolio
from titan_graphql.models.sweeps import Sweep
from titan_graphql.models.walk_forwards import WalkForward
from titan_graphql.services import (
    backtest_runs,
    backtests,
    pairs,
    portfolio_runs,
    portfolios,
    sweep_runs,
    sweeps,
    walk_forward_runs,
    walk_forwards,
)

pytestmark = pytest.mark.usefixtures("db", "dispatching")


async def coins(owner):
    """A pair of which x is traded on every day of the year."""
    y, x = make.wave()
    always = await Market.create(code="COINS", name="Coins", timezone="UTC", currency="USD", calendar="24/7")
    await make.listed("FUND", y)
    await make.write(await make.instrument("COIN", on=always), x)
    return await pairs.create(owner, "FUND", "COIN")


def ratio(equity) -> float:
    returns = equity[1:] / equity[:-1] - 1.0
    return returns.mean() / returns.std(ddof=1)


async def test_a_backtest_is_annualised_by_365_days_where_a_leg_never_rests():
    owner = await make.viewer()
    pair, plain = await coins(owner), await make.pair(owner)
    runs = []
    for one in (pair, plain):
        run = await backtests.start(owner, one.id, make.spec())
        await backtest_runs.run(run.job_id)
        runs.append(await Backtest.get(id=run.id))

    for run, days in zip(runs, (365.0, 252.0), strict=True):
        equity = (await backtests.equity(run, None)).equity
        told, worth = backtests.metrics(run), await backtests.trials(run)
        assert told.sharpe.value == pytest.approx(ratio(equity) * math.sqrt(days), rel=1e-9)
        assert told.cagr.value == pytest.approx((equity[-1] / 1e5) ** (days / (len(equity) - 1)) - 1.0, rel=1e-9)
        assert (run.track_record["periods"], worth.tried) == (days, 1)


async def test_a_volatility_target_is_one_of_a_year_of_365_days():
    owner = await make.viewer()
    shape = {"sizing": "VOLATILITY_TARGET", "gross": 100.0, "target_volatility": 0.05}
    gross = []
    for pair in (await coins(owner), await make.pair(owner)):
        run = await backtests.start(owner, pair.id, make.spec(**shape))
        await backtest_runs.run(run.job_id)
        trade = await (await Backtest.get(id=run.id)).trades.order_by("number").first()
        gross.append(abs(trade.quantity_y) * trade.entry_y)
    assert gross[0] / gross[1] == pytest.approx(math.sqrt(252.0 / 365.0), rel=1e-9)


async def test_sweeps_books_and_walks_count_the_same_days():
    owner = await make.viewer()
    pair = await coins(owner)
    sweep = await sweeps.start(owner, pair.id, replace(SWEEP, hedge=["OLS"], window=[None]))
    await sweep_runs.run(sweep.job_id)
    sweep = await Sweep.get(id=sweep.id)
    best, record = (await sweeps.top(sweep, "SHARPE", 1))[0], sweep.summary["track_record"]
    assert best.sharpe == pytest.approx(record["ratio"] * math.sqrt(365.0), rel=1e-9)

    book = await portfolios.start(owner, [pair.id], BOOK)
    await portfolio_runs.run(book.job_id)
    book = await Portfolio.get(id=book.id)
    equity = (await portfolios.series(book, None)).equity
    assert portfolios.metrics(book).sharpe.value == pytest.approx(ratio(equity) * math.sqrt(365.0), rel=1e-9)

    walk = await walk_forwards.start(owner, replace(WALK, market=None, symbols=["FUND", "COIN"], pairs=1))
    await walk_forward_runs.run(walk.job_id)
    walk = await WalkForward.get(id=walk.id)
    equity = np.asarray(walk_forwards.equity(walk, None).equity)
    assert walk_forwards.summary(walk).sharpe.value == pytest.approx(ratio(equity) * math.sqrt(365.0), rel=1e-9)
