"""Universes: named sets of instruments with dated membership."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from titan_graphql.models import market_universes as models
from titan_graphql.resolvers import market_universes as resolve
from titan_graphql.schema.markets import Instrument
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.problems import ConflictProblem, InvalidInputProblem, NotFoundProblem


@strawberry.type(description="An instrument's stay in a universe.")
class UniverseMember:
    """An instrument's stay in a universe."""

    instrument: Annotated[Instrument, strawberry.field(description="Who belongs.")]
    since: Annotated[date | None, strawberry.field(description="The first day; null when it always belonged.")]
    until: Annotated[date | None, strawberry.field(description="The first day no longer; null when it has no end.")]


@strawberry.type(description="A named set of instruments whose members join and leave on dates.")
class Universe(Node):
    """A named set of instruments."""

    name: Annotated[str, strawberry.field(description="Its name.")]
    note: Annotated[str | None, strawberry.field(description="What it is for.")]
    created_at: Annotated[datetime, strawberry.field(description="When it was made.")]
    members: Annotated[
        list[Instrument], strawberry.field(resolver=resolve.members, description="Its members on a day, by symbol.")
    ]
    memberships: Annotated[
        list[UniverseMember], strawberry.field(resolver=resolve.stays, description="Every stay, oldest first.")
    ]
    is_type_of = accepts(models.Universe)


CreateUniversePayload = Annotated[
    Universe | NotFoundProblem | InvalidInputProblem | ConflictProblem,
    strawberry.union("CreateUniversePayload", description="The new universe, or why there is none."),
]
ChangeUniversePayload = Annotated[
    Universe | NotFoundProblem | InvalidInputProblem,
    strawberry.union("ChangeUniversePayload", description="The universe, or why it was not changed."),
]


@strawberry.type
class UniverseQuery:
    """Universes."""

    universes: Annotated[
        Connection[Universe],
        strawberry.field(resolver=resolve.page, permission_classes=[SignedIn], description="Your universes by name."),
    ]
    universe: Annotated[
        Universe | None,
        strawberry.field(
            resolver=resolve.universe, permission_classes=[SignedIn], description="One of your universes."
        ),
    ]


@strawberry.type
class UniverseMutation:
    """What can be done with universes."""

    create_universe: Annotated[
        CreateUniversePayload,
        mutation(resolve.create, "Make a universe."),
    ]
    add_universe_members: Annotated[
        ChangeUniversePayload,
        mutation(resolve.add, "Let instruments join a universe."),
    ]
    remove_universe: Annotated[
        ChangeUniversePayload,
        mutation(resolve.remove, "Forget a universe; its instruments stay."),
    ]
