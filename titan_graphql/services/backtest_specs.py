"""What a backtest may be asked: its specification, the prices it needs, and what is refused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from titan_graphql.errors import InvalidInputError
from titan_graphql.models.pairs import Pair
from titan_graphql.quant.backtest_rules import HedgeFixes, Rules
from titan_graphql.quant.errors import ParameterError, QuantError
from titan_graphql.services import backtest_prices, markets
from titan_graphql.services.backtest_prices import PairHistory
from titan_graphql.services.markets import SESSIONS_PER_YEAR
from titan_graphql.services.pair_analysis import PriceScale, check_window, scaled_formation, spread_columns
from titan_graphql.services.pair_hedges import HedgeMethod
from titan_graphql.services.pairs import PairPrices, Period

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

TRADING_BARS_MIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestSpec:
    """Everything a backtest of a pair depends on, besides its data."""

    formation: Period
    trading: Period
    prices: PriceScale
    z_score: Literal["FORMATION", "ROLLING"]
    window: int | None
    entry: float
    exit: float
    stop: float | None
    max_hold: int | None
    sizing: Literal["GROSS", "FIXED_NOTIONAL", "VOLATILITY_TARGET"]
    gross: float
    notional: float
    capital: float
    commission_bps: float
    slippage_bps: float
    hedge: HedgeMethod = "OLS"
    rehedge_band: float | None = None
    fill: Literal["CLOSE", "OPEN"] = "CLOSE"
    borrow_bps: float = 0.0
    target_volatility: float = 0.1
    volatility_window: int = 60

    def rules(self, periods: float = SESSIONS_PER_YEAR) -> Rules:
        """The part that the kernel obeys, in a year of so many bars.

        Raises:
            InvalidInputError: a threshold, size or fee that makes no sense.
        """
        own = {field.name for field in fields(Rules)} & {field.name for field in fields(self)}
        chosen = {name: getattr(self, name) for name in own}
        try:
            fixes: HedgeFixes = "NOTIONAL" if self.prices == "LOG" else "SHARES"
            return Rules(**chosen, hedge_fixes=fixes, periods_per_year=periods)
        except ParameterError as error:
            raise InvalidInputError(error.code, parameter_message(error), [graph_name(error.field)]) from error

    @property
    def rolling_window(self) -> int | None:
        """The z-score's window, or None where the formation period's mean and deviation are used."""
        return self.window if self.z_score == "ROLLING" else None


async def read_prices(pair: Pair, spec: BacktestSpec) -> PairHistory:
    """Both legs from the beginning of the formation period to the end of trading.

    Raises:
        InvalidInputError: a reversed period, periods that overlap, no data, or an impossible dividend.
    """
    check_periods(spec.formation, spec.trading)
    whole = Period(spec.formation.start, spec.trading.end)
    return await backtest_prices.read(pair, whole, ["trading"], opens=spec.fill == "OPEN")


def check_periods(formation: Period, trading: Period) -> None:
    """Refuse periods that run backwards, and trading that would know its own future.

    Raises:
        InvalidInputError: PERIOD_REVERSED or PERIODS_OVERLAP.
    """
    markets.check_range(formation.start, formation.end, ["formation"])
    markets.check_range(trading.start, trading.end, ["trading"])
    if trading.start < formation.end:
        message = "Trading must not begin before the formation period has ended: its estimates would know the future"
        raise InvalidInputError("PERIODS_OVERLAP", message, ["trading", "start"])


def check(spec: BacktestSpec, read: PairHistory) -> None:
    """Refuse a specification that its data cannot serve.

    Raises:
        InvalidInputError: rules, formation, trading period or window; a formation period without a hedge ratio.
    """
    spec.rules()
    prices, trading = read.adjusted(spec.formation.end), read.between(spec.trading)
    scaled_formation(prices.between(spec.formation), spec.prices)
    joint = int(trading.joint.sum())
    if joint < TRADING_BARS_MIN:
        message = f"The trading period has {joint} joint bars; it needs {TRADING_BARS_MIN}"
        raise InvalidInputError("NO_DATA", message, ["trading"])
    if (trading.y.close <= 0).any() or (trading.x.close <= 0).any():
        message = "A price in the trading period is not positive, so no quantity can be bought with it"
        raise InvalidInputError("PRICE_NOT_POSITIVE", message, ["trading"])
    if spec.fill == "OPEN":
        _check_opens(trading)
    if spec.z_score == "ROLLING" and spec.window is None:
        raise InvalidInputError("WINDOW_MISSING", "A rolling z-score needs a window", ["window"])
    check_window(spec.rolling_window, len(prices))
    _check_formed(spec, prices)


def _check_formed(spec: BacktestSpec, prices: PairPrices) -> None:
    """A formation period of which nothing can be estimated is refused before anything is kept."""
    formed = prices.between(spec.formation)
    try:
        spread_columns(formed, spec.formation, spec.prices, spec.hedge, spec.rolling_window)
    except QuantError as error:
        message = f"Nothing can be estimated from this formation period: {error}"
        raise InvalidInputError(error.code, message, ["formation"]) from error


def _check_opens(trading: PairHistory) -> None:
    for name, leg in (("y", trading.y), ("x", trading.x)):
        if leg.open is None or not (np.isfinite(leg.open) & (leg.open > 0)).all():
            message = f"Orders cannot fill at the open: leg {name} lacks opening prices in the trading period"
            raise InvalidInputError("OPEN_MISSING", message, ["fill"])


def to_json(spec: "DataclassInstance") -> dict[str, object]:
    """A specification with a formation and a trading period, as it is stored."""
    plain = asdict(spec)
    for name in ("formation", "trading"):
        plain[name] = {key: moment.isoformat() for key, moment in plain[name].items()}
    return plain


def stored_fields(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of such a specification, as it was stored."""
    periods = {
        name: Period(*(datetime.fromisoformat(stored[name][key]) for key in ("start", "end")))
        for name in ("formation", "trading")
    }
    return {**stored, **periods}


def from_json(stored: Mapping[str, Any]) -> BacktestSpec:
    """A specification as it was stored."""
    return BacktestSpec(**stored_fields(stored))


def parameter_message(error: ParameterError) -> str:
    """What a kernel says is wrong with a parameter, under the name that the graph gives it."""
    return str(error).replace(error.field, graph_name(error.field))


def graph_name(name: str) -> str:
    """A field's name as the graph writes it."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)
