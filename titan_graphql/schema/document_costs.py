"""What an operation costs: computed from document and variables before execution, and counted again after it."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    value_from_ast_untyped,
    visit,
)

from titan_graphql.schema import pricing
from titan_graphql.schema.pricing import INTROSPECTION, METADATA, MUTATION, OBJECT, POINTS_PER_TOKEN, Price

Variables = Mapping[str, Any]
PAGED = frozenset({"edges", "nodes"})
SIZES = frozenset({"first", "last", "ids", "maxPoints"})
# Prices of one operation that are remembered, each for other variables.
PRICES_KEPT = 64
FREE = Price()


@dataclass(frozen=True, slots=True, eq=False)
class PricedField:
    """A selected field that can cost something.

    `choices` holds what is selected of each type that the field may turn out to be, by response key.
    """

    key: str
    price: Price
    each: float
    arguments: Mapping[str, ValueNode | Any]
    series: bool = False
    listed: bool = False
    connection: bool = False
    paged: bool = False
    choices: tuple[tuple["PricedField", ...], ...] = ()

    def given(self, variables: Variables) -> dict[str, Any]:
        """The arguments as plain values."""
        return {name: _plain(value, variables) for name, value in self.arguments.items()}


@dataclass(slots=True)
class PricedOperation:
    """An operation ready to be priced; only the named variables can change its price."""

    fields: tuple[PricedField, ...]
    defaults: Mapping[str, Any]
    varies: bool
    known: OrderedDict[bytes, int] = field(default_factory=OrderedDict)

    def requested(self, variables: Variables | None) -> int:
        """What the operation costs at most, as far as can be told beforehand."""
        key = b"" if not self.defaults else orjson.dumps([(variables or {}).get(name, 0.5) for name in self.defaults])
        price = self.known.get(key)
        if price is None:
            asked = _Asked(self._values(variables))
            price = self.known[key] = round(asked.all(self.fields, 1))
            while len(self.known) > PRICES_KEPT:
                self.known.popitem(last=False)
        return price

    def actual(self, variables: Variables | None, data: Mapping[str, Any] | None) -> int:
        """What it cost, its lists and series counted as they came."""
        return round(_took(self.fields, data or {}, self._values(variables)))

    def _values(self, variables: Variables | None) -> Variables:
        return {**self.defaults, **(variables or {})}


class DocumentCosts:
    """The operations of a valid document, each made ready when it is first asked for."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self._ready: dict[int, PricedOperation] = {}

    def of(self, operation: OperationDefinitionNode) -> PricedOperation:
        """The operation, ready to be priced."""
        ready = self._ready.get(id(operation))
        if ready is None:
            ready = self._ready[id(operation)] = _Reader(self._schema, self._fragments).read(operation)
        return ready


