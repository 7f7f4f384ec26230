"""Users."""

from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import users as models
from titan_graphql.resolvers import users as resolve
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.nodes import Node, accepts
from titan_graphql.schema.permissions import SignedIn

Role = described(
    models.Role,
    "Role",
    "What a user may do; each role includes the ones before it.",
    {
        "VIEWER": "Reads.",
        "RESEARCHER": "Also keeps pairs and starts work, and sees their own.",
        "ADMIN": "Also manages users and sees everybody's rows.",
    },
)


@strawberry.type(description="Somebody who signs in.")
class User(Node):
    """Somebody who signs in."""

    name: Annotated[str, strawberry.field(description="The name they sign in as.")]
    role: Annotated[models.Role, strawberry.field(description="What they may do.")]
    created_at: Annotated[datetime, strawberry.field(description="When they were added.")]
    is_type_of = accepts(models.User)


@strawberry.type
class UserQuery:
    """The caller."""

    viewer: Annotated[
        User, strawberry.field(resolver=resolve.viewer, permission_classes=[SignedIn], description="You.")
    ]
