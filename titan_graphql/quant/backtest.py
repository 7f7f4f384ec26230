"""Run one pair through its rules: decisions at a close, fills at the next bar, every cent accounted for."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.backtest_conditions import NOTHING, Conditions, LegConditions, pack_bars
from titan_graphql.quant.backtest_kernel import RULES, STATE, advance_nb
from titan_graphql.quant.backtest_ledger import TRADE, Attribution, ExitReason, Ledger
from titan_graphql.quant.backtest_rules import BPS, Rules
from titan_graphql.quant.errors import ArithmeticOverflowError, ParameterError
from titan_graphql.quant.series import Floats
from titan_graphql.quant.volatility import pair_volatility

__all__ = ["Attribution", "Conditions", "ExitReason", "Ledger", "LegConditions", "Rules", "run_backtest"]

UNLIMITED = np.iinfo(np.int64).max
BARS_PER_CHUNK = 65_536


def run_backtest(
    price_y: npt.ArrayLike,
    price_x: npt.ArrayLike,
    z: npt.ArrayLike,
    beta: float | npt.ArrayLike,
    rules: Rules,
    *,
    conditions: Conditions = NOTHING,
    on_progress: Callable[[int, int], None] | None = None,
    chunk: int = BARS_PER_CHUNK,
) -> Ledger:
    """Trade the spread y − β·x by its z-score and account for every bar.

    A decision is taken on the close of bar t and filled at the close (or open, `Rules.fill`) of t+1; one taken on the
    last bar is never filled (`Ledger.pending` tells it).

    - Flat: enter when |z| > entry and |z| < stop and not locked; short the spread when z > 0, else long.
    - Long leaves when z ≥ −exit, short when z ≤ exit; either when |z| > stop, or at `max_hold` bars. A stop or a time
      stop locks re-entry until |z| < exit (with exit = 0, until z reaches or crosses 0).
    - A NaN z decides nothing: no entry, and an open position is held; the bar still counts towards `max_hold`.
    - Long the spread is +y and −β·x (with β < 0 both legs are long). Shares stay fixed until the exit unless
      `rehedge_band` asks for x to follow β.
    - Costs are basis points of the notional traded, per leg and fill, paid in cash; trade prices are the bar's own.
      Borrow is charged for the days since the bar before on the short notional at its close.
    - A bar on which either leg did not trade decides and fills nothing; an order waits for a bar with both.
    - Overnight, in this order: borrow, splits, dividends; they meet the shares held at the close before.
    - A leg that ends closes the position at that bar's closes; no entry is filled from then on.
    - Equity at or below 0 closes the position at that bar's mark and ends trading (`Ledger.ruined`).

    Parameters
    ----------
    price_y, price_x : (T,) positive closing prices as traded, T ≥ 2 (unadjusted where `conditions` names dividends
        or splits, adjusted otherwise)
    z : (T,) z-score of the spread; NaN where unknown
    beta : hedge ratio, a number or a (T,) path whose value at the decision's bar sizes the trade; NaN prevents entry.
        One that fixes shares counts those of its own bar; an order that waits over a split keeps its meaning
    rules : thresholds, sizing and costs
    conditions : opens, dividends, splits, missing bars and endings of either leg; calendar days
    on_progress : called with (bars done, T) after every chunk; whatever it raises ends the run
    chunk : bars between two calls of `on_progress`; the result does not depend on it

    Raises
    ------
    PriceNotPositiveError, SeriesTooShortError, ParameterError
    ArithmeticOverflowError
        Prices or sizes so extreme that equity is not a finite number.
    """
    if chunk < 1:
        message = f"chunk is {chunk}; at least 1 bar"
        raise ParameterError(message, code="CHUNK_OUT_OF_RANGE", field="chunk")
    bars = sized_bars(price_y, price_x, z, beta, rules, conditions)
    state = _initial_state(rules)
    columns, position = np.empty((5, bars.size)), np.zeros(bars.size, dtype=np.int8)
    trades = np.zeros(bars.size // 2 + 1, dtype=TRADE)
    packed = pack_rules(rules)
    for start in range(0, bars.size, chunk):
        end = min(start + chunk, bars.size)
        advance_nb(bars, packed, state, start, end, columns, position, trades)
        if on_progress is not None:
            on_progress(end, bars.size)
    if not np.isfinite(columns).all():
        message = "prices or sizes are too extreme: equity is not a finite number"
        raise ArithmeticOverflowError(message)
    return _ledger(bars, state[0], columns, position, trades)


def sized_bars(
    price_y: npt.ArrayLike,
    price_x: npt.ArrayLike,
    z: npt.ArrayLike,
    beta: float | npt.ArrayLike,
    rules: Rules,
    conditions: Conditions,
) -> npt.NDArray[np.void]:
    """Check the inputs and lay out what the kernel reads, with the gross exposure an entry at each bar would take."""
    at_open, periods = rules.fill == "OPEN", rules.periods_per_year
    bars = pack_bars(price_y, price_x, z, beta, conditions, at_open=at_open, periods_per_year=periods)
    bars["gross"] = rules.gross
    if rules.sizing == "VOLATILITY_TARGET":
        with np.errstate(all="ignore"):
            bars["gross"] = np.minimum(_volatility_target(bars, rules), rules.gross)
    return bars


def _volatility_target(bars: npt.NDArray[np.void], rules: Rules) -> Floats:
    """Gross exposure at which the pair's trailing volatility equals the target; NaN while it is unknown."""
    shares = rules.hedge_fixes == "SHARES"
    ratio = bars["beta"] * (bars["close_x"] / bars["close_y"] if shares else 1.0)
    sigma = pair_volatility(_returns(bars, "y"), _returns(bars, "x"), ratio, rules.volatility_window)
    target: Floats = rules.target_volatility / (sigma * math.sqrt(rules.periods_per_year))
    return target


