"""The graph of the caller's own access tokens: whole answers, a secret shown once, and what one that reads may not."""

from typing import Any

import httpx
import pytest
from graphql import GraphQLObjectType

from tests import make
from tests.resolvers.conftest import Caller
from tests.sql import recorded_sql
from titan_graphql.models.campaigns import Campaign
from titan_graphql.models.users import Credential, Role, TokenScope, User
from titan_graphql.schema.permissions import Writer
from titan_graphql.schema.root import schema

LIST = "{ accessTokens { name scope lastUsedAt } }"
CREATE = """
mutation Create($input: CreateAccessTokenInput!) {
  createAccessToken(input: $input) {
    __typename
    ... on AccessTokenCreated { secret token { id name scope lastUsedAt createdAt expiresAt } }
    ... on Problem { message code path }
  }
}
"""
REVOKE = """
mutation Revoke($input: RevokeAccessTokenInput!) {
  revokeAccessToken(input: $input) {
    __typename
    ... on AccessToken { id name }
    ... on Problem { message code path }
  }
}
"""


async def create(caller: Caller, **given: Any) -> Any:
    return (await caller.data(CREATE, input=given))["createAccessToken"]


async def revoke(caller: Caller, token_id: str) -> Any:
    return (await caller.data(REVOKE, input={"id": token_id}))["revokeAccessToken"]


async def reading(client: httpx.AsyncClient, role: Role, name: str) -> Caller:
    """A new user with a token that only reads."""
    user = await User.create(name=name, role=role)
    return Caller(client, await make.secret_of(user, "screen", scope=TokenScope.READ))


async def test_a_token_is_made_listed_used_and_revoked(client: httpx.AsyncClient, researcher: Caller):
    made = await create(researcher, name="screen", scope="READ")
    secret, token = made["secret"], made["token"]

    assert {key: token[key] for key in ("name", "scope", "lastUsedAt")} == {
        "name": "screen", "scope": "READ", "lastUsedAt": None,
    }  # fmt: skip
    screen = Caller(client, secret)
    assert await screen.data(LIST) == {
        "accessTokens": [
            {"name": "screen", "scope": "READ", "lastUsedAt": None},
            {"name": "script", "scope": "WRITE", "lastUsedAt": None},
        ]
    }
    again = await researcher.data("query One($id: ID!) { node(id: $id) { __typename id } }", id=token["id"])
    assert again == {"node": {"__typename": "AccessToken", "id": token["id"]}}

    assert await revoke(researcher, token["id"]) == {"__typename": "AccessToken", "id": token["id"], "name": "screen"}
    assert [one["name"] for one in (await researcher.data(LIST))["accessTokens"]] == ["script"]
    assert await revoke(researcher, token["id"]) == {
        "__typename": "NotFoundProblem",
        "message": "There is no such live token",
        "code": "TOKEN_NOT_FOUND",
        "path": ["input", "id"],
    }


async def test_a_secret_and_its_hash_are_in_no_type(researcher: Caller):
    fields = {
        (kind.name, name)
        for kind in schema._schema.type_map.values()
        if isinstance(kind, GraphQLObjectType) and "Token" in kind.name
        for name in kind.fields
        if "secret" in name.lower() or "hash" in name.lower()
    }

    assert fields == {("AccessTokenCreated", "secret")}


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"name": " ", "scope": "READ"}, "NAME_INVALID", ["input", "name"]),
        ({"name": "x" * 101, "scope": "READ"}, "NAME_INVALID", ["input", "name"]),
        ({"name": "x", "scope": "READ", "expiresInDays": 0}, "DAYS_OUT_OF_RANGE", ["input", "expiresInDays"]),
        ({"name": "x", "scope": "READ", "expiresInDays": 3651}, "DAYS_OUT_OF_RANGE", ["input", "expiresInDays"]),
        ({"name": "x", "scope": "READ", "expiresInDays": 2**31 - 1}, "DAYS_OUT_OF_RANGE", ["input", "expiresInDays"]),
    ],
)
async def test_a_refusal_stands_beside_its_field(researcher: Caller, given: Any, code: str, path: list[str]):
    refused = await create(researcher, **given)

    assert (refused["__typename"], refused["code"], refused["path"]) == ("InvalidInputProblem", code, path)
    assert await Credential.all().count() == 1


