"""Backtests: what may be run, starting one, and reading its result."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.models.backtests import Backtest, BacktestSeries, Trade
from titan_graphql.models.pairs import Pair
from titan_graphql.quant.backtest import Rules
from titan_graphql.quant.downsample import lttb
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.estimate import Estimate
from titan_graphql.quant.hedge import Hedge
from titan_graphql.quant.metrics import Metrics
from titan_graphql.queue import JobName
from titan_graphql.services import jobs, market_bars, markets, pairs
from titan_graphql.services.jobs import NewJob
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page
from titan_graphql.services.pair_analysis import PriceScale, check_window, scaled_formation
from titan_graphql.services.pairs import PairPrices, Period
from titan_graphql.services.users import Viewer, owned_by

TRADING_BARS_MIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestSpec:
    """Everything a backtest of a pair depends on, besides its data."""

    formation: Period
    trading: Period
    prices: PriceScale
    z_score: Literal["FORMATION", "ROLLING"]
    window: int | None
    entry: float
    exit: float
    stop: float | None
    max_hold: int | None
    sizing: Literal["GROSS", "FIXED_NOTIONAL"]
    gross: float
    notional: float
    capital: float
    commission_bps: float
    slippage_bps: float

    def rules(self) -> Rules:
        """The part that the kernel obeys.

        Raises:
            InvalidInputError: a threshold, size or fee that makes no sense.
        """
        own = {field.name for field in fields(Rules)} & {field.name for field in fields(self)}
        chosen = {name: getattr(self, name) for name in own}
        try:
            return Rules(**chosen, hedge_fixes="NOTIONAL" if self.prices == "LOG" else "SHARES")
        except ParameterError as error:
            raise InvalidInputError(error.code, str(error), [_camel(error.field)]) from error

    @property
    def rolling_window(self) -> int | None:
        """The z-score's window, or None where the formation period's mean and deviation are used."""
        return self.window if self.z_score == "ROLLING" else None


@dataclass(frozen=True, slots=True)
class EquitySeries:
    """Columns of a finished backtest."""

    time: npt.NDArray[np.int64]
    equity: npt.NDArray[np.float64]
    drawdown: npt.NDArray[np.float64]
    position: npt.NDArray[np.float64]
    z_score: npt.NDArray[np.float64]
    downsampled_from: int | None

    @property
    def count(self) -> int:
        """The number of points."""
        return len(self.time)


async def start(viewer: Viewer, pair_id: UUID, spec: BacktestSpec, idempotency_key: str | None = None) -> Backtest:
    """Check a backtest against its data, write it down with its job, and send it to the workers.

    Raises:
        NotFoundError: no such pair, or somebody else's.
        InvalidInputError: a rule, period or window that makes no sense for this data.
        ConflictError: the idempotency key was used with other input.
    """
    pair = await pairs.find(viewer, pair_id)
    new = NewJob(JobName.BACKTEST, "Backtest", uuid4(), _identity(pair, spec), idempotency_key)
    if (job := await jobs.earlier(viewer, new)) is not None:
        return await Backtest.get(id=job.subject_id)
    check(spec, await read_prices(pair, spec))
    try:
        async with in_transaction():
            job = await jobs.create(viewer, new)
            backtest = await Backtest.create(
                id=new.subject_id, owner_id=viewer.user_id, pair=pair, job=job, spec=to_json(spec)
            )
    except IntegrityError:
        # Another request with the same key came first: the unique index let only one through.
        if (job := await jobs.earlier(viewer, new)) is None:
            raise
        return await Backtest.get(id=job.subject_id)
    await jobs.dispatch(job)
    return backtest


async def read_prices(pair: Pair, spec: BacktestSpec) -> PairPrices:
    """The joint prices from the beginning of the formation period to the end of trading.

    Raises:
        InvalidInputError: a reversed period, periods that overlap, or no data.
    """
    markets.check_range(spec.formation.start, spec.formation.end, ["formation"])
    markets.check_range(spec.trading.start, spec.trading.end, ["trading"])
    if spec.trading.start < spec.formation.end:
        message = "Trading must not begin before the formation period has ended: its estimates would know the future"
        raise InvalidInputError("PERIODS_OVERLAP", message, ["trading", "start"])
    return await pairs.read_prices(pair, Period(spec.formation.start, spec.trading.end), ["trading"])


def check(spec: BacktestSpec, read: PairPrices) -> None:
    """Refuse a specification that its data cannot serve.

    Raises:
        InvalidInputError: rules, formation, trading period or window.
    """
    spec.rules()
    scaled_formation(read.between(spec.formation), spec.prices)
    trading = read.between(spec.trading)
    if len(trading) < TRADING_BARS_MIN:
        message = f"The trading period has {len(trading)} joint bars; it needs {TRADING_BARS_MIN}"
        raise InvalidInputError("NO_DATA", message, ["trading"])
    if (trading.y <= 0).any() or (trading.x <= 0).any():
        message = "A price in the trading period is not positive, so no quantity can be bought with it"
        raise InvalidInputError("PRICE_NOT_POSITIVE", message, ["trading"])
    if spec.z_score == "ROLLING" and spec.window is None:
        raise InvalidInputError("WINDOW_MISSING", "A rolling z-score needs a window", ["window"])
    check_window(spec.rolling_window, len(read))


async def find(viewer: Viewer, backtest_id: UUID) -> Backtest:
    """One backtest.

    Raises:
        NotFoundError: no such backtest, or somebody else's.
    """
    backtest = await Backtest.filter(owned_by(viewer), id=backtest_id).get_or_none()
    if backtest is None:
        raise NotFoundError("BACKTEST_NOT_FOUND", "There is no such backtest", ["id"])
    return backtest


async def find_trade(viewer: Viewer, trade_id: UUID) -> Trade:
    """One trade.

    Raises:
        NotFoundError: no such trade, or of somebody else's backtest.
    """
    trade = await Trade.get_or_none(id=trade_id)
    if trade is None:
        raise NotFoundError("NODE_NOT_FOUND", "There is no such trade", ["id"])
    await find(viewer, trade.backtest_id)  # type: ignore[attr-defined]  # made by Tortoise
    return trade


async def by_ids(ids: list[UUID]) -> dict[UUID, Backtest]:
    """Backtests by id; absent ids are left out."""
    return {backtest.id: backtest for backtest in await Backtest.filter(id__in=ids)}


async def page(viewer: Viewer, request: PageRequest, pair: Pair | None = None) -> Page[Backtest]:
    """The viewer's backtests, of one pair or of all, newest first."""
    rows = Backtest.filter(owned_by(viewer)) if pair is None else Backtest.filter(owned_by(viewer), pair=pair)
    order = Order("created_at", descending=True)
    return await fetch_page(rows, request, order, {"pair": pair and str(pair.id)})


