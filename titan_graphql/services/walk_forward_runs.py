"""Running a walk-forward: a panel in, stitched equity, steps and figures out."""

import asyncio
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

import numpy as np

from titan_graphql.errors import NotFoundError
from titan_graphql.models.jobs import Job
from titan_graphql.models.markets import Instrument
from titan_graphql.models.walk_forwards import WalkForward
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.metrics import RUINED
from titan_graphql.quant.sharpe import sharpe_ratio
from titan_graphql.quant.sweep_grid import thresholds
from titan_graphql.quant.walk_forward import Choice, Step, Walk, walk_forward
from titan_graphql.services import campaigns, job_runs, scan_finds
from titan_graphql.services.campaigns import TrackRecord
from titan_graphql.services.job_runs import Report
from titan_graphql.services.market_bars import MS_PER_DAY, TIME_TYPE, VALUE_TYPE, Floats, to_datetime
from titan_graphql.services.market_panels import Panel
from titan_graphql.services.walk_forward_specs import WalkForwardSpec, from_json, read_panel


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk leaves behind."""

    panel: Panel
    walk: Walk
    summary: dict[str, Any]
    steps: list[dict[str, object]]
    record: TrackRecord | None

    def content_hash(self) -> str:
        """The identity of the result."""
        return blake2b(self.walk.equity.tobytes(), digest_size=32).hexdigest()


async def run(job_id: UUID) -> None:
    """Run the walk-forward of a job."""
    await job_runs.run(job_id, _compute, _save)


async def _compute(job: Job, report: Report) -> Walked:
    row = await WalkForward.get_or_none(id=job.subject_id)
    if row is None:
        raise NotFoundError("WALK_FORWARD_NOT_FOUND", "The walk-forward was removed before it could run")
    spec = from_json(row.spec)
    report(0, 1, "Reading prices")
    ids = [UUID(text) for text in row.instrument_ids]
    found = {member.id: member for member in await Instrument.filter(id__in=ids)}
    members = [found[one] for one in ids if one in found]
    panel = await read_panel(spec, members)
    return await asyncio.to_thread(walk, spec, panel, report)


def walk(spec: WalkForwardSpec, panel: Panel, report: Report) -> Walked:
    """Walk a panel forward and sum up.

    Raises:
        JobStoppedError: the run was stopped.
    """
    sets = spec.sets()
    found = walk_forward(
        panel.closes,
        spec.plan(),
        sets,
        spec.rules(panel.periods),
        events=panel.events,
        opens=panel.opens,
        signal=spec.signal,
        on_progress=lambda done, total: report(done, total, f"{done} of {total} steps"),
    )
    record = campaigns.track_record(found.equity, panel.periods)
    summary = {**_summary(found, panel.periods), "track_record": record and asdict(record)}
    return Walked(panel, found, summary, [_step(panel, sets, step) for step in found.steps], record)


def _summary(found: Walk, periods: float) -> dict[str, object]:
    equity = found.equity
    ruined = bool((equity <= 0.0).any())
    inside = [choice.in_sample for step in found.steps for choice in step.choices]
    figures = {
        "total_return": Estimate.of(float(equity[-1] / equity[0]) - 1.0),
        "sharpe": Estimate.missing(RUINED) if ruined else sharpe_ratio(equity[1:] / equity[:-1] - 1.0, periods),
        "max_drawdown": _drawdown(equity),
        "in_sample_sharpe": Estimate.of(float(np.mean(inside))) if inside else Estimate.missing("no pair was chosen"),
    }
    counts = {"steps": len(found.steps), "tried": found.tried, "trades": sum(step.trades for step in found.steps)}
    return {**counts, **{name: asdict(value) for name, value in figures.items()}}


def _drawdown(equity: Floats) -> Estimate:
    return Estimate.of(float((equity / np.maximum.accumulate(equity) - 1.0).min()))


def _step(panel: Panel, sets: np.ndarray, step: Step) -> dict[str, object]:
    def moment(bar: int) -> int:
        return int(panel.time[bar]) if bar < len(panel.time) else int(panel.time[-1]) + MS_PER_DAY

    segment = step.segment
    return {
        "formation": [moment(segment.formed), moment(segment.known)],
        "trading": [moment(segment.first), moment(segment.stop)],
        "choices": [_choice(panel, sets, one) for one in step.choices],
        "profit": step.profit,
        "trades": step.trades,
        "tests": step.tests,
    }


def _choice(panel: Panel, sets: np.ndarray, one: Choice) -> dict[str, object]:
    return {
        "y": panel.instruments[one.y].symbol,
        "x": panel.instruments[one.x].symbol,
        "p_value": None if np.isnan(one.p_value) else one.p_value,
        **thresholds(sets[one.chosen]),
        "in_sample_sharpe": one.in_sample,
        "out_of_sample_return": one.out_of_sample,
        "delisted": one.delisted,
    }


async def _save(job: Job, walked: Walked) -> None:
    row = await WalkForward.get(id=job.subject_id)
    await WalkForward.filter(id=row.id).update(
        summary=walked.summary,
        steps=walked.steps,
        time=walked.panel.time[walked.walk.start :].astype(TIME_TYPE).tobytes(),
        equity=walked.walk.equity.astype(VALUE_TYPE).tobytes(),
        dataset_hashes=walked.panel.dataset_hashes,
        result_hash=walked.content_hash(),
    )
    campaign_id: UUID = row.campaign_id  # type: ignore[attr-defined]  # made by Tortoise
    ratios = [walked.record.ratio] if walked.record else []
    await campaigns.count(campaign_id, "WALK_FORWARD", row.id, 1, ratios)
    owner_id: UUID = row.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    members, first = [one.id for one in walked.panel.instruments], int(walked.panel.time[walked.walk.start])
    await scan_finds.count_tests(campaign_id, await scan_finds.of_universe(owner_id, members, to_datetime(first)))
