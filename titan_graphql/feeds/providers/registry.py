"""Finding providers: those that come with TITAN, and those that other packages bring as entry points."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import Any, cast

from titan_graphql.errors import NotFoundError, UnavailableError
from titan_graphql.feeds.providers.contract import Provider
from titan_graphql.feeds.providers.options import read_options
from titan_graphql.feeds.refusals import shown

GROUP = "titan.providers"
# Also declared in pyproject.toml; named here too because ./titan runs from a folder that nothing is installed from.
BUILT_IN = {
    "sample": "titan_graphql.feeds.providers.sample:SampleProvider",
    "csv": "titan_graphql.feeds.providers.files:CsvProvider",
    "parquet": "titan_graphql.feeds.providers.files:ParquetProvider",
    "stooq": "titan_graphql.feeds.providers.stooq:StooqProvider",
    "ccxt": "titan_graphql.feeds.providers.ccxt_exchange:CcxtProvider",
    "yfinance": "titan_graphql.feeds.providers.yahoo:YahooProvider",
}
EXTRAS = ("ccxt", "yfinance")
NEEDED = ("name", "summary", "capabilities", "timeframes", "options", "instruments", "find", "bars", "now", "close")


@dataclass(frozen=True, slots=True)
class Found:
    """A provider by name and where it comes from; `missing` is the package that has to be installed first."""

    name: str
    origin: str
    missing: str | None


def listing() -> list[Found]:
    """Every provider by name, the built-in ones first; nothing is imported."""
    own = [Found(name, "titan", name if name in EXTRAS and not installed(name) else None) for name in BUILT_IN]
    others = [Found(name, point.dist.name if point.dist else "?", None) for name, point in _others().items()]
    return own + others


def installed(package: str) -> bool:
    """Whether a package can be imported."""
    return find_spec(package) is not None


def provider_class(name: str) -> type[Provider]:
    """The class of a provider.

    Raises:
        NotFoundError: PROVIDER_UNKNOWN.
        UnavailableError: PROVIDER_INVALID, for an entry point that is no provider.
    """
    point = _points().get(name)
    if point is None:
        message = f"There is no provider {shown(name)!r}; there are {', '.join(_points())}"
        raise NotFoundError("PROVIDER_UNKNOWN", message, ["provider"])
    try:
        found = point.load()
    except Exception as error:  # a stranger's module may fail in any way
        message = f"The provider {name} cannot be loaded from {point.value}: {type(error).__name__}: {shown(error)}"
        raise UnavailableError("PROVIDER_INVALID", message, ["provider"]) from error
    if lacking := [part for part in NEEDED if not hasattr(found, part)]:
        message = f"The provider {name} ({point.value}) lacks {', '.join(lacking)}"
        raise UnavailableError("PROVIDER_INVALID", message, ["provider"])
    return cast("type[Provider]", found)


def make_provider(name: str, given: Mapping[str, Any]) -> Provider:
    """A provider with its options; close it after use.

    Raises:
        NotFoundError: PROVIDER_UNKNOWN.
        UnavailableError: PROVIDER_MISSING or PROVIDER_INVALID.
        InvalidInputError: OPTION_UNKNOWN, OPTION_MISSING or OPTION_INVALID.
    """
    kind = provider_class(name)
    options = read_options(name, kind.options, given)
    if name in EXTRAS:
        extra(name)
    return kind(options)  # type: ignore[call-arg]  # every provider takes its options


def extra(package: str, module: str | None = None) -> Any:
    """An optional package, imported only now.

    Raises:
        UnavailableError: PROVIDER_MISSING, with the words that install it.
    """
    if not installed(package):
        message = f"the provider {package} needs a package that is not installed; run: ./titan add {package}"
        raise UnavailableError("PROVIDER_MISSING", f"{message} (or: pip install {package})", ["provider"])
    return import_module(module or package)


@cache
def _points() -> dict[str, EntryPoint]:
    own = {name: EntryPoint(name, value, GROUP) for name, value in BUILT_IN.items()}
    return own | _others()


@cache
def _others() -> dict[str, EntryPoint]:
    """Entry points of other packages; none can take the place of a built-in provider."""
    return {point.name: point for point in entry_points(group=GROUP) if point.name not in BUILT_IN}
