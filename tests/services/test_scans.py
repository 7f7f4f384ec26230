"""Starting scans: what is refused and leaves nothing behind, what is found, and who may see it."""

from functools import cache

import numpy as np
import pytest

from tests import make, make_scans
from tests.quant.screen_samples import oracle, sample_log_prices
from titan_graphql.errors import ConflictError, InvalidInputError, LimitExceededError, NotFoundError, TitanError
from titan_graphql.models.jobs import Job, JobShard
from titan_graphql.models.markets import Instrument
from titan_graphql.models.scans import Scan, ScanMatrix, ScanResult
from titan_graphql.models.users import Role
from titan_graphql.quant.multiplicity import adjust
from titan_graphql.services import market_samples, scan_queries, scan_shards, scan_specs, scans, visible_rows
from titan_graphql.services.pages import PageRequest
from titan_graphql.services.scans import ScanEstimate, ScanSummary
from titan_graphql.services.visible_rows import RowKey

pytestmark = pytest.mark.usefixtures("db", "dispatching")


@cache
def statsmodels_says() -> dict[tuple[str, str], tuple[float, float]]:
    header = list(market_samples.read_sample()[1])
    panel = dict(zip(header, sample_log_prices().T, strict=True))
    return {(y, x): oracle(panel[y], panel[x]) for y in header for x in header if x != y}


async def counts() -> tuple[int, int]:
    return await Scan.all().count(), await Job.all().count()


@pytest.mark.parametrize(
    ("changes", "kind", "code", "path"),
    [
        ({"level": 0.0}, InvalidInputError, "LEVEL_OUT_OF_RANGE", ["level"]),
        ({"level": float("nan")}, InvalidInputError, "LEVEL_OUT_OF_RANGE", ["level"]),
        ({"level": 0.6}, InvalidInputError, "LEVEL_OUT_OF_RANGE", ["level"]),
        ({"keep": 0}, InvalidInputError, "KEEP_OUT_OF_RANGE", ["keep"]),
        ({"keep": 10_001}, InvalidInputError, "KEEP_OUT_OF_RANGE", ["keep"]),
        ({"max_lag": -1}, InvalidInputError, "LAG_OUT_OF_RANGE", ["maxLag"]),
        ({"max_lag": 101}, InvalidInputError, "LAG_OUT_OF_RANGE", ["maxLag"]),
        ({"criterion": "FIXED"}, InvalidInputError, "LAG_OUT_OF_RANGE", ["maxLag"]),
        ({"market": None}, InvalidInputError, "UNIVERSE_INVALID", ["universe"]),
        ({"market": "NOWHERE"}, NotFoundError, "MARKET_NOT_FOUND", ["universe", "market"]),
        ({"market": "U" * 300}, NotFoundError, "MARKET_NOT_FOUND", ["universe", "market"]),
        ({"market": "\x00"}, InvalidInputError, "TEXT_INVALID", ["universe"]),
        ({"symbols": ["W00", "\ud800"]}, InvalidInputError, "TEXT_INVALID", ["universe", "symbols"]),
        ({"symbols": ["W00", "W00"]}, InvalidInputError, "UNIVERSE_INVALID", ["universe", "symbols"]),
        ({"symbols": ["W00", "NONE"]}, NotFoundError, "INSTRUMENT_NOT_FOUND", ["universe", "symbols"]),
        ({"symbols": ["W00"]}, InvalidInputError, "UNIVERSE_TOO_SMALL", ["universe"]),
        ({"symbols": []}, InvalidInputError, "UNIVERSE_TOO_SMALL", ["universe"]),
        ({"symbols": [f"S{n}" for n in range(251)]}, InvalidInputError, "LIST_TOO_LONG", ["universe", "symbols"]),
        ({"formation": make.period("2021-01-01", "2020-01-01")}, InvalidInputError, "PERIOD_REVERSED", ["formation"]),
        ({"formation": make.period("2030-01-01", "2031-01-01")}, InvalidInputError, "NO_DATA", ["formation"]),
        ({"formation": make.period("2020-01-01", "2020-01-20")}, InvalidInputError, "UNIVERSE_UNUSABLE", ["universe"]),
        ({"max_lag": 60}, InvalidInputError, "UNIVERSE_UNUSABLE", ["universe"]),
    ],
)
async def test_a_scan_that_makes_no_sense_is_refused_and_leaves_nothing(
    changes: dict, kind: type[TitanError], code: str, path: list[str]
):
    await make_scans.universe(make_scans.walks(3))
    viewer = await make.viewer()

    for ask in (scans.start, scan_queries.screen):
        with pytest.raises(kind) as refused:
            await ask(viewer, make_scans.spec(**changes))

        assert (refused.value.code, refused.value.path) == (code, path)
    assert await counts() == (0, 0)


