"""Does a book know the future? Run its whole pipeline again on less and on other data, and compare."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from titan_graphql.quant.backtest_rules import Rules
from titan_graphql.quant.errors import QuantError
from titan_graphql.quant.leak_check import Leak, LeakCheck, Method, cut_places, poisoned
from titan_graphql.quant.portfolio import Members, Names, run_portfolio
from titan_graphql.quant.series import Floats

Pipeline = Callable[[Names], Members]
COLUMNS = ("weight", "z", "beta", "position", "quantity", "cash", "equity")


def portfolio_leak_check(
    pipeline: Pipeline,
    names: Names,
    rules: Rules,
    *,
    name_limit: float | None = None,
    cuts: int = 6,
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> LeakCheck:
    """Check that nothing a book did up to a bar depends on any later bar.

    For each cut c the pipeline and the book run twice more: on the first c bars alone, and on all bars with the closes
    from c on replaced by a random walk of each name. Weights, z, β, the number of pairs held, shares, cash and equity
    before c must be the same to the last bit as in the full run. What the pipeline fixed beforehand (on an earlier
    formation period) it may close over: only what it makes of the closes given is checked.

    Parameters
    ----------
    pipeline : the instruments → the pairs with their signals and weights, of as many bars
    names : (N, T) as they were
    rules, name_limit : as for `run_portfolio`
    cuts : how many places to cut at, spread evenly, each moved at random within its share
    seed : of the moves and of the poison
    on_progress : called with (cuts done, cuts); whatever it raises ends the check

    Raises
    ------
    ParameterError
        CUT_OUT_OF_RANGE, with fewer than 3 bars.
    """
    random, bars = np.random.default_rng(seed), names.close.shape[1]
    places = cut_places(2, bars, cuts, random)
    truth = _trace(pipeline, names, rules, name_limit)
    leaks: list[Leak] = []
    for number, cut in enumerate(places):
        other = np.array([poisoned(close, cut, random) for close in names.close])
        runs: tuple[tuple[Method, Names], ...] = (
            ("TRUNCATED", _until(names, cut)),
            ("POISONED", replace(names, close=other)),
        )
        for method, known in runs:
            leaks += [
                Leak(bar, name, cut, method)
                for bar, name in _differences(truth, _attempt(pipeline, known, rules, name_limit), cut)
            ]
        if on_progress is not None:
            on_progress(number + 1, len(places))
    earliest = min(leaks, key=lambda leak: (leak.bar, COLUMNS.index(leak.column)), default=None)
    return LeakCheck(clean=earliest is None, cuts=places, leak=earliest)


def _until(names: Names, bar: int) -> Names:
    """The bars before `bar`; an ending that lies beyond them is after their end as well."""
    cut = {name: getattr(names, name)[:, :bar] for name in ("close", "traded", "splits", "dividends")}
    return Names(**cut, last=names.last, days=names.days[:bar])


def _trace(pipeline: Pipeline, names: Names, rules: Rules, name_limit: float | None) -> dict[str, Floats]:
    """Everything a run decides and owns, one row each, bar by bar."""
    members = pipeline(replace(names, close=names.close.copy()))
    book = run_portfolio(names, members, rules, name_limit=name_limit)
    return {
        "weight": np.broadcast_to(members.weight[:, None], members.z.shape),
        "z": members.z,
        "beta": members.beta,
        "position": book.ledger.position[None].astype(np.float64),
        "quantity": book.quantities,
        "cash": book.ledger.cash[None],
        "equity": book.ledger.equity[None],
    }


def _attempt(pipeline: Pipeline, names: Names, rules: Rules, name_limit: float | None) -> dict[str, Floats] | None:
    try:
        return _trace(pipeline, names, rules, name_limit)
    except QuantError:
        return None


def _differences(truth: dict[str, Floats], trace: dict[str, Floats] | None, cut: int) -> list[tuple[int, str]]:
    """The first bar before the cut that differs, per column; what fails now but worked before differs from bar 0."""
    if trace is None:
        return [(0, "z")]
    found = []
    for name in COLUMNS:
        before, after = truth[name][:, :cut], trace[name][:, :cut]
        changed = np.flatnonzero(((before != after) & ~(np.isnan(before) & np.isnan(after))).any(axis=0))
        if changed.size:
            found.append((int(changed[0]), name))
    return found
