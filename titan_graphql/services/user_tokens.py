"""Access tokens: secrets of their users for programs, with a name, a scope and an end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from titan_graphql.errors import InvalidInputError, LimitExceededError, NotFoundError
from titan_graphql.events import bus
from titan_graphql.events.channels import revocations_channel
from titan_graphql.models.users import Credential, CredentialKind, User
from titan_graphql.models.users import TokenScope as TokenScope
from titan_graphql.services import users
from titan_graphql.services.users import Viewer

DAYS, DAYS_MAX = 90, 3650
LIVE_MAX = 20


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What may be known of a token after it was made: everything but the secret and its hash."""

    pk: UUID
    name: str
    owner_name: str
    scope: TokenScope
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CreatedToken:
    """A new token and its secret, which nobody can find out again."""

    token: AccessToken
    secret: str


async def create(viewer: Viewer, name: str, days: int, scope: TokenScope) -> CreatedToken:
    """Make the viewer an access token.

    Raises:
        ForbiddenError: the viewer came with a token that only reads.
        InvalidInputError: an empty or overlong name, or days outside 1 to 3650.
        LimitExceededError: 20 tokens of theirs are live.
    """
    viewer.must_write()
    return await create_for(await User.get(id=viewer.user_id), name, days, scope)


async def create_for(user: User, name: str, days: int = DAYS, scope: TokenScope = TokenScope.WRITE) -> CreatedToken:
    """Make a user an access token, as the operator.

    Raises:
        InvalidInputError: an empty or overlong name, or days outside 1 to 3650.
        LimitExceededError: 20 tokens of theirs are live.
    """
    clean = users.checked_name(name)
    if not 1 <= days <= DAYS_MAX:
        message = f"A token lives for 1 to {DAYS_MAX} days, not {days}"
        raise InvalidInputError("DAYS_OUT_OF_RANGE", message, ["expiresInDays"])
    async with in_transaction():
        await User.select_for_update().get(id=user.id)  # two at once must not both be the last one
        if await _live(user.id).count() >= LIVE_MAX:
            raise LimitExceededError("TOKENS_TOO_MANY", f"At most {LIVE_MAX} live tokens; revoke one that is not used")
        secret, row = await users.issue(
            user, CredentialKind.ACCESS_TOKEN, timedelta(days=days), name=clean, scope=scope
        )
    return CreatedToken(_shown(row), secret)


async def live(viewer: Viewer) -> list[AccessToken]:
    """The viewer's own tokens that still open something, newest first."""
    return await _listed(_live(viewer.user_id), "-created_at", "-id")


async def live_of_all() -> list[AccessToken]:
    """All tokens that still open something, oldest first, for the operator."""
    return await _listed(_live(), "created_at", "id")


async def find(viewer: Viewer, token_id: UUID) -> AccessToken:
    """A live token of the viewer's.

    Raises:
        NotFoundError: there is none, it has ended, or it is somebody else's.
    """
    found = await _live(viewer.user_id).filter(id=token_id).select_related("user").get_or_none()
    if found is None:
        raise NotFoundError("TOKEN_NOT_FOUND", "There is no such live token", ["id"])
    return _shown(found)


async def visible(viewer: Viewer, ids: list[UUID]) -> dict[UUID, AccessToken]:
    """Those of these tokens that are live and the viewer's own."""
    return {token.pk: token for token in await _listed(_live(viewer.user_id).filter(id__in=ids))}


async def revoke(viewer: Viewer, token_id: UUID) -> AccessToken:
    """End a token of the viewer's; its sockets close.

    Raises:
        ForbiddenError: the viewer came with a token that only reads.
        NotFoundError: there is none, it has ended, or it is somebody else's.
    """
    viewer.must_write()
    token = await find(viewer, token_id)
    if not await _revoke(_live(viewer.user_id).filter(id=token_id)):
        raise NotFoundError("TOKEN_NOT_FOUND", "It was revoked a moment ago", ["id"])
    return token


async def revoke_named(name: str) -> int:
    """End every live token of that name, as the operator, and return how many there were.

    Raises:
        NotFoundError: there is none.
    """
    revoked = await _revoke(_live().filter(name=name))
    if not revoked:
        raise NotFoundError("TOKEN_NOT_FOUND", f"There is no live token named {name}", ["name"])
    return revoked


async def note_use(token_ids: Iterable[UUID]) -> None:
    """Remember that these tokens were used just now."""
    await Credential.filter(id__in=list(token_ids)).update(used_at=datetime.now(UTC))


def _live(user_id: UUID | None = None) -> QuerySet[Credential]:
    tokens = Credential.filter(users.alive(), kind=CredentialKind.ACCESS_TOKEN)
    return tokens if user_id is None else tokens.filter(user_id=user_id)


async def _listed(tokens: QuerySet[Credential], *order: str) -> list[AccessToken]:
    return [_shown(row) for row in await tokens.select_related("user").order_by(*order)]


async def _revoke(tokens: QuerySet[Credential]) -> int:
    revoked = await tokens.update(revoked_at=datetime.now(UTC))
    if revoked:
        await bus.ping(revocations_channel())
    return revoked


def _shown(row: Credential) -> AccessToken:
    """The row without its hash; every token has a scope and an end."""
    assert row.scope is not None  # noqa: S101 (narrows the type)
    assert row.expires_at is not None  # noqa: S101 (narrows the type)
    return AccessToken(row.id, row.name, row.user.name, row.scope, row.created_at, row.used_at, row.expires_at)
