"""Callers: the use of access tokens is written down, apart from the requests that use them."""

from datetime import UTC, datetime

import pytest

from tests import make
from titan_graphql.models.users import Credential, CredentialKind, Role, User
from titan_graphql.server.callers import Callers
from titan_graphql.services import user_tokens, users

pytestmark = pytest.mark.usefixtures("db")


async def used(kind: CredentialKind) -> list[datetime | None]:
    return [row.used_at for row in await Credential.filter(kind=kind).order_by("created_at")]


async def test_the_use_of_a_token_is_written_down_and_that_of_a_session_is_not():
    secret = await make.token()
    idle = await make.token()
    session = await users.sign_in(await users.new_sign_in_link(await users.create("ada", Role.VIEWER)))
    callers, before = Callers(), datetime.now(UTC)
    for one in (secret, secret, session, "titan_wrong"):
        await callers.of_secret(one)
    assert await used(CredentialKind.ACCESS_TOKEN) == [None, None]

    await callers.note_uses()

    first, second = await used(CredentialKind.ACCESS_TOKEN)
    assert first is not None
    assert before <= first <= datetime.now(UTC)
    assert second is None
    assert await used(CredentialKind.SESSION) == [None]
    assert await users.authenticate(idle) is not None


async def test_what_was_written_down_is_not_written_again():
    secret, callers = await make.token(), Callers()
    await callers.of_secret(secret)
    await callers.note_uses()
    (before,) = await user_tokens.live_of_all()

    await callers.note_uses()
    assert await user_tokens.live_of_all() == [before]

    await callers.of_secret(secret)  # remembered: the database is not asked, the use counts all the same
    await callers.note_uses()
    (after,) = await user_tokens.live_of_all()
    assert before.last_used_at is not None
    assert after.last_used_at is not None
    assert after.last_used_at > before.last_used_at
    assert await User.all().count() == 1
