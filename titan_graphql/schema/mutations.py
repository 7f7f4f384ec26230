"""How the graph's mutations are declared."""

from collections.abc import Callable
from typing import Any

import strawberry

from titan_graphql.schema.permissions import Researcher
from titan_graphql.schema.problems import ExpectedProblems


def mutation(resolver: Callable[..., Any], description: str) -> Any:
    """A field that changes something: for researchers, its expected failures members of its payload union."""
    return strawberry.field(
        resolver=resolver, permission_classes=[Researcher], extensions=[ExpectedProblems()], description=description
    )
