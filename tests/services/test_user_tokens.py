"""Access tokens: made with a scope and an end, counted, listed for their user alone, and ended at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests import make
from titan_graphql.errors import ForbiddenError, InvalidInputError, LimitExceededError, NotFoundError, TitanError
from titan_graphql.models.users import Credential, Role, TokenScope, User
from titan_graphql.services import user_tokens, users
from titan_graphql.services.users import Viewer

pytestmark = pytest.mark.usefixtures("db")


async def session(role: Role = Role.RESEARCHER, name: str = "ada") -> Viewer:
    """A new user who came by a link, without any token."""
    user = await users.create(name, role)
    found = await users.authenticate(await users.sign_in(await users.new_sign_in_link(user)))
    assert found is not None
    return found


async def behind(secret: str) -> Viewer:
    found = await users.authenticate(secret)
    assert found is not None
    return found


async def test_a_token_is_shown_without_its_secret():
    ada, before = await session(), datetime.now(UTC)

    made = await user_tokens.create(ada, " notebook ", 7, TokenScope.READ)

    assert await user_tokens.live(ada) == [made.token] == [await user_tokens.find(ada, made.token.pk)]
    assert (made.token.name, made.token.owner_name, made.token.scope) == ("notebook", "ada", TokenScope.READ)
    assert made.token.last_used_at is None
    assert timedelta(0) <= made.token.expires_at - before - timedelta(days=7) < timedelta(minutes=1)
    assert made.secret.startswith("titan_")
    assert made.secret not in repr(made.token)
    assert (await Credential.get(id=made.token.pk)).secret_hash not in repr(made)


@pytest.mark.parametrize("role", Role)
async def test_a_token_that_writes_may_what_its_user_may(role: Role):
    ada = await session(role)
    viewer = await behind((await user_tokens.create(ada, "script", 90, TokenScope.WRITE)).secret)

    viewer.must_write()
    assert (viewer.user_id, viewer.role, viewer.may_work) == (ada.user_id, role, role is not Role.VIEWER)
    if role is Role.VIEWER:
        with pytest.raises(ForbiddenError) as refused:
            viewer.must_work()
        assert refused.value.code == "ROLE_TOO_LOW"


@pytest.mark.parametrize("role", Role)
async def test_a_token_that_reads_changes_nothing_whoever_has_it(role: Role):
    made = await user_tokens.create(await session(role), "screen", 90, TokenScope.READ)
    viewer = await behind(made.secret)

    for refusing in (
        lambda: viewer.must_write(),
        lambda: viewer.must_work(),
    ):
        with pytest.raises(ForbiddenError) as refused:
            refusing()
        assert (refused.value.code, refused.value.category) == ("TOKEN_READ_ONLY", "FORBIDDEN")
    with pytest.raises(ForbiddenError):
        await user_tokens.create(viewer, "another", 90, TokenScope.READ)
    with pytest.raises(ForbiddenError):
        await user_tokens.revoke(viewer, made.token.pk)
    assert await user_tokens.live(viewer) == [made.token]


@pytest.mark.parametrize(
    ("name", "days", "code", "path"),
    [
        ("", 90, "NAME_INVALID", ["name"]),
        ("x" * 101, 90, "NAME_INVALID", ["name"]),
        ("a\nb", 90, "NAME_INVALID", ["name"]),
        ("notebook", 0, "DAYS_OUT_OF_RANGE", ["expiresInDays"]),
        ("notebook", -1, "DAYS_OUT_OF_RANGE", ["expiresInDays"]),
        ("notebook", 3651, "DAYS_OUT_OF_RANGE", ["expiresInDays"]),
        ("notebook", 2**62, "DAYS_OUT_OF_RANGE", ["expiresInDays"]),
    ],
)
async def test_what_makes_no_sense_makes_no_token(name: str, days: int, code: str, path: list[str]):
    ada = await session()

    with pytest.raises(InvalidInputError) as refused:
        await user_tokens.create(ada, name, days, TokenScope.WRITE)
    assert (refused.value.code, refused.value.path) == (code, path)
    assert await user_tokens.live(ada) == []


async def test_twenty_tokens_are_live_at_most_also_when_many_are_made_at_once():
    ada, bob = await session(), await session(name="bob")
    for number in range(18):
        await user_tokens.create(ada, f"token {number}", 90, TokenScope.READ)

    outcomes = await asyncio.gather(
        *(user_tokens.create(ada, "last", 90, TokenScope.READ) for _ in range(5)), return_exceptions=True
    )

    refused = [one for one in outcomes if isinstance(one, LimitExceededError)]
    assert ([one.code for one in refused], len(await user_tokens.live(ada))) == (["TOKENS_TOO_MANY"] * 3, 20)
    with pytest.raises(LimitExceededError):
        await user_tokens.create_for(await User.get(id=ada.user_id), "by the operator")
    await user_tokens.create(bob, "his first", 90, TokenScope.READ)
    await user_tokens.revoke(ada, (await user_tokens.live(ada))[0].pk)
    await user_tokens.create(ada, "now there is room", 90, TokenScope.READ)


async def test_a_token_is_revoked_once_also_by_many_at_once():
    ada = await session()
    gone, kept = [await user_tokens.create(ada, name, 90, TokenScope.WRITE) for name in ("old", "new")]
    viewer = await behind(gone.secret)

    outcomes = await asyncio.gather(*(user_tokens.revoke(ada, gone.token.pk) for _ in range(4)), return_exceptions=True)

    assert [one for one in outcomes if not isinstance(one, TitanError)] == [gone.token]
    assert {one.code for one in outcomes if isinstance(one, TitanError)} == {"TOKEN_NOT_FOUND"}
    assert await users.authenticate(gone.secret) is None
    assert await users.is_alive(viewer) is False
    assert (await behind(kept.secret)).user_id == ada.user_id
    assert await user_tokens.live(ada) == [kept.token]


async def test_tokens_of_others_are_not_there_not_even_for_an_administrator():
    ada, root = await session(), await session(Role.ADMIN, "root")
    hers = (await user_tokens.create(ada, "hers", 90, TokenScope.WRITE)).token

    for token_id in (hers.pk, uuid4(), root.credential_id):
        for act in (user_tokens.find, user_tokens.revoke):
            with pytest.raises(NotFoundError) as refused:
                await act(root, token_id)
            assert (refused.value.code, refused.value.path) == ("TOKEN_NOT_FOUND", ["id"])
    assert await user_tokens.live(root) == []
    assert await user_tokens.live(ada) == [hers]
    assert await users.is_alive(root)


async def test_an_ended_token_is_neither_listed_nor_counted():
    ada = await session()
    made = await user_tokens.create(ada, "short", 1, TokenScope.READ)
    await Credential.filter(id=made.token.pk).update(expires_at=datetime.now(UTC))

    assert await user_tokens.live(ada) == []
    with pytest.raises(NotFoundError):
        await user_tokens.revoke(ada, made.token.pk)


async def test_the_operator_sees_all_tokens_and_revokes_by_name():
    ada, bob = await session(), await session(name="bob")
    for viewer, name in ((ada, "same"), (bob, "same"), (ada, "other")):
        await user_tokens.create(viewer, name, 90, TokenScope.WRITE)
    assert [(one.name, one.owner_name) for one in await user_tokens.live_of_all()] == [
        ("same", "ada"), ("same", "bob"), ("other", "ada"),
    ]  # fmt: skip

    assert await user_tokens.revoke_named("same") == 2

    assert [one.name for one in await user_tokens.live_of_all()] == ["other"]
    with pytest.raises(NotFoundError) as refused:
        await user_tokens.revoke_named("same")
    assert (refused.value.code, refused.value.path) == ("TOKEN_NOT_FOUND", ["name"])


async def test_a_session_is_no_token():
    ada = await session()

    assert ada.scope is None
    assert await user_tokens.live(ada) == []
    assert (await behind(await make.token())).scope is TokenScope.WRITE
