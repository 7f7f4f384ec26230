"""Backtests to take away: trades and equity as CSV, Parquet and JSON, numbers as numbers and texts as texts."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from titan_graphql.errors import ConflictError, NotFoundError
from titan_graphql.models.backtests import Backtest, Trade
from titan_graphql.models.pairs import Pair
from titan_graphql.services import backtests, market_bars, pairs
from titan_graphql.services.users import Viewer

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PRICES = ("quantity_y", "quantity_x", "entry_y", "entry_x", "exit_y", "exit_x", "costs", "pnl")
Table = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file that leaves the house."""

    name: str
    media_type: str
    content: bytes


async def export(viewer: Viewer, backtest_id: UUID, what: str, file_format: str) -> ExportedFile:
    """The trades or the equity of a finished backtest.

    Raises:
        NotFoundError: no such backtest, somebody else's, or nothing of this name or format.
        ConflictError: it has not succeeded yet.
    """
    backtest = await finished(viewer, backtest_id)
    if what not in TABLES or file_format not in FORMATS:
        known = ", ".join(f"{name}.{kind}" for name in TABLES for kind in FORMATS)
        raise NotFoundError("EXPORT_UNKNOWN", f"There is no {what[:30]}.{file_format[:30]}; there are {known}")
    media_type, write = FORMATS[file_format]
    table = await TABLES[what](backtest)
    return ExportedFile(f"backtest-{backtest.id}-{what}.{file_format}", media_type, write(table))


async def finished(viewer: Viewer, backtest_id: UUID) -> Backtest:
    """A backtest with a result.

    Raises:
        NotFoundError: no such backtest, or somebody else's.
        ConflictError: it has not succeeded yet.
    """
    backtest = await backtests.find(viewer, backtest_id)
    if backtest.result_hash is None:
        raise ConflictError("BACKTEST_NOT_FINISHED", "Only finished backtests can be exported", ["id"])
    return backtest


async def trades_table(backtest: Backtest) -> dict[str, list[Any]]:
    """One row per trade, in the order of entry."""
    leg_y, leg_x = await pairs.legs(await Pair.get(id=backtest.pair_id))  # type: ignore[attr-defined]  # made by Tortoise
    rows = await Trade.filter(backtest=backtest).order_by("number")
    names = ("number", "signal_at", "entered_at", "exited_at", "bars_held", *PRICES, "rehedges")
    table: dict[str, list[Any]] = {name: [getattr(row, name) for row in rows] for name in names}
    texts = {
        "y": [leg_y.symbol] * len(rows),
        "x": [leg_x.symbol] * len(rows),
        "direction": [row.direction.value for row in rows],
        "exit_reason": [row.exit_reason.value for row in rows],
    }
    return {**texts, **table}


async def equity_table(backtest: Backtest) -> dict[str, list[Any]]:
    """One row per bar."""
    columns = await backtests.equity(backtest, None)
    if columns is None:
        raise ConflictError("BACKTEST_NOT_FINISHED", "Only finished backtests can be exported", ["id"])
    names = ("equity", "drawdown", "position", "z_score", "hedge_ratio")
    values = {name: _without_nan(getattr(columns, name)) for name in names}
    return {"time": [market_bars.to_datetime(int(moment)) for moment in columns.time], **values}


def _without_nan(column: market_bars.Floats) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in column]


def to_csv(table: Table) -> bytes:
    """RFC 4180 with a header; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table)
    writer.writerows([_cell(value) for value in row] for row in zip(*table.values(), strict=True))
    return text.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return repr(value)


def to_json(table: Table) -> bytes:
    """A list of objects."""
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2)


def to_parquet(table: Table) -> bytes:
    """Columns with their own types, moments in UTC."""
    sink = io.BytesIO()
    arrays = {name: pa.array(list(values), type=_arrow_type(name)) for name, values in table.items()}
    pq.write_table(pa.table(arrays), sink)
    return sink.getvalue()


def _arrow_type(name: str) -> Any:
    if name == "time" or name.endswith("_at"):
        return pa.timestamp("ms", tz="UTC")
    if name in {"y", "x", "direction", "exit_reason"}:
        return pa.string()
    return pa.int64() if name in {"number", "bars_held", "rehedges"} else pa.float64()


FORMATS: dict[str, tuple[str, Callable[[Table], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "parquet": ("application/vnd.apache.parquet", to_parquet),
    "json": ("application/json", to_json),
}
TABLES = {"trades": trades_table, "equity": equity_table}
