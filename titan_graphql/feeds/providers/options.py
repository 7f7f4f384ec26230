"""Options of a provider: text from a command line into the provider's own dataclass."""

import dataclasses
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from titan_graphql.errors import InvalidInputError
from titan_graphql.feeds.refusals import shown

Options = TypeVar("Options")
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Option:
    """One option as a listing shows it; `default` is None where the option must be given or may be left out."""

    name: str
    kind: str
    required: bool
    default: str | None
    help: str


def read_options(provider: str, kind: type[Options], given: Mapping[str, Any]) -> Options:
    """The options of a provider; a value that is not text is taken as it is.

    Raises:
        InvalidInputError: OPTION_UNKNOWN, OPTION_MISSING or OPTION_INVALID, each naming the options.
    """
    known = _fields(kind)
    if unknown := sorted(set(given) - set(known)):
        listed = ", ".join(known) or "none"
        message = f"The provider {provider} has no option {_words(unknown)}; its options: {listed}"
        raise InvalidInputError("OPTION_UNKNOWN", message, ["options", shown(unknown[0])])
    if missing := [name for name, field in known.items() if _required(field) and name not in given]:
        message = f"The provider {provider} needs the option {_words(missing)}"
        raise InvalidInputError("OPTION_MISSING", message, ["options", missing[0]])
    hints = get_type_hints(kind)
    return kind(**{name: _read(provider, name, hints[name], value) for name, value in given.items()})


def list_options(kind: type[Any]) -> list[Option]:
    """The options as they are written."""
    hints = get_type_hints(kind)
    return [
        Option(name, _kind_shown(hints[name]), _required(field), _default(field), field.metadata.get("help", ""))
        for name, field in _fields(kind).items()
    ]


def _fields(kind: type[Any]) -> dict[str, "dataclasses.Field[Any]"]:
    return {field.name: field for field in dataclasses.fields(kind)}


def _required(field: "dataclasses.Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _default(field: "dataclasses.Field[Any]") -> str | None:
    return None if field.default in (MISSING, None, ()) else str(field.default)


def _words(names: Sequence[str]) -> str:
    return ", ".join(shown(name) for name in names)


def _read(provider: str, name: str, hint: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    target = _plain(hint)
    try:
        return _from_text(target, value)
    except (ValueError, OverflowError) as error:
        message = f"The option {name} of the provider {provider} is {_kind_shown(hint)}, not {shown(value)!r}"
        raise InvalidInputError("OPTION_INVALID", message, ["options", name]) from error


def _from_text(target: Any, text: str) -> Any:
    if target is bool:
        if text.lower() not in YES + NO:
            raise ValueError(text)
        return text.lower() in YES
    if get_origin(target) is tuple:
        inner = get_args(target)[0]
        return tuple(_from_text(inner, word.strip()) for word in text.split(",") if word.strip())
    if target in (str, int, float, Path):
        return target(text)
    raise ValueError("it cannot be written as text")


def _plain(hint: Any) -> Any:
    """The type that is left of an optional one."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def _kind_shown(hint: Any) -> str:
    target = _plain(hint)
    if get_origin(target) is tuple:
        return "paths" if get_args(target)[0] is Path else "a list"
    names = {str: "text", int: "a whole number", float: "a number", bool: "yes or no", Path: "a path"}
    return names.get(target, "not text")
