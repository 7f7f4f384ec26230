"""The browser client's own operations fit the price of a request, at the size of its pages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from titan_graphql.schema.root import schema
from titan_graphql.services.budgets import REQUEST_MAX

SOURCES = Path(__file__).parents[2] / "client" / "src"
DOCUMENT = re.compile(r"graphql\(\s*`([^`]+)`")
PAGE = 20  # the client's pages; one that grows is a change here


def definitions() -> Iterator[Any]:
    for path in sorted(SOURCES.rglob("*.ts*")):
        if ".test." not in path.name:
            for text in DOCUMENT.findall(path.read_text(encoding="utf-8")):
                yield from parse(text.replace("@_unmask", ""), no_location=True).definitions


DEFINITIONS = list(definitions())
FRAGMENTS = {one.name.value: one for one in DEFINITIONS if isinstance(one, FragmentDefinitionNode)}
OPERATIONS = {one.name.value: one for one in DEFINITIONS if isinstance(one, OperationDefinitionNode)}


class Spreads(Visitor):
    """The fragments that a definition needs, and those that they need."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, FragmentDefinitionNode] = {}

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        if node.name.value not in self.found:
            self.found[node.name.value] = FRAGMENTS[node.name.value]
            visit(FRAGMENTS[node.name.value], self)


def whole(operation: Node) -> str:
    spreads = Spreads()
    visit(operation, spreads)
    return "\n".join(map(print_ast, [operation, *spreads.found.values()]))


def test_there_are_operations():
    assert {"Pairs", "Screen", "Backtests"} <= OPERATIONS.keys()


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_of_the_client_fits_one_request(name: str):
    document = schema.documents.load(whole(OPERATIONS[name]))
    assert document.errors == ()
    (operation,) = [one for one in document.ast.definitions if isinstance(one, OperationDefinitionNode)]

    assert document.costs.of(operation).requested({"first": PAGE}) <= REQUEST_MAX
