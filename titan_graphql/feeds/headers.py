"""Which column of a file means what: guessed from its header, overruled by the caller, and shown."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from titan_graphql.feeds.options import Layout, ReadOptions
from titan_graphql.feeds.refusals import FileRefusedError, shown

COLUMNS_MAX = 2_000
NO_SYMBOL = "A symbol has up to 40 of the letters A to Z, digits, blanks and . _ - / = ^ & + : $"
SYMBOL = re.compile(r"[A-Za-z0-9^$][A-Za-z0-9 ._\-/=^&+:$]{0,39}")
NAMES = {
    "time": (
        "date",
        "time",
        "datetime",
        "timestamp",
        "day",
        "opentime",
        "bartime",
        "datetimeutc",
        "index",
        "indexlevel0",
        "ts",
    ),
    "symbol": ("symbol", "ticker", "instrument", "asset", "code", "sid"),
    "open": ("open", "o", "openprice", "1open"),
    "high": ("high", "h", "highprice", "2high"),
    "low": ("low", "l", "lowprice", "3low"),
    "close": ("close", "c", "price", "last", "value", "settle", "settlement", "closeprice", "closelast", "4close"),
    "volume": ("volume", "vol", "v", "qty", "quantity", "5volume"),
}
IGNORED = ("adjclose", "adjustedclose", "openint", "openinterest", "per", "dividends", "stocksplits", "")
ROLES = {name: role for role, names in NAMES.items() for name in names}


@dataclass(frozen=True, slots=True)
class HeaderMeaning:
    """The meaning of a header of so many `lines`: positions by role, or for a wide file by symbol and role.

    `symbol` is the one that the header of a single series names.
    """

    layout: Layout
    roles: dict[str, int]
    symbols: dict[str, dict[str, int]]
    ignored: tuple[str, ...]
    header: tuple[str, ...]
    clock: int | None = None
    lines: int = 1
    symbol: str | None = None

    def positions(self) -> set[int]:
        """The columns that matter."""
        own = {position for roles in self.symbols.values() for position in roles.values()}
        return own | {*self.roles.values()} | self.text_positions()

    def text_positions(self) -> set[int]:
        """The columns that are no numbers."""
        texts = {self.roles[role] for role in ("time", "symbol") if role in self.roles}
        return texts if self.clock is None else texts | {self.clock}

    def column(self, role: str) -> str:
        """The file's own name of a role."""
        return self.header[self.roles[role]]

    def shown(self) -> dict[str, str]:
        """The file's own name of each role; a wide file's prices are its symbols."""
        return {role: self.header[position] for role, position in self.roles.items()}


def read_header(header: Sequence[str], options: ReadOptions) -> HeaderMeaning:
    """Say what each column means.

    Raises:
        FileRefusedError: COLUMN_DUPLICATE, COLUMN_MISSING, COLUMNS_TOO_MANY or DELIMITER_WRONG.
    """
    names = tuple(name.strip() for name in header)
    _check_shape(names, options)
    roles = {**guessed_roles(names), **told_roles(names, options.columns)}
    clock = _clock(names, roles)
    if clock is not None:
        roles["time"] = [plain_name(name) for name in names].index("date")
    if "time" not in roles:
        raise missing_role("time", names)
    taken = {*roles.values(), clock}
    others = [k for k, name in enumerate(names) if k not in taken and plain_name(name) not in IGNORED]
    layout = options.layout or _layout(roles, others)
    if layout is Layout.WIDE:
        symbols = {names[k]: {"close": k} for k, name in enumerate(names) if k != roles["time"] and k != clock and name}
        if not symbols:
            raise FileRefusedError("COLUMN_MISSING", "A wide file needs one column per symbol beside the time")
        return HeaderMeaning(Layout.WIDE, {"time": roles["time"]}, symbols, (), names, clock)
    for role in ("close", "symbol") if layout is Layout.LONG else ("close",):
        if role not in roles:
            raise missing_role(role, names)
    if layout is Layout.SINGLE:
        roles.pop("symbol", None)
    used = {*roles.values(), clock}
    ignored = tuple(name for k, name in enumerate(names) if k not in used and name)
    return HeaderMeaning(layout, roles, {}, ignored, names, clock)


def missing_role(role: str, names: Sequence[str]) -> FileRefusedError:
    """The refusal of a header in which nothing has this role."""
    if names[0].casefold().startswith("sep=") or sum(name[:1].isdecimal() for name in names) * 2 > len(names):
        message = f"The first line must name the columns, such as time,open,high,low,close; it is {_listed(names)}"
    else:
        message = f"No column holds the {role}; the columns are {_listed(names)}; say which as columns, {role}=…"
    return FileRefusedError("COLUMN_MISSING", message)


def _check_shape(names: tuple[str, ...], options: ReadOptions) -> None:
    if len(names) > COLUMNS_MAX:
        message = f"A file has at most {COLUMNS_MAX} columns, not {len(names)}"
        raise FileRefusedError("COLUMNS_TOO_MANY", message)
    if len(names) == 1:
        for other in (";", "\t", "|", ","):
            if other != options.delimiter and other in names[0]:
                message = f"Columns seem to be separated by {other!r}, not {options.delimiter!r}; say so as delimiter"
                raise FileRefusedError("DELIMITER_WRONG", message)
    twice = [name for name, count in Counter(name.casefold() for name in names if name).items() if count > 1]
    if twice:
        raise FileRefusedError("COLUMN_DUPLICATE", f"The column {shown(twice[0])!r} occurs twice")


def guessed_roles(names: Sequence[str]) -> dict[str, int]:
    """What columns mean by their usual names."""
    roles: dict[str, int] = {}
    for k, name in enumerate(names):
        role = ROLES.get(plain_name(name))
        if role is not None and role not in roles:
            roles[role] = k
    if "time" not in roles and names and not names[0]:
        roles["time"] = 0  # the unnamed index that dataframes write first
    return roles


def told_roles(names: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """What columns mean because the caller says so.

    Raises:
        FileRefusedError: COLUMN_ROLE_UNKNOWN or COLUMN_MISSING.
    """
    roles = {}
    for role, name in columns.items():
        if role not in NAMES:
            raise FileRefusedError("COLUMN_ROLE_UNKNOWN", f"{shown(role)!r} is none of {', '.join(NAMES)}")
        if name not in names:
            message = f"There is no column {shown(name)!r} for the {role}; the columns are {_listed(names)}"
            raise FileRefusedError("COLUMN_MISSING", message)
        roles[role] = names.index(name)
    return roles


def _clock(names: Sequence[str], roles: Mapping[str, int]) -> int | None:
    """The column of the time of day, where date and time are apart."""
    plain = [plain_name(name) for name in names]
    if "date" in plain and "time" in plain and roles.get("time") in (plain.index("date"), plain.index("time")):
        return plain.index("time")
    return None


def _layout(roles: Mapping[str, int], others: Sequence[int]) -> Layout:
    if "symbol" in roles:
        return Layout.LONG
    return Layout.WIDE if "close" not in roles and others else Layout.SINGLE


def plain_name(name: str) -> str:
    """A name without what spellings differ in."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _listed(names: Sequence[str]) -> str:
    first = ", ".join(shown(name) for name in names[:8])
    return first + (" …" if len(names) > 8 else "")
