"""Who is asking: users, their roles, and the secrets that prove them."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from titan_graphql.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from titan_graphql.events import bus
from titan_graphql.events.channels import revocations_channel
from titan_graphql.models.users import Credential, CredentialKind, Role, TokenScope, User

ADMIN_NAME = "admin"
NAME_MAX = 100
LINK_LIFETIME = timedelta(minutes=30)
SESSION_LIFETIME = timedelta(days=14)
SECRET_PREFIX = "titan_"  # noqa: S105 (what every secret begins with, so that scanners find leaked ones)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The caller of a request, as rules need to know them; `credential_id` is the secret they came with.

    `scope` is what an access token may do; None for a session, which may do all that its user may.
    """

    user_id: UUID
    name: str
    role: Role
    credential_id: UUID
    scope: TokenScope | None = None

    @property
    def may_work(self) -> bool:
        """Whether this caller may create rows and start jobs."""
        return self.role in {Role.RESEARCHER, Role.ADMIN}

    @property
    def is_admin(self) -> bool:
        """Whether this caller sees all rows and manages users."""
        return self.role is Role.ADMIN

    def must_write(self) -> None:
        """Refuse a caller whose token may only read.

        Raises:
            ForbiddenError: TOKEN_READ_ONLY.
        """
        if self.scope is TokenScope.READ:
            raise ForbiddenError("TOKEN_READ_ONLY", "This access token only reads; use one with the scope WRITE")

    def must_work(self) -> None:
        """Refuse a caller who may not create rows and start jobs.

        Raises:
            ForbiddenError: TOKEN_READ_ONLY or ROLE_TOO_LOW.
        """
        self.must_write()
        if not self.may_work:
            raise ForbiddenError("ROLE_TOO_LOW", "This needs the role of a researcher; ask an administrator")


def owned_by(viewer: Viewer, whole: str | None = None) -> Q:
    """The rows of a table that this viewer may see: their own, or all for an admin.

    `whole` is the relation of a part to the row that has the owner.
    """
    if viewer.is_admin:
        return Q()
    own: dict[str, Any] = {"owner_id" if whole is None else f"{whole}__owner_id": viewer.user_id}
    return Q(**own)


async def ensure_admin() -> User:
    """The administrator, made on first use."""
    user, _ = await User.get_or_create(name=ADMIN_NAME, defaults={"role": Role.ADMIN})
    return user


async def create(name: str, role: Role) -> User:
    """Add a user.

    Raises:
        InvalidInputError: an empty or overlong name.
        ConflictError: the name is taken.
    """
    clean = checked_name(name)
    user, created = await User.get_or_create(name=clean, defaults={"role": role})
    if not created:
        raise ConflictError("USER_EXISTS", f"There is already a user named {clean}", ["name"])
    return user


async def by_name(name: str) -> User:
    """Find a user.

    Raises:
        NotFoundError: nobody of that name.
    """
    user = await User.get_or_none(name=name)
    if user is None:
        raise NotFoundError("USER_NOT_FOUND", f"There is no user named {name}", ["name"])
    return user


async def find(viewer: Viewer, user_id: UUID) -> User:
    """A user: oneself, or anybody for an admin.

    Raises:
        NotFoundError: nobody, or somebody else.
    """
    user = await User.get_or_none(id=user_id) if viewer.is_admin or viewer.user_id == user_id else None
    if user is None:
        raise NotFoundError("USER_NOT_FOUND", "There is no such user", ["id"])
    return user


async def by_ids(ids: list[UUID]) -> dict[UUID, User]:
    """Users by id; absent ids are left out."""
    return {user.id: user for user in await User.filter(id__in=ids)}


async def visible(viewer: Viewer, ids: list[UUID]) -> dict[UUID, User]:
    """Those of these users whom the viewer may see: oneself, or anybody for an admin."""
    return await by_ids(ids if viewer.is_admin else [one for one in ids if one == viewer.user_id])


async def new_sign_in_link(user: User) -> str:
    """A secret that signs this user in once, within half an hour."""
    return (await issue(user, CredentialKind.SIGN_IN_LINK, LINK_LIFETIME))[0]


