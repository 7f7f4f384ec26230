"""Passwords: they open what they should, changing one takes proof, and a change ends what began before it."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import extract_parameters
from tortoise.context import TortoiseContext

from tests import make
from tests.services.conftest import PASSWORD
from titan_graphql.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, TitanError
from titan_graphql.models.users import Credential, CredentialKind, Password, PasswordProof, Role, User
from titan_graphql.services import password_hashing, user_passwords, users
from titan_graphql.services.user_passwords import LINK_PROOF, ChangedPassword, PasswordState
from titan_graphql.services.users import Viewer

pytestmark = pytest.mark.usefixtures("dispatching")

NEW, WRONG = "staple of another horse", "correct horse batterz"
HOME = "192.0.2.7"


async def by_link(user: User) -> Viewer:
    return await seen(await users.sign_in(await users.new_sign_in_link(user)))


async def by_password(password: str = PASSWORD) -> Viewer:
    return await seen(await user_passwords.sign_in("ada", password, HOME))


async def seen(secret: str) -> Viewer:
    viewer = await users.authenticate(secret)
    assert viewer is not None
    return viewer


async def age(viewer: Viewer, by: timedelta) -> None:
    """Pretend that a session began earlier."""
    row = await Credential.get(id=viewer.credential_id)
    await Credential.filter(id=row.id).update(created_at=row.created_at - by)


async def live_sessions() -> int:
    return await Credential.filter(kind=CredentialKind.SESSION, revoked_at=None).count()


async def test_a_password_signs_in(ada: User):
    secret = await user_passwords.sign_in(" ada ", PASSWORD, HOME)

    viewer = await seen(secret)
    assert (viewer.user_id, viewer.name, viewer.role) == (ada.id, "ada", Role.RESEARCHER)
    (session,) = await Credential.all()
    assert (session.kind, session.by_link) == (CredentialKind.SESSION, False)


async def test_only_an_argon2id_hash_is_kept(ada: User):
    (row,) = await Password.all()
    assert row.hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in row.hash


async def test_equal_passwords_have_different_hashes(ada: User):
    await users.create("bob", Role.VIEWER)
    await user_passwords.reset("bob", PASSWORD)

    assert len({row.hash for row in await Password.all()}) == 2


@pytest.mark.parametrize("name", ["ada", "bob", "nobody", "", "a\x00b", "\ud800", "x" * 10_000, "' OR 1=1 --", WRONG])
async def test_a_refusal_does_not_say_who_there_is(ada: User, verified: list[str], name: str):
    await users.create("bob", Role.VIEWER)  # has no password

    with pytest.raises(ForbiddenError) as refused:
        await user_passwords.sign_in(name, WRONG, HOME)

    told = (refused.value.code, refused.value.message, refused.value.path)
    assert told == ("SIGN_IN_REFUSED", "This name and password do not belong together", ["password"])
    (compared,) = verified  # one for everybody, with the same work
    (row,) = await Password.all()
    assert extract_parameters(compared) == extract_parameters(row.hash)
    assert await live_sessions() == 0


@pytest.mark.parametrize(
    "password", ["", PASSWORD[:-1], PASSWORD + " ", PASSWORD.upper(), "\x00", "\ud800", "x" * 1_000_000]
)
async def test_another_password_opens_nothing(ada: User, password: str):
    with pytest.raises(ForbiddenError):
        await user_passwords.sign_in("ada", password, HOME)
    assert await live_sessions() == 0


async def test_nobodys_hash_is_matched_by_nothing():
    assert [await password_hashing.matches(one, None) for one in ("", PASSWORD, "A" * 43)] == [False, False, False]


@pytest.mark.parametrize("password", ["x" * 12, "x" * 128, "🐢" * 12, " " * 12, "pa\x00ssword with nul"])
async def test_a_password_has_12_to_128_characters_of_any_kind(ada: User, password: str):
    await user_passwords.reset("ada", password)

    assert (await by_password(password)).user_id == ada.id


@pytest.mark.parametrize("password", ["", "x" * 11, "x" * 129, "🐢" * 11])
async def test_a_password_of_another_length_changes_nothing(ada: User, password: str):
    viewer = await by_link(ada)

    with pytest.raises(InvalidInputError) as refused:
        await user_passwords.change(viewer, password)
    assert (refused.value.code, refused.value.path) == ("PASSWORD_LENGTH", ["new"])
    assert password not in refused.value.message or not password
    assert (await by_password()).user_id == ada.id


async def test_a_letter_typed_in_two_ways_is_one(ada: User):
    await user_passwords.reset("ada", "caf\u00e9 au lait noir")

    assert (await by_password("cafe\u0301 au lait noir")).user_id == ada.id


async def test_signing_in_ends_the_session_that_the_browser_had(ada: User):
    first = await users.sign_in(await users.new_sign_in_link(ada))
    second = await user_passwords.sign_in("ada", PASSWORD, HOME, first)
    assert await users.authenticate(first) is None

    third = await users.sign_in(await users.new_sign_in_link(ada), second)
    assert await users.authenticate(second) is None
    assert (await seen(third)).user_id == ada.id


async def test_a_refused_sign_in_leaves_the_session_that_the_browser_had(ada: User):
    first = await users.sign_in(await users.new_sign_in_link(ada))

    for refused in (user_passwords.sign_in("ada", WRONG, HOME, first), users.sign_in("titan_wrong", first)):
        with pytest.raises(ForbiddenError):
            await refused
    assert await users.authenticate(first) is not None


async def test_signing_in_takes_no_access_token_away(ada: User):
    token = await make.secret_of(ada, "notebook")

    await user_passwords.sign_in("ada", PASSWORD, HOME, token)

    assert await users.authenticate(token) is not None


async def test_a_fresh_link_is_proof_enough(db: TortoiseContext):
    viewer = await by_link(await users.create("ada", Role.VIEWER))
    assert await user_passwords.state(viewer) == PasswordState(False, None, PasswordProof.SIGN_IN_LINK)
    before = datetime.now(UTC)

    changed = await user_passwords.change(viewer, PASSWORD)

    assert changed.state.changed_at is not None
    assert before <= changed.state.changed_at <= datetime.now(UTC)
    state = PasswordState(True, changed.state.changed_at, PasswordProof.SIGN_IN_LINK)
    assert changed == ChangedPassword(0, state)
    assert (await by_password()).user_id == viewer.user_id


async def test_a_link_is_proof_for_a_quarter_of_an_hour(db: TortoiseContext):
    viewer = await by_link(await users.create("ada", Role.VIEWER))
    await age(viewer, LINK_PROOF)

    assert (await user_passwords.state(viewer)).proof is PasswordProof.NEW_LINK_NEEDED
    with pytest.raises(ForbiddenError) as refused:
        await user_passwords.change(viewer, NEW, "")
    assert refused.value.code == "SIGN_IN_LINK_NEEDED"
    assert await Password.all().count() == 0


async def test_an_access_token_is_no_proof(db: TortoiseContext):
    user = await users.create("ada", Role.ADMIN)
    viewer = await seen(await make.secret_of(user, "notebook"))

    with pytest.raises(ForbiddenError) as refused:
        await user_passwords.change(viewer, NEW)
    assert refused.value.code == "SIGN_IN_LINK_NEEDED"


@pytest.mark.parametrize("present", [None, "", WRONG, NEW])
async def test_a_wrong_present_password_changes_nothing(ada: User, present: str | None):
    viewer, other = await by_password(), await by_password()

    with pytest.raises(InvalidInputError) as refused:
        await user_passwords.change(viewer, NEW, present)

    assert (refused.value.code, refused.value.path) == ("PASSWORD_WRONG", ["present"])
    assert await users.is_alive(other)
    assert (await by_password()).user_id == ada.id


async def test_a_change_ends_the_other_sessions_and_links_and_nothing_else(ada: User):
    bob = await users.create("bob", Role.VIEWER)
    kept = [await by_password(), await seen(await make.secret_of(ada, "notebook")), await by_link(bob)]
    ended = [await by_password(), await by_link(ada)]
    link, of_bob = await users.new_sign_in_link(ada), await users.new_sign_in_link(bob)

    assert (await user_passwords.change(kept[0], NEW, PASSWORD)).sessions_ended == 2

    assert [await users.is_alive(viewer) for viewer in [*kept, *ended]] == [True, True, True, False, False]
    with pytest.raises(ForbiddenError):
        await users.sign_in(link)
    assert (await seen(await users.sign_in(of_bob))).user_id == bob.id
    with pytest.raises(ForbiddenError):
        await by_password(PASSWORD)
    assert (await by_password(NEW)).user_id == ada.id


async def test_an_operators_reset_ends_every_session(ada: User):
    sessions = [await by_password(), await by_link(ada)]

    assert await user_passwords.reset("ada", NEW) == 2

    assert [await users.is_alive(viewer) for viewer in sessions] == [False, False]
    with pytest.raises(NotFoundError) as refused:
        await user_passwords.reset("nobody", NEW)
    assert refused.value.code == "USER_NOT_FOUND"


async def test_no_session_begins_with_a_password_that_changes_meanwhile(ada: User, monkeypatch: pytest.MonkeyPatch):
    matches = password_hashing.matches

    async def slowly(password: str, stored: str | None) -> bool:
        matched = await matches(password, stored)
        await user_passwords.reset("ada", NEW)
        return matched

    monkeypatch.setattr(password_hashing, "matches", slowly)

    with pytest.raises(ConflictError) as refused:
        await by_password()
    assert refused.value.code == "PASSWORD_CHANGED"
    assert await live_sessions() == 0


async def test_of_two_changes_at_once_one_is_refused(ada: User, monkeypatch: pytest.MonkeyPatch):
    viewer, hashed = await by_link(ada), password_hashing.hashed

    async def slowly(password: str) -> str:
        monkeypatch.setattr(password_hashing, "hashed", hashed)
        await user_passwords.change(viewer, NEW)
        return await hashed(password)

    monkeypatch.setattr(password_hashing, "hashed", slowly)

    with pytest.raises(ConflictError) as refused:
        await user_passwords.change(viewer, WRONG)
    assert refused.value.code == "PASSWORD_CHANGED"
    assert (await by_password(NEW)).user_id == ada.id


async def test_a_session_that_has_ended_changes_no_password(ada: User):
    viewer = await by_link(ada)
    await users.sign_out(viewer)

    with pytest.raises(TitanError) as refused:
        await user_passwords.change(viewer, NEW)
    assert refused.value.code == "UNAUTHENTICATED"
    assert (await by_password()).user_id == ada.id


async def test_those_who_are_too_many_at_once_are_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(password_hashing, "WAITING_MAX", 0)

    with pytest.raises(TitanError) as refused:
        await password_hashing.matches(PASSWORD, None)
    assert (refused.value.code, refused.value.retryable) == ("SIGN_IN_UNAVAILABLE", True)
