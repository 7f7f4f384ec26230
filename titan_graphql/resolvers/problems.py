"""How an expected failure answers the fields of a problem."""

from typing import Any

from titan_graphql.problem_codes import ProblemCode


def code(root: Any) -> Any:
    """The failure's code as a member of the enum."""
    return ProblemCode(root.code)


def path(root: Any) -> list[str]:
    """Where in the arguments the failure lies."""
    return ["input", *root.path] if root.path else []
