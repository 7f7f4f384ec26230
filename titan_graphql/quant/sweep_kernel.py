"""The compiled sweep: one parameter set after another over the same prices, with running sums instead of arrays."""

import math

import numpy as np
from numba import njit

# Bars whose largest |z| is known beforehand, so that a search for an entry can pass over them.
STRIDE = 16
# What one run leaves behind; the figures are made of these afterwards.
TALLY = np.dtype(
    [
        ("equity", np.float64),
        ("returns", np.float64),
        ("squares", np.float64),
        ("losses", np.float64),
        ("drawdown", np.float64),
        ("equities", np.float64),
        ("traded", np.float64),
        ("trades", np.int64),
        ("wins", np.int64),
        ("held", np.int64),
        ("lowest", np.float64),
        ("highest", np.float64),
        ("ruined", np.int64),
    ],
    align=True,
)


@njit(cache=True, nogil=True, error_model="numpy")
def sweep_nb(costs, open_bars, z, beta, crests, sets, sizing, edges, tallies, blocks):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Run every set, adding to tallies of zeros.

    `costs` are four of (2, T): what a share costs at the close, what it is worth then with all dividends paid so far,
    and the same where orders fill. `open_bars` are odd where orders fill (elsewhere z is NaN) and 2 or more from the
    end of a leg on; `crests` holds the largest |z| of every STRIDE bars; `sizing` is (capital, fixed notional or 0, 1
    when β fixes shares).
    """
    for k in range(sets.size):
        p = sets[k]
        signal = (z[p.signal], beta[p.signal], crests[p.signal])
        run_nb(costs, open_bars, signal, p, sizing, edges, tallies[k], blocks[k])


@njit(cache=True, nogil=True, error_model="numpy")
def next_entry_nb(z, beta, crests, entry, stop, t):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The first bar from t on with entry < |z| < stop and a known β, or the number of bars."""
    while t < z.size:
        if t % STRIDE == 0 and not crests[t // STRIDE] > entry:
            t += STRIDE
            continue
        size = abs(z[t])
        if size > entry and size < stop and not math.isnan(beta[t]):
            return t
        t += 1
    return min(t, z.size)


@njit(cache=True, nogil=True, error_model="numpy")
def filled_nb(open_bars, t):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The first bar from t on at which an order for an entry fills, or the number of bars."""
    while t < open_bars.size and open_bars[t] != 1:
        if open_bars[t] >= 2:
            return open_bars.size
        t += 1
    return t


@njit(cache=True, nogil=True, error_model="numpy")
def unlocked_nb(z, exit_, locked, t):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The first bar from t on that lifts the re-entry lock, or the number of bars."""
    while t < z.size and not (abs(z[t]) < exit_ or (exit_ == 0.0 and locked * z[t] <= 0.0)):
        t += 1
    return t


@njit(cache=True, nogil=True, error_model="numpy")
def sized_nb(side, hedge, gross, sizing, cash, price_y, price_x):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Signed shares of both legs for an entry at these prices."""
    ratio = hedge * price_x / price_y if sizing[2] > 0.0 else hedge
    value = sizing[1] if sizing[1] > 0.0 else gross * cash / (1.0 + abs(ratio))
    return side * value / price_y, -side * ratio * value / price_x


@njit(cache=True, nogil=True, error_model="numpy")
def run_nb(costs, open_bars, signal, p, sizing, edges, tally, blocks):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """One run by the rules of `run_backtest`; `blocks` receives the sums of returns up to the end of each block."""
    prices, worth, fills, settled = costs
    z, beta, crests = signal
    bars = z.size
    entry, exit_, stop, max_hold, cost = p.entry, p.exit, p.stop, p.max_hold, p.cost
    cash = peak = trough = sizing[0]
    returns = squares = losses = drawdown = equities = lowest = highest = locked = 0.0
    counted = block = t = 0
    edge, ruined = edges[1], False
    while not ruined:
        if locked != 0.0:
            t = unlocked_nb(z, exit_, locked, t)
            locked = 0.0
        t = next_entry_nb(z, beta, crests, entry, stop, t)
        if t >= bars - 1:
            break
        side, hedge = -1.0 if z[t] > 0.0 else 1.0, beta[t]
        t = filled = filled_nb(open_bars, t + 1)
        if t >= bars:
            break
        equities += cash * (t - counted)
        quantity_y, quantity_x = sized_nb(side, hedge, p.gross, sizing, cash, fills[0, t], fills[1, t])
        moved = abs(quantity_y) * fills[0, t] + abs(quantity_x) * fills[1, t]
        before = previous = cash
        cash -= quantity_y * settled[0, t] + quantity_x * settled[1, t] + cost * moved
        tally.traded += moved
        leaving = closed = False
        while t < bars:
            ordered = leaving and open_bars[t] & 1 == 1
            equity = cash + quantity_y * worth[0, t] + quantity_x * worth[1, t]
            if ordered:
                equity = cash + quantity_y * settled[0, t] + quantity_x * settled[1, t]
            closed = ordered or equity <= 0.0 or open_bars[t] >= 2
            if closed:
                at = fills if ordered else prices
                moved = abs(quantity_y) * at[0, t] + abs(quantity_x) * at[1, t]
                tally.traded += moved
                equity -= cost * moved
                ruined = equity <= 0.0
            change = equity / previous - 1.0
            previous = equity
            while t >= edge:
                blocks[block, 0] = returns
                blocks[block, 1] = squares
                block += 1
                edge = edges[block + 1]
            returns += change
            squares += change * change
            equities += equity
            if change < 0.0:
                losses += change * change
                lowest = min(lowest, change)
                if equity < trough:
                    trough = equity
                    drawdown = min(drawdown, equity / peak - 1.0)
            elif change > highest:
                highest = change
            if equity > peak:
                peak = equity
                trough = peak * (1.0 + drawdown)
            if closed:
                break
            score = z[t]
            if side * score >= -exit_:
                leaving = True
            elif abs(score) > stop or (t - filled + 1 >= max_hold and not math.isnan(score)):
                leaving = True
                locked = -side
            t += 1
        cash = previous
        counted = min(t + 1, bars)
        tally.held += t - filled
        if t < bars:
            tally.trades += 1
            tally.wins += cash > before
    blocks[block:, 0] = returns
    blocks[block:, 1] = squares
    equities += cash * (bars - counted)
    write_nb(tally, ruined, cash, equities, returns, squares, losses, drawdown, lowest, highest)


@njit(cache=True, nogil=True, error_model="numpy")
def write_nb(tally, ruined, equity, equities, returns, squares, losses, drawdown, lowest, highest):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Leave the sums of a run, which it keeps in registers, behind."""
    tally.ruined = ruined
    tally.equity = equity
    tally.equities = equities
    tally.returns = returns
    tally.squares = squares
    tally.losses = losses
    tally.drawdown = drawdown
    tally.lowest = lowest
    tally.highest = highest
