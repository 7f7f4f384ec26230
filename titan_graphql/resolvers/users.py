"""The caller, and their password."""

from typing import Annotated, Any

import strawberry

from titan_graphql.resolvers.context import Info
from titan_graphql.services import user_passwords, users


@strawberry.input(description="A password to sign in with from now on.")
class ChangePasswordInput:
    """A password to sign in with from now on."""

    new: str = strawberry.field(description="The new password, 12 to 128 characters.")
    present: str | None = strawberry.field(
        default=None, description="The password until now; needed when `passwordState.proof` is PRESENT_PASSWORD."
    )


ChangeInput = Annotated[ChangePasswordInput, strawberry.argument(description="The new password and the proof.")]


async def viewer(info: Info) -> Any:
    """The signed-in user."""
    return await users.find(info.context.viewer, info.context.viewer.user_id)


async def password_state(info: Info) -> Any:
    """Whether the caller has a password."""
    return await user_passwords.state(info.context.viewer)


async def change_password(info: Info, input: ChangeInput) -> Any:
    """Set the caller's password."""
    return await user_passwords.change(info.context.viewer, input.new, input.present)
