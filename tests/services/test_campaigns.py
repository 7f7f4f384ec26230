"""The trial ledger: everything that was tried counts once and for good, and each result is deflated by it."""

import math
from uuid import uuid4

import numpy as np
import pytest
from scipy import stats

from tests import make, make_scans
from titan_graphql.errors import ConflictError, InvalidInputError, NotFoundError
from titan_graphql.models.backtests import Backtest
from titan_graphql.models.campaigns import Campaign, Trials
from titan_graphql.models.sweeps import Sweep
from titan_graphql.models.walk_forwards import WalkForward
from titan_graphql.services import (
    backtest_runs,
    backtests,
    campaigns,
    pairs,
    scan_runs,
    scans,
    sweep_runs,
    sweeps,
    walk_forward_runs,
    walk_forwards,
)
from titan_graphql.services.campaigns import TrackRecord, TrialCount
from titan_graphql.services.pages import PageRequest
from titan_graphql.services.scan_specs import ScanSpec
from titan_graphql.services.sweep_specs import SweepSpec
from titan_graphql.services.walk_forward_specs import WalkForwardSpec

pytestmark = pytest.mark.usefixtures("db", "dispatching")
SWEPT = {
    "formation": make.HARMLESS_SPEC.formation, "trading": make.HARMLESS_SPEC.trading, "prices": "LOG",
    "hedge": ["OLS"], "window": [None], "entry": [1.0, 1.5], "exit": [0.5], "stop": [None], "max_hold": [None],
    "cost_bps": [0.0],
}  # fmt: skip
WALKED = {
    "market": None, "period": make.period("2020-01-01", "2021-01-01"), "formation": 100, "trading": 50,
    "anchored": False, "purge": 0, "pairs": 1, "level": 1.0, "entry": [1.0], "exit": [0.5], "stop": [None],
    "max_hold": [None], "cost_bps": 0.0, "gross": 1.0, "capital": 1e5,
}  # fmt: skip


async def finished(owner, pair, campaign_id=None, **changes) -> Backtest:
    backtest = await backtests.start(owner, pair.id, make.spec(**changes), campaign_id=campaign_id)
    await backtest_runs.run(backtest.job_id)
    return await Backtest.get(id=backtest.id)


async def counted(campaign_id) -> TrialCount:
    return (await campaigns.counts([campaign_id]))[campaign_id]


async def test_trials_of_a_pair_and_formation_add_up():
    owner = await make.viewer()
    pair = await make.pair(owner)
    runs = [await finished(owner, pair, entry=entry) for entry in (1.0, 1.5, 2.0)]

    assert len({one.campaign_id for one in runs}) == 1
    ratios = [one.track_record["ratio"] for one in runs]
    found = await counted(runs[0].campaign_id)
    assert (found.tried, found.by_kind, found.ratios) == (3, {"BACKTEST": 3}, 3)
    assert found.deviation == pytest.approx(np.std(ratios, ddof=1), rel=1e-9)


async def test_a_result_is_deflated_by_all_trials_even_later_ones():
    owner = await make.viewer()
    pair = await make.pair(owner)
    first = await finished(owner, pair, entry=1.0)
    alone = await backtests.trials(first)
    others = [await finished(owner, pair, entry=entry) for entry in (1.5, 2.0, 2.2)]
    after = await backtests.trials(first)

    assert (alone.tried, after.tried) == (1, 4)
    assert alone.deflated_sharpe.value == alone.probabilistic_sharpe.value
    record = TrackRecord(**first.track_record)
    ratios = [one.track_record["ratio"] for one in (first, *others)]
    gamma = 0.5772156649015329
    best = np.std(ratios, ddof=1) * (
        (1 - gamma) * stats.norm.ppf(1 - 1 / 4) + gamma * stats.norm.ppf(1 - 1 / (4 * math.e))
    )
    error = math.sqrt(
        (1 - record.skewness * record.ratio + (record.kurtosis - 1) / 4 * record.ratio**2) / (record.returns - 1)
    )
    assert after.expected_best_sharpe.value == pytest.approx(best * math.sqrt(252), rel=1e-9)
    assert after.deflated_sharpe.value == pytest.approx(stats.norm.cdf((record.ratio - best) / error), rel=1e-9)
    assert after.probabilistic_sharpe.value == pytest.approx(stats.norm.cdf(record.ratio / error), rel=1e-9)


async def test_the_reversed_pair_and_a_pair_made_anew_stay_in_the_campaign():
    owner = await make.viewer()
    pair = await make.pair(owner)
    first = await finished(owner, pair)
    y, x = await pairs.legs(pair)
    reversed_pair = await pairs.create(owner, x.symbol, y.symbol)
    await pairs.remove(owner, pair.id)
    second = await finished(owner, reversed_pair)

    assert second.campaign_id == first.campaign_id
    assert (await counted(second.campaign_id)).tried == 2
    assert await Backtest.all().count() == 1


async def test_a_scan_counts_its_tests_and_follows_the_pair_it_found():
    owner = await make.viewer()
    pair = await make.pair(owner)
    await make.pair(owner, seed=2)
    asked = ScanSpec(
        market="US", symbols=None, formation=make.spec().formation, prices="LOG", trend="C", criterion="AIC",
        max_lag=None, correction="BH", level=0.5, keep=100,
    )  # fmt: skip
    scan = await scans.start(owner, asked)
    await scan_runs.run(scan.job_id)
    own = await Campaign.get(owner_id=owner.user_id)
    assert (await counted(own.id)).by_kind == {"SCAN": 12}

    first, second = await finished(owner, pair, entry=1.0), await finished(owner, pair, entry=2.0)
    assert first.campaign_id == second.campaign_id != own.id
    assert (await counted(first.campaign_id)).by_kind == {"BACKTEST": 2, "SCAN": 12}
    assert (await backtests.trials(first)).tried == 14


