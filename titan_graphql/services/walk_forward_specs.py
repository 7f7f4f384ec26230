"""What a walk-forward may be asked: its specification, the prices it needs, and what is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from titan_graphql.errors import InvalidInputError, LimitExceededError
from titan_graphql.models.markets import Instrument
from titan_graphql.quant.backtest_rules import Fill, Rules
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.sweep_grid import Axes
from titan_graphql.quant.walk_forward import Plan, segments
from titan_graphql.services import market_panels, markets, scan_specs
from titan_graphql.services.backtest_specs import graph_name, parameter_message
from titan_graphql.services.market_bars import Floats
from titan_graphql.services.market_panels import Panel
from titan_graphql.services.markets import SESSIONS_PER_YEAR
from titan_graphql.services.pair_hedges import HedgeMethod, spread_path
from titan_graphql.services.pairs import Period
from titan_graphql.services.scan_specs import DatedUniverse, ScanSpec

INSTRUMENTS_MAX = 1_000
SETS_MAX = 1_000
PAIRS_MAX = 100
FEWEST_WITH_OPENS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkForwardSpec:
    """How a universe is walked: the calendar, how many pairs, and the parameters to choose from; lengths in bars."""

    market: str | None
    symbols: list[str] | None
    period: Period
    formation: int
    trading: int
    anchored: bool
    purge: int
    pairs: int
    level: float
    entry: Sequence[float]
    exit: Sequence[float]
    stop: Sequence[float | None]
    max_hold: Sequence[int | None]
    cost_bps: float
    gross: float
    capital: float
    named: DatedUniverse | None = None
    hedge: HedgeMethod = "OLS"
    fill: Fill = "CLOSE"

    def plan(self) -> Plan:
        """The calendar and how many pairs."""
        names = ("formation", "trading", "anchored", "purge", "pairs", "level")
        return Plan(**{name: getattr(self, name) for name in names})

    def sets(self) -> npt.NDArray[np.void]:
        """The parameter sets to choose from.

        Raises:
            ParameterError: a senseless axis, or more than 1,000 sets.
        """
        axes = Axes(
            entry=tuple(self.entry),
            exit=tuple(self.exit),
            stop=tuple(self.stop),
            max_hold=tuple(self.max_hold),
            gross=(self.gross,),
            cost_bps=(self.cost_bps,),
        )
        return axes.grid(SETS_MAX)

    def rules(self, periods: float = SESSIONS_PER_YEAR) -> Rules:
        """What all sets share, in a year of so many bars.

        Raises:
            ParameterError: a senseless capital.
        """
        return Rules(entry=2.0, exit=0.5, capital=self.capital, fill=self.fill, periods_per_year=periods)

    def signal(self, y: Floats, x: Floats, formation: slice) -> tuple[Floats, Floats]:
        """z-score and hedge ratio at each bar, as a backtest with this hedge sees them.

        Raises:
            QuantError: the formation bars have no such hedge ratio.
        """
        path = spread_path(y, x, formation, self.hedge, None)
        return path.z_score, path.hedge_ratio

    def universe(self) -> ScanSpec:
        """The scan that asks for the same universe."""
        return ScanSpec(
            market=self.market, symbols=self.symbols, formation=self.period, prices="LOG", trend="C", criterion="AIC",
            max_lag=None, correction="BH", level=0.05, keep=1, named=self.named,
        )  # fmt: skip


async def check(spec: WalkForwardSpec) -> list[Instrument]:
    """Refuse what makes no sense whatever the data; returns the universe.

    Raises:
        InvalidInputError: PERIOD_REVERSED, PAIRS_OUT_OF_RANGE, LEVEL_OUT_OF_RANGE, or a senseless parameter.
        LimitExceededError: GRID_TOO_LARGE or UNIVERSE_TOO_LARGE.
    """
    markets.check_range(spec.period.start, spec.period.end, ["period"])
    if not 1 <= spec.pairs <= PAIRS_MAX:
        message = f"pairs must be from 1 to {PAIRS_MAX}, not {spec.pairs}"
        raise InvalidInputError("PAIRS_OUT_OF_RANGE", message, ["pairs"])
    if not 0.0 < spec.level <= 1.0:
        raise InvalidInputError("LEVEL_OUT_OF_RANGE", f"level must lie in (0, 1], not {spec.level}", ["level"])
    try:
        spec.sets()
        spec.rules()
    except ParameterError as error:
        kind = LimitExceededError if error.code == "GRID_TOO_LARGE" else InvalidInputError
        field = "entry" if error.field == "axes" else graph_name(error.field)
        raise kind(error.code, parameter_message(error), [field]) from error
    scan_specs.check_universe(spec.universe())
    members = await scan_specs.universe(spec.universe())
    if len(members) > INSTRUMENTS_MAX:
        message = f"At most {INSTRUMENTS_MAX} instruments are walked, not {len(members)}"
        raise LimitExceededError("UNIVERSE_TOO_LARGE", message, ["universe"])
    return members


async def read_panel(spec: WalkForwardSpec, members: Sequence[Instrument]) -> Panel:
    """The prices to walk over as they were traded, with opens where orders fill at them.

    Raises:
        InvalidInputError: NO_DATA, OPEN_MISSING, FORMATION_TOO_SHORT, TRADING_TOO_SHORT, PURGE_NEGATIVE or
            WALK_TOO_SHORT.
    """
    period, opens = spec.period, spec.fill == "OPEN"
    panel = await market_panels.read_panel(members, period.start, period.end, as_stored=True, opens=opens)
    _check_data(spec, panel)
    return replace(panel, periods=await markets.bars_per_year([one.id for one in members]))


def _check_data(spec: WalkForwardSpec, panel: Panel) -> None:
    """Refuse a calendar that does not fit the bars there are, and fills at prices that are not there."""
    if not len(panel.time):
        raise InvalidInputError("NO_DATA", "No instrument has a bar in this period", ["period"])
    if panel.opens is not None and int((panel.opens > 0.0).any(axis=0).sum()) < FEWEST_WITH_OPENS:
        message = "Orders cannot fill at the open: fewer than two instruments have opening prices in this period"
        raise InvalidInputError("OPEN_MISSING", message, ["fill"])
    try:
        segments(len(panel.time), spec.plan())
    except ParameterError as error:
        raise InvalidInputError(error.code, parameter_message(error), [graph_name(error.field)]) from error


def to_json(spec: WalkForwardSpec) -> dict[str, object]:
    """A specification as it is stored."""
    plain = {**asdict(spec), "named": scan_specs.named_to_json(spec.named)}
    return {**plain, "period": {key: moment.isoformat() for key, moment in plain["period"].items()}}


def from_json(stored: Mapping[str, Any]) -> WalkForwardSpec:
    """A specification as it was stored."""
    period = Period(*(datetime.fromisoformat(stored["period"][key]) for key in ("start", "end")))
    named = scan_specs.named_from_json(stored.get("named"))
    return WalkForwardSpec(**{**stored, "period": period, "named": named})
