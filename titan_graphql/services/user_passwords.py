"""Passwords: signing in with one, and changing it with proof of who one is."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from titan_graphql.errors import ConflictError, ForbiddenError, InvalidInputError, UnauthenticatedError
from titan_graphql.events import bus
from titan_graphql.events.channels import revocations_channel
from titan_graphql.models.users import Credential, CredentialKind, Password, PasswordProof, User
from titan_graphql.services import password_hashing, sign_in_attempts, users
from titan_graphql.services.users import Viewer

PASSWORD_MIN, PASSWORD_MAX = 12, 128
LINK_PROOF = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PasswordState:
    """Whether a user has a password, and what it takes them to change it."""

    is_set: bool
    changed_at: datetime | None
    proof: PasswordProof


@dataclass(frozen=True, slots=True)
class ChangedPassword:
    """What a change of password has done besides."""

    sessions_ended: int
    state: PasswordState


async def sign_in(name: str, password: str, address: str, former: str | None = None) -> str:
    """Begin a session and return its secret; `former`, the session this browser had, ends.

    Raises:
        ForbiddenError: not the name and password of anybody; which of them is wrong is nobody's to know.
        ConflictError: the password was changed meanwhile.
        ThrottledError: too many attempts of this name or address have failed.
        UnavailableError: attempts cannot be counted, or too many are under way.
    """
    clean = name.strip()
    attempt = await sign_in_attempts.begin(clean, address)
    row = await _password_of(clean)
    if not await password_hashing.matches(password, row.hash if row else None) or row is None:
        raise ForbiddenError("SIGN_IN_REFUSED", "This name and password do not belong together", ["password"])
    await sign_in_attempts.succeeded(attempt)
    async with in_transaction():
        await _unchanged(row.user_id, row)
        secret = await users.begin_session(row.user, former)
    await bus.ping(revocations_channel())
    return secret


async def state(viewer: Viewer) -> PasswordState:
    """The viewer's own password: whether there is one, and what changing it takes."""
    row = await Password.get_or_none(user_id=viewer.user_id)
    return PasswordState(row is not None, row.changed_at if row else None, await _proof(viewer, row))


async def change(viewer: Viewer, new: str, present: str | None = None) -> ChangedPassword:
    """Set the viewer's own password and end their other sessions; access tokens stay.

    Raises:
        InvalidInputError: the new password is too short or too long, or the present one is wrong.
        ForbiddenError: there is no password to give, and no sign-in by a link that is fresh enough.
        UnauthenticatedError: the viewer was signed out meanwhile.
        ConflictError: it was changed meanwhile.
        ThrottledError: too many wrong ones were given.
        UnavailableError: attempts cannot be counted, or too many are under way.
    """
    _check_length(new)
    row = await Password.get_or_none(user_id=viewer.user_id)
    await _prove(viewer, row, present)
    ended = await _store(viewer.user_id, await password_hashing.hashed(new), row, viewer)
    return ChangedPassword(ended, await state(viewer))


async def reset(name: str, new: str) -> int:
    """Set a user's password for them and return how many sessions that ended.

    Raises:
        NotFoundError: nobody of that name.
        InvalidInputError: the password is too short or too long.
        ConflictError: it was changed meanwhile.
    """
    user = await users.by_name(name)
    _check_length(new)
    row = await Password.get_or_none(user_id=user.id)
    return await _store(user.id, await password_hashing.hashed(new), row)


async def _password_of(name: str) -> Password | None:
    if len(name) > users.NAME_MAX or not name.isprintable():  # the database would refuse it
        return None
    return await Password.filter(user__name=name).select_related("user").get_or_none()


async def _proof(viewer: Viewer, row: Password | None) -> PasswordProof:
    since = datetime.now(UTC) - LINK_PROOF
    session = Credential.filter(id=viewer.credential_id, kind=CredentialKind.SESSION, by_link=True)
    if await session.filter(created_at__gt=since).exists():
        return PasswordProof.SIGN_IN_LINK
    return PasswordProof.NEW_LINK_NEEDED if row is None else PasswordProof.PRESENT_PASSWORD


async def _prove(viewer: Viewer, row: Password | None, present: str | None) -> None:
    proof = await _proof(viewer, row)
    if proof is PasswordProof.SIGN_IN_LINK:
        return
    if row is None:
        raise ForbiddenError("SIGN_IN_LINK_NEEDED", "Sign in by a new link first; then you can choose a password")
    if present is None:
        raise InvalidInputError("PASSWORD_WRONG", "Give your present password", ["present"])
    attempt = await sign_in_attempts.begin(viewer.name)
    if not await password_hashing.matches(present, row.hash):
        raise InvalidInputError("PASSWORD_WRONG", "This is not your present password", ["present"])
    await sign_in_attempts.succeeded(attempt)


async def _store(user_id: UUID, new_hash: str, seen: Password | None, viewer: Viewer | None = None) -> int:
    """Put the new hash where the one that was seen is, and end every session but the viewer's."""
    async with in_transaction():
        await _unchanged(user_id, seen)
        if viewer is not None and not await users.is_alive(viewer):
            raise UnauthenticatedError("UNAUTHENTICATED", "You were signed out; sign in again")
        values = {"hash": new_hash, "changed_at": datetime.now(UTC)}
        await Password.update_or_create(user_id=user_id, defaults=values)
        ended = await users.end_sessions(user_id, viewer.credential_id if viewer is not None else None)
    await bus.ping(revocations_channel())
    return ended


async def _unchanged(user_id: UUID, seen: Password | None) -> None:
    """Hold the user's row, so that no session begins with a password that is being changed."""
    await User.select_for_update().get(id=user_id)
    row = await Password.get_or_none(user_id=user_id)
    if (row and row.hash) != (seen and seen.hash):
        raise ConflictError("PASSWORD_CHANGED", "The password has just been changed elsewhere; try again")


def _check_length(password: str) -> None:
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        message = f"A password has {PASSWORD_MIN} to {PASSWORD_MAX} characters, not {len(password)}"
        raise InvalidInputError("PASSWORD_LENGTH", message, ["new"])
