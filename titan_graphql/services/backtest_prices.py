"""The prices a backtest runs on: both legs as they were traded, and what happened to their shares on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from titan_graphql.errors import InvalidInputError
from titan_graphql.models.markets import Dataset, Instrument, Series
from titan_graphql.models.pairs import Pair
from titan_graphql.quant.adjustment import Events, growth
from titan_graphql.quant.backtest_conditions import GONE_AFTER_BARS, Conditions, LegConditions
from titan_graphql.services import market_actions, market_bars, markets, pairs
from titan_graphql.services.market_bars import MS_PER_DAY, Bars, Floats, Times
from titan_graphql.services.markets import SESSIONS_PER_YEAR
from titan_graphql.services.pairs import PairPrices, Period


@dataclass(frozen=True, slots=True)
class LegHistory:
    """One leg on the bars of both: its close as it was traded, repeated where it has no bar, and its events.

    `last_bar` is set when the leg stops trading before the other does.
    """

    close: Floats
    traded: npt.NDArray[np.bool_]
    events: Events
    open: Floats | None = None
    last_bar: int | None = None

    def growth(self) -> Floats:
        """How many shares one has become, dividends reinvested."""
        return growth(self.close, self.events)

    def part(self, start: int, stop: int) -> "LegHistory":
        """The bars from `start` to before `stop`; an ending beyond them is not known."""
        cut = slice(start, stop)
        ended = self.last_bar is not None and self.last_bar < stop
        return LegHistory(
            self.close[cut],
            self.traded[cut],
            Events(self.events.splits[cut], self.events.dividends[cut]),
            None if self.open is None else self.open[cut],
            self.last_bar - start if ended and self.last_bar is not None else None,
        )

    def conditions(self) -> LegConditions:
        """The same as the kernel takes it."""
        return LegConditions(
            open=self.open,
            splits=self.events.splits,
            dividends=self.events.dividends,
            traded=self.traded,
            last_bar=self.last_bar,
        )


@dataclass(frozen=True, slots=True)
class PairHistory:
    """Both legs at the times at which either has a bar, from the first that both have, and their datasets.

    A year has `periods` such times.
    """

    time: Times
    y: LegHistory
    x: LegHistory
    datasets: tuple[Dataset, ...]
    periods: float = SESSIONS_PER_YEAR

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def of(cls, prices: PairPrices) -> "PairHistory":
        """Joint prices to which nothing happened."""
        size = len(prices)
        nothing = Events(np.ones(size), np.zeros(size))
        always = np.ones(size, dtype=np.bool_)
        y, x = (LegHistory(close, always, nothing) for close in (prices.y, prices.x))
        return cls(prices.time, y, x, prices.datasets)

    @property
    def joint(self) -> npt.NDArray[np.bool_]:
        """Where both legs have a bar."""
        return self.y.traded & self.x.traded

    def index_of(self, moment: datetime) -> int:
        """How many bars begin before a moment."""
        return int(np.searchsorted(self.time, market_bars.to_ms(moment)))

    def part(self, start: int, stop: int) -> "PairHistory":
        """The bars from `start` to before `stop`."""
        return replace(self, time=self.time[start:stop], y=self.y.part(start, stop), x=self.x.part(start, stop))

    def between(self, period: Period) -> "PairHistory":
        """The bars of a period."""
        return self.part(self.index_of(period.start), self.index_of(period.end))

    def with_closes(self, y: Floats, x: Floats) -> "PairHistory":
        """The same history at other prices."""
        return replace(self, y=replace(self.y, close=y), x=replace(self.x, close=x))

    def growths(self, since: datetime) -> tuple[Floats, Floats]:
        """How many shares one of the last bar before `since` has become at each bar, or was, for y and x."""
        anchor = max(self.index_of(since) - 1, 0)
        y, x = self.y.growth(), self.x.growth()
        return y / y[anchor], x / x[anchor]

    def adjusted(self, since: datetime) -> PairPrices:
        """Total-return prices at the joint bars, equal to those traded at the last bar before `since`.

        A price depends on nothing that happened after both its bar and `since`.
        """
        both = self.joint
        y, x = (leg.close * grown for leg, grown in zip((self.y, self.x), self.growths(since), strict=True))
        return PairPrices(self.time[both], y[both], x[both], self.datasets)

    def conditions(self) -> Conditions:
        """What the ledger has to know besides closes."""
        days = np.diff(self.time, prepend=self.time[:1]) / MS_PER_DAY
        return Conditions(y=self.y.conditions(), x=self.x.conditions(), days=days)


@dataclass(frozen=True, slots=True)
class StoredLeg:
    """All bars of an instrument's newest dataset, and what happened to its shares on them."""

    bars: Bars
    dataset: Dataset
    events: Events

    def on(self, time: Times, others: Times) -> LegHistory:
        """The leg at given times; it has stopped trading when it has no bar where `others` still have many."""
        own, last = self.bars, int(self.bars.time[-1])
        at = np.maximum(np.searchsorted(own.time, time, side="right") - 1, 0)
        traded = own.time[at] == time
        gone = last < time[-1] and int(np.sum(others > last)) > GONE_AFTER_BARS
        close, opens = own.close[at], own.columns.get("open")
        return LegHistory(
            close,
            traded,
            Events(np.where(traded, self.events.splits[at], 1.0), np.where(traded, self.events.dividends[at], 0.0)),
            None if opens is None else np.where(traded, opens[at], close),
            int(np.searchsorted(time, last)) if gone else None,
        )


