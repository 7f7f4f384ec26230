"""Synthetic markets: made-up prices of any number of instruments, in markets of their own, marked as such."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
from tortoise.transactions import in_transaction

from titan_graphql.errors import ConflictError, InvalidInputError
from titan_graphql.models.markets import BarBlock, Dataset, Instrument, InstrumentKind, Market, Series, Timeframe
from titan_graphql.services.market_bars import TIME_TYPE, VALUE_TYPE, Bars, to_datetime, to_ms

MARKET_CODE = "SYNTH"
INSTRUMENTS_MAX, BARS_MIN, BARS_MAX = 20_000, 30, 10_000
LAST_DAY = np.datetime64("2025-12-31")
SECTORS = 11
PLANTED_SHARE = 100
BATCH = 200
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a synthetic market is made from; equal recipes make equal prices."""

    instruments: int
    bars: int
    seed: int

    @property
    def code(self) -> str:
        """The market it becomes; no real market is called so."""
        return MARKET_CODE if self.seed == 0 else f"{MARKET_CODE}{self.seed}"


async def create(recipe: Recipe, on_progress: Callable[[int, int], None] | None = None) -> Market:
    """Make a market with its instruments and bars, all or nothing.

    Raises:
        InvalidInputError: a recipe outside its limits.
        ConflictError: the market is already there.
    """
    _check(recipe)
    if await Market.exists(code=recipe.code):
        raise ConflictError("MARKET_EXISTS", f"There already is a market {recipe.code}; choose another seed", ["seed"])
    time, closes = prices(recipe)
    async with in_transaction():
        market = await Market.create(
            code=recipe.code, name=f"Synthetic market (seed {recipe.seed})", timezone="UTC", currency="USD"
        )
        for first in range(0, recipe.instruments, BATCH):
            last = min(first + BATCH, recipe.instruments)
            await _write(market, recipe, range(first, last), time, closes[:, first:last])
            if on_progress is not None:
                on_progress(last, recipe.instruments)
    return market


def prices(recipe: Recipe) -> tuple[npt.NDArray[np.int64], Floats]:
    """Bar starts (ms) and closes (bars, instruments): a market, eleven sectors, own shocks, and planted pairs.

    One instrument in a hundred follows its neighbour with a spread that reverts (φ = 0.9), so that there is
    something to find; all others are unrelated random walks but for their common factors.
    """
    random = np.random.default_rng(recipe.seed)
    shape = (recipe.bars, recipe.instruments)
    market = 0.010 * random.standard_t(5, (recipe.bars, 1)) * random.normal(1.0, 0.25, recipe.instruments)
    sectors = 0.008 * random.standard_t(5, (recipe.bars, SECTORS))
    shocks = random.uniform(0.008, 0.022, recipe.instruments) * random.standard_t(5, shape)
    steps = market + sectors[:, random.integers(0, SECTORS, recipe.instruments)] + shocks
    logs = np.log(random.uniform(10.0, 300.0, recipe.instruments)) + steps.cumsum(axis=0)
    for column in range(1, recipe.instruments, PLANTED_SHARE):
        logs[:, column] = 0.5 + 0.9 * logs[:, column - 1] + _reverting(random, recipe.bars)
    days = np.busday_offset(LAST_DAY, np.arange(1 - recipe.bars, 1), roll="backward")
    return days.astype("datetime64[ms]").astype(np.int64), np.exp(np.clip(logs, -20.0, 20.0))


def _reverting(random: np.random.Generator, bars: int) -> Floats:
    spread = np.zeros(bars)
    shocks = 0.01 * random.standard_normal(bars)
    for bar in range(1, bars):
        spread[bar] = 0.9 * spread[bar - 1] + shocks[bar]
    return spread


def _check(recipe: Recipe) -> None:
    if not 2 <= recipe.instruments <= INSTRUMENTS_MAX:
        message = f"Give 2 to {INSTRUMENTS_MAX:,} instruments, not {recipe.instruments:,}"
        raise InvalidInputError("PARAMETER_OUT_OF_RANGE", message, ["instruments"])
    if not BARS_MIN <= recipe.bars <= BARS_MAX:
        message = f"Give {BARS_MIN} to {BARS_MAX:,} bars, not {recipe.bars:,}"
        raise InvalidInputError("PARAMETER_OUT_OF_RANGE", message, ["bars"])
    if not 0 <= recipe.seed < 10**9:
        raise InvalidInputError("PARAMETER_OUT_OF_RANGE", f"A seed lies in 0 … 10⁹, not {recipe.seed}", ["seed"])


async def _write(market: Market, recipe: Recipe, numbers: range, time: npt.NDArray[np.int64], closes: Floats) -> None:
    ends = {"first_bar": to_datetime(int(time[0])), "last_bar": to_datetime(int(time[-1]))}
    extent: dict[str, Any] = {"bar_count": len(time), **ends}
    instruments = [_instrument(market, number, extent) for number in numbers]
    series = [
        Series(id=uuid4(), instrument_id=one.id, timeframe=Timeframe.D1, revision=1, **extent) for one in instruments
    ]
    source = f"seed {recipe.seed}, {recipe.instruments} instruments, {recipe.bars} bars"
    datasets = [
        Dataset(
            series_id=own.id,
            revision=1,
            content_hash=Bars(time, {"close": closes[:, column]}).content_hash(),
            provider="synthetic",
            source=source,
            synthetic=True,
            **extent,
        )
        for column, own in enumerate(series)
    ]
    blocks = [block for column, own in enumerate(series) for block in _blocks(own, time, closes[:, column])]
    await Instrument.bulk_create(instruments)
    await Series.bulk_create(series)
    await Dataset.bulk_create(datasets)
    await BarBlock.bulk_create(blocks)


def _instrument(market: Market, number: int, extent: dict[str, Any]) -> Instrument:
    return Instrument(
        id=uuid4(),
        market=market,
        symbol=f"{market.code}-{number:05d}",
        name=f"Synthetic instrument {number}",
        currency=market.currency,
        kind=InstrumentKind.EQUITY,
        synthetic=True,
        **extent,
    )


def _blocks(series: Series, time: npt.NDArray[np.int64], closes: Floats) -> list[BarBlock]:
    first, last = (to_datetime(int(moment)).year for moment in (time[0], time[-1]))
    edges = [np.searchsorted(time, to_ms(datetime(year, 1, 1, tzinfo=UTC))) for year in range(first, last + 2)]
    return [
        BarBlock(
            series_id=series.id,
            year=year,
            revision=1,
            time=time[low:high].astype(TIME_TYPE).tobytes(),
            close=closes[low:high].astype(VALUE_TYPE).tobytes(),
        )
        for year, low, high in zip(range(first, last + 1), edges, edges[1:], strict=False)
        if low < high
    ]
