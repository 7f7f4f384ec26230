"""The sample data: twenty S&P names' daily closes, read from a wheel that set-up installed."""

import csv
import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from titan_graphql.errors import UnavailableError
from titan_graphql.models.markets import Adjustment, Instrument, InstrumentKind, Market, Series, Timeframe
from titan_graphql.services.market_bars import Bars, to_ms
from titan_graphql.services.market_revisions import Provenance, write_revision

PACKAGE, FILE = "skfolio", "datasets/data/sp500_dataset.csv.gz"
MARKET_CODE = "US"
NAMES = {
    "AAPL": "Apple",
    "AMD": "Advanced Micro Devices",
    "BAC": "Bank of America",
    "BBY": "Best Buy",
    "CVX": "Chevron",
    "GE": "General Electric",
    "HD": "Home Depot",
    "JNJ": "Johnson & Johnson",
    "JPM": "JPMorgan Chase",
    "KO": "Coca-Cola",
    "LLY": "Eli Lilly",
    "MRK": "Merck",
    "MSFT": "Microsoft",
    "PEP": "PepsiCo",
    "PFE": "Pfizer",
    "PG": "Procter & Gamble",
    "RRC": "Range Resources",
    "UNH": "UnitedHealth",
    "WMT": "Walmart",
    "XOM": "Exxon Mobil",
}


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


def read_sample() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Bar starts (ms) and adjusted closes by symbol, straight from the file in the wheel.

    Raises:
        UnavailableError: the package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise UnavailableError("SAMPLE_MISSING", f"The sample data needs the package {PACKAGE}")
    with gzip.open(Path(spec.submodule_search_locations[0]) / FILE, "rt", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    time = np.array([to_ms(datetime.fromisoformat(row[0]).replace(tzinfo=UTC)) for row in rows], np.int64)
    values = np.array([row[1:] for row in rows], np.float64)
    return time, {symbol: np.ascontiguousarray(values[:, k]) for k, symbol in enumerate(header[1:])}


async def _import_one(market: Market, symbol: str, bars: Bars) -> None:
    instrument, _ = await Instrument.get_or_create(
        market=market,
        symbol=symbol,
        defaults={"name": NAMES[symbol], "currency": market.currency, "kind": InstrumentKind.EQUITY},
    )
    series, _ = await Series.get_or_create(instrument=instrument, timeframe=Timeframe.D1)
    source = f"{PACKAGE} {FILE.rsplit('/', 1)[-1]}"
    await write_revision(series, bars, Provenance("sample", source, adjustment=Adjustment.TOTAL_RETURN))
