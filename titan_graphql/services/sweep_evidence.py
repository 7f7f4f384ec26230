"""What the best of a sweep is worth: its own run, and the best that the same sweep finds on prices without a pull."""

from dataclasses import asdict, replace

import numpy as np

from titan_graphql.quant.backtest import run_backtest
from titan_graphql.quant.pair_null import pair_without_pull
from titan_graphql.quant.sweep import sweep as run_sweep
from titan_graphql.quant.sweep_grid import thresholds
from titan_graphql.services import campaigns
from titan_graphql.services.backtest_prices import PairHistory
from titan_graphql.services.backtest_specs import BacktestSpec
from titan_graphql.services.job_runs import Report
from titan_graphql.services.market_bars import Floats
from titan_graphql.services.sweep_signals import Ready, signals
from titan_graphql.services.sweep_specs import FIGURES, SweepSpec

BARS_PER_NULL = 2_000_000_000
DRAWS_MIN, DRAWS_MAX = 19, 199


def of_best(ready: Ready, figures: Floats, report: Report) -> dict[str, object]:
    """The best set by Sharpe ratio, its track record, and its p-value against simulated prices without a pull.

    Raises:
        JobStoppedError: the run was stopped.
    """
    sharpes = figures[:, FIGURES.index("SHARPE")]
    if np.isnan(sharpes).all():
        return {"best": None, "track_record": None, "null": None}
    best = int(np.nanargmax(sharpes))
    row = ready.sets[best]
    rules = backtest_of(ready.spec, row).rules(ready.read.periods)
    number = int(row["signal"])
    traded, found = ready.traded, (ready.z_scores[number], ready.hedge_ratios[number])
    ledger = run_backtest(traded.y.close, traded.x.close, *found, rules, conditions=traded.conditions())
    record = campaigns.track_record(ledger.equity, rules.periods_per_year)
    drawn = _null(ready, report)
    null = None if drawn is None else _beside(drawn, float(sharpes[best]))
    return {"best": best, "track_record": record and asdict(record), "null": null}


def _beside(drawn: Floats, found: float) -> dict[str, float]:
    """Where the best that was found stands among those of the draws."""
    reached = int(np.sum(drawn >= found))
    return {
        "p_value": (1 + reached) / (1 + len(drawn)),
        "draws": len(drawn),
        "median": float(np.median(drawn)),
        "high": float(np.quantile(drawn, 0.95)),
    }


def backtest_of(spec: SweepSpec, row: np.void) -> BacktestSpec:
    """The backtest that a parameter set stands for; its cost is charged as commission."""
    return replace(
        spec.single(int(row["signal"])),
        **thresholds(row),
        commission_bps=float(row["cost"]) * 1e4,
    )


def _null(ready: Ready, report: Report) -> Floats | None:
    """The best Sharpe ratio of the same sweep on each of many draws; 0 where nothing traded.

    None where prices leap so far that a draw of them leaves the numbers.

    Draws are of total-return prices at the joint bars: they have no dividends, splits or gaps of their own.
    """
    work = len(ready.sets) * len(ready.traded)
    draws = int(np.clip(BARS_PER_NULL // work, DRAWS_MIN, DRAWS_MAX))
    random = np.random.default_rng(ready.spec.seed)
    prices = ready.read.adjusted(ready.spec.formation.end)
    best = np.zeros(draws)
    for draw in range(draws):
        report(draw, draws, f"Simulating prices without a pull: {draw} of {draws}")
        with np.errstate(all="ignore"):
            y, x = pair_without_pull(prices.y, prices.x, random=random)
        if not np.isfinite([y, x]).all() or min(y.min(), x.min()) <= 0.0:
            return None
        best[draw] = _best_on(ready, PairHistory.of(replace(prices, y=y, x=x)))
    return best


def _best_on(ready: Ready, other: PairHistory) -> float:
    z_scores, hedge_ratios = signals(ready.spec, other)
    traded = other.between(ready.spec.trading)
    rules = ready.spec.rules(ready.read.periods)
    found = run_sweep(traded.y.close, traded.x.close, z_scores, hedge_ratios, ready.sets, rules)
    sharpes = found.figures["sharpe"]
    return 0.0 if np.isnan(sharpes).all() else float(np.nanmax(sharpes))
