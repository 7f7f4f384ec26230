"""Importing from a provider: from where the stored bars end, with overlap; each series whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from titan_graphql.errors import NotFoundError
from titan_graphql.feeds.bars import COLUMNS, TIMEFRAME_MS, Bars, to_datetime, to_ms
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.providers.contract import Listed, Provider
from titan_graphql.feeds.providers.gathering import OnPage, gather
from titan_graphql.models.markets import Adjustment, Dataset, InstrumentKind, Market, Series, Timeframe
from titan_graphql.services import market_bars, market_venues, market_writing
from titan_graphql.services.market_merging import merge
from titan_graphql.services.market_revisions import Provenance
from titan_graphql.services.market_writing import Outcome, Target

OVERLAP_BARS = 10
MAY_BE_NEGATIVE = {InstrumentKind.COMMODITY, InstrumentKind.FUTURE}
UNCHANGED = Outcome(series=1, unchanged=1, bars_added=0, bars_restated=0, dataset_ids=())


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSpec:
    """What a caller says about bars of a provider; None leaves it to the provider."""

    timeframe: Timeframe
    since: datetime | None = None
    until: datetime | None = None
    overlap: int = OVERLAP_BARS
    market: str | None = None
    kind: InstrumentKind | None = None
    currency: str | None = None
    adjustment: Adjustment | None = None
    synthetic: bool = False
    accept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one symbol: the bars that were sent, and what they changed."""

    symbol: str
    bars: int
    first: datetime | None
    last: datetime | None
    outcome: Outcome
    quality: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Stored:
    """What is there of a series before its provider is asked."""

    series: Series
    newest: Dataset


async def market_of(provider: Provider, code: str | None = None, currency: str | None = None) -> Market:
    """The market that a provider's instruments belong to; one that nobody has used yet comes unsaved.

    Raises:
        InvalidInputError: MARKET_UNKNOWN.
    """
    if code is not None:
        return await market_venues.find_or_draft(code, currency)
    return await market_venues.find_or_draft_venue(provider.venue)


async def symbols_of(provider: Provider) -> Sequence[str]:
    """The symbols of every instrument that a provider lists."""
    return [listed.symbol for listed in await provider.instruments()]


async def fetch(provider: Provider, symbol: str, spec: FetchSpec, on_page: OnPage) -> Fetched:
    """Ask for the bars of one symbol that are not stored yet, and for the last stored ones again; keep all or none.

    Raises:
        NotFoundError: INSTRUMENT_NOT_FOUND, or NO_DATA when there is not a single bar.
        InvalidInputError: the bars make no sense or must be confirmed.
        ConflictError: they do not go together with what is stored, or another import was faster.
        UnavailableError: the provider does not answer, or STORAGE_FULL.
    """
    listed = await provider.find(symbol)
    market = await market_of(provider, spec.market, spec.currency)
    kind = spec.kind or InstrumentKind(listed.kind)
    stored = await _stored(market, symbol, spec.timeframe)
    start, covered = _resume(stored, spec)
    bars = await _gathered(provider, symbol, spec, kind, start, on_page)
    if stored is not None and start != covered and await _rewritten(stored.series, bars, _adjustment(provider, spec)):
        bars = await _gathered(provider, symbol, spec, kind, covered, on_page)
    if not len(bars):
        if stored is None:
            raise NotFoundError("NO_DATA", f"{provider.origin} has no closed bars of {symbol} then", ["symbols"])
        return Fetched(symbol, 0, None, None, UNCHANGED, None)
    return await _kept(provider, listed, market, replace(spec, kind=kind), covered, bars)


async def _stored(market: Market, symbol: str, timeframe: Timeframe) -> Stored | None:
    if not market._saved_in_db:
        return None
    series = await Series.get_or_none(instrument__market_id=market.id, instrument__symbol=symbol, timeframe=timeframe)
    if series is None or not series.revision:
        return None
    return Stored(series, await market_bars.newest_dataset(series))


def _resume(stored: Stored | None, spec: FetchSpec) -> tuple[int | None, int | None]:
    """From when on to ask, and from when on everything is stored then (None means from the beginning)."""
    since = None if spec.since is None else to_ms(spec.since)
    if stored is None or stored.series.last_bar is None or stored.series.first_bar is None:
        return since, since
    first, last = to_ms(stored.series.first_bar), to_ms(stored.series.last_bar)
    known = stored.newest.options.get("since", first)
    if not (known is None or isinstance(known, int)):
        known = first
    if since is not None and known is not None and since < known:
        return since, since
    overlap = last - spec.overlap * TIMEFRAME_MS[spec.timeframe]
    return overlap if known is None else max(overlap, known), known


async def _gathered(
    provider: Provider, symbol: str, spec: FetchSpec, kind: InstrumentKind, start: int | None, on_page: OnPage
) -> Bars:
    options = ReadOptions(accept=spec.accept, non_positive=kind in MAY_BE_NEGATIVE)
    end = None if spec.until is None else to_ms(spec.until)
    return await gather(provider, symbol, spec.timeframe.value, start, end, options, on_page)


async def _rewritten(series: Series, bars: Bars, adjustment: Adjustment) -> bool:
    """Whether a source that corrects its prices has corrected all of them: the oldest bar of the overlap differs."""
    if adjustment is Adjustment.RAW or not len(bars):
        return False
    oldest = bars.cut(0, 1)
    stored = await market_bars.read_bars(series, COLUMNS, start=to_datetime(int(oldest.time[0])))
    return merge(stored.cut(0, 1), oldest).restated > 0


def _adjustment(provider: Provider, spec: FetchSpec) -> Adjustment:
    return spec.adjustment or Adjustment(provider.adjustment)


async def _kept(
    provider: Provider, listed: Listed, market: Market, spec: FetchSpec, covered: int | None, bars: Bars
) -> Fetched:
    target = Target(
        market=market,
        timeframe=spec.timeframe,
        kind=spec.kind or InstrumentKind(listed.kind),
        currency=spec.currency or listed.currency,
        names={listed.symbol: listed.name},
    )
    source = f"{provider.origin} {listed.symbol}" if provider.origin else listed.symbol
    options = {"since": covered, "accept": sorted(spec.accept)}
    provenance = Provenance(provider.name, source[:300], spec.synthetic, _adjustment(provider, spec), options)
    prepared = await market_writing.prepare({listed.symbol: bars}, target, provenance, _silent, spec.accept)
    outcome = await market_writing.write(prepared)
    quality = prepared.revisions[0].quality if prepared.revisions else None
    first, last = to_datetime(int(bars.time[0])), to_datetime(int(bars.time[-1]))
    return Fetched(listed.symbol, len(bars), first, last, outcome, quality)


def _silent(done: float, total: float, message: str) -> None:
    """One series is compared and written in no time."""
