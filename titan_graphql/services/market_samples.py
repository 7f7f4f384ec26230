"""The sample data: twenty S&P names' daily closes, read from a wheel that set-up installed."""

from collections.abc import Callable

from titan_graphql.feeds.providers.sample import NAMES, SOURCE
from titan_graphql.feeds.providers.sample import read_sample as read_sample
from titan_graphql.models.markets import Adjustment, Instrument, InstrumentKind, Market, Series, Timeframe
from titan_graphql.services import market_datasets
from titan_graphql.services.market_bars import Bars
from titan_graphql.services.market_revisions import Provenance, write_revision

MARKET_CODE = "US"


async def import_sample(on_progress: Callable[[int, int], None] | None = None) -> int:
    """Import the sample instruments that are not there yet; returns how many were.

    Raises:
        UnavailableError: the package with the data is not installed.
    """
    market, _ = await Market.get_or_create(
        code=MARKET_CODE,
        defaults={"name": "US equities", "timezone": "America/New_York", "currency": "USD", "calendar": "XNYS"},
    )
    imported = await Instrument.filter(market=market, series__revision__gt=0)
    present = {instrument.symbol for instrument in imported}
    missing = [symbol for symbol in NAMES if symbol not in present]
    if not missing:
        return 0
    time, closes = read_sample()
    for count, symbol in enumerate(missing, start=1):
        await _import_one(market, symbol, Bars(time, {"close": closes[symbol]}))
        if on_progress is not None:
            on_progress(count, len(missing))
    return len(missing)


async def _import_one(market: Market, symbol: str, bars: Bars) -> None:
    instrument, _ = await Instrument.get_or_create(
        market=market,
        symbol=symbol,
        defaults={"name": NAMES[symbol], "currency": market.currency, "kind": InstrumentKind.EQUITY},
    )
    series, _ = await Series.get_or_create(instrument=instrument, timeframe=Timeframe.D1)
    dataset = await write_revision(series, bars, Provenance("sample", SOURCE, adjustment=Adjustment.TOTAL_RETURN))
    await market_datasets.quality(dataset)
