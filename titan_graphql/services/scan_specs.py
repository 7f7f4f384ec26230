"""Which universes and parameters a scan takes, and which members of a universe can be tested."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from titan_graphql.errors import InvalidInputError, LimitExceededError, NotFoundError
from titan_graphql.models.markets import Instrument
from titan_graphql.services import market_panels
from titan_graphql.services.market_panels import Panel
from titan_graphql.services.pairs import Period

INSTRUMENTS_MAX = 20_000
PROBED_MAX = 150
KEEP_MAX = 10_000
LAGS_MAX = 100
BARS_MIN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSpec:
    """What a scan asks of every directed pair, and how it corrects for their number."""

    market: str | None
    symbols: list[str] | None
    formation: Period
    prices: Literal["LOG", "RAW"]
    trend: Literal["C", "CT"]
    criterion: Literal["AIC", "BIC", "FIXED"]
    max_lag: int | None
    correction: Literal["BH", "BY", "HOLM"]
    level: float
    keep: int


@dataclass(frozen=True, slots=True)
class Unusable:
    """A member of the universe that could not be tested, and why."""

    symbol: str
    reason: str


def check(spec: ScanSpec) -> None:
    """Refuse parameters that make no sense.

    Raises:
        InvalidInputError: LEVEL_OUT_OF_RANGE, KEEP_OUT_OF_RANGE, LAG_OUT_OF_RANGE or UNIVERSE_INVALID.
    """
    if not 0.0 < spec.level <= 0.5:
        raise InvalidInputError("LEVEL_OUT_OF_RANGE", f"level must lie in (0, 0.5], not {spec.level}", ["level"])
    if not 1 <= spec.keep <= KEEP_MAX:
        raise InvalidInputError("KEEP_OUT_OF_RANGE", f"keep must be from 1 to {KEEP_MAX}, not {spec.keep}", ["keep"])
    if spec.max_lag is not None and not 0 <= spec.max_lag <= LAGS_MAX:
        message = f"maxLag must be from 0 to {LAGS_MAX}, not {spec.max_lag}"
        raise InvalidInputError("LAG_OUT_OF_RANGE", message, ["maxLag"])
    if spec.criterion == "FIXED" and spec.max_lag is None:
        raise InvalidInputError("LAG_OUT_OF_RANGE", "A fixed lag needs maxLag", ["maxLag"])
    if (spec.market is None) == (spec.symbols is None):
        raise InvalidInputError("UNIVERSE_INVALID", "Give either a market or symbols", ["universe"])


async def universe(spec: ScanSpec) -> list[Instrument]:
    """The members of a scan's universe by symbol.

    Raises:
        InvalidInputError: fewer than two members, or a symbol twice.
        NotFoundError: an unknown symbol.
        LimitExceededError: too many members.
    """
    if spec.symbols is not None:
        members = await _of_symbols(spec.symbols)
    else:
        count = await Instrument.filter(market__code=spec.market).count()
        if count > INSTRUMENTS_MAX:
            message = f"A scan tests at most {INSTRUMENTS_MAX} instruments; this universe has {count}"
            raise LimitExceededError("UNIVERSE_TOO_LARGE", message, ["universe"])
        members = await Instrument.filter(market__code=spec.market).order_by("symbol", "id")
    if len(members) < 2:
        message = f"A scan needs at least two instruments; this universe has {len(members)}"
        raise InvalidInputError("UNIVERSE_TOO_SMALL", message, ["universe"])
    return members


async def _of_symbols(symbols: list[str]) -> list[Instrument]:
    if len(set(symbols)) < len(symbols):
        raise InvalidInputError("UNIVERSE_INVALID", "A symbol is listed twice", ["universe", "symbols"])
    members = await Instrument.filter(symbol__in=symbols).order_by("symbol", "id")
    missing = sorted(set(symbols) - {member.symbol for member in members})
    if missing:
        message = f"There is no instrument {missing[0][:60]!r}"
        raise NotFoundError("INSTRUMENT_NOT_FOUND", message, ["universe", "symbols"])
    return members


async def probe(spec: ScanSpec, members: Sequence[Instrument]) -> None:
    """Refuse a scan that could only fail, as far as a look at its first members tells.

    Raises:
        InvalidInputError: NO_DATA, PERIOD_REVERSED or, for a small universe, UNIVERSE_UNUSABLE.
    """
    panel = await market_panels.read_panel(members[:PROBED_MAX], spec.formation.start, spec.formation.end)
    market_panels.require_bars(panel)
    if len(members) <= PROBED_MAX:
        usable_columns(spec, panel)


def usable_columns(
    spec: ScanSpec, panel: Panel
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], list[Unusable]]:
    """The columns that can be tested, on the asked scale, which they were, and why the others cannot be.

    Raises:
        InvalidInputError: UNIVERSE_UNUSABLE, fewer than two can be tested.
    """
    reasons = [_why_unusable(spec, column) for column in panel.closes.T]
    usable = np.array([k for k, reason in enumerate(reasons) if reason is None], np.int64)
    unusable = [
        Unusable(instrument.symbol, reason)
        for instrument, reason in zip(panel.instruments, reasons, strict=True)
        if reason is not None
    ]
    if len(usable) < 2:
        first = f": {unusable[0].symbol}: {unusable[0].reason}" if unusable else ""
        message = f"Only {len(usable)} of {len(reasons)} instruments can be tested in this period{first}"
        raise InvalidInputError("UNIVERSE_UNUSABLE", message, ["universe"])
    columns = np.ascontiguousarray(panel.closes[:, usable])
    return (np.log(columns) if spec.prices == "LOG" else columns), usable, unusable


def _why_unusable(spec: ScanSpec, column: npt.NDArray[np.float64]) -> str | None:
    present = column[~np.isnan(column)]
    if len(present) < BARS_MIN:
        return f"{len(present)} bars in the formation period; {BARS_MIN} are needed"
    if spec.prices == "LOG" and present.min() <= 0.0:
        return "a price that is not positive has no logarithm; use raw prices"
    if present.min() == present.max():
        return "its price does not change"
    return None


def to_json(spec: ScanSpec) -> dict[str, object]:
    """A specification as it is stored."""
    plain = asdict(spec)
    plain["formation"] = {key: moment.isoformat() for key, moment in plain["formation"].items()}
    return plain


def from_json(stored: Mapping[str, Any]) -> ScanSpec:
    """A specification as it was stored."""
    formation = Period(*(datetime.fromisoformat(stored["formation"][key]) for key in ("start", "end")))
    return ScanSpec(**{**stored, "formation": formation})