async def sign_in(link_secret: str, former: str | None = None) -> str:
    """Exchange a sign-in link for a new session and return its secret; `former`, the browser's session, ends.

    Raises:
        ForbiddenError: the link is unknown, used or expired.
    """
    async with in_transaction():
        link = Credential.filter(
            alive(), kind=CredentialKind.SIGN_IN_LINK, secret_hash=_hash(link_secret), used_at=None
        )
        row = await link.select_related("user").get_or_none()
        if row is None or not await link.update(used_at=datetime.now(UTC)):
            raise ForbiddenError("SIGN_IN_LINK_INVALID", "This sign-in link was used or has expired; make a new one")
        secret = await begin_session(row.user, former, by_link=True)
    await bus.ping(revocations_channel())
    return secret


async def begin_session(user: User, former: str | None = None, *, by_link: bool = False) -> str:
    """A new session's secret; the session that this browser had before ends, whoever's it was."""
    if former is not None:
        old = Credential.filter(alive(), kind=CredentialKind.SESSION, secret_hash=_hash(former))
        await old.update(revoked_at=datetime.now(UTC))
    return (await issue(user, CredentialKind.SESSION, SESSION_LIFETIME, by_link=by_link))[0]


async def end_sessions(user_id: UUID, but: UUID | None = None) -> int:
    """End a user's sessions, except one, and unused links; return how many sessions were ended."""
    live = Credential.filter(alive(), user_id=user_id)
    await live.filter(kind=CredentialKind.SIGN_IN_LINK).update(revoked_at=datetime.now(UTC))
    sessions = live.filter(kind=CredentialKind.SESSION)
    return await (sessions if but is None else sessions.exclude(id=but)).update(revoked_at=datetime.now(UTC))


async def sign_out(viewer: Viewer) -> None:
    """End the session or token this viewer came with."""
    await Credential.filter(id=viewer.credential_id).update(revoked_at=datetime.now(UTC))
    await bus.ping(revocations_channel())


async def authenticate(secret: str) -> Viewer | None:
    """The viewer behind a session or access token, or None when it opens nothing."""
    row = (
        await Credential.filter(alive(), secret_hash=_hash(secret))
        .exclude(kind=CredentialKind.SIGN_IN_LINK)
        .select_related("user")
        .get_or_none()
    )
    return None if row is None else _viewer(row)


async def viewers(credential_ids: list[UUID]) -> dict[UUID, Viewer]:
    """The viewers as they are now behind those of these secrets that still open something."""
    rows = await Credential.filter(alive(), id__in=credential_ids).select_related("user")
    return {row.id: _viewer(row) for row in rows}


async def is_alive(viewer: Viewer) -> bool:
    """Whether the secret this viewer came with still opens something."""
    return await Credential.filter(alive(), id=viewer.credential_id).exists()


def _viewer(row: Credential) -> Viewer:
    return Viewer(row.user.id, row.user.name, row.user.role, row.id, row.scope)


def alive() -> Q:
    """The secrets that still open something."""
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=datetime.now(UTC)))


async def issue(
    user: User, kind: CredentialKind, lifetime: timedelta, *, by_link: bool = False, **columns: Any
) -> tuple[str, Credential]:
    """A new secret and its row, which keeps the hash only."""
    secret = SECRET_PREFIX + secrets.token_urlsafe(32)
    expires_at = datetime.now(UTC) + lifetime
    row = await Credential.create(
        user=user, kind=kind, by_link=by_link, secret_hash=_hash(secret), expires_at=expires_at, **columns
    )
    return secret, row


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def checked_name(name: str) -> str:
    """The name without blanks around it.

    Raises:
        InvalidInputError: NAME_INVALID.
    """
    clean = name.strip()
    if not 1 <= len(clean) <= NAME_MAX or not clean.isprintable():
        raise InvalidInputError("NAME_INVALID", f"A name has 1 to {NAME_MAX} printable characters", ["name"])
    return clean
