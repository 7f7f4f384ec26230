"""The rules of the house that live objects show: permissions, where resolvers live, descriptions, declared jobs."""

from collections.abc import Iterator

import dramatiq
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

import workers.main
from titan_graphql.queue import JobName
from titan_graphql.schema.root import PUBLIC, schema

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
    def home(field: StrawberryField) -> str:
        return field.base_resolver.wrapped_func.__module__ if field.base_resolver else ""

    strangers = {
        f"{definition.name}.{field.python_name}": home(field)
        for definition in definitions()
        for field in definition.fields
        if home(field) and not home(field).startswith(("titan_graphql.resolvers.", "strawberry."))
    }
    assert strangers == {}


@pytest.mark.parametrize("kind", named_types(), ids=lambda kind: kind.name)
def test_everything_is_described(kind: GraphQLNamedType):
    assert list(undescribed(kind)) == []


def test_every_job_name_has_one_actor():
    assert workers.main is not None
    declared = dramatiq.get_broker().get_declared_actors()

    assert declared == {name.value for name in JobName}
