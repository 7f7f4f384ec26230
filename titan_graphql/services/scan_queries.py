"""Screening a small universe within a request, so that a picture follows the hand that moves the window."""

from dataclasses import dataclass

import numpy as np

from titan_graphql.errors import LimitExceededError
from titan_graphql.services import kernels, market_panels, scan_runs, scan_specs, scans
from titan_graphql.services.scan_shards import test_seconds
from titan_graphql.services.scan_specs import ScanSpec, Unusable
from titan_graphql.services.scans import Matrix, ScanSummary
from titan_graphql.services.users import Viewer

INSTRUMENTS_MAX = 150
BARS_MAX = 20_000
BARS_PER_DAY = 252 / 365.25
PREPARING_SECONDS = 0.0002


@dataclass(frozen=True, slots=True)
class Screen:
    """What a screen of a small universe found."""

    bars: int
    summary: ScanSummary
    verdict: str
    matrix: Matrix
    unusable: list[Unusable]


def seconds(instruments: int, days: float) -> float:
    """What a screen of so many instruments takes one core, about, from the length of its formation period."""
    bars = round(min(max(days * BARS_PER_DAY, 0.0), BARS_MAX))
    tests = instruments * (instruments - 1)
    return instruments * PREPARING_SECONDS + 2.0 * test_seconds(tests, bars)


async def screen(viewer: Viewer, spec: ScanSpec) -> Screen:
    """Screen at once, in a thread beside the event loop.

    Raises:
        LimitExceededError: a universe that needs a scan.
        NotFoundError, InvalidInputError: as for a scan.
        UnavailableError: every processor is taken by other requests.
    """
    scan_specs.check(spec)
    spec = await scan_specs.settled(viewer, spec)
    members = await scan_specs.universe(spec)
    if len(members) > INSTRUMENTS_MAX:
        message = (
            f"At most {INSTRUMENTS_MAX} instruments are screened within a request, not {len(members)}; start a scan"
        )
        raise LimitExceededError("UNIVERSE_TOO_LARGE", message, ["universe"])
    panel = await market_panels.read_remembered(members, spec.formation.start, spec.formation.end)
    screened = await kernels.queries.run(lambda: scan_runs.screen(spec, panel))
    p_values = screened.part.p_values
    return Screen(
        bars=len(panel.time),
        summary=screened.summary,
        verdict=scans.verdict(screened.summary, spec.level, spec.correction),
        matrix=Matrix([member.symbol for member in members], np.empty(0) if p_values is None else p_values.ravel()),
        unusable=screened.ready.unusable,
    )
