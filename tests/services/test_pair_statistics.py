"""Statistics of a pair are computed when asked for, once; remembered under their data, and answered without Redis."""

from collections.abc import AsyncIterator

import numpy as np
import pytest
from redis.asyncio import Redis

from tests import make
from titan_graphql import cache
from titan_graphql.models.markets import Series
from titan_graphql.models.pairs import Pair
from titan_graphql.services import pair_analysis, pair_hedges, pair_statistics, pairs
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.services.pair_analysis import PairAnalysis
from titan_graphql.services.pair_hedges import HedgeMethod, spread_path

pytestmark = pytest.mark.usefixtures("db")
FIGURES = {
    "hedge": pair_statistics.hedge,
    "engle_granger": lambda one: pair_statistics.cointegration(one, reverse=False),
    "engle_granger_reversed": lambda one: pair_statistics.cointegration(one, reverse=True),
    "johansen": pair_statistics.johansen_test,
    "phillips_ouliaris": pair_statistics.phillips_ouliaris,
    "adf": pair_statistics.adf,
    "kpss": pair_statistics.kpss,
    "variance_ratio": pair_statistics.variance_ratio,
    "half_life": pair_statistics.half_life,
    "hurst": pair_statistics.hurst,
    "ou": pair_statistics.ornstein_uhlenbeck,
}
KERNELS = [
    (pair_hedges, "estimate"),
    (pair_statistics, "engle_granger"),
    (pair_statistics, "johansen"),
    (pair_statistics.spreads, "half_life"),
    (pair_statistics, "stability"),
    (pair_statistics.spread_tests, "phillips_ouliaris"),
    (pair_statistics.spread_tests, "adf"),
    (pair_statistics.spread_tests, "kpss"),
    (pair_statistics.spread_tests, "variance_ratio"),
    (pair_statistics.spread_tests, "hurst_exponent"),
    (pair_statistics.processes, "ornstein_uhlenbeck"),
]
METHODS: list[HedgeMethod] = ["OLS", "TLS", "JOHANSEN", "ROLLING_OLS", "KALMAN"]


@pytest.fixture
async def remembering(empty_redis: str) -> AsyncIterator[None]:
    connection = Redis.from_url(empty_redis)
    cache.use(connection)
    yield
    cache.use(None)
    await connection.aclose()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kernels that were called, by name."""
    made: list[str] = []

    def counting(name: str, original):
        def kernel(*arguments, **options):
            made.append(name)
            return original(*arguments, **options)

        return kernel

    for module, name in KERNELS:
        monkeypatch.setattr(module, name, counting(name, getattr(module, name)))
    return made


async def listed_pair(y: np.ndarray | None = None, x: np.ndarray | None = None) -> Pair:
    wave_y, wave_x = make.wave(200)
    await make.listed("Y", wave_y if y is None else y)
    await make.listed("X", wave_x if x is None else x)
    return await pairs.create(await make.viewer(), "Y", "X")


async def analysed(pair: Pair, hedge: HedgeMethod = "OLS") -> PairAnalysis:
    return await pair_analysis.analyse(pair, make.period("2020-01-01", "2030-01-01"), "LOG", hedge, "C")


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("hedge", ["estimate"]),
        ("engle_granger", ["engle_granger"]),
        ("engle_granger_reversed", ["engle_granger"]),
        ("johansen", ["johansen"]),
        ("phillips_ouliaris", ["phillips_ouliaris"]),
        ("adf", ["estimate", "adf"]),
        ("kpss", ["estimate", "kpss"]),
        ("variance_ratio", ["estimate", "variance_ratio"]),
        ("half_life", ["estimate", "half_life"]),
        ("hurst", ["estimate", "hurst_exponent"]),
        ("ou", ["estimate", "ornstein_uhlenbeck"]),
    ],
)
@pytest.mark.usefixtures("remembering")
async def test_a_figure_computes_itself_only_and_once(figure: str, expected: list[str], calls: list[str]):
    pair = await listed_pair()
    analysis = await analysed(pair)
    assert calls == []

    first = await FIGURES[figure](analysis)
    assert calls == expected
    again = await FIGURES[figure](await analysed(pair))

    assert again == first
    assert calls == expected


@pytest.mark.usefixtures("remembering")
async def test_a_restated_bar_and_every_choice_make_another_figure(calls: list[str]):
    pair = await listed_pair()
    before = await pair_statistics.hedge(await analysed(pair))
    tls = await pair_statistics.hedge(await analysed(pair, "TLS"))
    restated = make.wave(200)[0]
    restated[100] *= 1.1
    await write_revision(
        await Series.get(instrument__symbol="Y"), make.bars(restated), Provenance("test", "x", synthetic=True)
    )
    after = await pair_statistics.hedge(await analysed(pair))

    assert calls == ["estimate"] * 3
    assert len({before.beta, tls.beta, after.beta}) == 3


async def test_without_redis_the_figures_are_the_same(remembering: None, tmp_path):
    analysis = await analysed(await listed_pair())
    with_redis = {name: await figure(analysis) for name, figure in FIGURES.items()}
    cache.use(Redis.from_url(f"unix://{tmp_path}/nobody.sock"))

    assert {name: await figure(analysis) for name, figure in FIGURES.items()} == with_redis


@pytest.mark.parametrize("constant", ["y", "x", "both"])
async def test_constant_legs_have_reasons_and_no_numbers(constant: str):
    flat = np.full(200, 7.0)
    y, x = make.wave(200)
    analysis = await analysed(
        await listed_pair(flat if constant in {"y", "both"} else y, flat if constant in {"x", "both"} else x)
    )

    for figure in ("hedge", "engle_granger", "johansen", "phillips_ouliaris", "adf", "kpss", "variance_ratio"):
        assert (await FIGURES[figure](analysis)).reason
    for estimate in (await FIGURES["half_life"](analysis), await FIGURES["hurst"](analysis)):
        assert estimate.value is None and estimate.reason
    assert (await pair_statistics.stability_series(analysis)).reason
    assert pair_statistics.correlation(analysis) is None


async def test_exactly_dependent_legs_have_reasons():
    _, x = make.wave(200)
    analysis = await analysed(await listed_pair(2.0 * x, x))

    for figure in ("engle_granger", "engle_granger_reversed", "johansen", "phillips_ouliaris"):
        assert "exact linear function" in (await FIGURES[figure](analysis)).reason


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("window", [None, 20])
def test_cutting_off_the_future_leaves_every_bar_as_it_was(method: HedgeMethod, window: int | None):
    y, x = np.log(make.wave(300, seed=4))
    formation = slice(0, 120)
    whole = spread_path(y, x, formation, method, window)

    for cut in (121, 200, 299):
        part = spread_path(y[:cut], x[:cut], formation, method, window)
        for column in ("spread", "z_score", "hedge_ratio"):
            assert getattr(part, column).tobytes() == getattr(whole, column)[:cut].tobytes(), (column, cut)


@pytest.mark.parametrize("method", METHODS)
async def test_the_served_spread_does_not_look_ahead(method: HedgeMethod):
    y, x = make.wave(300, seed=4)
    pair = await listed_pair(y, x)
    formation = make.period("2020-01-01", "2020-05-01")

    async def served(until: str) -> pair_analysis.SpreadSeries:
        return await pair_analysis.spread_series(pair, formation, None, make.day(until), "LOG", method, 15, None)

    short, long = await served("2020-07-01"), await served("2020-10-01")

    assert (short.count, long.count) == (182, 274)
    for column in ("spread", "z_score", "hedge_ratio"):
        assert np.array_equal(getattr(short, column), getattr(long, column)[:182], equal_nan=True)
