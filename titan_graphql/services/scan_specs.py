"""Which universes and parameters a scan takes, and which members of a universe can be tested."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, Literal
from uuid import UUID

import numpy as np
import numpy.typing as npt

from titan_graphql.errors import InvalidInputError, LimitExceededError, NotFoundError
from titan_graphql.models.markets import Instrument, Market
from titan_graphql.quant.screen_prepare import MIN_FREEDOM
from titan_graphql.services import market_panels, market_universes, markets
from titan_graphql.services.market_panels import Panel
from titan_graphql.services.markets import CODE_MAX, SYMBOL_MAX
from titan_graphql.services.pages import LIST_MAX
from titan_graphql.services.pairs import Period
from titan_graphql.services.texts import could_name
from titan_graphql.services.users import Viewer

INSTRUMENTS_MAX = 20_000
PROBED_MAX = 150
KEEP_MAX = 10_000
TAIL_MAX = 25_000_000
LAGS_MAX = 100
BARS_MIN = 30


@dataclass(frozen=True, slots=True)
class DatedUniverse:
    """A named universe on a day; a day that nobody gave follows from the period."""

    id: UUID | None
    as_of: date | None = None
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} as of {self.as_of}"

    @property
    def subject(self) -> tuple[UUID | None, str]:
        """What trials are counted under, whatever the day."""
        return self.id, self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSpec:
    """What a scan asks of every directed pair, and how it corrects for their number.

    The universe is a market, symbols, symbols of a market, or the members of a named universe on a day.
    """

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
    named: DatedUniverse | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A member of the universe that could not be tested, and why."""

    symbol: str
    reason: str


def check(spec: ScanSpec) -> None:
    """Refuse parameters that make no sense.

    Raises:
        InvalidInputError: PERIOD_REVERSED, LEVEL_OUT_OF_RANGE, KEEP_OUT_OF_RANGE, LAG_OUT_OF_RANGE, UNIVERSE_INVALID
            or LIST_TOO_LONG.
    """
    markets.check_range(spec.formation.start, spec.formation.end, ["formation"])
    if not 0.0 < spec.level <= 0.5:
        raise InvalidInputError("LEVEL_OUT_OF_RANGE", f"level must lie in (0, 0.5], not {spec.level}", ["level"])
    if not 1 <= spec.keep <= KEEP_MAX:
        raise InvalidInputError("KEEP_OUT_OF_RANGE", f"keep must be from 1 to {KEEP_MAX}, not {spec.keep}", ["keep"])
    if spec.max_lag is not None and not 0 <= spec.max_lag <= LAGS_MAX:
        message = f"maxLag must be from 0 to {LAGS_MAX}, not {spec.max_lag}"
        raise InvalidInputError("LAG_OUT_OF_RANGE", message, ["maxLag"])
    if spec.criterion == "FIXED" and spec.max_lag is None:
        raise InvalidInputError("LAG_OUT_OF_RANGE", "A fixed lag needs maxLag", ["maxLag"])
    check_universe(spec)
    if spec.symbols is not None and len(spec.symbols) > LIST_MAX:
        message = f"At most {LIST_MAX} symbols can be listed, not {len(spec.symbols):,}; scan a market instead"
        raise InvalidInputError("LIST_TOO_LONG", message, ["universe", "symbols"])


def check_universe(spec: ScanSpec) -> None:
    """Refuse a universe that is described in no way, or in two.

    Raises:
        InvalidInputError: UNIVERSE_INVALID.
    """
    plain = spec.market is not None or spec.symbols is not None
    if plain == (spec.named is not None):
        message = "Give a market, symbols, symbols of a market, or the id of a universe alone"
        raise InvalidInputError("UNIVERSE_INVALID", message, ["universe"])
    if spec.named is not None and spec.named.id is None:
        raise InvalidInputError("UNIVERSE_INVALID", "asOf goes with the id of a universe", ["universe", "asOf"])


async def dated(viewer: Viewer, named: DatedUniverse | None, moment: datetime) -> DatedUniverse | None:
    """A named universe with its name, and with the day of this moment where no other was given.

    Raises:
        NotFoundError: no such universe, or somebody else's.
    """
    if named is None or named.id is None:
        return named
    try:
        row = await market_universes.find(viewer, named.id)
    except NotFoundError as error:
        raise NotFoundError(error.code, error.message, ["universe", "id"]) from error
    return replace(named, name=row.name, as_of=named.as_of or moment.astimezone(UTC).date())


async def settled(viewer: Viewer, spec: ScanSpec) -> ScanSpec:
    """The specification with its universe dated: by default, the day on which the formation period ends.

    Raises:
        NotFoundError: no such universe, or somebody else's.
    """
    return replace(spec, named=await dated(viewer, spec.named, spec.formation.end))


async def universe(spec: ScanSpec) -> list[Instrument]:
    """The members of a scan's universe by symbol; the one place that says who they are.

    Raises:
        InvalidInputError: fewer than two members, a symbol twice or one that several markets list.
        NotFoundError: an unknown market or symbol.
        LimitExceededError: too many members, or too many results below the level.
    """
    members = await _named_members(spec) if spec.named is not None else await _listed_members(spec)
    if len(members) < 2:
        message = f"A scan needs at least two instruments; this universe has {len(members)}"
        raise InvalidInputError("UNIVERSE_TOO_SMALL", message, ["universe"])
    return members


async def _named_members(spec: ScanSpec) -> list[Instrument]:
    if spec.named is None or spec.named.id is None:
        return []
    members = await market_universes.members_of(spec.named.id, spec.named.as_of)
    _check_size(len(members), spec.level)
    return members


