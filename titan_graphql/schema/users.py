"""Users, their passwords and their access tokens."""

from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import users as models
from titan_graphql.resolvers import users as resolve
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.nodes import Node, accepts
from titan_graphql.schema.permissions import SignedIn, Writer
from titan_graphql.schema.pricing import priced, tokens
from titan_graphql.schema.problems import (
    ConflictProblem,
    ExpectedProblems,
    ForbiddenProblem,
    InvalidInputProblem,
    LimitExceededProblem,
    NotFoundProblem,
    ThrottledProblem,
    UnavailableProblem,
)
from titan_graphql.services import user_passwords as services
from titan_graphql.services import user_tokens

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
described(
    models.TokenScope,
    "TokenScope",
    "What an access token may do of what its user may.",
    {
        "READ": "Queries and subscriptions; every mutation and upload is refused.",
        "WRITE": "Everything that its user may.",
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


@strawberry.type(description="An access token of yours that works: never the secret itself.")
class AccessToken(Node):
    """An access token."""

    name: Annotated[str, strawberry.field(description="What it is called.")]
    scope: Annotated[models.TokenScope, strawberry.field(description="What it may do.")]
    created_at: Annotated[datetime, strawberry.field(description="When it was made.")]
    last_used_at: Annotated[
        datetime | None,
        strawberry.field(description="When it was last used, within half a minute; null for never."),
    ]
    expires_at: Annotated[datetime, strawberry.field(description="When it ends by itself.")]
    is_type_of = accepts(user_tokens.AccessToken)


@strawberry.type(description="A new access token.")
class AccessTokenCreated:
    """A new access token."""

    token: Annotated[AccessToken, strawberry.field(description="The token.")]
    secret: Annotated[
        str, strawberry.field(description="What to send as `Authorization: Bearer …`; nobody can show it again.")
    ]
    is_type_of = accepts(user_tokens.CreatedToken)


ChangePasswordPayload = Annotated[
    ChangedPassword | InvalidInputProblem | ForbiddenProblem | ConflictProblem | ThrottledProblem | UnavailableProblem,
    strawberry.union("ChangePasswordPayload", description="What has changed, or why nothing has."),
]
CreateAccessTokenPayload = Annotated[
    AccessTokenCreated | InvalidInputProblem | LimitExceededProblem,
    strawberry.union("CreateAccessTokenPayload", description="The new token with its secret, or why there is none."),
]
RevokeAccessTokenPayload = Annotated[
    AccessToken | NotFoundProblem | InvalidInputProblem,
    strawberry.union("RevokeAccessTokenPayload", description="The token that has ended, or why none has."),
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
    access_tokens: Annotated[
        list[AccessToken],
        strawberry.field(
            resolver=resolve.access_tokens,
            permission_classes=[SignedIn],
            metadata=priced(size=user_tokens.LIVE_MAX),
            description="Your own access tokens that work, newest first.",
        ),
    ]


@strawberry.type
class UserMutation:
    """What users do about themselves."""

    change_password: Annotated[
        ChangePasswordPayload,
        strawberry.field(
            resolver=resolve.change_password,
            permission_classes=[Writer],
            extensions=[ExpectedProblems()],
            metadata=priced(tokens(HASHING_SECONDS)),
            description="Set your password, alone in its document. Your other sessions and unused sign-in links end, "
            "and their sockets close; access tokens stay.",
        ),
    ]
    create_access_token: Annotated[
        CreateAccessTokenPayload,
        strawberry.field(
            resolver=resolve.create_access_token,
            permission_classes=[Writer],
            extensions=[ExpectedProblems()],
            description="Make an access token for a program, alone in its document; at most 20 of yours are live.",
        ),
    ]
    revoke_access_token: Annotated[
        RevokeAccessTokenPayload,
        strawberry.field(
            resolver=resolve.revoke_access_token,
            permission_classes=[Writer],
            extensions=[ExpectedProblems()],
            description="End one of your access tokens, alone in its document; its sockets close within 2 seconds.",
        ),
    ]
