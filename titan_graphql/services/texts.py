"""Texts from outside: what no database stores is refused, and what no row can be called is not looked up."""

from collections.abc import Sequence

from titan_graphql.errors import InvalidInputError


def check_text(text: str, path: Sequence[str] = ()) -> None:
    """Refuse a text with NUL, which PostgreSQL cannot store, or a lone surrogate, which UTF-8 cannot write.

    Raises:
        InvalidInputError: TEXT_INVALID.
    """
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInputError("TEXT_INVALID", "A text must not hold NUL or half of a surrogate pair", path)


def could_name(text: str, longest: int, path: Sequence[str] = ()) -> bool:
    """Whether a row whose name has at most `longest` characters could be called this.

    Raises:
        InvalidInputError: TEXT_INVALID.
    """
    check_text(text, path)
    return len(text) <= longest
