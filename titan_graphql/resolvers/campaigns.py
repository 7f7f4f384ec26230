"""Campaigns: naming one, and what was tried in it."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import paged
from titan_graphql.services import campaigns
from titan_graphql.services.campaigns import TrialContext
from titan_graphql.services.pages import PageRequest

if TYPE_CHECKING:
    from titan_graphql.models.campaigns import Campaign, Trials

# The type of each kind of work.
WORK = {
    "BACKTEST": "Backtest",
    "SCAN": "Scan",
    "SWEEP": "Sweep",
    "WALK_FORWARD": "WalkForward",
    "PORTFOLIO": "Portfolio",
}


@strawberry.input(description="A campaign to begin.")
class CreateCampaignInput:
    """A campaign to begin."""

    name: str = strawberry.field(description="The idea and its data in a few words, 1 to 90 characters.")


CreateInput = Annotated[CreateCampaignInput, strawberry.argument(description="What to call it.")]


async def create(info: Info, input: CreateInput) -> Any:
    """Begin a campaign."""
    return await campaigns.create(info.context.viewer, input.name)


@paged
async def page(info: Info, *, request: PageRequest) -> Any:
    """The viewer's campaigns, newest first."""
    return await campaigns.page(info.context.viewer, request)


async def tried(root: "Campaign", info: Info) -> int:
    """How many trials it holds."""
    found = await info.context.loaders.trial_counts.load(root.id)
    return found.tried if found else 0


async def by_kind(root: "Campaign", info: Info) -> Any:
    """Its trials by the kind of work."""
    found = await info.context.loaders.trial_counts.load(root.id)
    return campaigns.shares(found) if found else []


@paged
async def work_page(root: "Campaign", *, request: PageRequest) -> Any:
    """The work that it counts, newest first."""
    return await campaigns.work_page(root, request)


async def work(root: "Trials", info: Info) -> Any:
    """The work itself, None once it is removed or where it is not the viewer's to see."""
    return await nodes.visible(info, WORK[root.kind], root.source_id)


async def campaign(root: TrialContext, info: Info) -> Any:
    """The campaign of a result."""
    return await info.context.loaders.campaigns.load(root.campaign_id)