def _returns(bars: npt.NDArray[np.void], leg: str) -> Floats:
    """Simple total returns, close to close, of one leg; the first is NaN."""
    close, returns = bars[f"close_{leg}"], np.full(bars.size, np.nan)
    gained = bars[f"split_{leg}"][1:] * (close[1:] + bars[f"dividend_{leg}"][1:])
    returns[1:] = gained / close[:-1] - 1.0
    return returns


def pack_rules(rules: Rules) -> npt.NDArray[np.void]:
    """The one-element record that the kernel reads: no Nones, fees as fractions."""
    packed = np.zeros(1, dtype=RULES)
    packed[0] = (
        rules.entry,
        rules.exit,
        math.inf if rules.stop is None else rules.stop,
        UNLIMITED if rules.max_hold is None else rules.max_hold,
        rules.sizing == "FIXED_NOTIONAL",
        rules.notional,
        rules.commission_bps * BPS,
        rules.slippage_bps * BPS,
        rules.borrow_bps * BPS,
        rules.hedge_fixes == "SHARES",
        -1.0 if rules.rehedge_band is None else rules.rehedge_band,
    )
    return packed


def _initial_state(rules: Rules) -> npt.NDArray[np.void]:
    state = np.zeros(1, dtype=STATE)
    state["cash"] = state["peak"] = rules.capital
    state["ruined"] = -1
    return state


def _ledger(
    bars: npt.NDArray[np.void],
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
        trade["exit_y"], trade["exit_x"] = bars["close_y"][-1], bars["close_x"][-1]
        trade["pnl"] = columns[0, -1] - state["cash_before"]
        trade["bars_held"] = bars.size - 1 - trade["entry_fill"]
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
        borrow=float(state["borrow"]),
        dividends=float(state["dividends"]),
        attribution=_attribution(state),
    )


def _attribution(state: np.void) -> Attribution:
    return Attribution(
        price_y=float(state["price_y"]),
        price_x=float(state["price_x"]),
        hedge_drift=float(state["hedge_drift"]),
        commission=-float(state["commission"]),
        slippage=-float(state["slippage"]),
        borrow=-float(state["borrow"]),
        dividends=float(state["dividends"]),
    )