async def read(pair: Pair, period: Period, path: Sequence[str], *, opens: bool = False) -> PairHistory:
    """The daily bars of both legs in a period as they were traded, with opens where asked for.

    What the source of a series has corrected its prices for stays so, and is no event any more.

    Raises:
        InvalidInputError: the period is reversed, a leg has no bars in it, the legs share none or no timeframe, or a
            dividend was paid at a price that is not positive.
        NotFoundError: NO_DATA.
    """
    markets.check_range(period.start, period.end, path)
    legs = await pairs.legs(pair)
    stored = [await read_leg(series, opens=opens) for series in await markets.daily_series(*legs)]
    return join(legs, stored, period, path, await markets.bars_per_year([leg.id for leg in legs]))


async def read_leg(series: Series, *, opens: bool = False) -> StoredLeg:
    """All of a series as it is stored."""
    dataset = await market_bars.newest_dataset(series)
    bars = await market_bars.read_bars(series, ["close", "open"] if opens else ["close"], revision=dataset.revision)
    return StoredLeg(bars, dataset, market_actions.events(bars.time, dataset.adjustment, dataset.actions))


def join(
    legs: Sequence[Instrument], stored: Sequence[StoredLeg], period: Period, path: Sequence[str], periods: float
) -> PairHistory:
    """Two legs side by side over a period, from the first bar of the later one on.

    Raises:
        InvalidInputError: NO_DATA, NO_OVERLAP or DIVIDEND_IMPOSSIBLE.
    """
    inside = [one.bars.between(period.start, period.end) for one in stored]
    pairs.check_overlap(legs, inside, period, path)
    time = np.union1d(inside[0].time, inside[1].time)
    time = time[time >= max(bars.time[0] for bars in inside)]
    y, x = stored[0].on(time, stored[1].bars.time), stored[1].on(time, stored[0].bars.time)
    for leg in (y, x):
        if (leg.close[leg.events.dividends > 0.0] <= 0.0).any():
            message = "A dividend was paid at a price that is not positive, so it cannot be reinvested"
            raise InvalidInputError("DIVIDEND_IMPOSSIBLE", message, path)
    return PairHistory(time, y, x, (stored[0].dataset, stored[1].dataset), periods)
