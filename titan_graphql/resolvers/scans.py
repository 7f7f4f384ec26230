"""Scans: starting them, and reading what they found."""

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import FloatFilter, PeriodInput, StringFilter, criteria, paged
from titan_graphql.resolvers.pairs import PriceScale, Trend
from titan_graphql.services import scan_queries, scan_specs, scans
from titan_graphql.services.pages import Order, PageRequest
from titan_graphql.services.scan_specs import DatedUniverse, ScanSpec

if TYPE_CHECKING:
    from titan_graphql.models.pairs import Pair
    from titan_graphql.models.scans import Scan, ScanResult


class Criterion(Enum):
    """How the number of lags is chosen."""

    AIC = "AIC"
    BIC = "BIC"
    FIXED = "FIXED"


class Correction(Enum):
    """How to correct for the number of tests."""

    BH = "BH"
    BY = "BY"
    HOLM = "HOLM"


class ScanResultOrder(Enum):
    """The orders in which the results of a scan can be listed."""

    RANK_ASC = Order("rank")
    R_SQUARED_DESC = Order("r_squared", descending=True)
    HALF_LIFE_ASC = Order("half_life_order")
    DISTANCE_ASC = Order("distance")


@strawberry.input(
    description="Which instruments: all of a market, the listed ones, or the members of a named universe on a day."
)
class UniverseInput:
    """Which instruments to test."""

    market: str | None = strawberry.field(default=None, description="All instruments of the market with this code.")
    symbols: list[str] | None = strawberry.field(
        default=None, description="The instruments of these symbols, at most 250, of the market where one is named."
    )
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The members of the universe with this global id; goes with neither of the others."
    )
    as_of: date | None = strawberry.field(
        default=None,
        description="The day whose members count; by default the last of a scan's formation, the first of a walk.",
    )

    def to_named(self) -> DatedUniverse | None:
        """The named universe, if one is meant."""
        universe_id = nodes.decode_optional(self.id, "Universe", "universe")
        return None if universe_id is None and self.as_of is None else DatedUniverse(universe_id, self.as_of)


@strawberry.input(description="A test of all directed pairs of a universe for cointegration (Engle–Granger).")
class ScreenInput:
    """A test of all directed pairs of a universe."""

    universe: UniverseInput = strawberry.field(description="Which instruments to test.")
    formation: PeriodInput = strawberry.field(description="The period to test on.")
    prices: PriceScale = strawberry.field(default=PriceScale.LOG, description="The scale of the regressions.")
    trend: Trend = strawberry.field(default=Trend.C, description="The deterministic part of the regressions.")
    criterion: Criterion = strawberry.field(default=Criterion.AIC, description="How the number of lags is chosen.")
    max_lag: int | None = strawberry.field(default=None, description="The most lags, by default Schwert's rule.")
    correction: Correction = strawberry.field(
        default=Correction.BY, description="How to correct for the number of tests."
    )
    level: float = strawberry.field(default=0.05, description="The level at which pairs count as found.")
    keep: int = strawberry.field(default=1000, description="How many of the best pairs to keep, 1 to 10,000.")

    def to_spec(self) -> ScanSpec:
        """The specification as services take it."""
        return ScanSpec(
            market=self.universe.market,
            symbols=self.universe.symbols,
            formation=self.formation.to_period(),
            prices=self.prices.value,
            trend=self.trend.value,
            criterion=self.criterion.value,
            max_lag=self.max_lag,
            correction=self.correction.value,
            level=self.level,
            keep=self.keep,
            named=self.universe.to_named(),
        )


@strawberry.input(description="A scan to run.")
class StartScanInput(ScreenInput):
    """A scan to run."""

    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input answers with the same scan."
    )


@strawberry.input(description="A job to estimate before it is started.")
class EstimateJobInput:
    """A job to estimate."""

    scan: ScreenInput = strawberry.field(description="The scan.")


