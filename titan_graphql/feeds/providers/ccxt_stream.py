"""Closed bars out of an exchange's live updates: each once, in order, and none missing after a lost connection."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Any, Protocol, Self

import structlog

from titan_graphql.errors import UnavailableError
from titan_graphql.feeds.bars import TIMEFRAME_MS
from titan_graphql.feeds.providers.contract import StreamedBar
from titan_graphql.feeds.providers.patience import TryLaterError, backoff

log = structlog.get_logger(__name__)
# How long after its end a bar is asked for that no update has closed: in a quiet market the next one may be far.
GRACE_SECONDS = 5.0
WAITING_MAX = 1_000
# A week of minutes: what was missed for longer is a matter of importing.
CATCH_UP_BARS = 10_000
Row = list[Any]


class Exchange(Protocol):
    """What following an exchange takes."""

    async def rows(self, symbol: str, timeframe: str, since: int) -> list[Row]:
        """Bars from `since` on, the open one included."""

    async def updates(self, symbol: str, timeframe: str) -> list[Row]:
        """The bars that have changed since the last call."""

    async def now(self) -> int:
        """The exchange's clock in milliseconds."""


async def follow(
    exchange: Exchange, symbols: Sequence[str], timeframe: str, after: Mapping[str, int]
) -> AsyncGenerator[StreamedBar, None]:
    """The closed bars of all symbols, from those that are open now or behind those that are known."""
    waiting: asyncio.Queue[StreamedBar] = asyncio.Queue(WAITING_MAX)

    async def pass_on(symbol: str) -> None:
        async for row in closed_rows(exchange, symbol, timeframe, after.get(symbol)):
            await waiting.put(_bar(symbol, timeframe, row))

    followers = [asyncio.create_task(pass_on(symbol), name=f"follow {symbol}") for symbol in symbols]
    try:
        while True:
            getting = asyncio.create_task(waiting.get())
            done, _ = await asyncio.wait({getting, *followers}, return_when=asyncio.FIRST_COMPLETED)
            if getting not in done:
                getting.cancel()
                await next(iter(done))  # raises what ended it: followers never end by themselves
            yield await getting
    finally:
        for follower in followers:
            follower.cancel()
        await asyncio.gather(*followers, return_exceptions=True)


async def closed_rows(exchange: Exchange, symbol: str, timeframe: str, after: int | None = None) -> AsyncIterator[Row]:
    """The closed bars of one symbol, for ever; behind the one that began at `after`, what was missed comes first.

    A bar counts as closed once a later one was seen on the same connection. Whatever the connection did not show whole
    is asked for by REST, so that a hole is filled before the bars behind it.
    """
    step = TIMEFRAME_MS[timeframe]
    checked = await exchange.now() // step * step - step
    last = checked if after is None else min(checked, max(after // step * step, checked - CATCH_UP_BARS * step))
    behind = last < checked
    shown: dict[int, Row] = {}
    failures = 0
    async with Updates(exchange, symbol, timeframe) as updates:
        while True:
            try:
                news = None if behind else await updates.next(until=max(last, checked) + 2 * step)
                shown |= {int(row[0]): row for row in news or () if int(row[0]) > last}
                newest = max(shown, default=last + step)
                due = range(last + step, newest, step)
                if news is None or any(moment not in shown for moment in due):
                    rows = await _asked_for(exchange, symbol, timeframe, last + step, newest)
                    checked = await exchange.now() // step * step - step
                else:
                    rows = [shown[moment] for moment in due]
            except (TryLaterError, UnavailableError) as error:
                shown.clear()  # the last update of a lost connection may not have been the bar's last
                log.warning("live bars interrupted", symbol=symbol, reason=str(error), failures=failures)
                await asyncio.sleep(backoff(failures))
                failures += 1
                continue
            behind, failures = False, 0
            for row in rows:
                yield row
            last = max([last, newest - step, *(int(row[0]) for row in rows)])
            shown = {moment: row for moment, row in shown.items() if moment > last}


class Updates:
    """Waits for the updates of one symbol, but not for ever; what it waits for is kept for the next time."""

    def __init__(self, exchange: Exchange, symbol: str, timeframe: str) -> None:
        self._exchange, self._symbol, self._timeframe = exchange, symbol, timeframe
        self._waiting: asyncio.Task[list[Row]] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            await asyncio.gather(self._waiting, return_exceptions=True)

    async def next(self, until: int) -> list[Row] | None:
        """The next updates; None when there are none until a while after `until` by the exchange's clock."""
        if self._waiting is None:
            self._waiting = asyncio.create_task(self._exchange.updates(self._symbol, self._timeframe))
        left = (until - await self._exchange.now()) / 1000.0 + GRACE_SECONDS
        done, _ = await asyncio.wait({self._waiting}, timeout=max(left, GRACE_SECONDS))
        if not done:
            return None
        finished, self._waiting = self._waiting, None
        return finished.result()


async def _asked_for(exchange: Exchange, symbol: str, timeframe: str, since: int, newest: int) -> list[Row]:
    """Every bar from `since` on that has ended: by the exchange's clock, or since the bar of `newest` has begun."""
    step, found = TIMEFRAME_MS[timeframe], list[Row]()
    while rows := await exchange.rows(symbol, timeframe, since):
        found += rows
        since = int(rows[-1][0]) + step
        if since + step > max(await exchange.now(), newest):
            break
    ended = max(await exchange.now(), newest) - step
    return [row for row in found if int(row[0]) <= ended]


def _bar(symbol: str, timeframe: str, row: Row) -> StreamedBar:
    values = [float("nan") if value is None else float(value) for value in row[1:6]]
    return StreamedBar(symbol, timeframe, int(row[0]), *values)
