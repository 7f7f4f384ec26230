"""How an expected failure answers the fields of a problem."""

from dataclasses import dataclass
from typing import Any

from titan_graphql.errors import ThrottledError, TitanError
from titan_graphql.problem_codes import ProblemCode


@dataclass(frozen=True, slots=True)
class Failure:
    """An expected failure as a value: an exception itself would be raised again."""

    error: TitanError


def message(root: Failure) -> str:
    """What is wrong, for people."""
    return root.error.message


def code(root: Failure) -> Any:
    """What is wrong, as a member of the enum."""
    return ProblemCode(root.error.code)


def path(root: Failure) -> list[str]:
    """Where in the arguments the failure lies."""
    return ["input", *root.error.path] if root.error.path else []


def retry_after_ms(root: Failure) -> int:
    """How long to wait."""
    return root.error.retry_after_ms if isinstance(root.error, ThrottledError) else 0