async def test_a_run_repeated_by_another_worker_counts_once():
    owner = await make.viewer()
    campaign = await campaigns.create(owner, "One idea")
    source = owner.user_id
    await campaigns.count(campaign.id, "SWEEP", source, 100, [0.1, math.nan, 0.3])
    await campaigns.count(campaign.id, "SWEEP", source, 100, [0.1, math.nan, 0.3])

    found = await counted(campaign.id)
    assert (found.tried, found.ratios) == (100, 2)
    assert found.deviation == pytest.approx(np.std([0.1, 0.3], ddof=1))
    assert await Trials.all().count() == 1


async def test_trials_without_ratios_do_not_dilute_the_deflation():
    """12 scan tests and two near-identical runs: chance alone has a deviation of at least 1/√(n − 1)."""
    record = TrackRecord(0.1, 401, 0.0, 3.0)
    count = TrialCount(14, {"BACKTEST": 2, "SCAN": 12}, 2, 1e-6)
    gamma = 0.5772156649015329
    best = 0.05 * ((1 - gamma) * stats.norm.ppf(1 - 1 / 14) + gamma * stats.norm.ppf(1 - 1 / (14 * math.e)))
    found = campaigns.context(uuid4(), count, record)
    assert found.expected_best_sharpe.value == pytest.approx(best * math.sqrt(252), rel=1e-9)


async def test_a_named_campaign_takes_what_is_sent_to_it():
    owner, other = await make.viewer(), await make.viewer()
    pair = await make.pair(owner)
    named = await campaigns.create(owner, "Beverages, mean reversion")
    run = await finished(owner, pair, campaign_id=named.id)

    assert run.campaign_id == named.id
    page = await campaigns.page(owner, PageRequest(first=10))
    assert [edge.node.name for edge in page.edges] == ["Beverages, mean reversion"]
    assert (await campaigns.page(other, PageRequest(first=10))).edges == []
    with pytest.raises(NotFoundError) as hidden:
        await backtests.start(other, (await make.pair(other)).id, make.spec(), campaign_id=named.id)
    assert hidden.value.code == "CAMPAIGN_NOT_FOUND"
    with pytest.raises(ConflictError):
        await campaigns.create(owner, "Beverages, mean reversion")


@pytest.mark.parametrize("name", ["", "   ", "x" * 91, "a\x00b"])
async def test_names_that_cannot_be_kept_are_refused(name):
    owner = await make.viewer()
    with pytest.raises(InvalidInputError):
        await campaigns.create(owner, name)
    assert await Campaign.all().count() == 0


async def test_a_run_without_trades_has_reasons():
    owner = await make.viewer()
    found = await backtests.trials(await finished(owner, await make.pair(owner), entry=50.0))
    assert (found.tried, found.deflated_sharpe.value) == (1, None)
    assert "do not vary" in found.deflated_sharpe.reason


def test_no_track_record_without_variation_or_after_ruin():
    assert campaigns.track_record(np.full(50, 100.0)) is None
    assert campaigns.track_record(np.array([100.0, 120.0, 50.0, -1.0, -1.0])) is None
    assert campaigns.track_record(np.array([100.0, 101.0, 99.0])) is None


async def test_a_sweep_of_a_pair_that_a_scan_found_counts_its_tests_too():
    owner = await make.viewer()
    pair = await make.pair(owner)
    scan = await make_scans.scanned(owner, make_scans.spec(formation=make.spec().formation, level=0.5))
    sweep = await sweeps.start(owner, pair.id, SweepSpec(**SWEPT))
    await sweep_runs.run(sweep.job_id)

    assert scans.pairs_tested(scan) == 2
    assert (await counted(sweep.campaign_id)).by_kind == {"SWEEP": 2, "SCAN": 2}
    assert (await sweeps.trials(await Sweep.get(id=sweep.id))).tried == 4


async def test_a_walk_answers_for_the_scan_that_picked_its_universe_by_hindsight():
    """Its own steps chose on the past: one trial. A universe taken from a scan of the same bars is not of the past."""
    owner = await make.viewer()
    for letter, seed in (("A", 1), ("B", 2)):
        for leg, close in zip("XY", make.wave(seed=seed), strict=True):
            await make.listed(f"{letter}{leg}", close)
    whole = make_scans.spec(level=0.5)
    hindsight = await make_scans.scanned(owner, whole)
    ended_before = make_scans.spec(level=0.5, formation=make.period("2020-01-01", "2020-04-10"))
    await make_scans.scanned(owner, ended_before)

    pair, everything = [await walked(owner, symbols) for symbols in (["AX", "AY"], ["AX", "AY", "BX", "BY"])]
    assert (await counted(pair.campaign_id)).by_kind == {"WALK_FORWARD": 1, "SCAN": scans.pairs_tested(hindsight)}
    assert (await walk_forwards.trials(pair)).tried == 1 + 12
    assert (await counted(everything.campaign_id)).by_kind == {"WALK_FORWARD": 1}


async def walked(owner, symbols) -> WalkForward:
    walk = await walk_forwards.start(owner, WalkForwardSpec(**WALKED, symbols=symbols))
    await walk_forward_runs.run(walk.job_id)
    return await WalkForward.get(id=walk.id)
