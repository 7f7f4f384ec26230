"""A pair made ready to be followed live: what is fixed at its formation, and the state that its history leaves."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.models.markets import Adjustment, Dataset, Instrument, Market, Series, Timeframe
from titan_graphql.models.pairs import Pair
from titan_graphql.quant.backtest_rules import Rules
from titan_graphql.quant.decay_monitor import decay_settings
from titan_graphql.quant.errors import ParameterError, QuantError
from titan_graphql.quant.hedge import ols_hedge
from titan_graphql.quant.live_pair import Hedge, LivePair, LiveSettings, LiveTick
from titan_graphql.quant.spread import spread
from titan_graphql.services import market_actions, market_bars, market_live, markets, pairs
from titan_graphql.services.market_bars import Bars, Floats, Times, to_datetime
from titan_graphql.services.market_merging import merge
from titan_graphql.services.pair_analysis import PriceScale, check_window, scaled, scaled_formation
from titan_graphql.services.pair_hedges import FIXED, HedgeMethod, estimate, kalman_settings, rolling_bars, spread_path
from titan_graphql.services.pairs import PairPrices, Period

RECENT = 60
HALF_LIFE_BARS = 252
HISTORY_TOLERANCE = timedelta(days=7)
FALSE_ALARM_BARS = (20, 1_000_000)
STALE_SECONDS = (1, 30 * 24 * 3600)
WINDOW_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How a pair is followed."""

    formation: Period
    timeframe: Timeframe = Timeframe.D1
    prices: PriceScale = "LOG"
    hedge: HedgeMethod = "OLS"
    window: int | None = None
    entry: float = 2.0
    exit: float = 0.5
    stop: float | None = None
    false_alarm_bars: int = 2520
    stale_after_seconds: int | None = None

    def check(self) -> None:
        """Refuse what makes no sense whatever the data.

        Raises:
            InvalidInputError: names the field.
        """
        markets.check_range(self.formation.start, self.formation.end, ["formation"])
        try:
            Rules(entry=self.entry, exit=self.exit, stop=self.stop)
        except ParameterError as error:
            raise InvalidInputError(error.code, str(error), [error.field]) from error
        check_window(self.window, WINDOW_MAX)
        _check_whole(self.false_alarm_bars, FALSE_ALARM_BARS, "falseAlarmBars")
        _check_whole(self.stale_after_seconds, STALE_SECONDS, "staleAfterSeconds")


@dataclass(frozen=True, slots=True)
class Formed:
    """A pair as its history leaves it: the state, its last tick and that tick's bar, and the last z-scores by time."""

    live: LivePair
    tick: LiveTick
    bar_time: int
    recent: list[list[float | int | None]]


async def series_of(pair: Pair, timeframe: Timeframe) -> tuple[Series, Series]:
    """The bars of both legs, y first.

    Raises:
        NotFoundError: NO_DATA, a leg has none of this timeframe.
    """
    found = [(leg, await markets.find_series(leg, timeframe)) for leg in await pairs.legs(pair)]
    return _known(*found[0]), _known(*found[1])


async def history(legs: tuple[Series, Series], start: datetime, before: datetime | None) -> PairPrices:
    """The joint closes of both legs in [start, before), corrected for what happened until then, at its price level.

    Raises:
        InvalidInputError: NO_DATA or NO_OVERLAP.
    """
    datasets = (await market_bars.newest_dataset(legs[0]), await market_bars.newest_dataset(legs[1]))
    y = await _closes(legs[0], datasets[0], start, before)
    x = await _closes(legs[1], datasets[1], start, before)
    time, at_y, at_x = np.intersect1d(y.time, x.time, assume_unique=True, return_indices=True)
    if not len(time):
        raise InvalidInputError("NO_OVERLAP", "The legs have no bar in common in this period", ["formation"])
    return PairPrices(time, y.close[at_y], x.close[at_x], datasets)


async def _closes(series: Series, dataset: Dataset, start: datetime, before: datetime | None) -> Bars:
    # The tail first: what is folded in between is then in both, and not in neither.
    tail = await market_live.tail(series.id)
    stored = await market_bars.read_bars(series, ["close"], revision=dataset.revision)
    traded = merge(stored, Bars(tail.time, {"close": tail.close})).bars if len(tail) else stored
    market = await Market.get(instruments__series__id=series.id)
    corrected = market_actions.adjusted(traded, dataset, Adjustment.TOTAL_RETURN, market.timezone)
    traded, corrected = traded.between(start, before), corrected.between(start, before)
    if not len(traded):
        raise InvalidInputError("NO_DATA", "A leg has no bars in the formation period", ["formation"])
    # Live bars come as they are traded, so the past is brought to the level of its last bar.
    return Bars(traded.time, {"close": corrected.close * (traded.close[-1] / corrected.close[-1])})


