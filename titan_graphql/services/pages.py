"""Keyset pages: a stable window over rows in an order, with cursors that fit only the query that made them."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import orjson
from tortoise.exceptions import ValidationError
from tortoise.expressions import Case, Q, When
from tortoise.models import Model
from tortoise.queryset import QuerySet

from titan_graphql.errors import InvalidInputError
from titan_graphql.services.texts import check_text

Row = TypeVar("Row", bound=Model)
# What a condition is on: a column, or something that makes a row condition of the lookup and the value.
Column = str | Callable[[str, Any], Q]
PAGE_MAX = 100
LIST_MAX = 250
DIGEST_BYTES = 8
OPERATORS = {
    "eq": "",
    "ne": "__not",
    "in": "__in",
    "gt": "__gt",
    "gte": "__gte",
    "lt": "__lt",
    "lte": "__lte",
    "contains": "__icontains",
}


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`first` rows after a cursor, or `last` rows before one."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def forward(self) -> bool:
        """Whether the page runs in the order of the query."""
        return self.first is not None

    def size(self) -> int:
        """The number of rows asked for.

        Raises:
            InvalidInputError: none or both of first and last, outside 1 to 100, or a cursor of the other direction.
        """
        if (self.first is None) == (self.last is None):
            raise InvalidInputError("PAGE_SIZE_INVALID", "Give either first or last", ["first"])
        name, size = ("first", self.first) if self.first is not None else ("last", self.last or 0)
        if not 1 <= size <= PAGE_MAX:
            raise InvalidInputError("PAGE_SIZE_INVALID", f"{name} must be from 1 to {PAGE_MAX}, not {size}", [name])
        if (self.before if self.forward else self.after) is not None:
            raise InvalidInputError("PAGE_SIZE_INVALID", "Use first with after, or last with before", [name])
        return size


@dataclass(frozen=True, slots=True)
class Order:
    """The sort column of a page; ties are broken by id, in the same direction."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Edge(Generic[Row]):
    """A row and the cursor that points at it."""

    cursor: str
    node: Row


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What lies beyond a page."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page; `count` asks for the total only when somebody wants it."""

    edges: list[Edge[Row]]
    page_info: PageInfo
    query: QuerySet[Row]

    @property
    def nodes(self) -> list[Row]:
        """The rows without their cursors."""
        return [edge.node for edge in self.edges]

    async def count(self) -> int:
        """The number of rows on all pages."""
        return await self.query.count()


async def fetch_page(
    query: QuerySet[Row], request: PageRequest, order: Order, criteria: Mapping[str, Any] | None = None
) -> Page[Row]:
    """Read one page of `query`; `criteria` only bind the cursors to the filter they were made under.

    Raises:
        InvalidInputError: the size, the cursor, or a filter whose text is longer than any in its column.
    """
    size = request.size()
    binding = orjson.dumps(
        [query.model.__name__, order.column, order.descending, criteria], option=orjson.OPT_SORT_KEYS
    )
    down = order.descending == request.forward
    window = query
    cursor = request.after if request.forward else request.before
    if cursor is not None:
        value, row_id = _position(query.model, order.column, cursor, binding, "after" if request.forward else "before")
        window = query.filter(_beyond(order.column, value, row_id, down=down, forward=request.forward))
    sign = "-" if down else ""
    keys = [f"{sign}{order.column}", f"{sign}id"]
    if query.model._meta.fields_map[order.column].null:
        # Nulls come last in either direction, which the databases do not agree on.
        window = window.annotate(absent=Case(When(**{f"{order.column}__isnull": True}, then="1"), default="0"))
        keys.insert(0, "absent" if request.forward else "-absent")
    try:
        rows = await window.order_by(*keys).limit(size + 1)
    except ValidationError as error:
        raise InvalidInputError(
            "TEXT_TOO_LONG", "A text to compare with is longer than any stored", ["where"]
        ) from error
    more, rows = len(rows) > size, rows[:size]
    if not request.forward:
        rows.reverse()
    edges = [Edge(_write_cursor(getattr(row, order.column), row.pk, binding), row) for row in rows]
    info = PageInfo(
        has_next_page=more if request.forward else cursor is not None,
        has_previous_page=cursor is not None if request.forward else more,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Page(edges, info, query)


def where(criteria: Mapping[str, Any] | None, columns: Mapping[str, Column]) -> Q:
    """Translate `{field: {operator: value}}`, with AND and OR lists, into a row condition.

    Raises:
        InvalidInputError: a list of more than 250 values, or a text that cannot be stored.
    """
    condition = Q()
    for name, test in (criteria or {}).items():
        if name in {"AND", "OR"}:
            _refuse_long_list(test, name)
            condition &= _joined([where(part, columns) for part in test], name)
        else:
            for operator, value in test.items():
                _refuse_long_list(value, name)
                for text in value if isinstance(value, list) else [value]:
                    check_text(str(text), ["where", name])
                column, lookup = columns[name], OPERATORS[operator]
                condition &= Q(**{column + lookup: value}) if isinstance(column, str) else column(lookup, value)
    return condition


def _joined(parts: Sequence[Q], name: str) -> Q:
    """All or any of these; any of nothing holds never, and a part without tests holds always."""
    if name == "AND":
        return Q(*parts)
    if not parts:
        return Q(id__in=[])
    return Q() if any(not part.children and not part.filters for part in parts) else Q(*parts, join_type="OR")


def _refuse_long_list(value: object, name: str) -> None:
    if isinstance(value, list) and len(value) > LIST_MAX:
        raise InvalidInputError(
            "LIST_TOO_LONG", f"A list may hold {LIST_MAX} values, not {len(value)}", ["where", name]
        )


def _beyond(column: str, value: Any, row_id: Any, *, down: bool, forward: bool) -> Q:
    """The rows after a position; those without a value come after all others, in the order of their ids."""
    side = "lt" if down else "gt"
    missing: dict[str, Any] = {f"{column}__isnull": True}
    absent = Q(**missing)
    if value is None:
        tied = absent & Q(**{f"id__{side}": row_id})
        return tied if forward else tied | ~absent
    further = Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"id__{side}": row_id})
    return further | absent if forward else further


def _write_cursor(value: Any, row_id: object, binding: bytes) -> str:
    payload = orjson.dumps([value, str(row_id)])
    return base64.urlsafe_b64encode(_digest(payload, binding) + payload).decode()


def _position(model: type[Model], column: str, cursor: str, binding: bytes, field: str) -> tuple[Any, Any]:
    """Sort value and id behind a cursor; the digest is not secret, so a forged payload must fail cleanly too."""
    try:
        value, row_id = _read_cursor(cursor, binding)
        return model._meta.fields_map[column].to_python_value(value), model._meta.pk.to_python_value(str(row_id))
    except (ValueError, TypeError, ValidationError) as error:
        message = "This cursor does not belong to this query; start again without one"
        raise InvalidInputError("CURSOR_INVALID", message, [field]) from error


def _read_cursor(cursor: str, binding: bytes) -> tuple[Any, Any]:
    raw = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
    digest, payload = raw[:DIGEST_BYTES], raw[DIGEST_BYTES:]
    if _digest(payload, binding) != digest:
        raise ValueError("the cursor was altered or made for another query")
    value, row_id = orjson.loads(payload)
    return value, row_id


def _digest(payload: bytes, binding: bytes) -> bytes:
    return blake2b(payload, key=blake2b(binding, digest_size=32).digest(), digest_size=DIGEST_BYTES).digest()
