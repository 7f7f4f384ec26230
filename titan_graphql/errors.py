"""Every expected failure, as one tree.

TitanError                  code, message, path, retryable
├── NotFoundError           no such thing, or not visible to this caller
├── InvalidInputError       the caller must change the input
├── ConflictError           the input is fine, the present state refuses it
├── ForbiddenError          this kind of caller may not do this
│   └── UnauthenticatedError  nobody is signed in
├── LimitExceededError      more than this installation answers
│   └── ThrottledError      more than it answers this caller for now
└── UnavailableError        try again later
"""

from collections.abc import Sequence


class TitanError(Exception):
    """A failure that a caller is told about: `code` to switch on, `message` to read, `path` into the input."""

    category = "INTERNAL"
    retryable = False

    def __init__(self, code: str, message: str, path: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = list(path)


class NotFoundError(TitanError):
    """No such thing, or not visible to this caller."""

    category = "NOT_FOUND"


class InvalidInputError(TitanError):
    """The caller must change the input."""

    category = "INVALID_INPUT"


class ConflictError(TitanError):
    """The input is fine, but the present state refuses it."""

    category = "CONFLICT"


class ForbiddenError(TitanError):
    """This kind of caller may not do this."""

    category = "FORBIDDEN"


class UnauthenticatedError(ForbiddenError):
    """Nobody is signed in."""

    category = "UNAUTHENTICATED"


class LimitExceededError(TitanError):
    """More than this installation answers; the message gives limit and request."""

    category = "LIMIT_EXCEEDED"


class ThrottledError(LimitExceededError):
    """The caller's budget is used up; trying again after `retry_after_ms` works."""

    retryable = True

    def __init__(self, message: str, retry_after_ms: int) -> None:
        super().__init__("THROTTLED", message)
        self.retry_after_ms = retry_after_ms


class UnavailableError(TitanError):
    """A service this one needs does not answer; trying again later may work."""

    category = "UNAVAILABLE"
    retryable = True
