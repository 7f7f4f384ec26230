"""The leak check of a portfolio: nothing depends on what came later, neither its book nor its choice of pairs."""

from uuid import UUID

from titan_graphql.quant.portfolio import Members, Names
from titan_graphql.quant.portfolio_leaks import portfolio_leak_check
from titan_graphql.services import backtest_leaks, portfolio_books
from titan_graphql.services.backtest_leaks import BARS_MIN, CUTS, SEED
from titan_graphql.services.job_runs import Report
from titan_graphql.services.portfolio_books import Holdings

WORST_FIRST = ("KNOWS_TRADING", "NOT_SCANNED", "BEFORE_TRADING")


def check(holdings: Holdings, known: Names, report: Report) -> dict[str, object]:
    """Run signals, weights and book again on truncated and on poisoned futures; formation data stay as they are.

    A trading period too short to be cut anywhere is NOT_CHECKED.

    Raises:
        QuantError: the signals cannot be computed.
        JobStoppedError: the run was stopped.
    """
    if known.close.shape[1] < BARS_MIN:
        return backtest_leaks.to_json(None, holdings.time)
    spec = holdings.spec

    def pipeline(names: Names) -> Members:
        return portfolio_books.members(holdings, names.close)

    def checking(done: int, total: int) -> None:
        report(done, total, f"Checking for leaks: {done} of {total} cuts")

    rules = spec.single().rules(holdings.periods)
    result = portfolio_leak_check(
        pipeline, known, rules, name_limit=spec.name_limit, cuts=CUTS, seed=SEED, on_progress=checking
    )
    return backtest_leaks.to_json(result, holdings.time)


async def selection(owner_id: UUID, holdings: Holdings) -> dict[str, object]:
    """What is worst among the choices of the pairs; a choice that nobody can judge is worse than a clean one."""
    single = holdings.spec.single()
    found = [await backtest_leaks.selection(owner_id, pair, single) for pair in holdings.pairs]
    return min(found, key=lambda one: WORST_FIRST.index(str(one["verdict"])))
