"""Enums of other rooms, described for the graph."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import strawberry

E = TypeVar("E", bound=type[Enum])


def described(enum: E, name: str, description: str, values: Mapping[str, str]) -> E:
    """Register an enum with the graph; `values` describes each member by name.

    Inputs in resolvers may have registered it already, so the one definition is completed rather than replaced.
    """
    if "__strawberry_definition__" not in vars(enum):
        strawberry.enum(enum)
    definition = vars(enum)["__strawberry_definition__"]
    definition.name, definition.description = name, description
    for value in definition.values:
        value.description = values[value.name]
    return enum