@strawberry.input(description="Which results to list; all given conditions must hold.")
class ScanResultFilter:
    """Which results to list."""

    rank: FloatFilter | None = strawberry.field(default=strawberry.UNSET, description="The place by p-value, from 1.")
    y: StringFilter | None = strawberry.field(default=strawberry.UNSET, description="The symbol of y.")
    x: StringFilter | None = strawberry.field(default=strawberry.UNSET, description="The symbol of x.")
    p_value: FloatFilter | None = strawberry.field(default=strawberry.UNSET, description="The p-value.")
    q_value: FloatFilter | None = strawberry.field(default=strawberry.UNSET, description="The corrected p-value.")
    half_life: FloatFilter | None = strawberry.field(default=strawberry.UNSET, description="Half-life in bars.")
    correlation: FloatFilter | None = strawberry.field(default=strawberry.UNSET, description="Correlation.")
    and_: list["ScanResultFilter"] | None = strawberry.field(
        name="AND", default=strawberry.UNSET, description="All of these."
    )
    or_: list["ScanResultFilter"] | None = strawberry.field(
        name="OR", default=strawberry.UNSET, description="Any of these."
    )


Where = Annotated[ScanResultFilter | None, strawberry.argument(description="Only results that satisfy this.")]
OrderBy = Annotated[ScanResultOrder, strawberry.argument(description="The order of the list.")]
ScreenArgument = Annotated[ScreenInput, strawberry.argument(description="What to test.")]
EstimateArgument = Annotated[EstimateJobInput, strawberry.argument(description="The job.")]
StartArgument = Annotated[StartScanInput, strawberry.argument(description="What to test.")]


async def start(info: Info, input: StartArgument) -> Any:
    """Start a scan."""
    return await scans.start(info.context.viewer, input.to_spec(), input.idempotency_key)


async def screen(info: Info, input: ScreenArgument) -> Any:
    """Screen a small universe within the request."""
    return await scan_queries.screen(info.context.viewer, input.to_spec())


async def estimate(info: Info, input: EstimateArgument) -> Any:
    """What a job would take."""
    return await scans.estimate(info.context.viewer, input.scan.to_spec())


@paged
async def page(info: Info, *, request: PageRequest) -> Any:
    """The viewer's scans, newest first."""
    return await scans.page(info.context.viewer, request)


async def scan(info: Info, id: nodes.NodeId) -> Any:
    """One scan, or None."""
    return await nodes.of_kind(info, id, "Scan")


def spec(root: "Scan") -> ScanSpec:
    """What was asked for."""
    return scan_specs.from_json(root.spec)


def universe(root: ScanSpec) -> str:
    """The universe in words."""
    return scan_specs.describe(root)


def universe_id(root: ScanSpec) -> strawberry.ID | None:
    """The named universe."""
    return nodes.encode_id("Universe", root.named.id) if root.named and root.named.id else None


def as_of(root: ScanSpec) -> date | None:
    """The day of the named universe."""
    return root.named.as_of if root.named else None


def instrument_count(root: "Scan") -> int:
    """The size of the universe."""
    return len(root.instrument_ids)


def summary(root: "Scan") -> Any:
    """What was found."""
    return scans.summary(root)


def verdict(root: "Scan") -> str | None:
    """What was found, in words."""
    found, asked = scans.summary(root), scan_specs.from_json(root.spec)
    return scans.verdict(found, asked.level, asked.correction) if found else None


def unusable(root: "Scan") -> list[Any]:
    """Members that could not be tested."""
    return scans.unusable(root)


async def matrix(root: "Scan") -> Any:
    """The p-values of all pairs."""
    return await scans.matrix(root)


@paged
async def results(
    root: "Scan", where: Where = None, order_by: OrderBy = ScanResultOrder.RANK_ASC, *, request: PageRequest
) -> Any:
    """The kept results."""
    return await scans.results(root, request, order_by.value, criteria(where))


@paged
async def of_pair(root: "Pair", info: Info, *, request: PageRequest) -> Any:
    """What scans said of a pair, best first."""
    return await scans.results_of_pair(info.context.viewer, root, request)


async def leg_y(root: Any, info: Info) -> Any:
    """The explained leg."""
    return await info.context.loaders.instruments.load(root.y_id)


async def leg_x(root: Any, info: Info) -> Any:
    """The explaining leg."""
    return await info.context.loaders.instruments.load(root.x_id)


def lags(root: "ScanResult") -> int | None:
    """Lagged differences."""
    return scans.lags(root)


def distance(root: "ScanResult") -> float | None:
    """The distance of normalised prices."""
    return scans.distance(root)


async def result_scan(root: Any, info: Info) -> Any:
    """The scan that found it."""
    return await info.context.loaders.scans.load(root.scan_id)
