"""Rows of every kind by their ids, as far as a viewer may see them: one statement for each kind."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from uuid import UUID

from tortoise.models import Model

from titan_graphql.models.alerts import Alert, AlertRule
from titan_graphql.models.backtests import Backtest, Trade
from titan_graphql.models.campaigns import Campaign
from titan_graphql.models.jobs import Job
from titan_graphql.models.live_pairs import PairWatch
from titan_graphql.models.market_imports import BarImport
from titan_graphql.models.market_universes import Universe
from titan_graphql.models.pairs import Pair
from titan_graphql.models.portfolios import Portfolio
from titan_graphql.models.scans import Scan, ScanResult
from titan_graphql.models.sweeps import Sweep
from titan_graphql.models.walk_forwards import WalkForward
from titan_graphql.services import market_datasets, markets, user_tokens, users
from titan_graphql.services.users import Viewer, owned_by

# Rows that everybody sees.
PUBLIC: dict[str, Callable[[list[UUID]], Awaitable[dict[UUID, Any]]]] = {
    "Dataset": market_datasets.by_ids,
    "Instrument": markets.instruments_by_ids,
    "Market": markets.by_ids,
}
# Rows of people.
PERSONAL: dict[str, Callable[[Viewer, list[UUID]], Awaitable[dict[UUID, Any]]]] = {
    "AccessToken": user_tokens.visible,
    "User": users.visible,
}
OWNED: dict[str, type[Model]] = {
    table.__name__: table
    for table in (
        Alert, AlertRule, Backtest, BarImport, Campaign, Job, Pair, PairWatch, Portfolio, Scan, Sweep, Universe,
        WalkForward,
    )
}  # fmt: skip
# Parts of rows that have an owner, and their relation to these.
PARTS: dict[str, tuple[type[Model], str]] = {"ScanResult": (ScanResult, "scan"), "Trade": (Trade, "backtest")}
KINDS = PUBLIC.keys() | PERSONAL.keys() | OWNED.keys() | PARTS.keys()


class RowKey(NamedTuple):
    """Which row, and for whom."""

    viewer: Viewer
    kind: str
    row_id: UUID


async def by_keys(keys: list[RowKey]) -> dict[RowKey, Any]:
    """The rows that these viewers may see; others are left out, whether they are there or not."""
    wanted: dict[tuple[Viewer, str], set[UUID]] = defaultdict(set)
    for viewer, kind, row_id in keys:
        wanted[viewer, kind].add(row_id)
    found: dict[RowKey, Any] = {}
    for (viewer, kind), ids in wanted.items():
        rows = await _visible(viewer, kind, list(ids))
        found |= {RowKey(viewer, kind, row_id): row for row_id, row in rows.items()}
    return found


async def _visible(viewer: Viewer, kind: str, ids: list[UUID]) -> dict[UUID, Any]:
    if kind in PUBLIC:
        return await PUBLIC[kind](ids)
    if kind in PERSONAL:
        return await PERSONAL[kind](viewer, ids)
    table, whole = PARTS[kind] if kind in PARTS else (OWNED[kind], None)
    return {row.pk: row for row in await table.filter(owned_by(viewer, whole), pk__in=ids)}
