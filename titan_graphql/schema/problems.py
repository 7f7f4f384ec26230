"""Expected failures of mutations: members of their payload unions that share one interface."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry
from strawberry.extensions import FieldExtension

from titan_graphql.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    LimitExceededError,
    NotFoundError,
    ThrottledError,
    TitanError,
    UnavailableError,
)
from titan_graphql.problem_codes import EXPLANATIONS, ProblemCode
from titan_graphql.resolvers import problems as resolve
from titan_graphql.schema.descriptions import described


def _accepts(kind: type[TitanError]) -> Any:
    """The short `is_type_of` of a problem: failures of this kind."""

    def is_type_of(_cls: object, failure: object, _info: object) -> bool:
        return isinstance(failure, resolve.Failure) and isinstance(failure.error, kind)

    return classmethod(is_type_of)


Code = described(ProblemCode, "ProblemCode", "What exactly is wrong; switch on it.", EXPLANATIONS)


@strawberry.interface(description="An expected failure.")
class Problem:
    """An expected failure."""

    message: Annotated[str, strawberry.field(resolver=resolve.message, description="What is wrong and what to do.")]
    code: Annotated[Code, strawberry.field(resolver=resolve.code, description="What is wrong, for programs.")]  # type: ignore[valid-type]  # a described enum
    path: Annotated[
        list[str], strawberry.field(resolver=resolve.path, description="Which part of the arguments it is about.")
    ]


@strawberry.type(description="Something named in the input does not exist, or is not yours.")
class NotFoundProblem(Problem):
    """Something named in the input does not exist."""

    is_type_of = _accepts(NotFoundError)


@strawberry.type(description="The input makes no sense as it is; change it.")
class InvalidInputProblem(Problem):
    """The input makes no sense."""

    is_type_of = _accepts(InvalidInputError)


@strawberry.type(description="The input is fine, but the present state refuses it.")
class ConflictProblem(Problem):
    """The present state refuses the input."""

    is_type_of = _accepts(ConflictError)


@strawberry.type(description="You may not do this.")
class ForbiddenProblem(Problem):
    """The caller may not do this."""

    is_type_of = _accepts(ForbiddenError)


@strawberry.type(description="More than this installation answers.")
class LimitExceededProblem(Problem):
    """More than this installation answers."""

    is_type_of = _accepts(LimitExceededError)


@strawberry.type(description="Too often in too short a time; try again later.")
class ThrottledProblem(Problem):
    """Too often in too short a time."""

    retry_after_ms: Annotated[
        int,
        strawberry.field(resolver=resolve.retry_after_ms, description="Milliseconds until trying again makes sense."),
    ]
    is_type_of = _accepts(ThrottledError)


@strawberry.type(description="A service this one needs is away; try again.")
class UnavailableProblem(Problem):
    """A needed service is away."""

    is_type_of = _accepts(UnavailableError)


class ExpectedProblems(FieldExtension):
    """Turns an expected failure of a mutation into a member of its payload union."""

    async def resolve_async(self, next_: Callable[..., Awaitable[Any]], source: Any, info: Any, **kwargs: Any) -> Any:
        """Answer with the failure itself; its fields are the problem's."""
        try:
            return await next_(source, info, **kwargs)
        except TitanError as error:
            return resolve.Failure(error)
