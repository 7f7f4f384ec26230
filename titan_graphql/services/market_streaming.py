"""Live bars of a provider: the series they belong to, found or made, and the bars as storage takes them."""

from collections.abc import AsyncIterator, Mapping, Sequence

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from titan_graphql.errors import ConflictError
from titan_graphql.feeds.providers.contract import Listed, Provider
from titan_graphql.models.markets import Adjustment, Instrument, InstrumentKind, Market, Series, Timeframe
from titan_graphql.services.market_live import ClosedBar, Values, known


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
    """The bars that a provider streams, one by one."""
    async for bar in provider.stream(list(series), timeframe.value):
        values = Values(known(bar.open), known(bar.high), known(bar.low), bar.close, known(bar.volume))
        yield [ClosedBar(series[bar.symbol].id, bar.time_ms, values)]


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
