"""Scans of a named universe: its members on the asked day, and nobody who joined later."""

from datetime import date

import pytest

from tests import make, make_scans
from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.models.campaigns import Campaign
from titan_graphql.models.jobs import Job
from titan_graphql.models.market_universes import Universe
from titan_graphql.models.scans import Scan, ScanResult
from titan_graphql.models.users import Role
from titan_graphql.services import market_universes, scan_queries, scan_specs, scans
from titan_graphql.services.market_universes import Stay
from titan_graphql.services.scan_specs import DatedUniverse, ScanSpec
from titan_graphql.services.users import Viewer

pytestmark = pytest.mark.usefixtures("db", "dispatching")

CHANGE = date(2020, 3, 1)


async def changing(viewer: Viewer) -> Universe:
    """W00 and W01 always belong; W03 takes the place of W02 in March 2020."""
    members = [one.id for one in await make_scans.universe(make_scans.walks(5))]
    stays = [Stay(members[0]), Stay(members[1]), Stay(members[2], until=CHANGE), Stay(members[3], since=CHANGE)]
    return await market_universes.create(viewer, "Four", None, stays)


def spec(universe: Universe, as_of: date | None = None, end: str = "2020-05-01") -> ScanSpec:
    period = make.period("2020-01-01", end)
    return make_scans.spec(market=None, named=DatedUniverse(universe.id, as_of), formation=period)


BEFORE, AFTER = ["W00", "W01", "W02"], ["W00", "W01", "W03"]


@pytest.mark.parametrize(
    ("as_of", "end", "members"),
    [
        (date(2020, 2, 29), "2020-05-01", BEFORE),
        (date(2020, 3, 1), "2020-05-01", AFTER),
        (None, "2020-05-01", AFTER),
        (None, "2020-03-01", AFTER),
        (None, "2020-02-29", BEFORE),
    ],
)
async def test_the_members_of_the_day_are_tested(as_of: date | None, end: str, members: list[str]):
    viewer = await make.viewer()
    asked = spec(await changing(viewer), as_of, end)

    screened = await scan_queries.screen(viewer, asked)
    estimate = await scans.estimate(viewer, asked)
    scan = await make_scans.scanned(viewer, asked)

    results = await ScanResult.filter(scan=scan).select_related("y")
    assert screened.matrix.symbols == sorted({row.y.symbol for row in results}) == members
    assert (estimate.instruments, estimate.tests, scans.summary(scan).pairs_tested) == (3, 6, 6)


async def test_a_scan_remembers_name_and_day_and_counts_in_one_campaign():
    viewer = await make.viewer()
    universe = await changing(viewer)
    first = await make_scans.scanned(viewer, spec(universe))
    await make_scans.scanned(viewer, spec(universe, date(2020, 1, 5)))
    await market_universes.remove(viewer, universe.id)

    stored = scan_specs.from_json((await Scan.get(id=first.id)).spec)
    assert stored.named == DatedUniverse(universe.id, date(2020, 5, 1), "Four")
    assert scan_specs.describe(stored) == "Four as of 2020-05-01"
    (campaign,) = await Campaign.all()
    assert campaign.name.startswith("Four, 2020-01-01")


async def test_the_same_key_means_the_same_day():
    viewer = await make.viewer()
    universe = await changing(viewer)
    first = await scans.start(viewer, spec(universe), "monday")

    assert (await scans.start(viewer, spec(universe, date(2020, 5, 1)), "monday")).id == first.id


async def test_a_universe_that_is_described_twice_or_is_not_there_is_refused():
    viewer, other = await make.viewer(), await make.viewer(Role.RESEARCHER)
    universe = await changing(viewer)
    plain = spec(universe)
    listed = make_scans.spec(market=None, symbols=["W00", "W01"], named=plain.named)
    dayless = make_scans.spec(market=None, named=DatedUniverse(None, CHANGE))
    cases = [
        (viewer, make_scans.spec(named=plain.named), "UNIVERSE_INVALID", ["universe"]),
        (viewer, listed, "UNIVERSE_INVALID", ["universe"]),
        (viewer, dayless, "UNIVERSE_INVALID", ["universe", "asOf"]),
        (other, plain, "UNIVERSE_NOT_FOUND", ["universe", "id"]),
    ]
    for caller, asked, code, path in cases:
        for ask in (scans.start, scans.estimate, scan_queries.screen):
            with pytest.raises((InvalidInputError, NotFoundError)) as refused:
                await ask(caller, asked)
            assert (refused.value.code, refused.value.path) == (code, path)
    assert (await Scan.all().count(), await Job.all().count()) == (0, 0)


async def test_a_day_with_one_member_is_too_small():
    viewer = await make.viewer()
    members = await make_scans.universe(make_scans.walks(2))
    stays = [Stay(members[0].id), Stay(members[1].id, since=CHANGE)]
    universe = await market_universes.create(viewer, "Two", None, stays)

    with pytest.raises(InvalidInputError) as refused:
        await scan_queries.screen(viewer, spec(universe, date(2020, 1, 1)))
    assert refused.value.code == "UNIVERSE_TOO_SMALL"
