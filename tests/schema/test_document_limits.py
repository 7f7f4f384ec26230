"""The limits of a document: the largest allowed one passes, one more is refused with its code."""

from collections.abc import Callable

import pytest
from graphql import get_introspection_query, specified_rules, validate

from titan_graphql.schema.documents import Documents
from titan_graphql.schema.root import schema


def codes(text: str) -> list[str]:
    """The codes of all that is wrong with a document."""
    errors = Documents(schema._schema).load(text).errors
    return [getattr(error.original_error, "code", "GRAPHQL_INVALID") for error in errors]


def nested_instruments(rounds: int, last: str) -> str:
    inner = last
    for _ in range(rounds):
        inner = f"market {{ instruments(first: 1) {{ nodes {{ {inner} }} }} }}"
    return f'{{ instrument(symbol: "KO") {{ {inner} }} }}'


def test_ten_nested_fields_are_answered_and_eleven_are_not():
    assert codes(nested_instruments(2, "market { id name }")) == []  # 1 + 2 × 3 + 2 = 9
    assert codes(nested_instruments(2, "market { instruments(first: 1) { totalCount } }")) == []
    assert codes(nested_instruments(2, "market { instruments(first: 1) { nodes { id } } }")) == ["DOCUMENT_TOO_DEEP"]


def test_depth_is_counted_through_fragments():
    document = """
        query { instrument(symbol: "KO") { ...A } }
        fragment A on Instrument { market { instruments(first: 1) { nodes { ...B } } } }
        fragment B on Instrument { market { instruments(first: 1) { nodes { ...C } } } }
        fragment C on Instrument { market { instruments(first: 1) { nodes { id } } } }
    """
    assert codes(document) == ["DOCUMENT_TOO_DEEP"]


def with_aliases(count: int) -> str:
    return '{ market(code: "US") {' + " ".join(f"a{number}: name" for number in range(count)) + "} }"


def with_directives(count: int) -> str:
    twice = "@include(if: true) @skip(if: false)"
    fours = f"... {twice} {{ name {twice} }} " * (count // 4)
    ones = "... @skip(if: false) { name } " * (count % 4)
    return f'{{ market(code: "US") {{ {fours} {ones} }} }}'


def with_characters(count: int) -> str:
    return "{ __typename }".ljust(count)


def with_repeats(count: int) -> str:
    return '{ market(code: "US") { ...F ' + "name " * (count - 1) + "} } fragment F on Market { name }"


@pytest.mark.parametrize(
    ("document", "most"),
    [(with_aliases, 15), (with_directives, 50), (with_characters, 15_000), (with_repeats, 20)],
)
def test_the_largest_document_passes_and_one_more_does_not(document: Callable[[int], str], most: int):
    assert codes(document(most)) == []
    assert codes(document(most + 1)) == ["DOCUMENT_TOO_LARGE"]


def test_tokens_are_counted_while_parsing():
    most = "{" + " name" * 998 + "}"

    assert Documents(schema._schema).load(most).ast is not None
    assert Documents(schema._schema).load(most.replace("}", " name }")).ast is None
    assert codes(most.replace("}", " name }")) == ["DOCUMENT_TOO_LARGE"]


@pytest.mark.parametrize(("operation", "most"), [("query", 20), ("mutation", 4)])
def test_root_fields_are_bounded(operation: str, most: int):
    def document(count: int) -> str:
        return operation + " {" + " __typename" * count + "}"

    assert codes(document(most)) == []
    assert set(codes(document(most + 1))) == {"DOCUMENT_TOO_LARGE"}


def test_root_fields_are_counted_through_fragments():
    document = "mutation { ...A ...A } fragment A on Mutation { __typename __typename __typename }"
    assert codes(document) == ["DOCUMENT_TOO_LARGE"]


def test_fragments_that_double_thirty_times_are_measured_at_once():
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30)]
    document = "{ ...F0 } " + " ".join(fragments) + " fragment F30 on Query { a: __typename }"

    assert set(codes(document)) == {"DOCUMENT_TOO_LARGE"}


def test_a_fragment_that_spreads_itself_is_left_to_validation():
    assert codes("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }") == ["GRAPHQL_INVALID"]


@pytest.mark.parametrize(
    ("literal", "code"),
    [
        ("1e400", "NOT_FINITE"),
        ("-1e400", "NOT_FINITE"),
        ("9" * 400, "NOT_FINITE"),
        ('"a\\u0000"', "TEXT_INVALID"),
        ("[" + "1," * 251 + "]", "LIST_TOO_LONG"),
        ('"\\ud800"', "GRAPHQL_INVALID"),
        ("[" * 300 + "]" * 300, "GRAPHQL_INVALID"),
    ],
)
def test_a_literal_that_no_field_could_take_is_refused(literal: str, code: str):
    assert codes(f"{{ market(code: {literal}) {{ id }} }}") == [code]


def test_introspection_fits_the_limits():
    full = get_introspection_query(input_value_deprecation=True, specified_by_url=True, directive_is_repeatable=True)
    assert codes(full) == []


def test_introspection_cannot_be_turned_against_the_server():
    inner = "name"
    for _ in range(4):
        inner = f"fields {{ type {{ {inner} }} }}"
    assert codes(f"{{ __schema {{ types {{ {inner} }} }} }}") == ["GRAPHQL_INVALID"]


def test_a_valid_document_is_checked_once():
    documents = Documents(schema._schema)
    text = '{ market(code: "US") { name } }'
    first = documents.load(text)

    assert documents.load(text) is first
    assert list(validate(schema._schema, first.ast, specified_rules)) == []


def test_an_invalid_document_is_not_kept():
    documents = Documents(schema._schema)
    first = documents.load("{ nothing }")

    assert documents.load("{ nothing }") is not first
    assert documents.load("{ nothing }").errors[0] is not first.errors[0]


def test_the_cache_lets_go_of_what_was_asked_for_longest_ago():
    documents = Documents(schema._schema, characters=40)
    old, used, new = "{ a: __typename }", "{ b: __typename }", "{ c: __typename }"
    kept = documents.load(old), documents.load(used)
    documents.load(old)
    documents.load(new)

    assert documents.load(old) is kept[0]
    assert documents.load(used) is not kept[1]


async def test_strawberry_itself_executes_within_the_same_limits():
    result = await schema.execute(with_aliases(16))

    assert [error.extensions["code"] for error in result.errors] == ["DOCUMENT_TOO_LARGE"]
