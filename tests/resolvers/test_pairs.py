"""Writing on pairs through the graph: whole answers, and problems that name their input."""

from typing import Any

import pytest

from tests import make
from tests.resolvers.conftest import Caller
from titan_graphql.models.pairs import Pair
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import pairs, users
from titan_graphql.services.users import Viewer

TAG = """mutation ($input: TagPairInput!) { tagPair(input: $input) {
  __typename ... on Pair { tags note y { symbol } } ... on Problem { code path } } }"""


async def ada() -> Viewer:
    found = await users.authenticate(await make.secret_of(await users.by_name("ada"), "more"))
    assert found is not None
    return found


async def own_pair() -> Pair:
    await make.instrument("KO")
    await make.instrument("PEP")
    return await pairs.create(await ada(), "KO", "PEP", "Sugar", ["drinks"])


async def test_tags_and_note_are_written_and_left(researcher: Caller):
    pair_id = encode_id("Pair", (await own_pair()).id)

    async def answered(**change: Any) -> dict[str, Any]:
        tagged: dict[str, Any] = (await researcher.data(TAG, input={"pairId": pair_id, **change}))["tagPair"]
        return tagged

    def pair(tags: list[str], note: str | None) -> dict[str, Any]:
        return {"__typename": "Pair", "tags": tags, "note": note, "y": {"symbol": "KO"}}

    assert await answered() == pair(["drinks"], "Sugar")
    assert await answered(tags=["a", "b"], note=None) == pair(["a", "b"], "Sugar")
    assert await answered(tags=None, note="Salt") == pair(["a", "b"], "Salt")
    assert await answered(tags=[], note="") == pair([], None)


REFUSED: dict[str, tuple[dict[str, Any], str, str, list[str]]] = {
    "a long note": ({"note": "x" * 10_001}, "InvalidInputProblem", "NOTE_TOO_LONG", ["input", "note"]),
    "an empty tag": ({"tags": ["ok", ""]}, "InvalidInputProblem", "TAG_INVALID", ["input", "tags"]),
    "a malformed id": ({"pairId": "x"}, "InvalidInputProblem", "ID_INVALID", ["input", "pairId"]),
}


@pytest.mark.parametrize(("change", "kind", "code", "path"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_refusal_names_its_input(
    researcher: Caller, change: dict[str, Any], kind: str, code: str, path: list[str]
):
    pair = await own_pair()

    data = await researcher.data(TAG, input={"pairId": encode_id("Pair", pair.id), **change})

    assert data == {"tagPair": {"__typename": kind, "code": code, "path": path}}
    row = await Pair.get(id=pair.id)
    assert (row.tags, row.note) == (["drinks"], "Sugar")


async def test_somebody_elses_pair_is_missing_and_readers_write_nothing(researcher: Caller, reader: Caller):
    pair = await own_pair()
    foreign = encode_id("Pair", (await make.pair(await make.viewer())).id)

    data = await researcher.data(TAG, input={"pairId": foreign, "tags": ["mine"]})
    missing = {"__typename": "NotFoundProblem", "code": "PAIR_NOT_FOUND", "path": ["input", "pairId"]}
    assert data == {"tagPair": missing}
    refused = await reader.answer(TAG, input={"pairId": encode_id("Pair", pair.id), "tags": ["mine"]})
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["ROLE_TOO_LOW"]
    assert [row.tags for row in await Pair.all() if row.id == pair.id] == [["drinks"]]