async def test_the_twenty_first_token_is_refused(researcher: Caller):
    owner = await User.get(name="ada")
    for number in range(19):
        await make.secret_of(owner, f"token {number}")

    assert await create(researcher, name="one more", scope="WRITE") == {
        "__typename": "LimitExceededProblem",
        "message": "At most 20 live tokens; revoke one that is not used",
        "code": "TOKENS_TOO_MANY",
        "path": [],
    }
    await researcher.data("{ viewer { id } }")  # who asks is remembered for a second
    with recorded_sql() as statements:
        assert len((await researcher.data(LIST))["accessTokens"]) == 20
    assert len([one for one in statements if "credential" in one and 'secret_hash"=' not in one]) <= 2


async def test_tokens_of_others_are_not_there(client: httpx.AsyncClient, researcher: Caller):
    token_id = (await create(researcher, name="hers", scope="READ"))["token"]["id"]
    root = Caller(client, await make.token(Role.ADMIN, "root"))

    assert (await revoke(root, token_id))["code"] == "TOKEN_NOT_FOUND"
    assert await root.data("query One($id: ID!) { node(id: $id) { id } }", id=token_id) == {"node": None}
    assert [one["name"] for one in (await root.data(LIST))["accessTokens"]] == ["script"]
    assert len((await researcher.data(LIST))["accessTokens"]) == 2


async def test_tokens_are_made_one_in_a_document(researcher: Caller):
    one = 'createAccessToken(input: {name: "x", scope: WRITE}) { __typename }'
    answer = await researcher.answer(f"mutation {{ a: {one} b: {one} }}")

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["DOCUMENT_TOO_LARGE"]
    assert await Credential.all().count() == 1


@pytest.mark.parametrize("role", Role)
async def test_a_token_that_reads_is_refused_every_mutation(client: httpx.AsyncClient, role: Role):
    caller = await reading(client, role, "ada")
    tried = {
        CREATE: {"input": {"name": "another", "scope": "READ"}},
        REVOKE: {"input": {"id": "QWNjZXNzVG9rZW46AAAAAAAAAAAAAAAAAAAAAA=="}},
        "mutation C($name: String!) { createCampaign(input: {name: $name}) { __typename } }": {"name": "a"},
        "mutation P($new: String!) { changePassword(input: {new: $new}) { __typename } }": {"new": "x" * 12},
    }
    for document, variables in tried.items():
        (error,) = (await caller.answer(document, **variables))["errors"]
        assert error["message"] == "This access token only reads; use one with the scope WRITE"
        assert (error["extensions"]["code"], error["extensions"]["category"]) == ("TOKEN_READ_ONLY", "FORBIDDEN")

    assert await Campaign.all().count() == 0
    assert await Credential.all().count() == 1
    assert (await caller.data("{ viewer { name role } }"))["viewer"] == {"name": "ada", "role": role.value}


def test_every_mutation_refuses_tokens_that_read():
    mutation = schema.schema_converter.type_map["Mutation"].definition
    lenient = [
        field.name
        for field in mutation.fields  # type: ignore[union-attr]
        if not any(issubclass(permission, Writer) for permission in field.permission_classes)
    ]
    assert lenient == []


async def test_a_token_that_reads_uploads_nothing(client: httpx.AsyncClient):
    secret = await make.secret_of(await User.create(name="ada", role=Role.ADMIN), "screen", scope=TokenScope.READ)

    answer = await client.post(
        "/uploads?name=prices.csv",
        content=b"time,close\n2020-01-01,1\n",
        headers={"authorization": f"Bearer {secret}", "content-type": "text/csv"},
    )

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["extensions"]["code"] == "TOKEN_READ_ONLY"


async def test_a_viewer_makes_tokens_that_may_no_more_than_they(client: httpx.AsyncClient, reader: Caller):
    made = await create(reader, name="screen", scope="WRITE", expiresInDays=1)

    answer = await Caller(client, made["secret"]).answer(
        'mutation { createCampaign(input: {name: "x"}) { __typename } }'
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["ROLE_TOO_LOW"]
