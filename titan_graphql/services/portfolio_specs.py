"""What a portfolio may be asked: its specification, and what is refused whatever the data."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal
from uuid import UUID

from titan_graphql.errors import InvalidInputError, LimitExceededError
from titan_graphql.services import backtest_specs
from titan_graphql.services.backtest_specs import BacktestSpec
from titan_graphql.services.pair_analysis import PriceScale
from titan_graphql.services.pair_hedges import HedgeMethod
from titan_graphql.services.pairs import Period

PAIRS_MAX = 50
Allocation = Literal["EQUAL", "VOLATILITY"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioSpec:
    """Everything a book depends on besides its pairs and their data; all pairs trade by the same thresholds."""

    formation: Period
    trading: Period
    prices: PriceScale
    z_score: Literal["FORMATION", "ROLLING"]
    window: int | None
    hedge: HedgeMethod
    entry: float
    exit: float
    stop: float | None
    max_hold: int | None
    gross: float
    capital: float
    commission_bps: float
    slippage_bps: float
    borrow_bps: float
    allocation: Allocation
    name_limit: float | None

    def single(self) -> BacktestSpec:
        """The backtest of one of the pairs with all of the capital."""
        own = asdict(self)
        for name in ("allocation", "name_limit"):
            del own[name]
        periods = {"formation": self.formation, "trading": self.trading}
        return BacktestSpec(**{**own, **periods}, sizing="GROSS", notional=1.0)


def check(spec: PortfolioSpec, pair_ids: Sequence[UUID]) -> None:
    """Refuse what makes no sense whatever the data.

    Raises:
        InvalidInputError: NO_PAIRS, PAIR_TWICE, LIMIT_OUT_OF_RANGE, or a period or rule as for a backtest.
        LimitExceededError: more than 50 pairs.
    """
    if not pair_ids:
        raise InvalidInputError("NO_PAIRS", "A portfolio needs at least one pair", ["pairIds"])
    if len(pair_ids) > PAIRS_MAX:
        message = f"A portfolio holds at most {PAIRS_MAX} pairs, not {len(pair_ids)}"
        raise LimitExceededError("LIST_TOO_LONG", message, ["pairIds"])
    if len(set(pair_ids)) < len(pair_ids):
        raise InvalidInputError("PAIR_TWICE", "The same pair is named twice", ["pairIds"])
    if spec.name_limit is not None and not (math.isfinite(spec.name_limit) and spec.name_limit > 0.0):
        message = f"nameLimit is {spec.name_limit}; a limit is a positive multiple of equity"
        raise InvalidInputError("LIMIT_OUT_OF_RANGE", message, ["nameLimit"])
    single = spec.single()
    backtest_specs.check_periods(single.formation, single.trading)
    single.rules()


def from_json(stored: Mapping[str, Any]) -> PortfolioSpec:
    """A specification as it was stored."""
    return PortfolioSpec(**backtest_specs.stored_fields(stored))
