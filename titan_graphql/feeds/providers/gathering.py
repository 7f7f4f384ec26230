"""The bars of a provider as they may be kept: all pages in one, without the open bar, and checked like a file."""

from collections.abc import Callable
from contextlib import aclosing

import numpy as np

from titan_graphql.errors import InvalidInputError, UnavailableError
from titan_graphql.feeds.bars import COLUMNS, NO_BARS, TIMEFRAME_MS, Bars
from titan_graphql.feeds.checks import check
from titan_graphql.feeds.flat import Flat
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.providers.contract import Provider
from titan_graphql.feeds.refusals import FileRefusedError, shown

OnPage = Callable[[Bars], None]
# A provider sends the last bars again, and its pages may touch: both say nothing about its care.
ALWAYS_ACCEPTED = frozenset({"DUPLICATE_ROW", "ROWS_TOO_FEW", "TIME_UNSORTED"})


async def gather(
    provider: Provider,
    symbol: str,
    timeframe: str,
    start: int | None,
    end: int | None,
    options: ReadOptions,
    on_page: OnPage,
) -> Bars:
    """Every closed bar that begins in [start, end).

    Raises:
        NotFoundError: INSTRUMENT_NOT_FOUND.
        InvalidInputError: PROVIDER_BARS_INVALID, or what must be confirmed (such as PRICE_JUMP).
        UnavailableError: the source does not answer.
    """
    pages: list[Bars] = []
    async with aclosing(provider.bars(symbol, timeframe, start, end)) as found:
        async for page in found:
            _check_shape(provider, symbol, page)
            pages.append(_within(page, start, end))
            on_page(pages[-1])
    closed_before = await provider.now() - TIMEFRAME_MS[timeframe]
    return checked(provider, symbol, timeframe, _joined(pages), options, closed_before)


def _within(page: Bars, start: int | None, end: int | None) -> Bars:
    asked = np.ones(len(page), bool)
    if start is not None:
        asked &= page.time >= start
    if end is not None:
        asked &= page.time < end
    return Bars(page.time[asked], {name: column[asked] for name, column in page.columns.items()})


def checked(
    provider: Provider, symbol: str, timeframe: str, bars: Bars, options: ReadOptions, closed_before: int
) -> Bars:
    """The bars that began at `closed_before` or earlier, in order and each once.

    Raises:
        InvalidInputError: some are no bars, or must be confirmed.
    """
    kept = bars.time <= closed_before
    if not kept.any():
        return NO_BARS
    count = int(kept.sum())
    columns = {name: bars.columns[name][kept] for name in COLUMNS if name in bars.columns}
    flat = Flat((symbol,), np.zeros(count, np.int32), np.arange(1, count + 1), bars.time[kept], columns)
    flat.names = {"time": "time", **{name: name for name in columns}}
    own = ReadOptions(accept=options.accept | ALWAYS_ACCEPTED, non_positive=options.non_positive)
    try:
        ordered, _ = check(flat, own, timeframe)
    except FileRefusedError as error:
        message = f"The bars of {symbol} from {provider.name}: {error.message}"
        raise InvalidInputError(error.code, message, ["symbols"]) from error
    return ordered.series()[symbol]


def _check_shape(provider: Provider, symbol: str, page: Bars) -> None:
    """A stranger's arrays before anything is done with them."""
    reason = _wrong_shape(page)
    if reason is not None:
        message = f"The provider {provider.name} gave no bars for {symbol}: {reason}"
        raise UnavailableError("PROVIDER_BARS_INVALID", message, ["provider"])


def _wrong_shape(page: Bars) -> str | None:
    if "close" not in page.columns:
        return "there is no close"
    if page.time.dtype != np.int64 or page.time.ndim != 1:
        return "times are not 64-bit integers"
    for name, column in page.columns.items():
        if name not in COLUMNS or column.dtype != np.float64 or column.shape != page.time.shape:
            return f"{shown(name)} is not a column of {len(page)} numbers"
        if not np.isfinite(column).all():
            return f"{name} holds {shown(column[~np.isfinite(column)][0])}"
    return None


def _joined(pages: list[Bars]) -> Bars:
    """All pages in one; a column that some page lacks is left out."""
    filled = [page for page in pages if len(page)]
    if not filled:
        return NO_BARS
    names = [name for name in COLUMNS if all(name in page.columns for page in filled)]
    columns = {name: np.concatenate([page.columns[name] for page in filled]) for name in names}
    time = np.concatenate([page.time for page in filled])
    order = np.argsort(time, kind="stable")
    return Bars(time[order], {name: column[order] for name, column in columns.items()})
