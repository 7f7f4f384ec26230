"""What one document may ask for: bounds on its size, shape and literals, checked once per document."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    Visitor,
    visit,
)

from titan_graphql.errors import InvalidInputError, LimitExceededError, TitanError
from titan_graphql.services.pages import LIST_MAX

CHARACTERS_MAX = 15_000
TOKENS_MAX = 1000
DEPTH_MAX = 10
ALIASES_MAX = 15
DIRECTIVES_MAX = 50
ROOT_FIELDS_MAX = 20
REPEATED_MAX = 20
MUTATIONS_MAX = 4
# Mutations that hand out or take away secrets come alone.
LONE_MUTATIONS = frozenset({"createAccessToken", "revokeAccessToken", "changePassword"})


@dataclass(frozen=True, slots=True)
class Size:
    """How large a selection is once its fragments are written out."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    repeated: int = 0
    fields: Counter[str] = field(default_factory=Counter)


def limit_errors(document: DocumentNode) -> list[GraphQLError]:
    """Every limit that this document breaks."""
    literals = _Literals()
    visit(document, literals)
    measure = _Measure(document)
    return [*literals.errors, *(error for operation in measure.operations for error in measure.errors(operation))]


class _Measure:
    """Measures operations; each fragment is measured once, however often it is spread.

    Writing spreads out again and again would take time exponential in the number of fragments.
    """

    def __init__(self, document: DocumentNode) -> None:
        definitions = document.definitions
        self.operations = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
        self._fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
        self._sizes: dict[str, Size] = {}

    def errors(self, operation: OperationDefinitionNode) -> Iterator[GraphQLError]:
        """The limits that one operation breaks."""
        size = self._selections(operation.selection_set)
        directives = size.directives + len(operation.directives or ())
        yield from _exceeded("nested fields", size.depth, DEPTH_MAX, operation, "DOCUMENT_TOO_DEEP")
        yield from _exceeded("aliases", size.aliases, ALIASES_MAX, operation)
        yield from _exceeded("directives", directives, DIRECTIVES_MAX, operation)
        # Validation compares equally named fields pair by pair, which takes time in the square of their number.
        yield from _exceeded("fields of the same name beside each other", size.repeated, REPEATED_MAX, operation)
        yield from _exceeded("root fields", size.fields.total(), ROOT_FIELDS_MAX, operation)
        if operation.operation is OperationType.MUTATION:
            most = 1 if LONE_MUTATIONS & size.fields.keys() else MUTATIONS_MAX
            yield from _exceeded("mutations", size.fields.total(), most, operation)

    def _selections(self, selection_set: SelectionSetNode) -> Size:
        return _sum([self._selection(one) for one in selection_set.selections])

    def _selection(self, node: Node) -> Size:
        if isinstance(node, FieldNode):
            inner = self._selections(node.selection_set) if node.selection_set else Size()
            # Introspection is deep by nature and bounded by a validation rule of its own.
            depth = 0 if node.name.value.startswith("__") else 1 + inner.depth
            aliases = inner.aliases + (node.alias is not None)
            directives = inner.directives + len(node.directives or ())
            return Size(depth, aliases, directives, inner.repeated, Counter([node.name.value]))
        if isinstance(node, InlineFragmentNode):
            return _sum([self._selections(node.selection_set), Size(directives=len(node.directives or ()))])
        if isinstance(node, FragmentSpreadNode):
            return _sum([self._fragment(node.name.value), Size(directives=len(node.directives or ()))])
        return Size()

    def _fragment(self, name: str) -> Size:
        if name not in self._sizes:
            self._sizes[name] = Size()  # what a fragment sees that spreads itself; validation refuses it
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._sizes[name] = self._selections(fragment.selection_set)
        return self._sizes[name]


def _sum(sizes: Sequence[Size]) -> Size:
    fields = Counter[str]()
    for size in sizes:
        fields.update(size.fields)
    return Size(
        depth=max((size.depth for size in sizes), default=0),
        aliases=sum(size.aliases for size in sizes),
        directives=sum(size.directives for size in sizes),
        repeated=max((*fields.values(), *(size.repeated for size in sizes)), default=0),
        fields=fields,
    )


class _Literals(Visitor):
    """Collects literals that no field could take: endless numbers, characters no table stores, endless lists."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[GraphQLError] = []

    def enter_float_value(self, node: FloatValueNode, *_: Any) -> None:
        """Refuse numbers beyond a double."""
        if not math.isfinite(float(node.value)):
            message = f"{node.value[:20]} is not a finite number"
            self.errors.append(_error(InvalidInputError("NOT_FINITE", message), node))

    def enter_int_value(self, node: IntValueNode, *_: Any) -> None:
        """Refuse numbers beyond a double, which a Float argument would take as infinity."""
        self.enter_float_value(node)  # type: ignore[arg-type]  # both hold the digits as text

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        """Refuse NUL, which PostgreSQL cannot store."""
        if "\0" in node.value:
            message = "A text may not hold the character NUL"
            self.errors.append(_error(InvalidInputError("TEXT_INVALID", message), node))

    def enter_list_value(self, node: ListValueNode, *_: Any) -> None:
        """Refuse long lists."""
        if len(node.values) > LIST_MAX:
            message = f"A list has at most {LIST_MAX} elements, not {len(node.values)}"
            self.errors.append(_error(LimitExceededError("LIST_TOO_LONG", message), node))


def _exceeded(
    what: str, count: int, most: int, operation: OperationDefinitionNode, code: str = "DOCUMENT_TOO_LARGE"
) -> Iterator[GraphQLError]:
    if count > most:
        name = operation.name.value if operation.name else "The operation"
        yield _error(LimitExceededError(code, f"{name} has more than {most} {what}"), operation)


def _error(problem: TitanError, node: Node) -> GraphQLError:
    return GraphQLError(problem.message, [node], original_error=problem)
