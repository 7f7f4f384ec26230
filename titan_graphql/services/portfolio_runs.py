"""Running a portfolio: pairs in, one book with its columns and contributions out."""

import asyncio
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

import numpy as np

from titan_graphql.errors import NotFoundError
from titan_graphql.models.jobs import Job
from titan_graphql.models.pairs import Pair
from titan_graphql.models.portfolios import Portfolio, PortfolioSeries
from titan_graphql.quant.metrics import Metrics, measure
from titan_graphql.quant.portfolio import Book, run_portfolio
from titan_graphql.services import (
    backtest_leaks,
    backtest_manifests,
    backtest_runs,
    campaigns,
    job_runs,
    portfolio_books,
    portfolio_leaks,
    portfolio_specs,
    scan_finds,
)
from titan_graphql.services.job_runs import Report
from titan_graphql.services.market_bars import TIME_TYPE, VALUE_TYPE, Floats
from titan_graphql.services.portfolio_books import Holdings


@dataclass(frozen=True, slots=True)
class Result:
    """What a run leaves behind."""

    holdings: Holdings
    book: Book
    weights: Floats
    metrics: Metrics
    leaks: dict[str, object]

    def content_hash(self) -> str:
        """The identity of the result: equal inputs give equal hashes."""
        digest = blake2b(self.holdings.time.tobytes(), digest_size=32)
        digest.update(self.book.ledger.equity.tobytes() + self.book.quantities.tobytes())
        return digest.hexdigest()


async def run(job_id: UUID) -> None:
    """Run the portfolio of a job."""
    await job_runs.run(job_id, _compute, _save)


async def _compute(job: Job, report: Report) -> Result:
    row = await Portfolio.get_or_none(id=job.subject_id)
    if row is None:
        raise NotFoundError("PORTFOLIO_NOT_FOUND", "The portfolio was removed before it could run")
    report(0, 1, "Reading prices")
    ids = [UUID(text) for text in row.pair_ids]
    found = {pair.id: pair for pair in await Pair.filter(id__in=ids, owner_id=row.owner_id)}  # type: ignore[attr-defined]  # made by Tortoise
    if len(found) < len(ids):
        raise NotFoundError("PAIR_NOT_FOUND", "A pair of the portfolio was removed before it could run")
    holdings = await portfolio_books.read(portfolio_specs.from_json(row.spec), [found[one] for one in ids])
    result = await asyncio.to_thread(simulate, holdings, report)
    owner_id: UUID = row.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    result.leaks["selection"] = await portfolio_leaks.selection(owner_id, holdings)
    return result


def simulate(holdings: Holdings, report: Report) -> Result:
    """Estimate every pair on its formation period, trade all of them as one book, measure it, and check it for leaks.

    Raises:
        QuantError: a formation period has no hedge ratio, or the arithmetic overflows.
        JobStoppedError: the run was stopped.
    """
    report(0, 1, "Estimating hedge ratios")
    names, members, rules = portfolio_books.names(holdings), portfolio_books.members(holdings), holdings.spec.single()

    def trading(done: int, total: int) -> None:
        report(done, total, f"Trading: {done} of {total} bars")

    book = run_portfolio(
        names, members, rules.rules(holdings.periods), name_limit=holdings.spec.name_limit, on_progress=trading
    )
    ones = np.ones(len(book.gross))
    figures = measure(book.ledger, ones, ones, rules.capital, holdings.periods)
    return Result(holdings, book, members.weight, figures, portfolio_leaks.check(holdings, names, report))


async def _save(job: Job, result: Result) -> None:
    row = await Portfolio.get(id=job.subject_id)
    record = campaigns.track_record(result.book.ledger.equity, result.holdings.periods)
    result_hash = result.content_hash()
    await Portfolio.filter(id=row.id).update(
        metrics=backtest_runs.plain(result.metrics),
        contributions=_contributions(result),
        netting=result.book.netting,
        track_record=record and asdict(record),
        leak_check=result.leaks,
        manifest=_manifest(row, result, result_hash),
        dataset_hashes=result.holdings.hashes,
        result_hash=result_hash,
    )
    await PortfolioSeries.create(portfolio_id=row.id, **_columns(result))
    campaign_id: UUID = row.campaign_id  # type: ignore[attr-defined]  # made by Tortoise
    owner_id: UUID = row.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    await campaigns.count(campaign_id, "PORTFOLIO", row.id, 1, [record.ratio] if record else [])
    for pair in result.holdings.pairs:
        await scan_finds.count_tests(campaign_id, await scan_finds.of_pair(owner_id, pair))


def _manifest(row: Portfolio, result: Result, result_hash: str) -> dict[str, object]:
    holdings = result.holdings
    read = zip(holdings.instruments, holdings.stored, holdings.legs(), strict=True)
    used = [backtest_manifests.used_dataset(one.symbol, kept.dataset, leg, holdings.time) for one, kept, leg in read]
    return backtest_manifests.seal(used, {"pairs": row.pair_ids, **row.spec}, backtest_leaks.SEED, result_hash)


def _contributions(result: Result) -> list[dict[str, object]]:
    found = []
    for pair, weight, part in zip(result.holdings.pairs, result.weights, result.book.contributions, strict=True):
        y, x = (result.holdings.instruments[row].symbol for row in result.holdings.rows(pair))
        legs = {"pair_id": str(pair.id), "y": y, "x": x, "weight": float(weight)}
        found.append({**legs, **asdict(part), "total": part.total})
    return found


def _columns(result: Result) -> dict[str, Any]:
    ledger, book = result.book.ledger, result.book
    worth = np.where(ledger.equity > 0.0, ledger.equity, np.nan)
    columns: dict[str, Any] = {
        "equity": ledger.equity,
        "drawdown": ledger.drawdown,
        "gross": book.gross / worth,
        "net": book.net / worth,
        "largest": book.largest / worth,
        "held": ledger.position,
    }
    blobs = {name: column.astype(VALUE_TYPE).tobytes() for name, column in columns.items()}
    return {"time": result.holdings.time.astype(TIME_TYPE).tobytes(), **blobs}
