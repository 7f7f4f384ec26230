"""Running a sweep: shards of parameter sets in, figures of all and the evidence for the best out."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

import numpy as np

from titan_graphql.errors import NotFoundError
from titan_graphql.models.jobs import Job
from titan_graphql.models.sweeps import Sweep, SweepFigures
from titan_graphql.quant.overfitting import probability_of_overfitting
from titan_graphql.quant.sweep import block_edges
from titan_graphql.quant.sweep import sweep as run_sweep
from titan_graphql.queue import JobName
from titan_graphql.services import (
    backtest_specs,
    campaigns,
    job_runs,
    job_shards,
    scan_finds,
    sweep_evidence,
)
from titan_graphql.services.job_runs import JobStoppedError, Report
from titan_graphql.services.job_shards import Step
from titan_graphql.services.market_bars import VALUE_TYPE, Floats
from titan_graphql.services.sweep_signals import Ready, make_ready
from titan_graphql.services.sweep_specs import FIGURES, check_data, from_json

SETS_PER_SHARD = 10_000
ASSISTANTS_MAX = 8


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep leaves behind; `ratios` are per-period Sharpe ratios, NaN where there is none."""

    figures: Floats
    summary: dict[str, object]
    dataset_hashes: list[str]
    ratios: Floats

    def content_hash(self) -> str:
        """The identity of the result."""
        return blake2b(self.figures.tobytes(), digest_size=32).hexdigest()


async def run(job_id: UUID) -> None:
    """Run the sweep of a job, or lend a hand to the worker that does."""
    await job_runs.run(job_id, _compute, _save)
    await job_shards.assist(job_id, Shards(job_id))


class Shards:
    """Computes shards of one sweep; its prices and signals are read once."""

    def __init__(self, job_id: UUID) -> None:
        self._job_id = job_id
        self._ready: Ready | None = None

    async def read(self) -> Ready:
        """Prices and signals.

        Raises:
            NotFoundError: the sweep was removed with its pair.
        """
        if self._ready is None:
            row = await Sweep.get_or_none(job_id=self._job_id).select_related("pair")
            if row is None:
                raise NotFoundError("SWEEP_NOT_FOUND", "The sweep was removed, with its pair, before it could run")
            spec = from_json(row.spec)
            read = await backtest_specs.read_prices(row.pair, spec.single())
            check_data(spec, read)
            self._ready = await asyncio.to_thread(make_ready, spec, read)
        return self._ready

    async def __call__(self, payload: Mapping[str, Any], step: Step) -> bytes:
        """The figures of a range of sets, then the block sums of those that the overfitting test takes."""
        ready = await self.read()
        if payload.get("data", data_of(ready)) != data_of(ready):
            raise JobStoppedError  # bars were imported since the job was divided; others have read the same as it
        return await asyncio.to_thread(sweep_range, ready, payload["first"], payload["stop"], step)


def data_of(ready: Ready) -> str:
    """The identity of the prices and events that shards are computed from."""
    digest = blake2b(ready.read.time.tobytes(), digest_size=32)
    for leg in (ready.read.y, ready.read.x):
        columns = (leg.close, leg.traded, leg.events.splits, leg.events.dividends, leg.open)
        for column in columns:
            digest.update(b"" if column is None else column.tobytes())
        digest.update(str(leg.last_bar).encode())
    return digest.hexdigest()


def sweep_range(ready: Ready, first: int, stop: int, step: Step) -> bytes:
    """Run the sets from `first` to before `stop`; each is independent of its neighbours."""
    result = run_sweep(
        ready.traded.y.close,
        ready.traded.x.close,
        ready.z_scores,
        ready.hedge_ratios,
        ready.sets[first:stop],
        ready.spec.rules(ready.read.periods),
        conditions=ready.traded.conditions(),
        blocks=ready.blocks,
        on_progress=lambda done, total: step(done / total),
    )
    table = np.stack([result.figures[name.lower()].astype(VALUE_TYPE) for name in FIGURES], axis=1)
    chosen = np.arange(first, stop) % ready.stride == 0
    kept: bytes = result.block_sums[chosen].astype(VALUE_TYPE).tobytes()
    return table.tobytes() + kept


async def _compute(job: Job, report: Report) -> Swept:
    report(0, 1, "Reading prices")
    shards = Shards(job.id)
    ready = await shards.read()
    starts = range(0, len(ready.sets), SETS_PER_SHARD)
    stops, data = [min(start + SETS_PER_SHARD, len(ready.sets)) for start in starts], data_of(ready)
    payloads = [{"first": start, "stop": stop, "data": data} for start, stop in zip(starts, stops, strict=True)]
    await job_shards.plan(job, payloads)
    await job_shards.call_assistants(job, JobName.SWEEP, min(len(payloads) - 1, ASSISTANTS_MAX))
    blobs = await job_shards.run_all(job, report, shards)
    return await asyncio.to_thread(merge, ready, blobs, report)


def merge(ready: Ready, blobs: list[bytes], report: Report) -> Swept:
    """Put shards together and find out what the best of them is worth.

    Raises:
        JobStoppedError: the run was stopped.
    """
    tables, sums = [], []
    for number, blob in enumerate(blobs):
        count = min(SETS_PER_SHARD, len(ready.sets) - number * SETS_PER_SHARD)
        values = np.frombuffer(blob, VALUE_TYPE)
        tables.append(values[: count * len(FIGURES)].reshape(count, -1))
        sums.append(values[count * len(FIGURES) :].reshape(-1, ready.blocks, 2))
    figures = np.concatenate(tables)
    ratios = figures[:, FIGURES.index("SHARPE")] / np.sqrt(ready.read.periods)
    summary = {
        "sets": len(figures),
        "without_trades": int((figures[:, FIGURES.index("TRADES")] == 0).sum()),
        **_overfitting(ready, np.concatenate(sums)),
        **sweep_evidence.of_best(ready, figures, report),
    }
    hashes = [dataset.content_hash for dataset in ready.read.datasets]
    return Swept(figures, summary, hashes, ratios)


def _overfitting(ready: Ready, sums: Floats) -> dict[str, object]:
    if ready.blocks < 2 or len(sums) < 2:
        return {"overfitting": None, "loss": None, "overfitting_trials": len(sums)}
    found = probability_of_overfitting(sums, np.diff(block_edges(len(ready.traded), ready.blocks)))
    return {
        "overfitting": found.probability,
        "loss": found.probability_of_loss,
        "overfitting_trials": len(sums),
    }


async def _save(job: Job, swept: Swept) -> None:
    row = await Sweep.get(id=job.subject_id).select_related("pair")
    await Sweep.filter(id=row.id).update(
        summary=swept.summary, dataset_hashes=swept.dataset_hashes, result_hash=swept.content_hash()
    )
    await SweepFigures.create(sweep_id=row.id, figures=swept.figures.astype(VALUE_TYPE).tobytes())
    campaign_id: UUID = row.campaign_id  # type: ignore[attr-defined]  # made by Tortoise
    await campaigns.count(campaign_id, "SWEEP", row.id, len(swept.figures), swept.ratios)
    owner_id: UUID = row.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    await scan_finds.count_tests(campaign_id, await scan_finds.of_pair(owner_id, row.pair))
