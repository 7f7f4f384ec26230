"""The caller, their password and their access tokens."""

from typing import Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.services import user_passwords, user_tokens, users
from titan_graphql.services.user_tokens import TokenScope


@strawberry.input(description="A password to sign in with from now on.")
class ChangePasswordInput:
    """A password to sign in with from now on."""

    new: str = strawberry.field(description="The new password, 12 to 128 characters.")
    present: str | None = strawberry.field(
        default=None, description="The password until now; needed when `passwordState.proof` is PRESENT_PASSWORD."
    )


@strawberry.input(description="An access token to make.")
class CreateAccessTokenInput:
    """An access token to make."""

    name: str = strawberry.field(description="What to call it, 1 to 100 characters.")
    scope: TokenScope = strawberry.field(description="What it may do.")
    expires_in_days: int = strawberry.field(
        default=user_tokens.DAYS, description=f"How long it works, 1 to {user_tokens.DAYS_MAX} days."
    )


@strawberry.input(description="An access token to revoke.")
class RevokeAccessTokenInput:
    """An access token to revoke."""

    id: strawberry.ID = strawberry.field(description="The token's global id.")


ChangeInput = Annotated[ChangePasswordInput, strawberry.argument(description="The new password and the proof.")]
CreateInput = Annotated[CreateAccessTokenInput, strawberry.argument(description="The token to make.")]
RevokeInput = Annotated[RevokeAccessTokenInput, strawberry.argument(description="Which token.")]


async def viewer(info: Info) -> Any:
    """The signed-in user."""
    return await users.find(info.context.viewer, info.context.viewer.user_id)


async def password_state(info: Info) -> Any:
    """Whether the caller has a password."""
    return await user_passwords.state(info.context.viewer)


async def change_password(info: Info, input: ChangeInput) -> Any:
    """Set the caller's password."""
    return await user_passwords.change(info.context.viewer, input.new, input.present)


async def access_tokens(info: Info) -> Any:
    """The caller's live access tokens."""
    return await user_tokens.live(info.context.viewer)


async def create_access_token(info: Info, input: CreateInput) -> Any:
    """Make the caller an access token."""
    return await user_tokens.create(info.context.viewer, input.name, input.expires_in_days, input.scope)


async def revoke_access_token(info: Info, input: RevokeInput) -> Any:
    """Revoke one of the caller's access tokens."""
    return await user_tokens.revoke(info.context.viewer, nodes.decode_id(input.id, "AccessToken")[1])