async def test_no_common_history_is_refused():
    closes = make_scans.walks(2, 60)
    await make.listed("OLD", closes[:, 0], "2020-01-01")
    await make.listed("NEW", closes[:, 1], "2024-01-01")

    viewer = await make.viewer()
    for ask in (scans.start, scan_queries.screen):
        with pytest.raises(InvalidInputError) as refused:
            await ask(viewer, make_scans.spec())

        assert (refused.value.code, refused.value.path) == ("NO_OVERLAP", ["universe"])
    assert await counts() == (0, 0)


async def test_a_hundred_thousand_instruments_are_refused_with_both_figures():
    market = await make.market()
    row = {"market": market, "name": "", "currency": "USD", "kind": "EQUITY"}
    await Instrument.bulk_create([Instrument(symbol=f"I{n}", **row) for n in range(20_001)], batch_size=2_000)
    viewer = await make.viewer()

    with pytest.raises(LimitExceededError, match="at most 20,000 instruments; this universe has 20,001") as refused:
        await scans.start(viewer, make_scans.spec())
    with pytest.raises(LimitExceededError, match="150 instruments are screened within a request, not 251"):
        await scan_queries.screen(viewer, make_scans.spec(market=await market_of(251)))
    with pytest.raises(LimitExceededError) as too_high:
        scan_specs._check_size(20_000, 0.1)

    assert refused.value.code == "UNIVERSE_TOO_LARGE"
    assert too_high.value.code == "LEVEL_TOO_HIGH"
    assert "39,998,000 pairs would fall below 0.1; at most 25,000,000" in too_high.value.message
    assert await counts() == (0, 0)


async def market_of(count: int) -> str:
    market = await make.market("SMALL")
    for number in range(count):
        await make.instrument(f"M{number}", market)
    return market.code


async def test_a_symbol_of_two_markets_needs_the_market():
    await make_scans.universe(make_scans.walks(2))
    await make.instrument("W00", await make.market("LSE"))
    asked = make_scans.spec(market=None, symbols=["W00", "W01"])

    with pytest.raises(InvalidInputError, match="Several markets list W00") as refused:
        await scans.estimate(await make.viewer(), asked)

    assert refused.value.code == "SYMBOL_AMBIGUOUS"
    assert (await scans.estimate(await make.viewer(), make_scans.spec(symbols=["W00", "W01"]))).tests == 2


async def test_the_sample_equals_statsmodels_and_nothing_survives_correction():
    formation = await make_scans.sample()
    scan = await make_scans.scanned(await make.viewer(), make_scans.spec(formation=formation))
    rows = await ScanResult.filter(scan=scan).order_by("rank").select_related("y", "x")

    truth = statsmodels_says()
    assert {(row.y.symbol, row.x.symbol) for row in rows} == truth.keys()
    for row in rows:
        t, p = truth[row.y.symbol, row.x.symbol]
        assert abs(row.statistic - t) <= 1e-8 * max(1.0, abs(t))
        assert abs(row.p_value - p) <= 1e-10
    assert [row.rank for row in rows] == list(range(1, 381))
    assert [row.p_value for row in rows] == sorted(row.p_value for row in rows)
    assert np.array([row.q_value for row in rows]) == pytest.approx(
        adjust(np.array([row.p_value for row in rows]), "by"), abs=1e-12
    )
    found = scans.summary(scan)
    assert found is not None
    assert found == ScanSummary(380, 0, 17, 19.0, 0, found.histogram)
    assert sum(found.histogram) == 380
    assert scans.verdict(found, 0.05, "BY") == (
        "17 of 380 directed pairs have p < 0.05; 19 would by chance alone; 0 remain after BY."
    )
    assert (scan.job.state, scan.bars, len(scan.dataset_hashes), await JobShard.all().count()) == (
        "SUCCEEDED",
        1260,
        20,
        0,
    )
    bh = await make_scans.scanned(await make.viewer(), make_scans.spec(formation=formation, correction="BH"))
    assert (scans.summary(bh).discoveries, bh.result_hash) == (0, scan.result_hash)


