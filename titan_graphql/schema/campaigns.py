"""Campaigns: how many trials stand behind a result."""

from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import campaigns as models
from titan_graphql.resolvers import campaigns as resolve
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.pairs import Estimate
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.problems import ConflictProblem, InvalidInputProblem


@strawberry.type(description="Trials of one kind of work.")
class TrialShare:
    """Trials of one kind of work."""

    kind: Annotated[str, strawberry.field(description="BACKTEST, SCAN, SWEEP, WALK_FORWARD or PORTFOLIO.")]
    tried: Annotated[int, strawberry.field(description="How many trials.")]


@strawberry.type(description="A piece of work and how many trials it added to a campaign.")
class CountedWork:
    """A piece of work and its trials."""

    kind: Annotated[str, strawberry.field(description="BACKTEST, SCAN, SWEEP, WALK_FORWARD or PORTFOLIO.")]
    tried: Annotated[int, strawberry.field(description="How many trials; they count even after it is removed.")]
    work: Annotated[
        Node | None,
        strawberry.field(resolver=resolve.work, description="The Backtest, Scan, Sweep, WalkForward or Portfolio."),
    ]
    created_at: Annotated[datetime, strawberry.field(description="When it was counted, which is when it succeeded.")]


@strawberry.type(description="The trials that share universe, window and idea. Each counts once and for good.")
class Campaign(Node):
    """The trials that share universe, window and idea."""

    name: Annotated[str, strawberry.field(description="What it is about.")]
    tried: Annotated[
        int, strawberry.field(resolver=resolve.tried, description="How many hypotheses were tried in all.")
    ]
    trials: Annotated[
        list[TrialShare], strawberry.field(resolver=resolve.by_kind, description="The same by kind of work.")
    ]
    work: Annotated[
        Connection[CountedWork],
        strawberry.field(resolver=resolve.work_page, description="The work that was counted, newest first."),
    ]
    created_at: Annotated[datetime, strawberry.field(description="When its first trial was started.")]
    is_type_of = accepts(models.Campaign)


@strawberry.type(description="What a result is worth after all that was tried to find it.")
class TrialContext:
    """What a result is worth after all that was tried."""

    campaign: Annotated[Campaign, strawberry.field(resolver=resolve.campaign, description="Where trials are counted.")]
    tried: Annotated[int, strawberry.field(description="Hypotheses tried in the campaign so far, this one included.")]
    probabilistic_sharpe: Annotated[
        Estimate, strawberry.field(description="PSR: the probability that the true Sharpe ratio is above 0.")
    ]
    deflated_sharpe: Annotated[
        Estimate,
        strawberry.field(description="DSR: that it is above what the best of as many worthless trials would show."),
    ]
    expected_best_sharpe: Annotated[
        Estimate, strawberry.field(description="The yearly Sharpe ratio that the best worthless trial would show.")
    ]
    minimum_track_record: Annotated[
        Estimate, strawberry.field(description="MinTRL: bars needed until PSR reaches 0.95.")
    ]


CreateCampaignPayload = Annotated[
    Campaign | InvalidInputProblem | ConflictProblem,
    strawberry.union("CreateCampaignPayload", description="The new campaign, or why there is none."),
]


@strawberry.type
class CampaignQuery:
    """Campaigns."""

    campaigns: Annotated[
        Connection[Campaign],
        strawberry.field(
            resolver=resolve.page, permission_classes=[SignedIn], description="Your campaigns, newest first."
        ),
    ]


@strawberry.type
class CampaignMutation:
    """What can be done with campaigns."""

    create_campaign: Annotated[
        CreateCampaignPayload,
        mutation(resolve.create, "Begin a campaign of your own; pass its id to what you start."),
    ]
