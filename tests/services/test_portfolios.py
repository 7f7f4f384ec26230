"""Portfolios through the services: one book, netted, counted, and refused when it makes no sense."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from tests import make, make_scans
from titan_graphql.errors import InvalidInputError, LimitExceededError, NotFoundError
from titan_graphql.models.jobs import Job
from titan_graphql.models.markets import Instrument
from titan_graphql.models.pairs import Pair
from titan_graphql.models.portfolios import Portfolio, PortfolioSeries
from titan_graphql.services import (
    backtest_leaks,
    backtest_manifests,
    backtest_runs,
    backtest_signals,
    backtests,
    campaigns,
    jobs,
    market_actions,
    pairs,
    portfolio_books,
    portfolio_runs,
    portfolio_specs,
    portfolios,
    visible_rows,
)
from titan_graphql.services.market_actions import ActionKind, NewAction
from titan_graphql.services.market_bars import Bars
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.services.pages import PageRequest
from titan_graphql.services.portfolio_specs import PortfolioSpec
from titan_graphql.services.visible_rows import RowKey

pytestmark = pytest.mark.usefixtures("db", "dispatching")
SPEC = PortfolioSpec(
    formation=make.HARMLESS_SPEC.formation, trading=make.HARMLESS_SPEC.trading, prices="LOG", z_score="ROLLING",
    window=30, hedge="OLS", entry=1.0, exit=0.2, stop=None, max_hold=None, gross=1.0, capital=100_000.0,
    commission_bps=3.0, slippage_bps=2.0, borrow_bps=50.0, allocation="EQUAL", name_limit=None,
)  # fmt: skip


async def triangle(owner) -> list[Pair]:
    """Three pairs of three instruments, so that every leg is in two of them."""
    random = np.random.default_rng(4)
    y, x = make.wave()
    third = x * np.exp(0.04 * np.cos(np.arange(len(x)) / 7) + 0.005 * random.standard_normal(len(x)))
    for symbol, close in (("A", y), ("B", x), ("C", third)):
        await make.listed(symbol, close)
    return [await pairs.create(owner, *legs) for legs in (("A", "B"), ("C", "B"), ("A", "C"))]


async def finished(owner, chosen, spec=SPEC) -> Portfolio:
    """A portfolio after a worker had it."""
    portfolio = await portfolios.start(owner, [pair.id for pair in chosen], spec)
    await portfolio_runs.run(portfolio.job_id)
    job = await Job.get(id=portfolio.job_id)
    assert job.state == "SUCCEEDED", job.error_message
    return await Portfolio.get(id=portfolio.id)


async def test_a_book_of_one_pair_is_its_backtest():
    owner = await make.viewer()
    pair = (await triangle(owner))[0]
    await market_actions.add(
        await Instrument.get(symbol="A"), [NewAction(ActionKind.DIVIDEND, date(2020, 7, 1), 0.4)], "t"
    )
    book = await finished(owner, [pair])
    single = await backtests.start(owner, pair.id, SPEC.single())
    await backtest_runs.run(single.job_id)
    single = await type(single).get(id=single.id)

    ours, theirs = await portfolios.series(book, None), await backtests.equity(single, None)
    np.testing.assert_allclose(ours.equity, theirs.equity, rtol=1e-12)
    told, plain = portfolios.metrics(book), backtests.metrics(single)
    for name in ("sharpe", "turnover", "win_rate", "gross_exposure", "max_drawdown", "exposure", "average_trade"):
        assert getattr(told, name).value == pytest.approx(getattr(plain, name).value, rel=1e-9), name
    parts = portfolios.profit(book)
    assert parts.total == pytest.approx(backtests.attribution(single).total, abs=1e-4)
    assert parts.contributions[0].dividends == pytest.approx(backtests.attribution(single).dividends, rel=1e-9)


async def test_pairs_and_netting_add_up_to_the_book():
    owner = await make.viewer()
    chosen = await triangle(owner)
    book = await finished(owner, chosen)
    columns, parts = await portfolios.series(book, None), portfolios.profit(book)

    assert [(one.y, one.x, one.weight) for one in parts.contributions] == [
        ("A", "B", 1 / 3), ("C", "B", 1 / 3), ("A", "C", 1 / 3),
    ]  # fmt: skip
    assert parts.total == pytest.approx(columns.equity[-1] - 100_000.0, abs=1e-9 * 100_000.0)
    assert parts.netting > 0.0
    assert sum(one.trades for one in parts.contributions) == portfolios.metrics(book).trades > 10
    assert columns.held.max() == 3.0
    assert (np.abs(columns.net) <= columns.gross + 1e-12).all()
    assert (columns.largest <= columns.gross).all()
    assert len((await portfolios.series(book, 20)).time) == 20
    alone = [await finished(owner, [pair], replace(SPEC, gross=1 / 3)) for pair in chosen]
    assert columns.gross.max() < sum([(await portfolios.series(one, None)).gross.max() for one in alone])


async def test_equal_runs_have_equal_results_and_are_counted_in_one_campaign():
    owner = await make.viewer()
    chosen = await triangle(owner)
    first, second = await finished(owner, chosen), await finished(owner, chosen[::-1], replace(SPEC, entry=1.3))
    again = await finished(owner, chosen)
    counted = (await campaigns.counts([first.campaign_id]))[first.campaign_id]
    assert first.campaign_id == second.campaign_id
    assert counted.by_kind == {"PORTFOLIO": 3}
    assert (first.result_hash, first.metrics) == (again.result_hash, again.metrics)
    assert first.result_hash != second.result_hash
    assert (await portfolios.trials(first)).tried == 3
    assert len(first.dataset_hashes) == 3


async def test_volatility_gives_the_calmer_pair_more():
    owner = await make.viewer()
    chosen = await triangle(owner)
    spec = replace(SPEC, allocation="VOLATILITY")
    weights = {
        one.y + one.x: one.weight for one in portfolios.profit(await finished(owner, chosen, spec)).contributions
    }
    holdings = await portfolio_books.read(spec, chosen)
    expected = []
    for history in holdings.histories:
        formed = slice(0, make.FORMATION_BARS)
        y, x = np.log(history.y.close[formed]), np.log(history.x.close[formed])
        beta = np.polyfit(x, y, 1)[0]
        moves = (np.expm1(np.diff(y)) - beta * np.expm1(np.diff(x))) / (1 + abs(beta))
        expected.append(1 / moves.std(ddof=1))
    assert sum(weights.values()) == pytest.approx(1.0, rel=1e-12)
    assert list(weights.values()) == pytest.approx(list(np.array(expected) / sum(expected)), rel=1e-9)


async def test_a_limit_binds_and_is_told():
    owner = await make.viewer()
    chosen = await triangle(owner)
    free, bound = await finished(owner, chosen), await finished(owner, chosen, replace(SPEC, name_limit=0.2))
    loose, tight = [await portfolios.series(one, None) for one in (free, bound)]
    assert loose.largest.max() > 0.25
    assert tight.largest.max() < 0.25
    assert sum(one.reduced + one.blocked for one in portfolios.profit(bound).contributions) > 0
    assert sum(one.reduced + one.blocked for one in portfolios.profit(free).contributions) == 0


@pytest.mark.parametrize("changes", [{}, {"hedge": "KALMAN", "z_score": "FORMATION", "window": None, "entry": 0.5}])
async def test_a_book_is_checked_for_leaks_and_says_what_it_was_made_from(changes):
    owner = await make.viewer()
    chosen = await triangle(owner)
    await market_actions.add(
        await Instrument.get(symbol="A"), [NewAction(ActionKind.SPLIT, date(2020, 7, 1), 2.0)], "t"
    )
    spec = replace(SPEC, allocation="VOLATILITY", name_limit=0.5, **changes)
    book, again = await finished(owner, chosen, spec), await finished(owner, chosen, spec)

    found = backtest_leaks.stored(book)
    assert (found.verdict, found.leak, len(found.cuts), found.selection.verdict) == ("CLEAN", None, 6, "NOT_SCANNED")
    assert portfolios.metrics(book).trades > 5
    told = backtest_manifests.manifest(book)
    assert told == backtest_manifests.manifest(again)
    assert [(one.leg, one.splits, one.missing) for one in told.datasets] == [("A", 1, 0), ("B", 0, 0), ("C", 0, 0)]
    assert [one.content_hash for one in told.datasets] == book.dataset_hashes
    assert told.parameters == {"pairs": [str(pair.id) for pair in chosen], **book.spec}
    assert told.result_hash == book.result_hash
    other = backtest_manifests.manifest(await finished(owner, chosen, replace(spec, gross=0.9)))
    assert (other.input_hash != told.input_hash, other.code_version) == (True, told.code_version)


async def test_signals_that_know_the_future_are_told(monkeypatch):
    """Planted: the score of every pair is taken one bar early."""
    honest = backtest_signals.signals

    def ahead(spec, history):
        found = honest(spec, history)
        return replace(found, z_score=np.roll(found.z_score, -1))

    monkeypatch.setattr(backtest_signals, "signals", ahead)
    owner = await make.viewer()
    found = backtest_leaks.stored(await finished(owner, await triangle(owner)))
    assert (found.verdict, found.leak.column, found.leak.method) == ("LEAK", "z", "TRUNCATED")
    assert found.leak.bar == found.cuts[0] - timedelta(days=1)
    assert found.leak.cut == found.cuts[0]


async def test_one_pair_chosen_by_hindsight_taints_the_book():
    owner = await make.viewer()
    chosen = await triangle(owner)
    clean = make_scans.spec(formation=SPEC.formation, level=0.5)
    await make_scans.scanned(owner, replace(clean, market=None, symbols=["A", "B"]))
    some = backtest_leaks.stored(await finished(owner, chosen))
    assert (some.selection.verdict, some.selection.scan_id) == ("NOT_SCANNED", None)

    hindsight = await make_scans.scanned(owner, make_scans.spec(market=None, symbols=["C", "B"], level=0.5))
    tainted = backtest_leaks.stored(await finished(owner, chosen))
    assert (tainted.selection.verdict, tainted.selection.scan_id) == ("KNOWS_TRADING", hindsight.id)
    alone = backtest_leaks.stored(await finished(owner, chosen[:1]))
    assert alone.selection.verdict == "BEFORE_TRADING"


async def test_a_specification_comes_back_as_it_was():
    owner = await make.viewer()
    spec = replace(SPEC, name_limit=0.1 + 0.2, stop=3.5, max_hold=9, allocation="VOLATILITY", prices="RAW")
    portfolio = await portfolios.start(owner, [(await triangle(owner))[0].id], spec)
    assert portfolio_specs.from_json((await Portfolio.get(id=portfolio.id)).spec) == spec


async def test_the_same_key_gives_the_same_portfolio():
    owner = await make.viewer()
    ids = [pair.id for pair in await triangle(owner)]
    first, second = [await portfolios.start(owner, ids, SPEC, "key") for _ in range(2)]
    assert first.id == second.id
    assert await Portfolio.all().count() == 1


async def test_only_the_owner_sees_a_portfolio_and_cancels_it():
    owner, other = await make.viewer(), await make.viewer()
    chosen = await triangle(owner)
    portfolio = await portfolios.start(owner, [pair.id for pair in chosen], SPEC)
    assert await visible_rows.by_keys([RowKey(other, "Portfolio", portfolio.id)]) == {}
    with pytest.raises(NotFoundError) as foreign:
        await portfolios.start(other, [chosen[0].id], SPEC)
    assert foreign.value.code == "PAIR_NOT_FOUND"
    assert (await portfolios.page(other, PageRequest(first=5))).edges == []
    assert [edge.node.id for edge in (await portfolios.page(owner, PageRequest(first=5))).edges] == [portfolio.id]
    await jobs.cancel(owner, portfolio.job_id)
    await portfolio_runs.run(portfolio.job_id)
    assert (await Job.get(id=portfolio.job_id)).state == "CANCELLED"
    assert (portfolios.metrics(portfolio), portfolios.profit(portfolio)) == (None, None)
    assert (await portfolios.series(portfolio, None), await portfolios.trials(portfolio)) == (None, None)


async def test_a_pair_that_was_removed_fails_the_run_with_its_reason():
    owner = await make.viewer()
    chosen = await triangle(owner)
    portfolio = await portfolios.start(owner, [pair.id for pair in chosen], SPEC)
    await pairs.remove(owner, chosen[1].id)
    await portfolio_runs.run(portfolio.job_id)
    job = await Job.get(id=portfolio.job_id)
    assert (job.state, job.error_code, await PortfolioSeries.all().count()) == ("FAILED", "PAIR_NOT_FOUND", 0)


async def test_several_currencies_are_no_book():
    owner = await make.viewer()
    chosen = await triangle(owner)
    await Instrument.filter(symbol="C").update(currency="EUR")
    with pytest.raises(InvalidInputError) as mixed:
        await portfolios.start(owner, [pair.id for pair in chosen], SPEC)
    assert (mixed.value.code, mixed.value.path) == ("CURRENCY_MIXED", ["pairIds"])
    assert "EUR and USD" in str(mixed.value)
    assert await Portfolio.all().count() == await Job.all().count() == 0


async def test_pairs_that_never_meet_are_no_book():
    """One pair has no bar in the later half of the trading period, the other none in the earlier."""
    owner = await make.viewer()
    (y, x), chosen = make.wave(), []
    for pair, kept in ((("A", "B"), np.r_[0:210]), (("C", "D"), np.r_[0:120, 210:300])):
        for symbol, close in zip(pair, (y, x), strict=True):
            bars = make.bars(close)
            some = Bars(bars.time[kept], {"close": bars.close[kept]})
            await write_revision(await make.series(await make.instrument(symbol)), some, Provenance("test", "x"))
        chosen.append(await pairs.create(owner, *pair))
    with pytest.raises(InvalidInputError) as apart:
        await portfolios.start(owner, [pair.id for pair in chosen], SPEC)
    assert (apart.value.code, apart.value.path) == ("NO_OVERLAP", ["trading"])
    assert await Portfolio.all().count() == await Job.all().count() == 0


BAD = {
    "limit of zero": ({"name_limit": 0.0}, InvalidInputError, "LIMIT_OUT_OF_RANGE"),
    "negative limit": ({"name_limit": -1.0}, InvalidInputError, "LIMIT_OUT_OF_RANGE"),
    "no limit at all": ({"name_limit": float("nan")}, InvalidInputError, "LIMIT_OUT_OF_RANGE"),
    "thresholds": ({"entry": 0.1}, InvalidInputError, "THRESHOLD_ORDER"),
    "capital": ({"capital": 0.0}, InvalidInputError, "CAPITAL_NOT_POSITIVE"),
    "fee": ({"borrow_bps": float("inf")}, InvalidInputError, "NOT_FINITE"),
    "window": ({"window": None}, InvalidInputError, "WINDOW_MISSING"),
    "overlap": ({"trading": make.period("2020-04-01", "2020-10-27")}, InvalidInputError, "PERIODS_OVERLAP"),
    "no data": ({"trading": make.period("2022-04-01", "2022-10-27")}, InvalidInputError, "NO_DATA"),
    "formation": ({"formation": make.period("2020-04-10", "2020-04-30")}, InvalidInputError, "FORMATION_TOO_SHORT"),
}


@pytest.mark.parametrize(("changes", "kind", "code"), BAD.values(), ids=BAD)
async def test_bad_portfolios_are_refused_and_leave_nothing(changes, kind, code):
    owner = await make.viewer()
    ids = [pair.id for pair in await triangle(owner)]
    with pytest.raises(kind) as refused:
        await portfolios.start(owner, ids, replace(SPEC, **changes))
    assert refused.value.code == code
    assert await Portfolio.all().count() == await Job.all().count() == 0


async def test_lists_of_pairs_that_make_no_sense_are_refused():
    owner = await make.viewer()
    one = (await triangle(owner))[0].id
    for ids, kind, code in (
        ([], InvalidInputError, "NO_PAIRS"),
        ([one, one], InvalidInputError, "PAIR_TWICE"),
        ([one] * 51, LimitExceededError, "LIST_TOO_LONG"),
    ):
        with pytest.raises(kind) as refused:
            await portfolios.start(owner, ids, SPEC)
        assert (refused.value.code, refused.value.path) == (code, ["pairIds"])
    assert await Portfolio.all().count() == await Job.all().count() == 0
