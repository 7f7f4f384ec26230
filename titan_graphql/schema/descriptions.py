"""Enums of other rooms, described for the graph."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import strawberry

E = TypeVar("E", bound=type[Enum])


def described(enum: E, name: str, description: str, values: Mapping[str, str]) -> E:
    """Register an enum with the graph; `values` describes each member by name."""
    registered = strawberry.enum(enum, name=name, description=description)
    for value in registered.__strawberry_definition__.values:  # type: ignore[attr-defined]  # set by Strawberry
        value.description = values[value.name]
    return registered
