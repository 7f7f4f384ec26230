"""The data of a portfolio: instruments read once, pairs side by side, their signals and their weights."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from titan_graphql.errors import InvalidInputError
from titan_graphql.models.markets import Instrument, Series
from titan_graphql.models.pairs import Pair
from titan_graphql.quant.portfolio import Members, Names, inverse_volatility
from titan_graphql.services import backtest_prices, backtest_signals, backtest_specs, markets
from titan_graphql.services.backtest_prices import LegHistory, PairHistory, StoredLeg
from titan_graphql.services.market_bars import MS_PER_DAY, Floats, Times
from titan_graphql.services.pairs import Period
from titan_graphql.services.portfolio_specs import PortfolioSpec


@dataclass(frozen=True, slots=True)
class Holdings:
    """The pairs of a portfolio with their history, and each instrument once; a year has `periods` bars of the book."""

    spec: PortfolioSpec
    pairs: list[Pair]
    instruments: list[Instrument]
    stored: list[StoredLeg]
    histories: list[PairHistory]
    periods: float

    @property
    def time(self) -> Times:
        """The bars of the trading period at which any instrument has one."""
        own = [history.between(self.spec.trading).time for history in self.histories]
        return np.unique(np.concatenate(own))

    @property
    def hashes(self) -> list[str]:
        """The identities of the data, by instrument."""
        return [one.dataset.content_hash for one in self.stored]

    def legs(self) -> list[LegHistory]:
        """The instruments on the bars of the book."""
        others = np.unique(np.concatenate([one.bars.time for one in self.stored]))
        return [one.on(self.time, others) for one in self.stored]

    def rows(self, pair: Pair) -> tuple[int, int]:
        """Where the legs of a pair stand among the instruments."""
        at = {one.id: row for row, one in enumerate(self.instruments)}
        return at[pair.y_id], at[pair.x_id]  # type: ignore[attr-defined]  # made by Tortoise


async def read(spec: PortfolioSpec, chosen: Sequence[Pair]) -> Holdings:
    """Read every instrument once and refuse what cannot be one book.

    Raises:
        InvalidInputError: CURRENCY_MIXED, NO_DATA, NO_OVERLAP, or data that cannot serve a pair, as for a backtest.
        NotFoundError: NO_DATA, an instrument without daily bars.
    """
    ids = list(dict.fromkeys(leg for pair in chosen for leg in _leg_ids(pair)))
    found = await markets.instruments_by_ids(ids)
    instruments = [found[one] for one in ids]
    currencies = sorted({one.currency for one in instruments})
    if len(currencies) > 1:
        message = f"The pairs trade in {' and '.join(currencies)}; a book has one currency"
        raise InvalidInputError("CURRENCY_MIXED", message, ["pairIds"])
    series: dict[UUID, Series] = {}
    for pair in chosen:
        legs = _leg_ids(pair)
        series |= zip(legs, await markets.daily_series(*(found[leg] for leg in legs)), strict=True)
    stored = [await backtest_prices.read_leg(series[one]) for one in ids]
    at = {one.id: row for row, one in enumerate(instruments)}
    periods = await markets.bars_per_year(ids)
    whole, single, histories = Period(spec.formation.start, spec.trading.end), spec.single(), []
    for pair in chosen:
        rows = [at[leg] for leg in _leg_ids(pair)]
        own = [stored[row] for row in rows]
        history = backtest_prices.join([instruments[row] for row in rows], own, whole, ["trading"], periods)
        await asyncio.to_thread(backtest_specs.check, single, history)
        histories.append(history)
    holdings = Holdings(spec, list(chosen), instruments, stored, histories, periods)
    _check_common(holdings)
    return holdings


def _leg_ids(pair: Pair) -> tuple[UUID, UUID]:
    return pair.y_id, pair.x_id  # type: ignore[attr-defined]  # made by Tortoise


def _check_common(holdings: Holdings) -> None:
    common: Times | None = None
    for history in holdings.histories:
        own = history.between(holdings.spec.trading)
        joint = own.time[own.joint]
        common = joint if common is None else np.intersect1d(common, joint)
    if common is None or not len(common):
        message = "The pairs have no bar in common in the trading period, so they cannot form a book"
        raise InvalidInputError("NO_OVERLAP", message, ["trading"])


def names(holdings: Holdings) -> Names:
    """The instruments on the bars of the book."""
    time, legs = holdings.time, holdings.legs()
    last = [len(time) if leg.last_bar is None else leg.last_bar for leg in legs]
    return Names(
        close=np.array([leg.close for leg in legs]),
        traded=np.array([leg.traded for leg in legs]),
        splits=np.array([leg.events.splits for leg in legs]),
        dividends=np.array([leg.events.dividends for leg in legs]),
        last=np.array(last),
        days=np.diff(time, prepend=time[:1]) / MS_PER_DAY,
    )


def members(holdings: Holdings, closes: Floats | None = None) -> Members:
    """The pairs with their signals and weights, or what they would be at other closes of the first bars of the book.

    Raises:
        QuantError: a formation period has no hedge ratio, or returns that do not vary.
    """
    spec, time, histories = holdings.spec, holdings.time, holdings.histories
    if closes is not None:
        time = time[: closes.shape[1]]
        histories = [_replaced(holdings, row, closes) for row in range(len(histories))]
    z, beta = (np.full((len(holdings.pairs), len(time)), np.nan) for _ in range(2))
    for row, history in enumerate(histories):
        found = backtest_signals.signals(spec.single(), history)
        at = np.searchsorted(time, history.between(spec.trading).time)
        z[row, at], beta[row, at] = found.z_score, found.hedge_ratio
    legs = np.array([holdings.rows(pair) for pair in holdings.pairs])
    return Members(legs=legs, z=z, beta=beta, weight=weights(spec, histories))


def _replaced(holdings: Holdings, row: int, closes: Floats) -> PairHistory:
    """A pair whose trading period has these closes, (N, t) by the bars of the book, and ends with them."""
    history, rows = holdings.histories[row], holdings.rows(holdings.pairs[row])
    first = history.index_of(holdings.spec.trading.start)
    at = np.searchsorted(holdings.time, history.between(holdings.spec.trading).time)
    at = at[at < closes.shape[1]]
    legs = zip((history.y, history.x), rows, strict=True)
    return history.part(0, first + len(at)).with_closes(
        *(np.concatenate([leg.close[:first], closes[name, at]]) for leg, name in legs)
    )


def weights(spec: PortfolioSpec, histories: Sequence[PairHistory]) -> Floats:
    """The share of equity of each pair: the same for all, or inverse to its volatility in the formation period.

    Raises:
        QuantError: a formation period has no hedge ratio, or returns that do not vary.
    """
    if spec.allocation == "EQUAL":
        return np.full(len(histories), 1.0 / len(histories))
    return inverse_volatility(np.array([_deviation(spec, history) for history in histories]))


def _deviation(spec: PortfolioSpec, history: PairHistory) -> float:
    """Of the daily returns per unit of gross exposure, hedged as the formation period ends."""
    formed = history.adjusted(spec.formation.end).between(spec.formation)
    beta = backtest_signals.formed_hedge(spec.single(), history).beta
    ratio = beta if spec.prices == "LOG" else beta * float(formed.x[-1] / formed.y[-1])
    y, x = (leg[1:] / leg[:-1] - 1.0 for leg in (formed.y, formed.x))
    return float(np.std((y - ratio * x) / (1.0 + abs(ratio)), ddof=1))
