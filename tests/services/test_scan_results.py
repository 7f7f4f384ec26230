"""The kept results of a scan: pages, filters and orders, what has no value last, and what scans said of a pair."""

import pytest

from tests import make, make_scans
from titan_graphql.errors import InvalidInputError
from titan_graphql.models.scans import Scan, ScanResult
from titan_graphql.services import pairs, scans
from titan_graphql.services.pages import Order, PageRequest
from titan_graphql.services.scans import NO_VALUE
from titan_graphql.services.users import Viewer

pytestmark = pytest.mark.usefixtures("db", "dispatching")
ORDERS = {
    "rank": Order("rank"),
    "r_squared": Order("r_squared", descending=True),
    "half_life": Order("half_life_order"),
    "distance": Order("distance"),
}


async def small() -> tuple[Viewer, Scan, list[ScanResult]]:
    """Twelve results by rank; the first and the last have no half-life."""
    await make_scans.universe(make_scans.walks(4))
    viewer = await make.viewer()
    scan = await make_scans.scanned(viewer, make_scans.spec())
    await ScanResult.filter(scan=scan, rank__in=[1, 12]).update(half_life=None, half_life_order=NO_VALUE)
    return viewer, scan, await ScanResult.filter(scan=scan).order_by("rank").select_related("y", "x")


async def ranks(scan: Scan, order: Order, size: int, criteria: dict | None = None) -> list[int]:
    """Page after page to the end, and back again from there."""
    found, cursor = [], None
    while True:
        page = await scans.results(scan, PageRequest(first=size, after=cursor), order, criteria)
        found += [row.rank for row in page.nodes]
        if not page.page_info.has_next_page:
            break
        cursor = page.page_info.end_cursor
    back = await scans.results(scan, PageRequest(last=100), order, criteria)
    assert [row.rank for row in back.nodes] == found
    return found


@pytest.mark.parametrize("size", [1, 5, 100])
async def test_every_order_pages_through_all_results(size: int):
    _, scan, rows = await small()

    assert await ranks(scan, ORDERS["rank"], size) == list(range(1, 13))
    by_fit = await ranks(scan, ORDERS["r_squared"], size)
    assert [rows[rank - 1].r_squared for rank in by_fit] == sorted((row.r_squared for row in rows), reverse=True)
    by_distance = await ranks(scan, ORDERS["distance"], size)
    assert [rows[rank - 1].distance for rank in by_distance] == sorted(row.distance for row in rows)
    lives = [rows[rank - 1].half_life for rank in await ranks(scan, ORDERS["half_life"], size)]
    known = [life for life in lives if life is not None]
    assert lives == sorted(known) + [None] * (12 - len(known))
    assert len(known) <= 10


async def test_filters_by_symbol_and_by_figures():
    _, scan, rows = await small()
    middle = rows[5].p_value
    one_leg = {"y": {"eq": "W00"}}
    either = {"OR": [{"y": {"in": ["W00"]}}, {"x": {"contains": "w00"}}]}

    assert await ranks(scan, ORDERS["rank"], 9, {"p_value": {"lte": middle}}) == [
        row.rank for row in rows if row.p_value <= middle
    ]
    assert await ranks(scan, ORDERS["rank"], 9, one_leg) == [row.rank for row in rows if row.y.symbol == "W00"]
    assert await ranks(scan, ORDERS["rank"], 9, either) == [
        row.rank for row in rows if "W00" in {row.y.symbol, row.x.symbol}
    ]
    assert await ranks(scan, ORDERS["rank"], 9, {"rank": {"gt": 3}, "half_life": {"gt": 0}}) == [
        row.rank for row in rows if row.rank > 3 and row.half_life is not None
    ]
    assert await ranks(scan, ORDERS["rank"], 9, {"q_value": {"gt": 2}}) == []


async def test_a_cursor_belongs_to_its_scan_order_and_filter():
    viewer, scan, _ = await small()
    other = await make_scans.scanned(viewer, make_scans.spec())
    page = await scans.results(scan, PageRequest(first=2), ORDERS["rank"])
    cursor = PageRequest(first=2, after=page.page_info.end_cursor)

    for wrong in (
        scans.results(other, cursor, ORDERS["rank"]),
        scans.results(scan, cursor, ORDERS["distance"]),
        scans.results(scan, cursor, ORDERS["rank"], {"rank": {"gt": 0}}),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await wrong
        assert refused.value.code == "CURSOR_INVALID"


async def test_what_scans_said_of_a_pair_is_its_owners_and_in_its_direction():
    viewer, _, rows = await small()
    other = await make.viewer()
    await make_scans.scanned(other, make_scans.spec(level=0.1))
    again = await make_scans.scanned(viewer, make_scans.spec(trend="CT"))
    pair = await pairs.create(viewer, "W01", "W00")

    mine = (await scans.results_of_pair(viewer, pair, PageRequest(first=9))).nodes

    second = await ScanResult.get(scan=again, y__symbol="W01", x__symbol="W00")
    first = next(row for row in rows if (row.y.symbol, row.x.symbol) == ("W01", "W00"))
    best_first = sorted([first, second], key=lambda row: row.p_value)
    assert [row.id for row in mine] == [row.id for row in best_first]


async def test_only_the_best_are_kept_and_all_are_counted():
    await make_scans.universe(make_scans.walks(6))
    scan = await make_scans.scanned(await make.viewer(), make_scans.spec(keep=4))

    kept = await ScanResult.filter(scan=scan).order_by("rank")
    assert [row.rank for row in kept] == [1, 2, 3, 4]
    assert scans.summary(scan).pairs_tested == sum(scans.summary(scan).histogram) == 30
