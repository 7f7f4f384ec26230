"""Scans: which universes may be screened, starting one, and reading what it found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt

from titan_graphql.errors import InvalidInputError
from titan_graphql.models.markets import Instrument, Series, Timeframe
from titan_graphql.models.pairs import Pair
from titan_graphql.models.scans import Scan, ScanMatrix, ScanResult
from titan_graphql.queue import JobName
from titan_graphql.services import jobs, market_bars
from titan_graphql.services.jobs import NewJob
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page, where
from titan_graphql.services.scan_shards import meeting_seconds, test_seconds
from titan_graphql.services.scan_specs import ScanSpec, Unusable, check, fewest_bars, probe, settled, to_json, universe
from titan_graphql.services.users import Viewer, owned_by

NO_VALUE = 1e300  # sorts what has no value last, on every database
READING_SECONDS = 0.001
RESULT_COLUMNS = {
    "y": "y__symbol",
    "x": "x__symbol",
    "p_value": "p_value",
    "q_value": "q_value",
    "half_life": "half_life",
    "correlation": "correlation",
    "rank": "rank",
}


@dataclass(frozen=True, slots=True)
class ScanSummary:
    """What a scan found at its level: how many tests, and how few of the small p-values survive their number."""

    pairs_tested: int
    untestable: int
    below_level: int
    expected_false: float
    discoveries: int
    histogram: list[int]


@dataclass(frozen=True, slots=True)
class Matrix:
    """p-values of a small universe, row-major: row y, column x; NaN on the diagonal and where untested."""

    symbols: list[str]
    p_values: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScanEstimate:
    """What a scan would take at most; members without enough bars are not counted."""

    instruments: int
    bars: int
    tests: int
    seconds: float


async def start(viewer: Viewer, spec: ScanSpec, idempotency_key: str | None = None) -> Scan:
    """Check a scan, write it down with its job, and send it to the workers.

    Raises:
        InvalidInputError: a universe, period or parameter that makes no sense.
        LimitExceededError: more instruments than a scan may have.
        ConflictError: the idempotency key was used with other input.
    """
    check(spec)
    spec = await settled(viewer, spec)
    members = await universe(spec)
    new = NewJob(JobName.SCAN, "Scan", uuid4(), to_json(spec), idempotency_key)
    if (known := await jobs.submitted(viewer, new, Scan)) is not None:
        return known
    await probe(spec, members)
    return await jobs.submit(
        viewer, new, Scan, spec=to_json(spec), instrument_ids=[str(member.id) for member in members]
    )


async def estimate(viewer: Viewer, spec: ScanSpec) -> ScanEstimate:
    """What a scan would take on one core, from what is known of its members' bars without reading any.

    Raises:
        NotFoundError, InvalidInputError, LimitExceededError: as for `start`.
    """
    check(spec)
    members = [member.id for member in await universe(await settled(viewer, spec))]
    series = await Series.filter(instrument_id__in=members, timeframe=Timeframe.D1, revision__gt=0)
    lives = [_life_within(one, spec) for one in series]
    usable = [life for life in lives if life[2] >= fewest_bars(spec)]
    if len(usable) < 2:
        message = f"Only {len(usable)} of {len(members)} instruments have enough bars in this period"
        raise InvalidInputError("UNIVERSE_UNUSABLE", message, ["universe"])
    tests = len(usable) * (len(usable) - 1)
    bars = max(life[2] for life in usable)
    ragged = meeting_seconds(len(usable), len(set(usable)), bars)
    seconds = len(usable) * READING_SECONDS + test_seconds(tests, bars) + ragged
    return ScanEstimate(len(usable), bars, tests, seconds)


def _life_within(series: Series, spec: ScanSpec) -> tuple[datetime | None, datetime | None, int]:
    """First and last bar within a period, and how many, were they spread evenly over the life of a series.

    Series that agree in all three are taken to have the same bars.
    """
    if series.first_bar is None or series.last_bar is None:
        return None, None, 0
    start, end = max(series.first_bar, spec.formation.start), min(series.last_bar, spec.formation.end)
    life = (series.last_bar - series.first_bar).total_seconds() or 1.0
    return start, end, max(0, round(series.bar_count * (end - start).total_seconds() / life))


async def page(viewer: Viewer, request: PageRequest) -> Page[Scan]:
    """The viewer's scans, newest first."""
    return await fetch_page(Scan.filter(owned_by(viewer)), request, Order("created_at", descending=True))


async def results(
    scan: Scan, request: PageRequest, order: Order, criteria: Mapping[str, Any] | None = None
) -> Page[ScanResult]:
    """The kept results of a scan."""
    rows = ScanResult.filter(where(criteria, RESULT_COLUMNS), scan=scan)
    return await fetch_page(rows, request, order, {"scan": str(scan.id), "where": criteria})


async def results_of_pair(viewer: Viewer, pair: Pair, request: PageRequest) -> Page[ScanResult]:
    """What the viewer's scans said of a pair in its own direction, best first."""
    legs = {"y_id": pair.y_id, "x_id": pair.x_id}  # type: ignore[attr-defined]  # made by Tortoise
    mine = ScanResult.filter(**legs) if viewer.is_admin else ScanResult.filter(scan__owner_id=viewer.user_id, **legs)
    return await fetch_page(mine, request, Order("p_value"), {"pair": str(pair.id)})


async def matrix(scan: Scan) -> Matrix | None:
    """The p-values of all pairs, or None for a universe too large for it or a scan that has not succeeded."""
    row = await ScanMatrix.get_or_none(scan_id=scan.id)
    if row is None:
        return None
    members = await members_of(scan)
    return Matrix([member.symbol for member in members], np.frombuffer(row.p_values, market_bars.VALUE_TYPE))


async def members_of(scan: Scan) -> list[Instrument]:
    """The universe of a scan, in the order of its columns."""
    ids = [UUID(text) for text in scan.instrument_ids]
    found = {member.id: member for member in await Instrument.filter(id__in=ids)}
    return [found[one] for one in ids if one in found]


def summary(scan: Scan) -> ScanSummary | None:
    """What a scan found, or None until it has succeeded."""
    stored: dict[str, Any] | None = scan.summary
    return None if stored is None else ScanSummary(**stored)


def pairs_tested(scan: Scan) -> int:
    """How many pairs a scan has tested; none until it has succeeded."""
    found = summary(scan)
    return 0 if found is None else found.pairs_tested


def unusable(scan: Scan) -> list[Unusable]:
    """The members that could not be tested."""
    stored: list[dict[str, Any]] = scan.unusable
    return [Unusable(**one) for one in stored]


def distance(result: ScanResult) -> float | None:
    """The distance of normalised prices, or None where a first price is 0."""
    return result.distance if result.distance < NO_VALUE else None


def lags(result: ScanResult) -> int | None:
    """The lagged differences of the regression, or None where there was none."""
    return result.lags if result.lags >= 0 else None


async def by_ids(ids: list[UUID]) -> dict[UUID, Scan]:
    """Scans by id; absent ids are left out."""
    return {scan.id: scan for scan in await Scan.filter(id__in=ids)}


def verdict(found: ScanSummary, level: float, correction: str) -> str:
    """What a scan found, in a sentence that counts the tests."""
    expected = f"{found.expected_false:,.0f}" if found.expected_false >= 1.0 else f"{found.expected_false:.2g}"
    return (
        f"{found.below_level:,} of {found.pairs_tested:,} directed pairs have p < {level:g}; "
        f"{expected} would by chance alone; {found.discoveries:,} remain after {correction}."
    )
