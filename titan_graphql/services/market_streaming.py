"""Live bars of a provider: the series they belong to, found or made, and the bars as storage takes them."""

from collections.abc import AsyncIterator, Mapping, Sequence

import structlog
from tortoise.exceptions import IntegrityError
from tortoise.functions import Max
from tortoise.transactions import in_transaction

from titan_graphql.errors import ConflictError
from titan_graphql.feeds.bars import TIMEFRAME_MS, to_datetime, to_ms
from titan_graphql.feeds.providers.contract import Listed, Provider
from titan_graphql.models.market_live import LiveBar
from titan_graphql.models.markets import Adjustment, Instrument, InstrumentKind, Market, Series, Timeframe
from titan_graphql.services.market_live import ClosedBar, Values, known

log = structlog.get_logger(__name__)


async def open_series(
    provider: Provider, market: Market, symbols: Sequence[str], timeframe: Timeframe
) -> dict[str, Series]:
    """The series of each symbol; what is not there yet is made, all or nothing.

    Raises:
        NotFoundError: the provider does not know a symbol.
        ConflictError: SYNTHETIC_MIXED or ADJUSTMENT_MIXED with what is stored, or IMPORT_CONFLICT.
    """
    listed = [await provider.find(symbol) for symbol in dict.fromkeys(symbols)]
    adjustment = Adjustment(provider.adjustment)
    try:
        async with in_transaction():
            if not market._saved_in_db:
                await market.save()
            return {one.symbol: await _opened(one, market, timeframe, adjustment) for one in listed}
    except IntegrityError as error:
        message = "Somebody else made the same market or instrument at the same time; start again"
        raise ConflictError("IMPORT_CONFLICT", message, ["market"]) from error


async def closed_bars(
    provider: Provider, series: Mapping[str, Series], timeframe: Timeframe
) -> AsyncIterator[list[ClosedBar]]:
    """The bars that a provider streams, one by one; first those that were missed since the last stored one.

    What the provider no longer has stays a hole, which the log tells and the quality report of the dataset.
    """
    last = await _last_bars(series)
    async for bar in provider.stream(list(series), timeframe.value, last):
        _tell_of_hole(bar.symbol, last.get(bar.symbol), bar.time_ms, TIMEFRAME_MS[timeframe.value])
        last[bar.symbol] = max(bar.time_ms, last.get(bar.symbol, 0))
        values = Values(known(bar.open), known(bar.high), known(bar.low), bar.close, known(bar.volume))
        yield [ClosedBar(series[bar.symbol].id, bar.time_ms, values)]


async def _last_bars(series: Mapping[str, Series]) -> dict[str, int]:
    """When the newest stored bar of each symbol began, of those that have any."""
    ids = [one.id for one in series.values()]
    # The tail first: what is folded in between is then in both, and not in neither.
    live = LiveBar.filter(series_id__in=ids).group_by("series_id").annotate(newest=Max("time"))
    tails = dict(await live.values_list("series_id", "newest"))
    folded = {row.id: to_ms(row.last_bar) for row in await Series.filter(id__in=ids) if row.last_bar is not None}
    found = {symbol: max(tails.get(one.id, -1), folded.get(one.id, -1)) for symbol, one in series.items()}
    return {symbol: time for symbol, time in found.items() if time >= 0}


def _tell_of_hole(symbol: str, last: int | None, time: int, step: int) -> None:
    if last is None or time <= last + step:
        return
    first, before = to_datetime(last + step), to_datetime(time)
    log.info("bars are missing", symbol=symbol, first=str(first), before=str(before), count=(time - last) // step - 1)


async def _opened(listed: Listed, market: Market, timeframe: Timeframe, adjustment: Adjustment) -> Series:
    instrument, _ = await Instrument.get_or_create(
        {"name": listed.name[:200], "currency": listed.currency[:10], "kind": InstrumentKind(listed.kind)},
        market_id=market.id,
        symbol=listed.symbol,
    )
    if instrument.synthetic:
        message = f"{listed.symbol} is synthetic; generated and observed prices are never mixed"
        raise ConflictError("SYNTHETIC_MIXED", message, ["symbols"])
    series, _ = await Series.get_or_create({"adjustment": adjustment}, instrument_id=instrument.id, timeframe=timeframe)
    if series.revision and series.adjustment is not adjustment:
        message = f"The stored prices of {listed.symbol} are {series.adjustment}, these {adjustment}"
        raise ConflictError("ADJUSTMENT_MIXED", f"{message}; feed another market", ["symbols"])
    return series
