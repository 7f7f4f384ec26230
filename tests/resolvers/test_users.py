"""The graph of the caller's own password: whole answers, and a password that is nowhere in them."""

from typing import Any

import httpx

from tests import make
from tests.resolvers.conftest import Caller
from titan_graphql.models.users import Password, Role, User
from titan_graphql.services import sign_in_attempts, user_passwords, users

OLD, NEW = "correct horse battery", "staple of another horse"
STATE = "{ passwordState { isSet changedAt proof } viewer { name } }"
CHANGE = """
mutation Change($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    __typename
    ... on ChangedPassword { sessionsEnded state { isSet proof } }
    ... on Problem { message code path }
    ... on ThrottledProblem { retryAfterMs }
  }
}
"""


async def session(client: httpx.AsyncClient, user: User) -> Caller:
    """Somebody who came by a link just now."""
    return Caller(client, await users.sign_in(await users.new_sign_in_link(user)))


async def change(caller: Caller, **given: Any) -> Any:
    return (await caller.data(CHANGE, input=given))["changePassword"]


async def test_who_came_by_a_link_sets_a_password(client: httpx.AsyncClient):
    user = await users.create("ada", Role.VIEWER)
    caller, other = await session(client, user), await session(client, user)
    assert await caller.data(STATE) == {
        "passwordState": {"isSet": False, "changedAt": None, "proof": "SIGN_IN_LINK"},
        "viewer": {"name": "ada"},
    }

    assert await change(caller, new=NEW) == {
        "__typename": "ChangedPassword",
        "sessionsEnded": 1,
        "state": {"isSet": True, "proof": "SIGN_IN_LINK"},
    }
    assert (await caller.data("{ viewer { name } }"))["viewer"] == {"name": "ada"}
    assert await users.authenticate(other._headers["authorization"].removeprefix("Bearer ")) is None


async def test_a_token_changes_a_password_only_with_the_present_one(researcher: Caller):
    assert (await researcher.data(STATE))["passwordState"] == {
        "isSet": False,
        "changedAt": None,
        "proof": "NEW_LINK_NEEDED",
    }
    assert await change(researcher, new=NEW) == {
        "__typename": "ForbiddenProblem",
        "message": "Sign in by a new link first; then you can choose a password",
        "code": "SIGN_IN_LINK_NEEDED",
        "path": [],
    }

    await user_passwords.reset("ada", OLD)
    assert await change(researcher, new=NEW, present=NEW) == {
        "__typename": "InvalidInputProblem",
        "message": "This is not your present password",
        "code": "PASSWORD_WRONG",
        "path": ["input", "present"],
    }
    assert (await change(researcher, new=NEW, present=OLD))["__typename"] == "ChangedPassword"


async def test_a_short_password_is_refused_beside_its_field(researcher: Caller):
    assert await change(researcher, new="x" * 11) == {
        "__typename": "InvalidInputProblem",
        "message": "A password has 12 to 128 characters, not 11",
        "code": "PASSWORD_LENGTH",
        "path": ["input", "new"],
    }


async def test_a_guesser_is_told_when_to_try_again(researcher: Caller, monkeypatch: Any):
    await user_passwords.reset("ada", OLD)
    monkeypatch.setattr(sign_in_attempts, "clock", lambda: "1795000000000")
    for _ in range(5):
        await change(researcher, new=NEW, present="not the present one")

    assert await change(researcher, new=NEW, present=OLD) == {
        "__typename": "ThrottledProblem",
        "message": "Too many attempts with a wrong password; try again in 1 second",
        "code": "THROTTLED",
        "path": [],
        "retryAfterMs": 1000,
    }


async def test_passwords_are_changed_one_in_a_document(researcher: Caller):
    document = """mutation { a: changePassword(input: {new: "guess number one", present: "guess number one"})
        { __typename } b: changePassword(input: {new: "guess number two", present: "guess number two"})
        { __typename } }"""

    answer = await researcher.answer(document)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["DOCUMENT_TOO_LARGE"]
    assert await Password.all().count() == 0


async def test_nobody_reads_a_password_of_anybody(client: httpx.AsyncClient):
    await users.create("ada", Role.VIEWER)
    await user_passwords.reset("ada", OLD)
    admin = Caller(client, await make.token(Role.ADMIN, "root"))

    for field in ("password", "hash", "passwordHash"):
        answer = await admin.answer(f"{{ viewer {{ {field} }} }}")
        assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_INVALID"
