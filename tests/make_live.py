"""Live bars, watched pairs and rules that tests of live pairs begin with."""

import time
from collections.abc import Sequence
from typing import Any

import orjson

from tests import make
from titan_graphql.models.alerts import AlertKind, AlertRule
from titan_graphql.models.live_pairs import PairWatch
from titan_graphql.models.pairs import Pair
from titan_graphql.services import alert_rules, pair_watches, pairs, streams
from titan_graphql.services.alert_rules import NewRule
from titan_graphql.services.market_bars import MS_PER_DAY, to_ms
from titan_graphql.services.pair_forming import Following, series_of
from titan_graphql.services.pair_states import bar_stream
from titan_graphql.services.users import Viewer

FORMATION = make.period("2020-01-01", "2020-04-30")
STORED = make.FORMATION_BARS + make.TRADING_BARS


def following(**changes: Any) -> Following:
    return Following(**{"formation": FORMATION, "entry": 1.0, "exit": 0.2, **changes})


async def watched(owner: Viewer, of: Pair | None = None, **changes: Any) -> PairWatch:
    """A pair with 300 stored bars that is followed."""
    pair = of or await make.pair(owner)
    return await pair_watches.watch(owner, pair.id, following(**changes))


async def rule(owner: Viewer, watch: PairWatch, kind: AlertKind, **changes: Any) -> AlertRule:
    new = NewRule(**{"kind": kind, "name": "a rule", **changes})
    return await alert_rules.create(owner, watch.pair_id, new)


def day(number: int) -> int:
    """The start of the bar with this number, in milliseconds; stored ones are numbered from 0."""
    return to_ms(make.day(make.FIRST_BAR)) + MS_PER_DAY * number


def bar(number: int, close: float, *, replay: bool = False, received: int | None = None) -> bytes:
    known = {"open": None, "high": None, "low": None, "close": float(close), "volume": None}
    heard = time.time_ns() // 1_000_000 if received is None else received
    return orjson.dumps({**known, "time": day(number), "replay": replay, "received": heard})


async def send(watch: PairWatch, leg: str, bars: Sequence[bytes]) -> None:
    """Bars of one leg, "y" or "x", as a feed brings them."""
    async with streams.recording() as outbox:
        for one in bars:
            await outbox.append(bar_stream(getattr(watch, f"series_{leg}")), one)


async def send_both(watch: PairWatch, numbers: Sequence[int], closes: Any, **how: Any) -> None:
    """Bars of both legs; `closes` is a pair of columns by number."""
    for leg, column in zip("yx", closes, strict=True):
        await send(watch, leg, [bar(number, float(column[number]), **how) for number in numbers])


async def legs_of(watch: PairWatch) -> tuple[Any, Any]:
    return await series_of(await pairs.Pair.get(id=watch.pair_id), watch.timeframe)
