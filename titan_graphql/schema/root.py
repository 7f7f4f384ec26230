"""The whole graph."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from titan_graphql.schema.alerts import Alert, AlertMutation, AlertQuery, AlertRule, AlertSubscription
from titan_graphql.schema.backtest_comparisons import BacktestComparisonQuery
from titan_graphql.schema.backtests import Backtest, BacktestMutation, BacktestQuery, Trade
from titan_graphql.schema.budgets import BudgetQuery
from titan_graphql.schema.campaigns import Campaign, CampaignMutation, CampaignQuery
from titan_graphql.schema.errors import TitanSchema
from titan_graphql.schema.jobs import Job, JobMutation, JobQuery, JobSubscription
from titan_graphql.schema.live_pairs import LivePairMutation, LivePairQuery, LivePairSubscription, PairWatch
from titan_graphql.schema.market_imports import BarImport, ImportMutation, ImportQuery
from titan_graphql.schema.market_live import BarSubscription, FeedQuery
from titan_graphql.schema.market_universes import Universe, UniverseMutation, UniverseQuery
from titan_graphql.schema.markets import Dataset, Instrument, Market, MarketQuery
from titan_graphql.schema.nodes import NodeQuery
from titan_graphql.schema.pairs import Pair, PairMutation, PairQuery
from titan_graphql.schema.portfolios import Portfolio, PortfolioMutation, PortfolioQuery
from titan_graphql.schema.problems import ForbiddenProblem, LimitExceededProblem, UnavailableProblem
from titan_graphql.schema.scalars import SCALARS
from titan_graphql.schema.scans import Scan, ScanMutation, ScanQuery, ScanResult
from titan_graphql.schema.server_info import ServerInfoQuery
from titan_graphql.schema.sweeps import Sweep, SweepMutation, SweepQuery
from titan_graphql.schema.users import AccessToken, User, UserMutation, UserQuery
from titan_graphql.schema.walk_forwards import WalkForward, WalkForwardMutation, WalkForwardQuery

# Root fields that need no permission, each with the reason.
PUBLIC: dict[str, str] = {}


@strawberry.type(description="Everything that can be read.")
class Query(
    UserQuery,
    NodeQuery,
    MarketQuery,
    ImportQuery,
    UniverseQuery,
    PairQuery,
    ScanQuery,
    BacktestQuery,
    BacktestComparisonQuery,
    CampaignQuery,
    SweepQuery,
    WalkForwardQuery,
    LivePairQuery,
    AlertQuery,
    PortfolioQuery,
    JobQuery,
    BudgetQuery,
    ServerInfoQuery,
    FeedQuery,
):
    """Everything that can be read."""


@strawberry.type(description="Everything that can be changed. Expected failures are members of each payload.")
class Mutation(
    UserMutation,
    ImportMutation,
    UniverseMutation,
    PairMutation,
    ScanMutation,
    BacktestMutation,
    CampaignMutation,
    SweepMutation,
    WalkForwardMutation,
    LivePairMutation,
    AlertMutation,
    PortfolioMutation,
    JobMutation,
):
    """Everything that can be changed."""


@strawberry.type(description="Everything that can be watched; each field says whether it is state or a stream.")
class Subscription(JobSubscription, BarSubscription, LivePairSubscription, AlertSubscription):
    """Everything that can be watched."""


schema = TitanSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[
        AccessToken,
        Alert,
        AlertRule,
        Backtest,
        BarImport,
        Dataset,
        Campaign,
        ForbiddenProblem,
        Instrument,
        Job,
        LimitExceededProblem,
        Market,
        Pair,
        PairWatch,
        Portfolio,
        Scan,
        ScanResult,
        Sweep,
        Trade,
        UnavailableProblem,
        Universe,
        User,
        WalkForward,
    ],
    config=StrawberryConfig(scalar_map=SCALARS),
)