async def _listed_members(spec: ScanSpec) -> list[Instrument]:
    rows = Instrument.all()
    if spec.market is not None:
        if not could_name(spec.market, CODE_MAX, ["universe"]) or not await Market.exists(code=spec.market):
            message = f"There is no market {spec.market[:60]!r}"
            raise NotFoundError("MARKET_NOT_FOUND", message, ["universe", "market"])
        rows = rows.filter(market__code=spec.market)
    if spec.symbols is not None:
        rows = rows.filter(symbol__in=_nameable(spec.symbols))
    _check_size(await rows.count(), spec.level)
    members = await rows.order_by("symbol", "id")
    if spec.symbols is not None:
        _check_symbols(spec.symbols, [member.symbol for member in members])
    return members


def _nameable(symbols: list[str]) -> list[str]:
    if len(set(symbols)) < len(symbols):
        raise InvalidInputError("UNIVERSE_INVALID", "A symbol is listed twice", ["universe", "symbols"])
    return [symbol for symbol in symbols if could_name(symbol, SYMBOL_MAX, ["universe", "symbols"])]


def _check_symbols(asked: list[str], found: list[str]) -> None:
    missing = sorted(set(asked) - set(found))
    if missing:
        message = f"There is no instrument {missing[0][:60]!r}"
        raise NotFoundError("INSTRUMENT_NOT_FOUND", message, ["universe", "symbols"])
    if len(found) > len(asked):
        twice = next(symbol for symbol, other in pairwise(found) if symbol == other)
        message = f"Several markets list {twice}; name one"
        raise InvalidInputError("SYMBOL_AMBIGUOUS", message, ["universe", "market"])


def _check_size(count: int, level: float) -> None:
    """A scan keeps every pair below its level, whose memory must stay bounded."""
    if count > INSTRUMENTS_MAX:
        message = f"A scan tests at most {INSTRUMENTS_MAX:,} instruments; this universe has {count:,}"
        raise LimitExceededError("UNIVERSE_TOO_LARGE", message, ["universe"])
    expected = level * count * (count - 1)
    if expected > TAIL_MAX:
        message = f"About {expected:,.0f} pairs would fall below {level:g}; at most {TAIL_MAX:,} are kept"
        raise LimitExceededError("LEVEL_TOO_HIGH", f"{message}: lower the level", ["level"])


async def probe(spec: ScanSpec, members: Sequence[Instrument]) -> None:
    """Refuse a scan that could only fail, as far as a look at its first members tells.

    Raises:
        InvalidInputError: NO_DATA, PERIOD_REVERSED or, for a small universe, UNIVERSE_UNUSABLE or NO_OVERLAP.
    """
    panel = await market_panels.read_remembered(members[:PROBED_MAX], spec.formation.start, spec.formation.end)
    if len(members) <= PROBED_MAX:
        market_panels.require_bars(panel)
        columns, _, _ = usable_columns(spec, panel)
        present = (~np.isnan(columns)).astype(np.float32)
        common = present.T @ present
        np.fill_diagonal(common, 0.0)
        if common.max() < fewest_bars(spec):
            message = f"No two instruments have {fewest_bars(spec)} bars in common in the formation period"
            raise InvalidInputError("NO_OVERLAP", message, ["universe"])


def usable_columns(
    spec: ScanSpec, panel: Panel
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], list[Unusable]]:
    """The columns that can be tested on the chosen scale, their places in the panel, and why the others cannot be.

    Raises:
        InvalidInputError: UNIVERSE_UNUSABLE, fewer than two can be tested.
    """
    reasons = [
        panel.refusals.get(number) or _why_unusable(spec, column) for number, column in enumerate(panel.closes.T)
    ]
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


def fewest_bars(spec: ScanSpec) -> int:
    """What the lag rule needs so that the longest regression keeps its degrees of freedom."""
    return max(BARS_MIN, MIN_FREEDOM + 2 + 2 * (spec.max_lag or 0))


def _why_unusable(spec: ScanSpec, column: npt.NDArray[np.float64]) -> str | None:
    present = column[~np.isnan(column)]
    if len(present) < fewest_bars(spec):
        return f"{len(present)} bars in the formation period; {fewest_bars(spec)} are needed"
    if spec.prices == "LOG" and present.min() <= 0.0:
        return "a price that is not positive has no logarithm; use raw prices"
    if present.min() == present.max():
        return "its price does not change"
    return None


def describe(spec: ScanSpec) -> str:
    """The universe in words."""
    if spec.named is not None:
        return str(spec.named)
    listed = ", ".join(spec.symbols or [])
    return f"{spec.market}: {listed}" if spec.market and listed else spec.market or listed


def to_json(spec: ScanSpec) -> dict[str, object]:
    """A specification as it is stored."""
    plain = asdict(spec)
    plain["formation"] = {key: moment.isoformat() for key, moment in plain["formation"].items()}
    return {**plain, "named": named_to_json(spec.named)}


def from_json(stored: Mapping[str, Any]) -> ScanSpec:
    """A specification as it was stored."""
    formation = Period(*(datetime.fromisoformat(stored["formation"][key]) for key in ("start", "end")))
    return ScanSpec(**{**stored, "formation": formation, "named": named_from_json(stored.get("named"))})


def named_to_json(named: DatedUniverse | None) -> dict[str, str] | None:
    """A dated universe as it is stored."""
    return None if named is None else {"id": str(named.id), "as_of": str(named.as_of), "name": named.name}


def named_from_json(stored: Mapping[str, str] | None) -> DatedUniverse | None:
    """A dated universe as it was stored."""
    if stored is None:
        return None
    return DatedUniverse(UUID(stored["id"]), date.fromisoformat(stored["as_of"]), stored["name"])
