"""A pair's statistics: equal to statsmodels on real prices, and null with a reason where they are undefined."""

import json

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.tsa.stattools import coint

from tests import make
from titan_graphql.errors import InvalidInputError
from titan_graphql.models.pairs import Pair
from titan_graphql.services import market_samples, pair_analysis, pair_statistics, pairs
from titan_graphql.services.pair_analysis import PairAnalysis

pytestmark = pytest.mark.usefixtures("db")
WINDOW = ("2012-01-30", "2017-02-01")


def closes(symbol: str, start: str, end: str) -> np.ndarray:
    time, columns = market_samples.read_sample()
    moments = time.astype("datetime64[ms]")
    return columns[symbol][(moments >= np.datetime64(start)) & (moments < np.datetime64(end))]


async def analysed(y: np.ndarray, x: np.ndarray, prices: str = "LOG") -> PairAnalysis:
    viewer = await make.viewer()
    await make.listed("Y", y)
    await make.listed("X", x)
    pair = await pairs.create(viewer, "Y", "X")
    return await pair_analysis.analyse(pair, make.period("2020-01-01", "2030-01-01"), prices, "OLS", "C")


async def whole(analysis: PairAnalysis) -> dict:
    """Everything that is computed on demand."""
    return {
        "hedge": await pair_statistics.hedge(analysis),
        "test": await pair_statistics.cointegration(analysis, reverse=False),
        "reversed": await pair_statistics.cointegration(analysis, reverse=True),
        "half_life": await pair_statistics.half_life(analysis),
        "correlation": pair_statistics.correlation(analysis),
    }


async def test_ko_and_pep_equal_statsmodels():
    pair = await make.real_pair(await make.viewer())
    analysis = await pair_analysis.analyse(pair, make.period(*WINDOW), "LOG", "OLS", "C")
    figures = await whole(analysis)
    y, x = np.log(closes("KO", *WINDOW)), np.log(closes("PEP", *WINDOW))

    fit = sm.OLS(y, sm.add_constant(x)).fit()
    hedge = figures["hedge"]
    assert analysis.bars == len(y) == 1260
    assert (hedge.alpha, hedge.beta) == pytest.approx(tuple(fit.params), rel=1e-10)
    assert hedge.r_squared == pytest.approx(fit.rsquared, rel=1e-10)
    assert (hedge.reason, hedge.same_side, hedge.beta_low < hedge.beta < hedge.beta_high) == (None, False, True)

    for name, (a, b) in {"test": (y, x), "reversed": (x, y)}.items():
        statistic, p_value, critical = coint(a - a.mean(), b - b.mean(), trend="c", autolag="aic")
        assert figures[name].statistic == pytest.approx(statistic, rel=1e-8)
        assert figures[name].p_value == pytest.approx(p_value, abs=1e-10)
        assert figures[name].critical_values == pytest.approx(tuple(critical))
    assert figures["test"].p_value == pytest.approx(0.001, abs=5e-4)

    residual = fit.resid
    phi = sm.OLS(residual[1:], sm.add_constant(residual[:-1])).fit().params[1]
    assert figures["half_life"].value == pytest.approx(-np.log(2) / np.log(phi), rel=1e-8)
    assert figures["correlation"] == pytest.approx(np.corrcoef(np.diff(y), np.diff(x))[0, 1], rel=1e-12)


async def test_the_trend_of_the_regression_is_obeyed():
    pair = await make.real_pair(await make.viewer())
    analysis = await pair_analysis.analyse(pair, make.period(*WINDOW), "RAW", "OLS", "CT")
    y, x = closes("KO", *WINDOW), closes("PEP", *WINDOW)

    test = await pair_statistics.cointegration(analysis, reverse=False)
    assert test.statistic == pytest.approx(coint(y - y.mean(), x - x.mean(), trend="ct")[0], rel=1e-8)


TIME = np.arange(60.0)
WALK = 50 + np.random.default_rng(1).standard_normal(60).cumsum()


@pytest.mark.parametrize(
    ("y", "x", "undefined"),
    [
        (np.full(60, 7.0), WALK, {"hedge", "test", "reversed", "half_life", "correlation"}),
        (WALK, np.full(60, 7.0), {"hedge", "test", "reversed", "half_life", "correlation"}),
        (WALK, WALK, {"test", "reversed", "half_life"}),
        (WALK**2, WALK, {"test", "reversed", "half_life"}),
        (np.full(60, 1e300), WALK, {"hedge", "test", "reversed", "half_life", "correlation"}),
    ],
    ids=["constant y", "constant x", "identical", "log multiple", "huge"],
)
async def test_what_is_undefined_is_null_with_a_reason(y: np.ndarray, x: np.ndarray, undefined: set[str]):
    figures = await whole(await analysed(y, x))

    def value(name: str, figure: object) -> object:
        column = {"hedge": "beta", "test": "statistic", "reversed": "statistic", "half_life": "value"}.get(name)
        return getattr(figure, column) if column else figure

    assert {name for name, figure in figures.items() if value(name, figure) is None} == undefined
    reasons = {name: figure.reason for name, figure in figures.items() if name != "correlation"}
    assert {name for name, reason in reasons.items() if reason} == undefined - {"correlation"}
    finite = [value(name, figure) for name, figure in figures.items() if name not in undefined]
    assert "NaN" not in json.dumps(finite)
    assert "Infinity" not in json.dumps(finite)


