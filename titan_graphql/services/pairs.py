"""Pairs that users keep, and the joint price history of their two legs."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from titan_graphql.errors import ConflictError, InvalidInputError, NotFoundError
from titan_graphql.models.jobs import TERMINAL_STATES, Job
from titan_graphql.models.markets import Dataset, Instrument
from titan_graphql.models.pairs import Pair
from titan_graphql.services import jobs, market_actions, market_bars, markets
from titan_graphql.services.market_bars import Bars, Floats, Times
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page, where
from titan_graphql.services.texts import check_text, could_name
from titan_graphql.services.users import Viewer, owned_by

NOTE_MAX = 10_000
TAG_MAX, TAGS_MAX = 40, 20
COLUMNS = {"y": "y__symbol", "x": "x__symbol", "note": "note"}


@dataclass(frozen=True, slots=True)
class Period:
    """The bars that begin in [start, end)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class PairPrices:
    """Closes of both legs at the times at which both have a bar, and the datasets they come from."""

    time: Times
    y: Floats
    x: Floats
    datasets: tuple[Dataset, ...]

    def __len__(self) -> int:
        return len(self.time)

    def index_of(self, moment: datetime) -> int:
        """How many bars begin before a moment."""
        return int(np.searchsorted(self.time, market_bars.to_ms(moment)))

    def between(self, period: Period) -> "PairPrices":
        """The bars of a period."""
        window = slice(self.index_of(period.start), self.index_of(period.end))
        return PairPrices(self.time[window], self.y[window], self.x[window], self.datasets)


async def create(
    viewer: Viewer, y: str, x: str, note: str | None = None, tags: Sequence[str] = (), market: str | None = None
) -> Pair:
    """Keep a pair; `market` is the one that is meant where several list a symbol.

    Raises:
        NotFoundError: an unknown symbol.
        InvalidInputError: the same leg twice, an overlong note or tag, or SYMBOL_AMBIGUOUS.
        ConflictError: the viewer keeps this pair already.
    """
    _check_texts(note, tags)
    leg_y, leg_x = await _leg(y, "y", market), await _leg(x, "x", market)
    if leg_y.id == leg_x.id:
        raise InvalidInputError("SAME_LEG_TWICE", f"A pair needs two instruments, not {leg_y.symbol} twice", ["x"])
    try:
        pair = await Pair.create(owner_id=viewer.user_id, y=leg_y, x=leg_x, note=note, tags=list(tags))
    except IntegrityError as error:
        raise ConflictError("PAIR_EXISTS", f"You already keep {leg_y.symbol}/{leg_x.symbol}", ["y"]) from error
    return pair


async def _leg(symbol: str, field: str, market: str | None) -> Instrument:
    try:
        return await markets.get_instrument(symbol, field)
    except InvalidInputError as error:
        if error.code != "SYMBOL_AMBIGUOUS" or market is None:
            raise
    return await markets.get_instrument(symbol, field, market)


async def tag(viewer: Viewer, pair_id: UUID, tags: Sequence[str] | None = None, note: str | None = None) -> Pair:
    """Write other tags or another note on a pair; None leaves them as they are, an empty note removes it.

    Raises:
        NotFoundError: no such pair, or somebody else's.
        InvalidInputError: an overlong note or tag.
    """
    _check_texts(note, tags or ())
    pair = await find(viewer, pair_id, "pairId")
    changes: dict[str, Any] = {} if tags is None else {"tags": list(tags)}
    if note is not None:
        changes["note"] = note or None
    if changes:
        await Pair.filter(id=pair.id).update(**changes)
    return pair.update_from_dict(changes)


async def remove(viewer: Viewer, pair_id: UUID) -> Pair:
    """Forget a pair, with its backtests and sweeps; runs that are still under way are told to stop.

    Raises:
        NotFoundError: no such pair, or somebody else's.
    """
    pair = await find(viewer, pair_id)
    about = Q(backtest__pair_id=pair.id) | Q(sweep__pair_id=pair.id)
    for job in await Job.filter(about).exclude(state__in=TERMINAL_STATES):
        with contextlib.suppress(ConflictError):  # it has ended by itself meanwhile
            await jobs.cancel(viewer, job.id)
    await pair.delete()
    return pair