async def form(legs: tuple[Series, Series], how: Following, before: datetime | None = None) -> Formed:
    """Estimate what is fixed and run the state through all stored bars, or those before a moment.

    Raises:
        InvalidInputError: no or too little data, or a formation period on which nothing can be estimated.
    """
    read = await history(legs, how.formation.start, before)
    _check_inside(read, how.formation)
    try:
        return await asyncio.to_thread(formed, read, how)
    except QuantError as error:
        raise InvalidInputError(error.code, str(error), ["formation"]) from error


def formed(read: PairPrices, how: Following) -> Formed:
    """The state after these bars, of which the formation period comes first.

    Raises:
        InvalidInputError: FORMATION_TOO_SHORT, PRICE_NOT_POSITIVE or LOOKBACK_TOO_LONG.
        QuantError: the formation period has no such hedge ratio, or its spread does not vary.
    """
    bars = read.index_of(how.formation.end)
    scaled_formation(read.between(how.formation), how.prices)
    check_window(how.window, bars)
    y, x = scaled(read, how.prices)
    live = LivePair(_settings(y[:bars], x[:bars], how))
    return _run(live, read.time, y, x, bars)


def _run(live: LivePair, time: Times, y: Floats, x: Floats, bars: int) -> Formed:
    ticks = [
        live.push(at_y, at_x, formed=t >= bars)
        for t, (at_y, at_x) in enumerate(zip(y.tolist(), x.tolist(), strict=True))
    ]
    last = slice(-RECENT, None)
    recent = [[int(when), tick.z_score] for when, tick in zip(time[last], ticks[last], strict=True)]
    return Formed(live, ticks[-1], int(time[-1]), recent)


def _settings(y: Floats, x: Floats, how: Following) -> LiveSettings:
    """What the formation bars fix."""
    fit = estimate(y, x, how.hedge) if how.hedge in FIXED else ols_hedge(y, x)
    path = spread_path(y, x, slice(0, len(y)), how.hedge, None).spread
    path = path[~np.isnan(path)]
    kinds: dict[str, Hedge] = {"ROLLING_OLS": "ROLLING", "KALMAN": "KALMAN"}
    return LiveSettings(
        hedge=kinds.get(how.hedge, "FIXED"),
        alpha=fit.alpha,
        beta=fit.beta,
        mean=float(path.mean()),
        sd=float(path.std(ddof=1)),
        window=how.window,
        entry=how.entry,
        exit=how.exit,
        stop=how.stop,
        hedge_window=rolling_bars(len(y)) if how.hedge == "ROLLING_OLS" else None,
        kalman=kalman_settings(y, x) if how.hedge == "KALMAN" else None,
        half_life_window=min(HALF_LIFE_BARS, len(y)),
        decay=decay_settings(spread(y, x, fit.alpha, fit.beta), how.false_alarm_bars),
    )


def _check_inside(read: PairPrices, formation: Period) -> None:
    first, last = to_datetime(int(read.time[0])), to_datetime(int(read.time[-1]))
    if formation.start < first - HISTORY_TOLERANCE or formation.end > last + HISTORY_TOLERANCE:
        message = f"Both legs have bars from {first:%Y-%m-%d} to {last:%Y-%m-%d} only; form the pair within"
        raise InvalidInputError("FORMATION_OUTSIDE_HISTORY", message, ["formation"])


def _check_whole(value: int | None, bounds: Sequence[int], field: str) -> None:
    if value is not None and not bounds[0] <= value <= bounds[1]:
        message = f"{field} must be from {bounds[0]} to {bounds[1]}, not {value}"
        raise InvalidInputError("PARAMETER_OUT_OF_RANGE", message, [field])


def _known(leg: Instrument, series: Series | None) -> Series:
    if series is None or not series.revision:
        raise NotFoundError("NO_DATA", f"There are no such bars of {leg.symbol}", ["timeframe"])
    return series
