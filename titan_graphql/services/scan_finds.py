"""Which scans stand behind a choice: those that found a pair, or that knew the bars on which a universe is tried."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tortoise.functions import Min

from titan_graphql.models.pairs import Pair
from titan_graphql.models.scans import Scan, ScanResult
from titan_graphql.services import campaigns, scan_specs, scans


async def of_pair(owner_id: UUID, pair: Pair) -> list[Scan]:
    """The finished scans of an owner in which the pair lay below the level, oldest first."""
    legs = [pair.y_id, pair.x_id]  # type: ignore[attr-defined]  # made by Tortoise
    return await _finding(owner_id, legs)


async def of_universe(owner_id: UUID, members: Sequence[UUID], first: datetime) -> list[Scan]:
    """The scans by which these instruments may have been picked with knowledge of bars from `first` on, oldest first.

    Such a scan found a pair among them, looked beyond them, and looked at those bars. One that saw no more than these
    instruments has left none out, and one that ended before has only seen what its choice may know.
    """
    known = {str(one) for one in members}
    found = await _finding(owner_id, members)
    return [one for one in found if set(one.instrument_ids) - known and _end(one) > first]


async def count_tests(campaign_id: UUID, found: Sequence[Scan]) -> None:
    """Count the tests of these scans as trials of a campaign: choosing by what they found was a trial too."""
    for scan in found:
        await campaigns.count(campaign_id, "SCAN", scan.id, scans.pairs_tested(scan))


async def _finding(owner_id: UUID, members: Sequence[UUID]) -> list[Scan]:
    mine = ScanResult.filter(scan__owner_id=owner_id, y_id__in=members, x_id__in=members)
    least = await mine.annotate(least=Min("p_value")).group_by("scan_id").values("scan_id", "least")
    lowest = {row["scan_id"]: float(row["least"]) for row in least}
    found = await Scan.filter(id__in=list(lowest)).order_by("created_at", "id")
    return [one for one in found if lowest[one.id] <= scan_specs.from_json(one.spec).level]


def _end(scan: Scan) -> datetime:
    return scan_specs.from_json(scan.spec).formation.end
