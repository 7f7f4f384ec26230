"""Running a scan: prices in, every directed pair tested tile by tile on all workers, the best kept and all counted."""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import numpy as np

from titan_graphql.errors import InvalidInputError
from titan_graphql.models.jobs import Job
from titan_graphql.models.scans import Scan, ScanMatrix, ScanResult
from titan_graphql.quant.multiplicity import Method
from titan_graphql.quant.screen_tiles import Reason
from titan_graphql.queue import JobName
from titan_graphql.services import campaigns, job_runs, job_shards, market_panels, scan_shards, scans
from titan_graphql.services.job_runs import Report
from titan_graphql.services.job_shards import Step
from titan_graphql.services.market_bars import VALUE_TYPE, Floats
from titan_graphql.services.market_panels import Panel
from titan_graphql.services.scan_shards import TILE, Part, Ready
from titan_graphql.services.scan_specs import ScanSpec, from_json
from titan_graphql.services.scans import NO_VALUE, ScanSummary

HISTOGRAM_BINS = 50
ASSISTANTS_MAX = 32
SHARD_SECONDS = 1.0
METHODS: dict[str, Method] = {"BH": "bh", "BY": "by", "HOLM": "holm"}
NOTES = {Reason.COLLINEAR: "COLLINEAR"}


@dataclass(frozen=True, slots=True)
class Screened:
    """What a run leaves behind."""

    spec: ScanSpec
    ready: Ready
    part: Part
    summary: ScanSummary
    q_values: Floats
    result_hash: str


async def run(job_id: UUID) -> None:
    """Run the scan of a job, or lend a hand to the worker that does."""
    await job_runs.run(job_id, _compute, _save)
    await job_shards.assist(job_id, Shards(job_id))


class Shards:
    """Computes shards of one scan; its prices are read once."""

    def __init__(self, job_id: UUID) -> None:
        self._job_id = job_id
        self._ready: tuple[ScanSpec, Ready] | None = None

    async def read(self) -> tuple[ScanSpec, Ready]:
        """The specification and the universe, as the first attempt found it."""
        if self._ready is None:
            scan = await Scan.get(job_id=self._job_id)
            spec = from_json(scan.spec)
            panel = await _recorded_panel(scan, spec)
            self._ready = spec, await asyncio.to_thread(scan_shards.make_ready, spec, panel)
        return self._ready

    async def __call__(self, payload: Mapping[str, Any], step: Step) -> bytes:
        """The result of one shard."""
        spec, ready = await self.read()
        bounds = payload["first"], payload["stop"]
        return await asyncio.to_thread(
            lambda: scan_shards.screen_range(spec, ready, *bounds, step, payload["size"]).to_bytes()
        )


async def _compute(job: Job, report: Report) -> Screened:
    report(0, 1, "Reading prices")
    shards = Shards(job.id)
    spec, ready = await shards.read()
    ranges = scan_shards.divide(ready, SHARD_SECONDS, TILE)
    if len(ranges) == 1:
        return await asyncio.to_thread(_screen, spec, ready, report)
    payloads = [{"first": first, "stop": stop, "size": TILE} for first, stop in ranges]
    await job_shards.plan(job, payloads)
    await job_shards.call_assistants(job, JobName.SCAN, min(len(ranges), ASSISTANTS_MAX))
    blobs = await job_shards.run_all(job, report, shards)
    return await asyncio.to_thread(_merged, spec, ready, blobs)


def screen(spec: ScanSpec, panel: Panel) -> Screened:
    """Test every directed pair of a panel at once.

    Raises:
        InvalidInputError: no bars, fewer than two usable members, or no two with enough bars in common.
    """
    return _screen(spec, scan_shards.make_ready(spec, panel), None)


def _screen(spec: ScanSpec, ready: Ready, report: Report | None) -> Screened:
    total = ready.prepared.count * (ready.prepared.count - 1)

    def step(fraction: float) -> None:
        if report is not None:
            report(fraction * total, total, f"{fraction * total:,.0f} of {total:,} pairs")

    ((first, stop),) = scan_shards.divide(ready, math.inf, TILE)
    return _finished(spec, ready, scan_shards.screen_range(spec, ready, first, stop, step, TILE))


