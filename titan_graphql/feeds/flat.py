"""The observations of a file, whatever its layout: one row per symbol and time."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from titan_graphql.feeds.bars import Bars, Floats, Times
from titan_graphql.feeds.headers import NO_SYMBOL, SYMBOL, HeaderMeaning
from titan_graphql.feeds.options import Layout, ReadOptions
from titan_graphql.feeds.raw_table import RawTable
from titan_graphql.feeds.refusals import FileRefusedError, Wrong, shown
from titan_graphql.feeds.times import joined, read_times
from titan_graphql.feeds.values import is_blank, read_floats

SYMBOLS_MAX = 2_000
NAMELESS = "PRICE"
PRICES = ("open", "high", "low", "close")
Rows = npt.NDArray[np.int64]


@dataclass(slots=True)
class Flat:
    """Observations in the order of the file; `code` is the position of the symbol in `symbols`."""

    symbols: tuple[str, ...]
    code: npt.NDArray[np.int32]
    rows: Rows
    time: Times
    values: dict[str, Floats]
    names: dict[str, str] = field(default_factory=dict)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.time)

    def name(self, role: str, at: int) -> str:
        """The file's own name of the column in which this observation's value stands."""
        symbol = self.symbols[int(self.code[at])]
        return self.names.get(role) or self.titles.get((symbol, role), symbol)

    def take(self, order: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Flat":
        """These observations, in this order."""
        values = {role: column[order] for role, column in self.values.items()}
        return Flat(self.symbols, self.code[order], self.rows[order], self.time[order], values, self.names, self.titles)

    def series(self) -> dict[str, Bars]:
        """Bars by symbol; the observations must be ordered by symbol and time."""
        cuts = np.flatnonzero(np.diff(self.code)) + 1
        starts, ends = [0, *cuts.tolist()], [*cuts.tolist(), len(self)]
        return {
            self.symbols[int(self.code[low])]: self._bars(low, high) for low, high in zip(starts, ends, strict=True)
        }

    def _bars(self, low: int, high: int) -> Bars:
        columns = {role: column[low:high] for role, column in self.values.items()}
        known = {role: column for role, column in columns.items() if not np.isnan(column[0])}
        return Bars(self.time[low:high], known)


def flatten(meaning: HeaderMeaning, table: RawTable, options: ReadOptions) -> tuple[Flat, bool]:
    """Read every cell; the flag says whether all times were plain dates.

    Raises:
        FileRefusedError: some cell makes no sense.
    """
    wrong = Wrong()
    cells = table.columns[meaning.roles["time"]]
    if meaning.clock is not None:
        cells = joined(cells, table.columns[meaning.clock])
    time, dates = read_times(cells, meaning.column("time"), table.rows, options, wrong)
    wrong.refuse()
    if meaning.layout is Layout.WIDE:
        return _wide(meaning, table, time, options), dates
    symbols, code = _symbols(meaning, table, options)
    roles = [role for role in (*PRICES, "volume") if role in meaning.roles]
    values = {role: _values(meaning, table, role, wrong, options) for role in roles}
    wrong.refuse()
    known = {role: column for role, column in values.items() if column is not None}
    names = {role: meaning.column(role) for role in meaning.roles}
    flat = Flat(symbols, code, table.rows, time, known, names)
    _refuse_holes(flat)
    return flat, dates


def _wide(meaning: HeaderMeaning, table: RawTable, time: Times, options: ReadOptions) -> Flat:
    wrong = Wrong()
    for symbol in meaning.symbols:
        if not SYMBOL.fullmatch(symbol):
            raise FileRefusedError("SYMBOL_INVALID", f"The column {shown(symbol)!r} is no symbol")
    roles = [role for role in (*PRICES, "volume") if any(role in own for own in meaning.symbols.values())]
    grids = {role: _grid(meaning, table, role, wrong, options) for role in roles}
    wrong.refuse()
    filled = np.logical_or.reduce([~np.isnan(grid) for grid in grids.values()])
    at_row, at_symbol = np.nonzero(filled)
    if not len(at_row):
        raise FileRefusedError("ROWS_MISSING", "The file has no prices")
    values = {role: grid[at_row, at_symbol] for role, grid in grids.items()}
    titles = {
        (symbol, role): meaning.header[position]
        for symbol, own in meaning.symbols.items()
        for role, position in own.items()
    }
    names = {"time": meaning.column("time")}
    code, rows = at_symbol.astype(np.int32), table.rows[at_row]
    flat = Flat(tuple(meaning.symbols), code, rows, time[at_row], values, names, titles)
    _refuse_holes(flat)
    return flat


def _grid(meaning: HeaderMeaning, table: RawTable, role: str, wrong: Wrong, options: ReadOptions) -> Floats:
    """A column per symbol; NaN where a symbol has no value."""
    absent = np.full(len(table), np.nan)
    columns = [
        read_floats(table.columns[own[role]], meaning.header[own[role]], table.rows, wrong, options, gaps=True)
        if role in own
        else absent
        for own in meaning.symbols.values()
    ]
    return np.stack(columns, axis=1)


def _symbols(
    meaning: HeaderMeaning, table: RawTable, options: ReadOptions
) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    if meaning.layout is Layout.SINGLE:
        return (options.symbol or meaning.symbol or options.file_symbol or NAMELESS,), np.zeros(len(table), np.int32)
    cells = table.columns[meaning.roles["symbol"]].cast(pa.string()).fill_null("")
    encoded = cells.dictionary_encode()
    symbols, code = tuple(encoded.dictionary.to_pylist()), encoded.indices.to_numpy().astype(np.int32)
    wrong = Wrong()
    for k, symbol in enumerate(symbols):
        if not SYMBOL.fullmatch(symbol):
            at = np.flatnonzero(code == k)
            kind = ("SYMBOL_INVALID", NO_SYMBOL) if symbol else ("SYMBOL_MISSING", "The cell is empty")
            wrong.add(*kind, meaning.column("symbol"), table.rows[at], _always(symbol))
    wrong.refuse()
    if len(symbols) > SYMBOLS_MAX:
        raise FileRefusedError("SYMBOLS_TOO_MANY", f"A file has at most {SYMBOLS_MAX:,} symbols, not {len(symbols):,}")
    return symbols, code


def _always(value: str) -> Callable[[int], str]:
    """The same value for every row."""
    return lambda _: value


def _values(meaning: HeaderMeaning, table: RawTable, role: str, wrong: Wrong, options: ReadOptions) -> Floats | None:
    cells = table.columns[meaning.roles[role]]
    if role != "close" and is_blank(cells):
        return None
    return read_floats(cells, meaning.column(role), table.rows, wrong, options, gaps=role != "close")


def _refuse_holes(flat: Flat) -> None:
    """A column but the close may be absent for a symbol as a whole, not here and there."""
    wrong = Wrong()
    sizes = np.bincount(flat.code, minlength=len(flat.symbols))
    for role, column in flat.values.items():
        empty = np.isnan(column)
        if not empty.any():
            continue
        holes = np.bincount(flat.code, weights=empty, minlength=len(flat.symbols))
        partly = (holes > 0) & ((holes < sizes) | (role == "close"))
        at = np.flatnonzero(empty & partly[flat.code])
        wrong.add("VALUE_MISSING", "The cell is empty", _names(flat, role, at), flat.rows[at], _always(""))
    wrong.refuse()


def _names(flat: Flat, role: str, at: npt.NDArray[np.intp]) -> Callable[[int], str]:
    return lambda k: flat.name(role, int(at[k]))
