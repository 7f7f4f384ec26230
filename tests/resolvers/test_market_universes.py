"""Universes on the graph: members of a date are those who belonged on it, and nobody sees another's universe."""

from tests import make
from tests.resolvers.conftest import Caller
from titan_graphql.models.market_universes import Universe, UniverseMember

CREATE = """mutation ($name: String!, $members: [UniverseMemberInput!]!) {
  createUniverse(input: {name: $name, members: $members}) {
    __typename ... on Universe { id } ... on Problem { code path } } }"""
MEMBERS = """query ($id: ID!, $day: Date) { universe(id: $id) {
  name members(asOf: $day) { symbol } memberships { instrument { symbol } since until } } }"""


async def ids(caller: Caller, *symbols: str) -> list[str]:
    for symbol in symbols:
        await make.listed(symbol, [1.0, 2.0])
    listing = await caller.data("{ instruments(first: 50) { nodes { id symbol } } }")
    known = {node["symbol"]: node["id"] for node in listing["instruments"]["nodes"]}
    return [known[symbol] for symbol in symbols]


async def test_a_date_has_its_own_members(researcher: Caller):
    old, new, always = await ids(researcher, "OLD", "NEW", "ALWAYS")
    stays = [
        {"instrumentId": old, "until": "2015-06-01"},
        {"instrumentId": new, "since": "2015-06-01"},
        {"instrumentId": always},
    ]
    made = (await researcher.data(CREATE, name="Index", members=stays))["createUniverse"]
    on = {}
    for day in ("2015-05-31", "2015-06-01", None):
        answer = await researcher.data(MEMBERS, id=made["id"], day=day)
        on[day] = [member["symbol"] for member in answer["universe"]["members"]]

    assert on == {"2015-05-31": ["ALWAYS", "OLD"], "2015-06-01": ["ALWAYS", "NEW"], None: ["ALWAYS", "NEW", "OLD"]}
    assert answer["universe"]["memberships"] == [
        {"instrument": {"symbol": "ALWAYS"}, "since": None, "until": None},
        {"instrument": {"symbol": "OLD"}, "since": None, "until": "2015-06-01"},
        {"instrument": {"symbol": "NEW"}, "since": "2015-06-01", "until": None},
    ]


async def test_a_member_may_come_back_but_not_twice_at_once(researcher: Caller):
    (key,) = await ids(researcher, "KO")
    first = {"instrumentId": key, "since": "2010-01-01", "until": "2012-01-01"}
    made = (await researcher.data(CREATE, name="Index", members=[first]))["createUniverse"]
    add = """mutation ($id: ID!, $since: Date, $until: Date, $key: ID!) { addUniverseMembers(input: {universeId: $id,
      members: [{instrumentId: $key, since: $since, until: $until}]}) { __typename ... on Problem { code } } }"""
    answers = [
        (await researcher.data(add, id=made["id"], key=key, since=since, until=until))["addUniverseMembers"]
        for since, until in [("2012-01-01", "2013-01-01"), ("2011-12-31", None), ("2015-01-01", "2015-01-01")]
    ]

    refused = {"__typename": "InvalidInputProblem", "code": "MEMBERSHIP_INVALID"}
    assert answers == [{"__typename": "Universe"}, refused, refused]
    assert await UniverseMember.all().count() == 2


async def test_a_name_is_taken_once_and_an_empty_one_never(researcher: Caller):
    answers = [(await researcher.data(CREATE, name=name, members=[]))["createUniverse"] for name in ("A", "A", "  ")]

    assert [(answer["__typename"], answer.get("code")) for answer in answers] == [
        ("Universe", None), ("ConflictProblem", "UNIVERSE_EXISTS"), ("InvalidInputProblem", "NAME_INVALID"),
    ]  # fmt: skip


async def test_another_users_universe_is_not_there(researcher: Caller, reader: Caller):
    made = (await researcher.data(CREATE, name="Mine", members=[]))["createUniverse"]
    seen = await reader.data(MEMBERS, id=made["id"])
    gone = await researcher.data(
        "mutation ($id: ID!) { removeUniverse(input: {id: $id}) { __typename } }", id=made["id"]
    )

    assert (seen, await Universe.all().count()) == ({"universe": None}, 0)
    assert gone == {"removeUniverse": {"__typename": "Universe"}}