async def test_other_symbols_for_the_same_prices_change_names_only():
    names = sorted(market_samples.NAMES)
    turned = dict(zip(names, reversed(names), strict=True))
    formation = await make_scans.sample(260)
    straight = await table(await make_scans.scanned(await make.viewer(), make_scans.spec(formation=formation)))
    await Instrument.all().delete()
    await make_scans.sample(260, turned)
    permuted = await table(await make_scans.scanned(await make.viewer(), make_scans.spec(formation=formation)))

    assert permuted == {(turned[y], turned[x]): figures for (y, x), figures in straight.items()}


async def table(scan: Scan) -> dict[tuple[str, str], tuple]:
    rows = await ScanResult.filter(scan=scan).select_related("y", "x")
    return {(row.y.symbol, row.x.symbol): (row.statistic, row.p_value, row.beta, row.lags) for row in rows}


async def test_unusable_members_are_listed_with_reasons_and_the_rest_is_tested():
    closes = make_scans.walks(3)
    gaps = closes[:, 2].copy()
    await make_scans.universe(
        {"A": closes[:, 0], "B": closes[:, 1], "FLAT": np.full(120, 7.0), "NEG": 1.0 - closes[:, 2], "NEW": gaps[:29]}
    )
    await make.instrument("NONE")
    viewer = await make.viewer()
    scan = await make_scans.scanned(viewer, make_scans.spec())

    assert {one.symbol: one.reason for one in scans.unusable(scan)} == {
        "FLAT": "its price does not change",
        "NEG": "a price that is not positive has no logarithm; use raw prices",
        "NEW": "29 bars in the formation period; 30 are needed",
        "NONE": "0 bars in the formation period; 30 are needed",
    }
    assert scans.summary(scan).pairs_tested == 2
    raw = await make_scans.scanned(viewer, make_scans.spec(prices="RAW"))
    assert [one.symbol for one in scans.unusable(raw)] == ["FLAT", "NEW", "NONE"]
    assert scans.summary(raw).pairs_tested == 6
    matrix = await scans.matrix(raw)
    assert matrix.symbols == ["A", "B", "FLAT", "NEG", "NEW", "NONE"]
    tested = ~np.isnan(matrix.p_values.reshape(6, 6))
    assert tested.sum() == 6
    assert not tested[[2, 4, 5]].any() and not tested[:, [2, 4, 5]].any() and not tested.diagonal().any()


async def test_missing_bars_are_left_out_pair_by_pair():
    closes = make_scans.walks(3, 200)
    for symbol, start in {"A": 0, "B": 40, "C": 100}.items():
        day = f"2020-{1 + start // 31:02d}-01"
        await make.listed(symbol, closes[start:, "ABC".index(symbol)], day)
    scan = await make_scans.scanned(await make.viewer(), make_scans.spec())
    rows = await ScanResult.filter(scan=scan).select_related("y", "x")

    assert len({(row.y.symbol, row.x.symbol): row.bars for row in rows}) == 6
    assert {row.bars for row in rows} <= set(range(80, 200))


async def test_identical_series_are_noted_as_collinear():
    closes = make_scans.walks(3)
    await make_scans.universe({"A": closes[:, 0], "TWIN": closes[:, 0], "B": closes[:, 2]})
    scan = await make_scans.scanned(await make.viewer(), make_scans.spec(symbols=["A", "TWIN", "B"]))
    first, second, third = await ScanResult.filter(scan=scan).order_by("rank").limit(3).select_related("y")

    assert {first.y.symbol, second.y.symbol} == {"A", "TWIN"}
    assert [(row.note, row.statistic, row.p_value, scans.lags(row)) for row in (first, second)] == [
        ("COLLINEAR", None, 0.0, None)
    ] * 2
    assert third.note is None and third.statistic is not None


