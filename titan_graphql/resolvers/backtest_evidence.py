"""Why a backtest or portfolio may be believed: leak check, selection, manifest, and the comparison of two runs."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.services import backtest_comparisons, backtest_leaks, backtest_manifests, backtests
from titan_graphql.services.backtest_comparisons import Difference
from titan_graphql.services.backtest_leaks import CheckedLeaks
from titan_graphql.services.backtest_leaks import Selection as CheckedSelection
from titan_graphql.services.backtest_manifests import Manifest

if TYPE_CHECKING:
    from titan_graphql.models.backtests import Backtest
    from titan_graphql.models.portfolios import Portfolio

A = Annotated[strawberry.ID, strawberry.argument(description="The one backtest's global id.")]
B = Annotated[strawberry.ID, strawberry.argument(description="The other backtest's global id.")]


def attribution(root: "Backtest") -> Any:
    """Where the P&L came from."""
    return backtests.attribution(root)


def leak_check(root: "Backtest | Portfolio") -> Any:
    """The leak check."""
    return backtest_leaks.stored(root)


def manifest(root: "Backtest | Portfolio") -> Any:
    """Everything the result depends on."""
    return backtest_manifests.manifest(root)


def verdict(root: CheckedLeaks) -> Any:
    """The verdict of a leak check."""
    return root.verdict


def selection(root: CheckedSelection) -> Any:
    """The verdict on the choice of the pair."""
    return root.verdict


async def selecting_scan(root: CheckedSelection, info: Info) -> Any:
    """The scan that found the pair."""
    return await info.context.loaders.scans.load(root.scan_id) if root.scan_id else None


def parameters(root: Manifest) -> str:
    """The parameters as JSON."""
    return backtest_manifests.parameters_text(root)


def difference_kind(root: Difference) -> Any:
    """What kind of thing differs."""
    return root.kind


async def compare(info: Info, a: A, b: B) -> Any:
    """What differs between two backtests."""
    first, second = (nodes.decode_id(one, "Backtest", name)[1] for one, name in ((a, "a"), (b, "b")))
    return await backtest_comparisons.compare(info.context.viewer, first, second)