async def test_a_formation_of_29_bars_is_too_short():
    with pytest.raises(InvalidInputError) as refused:
        await analysed(WALK[:29], TIME[:29] + 1)
    assert (refused.value.code, refused.value.path) == ("FORMATION_TOO_SHORT", ["formation"])
    assert (await analysed_again(30)).bars == 30


async def analysed_again(length: int) -> PairAnalysis:
    pair = (await Pair.all())[0]
    await make.listed("Y2", WALK[:length])
    await make.listed("X2", WALK[:length] ** 2)
    owner = await make.viewer()
    assert pair is not None
    made = await pairs.create(owner, "Y2", "X2")
    return await pair_analysis.analyse(made, make.period("2020-01-01", "2030-01-01"), "LOG", "OLS", "C")


@pytest.mark.parametrize("price", [0.0, -1.0])
async def test_the_logarithm_of_a_price_that_is_not_positive_is_refused(price: float):
    y = WALK.copy()
    y[40] = price

    with pytest.raises(InvalidInputError) as refused:
        await analysed(y, WALK + TIME)
    assert (refused.value.code, refused.value.path) == ("PRICE_NOT_POSITIVE", ["prices"])


async def test_raw_prices_may_be_negative():
    y = WALK.copy()
    y[40] = -5.0
    viewer = await make.viewer()
    await make.listed("Y", y)
    await make.listed("X", WALK + TIME)
    pair = await pairs.create(viewer, "Y", "X")

    analysis = await pair_analysis.analyse(pair, make.period("2020-01-01", "2030-01-01"), "RAW", "OLS", "C")
    assert (await pair_statistics.hedge(analysis)).reason is None


async def spread_of(pair: Pair, **asked: object) -> pair_analysis.SpreadSeries:
    plain: dict = {
        "start": None,
        "end": None,
        "prices": "LOG",
        "hedge": "OLS",
        "window": None,
        "max_points": None,
        **asked,
    }
    return await pair_analysis.spread_series(pair, make.period(*WINDOW), **plain)


async def test_the_spread_runs_on_with_the_formation_periods_hedge():
    pair = await make.real_pair(await make.viewer())

    series = await spread_of(pair, end=make.day("2018-01-01"))

    y, x = (np.log(closes(symbol, WINDOW[0], "2018-01-01")) for symbol in ("KO", "PEP"))
    slope, intercept = np.polyfit(x[:1260], y[:1260], 1)
    expected = y - intercept - slope * x
    np.testing.assert_allclose(series.spread, expected, atol=1e-10)
    formed = expected[:1260]
    np.testing.assert_allclose(series.z_score, (expected - formed.mean()) / formed.std(ddof=1), atol=1e-7)
    np.testing.assert_allclose(series.hedge_ratio, np.full(len(y), slope), rtol=1e-10)
    assert (series.count, series.downsampled_from) == (len(y), None)


async def test_a_rolling_score_begins_when_its_window_is_full():
    pair = await make.real_pair(await make.viewer())

    series = await spread_of(pair, window=60, end=make.day("2013-01-01"))

    assert np.flatnonzero(~np.isnan(series.z_score))[0] == 59
    last = series.spread[-60:]
    assert series.z_score[-1] == pytest.approx((last[-1] - last.mean()) / last.std(ddof=1), rel=1e-6)


async def test_a_window_knows_the_bars_before_the_shown_range():
    pair = await make.real_pair(await make.viewer())

    all_of_it = await spread_of(pair, window=60, end=make.day("2014-01-01"))
    part = await spread_of(pair, window=60, start=make.day("2013-06-03"), end=make.day("2014-01-01"))

    assert part.count < all_of_it.count
    np.testing.assert_allclose(part.z_score, all_of_it.z_score[-part.count :], rtol=1e-9)


@pytest.mark.parametrize(
    ("asked", "code", "path"),
    [
        ({"window": 1}, "LOOKBACK_TOO_SHORT", ["window"]),
        ({"window": -5}, "LOOKBACK_TOO_SHORT", ["window"]),
        ({"window": 10**9}, "LOOKBACK_TOO_LONG", ["window"]),
        ({"max_points": 9}, "MAX_POINTS_INVALID", ["maxPoints"]),
        ({"start": make.day("2015-01-01"), "end": make.day("2014-01-01")}, "PERIOD_REVERSED", ["from"]),
        ({"end": make.day("2010-01-01")}, "PERIOD_REVERSED", ["from"]),
    ],
)
async def test_a_spread_that_cannot_be_shown(asked: dict, code: str, path: list[str]):
    pair = await make.real_pair(await make.viewer())

    with pytest.raises(InvalidInputError) as refused:
        await spread_of(pair, **asked)
    assert (refused.value.code, refused.value.path) == (code, path)


async def test_a_downsampled_spread_keeps_its_columns_together():
    pair = await make.real_pair(await make.viewer())

    full, few = await spread_of(pair), await spread_of(pair, max_points=100)

    assert (few.count, few.downsampled_from) == (100, full.count)
    places = np.searchsorted(full.time, few.time)
    assert np.array_equal(full.spread[places], few.spread)
    assert np.array_equal(full.z_score[places], few.z_score)
