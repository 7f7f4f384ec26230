"""Panels hold the prices that the page of a pair shows: corrected once, and known by what they were made from."""

from datetime import date, timedelta

import numpy as np
import pytest

from tests import make, make_scans
from titan_graphql.models.markets import Adjustment, Instrument, Series
from titan_graphql.models.scans import ScanResult
from titan_graphql.services import market_actions, market_panels, scan_queries, scans
from titan_graphql.services.market_actions import ActionKind, NewAction
from titan_graphql.services.market_bars import newest_dataset
from titan_graphql.services.market_panels import Panel

pytestmark = pytest.mark.usefixtures("db", "dispatching")

WINDOW = make.period("2020-02-01", "2020-04-01")
FIRST = date.fromisoformat(make.FIRST_BAR)
SPLIT_AT, BACK_AT = 60, 62


def split(at: int, ratio: float) -> NewAction:
    return NewAction(ActionKind.SPLIT, FIRST + timedelta(days=at), ratio)


def dividend(at: int, amount: float) -> NewAction:
    return NewAction(ActionKind.DIVIDEND, FIRST + timedelta(days=at), amount)


def as_traded(close: np.ndarray) -> np.ndarray:
    """Prices of shares that were split ten for one, and put together again two days later."""
    traded = close.copy()
    traded[SPLIT_AT:BACK_AT] /= 10.0
    return traded


async def shown(instrument: Instrument, period=WINDOW) -> bytes:
    """The prices that the page of a pair reads."""
    series = await Series.get(instrument_id=instrument.id)
    bars = await market_actions.read_adjusted(series, await newest_dataset(series), ["close"], period.start, period.end)
    return bars.close.tobytes()


async def both_panels(members: list[Instrument]) -> list[Panel]:
    ways = (market_panels.read_panel, market_panels.read_remembered)
    return [await read(members, WINDOW.start, WINDOW.end) for read in ways]


async def test_a_panel_holds_the_prices_that_the_page_of_a_pair_shows():
    members = await make_scans.universe(make_scans.walks(3))
    await market_actions.add(members[0], [split(70, 2.0), dividend(40, 0.7), dividend(110, 0.3)], "test")
    await market_actions.add(members[1], [split(200, 3.0)], "test")

    for panel in await both_panels(members):
        assert [panel.closes[:, k].tobytes() for k in range(3)] == [await shown(member) for member in members]


@pytest.mark.parametrize("stored", list(Adjustment))
async def test_what_a_source_corrected_is_not_corrected_again(stored: Adjustment):
    members = await make_scans.universe(make_scans.walks(2))
    series = await Series.get(instrument_id=members[0].id)
    series.adjustment = stored
    await series.save()
    await market_actions.add(members[0], [split(70, 2.0), dividend(80, 0.7)], "test")

    raw = make_scans.walks(2)[31:91, 0]
    for panel in await both_panels(members):
        assert panel.closes[:, 0].tobytes() == await shown(members[0])
        assert (panel.closes[:, 0].tobytes() == raw.tobytes()) is (stored is Adjustment.TOTAL_RETURN)


async def test_a_panel_can_be_read_again_with_the_actions_known_then():
    members = await make_scans.universe(make_scans.walks(2))
    before = await market_panels.read_panel(members, WINDOW.start, WINDOW.end)
    remembered = await market_panels.read_remembered(members, WINDOW.start, WINDOW.end)
    await market_actions.add(members[0], [split(70, 2.0)], "test")

    now = await market_panels.read_remembered(members, WINDOW.start, WINDOW.end)
    again = await market_panels.read_panel(members, WINDOW.start, WINDOW.end, before.dataset_hashes)
    assert before.closes.tobytes() == remembered.closes.tobytes() == again.closes.tobytes() != now.closes.tobytes()
    assert before.dataset_hashes == again.dataset_hashes
    assert [old == new for old, new in zip(before.dataset_hashes, now.dataset_hashes, strict=True)] == [False, True]


async def test_a_split_fakes_no_find():
    closes = np.delete(make_scans.walks(3, seed=3), 1, axis=1)  # without the pair that reverts
    members = await make_scans.universe({"Y": as_traded(closes[:, 0]), "X": closes[:, 1]})
    viewer = await make.viewer()
    faked = await scan_queries.screen(viewer, make_scans.spec())
    await market_actions.add(members[0], [split(SPLIT_AT, 10.0), split(BACK_AT, 0.1)], "test")

    screened = await scan_queries.screen(viewer, make_scans.spec())
    scan = await make_scans.scanned(viewer, make_scans.spec())

    p_values = [row.p_value for row in await ScanResult.filter(scan=scan).order_by("y__symbol")]
    assert faked.summary.discoveries > 0
    assert screened.summary.discoveries == scans.summary(scan).discoveries == 0
    assert min(p_values) > 0.05
    await make.listed("W", closes[:, 0])  # the same shares, never split
    true = await scan_queries.screen(viewer, make_scans.spec(symbols=["W", "X"]))
    assert sorted(p_values) == pytest.approx(np.sort(true.matrix.p_values[[1, 2]]).tolist(), rel=1e-8)


async def test_a_dividend_that_cannot_be_leaves_one_member_out_and_says_why():
    closes = make_scans.walks(3)
    closes[50, 2] = 0.0
    members = await make_scans.universe(closes)
    await market_actions.add(members[2], [dividend(50, 1.0)], "test")

    found = await scan_queries.screen(await make.viewer(), make_scans.spec(prices="RAW"))

    assert found.summary.pairs_tested == 2
    (unusable,) = found.unusable
    assert (unusable.symbol, unusable.reason) == (
        "W02",
        "A dividend of 1 cannot be reinvested at a price of 0; read the prices as SPLIT",
    )
