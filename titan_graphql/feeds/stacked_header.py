"""Headers of three lines, as tables with a column per price and ticker are saved: prices, tickers, name of the time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from titan_graphql.feeds.headers import (
    COLUMNS_MAX,
    IGNORED,
    NAMES,
    NO_SYMBOL,
    ROLES,
    SYMBOL,
    HeaderMeaning,
    guessed_roles,
    missing_role,
    plain_name,
    told_roles,
)
from titan_graphql.feeds.options import Layout, ReadOptions
from titan_graphql.feeds.refusals import FileRefusedError, Wrong, shown

LINES = 3
OF_PRICES, OF_TICKERS = {"price", "attributes"}, {"ticker", "symbols"}
CORNERS = {"", *OF_PRICES, *OF_TICKERS}


def is_stacked(lines: Sequence[Sequence[str]]) -> bool:
    """Whether the first lines of a file are such a header: below the names, only the time has one."""
    if len(lines) != LINES or len(lines[0]) < 2 or any(len(line) != len(lines[0]) for line in lines):
        return False
    first, second, time = (plain_name(line[0]) for line in lines)
    named = first in CORNERS and second in CORNERS and time in NAMES["time"]
    return named and not any(cell.strip() for cell in lines[2][1:])


def read_stacked_header(lines: Sequence[Sequence[str]], options: ReadOptions) -> HeaderMeaning:
    """Say what each column means; one ticker is a file of its bars, several are a wide one.

    Raises:
        FileRefusedError: COLUMN_DUPLICATE, COLUMN_MISSING, COLUMNS_TOO_MANY, SYMBOL_MISSING or SYMBOL_INVALID.
    """
    first, second, third = ([cell.strip() for cell in line] for line in lines)
    if len(first) > COLUMNS_MAX:
        raise FileRefusedError("COLUMNS_TOO_MANY", f"A file has at most {COLUMNS_MAX} columns, not {len(first)}")
    tickers_first = _tickers_first(first, second)
    prices, tickers = (second, first) if tickers_first else (first, second)
    _check_tickers(tickers, prices, row=1 if tickers_first else 2)
    names = [third[0], *dict.fromkeys(prices[1:])]
    wanted = {role: names[k] for role, k in (guessed_roles(names) | told_roles(names, options.columns)).items()}
    grid = _grid(_columns(prices, tickers), wanted)
    layout = Layout.WIDE if len(grid) > 1 else Layout.SINGLE
    if options.layout not in (None, layout):
        message = f"Three lines of header with {len(grid)} tickers are the layout {layout}; leave the layout out"
        raise FileRefusedError("COLUMN_MISSING", message)
    ignored = tuple(name for name in names[1:] if name not in wanted.values())
    if layout is Layout.WIDE:
        titles = (third[0], *(f"{price} {ticker}" for price, ticker in zip(prices[1:], tickers[1:], strict=True)))
        return HeaderMeaning(layout, {"time": 0}, grid, ignored, titles, lines=LINES)
    (ticker,) = grid
    header = (third[0], *prices[1:])
    return HeaderMeaning(layout, {"time": 0, **grid[ticker]}, {}, ignored, header, lines=LINES, symbol=ticker)


def _grid(columns: Mapping[str, Mapping[str, int]], wanted: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Positions by ticker and role."""
    grid: dict[str, dict[str, int]] = {}
    for ticker, own in columns.items():
        grid[ticker] = {role: own[name] for role, name in wanted.items() if name in own}
        if "close" not in grid[ticker]:
            raise missing_role("close", [f"{name} {ticker}" for name in own])
    return grid


def _tickers_first(first: Sequence[str], second: Sequence[str]) -> bool:
    """Where no corner says so, the line with more names of prices holds the prices."""
    corner, below = plain_name(first[0]), plain_name(second[0])
    if corner or below:
        return corner in OF_TICKERS or below in OF_PRICES
    return _known(second) > _known(first)


def _known(line: Sequence[str]) -> int:
    return sum(plain_name(name) in ROLES or plain_name(name) in IGNORED for name in line[1:])


def _check_tickers(tickers: Sequence[str], prices: Sequence[str], row: int) -> None:
    wrong = Wrong()
    for price, ticker in zip(prices[1:], tickers[1:], strict=True):
        if not SYMBOL.fullmatch(ticker):
            kind = ("SYMBOL_INVALID", NO_SYMBOL) if ticker else ("SYMBOL_MISSING", "The cell is empty")
            wrong.add(*kind, price, np.array([row]), [ticker].__getitem__)
    wrong.refuse()


def _columns(prices: Sequence[str], tickers: Sequence[str]) -> Mapping[str, dict[str, int]]:
    """Positions by ticker and name."""
    columns: dict[str, dict[str, int]] = defaultdict(dict)
    for k in range(1, len(prices)):
        if prices[k] in columns[tickers[k]]:
            raise FileRefusedError(
                "COLUMN_DUPLICATE", f"The column {shown(f'{prices[k]} {tickers[k]}')!r} occurs twice"
            )
        columns[tickers[k]][prices[k]] = k
    return columns
