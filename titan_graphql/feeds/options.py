"""How a file is to be read: what the caller says, and what is guessed where the caller says nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, Literal, get_args

TimeUnit = Literal["s", "ms", "us", "ns"]
TIME_UNITS = get_args(TimeUnit)


class Layout(StrEnum):
    """How a file is laid out: a row per symbol and time, a column per symbol, or one symbol that is not named."""

    LONG = "LONG"
    WIDE = "WIDE"
    SINGLE = "SINGLE"


DECIMALS = (".", ",")
THOUSANDS = (",", ".", " ", "'")

# Findings that refuse a file until the caller says that they are as they should be.
ACCEPTABLE = frozenset(
    {
        "COLUMNS_DROPPED",
        "DUPLICATE_ROW",
        "GAP_TOO_LARGE",
        "PRICE_JUMP",
        "PRICE_NOT_POSITIVE",
        "ROWS_TOO_FEW",
        "TIME_UNSORTED",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What a caller says about a file.

    `file_symbol` is for a file that names no symbol. `columns` maps roles (time, symbol, open, high, low, close,
    volume) to the file's own names. `timezone` is the zone of times that carry none; `market_timezone` decides on
    which date a daily bar with a zone falls.
    """

    symbol: str | None = None
    file_symbol: str | None = None
    timeframe: str | None = None
    timezone: str | None = None
    market_timezone: str = "UTC"
    columns: Mapping[str, str] = field(default_factory=dict)
    layout: Layout | None = None
    delimiter: str = ","
    decimal: str = "."
    thousands: str | None = None
    time_format: str | None = None
    time_unit: TimeUnit | None = None
    non_positive: bool | None = None
    accept: frozenset[str] = frozenset()

    @property
    def plain_numbers(self) -> bool:
        """Whether numbers are written as Python does."""
        return self.decimal == "." and self.thousands is None

    def accepts(self, code: str) -> bool:
        """Whether the caller has confirmed this finding."""
        return code in self.accept

    def to_json(self) -> dict[str, Any]:
        """The options as JSON values."""
        return {**asdict(self), "columns": dict(self.columns), "accept": sorted(self.accept)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ReadOptions":
        """The options behind `to_json`."""
        own = {field.name for field in fields(cls)}
        kept = {name: value for name, value in values.items() if name in own}
        layout = Layout(values["layout"]) if values.get("layout") else None
        return cls(**{**kept, "layout": layout, "accept": frozenset(values.get("accept", ()))})
