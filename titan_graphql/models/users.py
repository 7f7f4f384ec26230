"""Users and their credentials."""

from enum import StrEnum
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model


class Role(StrEnum):
    """What a user may do: each role includes the ones before it."""

    VIEWER = "VIEWER"
    RESEARCHER = "RESEARCHER"
    ADMIN = "ADMIN"


class CredentialKind(StrEnum):
    """What a secret opens: a sign-in (once), a browser session, or the API for a script."""

    SIGN_IN_LINK = "SIGN_IN_LINK"
    SESSION = "SESSION"
    ACCESS_TOKEN = "ACCESS_TOKEN"  # noqa: S105 (the name of a kind)


class TokenScope(StrEnum):
    """What of its user's rights an access token has."""

    READ = "READ"
    WRITE = "WRITE"


class PasswordProof(StrEnum):
    """What somebody must show before they change their own password."""

    SIGN_IN_LINK = "SIGN_IN_LINK"
    PRESENT_PASSWORD = "PRESENT_PASSWORD"  # noqa: S105 (the name of a proof)
    NEW_LINK_NEEDED = "NEW_LINK_NEEDED"


class User(Model):
    """Somebody who signs in and owns pairs, jobs and backtests."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    name = fields.CharField(max_length=100, unique=True)
    role = fields.CharEnumField(Role, max_length=20)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name."""

        table = "user_account"


class Password(Model):
    """The password of a user, as an argon2id hash only."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    user: fields.OneToOneRelation[User] = fields.OneToOneField("titan.User", related_name="password")
    hash = fields.CharField(max_length=200)
    changed_at = fields.DatetimeField()
    user_id: UUID

    class Meta:
        """Table name."""

        table = "password"


class Credential(Model):
    """A secret of a user, stored as its SHA-256 only."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="credentials")
    kind = fields.CharEnumField(CredentialKind, max_length=20)
    name = fields.CharField(max_length=100, default="")
    scope = fields.CharEnumField(TokenScope, max_length=20, null=True)  # of an access token only
    by_link = fields.BooleanField(default=False)  # of a session: whether a sign-in link began it
    secret_hash = fields.CharField(max_length=64, unique=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField(null=True)
    used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        """Table name."""

        table = "credential"