async def find(viewer: Viewer, pair_id: UUID, field: str = "id") -> Pair:
    """One pair; `field` says which input named it.

    Raises:
        NotFoundError: no such pair, or somebody else's.
    """
    pair = await Pair.filter(owned_by(viewer), id=pair_id).get_or_none()
    if pair is None:
        raise NotFoundError("PAIR_NOT_FOUND", "There is no such pair", [field])
    return pair


async def find_by_symbols(viewer: Viewer, y: str, x: str) -> Pair | None:
    """The viewer's own pair of these symbols, or None."""
    if not all(could_name(symbol, markets.SYMBOL_MAX, [leg]) for symbol, leg in ((y, "y"), (x, "x"))):
        return None
    return await Pair.filter(owner_id=viewer.user_id, y__symbol=y, x__symbol=x).first()


async def by_ids(ids: list[UUID]) -> dict[UUID, Pair]:
    """Pairs by id; absent ids are left out."""
    return {pair.id: pair for pair in await Pair.filter(id__in=ids)}


async def page(
    viewer: Viewer, request: PageRequest, order: Order, criteria: Mapping[str, Any] | None = None
) -> Page[Pair]:
    """The viewer's pairs."""
    rows = Pair.filter(owned_by(viewer)).filter(where(criteria, COLUMNS))
    return await fetch_page(rows, request, order, criteria)


async def legs(pair: Pair) -> tuple[Instrument, Instrument]:
    """Both instruments, y first."""
    y_id: UUID = pair.y_id  # type: ignore[attr-defined]  # made by Tortoise
    x_id: UUID = pair.x_id  # type: ignore[attr-defined]  # made by Tortoise
    found = await markets.instruments_by_ids([y_id, x_id])
    return found[y_id], found[x_id]


async def read_prices(pair: Pair, period: Period, path: Sequence[str]) -> PairPrices:
    """The joint daily closes of both legs in a period, total returns; of datasets, never live ones.

    Raises:
        InvalidInputError: the period is reversed, a leg has no bars in it, or the legs share none or no timeframe.
        NotFoundError: NO_DATA.
    """
    markets.check_range(period.start, period.end, path)
    both = await legs(pair)
    series_y, series_x = await markets.daily_series(*both)
    datasets = (await market_bars.newest_dataset(series_y), await market_bars.newest_dataset(series_x))
    y = await market_actions.read_adjusted(series_y, datasets[0], ["close"], period.start, period.end)
    x = await market_actions.read_adjusted(series_x, datasets[1], ["close"], period.start, period.end)
    check_overlap(both, (y, x), period, path)
    time, at_y, at_x = np.intersect1d(y.time, x.time, assume_unique=True, return_indices=True)
    return PairPrices(time, y.close[at_y], x.close[at_x], datasets)


def check_overlap(both: Sequence[Instrument], bars: Sequence[Bars], period: Period, path: Sequence[str]) -> None:
    """Refuse legs whose bars of a period cannot be compared.

    Raises:
        InvalidInputError: NO_DATA or NO_OVERLAP.
    """
    for leg, own in zip(both, bars, strict=True):
        if not len(own):
            message = f"{leg.symbol} has no bars from {period.start:%Y-%m-%d} to {period.end:%Y-%m-%d}"
            raise InvalidInputError("NO_DATA", message, path)
    if not len(np.intersect1d(bars[0].time, bars[1].time, assume_unique=True)):
        message = f"{both[0].symbol} and {both[1].symbol} have no bar in common in this period"
        raise InvalidInputError("NO_OVERLAP", message, path)


def _check_texts(note: str | None, tags: Sequence[str]) -> None:
    check_text(note or "", ["note"])
    for tag in tags:
        check_text(tag, ["tags"])
    if note is not None and len(note) > NOTE_MAX:
        raise InvalidInputError("NOTE_TOO_LONG", f"A note has at most {NOTE_MAX} characters", ["note"])
    if len(tags) > TAGS_MAX or any(not 1 <= len(tag) <= TAG_MAX for tag in tags):
        message = f"Give at most {TAGS_MAX} tags of 1 to {TAG_MAX} characters"
        raise InvalidInputError("TAG_INVALID", message, ["tags"])
