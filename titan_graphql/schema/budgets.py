"""What a caller may ask for in a while."""

from typing import Annotated

import strawberry

from titan_graphql.resolvers import budgets as resolve
from titan_graphql.schema.permissions import SignedIn


@strawberry.type(
    description="Your budget in tokens, which all your sessions and access tokens share. A token is worth about a "
    "tenth of a millisecond of one core: an object costs 1, a page its size, a series its points / 100. Each answer "
    "tells its cost in `extensions.cost`; what was not needed is given back."
)
class RateLimit:
    """A caller's budget."""

    available: Annotated[int, strawberry.field(description="Tokens left now.")]
    max: Annotated[int, strawberry.field(description="Tokens of a full budget.")]
    restore_per_second: Annotated[int, strawberry.field(description="Tokens that come back every second.")]
    cost_limit: Annotated[
        int, strawberry.field(resolver=resolve.cost_limit, description="The most that one request may cost.")
    ]


@strawberry.type
class BudgetQuery:
    """The caller's budget."""

    rate_limit: Annotated[
        RateLimit,
        strawberry.field(resolver=resolve.rate_limit, permission_classes=[SignedIn], description="Your budget."),
    ]
