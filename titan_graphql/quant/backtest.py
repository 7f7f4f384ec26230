"""Run one pair through its rules: decisions at a close, fills at the next, every cent accounted for."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.backtest_kernel import RULES, STATE, advance_nb
from titan_graphql.quant.backtest_ledger import TRADE, ExitReason, Ledger
from titan_graphql.quant.backtest_rules import BPS, Rules
from titan_graphql.quant.errors import ArithmeticOverflowError, ParameterError, SeriesTooShortError
from titan_graphql.quant.series import Floats, column, positive, same_length

__all__ = ["ExitReason", "Ledger", "Rules", "run_backtest"]

UNLIMITED = np.iinfo(np.int64).max
BARS_PER_CHUNK = 65_536


def run_backtest(
    price_y: npt.ArrayLike,
    price_x: npt.ArrayLike,
    z: npt.ArrayLike,
    beta: float | npt.ArrayLike,
    rules: Rules,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    chunk: int = BARS_PER_CHUNK,
) -> Ledger:
    """Trade the spread y − β·x by its z-score and account for every bar.

    A decision is taken on the close of bar t and filled at the close of t+1; one taken on the last bar is
    never filled (`Ledger.pending` tells it).

    - Flat: enter when |z| > entry and |z| < stop and not locked; short the spread when z > 0, else long.
    - Long leaves when z ≥ −exit, short when z ≤ exit; either when |z| > stop, or at `max_hold` bars. A stop
      or a time stop locks re-entry until |z| < exit (with exit = 0, until z reaches or crosses 0).
    - A NaN z decides nothing: no entry, and an open position is held; the bar still counts towards
      `max_hold`.
    - Long the spread is +y and −β·x (with β < 0 both legs are long). Shares stay fixed until the exit.
    - Costs are basis points of the notional traded, per leg and fill, paid in cash; trade prices are the
      bar's own.
    - Equity at or below 0 closes the position at that bar's mark and ends trading (`Ledger.ruined`).

    Parameters
    ----------
    price_y, price_x : (T,) positive prices, T ≥ 2
    z : (T,) z-score of the spread; NaN where unknown
    beta : hedge ratio, a number or a (T,) path whose value at the decision's bar sizes the trade; NaN
        prevents entry
    rules : thresholds, sizing and costs
    on_progress : called with (bars done, T) after every chunk; whatever it raises ends the run
    chunk : bars between two calls of `on_progress`; the result does not depend on it

    Raises
    ------
    PriceNotPositiveError, SeriesTooShortError, ParameterError
    ArithmeticOverflowError
        Prices or sizes so extreme that equity is not a finite number.
    """
    price_y, price_x = positive(price_y, "price_y"), positive(price_x, "price_x")
    z, beta = column(z, "z"), _path(beta, price_y.size)
    bars = same_length(price_y=price_y, price_x=price_x, z=z, beta=beta)
    _check(bars, chunk)
    state = _initial_state(rules)
    columns, position = np.empty((5, bars)), np.zeros(bars, dtype=np.int8)
    trades = np.zeros(bars // 2 + 1, dtype=TRADE)
    packed = pack_rules(rules)
    for start in range(0, bars, chunk):
        end = min(start + chunk, bars)
        advance_nb(price_y, price_x, z, beta, packed, state, start, end, columns, position, trades)
        if on_progress is not None:
            on_progress(end, bars)
    if not np.isfinite(columns).all():
        message = "prices or sizes are too extreme: equity is not a finite number"
        raise ArithmeticOverflowError(message)
    return _ledger(price_y, price_x, state[0], columns, position, trades)


def pack_rules(rules: Rules) -> npt.NDArray[np.void]:
    """The one-element record that the kernel reads: no Nones, fees as fractions."""
    packed = np.zeros(1, dtype=RULES)
    packed[0] = (
        rules.entry,
        rules.exit,
        math.inf if rules.stop is None else rules.stop,
        UNLIMITED if rules.max_hold is None else rules.max_hold,
        rules.sizing == "FIXED_NOTIONAL",
        rules.gross,
        rules.notional,
        rules.commission_bps * BPS,
        rules.slippage_bps * BPS,
        rules.hedge_fixes == "SHARES",
    )
    return packed


def _path(beta: float | npt.ArrayLike, bars: int) -> Floats:
    path = np.full(bars, float(beta)) if isinstance(beta, int | float) else column(beta, "beta")
    if np.isinf(path).any():
        message = f"beta[{np.flatnonzero(np.isinf(path))[0]}] is infinite"
        raise ParameterError(message, code="NOT_FINITE", field="beta")
    return path


def _check(bars: int, chunk: int) -> None:
    if bars < 2:
        message = f"{bars} bars are too few; a decision needs a next bar to be filled"
        raise SeriesTooShortError(message)
    if chunk < 1:
        message = f"chunk is {chunk}; at least 1 bar"
        raise ParameterError(message, code="CHUNK_OUT_OF_RANGE", field="chunk")


def _initial_state(rules: Rules) -> npt.NDArray[np.void]:
    state = np.zeros(1, dtype=STATE)
    state["cash"] = state["peak"] = rules.capital
    state["ruined"] = -1
    return state


def _ledger(
    price_y: Floats,
    price_x: Floats,
    state: np.void,
    columns: Floats,
    position: npt.NDArray[np.int8],
    trades: npt.NDArray[np.void],
) -> Ledger:
    """Mark a trade that is still open and put the pieces together."""
    count = int(state["trades"])
    if state["position"]:
        trade = trades[count]
        trade["exit_signal"] = trade["exit_fill"] = -1
        trade["exit_y"], trade["exit_x"] = price_y[-1], price_x[-1]
        trade["pnl"] = columns[0, -1] - state["cash_before"]
        trade["bars_held"] = price_y.size - 1 - trade["entry_fill"]
        trade["exit_reason"] = ExitReason.OPEN
        count += 1
    ruined = int(state["ruined"])
    return Ledger(
        equity=columns[0],
        cash=columns[1],
        quantity_y=columns[2],
        quantity_x=columns[3],
        drawdown=columns[4],
        position=position,
        trades=trades[:count].copy(),
        commission=float(state["commission"]),
        slippage=float(state["slippage"]),
        traded=float(state["traded"]),
        pending=int(state["wanted"]),
        ruined=None if ruined < 0 else ruined,
    )
