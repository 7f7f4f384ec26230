"""Running a backtest: prices in, figures, columns and trades out, in one transaction with the job's success."""

import asyncio
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from titan_graphql.errors import NotFoundError
from titan_graphql.models.backtests import Backtest, BacktestSeries, Direction, ExitReason, Trade
from titan_graphql.models.jobs import Job
from titan_graphql.quant import backtest as kernel
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.hedge import Hedge
from titan_graphql.quant.metrics import Metrics, measure
from titan_graphql.services import (
    backtest_leaks,
    backtest_manifests,
    backtest_signals,
    backtest_specs,
    backtests,
    campaigns,
    job_runs,
    scan_finds,
)
from titan_graphql.services.backtest_prices import PairHistory
from titan_graphql.services.backtest_specs import BacktestSpec
from titan_graphql.services.campaigns import TrackRecord
from titan_graphql.services.job_runs import Report
from titan_graphql.services.market_bars import TIME_TYPE, VALUE_TYPE, Floats, to_datetime

STEPS = ("Reading prices", "Estimating the hedge ratio", "Trading", "Measuring", "Checking for leaks")


@dataclass(frozen=True, slots=True)
class Result:
    """What a run leaves behind."""

    traded: PairHistory
    hedge: Hedge
    z_score: Floats
    hedge_ratio: Floats
    ledger: kernel.Ledger
    metrics: Metrics
    leaks: dict[str, object]

    def content_hash(self) -> str:
        """The identity of the result: equal inputs give equal hashes."""
        digest = blake2b(self.traded.time.tobytes(), digest_size=32)
        digest.update(self.ledger.equity.tobytes() + self.ledger.position.tobytes())
        for name in self.ledger.trades.dtype.names or ():
            digest.update(self.ledger.trades[name].tobytes())  # by column: the padding between columns is arbitrary
        return digest.hexdigest()


async def run(job_id: UUID) -> None:
    """Run the backtest of a job."""
    await job_runs.run(job_id, _compute, _save)


async def _compute(job: Job, report: Report) -> Result:
    backtest = await Backtest.get_or_none(id=job.subject_id).select_related("pair")
    if backtest is None:
        raise NotFoundError("BACKTEST_NOT_FOUND", "The backtest was removed, with its pair, before it could run")
    spec = backtests.from_json(backtest.spec)
    report(0, len(STEPS), STEPS[0])
    read = await backtest_specs.read_prices(backtest.pair, spec)
    backtest_specs.check(spec, read)
    result = await asyncio.to_thread(simulate, spec, read, report)
    owner_id: UUID = backtest.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    result.leaks["selection"] = await backtest_leaks.selection(owner_id, backtest.pair, spec)
    return result


def simulate(spec: BacktestSpec, read: PairHistory, report: Report) -> Result:
    """Estimate on the formation period, trade the trading period, measure, and check that nothing knew the future.

    Raises:
        QuantError: the formation period has no hedge ratio, or the arithmetic overflows.
        JobStoppedError: the run was stopped.
    """
    report(1, len(STEPS), STEPS[1])
    fit = backtest_signals.formed_hedge(spec, read)
    found = backtest_signals.signals(spec, read)
    traded, rules = read.between(spec.trading), spec.rules(read.periods)

    def trading(done: int, total: int) -> None:
        report(2 + done / total, len(STEPS), f"{STEPS[2]}: {done} of {total} bars")

    trading(0, len(traded))
    closes, facts = (traded.y.close, traded.x.close), traded.conditions()
    ledger = kernel.run_backtest(
        *closes, found.z_score, found.hedge_ratio, rules, conditions=facts, on_progress=trading
    )
    report(3, len(STEPS), STEPS[3])
    figures = measure(ledger, *closes, rules.capital, read.periods)
    report(4, len(STEPS), STEPS[4])
    leaks = backtest_leaks.check(spec, read)
    report(len(STEPS), len(STEPS), "Saving")
    return Result(traded, fit, found.z_score, found.hedge_ratio, ledger, figures, leaks)


async def _save(job: Job, result: Result) -> None:
    backtest = await Backtest.get(id=job.subject_id).select_related("pair")
    record = campaigns.track_record(result.ledger.equity, result.traded.periods)
    result_hash = result.content_hash()
    parameters = {"pair": str(backtest.pair_id), **backtest.spec}  # type: ignore[attr-defined]  # made by Tortoise
    await Backtest.filter(id=backtest.id).update(
        hedge=plain(result.hedge),
        metrics=plain(result.metrics),
        sharpe=_known(result.metrics.sharpe),
        total_return=_known(result.metrics.total_return),
        attribution=asdict(result.ledger.attribution),
        leak_check=result.leaks,
        track_record=record and asdict(record),
        manifest=backtest_manifests.describe(result.traded, parameters, backtest_leaks.SEED, result_hash),
        dataset_hashes=[dataset.content_hash for dataset in result.traded.datasets],
        result_hash=result_hash,
    )
    await _count(backtest, record)
    await BacktestSeries.create(backtest_id=backtest.id, **_columns(result))
    await Trade.bulk_create(
        [_trade(backtest.id, number, row, result.traded.time) for number, row in enumerate(result.ledger.trades, 1)]
    )


async def _count(backtest: Backtest, record: TrackRecord | None) -> None:
    """One trial more, and the tests of every scan that found the pair."""
    campaign_id: UUID | None = backtest.campaign_id  # type: ignore[attr-defined]  # made by Tortoise
    if campaign_id is None:
        return
    await campaigns.count(campaign_id, "BACKTEST", backtest.id, 1, [record.ratio] if record else [])
    owner_id: UUID = backtest.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    await scan_finds.count_tests(campaign_id, await scan_finds.of_pair(owner_id, backtest.pair))


def _columns(result: Result) -> dict[str, Any]:
    ledger = result.ledger
    columns: dict[str, Any] = {
        "equity": ledger.equity,
        "drawdown": ledger.drawdown,
        "position": ledger.position,
        "z_score": result.z_score,
        "hedge_ratio": result.hedge_ratio,
    }
    blobs = {name: column.astype(VALUE_TYPE).tobytes() for name, column in columns.items()}
    return {"time": result.traded.time.astype(TIME_TYPE).tobytes(), **blobs}


def _known(figure: Estimate) -> float | None:
    """The value of a figure as a column takes it."""
    return None if figure.value is None else float(figure.value)


def plain(figures: Any) -> dict[str, Any]:
    """Figures as plain JSON values; numpy scalars become numbers."""
    values: dict[str, Any] = orjson.loads(orjson.dumps(asdict(figures), option=orjson.OPT_SERIALIZE_NUMPY))
    return values


def _trade(backtest_id: UUID, number: int, row: np.void, time: np.ndarray) -> Trade:
    closed = row["exit_fill"] >= 0
    prices = {name: float(row[name]) for name in ("quantity_y", "quantity_x", "entry_y", "entry_x", "costs", "pnl")}
    exits = {name: float(row[name]) if closed else None for name in ("exit_y", "exit_x")}
    return Trade(
        backtest_id=backtest_id,
        number=number,
        direction=Direction.LONG if row["direction"] > 0 else Direction.SHORT,
        signal_at=to_datetime(int(time[row["entry_signal"]])),
        entered_at=to_datetime(int(time[row["entry_fill"]])),
        exited_at=to_datetime(int(time[row["exit_fill"]])) if closed else None,
        bars_held=int(row["bars_held"]),
        rehedges=int(row["rehedges"]),
        exit_reason=ExitReason(kernel.ExitReason(row["exit_reason"]).name),
        **prices,
        **exits,
    )
