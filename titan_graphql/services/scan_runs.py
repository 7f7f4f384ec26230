"""Running a scan: prices in, every directed pair tested tile by tile, the best kept and all of them counted."""

import asyncio
from dataclasses import asdict, dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt

from titan_graphql.models.jobs import Job
from titan_graphql.models.scans import Scan, ScanMatrix, ScanResult
from titan_graphql.quant.multiplicity import Method, adjust
from titan_graphql.quant.screen import run as run_tiles
from titan_graphql.quant.screen_prepare import Criterion, Prepared, Scale, prepare
from titan_graphql.quant.screen_reduce import Reducer
from titan_graphql.quant.screen_tiles import Reason
from titan_graphql.services import job_runs, market_panels, scans
from titan_graphql.services.job_runs import Report
from titan_graphql.services.market_bars import VALUE_TYPE
from titan_graphql.services.market_panels import Panel
from titan_graphql.services.scan_specs import ScanSpec, Unusable, from_json, usable_columns
from titan_graphql.services.scans import ScanSummary

MATRIX_INSTRUMENTS_MAX = 400
HISTOGRAM_BINS = 50
NO_HALF_LIFE = 1e300
TILE = 64
METHODS: dict[str, Method] = {"BH": "bh", "BY": "by", "HOLM": "holm"}
CRITERIA: dict[str, Criterion] = {"AIC": "aic", "BIC": "bic", "FIXED": "fixed"}
SCALES: dict[str, Scale] = {"LOG": "log", "RAW": "raw"}
NOTES = {Reason.COLLINEAR: "COLLINEAR"}


@dataclass(frozen=True, slots=True)
class Screened:
    """What a run leaves behind; `usable` maps the screen's columns to the universe's."""

    panel: Panel
    usable: npt.NDArray[np.int64]
    unusable: list[Unusable]
    reducer: Reducer
    summary: ScanSummary
    p_values: npt.NDArray[np.float64] | None


async def run(job_id: UUID) -> None:
    """Run the scan of a job."""
    await job_runs.run(job_id, _compute, _save)


async def _compute(job: Job, report: Report) -> Screened:
    scan = await Scan.get(id=job.subject_id)
    spec = from_json(scan.spec)
    report(0, 1, "Reading prices")
    panel = await scans.read_panel(scan, spec)
    return await asyncio.to_thread(screen, spec, panel, report)


def screen(spec: ScanSpec, panel: Panel, report: Report | None = None) -> Screened:
    """Test every directed pair of a panel.

    Raises:
        InvalidInputError: no bars, or fewer than two usable members.
        JobStoppedError: the run was stopped.
    """
    market_panels.require_bars(panel)
    columns, usable, unusable = usable_columns(spec, panel)
    prepared = prepare(
        columns,
        trend="c" if spec.trend == "C" else "ct",
        criterion=CRITERIA[spec.criterion],
        max_lag=spec.max_lag,
        scale=SCALES[spec.prices],
    )
    reducer, p_values = _reduce(spec, prepared, len(panel.instruments), usable, report)
    return Screened(panel, usable, unusable, reducer, _summarise(spec, reducer), p_values)


def _reduce(
    spec: ScanSpec, prepared: Prepared, count: int, usable: npt.NDArray[np.int64], report: Report | None
) -> tuple[Reducer, npt.NDArray[np.float64] | None]:
    reducer = Reducer(top=spec.keep, cut=spec.level)
    p_values = np.full((count, count), np.nan) if count <= MATRIX_INSTRUMENTS_MAX else None
    total, done = prepared.count * (prepared.count - 1), 0
    for result in run_tiles(prepared, size=TILE):
        reducer.add(result)
        if p_values is not None:
            records = result.records
            p_values[usable[records["y"]], usable[records["x"]]] = records["p_value"]
        done += len(result.records)
        if report is not None:
            report(done, total, f"{done:,} of {total:,} pairs")
    return reducer, p_values


def _summarise(spec: ScanSpec, reducer: Reducer) -> ScanSummary:
    found = reducer.summary(spec.level, METHODS[spec.correction])
    bins = reducer.histogram.reshape(HISTOGRAM_BINS, -1).sum(axis=1)
    return ScanSummary(
        pairs_tested=found.tests,
        untestable=found.untestable,
        below_level=found.below,
        expected_false=found.expected_false,
        discoveries=found.discoveries,
        histogram=[int(count) for count in bins],
    )


async def _save(job: Job, screened: Screened) -> None:
    scan = await Scan.get(id=job.subject_id)
    spec = from_json(scan.spec)
    await Scan.filter(id=scan.id).update(
        summary=asdict(screened.summary),
        unusable=[asdict(one) for one in screened.unusable],
        bars=len(screened.panel.time),
        dataset_hashes=screened.panel.dataset_hashes,
        result_hash=screened.reducer.digest(),
    )
    if screened.p_values is not None:
        await ScanMatrix.create(scan=scan, p_values=screened.p_values.astype(VALUE_TYPE).tobytes())
    await ScanResult.bulk_create(_results(scan, spec, screened), batch_size=500)


def _results(scan: Scan, spec: ScanSpec, screened: Screened) -> list[ScanResult]:
    best = screened.reducer.best
    q_values = q_values_of(screened, METHODS[spec.correction])
    members = [screened.panel.instruments[column] for column in screened.usable]
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
            half_life_order=float(row["half_life"]) if np.isfinite(row["half_life"]) else NO_HALF_LIFE,
            correlation=_finite(row["correlation"]),
            distance=float(row["distance"]),
            note=NOTES.get(Reason(row["reason"])),
        )
        for rank, (row, q_value) in enumerate(zip(best, q_values, strict=True), start=1)
    ]


def q_values_of(screened: Screened, method: Method) -> npt.NDArray[np.float64]:
    """q-values of the kept pairs over the whole family.

    Exact for a universe whose p-values were all kept; otherwise exact up to the reducer's cut and NaN above it.
    """
    best = screened.reducer.best
    if screened.p_values is not None:
        table: npt.NDArray[np.float64] = adjust(screened.p_values, method)
        of_best: npt.NDArray[np.float64] = table[screened.usable[best["y"]], screened.usable[best["x"]]]
        return of_best
    adjusted, tail = screened.reducer.adjusted(method), screened.reducer.tail
    known = adjusted <= screened.reducer.cut
    exact = {(int(row["y"]), int(row["x"])): value for row, value in zip(tail[known], adjusted[known], strict=True)}
    return np.array([exact.get((int(row["y"]), int(row["x"])), np.nan) for row in best])


def _finite(value: np.floating) -> float | None:
    return float(value) if np.isfinite(value) else None
