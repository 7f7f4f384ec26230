"""What a request may not be: each refused with its own code as JSON, and the next request is healthy."""

from typing import Any

import httpx
import pytest

JSON = {"content-type": "application/json"}
TYPENAME = '{"query":"{ __typename }"'
QUERY = "query Q($name: String!) { __type(name: $name) { name } }"


def variables(value: str) -> bytes:
    return f'{{"query":"{QUERY}","variables":{value}}}'.encode()


def nested(depth: int) -> str:
    return '{"name":' + "[" * depth + "]" * depth + "}"


BODIES: dict[str, tuple[bytes, int, str]] = {
    "a number": (b"5", 400, "BODY_INVALID"),
    "null": (b"null", 400, "BODY_INVALID"),
    "nothing": (b"", 400, "BODY_INVALID"),
    "half an object": (b'{"query":', 400, "BODY_INVALID"),
    "not UTF-8": (b'{"query":"\xff"}', 400, "BODY_INVALID"),
    "UTF-16": ('{"query":"{ __typename }"}'.encode("utf-16"), 400, "BODY_INVALID"),
    "no query": (b'{"variables":{}}', 400, "BODY_INVALID"),
    "query of another type": (b'{"query":{"a":1}}', 400, "BODY_INVALID"),
    "variables of another type": (TYPENAME.encode() + b',"variables":[1]}', 400, "BODY_INVALID"),
    "extensions of another type": (TYPENAME.encode() + b',"extensions":"x"}', 400, "BODY_INVALID"),
    "a batch": (b'[{"query":"{ __typename }"}]', 400, "BATCH_REFUSED"),
    "an empty batch": (b"[]", 400, "BATCH_REFUSED"),
    "nested 50,000 deep": (b"[" * 50_000 + b"]" * 50_000, 400, "JSON_TOO_DEEP"),
    "variables 31 deep": (variables(nested(31)), 400, "JSON_TOO_DEEP"),
    "a list of 251": (variables('{"name":[' + ",".join(["1"] * 251) + "]}"), 400, "LIST_TOO_LONG"),
    "half a surrogate pair": (variables('{"name":"\\ud800"}'), 400, "TEXT_INVALID"),
    "NUL in a variable": (variables('{"name":"a\\u0000b"}'), 400, "TEXT_INVALID"),
    "NUL in the document": (b'{"query":"{ __typename }\\u0000"}', 400, "TEXT_INVALID"),
    "a number that is not finite": (variables('{"name":1e400}'), 400, "NOT_FINITE"),
    "NaN": (variables('{"name":NaN}'), 400, "BODY_INVALID"),
    "more than 1 MiB": (b" " * (1024 * 1024 + 1), 413, "TOO_LARGE"),
    "variables of more than 256 KiB": (variables('{"name":"' + "x" * 262_144 + '"}'), 413, "TOO_LARGE"),
}


def refused(response: httpx.Response) -> tuple[int, str]:
    """The status and code of a refusal that is whole JSON with the request's id."""
    answer = response.json()
    extensions = answer["errors"][0]["extensions"]
    assert list(answer) == ["errors"]
    assert response.headers["content-type"].startswith(("application/json", "application/graphql-response+json"))
    assert extensions["requestId"] == response.headers["x-request-id"]
    assert "Traceback" not in response.text
    return response.status_code, extensions["code"]


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_is_no_request_is_refused(http: httpx.AsyncClient, name: str):
    body, status, code = BODIES[name]

    assert refused(await http.post("/graphql", content=body, headers=JSON)) == (status, code)


async def test_a_body_sent_in_pieces_is_bounded_too(http: httpx.AsyncClient):
    async def pieces() -> Any:
        for _ in range(2000):
            yield b" " * 1024

    assert refused(await http.post("/graphql", content=pieces(), headers=JSON)) == (413, "TOO_LARGE")


async def test_the_largest_variables_are_taken(http: httpx.AsyncClient):
    name = "x" * (262_144 - len('{"name":""}'))
    response = await http.post("/graphql", json={"query": QUERY, "variables": {"name": name}})

    assert response.json()["data"] == {"__type": None}


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json; charset=utf-16",
        "x",
        "",
    ],
)
async def test_another_content_type_is_refused(http: httpx.AsyncClient, content_type: str):
    response = await http.post(
        "/graphql", content=b'{"query":"{ __typename }"}', headers={"content-type": content_type}
    )

    assert refused(response) == (415, "CONTENT_TYPE_INVALID")


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/graphql-response+json, application/json;q=0.9", "application/graphql-response+json"),
        ("text/html, application/json", "application/json"),
        ("application/graphql-response+json;q=0, */*", "application/json"),
        ("application/*", "application/json"),
    ],
)
async def test_the_answer_has_a_type_that_is_accepted(http: httpx.AsyncClient, accept: str, content_type: str):
    response = await http.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": accept})

    assert response.headers["content-type"] == f"{content_type}; charset=utf-8"


async def test_a_caller_who_accepts_no_json_is_told(http: httpx.AsyncClient):
    response = await http.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": "text/html"})

    assert refused(response) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_methods_are_refused(http: httpx.AsyncClient, method: str):
    response = await http.request(method, "/graphql", json={"query": "{ __typename }"})

    assert refused(response) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "GET, POST"


async def test_a_mutation_is_not_executed_over_get(http: httpx.AsyncClient):
    response = await http.get("/graphql", params={"query": "mutation { __typename }"})

    assert refused(response) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "POST"


async def test_a_subscription_is_told_to_use_a_socket(http: httpx.AsyncClient):
    response = await http.post("/graphql", json={"query": 'subscription { jobChanged(id: "x") { id } }'})

    assert refused(response) == (400, "SUBSCRIPTION_NEEDS_SOCKET")


@pytest.mark.parametrize("query_string", ["query=%ff", "query=x&variables=%7B", "variables={}", "&".join(["a=1"] * 30)])
async def test_an_address_that_is_no_request_is_refused(http: httpx.AsyncClient, query_string: str):
    assert refused(await http.get(f"/graphql?{query_string}")) == (400, "BODY_INVALID")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Bearer " + "x" * 9000, "Basic eDp5"])
async def test_nobody_learns_of_the_schema_before_signing_in(http: httpx.AsyncClient, authorization: str):
    response = await http.post("/graphql", content=b"not even JSON", headers={"authorization": authorization})

    assert refused(response) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("document", "operation_name", "message"),
    [
        ("{ a: __typename } query B { __typename }", None, "This anonymous operation must be the only defined operation."),  # noqa: E501
        ("query A { __typename } query B { __typename }", None, "Say by operationName which operation is meant"),
        ("query A { __typename }", "C", "There is no operation of that name"),
        ("fragment F on Query { __typename }", None, "Fragment 'F' is never used."),
        ("", None, "Syntax Error: Unexpected <EOF>."),
    ],
)  # fmt: skip
async def test_an_operation_must_be_meant(
    http: httpx.AsyncClient, document: str, operation_name: str | None, message: str
):
    response = await http.post("/graphql", json={"query": document, "operationName": operation_name})

    assert response.json()["errors"][0]["message"] == message
    assert "data" not in response.json()
