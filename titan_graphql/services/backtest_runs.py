"""Running a backtest: prices in, figures, columns and trades out, in one transaction with the job's success."""

import asyncio
from dataclasses import asdict, dataclass
from hashlib import blake2b
from uuid import UUID

import numpy as np
import orjson

from titan_graphql.errors import NotFoundError
from titan_graphql.models.backtests import Backtest, BacktestSeries, Direction, ExitReason, Trade
from titan_graphql.models.jobs import Job
from titan_graphql.quant import backtest as kernel
from titan_graphql.quant.hedge import Hedge, ols_hedge
from titan_graphql.quant.metrics import Metrics, measure
from titan_graphql.services import backtests, job_runs
from titan_graphql.services.backtests import BacktestSpec
from titan_graphql.services.job_runs import Report
from titan_graphql.services.market_bars import TIME_TYPE, VALUE_TYPE, Floats, to_datetime
from titan_graphql.services.pair_analysis import scaled_formation, spread_columns
from titan_graphql.services.pairs import PairPrices

STEPS = ("Reading prices", "Estimating the hedge ratio", "Trading", "Measuring")


@dataclass(frozen=True, slots=True)
class Result:
    """What a run leaves behind."""

    traded: PairPrices
    hedge: Hedge
    z_score: Floats
    ledger: kernel.Ledger
    metrics: Metrics

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
    read = await backtests.read_prices(backtest.pair, spec)
    backtests.check(spec, read)
    return await asyncio.to_thread(simulate, spec, read, report)


def simulate(spec: BacktestSpec, read: PairPrices, report: Report) -> Result:
    """Estimate on the formation period, trade the trading period, measure.

    Raises:
        QuantError: the formation period has no hedge ratio, or the arithmetic overflows.
        JobStoppedError: the run was stopped.
    """
    report(1, len(STEPS), STEPS[1])
    fit = ols_hedge(*scaled_formation(read.between(spec.formation), spec.prices))
    z_score = spread_columns(read, spec.formation, spec.prices, "OLS", spec.rolling_window).z_score
    traded = read.between(spec.trading)
    z_traded = z_score[read.index_of(spec.trading.start) : read.index_of(spec.trading.end)]

    def trading(done: int, total: int) -> None:
        report(2 + done / total, len(STEPS), f"{STEPS[2]}: {done} of {total} bars")

    trading(0, len(traded))
    rules = spec.rules()
    ledger = kernel.run_backtest(traded.y, traded.x, z_traded, fit.beta, rules, on_progress=trading)
    report(3, len(STEPS), STEPS[3])
    figures = measure(ledger, traded.y, traded.x, rules.capital)
    report(len(STEPS), len(STEPS), "Saving")
    return Result(traded, fit, z_traded, ledger, figures)


async def _save(job: Job, result: Result) -> None:
    hashes = [dataset.content_hash for dataset in result.traded.datasets]
    await Backtest.filter(id=job.subject_id).update(
        hedge=_plain(result.hedge),
        metrics=_plain(result.metrics),
        dataset_hashes=hashes,
        result_hash=result.content_hash(),
    )
    ledger = result.ledger
    await BacktestSeries.create(
        backtest_id=job.subject_id,
        time=result.traded.time.astype(TIME_TYPE).tobytes(),
        equity=ledger.equity.astype(VALUE_TYPE).tobytes(),
        drawdown=ledger.drawdown.astype(VALUE_TYPE).tobytes(),
        position=ledger.position.astype(VALUE_TYPE).tobytes(),
        z_score=result.z_score.astype(VALUE_TYPE).tobytes(),
    )
    await Trade.bulk_create(
        [_trade(job.subject_id, number, row, result.traded.time) for number, row in enumerate(ledger.trades, start=1)]
    )


def _plain(figures: Hedge | Metrics) -> dict[str, object]:
    """Figures as plain JSON values; numpy scalars become numbers."""
    plain: dict[str, object] = orjson.loads(orjson.dumps(asdict(figures), option=orjson.OPT_SERIALIZE_NUMPY))
    return plain


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
        exit_reason=ExitReason(kernel.ExitReason(row["exit_reason"]).name),
        **prices,
        **exits,
    )
