"""What operations cost: exact prices, prices that follow variables, and nothing that is offered in lists is free."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_introspection_query,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_list_type,
    parse,
)

from titan_graphql.schema.document_costs import DocumentCosts, PricedOperation
from titan_graphql.schema.root import schema
from titan_graphql.services.budgets import REQUEST_MAX

GRAPH = schema._schema
FORMATION = '{start: "2020-01-01T00:00:00Z", end: "2025-01-01T00:00:00Z"}'


def ready(text: str) -> PricedOperation:
    document = schema.documents.load(text)
    assert document.errors == ()
    (operation,) = [one for one in document.ast.definitions if isinstance(one, OperationDefinitionNode)]
    return document.costs.of(operation)


def cost(text: str, **variables: Any) -> int:
    return ready(text).requested(variables)


@pytest.mark.parametrize(
    ("document", "price"),
    [
        ("{ __typename }", 0),
        ("{ serverInfo { version } }", 1),
        ("{ a: serverInfo { version } b: serverInfo { version python } }", 2),
        ("{ pairs(first: 20) { nodes { id } } }", 1 + 20),
        ("{ pairs(last: 20) { nodes { id } totalCount } }", 1 + 20 + 1),
        ("{ pairs(first: 20) { edges { cursor node { y { symbol } x { symbol } } } } }", 1 + 20 * 3),
        ("{ pairs(first: 20) { pageInfo { hasNextPage } } }", 1 + 1),
        ("{ pairs(first: 1000000) { nodes { id } } }", 1 + 100),
        ("{ pairs { nodes { id } } }", 1 + 100),
        ('{ nodes(ids: ["a", "b"]) { id } }', 2),
        ('{ instrument(symbol: "KO") { bars(maxPoints: 1500) { close } } }', 1 + 1 + 15),
        ('{ instrument(symbol: "KO") { bars { close } } }', 1 + 1 + 100),
        ('{ universe(id: "a") { members { symbol } } }', 1 + 100),
        (f'{{ pair(y: "A", x: "B") {{ analysis(formation: {FORMATION}) {{ correlation }} }} }}', 1 + 11),
        (f'{{ pair(y: "A", x: "B") {{ analysis(formation: {FORMATION}) {{ kpss {{ pValue }} }} }} }}', 1 + 11 + 6),
        ('mutation { cancelJob(input: {id: "a"}) { ... on Job { id progress { done } } } }', 10 + 1 + 1),
        ("subscription { jobsChanged { id progress { done } } }", 2),
        ('{ __type(name: "Pair") { name } }', 20),
        (get_introspection_query(), 500),
    ],
)
def test_prices(document: str, price: int):
    assert cost(document) == price


def test_a_price_follows_the_variables_that_matter_and_is_remembered():
    operation = ready("query ($n: Int = 7, $s: String) { pairs(first: $n, where: {y: {eq: $s}}) { nodes { id } } }")

    assert [operation.requested(given) for given in ({}, {"n": 20}, {"n": 20, "s": "KO"}, {"n": None})] == [
        8,
        21,
        21,
        101,
    ]
    assert len(operation.known) == 3


@pytest.mark.parametrize("hostile", ["many", [], {}, -5, 1e9, True, {"first": 3}])
def test_variables_of_the_wrong_type_have_a_price_too(hostile: Any):
    paged = cost("query ($n: Int) { pairs(first: $n) { nodes { id } } }", n=hostile)
    screen = cost("query ($i: ScreenInput!) { screen(input: $i) { bars } }", i=hostile)

    assert 1 < paged <= 101
    assert 0 < screen <= REQUEST_MAX


def test_what_is_selected_twice_costs_once():
    twice = """query { ...A ...A pairs(first: 5) { nodes { x { id } } } }
      fragment A on Query { pairs(first: 5) { nodes { y { id } } } }"""
    assert cost(twice) == 1 + 5 * 3


def test_of_several_possible_types_the_dearest_counts():
    document = """{ node(id: "a") { ... on Pair { y { id } x { id } } ... on Backtest { pair { id } }
      ... on Market { id } ... on Node { id } } }"""
    assert cost(document) == 1 + 2


def test_a_screen_is_priced_by_its_work():
    def screen(universe: dict[str, Any], end: str = "2025-01-01T00:00:00Z") -> int:
        asked = {"universe": universe, "formation": {"start": "2020-01-01T00:00:00Z", "end": end}}
        return cost("query ($i: ScreenInput!) { screen(input: $i) { bars } }", i=asked)

    small, large, market = screen({"symbols": ["A"] * 20}), screen({"symbols": ["A"] * 100}), screen({"market": "US"})
    assert 20 < small < 100 < large < 1_500  # of 150 ms
    assert large < market < screen({"market": "US"}, "2200-01-01T00:00:00Z") < REQUEST_MAX


def test_what_came_counts_after_execution():
    document = """{ pairs(first: 100) { nodes { y { bars(maxPoints: 2000) { close } } } } universe(id: "a") {
      memberships { since } } }"""
    operation = ready(document)
    series = {"y": {"bars": {"close": np.zeros(300)}}}
    data = {"pairs": {"nodes": [series, series]}, "universe": {"memberships": [{"since": None}] * 250}}

    assert operation.requested({}) == 1 + 100 * (1 + 1 + 1 + 20) + 1 + 100
    assert operation.actual({}, data) == 1 + 2 * (1 + 1 + 1 + 3) + 1 + 250
    assert operation.actual({}, {"pairs": None, "universe": None}) == 0
    assert operation.actual({}, None) == 0


def test_only_lists_and_series_need_to_be_counted_again():
    assert not ready('{ market(code: "US") { name } }').varies
    assert ready("{ pairs(first: 5) { nodes { id } } }").varies


def test_work_that_was_not_done_costs_nothing():
    operation = ready(
        f'{{ pair(y: "A", x: "B") {{ analysis(formation: {FORMATION}) {{ correlation kpss {{ pValue }} }} }} }}'
    )
    whole = {"pair": {"analysis": {"correlation": 0.5, "kpss": {"pValue": 0.1}}}}

    assert operation.varies
    assert operation.requested({}) == operation.actual({}, whole) == 18
    assert operation.actual({}, {"pair": None}) == 0
    assert operation.actual({}, None) == 0


def test_nested_fragments_are_priced_at_once():
    inner = " ".join(f"... on Backtest {{ {alias}: pair {{ ...F }} }}" for alias in ("pair",))
    levels = "fragment F0 on Pair { y { market { instruments(first: 2) { nodes { id } } } } x { id } }"
    for level in range(1, 60):
        levels += f" fragment F{level} on Pair {{ ...F{level - 1} ...F{level - 1} }}"
    document = parse(f'{{ node(id: "a") {{ {inner.replace("...F", "...F59")} }} }} {levels}')
    (operation,) = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]

    assert DocumentCosts(GRAPH, document).of(operation).requested({}) == 1 + 1 + (1 + 1 + 1 + 2) + 1


def lists_of(kind: GraphQLObjectType) -> Iterator[str]:
    """Fields of a type that hold many objects."""
    for name, definition in kind.fields.items():
        named = get_named_type(definition.type)
        many = is_list_type(get_nullable_type(definition.type)) and hasattr(named, "fields")
        if many or named.name.endswith("Connection"):
            yield name


def objects() -> dict[str, str]:
    """For each object type, a document that ends in it: the text before and after what is selected there."""
    root = GRAPH.query_type
    found, waiting = {root.name: "{ %s }"}, deque([root])
    while waiting:
        kind = waiting.popleft()
        for name, definition in kind.fields.items():
            named = get_named_type(definition.type)
            possible = GRAPH.get_possible_types(named) if is_abstract_type(named) else [named]
            for one in possible:
                if isinstance(one, GraphQLObjectType) and one.name not in found:
                    inner = f"{name} {{ ... on {one.name} {{ %s }} }}"
                    found[one.name] = found[kind.name] % inner
                    waiting.append(one)
    return found


PLACES = objects()


def unchecked(text: str) -> int:
    """The price of a document whose arguments are left out."""
    document = parse(text, no_location=True)
    return DocumentCosts(GRAPH, document).of(document.definitions[0]).requested({})


def element(kind: GraphQLObjectType, name: str) -> tuple[str, GraphQLNamedType]:
    """How the elements of a list are selected, a hundred where that can be asked for, and their type."""
    definition = kind.fields[name]
    named, size = get_named_type(definition.type), "(first: 100)" if "first" in definition.args else ""
    if named.name.endswith("Connection"):
        return f"{name}{size} {{ nodes {{ %s }} }}", get_named_type(named.fields["nodes"].type)
    return f"{name}{size} {{ %s }}", named


def within(kind: GraphQLNamedType) -> Iterator[tuple[str, GraphQLObjectType, str]]:
    """The lists of a type and of the objects that it leads to: text around, type and field."""
    if not isinstance(kind, GraphQLObjectType):
        return
    for name in lists_of(kind):
        yield "%s", kind, name
    for way, definition in kind.fields.items():
        other = get_nullable_type(definition.type)
        if isinstance(other, GraphQLObjectType) and not other.name.endswith("Connection"):
            for name in lists_of(other):
                yield f"{way} {{ %s }}", other, name


SHORT = {("Query", "accessTokens"): 20, ("PairAnalysis", "datasets"): 2, ("WalkStep", "choices"): 5}
LISTS = [
    (GRAPH.type_map[kind], name)
    for kind in PLACES
    if not kind.endswith("Connection")
    for name in lists_of(GRAPH.type_map[kind])
]
NESTED = [
    (kind, name, way, other, inner)
    for kind, name in LISTS
    if (kind.name, name) not in SHORT
    for way, other, inner in within(element(kind, name)[1])
    if (other.name, inner) not in SHORT
]


@pytest.mark.parametrize(("kind", "name"), LISTS, ids=str)
def test_every_list_has_a_price(kind: GraphQLObjectType, name: str):
    selected, _ = element(kind, name)
    assert unchecked(PLACES[kind.name] % (selected % "__typename")) >= SHORT.get((kind.name, name), 100)


def test_there_are_lists_in_lists():
    found = {(kind.name, name, other.name, inner) for kind, name, _, other, inner in NESTED}
    assert ("Query", "markets", "Market", "instruments") in found
    assert ("Query", "pairs", "Instrument", "datasets") in found
    assert len(found) > 50


@pytest.mark.parametrize(("kind", "name", "way", "other", "inner"), NESTED, ids=str)
def test_a_hundred_times_a_hundred_is_refused(
    kind: GraphQLObjectType, name: str, way: str, other: GraphQLObjectType, inner: str
):
    outer, (selected, _) = element(kind, name)[0], element(other, inner)

    assert unchecked(PLACES[kind.name] % (outer % (way % (selected % "__typename")))) > REQUEST_MAX
