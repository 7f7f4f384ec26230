"""Factories: rows and inputs that tests begin with, each valid unless a keyword says otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import numpy as np

from titan_graphql.models.backtests import Backtest
from titan_graphql.models.jobs import Job
from titan_graphql.models.markets import Instrument, InstrumentKind, Market, Series, Timeframe
from titan_graphql.models.pairs import Pair
from titan_graphql.models.users import Role, TokenScope, User
from titan_graphql.queue import JobName
from titan_graphql.services import backtests, jobs, market_samples, pairs, user_tokens, users
from titan_graphql.services.backtests import BacktestSpec
from titan_graphql.services.jobs import NewJob
from titan_graphql.services.market_bars import MS_PER_DAY, Bars, to_ms
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.services.pairs import Period
from titan_graphql.services.users import Viewer

FIRST_BAR = "2020-01-01"
FORMATION_BARS, TRADING_BARS = 120, 180
KO_PEP_FORMATION = ("2012-01-30", "2017-02-01")
KO_PEP_TRADING = ("2017-02-01", "2019-02-01")
HARMLESS_SPEC = BacktestSpec(
    formation=Period(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 4, 30, tzinfo=UTC)),
    trading=Period(datetime(2020, 4, 30, tzinfo=UTC), datetime(2020, 10, 27, tzinfo=UTC)),
    prices="LOG",
    z_score="FORMATION",
    window=None,
    entry=1.5,
    exit=0.3,
    stop=None,
    max_hold=None,
    sizing="GROSS",
    gross=1.0,
    notional=10_000.0,
    capital=100_000.0,
    commission_bps=1.0,
    slippage_bps=2.0,
)
_numbers = count(1)


def day(text: str) -> datetime:
    """Midnight UTC of an ISO date."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def period(start: str, end: str) -> Period:
    return Period(day(start), day(end))


async def viewer(role: Role = Role.RESEARCHER, name: str | None = None) -> Viewer:
    """A new user, seen through an access token of theirs."""
    secret = await token(role, name)
    found = await users.authenticate(secret)
    assert found is not None
    return found


async def token(role: Role = Role.RESEARCHER, name: str | None = None) -> str:
    """An access token of a new user."""
    user = await users.create(name or f"user {next(_numbers)}", role)
    return await secret_of(user, "script")


async def secret_of(user: User, name: str, days: int = 90, scope: TokenScope = TokenScope.WRITE) -> str:
    """An access token of a user who is there."""
    return (await user_tokens.create_for(user, name, days, scope)).secret


async def market(code: str = "US") -> Market:
    found, _ = await Market.get_or_create(
        code=code, defaults={"name": f"Market {code}", "timezone": "America/New_York", "currency": "USD"}
    )
    return found


async def instrument(symbol: str | None = None, on: Market | None = None, **columns: Any) -> Instrument:
    """An instrument that nobody has imported bars for."""
    symbol = symbol or f"SYM{next(_numbers)}"
    venue = on or await market()
    defaults = {"name": f"{symbol} Inc.", "currency": "USD", "kind": InstrumentKind.EQUITY}
    return await Instrument.create(market=venue, symbol=symbol, **{**defaults, **columns})


async def series(of: Instrument | None = None, timeframe: Timeframe = Timeframe.D1) -> Series:
    """An empty series."""
    return await Series.create(instrument=of or await instrument(), timeframe=timeframe)


def bars(close: Sequence[float], start: str = FIRST_BAR, **columns: Sequence[float]) -> Bars:
    """Daily bars, weekends included."""
    time = to_ms(day(start)) + MS_PER_DAY * np.arange(len(close), dtype=np.int64)
    given = {**columns, "close": close}
    return Bars(time, {name: np.asarray(values, np.float64) for name, values in given.items()})


async def listed(symbol: str, close: Sequence[float], start: str = FIRST_BAR, **columns: Sequence[float]) -> Instrument:
    """An instrument with daily bars."""
    return await write(await instrument(symbol), close, start, **columns)


async def write(
    of: Instrument, close: Sequence[float], start: str = FIRST_BAR, **columns: Sequence[float]
) -> Instrument:
    """The same instrument, with daily bars."""
    await write_revision(await series(of), bars(close, start, **columns), Provenance("test", "synthetic", True))
    return of


def wave(length: int = FORMATION_BARS + TRADING_BARS, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Prices of y and x whose spread swings widely around its mean."""
    random = np.random.default_rng(seed)
    log_x = np.log(50) + 0.01 * random.standard_normal(length).cumsum()
    swing = 0.05 * np.sin(np.arange(length) / 5) + 0.005 * random.standard_normal(length)
    return np.exp(0.2 + 0.8 * log_x + swing), np.exp(log_x)


async def pair(owner: Viewer, length: int = FORMATION_BARS + TRADING_BARS, seed: int = 1) -> Pair:
    """A pair of two new instruments that can be traded."""
    y, x = wave(length, seed)
    number = next(_numbers)
    await listed(f"Y{number}", y)
    await listed(f"X{number}", x)
    return await pairs.create(owner, f"Y{number}", f"X{number}")


def spec(**changes: Any) -> BacktestSpec:
    """A specification that fits `pair`."""
    return replace(HARMLESS_SPEC, **changes)


async def backtest(owner: Viewer, of: Pair | None = None, **changes: Any) -> Backtest:
    """A backtest whose job is queued."""
    return await started(owner, of or await pair(owner), **changes)


async def started(owner: Viewer, of: Pair, *, key: str | None = None, **changes: Any) -> Backtest:
    """A backtest of a pair, under an idempotency key."""
    return await backtests.start(owner, of.id, spec(**changes), key)


async def job(owner: Viewer, **columns: Any) -> Job:
    """A job that no queue knows of, about something that is not there."""
    made = await jobs.create(owner, NewJob(JobName.BACKTEST, "Backtest", uuid4(), {}))
    if columns:
        await Job.filter(id=made.id).update(**columns)
    return await Job.get(id=made.id)


async def real_pair(owner: Viewer, y: str = "KO", x: str = "PEP") -> Pair:
    """A pair of the sample universe, with its real closes."""
    time, closes = market_samples.read_sample()
    for symbol in (y, x):
        made = await instrument(symbol)
        provenance = Provenance("sample", "closes")
        await write_revision(await series(made), Bars(time, {"close": closes[symbol]}), provenance)
    return await pairs.create(owner, y, x)


def real_spec(**changes: Any) -> BacktestSpec:
    """A specification that fits `real_pair`."""
    windows = {"formation": period(*KO_PEP_FORMATION), "trading": period(*KO_PEP_TRADING)}
    return spec(**{**windows, **changes})