async def test_a_first_price_of_zero_has_no_distance():
    closes = make_scans.walks(2)
    await make_scans.universe({"A": closes[:, 0], "Z": closes[:, 1] - closes[0, 1]})
    scan = await make_scans.scanned(await make.viewer(), make_scans.spec(prices="RAW"))

    rows = await ScanResult.filter(scan=scan)
    assert [scans.distance(row) for row in rows] == [None, None]


@pytest.mark.parametrize("factor", [1e-300, 1e300])
async def test_extreme_prices_end_without_a_traceback(factor: float):
    closes = make_scans.walks(3)
    await make_scans.universe(np.column_stack([closes[:, :2], closes[:, 2] * factor]))
    scan = await make_scans.scanned(await make.viewer(), make_scans.spec(prices="RAW"))

    assert scan.job.state == "SUCCEEDED"
    assert scans.summary(scan).pairs_tested + scans.summary(scan).untestable == 6


async def test_an_estimate_counts_what_can_be_tested():
    await make_scans.universe(make_scans.walks(4))
    await make.listed("NEW", [1.0, 2.0])

    estimate = await scans.estimate(await make.viewer(), make_scans.spec())

    assert estimate == ScanEstimate(4, 120, 12, estimate.seconds)
    assert 0.0 < estimate.seconds < 0.1
    half = await scans.estimate(await make.viewer(), make_scans.spec(formation=make.period("2020-01-01", "2020-03-01")))
    assert half.bars == 61
    with pytest.raises(InvalidInputError, match="Only 0 of 5 instruments") as refused:
        await scans.estimate(await make.viewer(), make_scans.spec(formation=make.period("2030-01-01", "2031-01-01")))
    assert refused.value.code == "UNIVERSE_UNUSABLE"


async def test_an_estimate_counts_histories_of_different_lengths():
    closes = make_scans.walks(20)
    for number, close in enumerate(closes.T):
        await make.listed(f"E{number:02d}", close)
        await make.listed(f"R{number:02d}", close[number:])
    even, ragged = [
        await scans.estimate(await make.viewer(), make_scans.spec(symbols=[f"{name}{n:02d}" for n in range(20)]))
        for name in "ER"
    ]

    assert (even.tests, ragged.tests, even.bars, ragged.bars) == (380, 380, 120, 120)
    # Twenty groups meet each other and themselves.
    assert ragged.seconds - even.seconds == pytest.approx(210 * scan_shards._meeting_seconds(120))


async def test_the_same_key_gives_the_same_scan_and_other_input_a_conflict():
    await make_scans.universe(make_scans.walks(3))
    viewer = await make.viewer()

    first = await scans.start(viewer, make_scans.spec(), "monday")
    again = await scans.start(viewer, make_scans.spec(), "monday")
    with pytest.raises(ConflictError):
        await scans.start(viewer, make_scans.spec(level=0.1), "monday")

    assert first.id == again.id
    assert await counts() == (1, 1)


async def test_others_do_not_see_a_scan_and_an_admin_does():
    await make_scans.universe(make_scans.walks(3))
    mine, other, admin = await make.viewer(), await make.viewer(), await make.viewer(Role.ADMIN)
    scan = await make_scans.scanned(mine, make_scans.spec())
    result = await ScanResult.filter(scan=scan).first()

    for kind, row_id in (("Scan", scan.id), ("ScanResult", result.id)):
        seen_by = [RowKey(mine, kind, row_id), RowKey(admin, kind, row_id)]
        found = await visible_rows.by_keys([*seen_by, RowKey(other, kind, row_id)])
        assert {key: row.id for key, row in found.items()} == dict.fromkeys(seen_by, row_id)
    assert [len((await scans.page(one, PageRequest(first=9))).edges) for one in (mine, other, admin)] == [1, 0, 1]


async def test_a_screen_equals_a_scan_of_the_same_universe():
    formation = await make_scans.sample(400)
    asked = make_scans.spec(formation=formation)
    at_once = await scan_queries.screen(await make.viewer(), asked)
    scan = await make_scans.scanned(await make.viewer(), asked)
    matrix = await scans.matrix(scan)

    assert at_once.summary == scans.summary(scan)
    assert at_once.matrix.symbols == matrix.symbols
    assert np.array_equal(at_once.matrix.p_values, matrix.p_values, equal_nan=True)
    assert await ScanMatrix.all().count() == 1
