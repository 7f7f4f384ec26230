"""Corporate actions: importing them, and reading prices that are corrected for them; raw bars stay as they are."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.transactions import in_transaction

from titan_graphql.errors import InvalidInputError
from titan_graphql.feeds.bars import COLUMNS, MS_PER_DAY, Bars, Times, to_ms
from titan_graphql.models.markets import ActionKind as ActionKind
from titan_graphql.models.markets import (
    Adjustment,
    CorporateAction,
    Dataset,
    Instrument,
    Market,
    Series,
)
from titan_graphql.quant.adjustment import Dividend, Events, Split, dividend_factors, split_factors
from titan_graphql.quant.adjustment import events as lay_out
from titan_graphql.services import market_quality, market_revisions
from titan_graphql.services.market_bars import read_bars
from titan_graphql.services.market_quality import Subject
from titan_graphql.services.market_revisions import Provenance

ACTIONS_MAX = 250
RATIO_MAX = 1000.0
DIVIDEND_MAX = 1e9
EARLIEST = date(1800, 1, 1)
ANNOUNCED_AHEAD = timedelta(days=366)
PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class NewAction:
    """A split (`value` new shares for one old) or a dividend (`value` per share), first effective on `ex_date`."""

    kind: ActionKind
    ex_date: date
    value: float


@dataclass(frozen=True, slots=True)
class Corrections:
    """What stored prices are corrected for already, and the actions known of them, as a dataset keeps both."""

    adjustment: Adjustment
    actions: Sequence[Sequence[Any]]

    @property
    def pending(self) -> bool:
        """Whether total returns would still change a price."""
        return bool(self.actions) and self.adjustment is not Adjustment.TOTAL_RETURN


async def of_instrument(instrument: Instrument) -> list[CorporateAction]:
    """What is known of an instrument, oldest first."""
    return await CorporateAction.filter(instrument_id=instrument.id).order_by("ex_date", "kind")


async def add(instrument: Instrument, actions: Sequence[NewAction], source: str) -> list[CorporateAction]:
    """Make corporate actions known; each of the instrument's series gets a revision that knows them.

    An action of the same kind and date replaces the one before.

    Raises:
        InvalidInputError: ACTION_INVALID or LIST_TOO_LONG.
        ConflictError: somebody imported bars at the same time.
    """
    if len(actions) > ACTIONS_MAX:
        raise InvalidInputError("LIST_TOO_LONG", f"Give at most {ACTIONS_MAX} actions at once", ["actions"])
    check(actions)
    await write(instrument, actions, source)
    return await of_instrument(instrument)


async def write(instrument: Instrument, actions: Sequence[NewAction], source: str) -> None:
    """Keep actions that were checked; joins the transaction that is open.

    Raises:
        ConflictError: somebody imported bars at the same time.
    """
    async with in_transaction():
        for action in actions:
            await CorporateAction.update_or_create(
                {"value": action.value, "source": source},
                instrument_id=instrument.id,
                kind=action.kind,
                ex_date=action.ex_date,
            )
        every = await of_instrument(instrument)
        await _revise(instrument, as_json(every), source)


def check(actions: Sequence[NewAction]) -> None:
    """Refuse impossible actions.

    Raises:
        InvalidInputError: ACTION_INVALID.
    """
    last = datetime.now(UTC).date() + ANNOUNCED_AHEAD
    for k, action in enumerate(actions):
        if not _is_possible(action):
            message = f"A {action.kind.lower()} of {action.value:g} is not possible"
            raise InvalidInputError("ACTION_INVALID", message, ["actions", str(k), "value"])
        if not EARLIEST <= action.ex_date <= last:
            message = f"{action.ex_date} cannot be the date of a corporate action"
            raise InvalidInputError("ACTION_INVALID", message, ["actions", str(k), "exDate"])


def _is_possible(action: NewAction) -> bool:
    if action.kind is ActionKind.SPLIT:
        return 1 / RATIO_MAX <= action.value <= RATIO_MAX and action.value != 1.0
    return 0.0 < action.value <= DIVIDEND_MAX


def as_json(actions: Sequence[CorporateAction]) -> list[list[Any]]:
    """Actions as a dataset keeps them."""
    return [[action.ex_date.isoformat(), action.kind.value, action.value] for action in actions]


async def _revise(instrument: Instrument, actions: list[list[Any]], source: str) -> None:
    market = await Market.get(instruments__id=instrument.id)
    for series in await Series.filter(instrument_id=instrument.id, revision__gt=0).order_by("id"):
        newest = await Dataset.get(series_id=series.id, revision=series.revision)
        bars = await read_bars(series, COLUMNS)
        revision = market_revisions.plan(series, bars, bars, newest, actions)
        if revision is not None:
            subject = Subject(
                market=market,
                timeframe=series.timeframe,
                kind=instrument.kind,
                adjustment=series.adjustment,
                splits=split_days(actions),
            )
            revision.quality = await asyncio.to_thread(market_quality.report, bars, subject)
            provenance = Provenance("actions", source, newest.synthetic, series.adjustment)
            await market_revisions.commit([revision], provenance)


async def read_adjusted(
    series: Series,
    dataset: Dataset,
    columns: Sequence[str],
    start: datetime | None = None,
    end: datetime | None = None,
    adjustment: Adjustment = Adjustment.TOTAL_RETURN,
    timezone: str = "UTC",
) -> Bars:
    """Bars of a dataset's revision that begin in [start, end), corrected as asked.

    What a source has already corrected stays so: see `applied`. The last bar is always as it was traded.
    """
    needs_close = {*columns, "close"} if adjustment is Adjustment.TOTAL_RETURN else set(columns)
    names = [name for name in COLUMNS if name in needs_close]
    bars = await read_bars(series, names, revision=dataset.revision)
    corrected = adjusted(bars, dataset, adjustment, timezone)
    kept = {name: column for name, column in corrected.columns.items() if name in columns}
    return Bars(corrected.time, kept).between(start, end)


def applied(stored: Adjustment, asked: Adjustment) -> Adjustment:
    """What prices are corrected for when `asked` is read from prices `stored` as such: never less than stored."""
    order = list(Adjustment)
    return max(stored, asked, key=order.index)


def adjusted(bars: Bars, dataset: Dataset | Corrections, asked: Adjustment, timezone: str = "UTC") -> Bars:
    """Bars with every price before a corporate action corrected for it.

    Raises:
        InvalidInputError: DIVIDEND_IMPOSSIBLE.
    """
    stored = dataset.adjustment
    if not dataset.actions or not len(bars) or applied(stored, asked) is stored:
        return bars
    zone = UTC if _is_daily(bars) else ZoneInfo(timezone)
    splits, dividends = _dated(dataset.actions, zone)
    factors = split_factors(bars.time, splits) if stored is Adjustment.RAW else None
    columns = dict(bars.columns)
    if factors is not None and "volume" in columns:
        columns["volume"] = columns["volume"] / factors
    if asked is Adjustment.TOTAL_RETURN:
        try:
            paid = dividend_factors(bars.time, bars.close, dividends, splits if stored is Adjustment.SPLIT else ())
        except ValueError as error:
            raise InvalidInputError(
                "DIVIDEND_IMPOSSIBLE", f"{error}; read the prices as SPLIT", ["adjustment"]
            ) from error
        factors = paid if factors is None else factors * paid
    for name in PRICES:
        if name in columns and factors is not None:
            columns[name] = columns[name] * factors
    return Bars(bars.time, columns)


def events(time: Times, adjustment: Adjustment, actions: Sequence[Sequence[Any]]) -> Events:
    """What happened to the shares on each daily bar of a dataset, as far as its source has not corrected prices for it.

    Dividends of prices that were corrected for splits are paid per share of the last bar.
    """
    splits, dividends = _dated(actions, UTC)
    if adjustment is Adjustment.TOTAL_RETURN:
        return lay_out(time, [], [])
    if adjustment is Adjustment.RAW:
        return lay_out(time, splits, dividends)
    done = [split for split in splits if split.time <= time[-1]]
    later = [math.prod(split.ratio for split in done if split.time > one.time) for one in dividends]
    return lay_out(
        time, [], [Dividend(one.time, one.amount / ratio) for one, ratio in zip(dividends, later, strict=True)]
    )


def split_days(actions: Sequence[Sequence[Any]]) -> frozenset[int]:
    """The ex-dates of splits, in milliseconds."""
    return frozenset(_ms(action, UTC) for action in actions if action[1] == ActionKind.SPLIT)


async def known(instruments: Sequence[Instrument]) -> dict[UUID, list[list[Any]]]:
    """The actions of each instrument, as a dataset keeps them."""
    rows = await CorporateAction.filter(instrument_id__in=[one.id for one in instruments]).order_by("ex_date", "kind")
    found: dict[UUID, list[list[Any]]] = {}
    for row in rows:
        found.setdefault(row.instrument_id, []).extend(as_json([row]))  # type: ignore[attr-defined]  # made by Tortoise
    return found


def _dated(actions: Sequence[Sequence[Any]], zone: Any) -> tuple[list[Split], list[Dividend]]:
    splits = [Split(_ms(action, zone), action[2]) for action in actions if action[1] == ActionKind.SPLIT]
    dividends = [Dividend(_ms(action, zone), action[2]) for action in actions if action[1] == ActionKind.DIVIDEND]
    return splits, dividends


def _ms(action: Sequence[Any], zone: Any) -> int:
    return to_ms(datetime.combine(date.fromisoformat(action[0]), datetime.min.time(), zone))


def _is_daily(bars: Bars) -> bool:
    return bool((bars.time % MS_PER_DAY == 0).all())
