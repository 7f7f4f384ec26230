"""The leak check of a backtest: nothing depends on what came later, neither its signals nor its choice of pair."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import numpy as np

from titan_graphql.models.backtests import Backtest
from titan_graphql.models.pairs import Pair
from titan_graphql.models.portfolios import Portfolio
from titan_graphql.quant.leak_check import LeakCheck, leak_check
from titan_graphql.services import backtest_signals, scan_finds, scan_specs
from titan_graphql.services.backtest_prices import PairHistory
from titan_graphql.services.backtest_specs import BacktestSpec
from titan_graphql.services.market_bars import Floats, Times, to_datetime

SEED = 0
CUTS = 6
BARS_MIN = 3
Verdict = Literal["CLEAN", "LEAK", "NOT_CHECKED"]
SelectionVerdict = Literal["NOT_SCANNED", "BEFORE_TRADING", "KNOWS_TRADING"]


@dataclass(frozen=True, slots=True)
class FoundLeak:
    """The earliest difference: at `bar`, `column` changed when bars from `cut` on were cut off or replaced."""

    bar: datetime
    column: str
    cut: datetime
    method: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Whether a scan that found the pair, or one of the pairs, looked at data of the trading period."""

    verdict: SelectionVerdict
    scan_id: UUID | None


@dataclass(frozen=True, slots=True)
class CheckedLeaks:
    """The verdict on a run: the cuts it was checked at, and the earliest leak."""

    verdict: Verdict
    cuts: list[datetime]
    leak: FoundLeak | None
    selection: Selection


def check(spec: BacktestSpec, read: PairHistory) -> dict[str, object]:
    """Run signals and ledger again on truncated and on poisoned futures; formation data stay as they are.

    A trading period too short to be cut anywhere is NOT_CHECKED.

    Raises:
        QuantError: the signals cannot be computed.
    """
    traded = read.between(spec.trading)
    if len(traded) < BARS_MIN:
        return to_json(None, traded.time)
    first = read.index_of(spec.trading.start)

    def pipeline(y: Floats, x: Floats) -> tuple[Floats, Floats]:
        replaced = [np.concatenate([old.close[:first], new]) for old, new in ((read.y, y), (read.x, x))]
        found = backtest_signals.signals(spec, read.part(0, first + len(y)).with_closes(*replaced))
        return found.z_score, found.hedge_ratio

    closes, facts = (traded.y.close, traded.x.close), traded.conditions()
    result = leak_check(pipeline, *closes, spec.rules(read.periods), conditions=facts, cuts=CUTS, seed=SEED)
    return to_json(result, traded.time)


def to_json(result: LeakCheck | None, time: Times) -> dict[str, object]:
    """A verdict as it is stored, with times for bars; without a result there was nothing to cut."""
    if result is None:
        return {"verdict": "NOT_CHECKED", "cuts": [], "leak": None}
    leak = None if result.leak is None else asdict(result.leak)
    if leak is not None:
        leak |= {"bar": int(time[leak["bar"]]), "cut": int(time[leak["cut"]])}
    cuts = [int(time[cut]) for cut in result.cuts]
    return {"verdict": "CLEAN" if result.clean else "LEAK", "cuts": cuts, "leak": leak}


async def selection(owner_id: UUID, pair: Pair, spec: BacktestSpec) -> dict[str, object]:
    """Whether the scans of this owner that found the pair, in either direction, ended before trading begins."""
    latest: tuple[SelectionVerdict, str | None] = ("NOT_SCANNED", None)
    for scan in await scan_finds.of_pair(owner_id, pair):
        asked = scan_specs.from_json(scan.spec)
        if asked.formation.end > spec.trading.start:
            return {"verdict": "KNOWS_TRADING", "scan_id": str(scan.id)}
        latest = "BEFORE_TRADING", str(scan.id)
    return {"verdict": latest[0], "scan_id": latest[1]}


def stored(run: Backtest | Portfolio) -> CheckedLeaks | None:
    """The leak check of a backtest or portfolio, or None until it has succeeded."""
    row: dict[str, Any] | None = run.leak_check
    if row is None:
        return None
    leak = row["leak"]
    found = leak and FoundLeak(**{**leak, "bar": to_datetime(leak["bar"]), "cut": to_datetime(leak["cut"])})
    chosen = row["selection"]
    by = chosen["scan_id"]
    return CheckedLeaks(
        verdict=row["verdict"],
        cuts=[to_datetime(cut) for cut in row["cuts"]],
        leak=found,
        selection=Selection(chosen["verdict"], UUID(by) if by else None),
    )