def _merged(spec: ScanSpec, ready: Ready, blobs: list[bytes]) -> Screened:
    return _finished(spec, ready, scan_shards.merge(spec, ready, [Part.from_bytes(blob) for blob in blobs]))


def _finished(spec: ScanSpec, ready: Ready, part: Part) -> Screened:
    found = part.reducer.summary(spec.level, METHODS[spec.correction])
    if not found.tests:
        message = "No two instruments have enough bars in common in the formation period"
        raise InvalidInputError("NO_OVERLAP", message, ["universe"])
    bins = part.reducer.histogram.reshape(HISTOGRAM_BINS, -1).sum(axis=1)
    summary = ScanSummary(
        pairs_tested=found.tests,
        untestable=found.untestable,
        below_level=found.below,
        expected_false=found.expected_false,
        discoveries=found.discoveries,
        histogram=[int(count) for count in bins],
    )
    q_values = part.q_values(ready.usable, METHODS[spec.correction])
    return Screened(spec, ready, part, summary, q_values, part.reducer.digest())


async def _recorded_panel(scan: Scan, spec: ScanSpec) -> Panel:
    """The panel as the first attempt read it; that attempt writes down what it read."""
    members = await scans.members_of(scan)
    formation = spec.formation
    if not scan.bars:
        panel = await market_panels.read_panel(members, formation.start, formation.end)
        market_panels.require_bars(panel)
        first = Scan.filter(id=scan.id, bars=0)
        if await first.update(dataset_hashes=panel.dataset_hashes, bars=len(panel.time)):
            return panel
        await scan.refresh_from_db()
    return await market_panels.read_panel(members, formation.start, formation.end, scan.dataset_hashes)


async def _save(job: Job, screened: Screened) -> None:
    scan, ready, part = await Scan.get(id=job.subject_id), screened.ready, screened.part
    await Scan.filter(id=scan.id).update(
        summary=asdict(screened.summary),
        unusable=[asdict(one) for one in ready.unusable],
        result_hash=screened.result_hash,
    )
    owner_id: UUID = scan.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    asked = screened.spec
    named = asked.named.subject if asked.named else None
    campaign = await campaigns.of_universe(owner_id, asked.market, asked.symbols, asked.formation, named)
    await campaigns.count(campaign.id, "SCAN", scan.id, screened.summary.pairs_tested)
    if part.p_values is not None:
        await ScanMatrix.create(scan=scan, p_values=part.p_values.astype(VALUE_TYPE).tobytes())
    await ScanResult.bulk_create(_results(scan, screened), batch_size=500)


def _results(scan: Scan, screened: Screened) -> list[ScanResult]:
    ready, best = screened.ready, screened.part.reducer.best
    members = [ready.panel.instruments[column] for column in ready.usable]
    return [
        ScanResult(
            scan=scan,
            rank=rank,
            y=members[row["y"]],
            x=members[row["x"]],
            bars=int(row["bars"]),
            statistic=_finite(row["statistic"]),
            p_value=float(row["p_value"]),
            q_value=_finite(q_value),
            lags=int(row["lag"]),
            beta=float(row["beta"]),
            alpha=float(row["alpha"]),
            r_squared=float(row["r_squared"]),
            half_life=_finite(row["half_life"]),
            half_life_order=_finite(row["half_life"]) or NO_VALUE,
            correlation=_finite(row["correlation"]),
            distance=NO_VALUE if np.isnan(row["distance"]) else float(row["distance"]),
            note=NOTES.get(Reason(row["reason"])),
        )
        for rank, (row, q_value) in enumerate(zip(best, screened.q_values, strict=True), start=1)
    ]


def _finite(value: np.floating) -> float | None:
    return float(value) if np.isfinite(value) else None
