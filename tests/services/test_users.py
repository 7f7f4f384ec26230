"""Users: secrets open what they should, once or until they end, and only their hashes are kept."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from tortoise.context import TortoiseContext

from tests import make
from titan_graphql.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from titan_graphql.models.users import Credential, CredentialKind, Role, User
from titan_graphql.services import users

pytestmark = pytest.mark.usefixtures("db")


async def age_credentials(by: timedelta) -> None:
    """Pretend that time has passed."""
    for row in await Credential.all():
        assert row.expires_at is not None
        await Credential.filter(id=row.id).update(expires_at=row.expires_at - by)


async def test_the_administrator_is_made_once():
    first, second = await users.ensure_admin(), await users.ensure_admin()

    assert (first.id, first.name, first.role) == (second.id, "admin", Role.ADMIN)
    assert await User.all().count() == 1


async def test_a_token_opens_its_user():
    user = await users.create("Ada Lovelace", Role.RESEARCHER)
    secret = await make.secret_of(user, "notebook")

    viewer = await users.authenticate(secret)
    assert viewer is not None
    assert (viewer.user_id, viewer.name, viewer.role) == (user.id, "Ada Lovelace", Role.RESEARCHER)
    assert secret.startswith("titan_")
    assert len(secret) == len("titan_") + 43


async def test_only_the_hash_of_a_secret_is_kept():
    secret = await make.token()

    (row,) = await Credential.all().values()
    assert secret not in map(str, row.values())
    assert len(row["secret_hash"]) == 64


@pytest.mark.parametrize("secret", ["", "titan_", "titan_" + "A" * 43, "\x00", "\ud800", "é" * 100, "' OR 1=1 --"])
async def test_a_wrong_secret_opens_nothing(secret: str):
    await make.token()

    assert await users.authenticate(secret) is None


async def test_a_token_ends():
    secret = await make.token()
    await age_credentials(timedelta(days=89, hours=23))
    assert await users.authenticate(secret) is not None

    await age_credentials(timedelta(hours=1))
    assert await users.authenticate(secret) is None


async def test_a_link_signs_in_once():
    user = await users.create("ada", Role.ADMIN)
    link = await users.new_sign_in_link(user)

    viewer = await users.authenticate(await users.sign_in(link))
    assert viewer is not None
    assert viewer.user_id == user.id
    with pytest.raises(ForbiddenError) as refused:
        await users.sign_in(link)
    assert refused.value.code == "SIGN_IN_LINK_INVALID"
    assert await Credential.filter(kind=CredentialKind.SESSION).count() == 1


async def test_a_link_used_by_many_at_once_signs_in_one():
    link = await users.new_sign_in_link(await users.create("ada", Role.ADMIN))

    outcomes = await asyncio.gather(*(users.sign_in(link) for _ in range(8)), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ForbiddenError"] * 7 + ["str"]
    assert await Credential.filter(kind=CredentialKind.SESSION).count() == 1


async def test_a_link_ends_after_half_an_hour():
    link = await users.new_sign_in_link(await users.create("ada", Role.ADMIN))
    await age_credentials(timedelta(minutes=30))

    with pytest.raises(ForbiddenError):
        await users.sign_in(link)
    assert await Credential.filter(kind=CredentialKind.SESSION).count() == 0


async def test_a_link_is_no_token_and_a_token_is_no_link():
    user = await users.create("ada", Role.ADMIN)

    assert await users.authenticate(await users.new_sign_in_link(user)) is None
    with pytest.raises(ForbiddenError):
        await users.sign_in(await make.secret_of(user, "script"))


async def test_signing_out_ends_this_session_only():
    user = await users.create("ada", Role.ADMIN)
    one, other = [await users.sign_in(await users.new_sign_in_link(user)) for _ in range(2)]
    viewer = await users.authenticate(one)
    assert viewer is not None

    await users.sign_out(viewer)

    assert await users.authenticate(one) is None
    assert await users.authenticate(other) is not None


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b", "a\nb", "\ud800", "a‮b"])
async def test_a_bad_name_adds_nobody(name: str):
    with pytest.raises(InvalidInputError) as refused:
        await users.create(name, Role.VIEWER)
    assert (refused.value.code, refused.value.path) == ("NAME_INVALID", ["name"])
    assert await User.all().count() == 0


@pytest.mark.parametrize("name", ["x" * 100, "Robert'); DROP TABLE user_account;--", "محمد", "🐢"])
async def test_an_odd_name_is_kept_as_it_is(name: str):
    await users.create(name, Role.VIEWER)

    assert (await users.by_name(name)).name == name


async def test_a_name_is_taken_once_also_by_many_at_once():
    outcomes = await asyncio.gather(*(users.create(" ada ", Role.VIEWER) for _ in range(5)), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ConflictError"] * 4 + ["User"]
    assert [user.name for user in await User.all()] == ["ada"]
    with pytest.raises(ConflictError) as refused:
        await users.create("ada", Role.ADMIN)
    assert (refused.value.code, refused.value.path) == ("USER_EXISTS", ["name"])


async def test_roles_include_the_ones_before():
    viewers = [await make.viewer(role) for role in (Role.VIEWER, Role.RESEARCHER, Role.ADMIN)]

    assert [(viewer.may_work, viewer.is_admin) for viewer in viewers] == [(False, False), (True, False), (True, True)]


async def test_only_an_administrator_finds_somebody_else():
    ada, bob, admin = await make.viewer(), await make.viewer(), await make.viewer(Role.ADMIN)

    assert (await users.find(ada, ada.user_id)).id == ada.user_id
    assert (await users.find(admin, bob.user_id)).id == bob.user_id
    with pytest.raises(NotFoundError) as refused:
        await users.find(ada, bob.user_id)
    assert refused.value.code == "USER_NOT_FOUND"


async def test_moments_come_back_in_utc(db: TortoiseContext):
    before = datetime.now(UTC)
    await make.token()

    (row,) = await Credential.all()
    assert row.expires_at is not None
    assert row.created_at.utcoffset() == timedelta(0)
    assert timedelta(days=89, hours=23) < row.expires_at - before < timedelta(days=90, minutes=1)
