"""Users and their passwords."""

from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import users as models
from titan_graphql.resolvers import users as resolve
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.nodes import Node, accepts
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.pricing import priced, tokens
from titan_graphql.schema.problems import (
    ConflictProblem,
    ExpectedProblems,
    ForbiddenProblem,
    InvalidInputProblem,
    ThrottledProblem,
    UnavailableProblem,
)
from titan_graphql.services import user_passwords as services

# Two hashes at most: the present password is checked, the new one made.
HASHING_SECONDS = 0.1

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

described(
    models.PasswordProof,
    "PasswordProof",
    "What it takes to change your own password.",
    {
        "SIGN_IN_LINK": "Nothing more: you came by a sign-in link within the last 15 minutes.",
        "PRESENT_PASSWORD": "The password until now.",
        "NEW_LINK_NEEDED": "There is none to give: sign in by a new link first.",
    },
)


@strawberry.type(description="Somebody who signs in.")
class User(Node):
    """Somebody who signs in."""

    name: Annotated[str, strawberry.field(description="The name they sign in as.")]
    role: Annotated[models.Role, strawberry.field(description="What they may do.")]
    created_at: Annotated[datetime, strawberry.field(description="When they were added.")]
    is_type_of = accepts(models.User)


@strawberry.type(description="Your password: never itself, but whether there is one.")
class PasswordState:
    """The caller's password."""

    is_set: Annotated[bool, strawberry.field(description="Whether you can sign in with a password.")]
    changed_at: Annotated[datetime | None, strawberry.field(description="When it was last changed.")]
    proof: Annotated[models.PasswordProof, strawberry.field(description="What changing it takes at this moment.")]
    is_type_of = accepts(services.PasswordState)


@strawberry.type(description="A new password holds.")
class ChangedPassword:
    """A new password holds."""

    sessions_ended: Annotated[int, strawberry.field(description="How many other sessions of yours that ended.")]
    state: Annotated[PasswordState, strawberry.field(description="How your password stands now.")]
    is_type_of = accepts(services.ChangedPassword)


ChangePasswordPayload = Annotated[
    ChangedPassword | InvalidInputProblem | ForbiddenProblem | ConflictProblem | ThrottledProblem | UnavailableProblem,
    strawberry.union("ChangePasswordPayload", description="What has changed, or why nothing has."),
]


@strawberry.type
class UserQuery:
    """The caller."""

    viewer: Annotated[
        User, strawberry.field(resolver=resolve.viewer, permission_classes=[SignedIn], description="You.")
    ]
    password_state: Annotated[
        PasswordState,
        strawberry.field(
            resolver=resolve.password_state,
            permission_classes=[SignedIn],
            description="Whether you have a password, and what changing it takes.",
        ),
    ]


@strawberry.type
class UserMutation:
    """What users do about themselves."""

    change_password: Annotated[
        ChangePasswordPayload,
        strawberry.field(
            resolver=resolve.change_password,
            permission_classes=[SignedIn],
            extensions=[ExpectedProblems()],
            metadata=priced(tokens(HASHING_SECONDS)),
            description="Set your password, alone in its document. Your other sessions and unused sign-in links end, "
            "and their sockets close; access tokens stay.",
        ),
    ]