class _Reader:
    """Reads what an operation selects, type by type, as the executor would; equal selections are read once."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments
        self._known: dict[tuple[Any, ...], tuple[PricedField, ...]] = {}
        self._variables: set[str] = set()
        self._varies = False

    def read(self, operation: OperationDefinitionNode) -> PricedOperation:
        root = self._schema.get_root_type(operation.operation)
        fields = self._selected(root, [operation.selection_set]) if root is not None else ()
        given = {
            one.variable.name.value: value_from_ast_untyped(one.default_value) if one.default_value else None
            for one in operation.variable_definitions or ()
        }
        defaults = {name: value for name, value in given.items() if name in self._variables}
        return PricedOperation(fields, defaults, self._varies)

    def _selected(self, parent: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> tuple[PricedField, ...]:
        key = (parent.name, *map(id, sets))
        if key not in self._known:
            by_key: dict[str, list[FieldNode]] = {}
            for node in self._collected(parent, sets, set()):
                by_key.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
            read = (self._field(parent, name, nodes) for name, nodes in by_key.items())
            self._known[key] = tuple(one for one in read if one is not None)
        return self._known[key]

    def _collected(
        self, parent: GraphQLObjectType, sets: Sequence[SelectionSetNode], seen: set[str]
    ) -> Iterator[FieldNode]:
        for selection in (one for each in sets for one in each.selections):
            if isinstance(selection, FieldNode):
                yield selection
                continue
            inner: Any = selection
            if isinstance(selection, FragmentSpreadNode):
                if selection.name.value in seen:
                    continue
                seen.add(selection.name.value)
                inner = self._fragments[selection.name.value]
            condition = inner.type_condition.name.value if inner.type_condition else parent.name
            if self._is(parent, condition):
                yield from self._collected(parent, [inner.selection_set], seen)

    def _is(self, kind: GraphQLObjectType, condition: str) -> bool:
        named = self._schema.type_map[condition]
        return named is kind or (is_abstract_type(named) and self._schema.is_sub_type(named, kind))

    def _field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> PricedField | None:
        name = nodes[0].name.value
        if name.startswith("__"):
            price = Price(INTROSPECTION.get(name, 0.0))
            return PricedField(key, price, 0.0, {}) if price.work else None
        definition = parent.fields[name]
        kind, price = get_named_type(definition.type), _price(self._schema, parent, definition)
        leaf = is_leaf_type(kind)
        if leaf and price == FREE:
            return None
        arguments = self._arguments(definition, nodes[0], every=callable(price.work))
        listed = not leaf and is_list_type(get_nullable_type(definition.type))
        connected = _is_connection(parent)
        self._varies |= listed or "maxPoints" in definition.args or bool(price.work)
        sets = [node.selection_set for node in nodes if node.selection_set]
        return PricedField(
            key, price, 0.0 if leaf or (connected and name == "edges") else OBJECT, arguments,
            series="maxPoints" in definition.args, listed=listed, connection=_is_connection(kind),
            paged=connected and name in PAGED,
            choices=() if leaf else tuple(self._selected(one, sets) for one in self._possible(kind)),
        )  # fmt: skip

    def _possible(self, kind: GraphQLNamedType) -> Sequence[GraphQLObjectType]:
        if is_abstract_type(kind):
            return self._schema.get_possible_types(kind)
        return [kind] if isinstance(kind, GraphQLObjectType) else []

    def _arguments(self, definition: GraphQLField, node: FieldNode, *, every: bool) -> dict[str, ValueNode | Any]:
        """The arguments that bear on the price, with the defaults of those left out."""
        found: dict[str, ValueNode | Any] = {
            name: argument.default_value
            for name, argument in definition.args.items()
            if (every or name in SIZES) and argument.default_value is not Undefined
        }
        for argument in node.arguments or ():
            if every or argument.name.value in SIZES:
                finder = _Names()
                visit(argument.value, finder)
                self._variables |= finder.found
                found[argument.name.value] = argument.value
        return found


class _Names(Visitor):
    """Finds the variables in a value."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        """Note it."""
        self.found.add(node.name.value)


class _Asked:
    """Adds up an operation before its execution; what several places select is added up once."""

    def __init__(self, variables: Variables) -> None:
        self._variables = variables
        self._known: dict[tuple[int, int], float] = {}

    def all(self, fields: Sequence[PricedField], page: int) -> float:
        return sum(self._one(one, page) for one in fields)

    def _one(self, one: PricedField, page: int) -> float:
        key = (id(one), page)
        if key not in self._known:
            given = one.given(self._variables)
            inner = pricing.page_size(given) if one.connection else 1
            size = page if one.paged else pricing.list_size(given, one.price.size) if one.listed else 1
            selected = max((self.all(choice, inner) for choice in one.choices), default=0.0)
            self._known[key] = _work(one, given) + size * (one.each + selected)
        return self._known[key]


def _took(fields: Sequence[PricedField], data: Mapping[str, Any], variables: Variables) -> float:
    return sum(_took_one(one, data[one.key], variables) for one in fields if one.key in data)


def _took_one(one: PricedField, value: Any, variables: Variables) -> float:
    work = _work(one, one.given(variables), value) if one.series or one.price.work else 0.0
    items = value if isinstance(value, list) else [value]
    return work + sum(
        one.each + max((_took(choice, item, variables) for choice in one.choices), default=0.0)
        for item in items
        if isinstance(item, dict)
    )


def _work(one: PricedField, given: Mapping[str, Any], answer: Any = None) -> float:
    work = one.price.work if isinstance(one.price.work, float) else one.price.work(given)
    if not one.series:
        return work
    columns = [len(value) for value in answer.values() if isinstance(value, np.ndarray)] if answer else []
    return work + (max(columns) / POINTS_PER_TOKEN if columns else pricing.points(given))


def _price(schema: GraphQLSchema, parent: GraphQLObjectType, definition: GraphQLField) -> Price:
    declared = definition.extensions.get("strawberry-definition")
    price: Price | None = getattr(declared, "metadata", {}).get(METADATA)
    if price is not None:
        return price
    return Price(MUTATION) if parent is schema.mutation_type else FREE


def _plain(value: ValueNode | Any, variables: Variables) -> Any:
    return value_from_ast_untyped(value, dict(variables)) if isinstance(value, ValueNode) else value


def _is_connection(kind: GraphQLNamedType) -> bool:
    return isinstance(kind, GraphQLObjectType) and kind.fields.keys() >= {"edges", "nodes", "pageInfo"}
