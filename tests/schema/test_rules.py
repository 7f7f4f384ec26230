"""The rules of the house that live objects show: permissions, where resolvers live, descriptions."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    is_introspection_type,
    is_specified_scalar_type,
)
from strawberry.permission import PermissionExtension
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from titan_graphql.schema.root import PUBLIC, schema

RESOLVER_LINES_MAX = 5
ROOTS = ("Query", "Mutation", "Subscription")


def named_types() -> list[GraphQLNamedType]:
    types = schema._schema.type_map.values()
    return [kind for kind in types if not is_introspection_type(kind) and not is_specified_scalar_type(kind)]


def definitions() -> Iterator[StrawberryObjectDefinition]:
    for concrete in schema.schema_converter.type_map.values():
        if isinstance(concrete.definition, StrawberryObjectDefinition) and not concrete.definition.is_input:
            yield concrete.definition


def is_guarded(field: StrawberryField) -> bool:
    return bool(field.permission_classes) or any(isinstance(one, PermissionExtension) for one in field.extensions)


def root_fields() -> dict[str, StrawberryField]:
    return {
        f"{definition.name}.{field.name}": field
        for definition in definitions()
        if definition.name in ROOTS
        for field in definition.fields
    }


def resolvers() -> dict[str, Callable[..., object]]:
    """The function behind every field that has one of ours."""
    functions = {
        f"{definition.name}.{field.python_name}": field.base_resolver.wrapped_func
        for definition in definitions()
        for field in definition.fields
        if field.base_resolver is not None
    }
    return {name: function for name, function in functions.items() if not function.__module__.startswith("strawberry.")}


def body_lines(function: Callable[..., object]) -> int:
    """The lines of code after the signature and the docstring."""
    node = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function)))).body[0]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def undescribed(kind: GraphQLNamedType) -> Iterator[str]:
    if not kind.description:
        yield kind.name
    if isinstance(kind, GraphQLEnumType):
        yield from (f"{kind.name}.{name}" for name, value in kind.values.items() if not value.description)
    if isinstance(kind, GraphQLInputObjectType | GraphQLObjectType | GraphQLInterfaceType):
        yield from (f"{kind.name}.{name}" for name, field in kind.fields.items() if not field.description)
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield from (f"{kind.name}.{name}({arg})" for arg, value in field.args.items() if not value.description)


def test_every_root_field_has_a_permission_or_a_reason_for_none():
    open_fields = {name for name, field in root_fields().items() if not is_guarded(field)}

    assert open_fields == set(PUBLIC)
    assert [name for name, reason in PUBLIC.items() if not reason.strip()] == []


def test_every_resolver_lives_in_resolvers():
    homes = {name: resolver.__module__ for name, resolver in resolvers().items()}

    assert {name: home for name, home in homes.items() if not home.startswith("titan_graphql.resolvers.")} == {}


def test_resolvers_only_pass_on():
    measured = {name: body_lines(resolver) for name, resolver in resolvers().items()}

    assert {name: lines for name, lines in measured.items() if lines > RESOLVER_LINES_MAX} == {}


@pytest.mark.parametrize("kind", named_types(), ids=lambda kind: kind.name)
def test_everything_is_described(kind: GraphQLNamedType):
    assert list(undescribed(kind)) == []
