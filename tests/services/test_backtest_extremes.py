"""Extreme prices and sizes: a result or a typed reason, never a NaN, an infinity or a traceback."""

import math

import numpy as np
import orjson
import pytest

from tests import make
from tests.services.test_portfolios import SPEC as BOOK
from titan_graphql.errors import InvalidInputError
from titan_graphql.models.backtests import Backtest
from titan_graphql.models.jobs import Job
from titan_graphql.models.portfolios import Portfolio
from titan_graphql.services import backtest_runs, backtests, pairs, portfolio_runs, portfolios, sweep_runs, sweeps
from titan_graphql.services.sweep_specs import SweepSpec

pytestmark = pytest.mark.usefixtures("db", "dispatching")
Y, X = make.wave()
SWEEP = SweepSpec(
    formation=make.HARMLESS_SPEC.formation, trading=make.HARMLESS_SPEC.trading, prices="LOG", hedge=["OLS"],
    window=[None], entry=[1.0, 1.5], exit=[0.3], stop=[None], max_hold=[None], cost_bps=[3.0],
)  # fmt: skip
REASONS = {"ARITHMETIC_OVERFLOW", "SERIES_CONSTANT", "NOT_FINITE", "COLLINEAR"}


async def extreme_pair(owner, scale_y: float, scale_x: float, jump: float = 1.0):
    """The wave at other scales; from the middle of trading on y is multiplied by `jump`."""
    y = np.where(np.arange(len(Y)) >= 210, Y * scale_y * jump, Y * scale_y)
    await make.listed("EY", y)
    await make.listed("EX", X * scale_x)
    return await pairs.create(owner, "EY", "EX")


def assert_finite(stored) -> None:
    text = orjson.dumps(stored).decode()
    assert "NaN" not in text and "Infinity" not in text
    if isinstance(stored, dict):
        for value in stored.values():
            assert not isinstance(value, float) or math.isfinite(value)


@pytest.mark.parametrize("prices", ["LOG", "RAW"])
@pytest.mark.parametrize(
    ("scale_y", "scale_x"), [(1e290, 1e290), (1e-290, 1e-290), (1e290, 1e-290), (1e-290, 1e290), (1e300, 1.0)]
)
async def test_scales_at_the_edge_of_numbers_end_with_a_result_or_a_reason(scale_y, scale_x, prices):
    owner = await make.viewer()
    pair = await extreme_pair(owner, scale_y, scale_x)
    try:
        backtest = await backtests.start(owner, pair.id, make.spec(prices=prices))
    except InvalidInputError as refused:
        assert refused.code in REASONS
        return
    await backtest_runs.run(backtest.job_id)

    job, done = await Job.get(id=backtest.job_id), await Backtest.get(id=backtest.id)
    if job.state == "FAILED":
        assert job.error_code in REASONS, job.error_message
        assert (done.result_hash, done.metrics) == (None, None)
    else:
        columns = await backtests.equity(done, None)
        assert job.state == "SUCCEEDED"
        assert np.isfinite(columns.equity).all()
        assert_finite(done.metrics)
        assert_finite(done.attribution)
    assert "INTERNAL" not in (job.error_code or "")


@pytest.mark.parametrize("scale", [1e200, 1e-200])
async def test_common_scale_changes_nothing_of_a_run_on_logarithms(scale):
    owner = await make.viewer()
    ordinary = await make.pair(owner)
    hashes = []
    for pair in (ordinary, await extreme_pair(owner, scale, scale)):
        backtest = await backtests.start(owner, pair.id, make.spec())
        await backtest_runs.run(backtest.job_id)
        hashes.append(await backtests.equity(await Backtest.get(id=backtest.id), None))
    np.testing.assert_allclose(hashes[1].equity, hashes[0].equity, rtol=1e-9)


@pytest.mark.parametrize("jump", [1e290, 1e-290])
async def test_a_price_that_leaps_out_of_all_numbers(jump):
    """The same leap in a backtest, a sweep and a book: an end with its reason, or a ruin that says so."""
    owner = await make.viewer()
    pair = await extreme_pair(owner, 1.0, 1.0, jump)
    backtest = await backtests.start(owner, pair.id, make.spec(entry=0.5))
    sweep = await sweeps.start(owner, pair.id, SWEEP)
    book = await portfolios.start(owner, [pair.id], BOOK)
    for run, row in ((backtest_runs.run, backtest), (sweep_runs.run, sweep), (portfolio_runs.run, book)):
        await run(row.job_id)
        job = await Job.get(id=row.job_id)
        assert job.state == "SUCCEEDED" or job.error_code in REASONS, (job.error_code, job.error_message)
    done = await Backtest.get(id=backtest.id)
    if done.metrics is not None:
        assert_finite(done.metrics)


async def test_a_book_whose_equity_reaches_zero_stops_trading_and_says_so():
    owner = await make.viewer()
    pair = await extreme_pair(owner, 1.0, 1.0, 5.0)
    spec = portfolios.PortfolioSpec(**{**{name: getattr(BOOK, name) for name in BOOK.__slots__}, "gross": 20.0})
    book = await portfolios.start(owner, [pair.id], spec)
    await portfolio_runs.run(book.job_id)
    done = await Portfolio.get(id=book.id)
    columns, figures = await portfolios.series(done, None), portfolios.metrics(done)

    assert columns.equity[-1] <= 0.0
    assert not columns.held[columns.equity <= 0.0].any()
    assert np.isnan(columns.gross[-1])
    assert (figures.sharpe.value, figures.sharpe.reason) == (None, "equity fell to zero or below")
    assert (await portfolios.trials(done)).deflated_sharpe.value is None
    assert portfolios.profit(done).total == pytest.approx(columns.equity[-1] - 100_000.0, abs=1e-4)


@pytest.mark.parametrize("price", [0.0, -1.0])
async def test_a_price_nobody_can_buy_at_is_refused_before_anything_is_kept(price):
    owner = await make.viewer()
    y = np.where(np.arange(len(Y)) == 200, price, Y)
    await make.listed("ZY", y)
    await make.listed("ZX", X)
    pair = await pairs.create(owner, "ZY", "ZX")
    for start in (
        lambda: backtests.start(owner, pair.id, make.spec(prices="RAW")),
        lambda: sweeps.start(owner, pair.id, SWEEP),
        lambda: portfolios.start(owner, [pair.id], BOOK),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await start()
        assert refused.value.code == "PRICE_NOT_POSITIVE"
    assert await Job.all().count() == 0