async def trades(backtest: Backtest, request: PageRequest) -> Page[Trade]:
    """The trades of a backtest in the order in which they were entered."""
    return await fetch_page(Trade.filter(backtest=backtest), request, Order("number"), {"of": str(backtest.id)})


async def equity(backtest: Backtest, max_points: int | None) -> EquitySeries | None:
    """The columns of a backtest, or None until it has succeeded.

    Raises:
        InvalidInputError: max_points out of range.
    """
    markets.check_points(max_points)
    row = await BacktestSeries.get_or_none(backtest_id=backtest.id)
    if row is None:
        return None
    time = np.frombuffer(row.time, market_bars.TIME_TYPE)
    names = ("equity", "drawdown", "position", "z_score")
    columns = [np.frombuffer(getattr(row, name), market_bars.VALUE_TYPE) for name in names]
    if max_points is None or len(time) <= max_points:
        return EquitySeries(time, columns[0], columns[1], columns[2], columns[3], None)
    kept = lttb(time, columns[0], max_points)
    shown = [column[kept] for column in columns]
    return EquitySeries(time[kept], shown[0], shown[1], shown[2], shown[3], len(time))


def hedge(backtest: Backtest) -> Hedge | None:
    """The hedge ratio of a backtest, or None until it has succeeded."""
    stored: dict[str, Any] | None = backtest.hedge
    return None if stored is None else Hedge(**stored)


def metrics(backtest: Backtest) -> Metrics | None:
    """The figures of a backtest, or None until it has succeeded."""
    if backtest.metrics is None:
        return None
    stored: dict[str, Any] = backtest.metrics
    values: dict[str, Any] = {
        name: Estimate(**value) if isinstance(value, dict) else value for name, value in stored.items()
    }
    return Metrics(**values)


def to_json(spec: BacktestSpec) -> dict[str, object]:
    """A specification as it is stored."""
    plain = asdict(spec)
    for name in ("formation", "trading"):
        plain[name] = {key: moment.isoformat() for key, moment in plain[name].items()}
    return plain


def from_json(stored: Mapping[str, Any]) -> BacktestSpec:
    """A specification as it was stored."""
    periods = {
        name: Period(*(datetime.fromisoformat(stored[name][key]) for key in ("start", "end")))
        for name in ("formation", "trading")
    }
    return BacktestSpec(**{**stored, **periods})


def _identity(pair: Pair, spec: BacktestSpec) -> dict[str, object]:
    return {"pair": str(pair.id), **to_json(spec)}


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)
