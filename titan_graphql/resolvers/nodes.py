"""Global ids: opaque names of rows, and finding a row by one."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

from titan_graphql.errors import InvalidInputError
from titan_graphql.resolvers.context import Info
from titan_graphql.services.visible_rows import KINDS, RowKey

NODES_MAX = 250
NodeId = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
NodeIds = Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, at most 250.")]


def global_id(root: Any) -> strawberry.ID:
    """The opaque id of a row."""
    return encode_id(type(root).__name__, root.pk)


def encode_id(kind: str, row_id: UUID) -> strawberry.ID:
    """The opaque id of a row of a kind."""
    return strawberry.ID(base64.urlsafe_b64encode(kind.encode() + b":" + row_id.bytes).decode())


def decode_id(text: str, kind: str | None = None, field: str = "id") -> tuple[str, UUID]:
    """Kind and row id behind an opaque id.

    Raises:
        InvalidInputError: not an id of this graph, or of another kind than `kind`.
    """
    try:
        name, _, raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True).partition(b":")
        found, row_id = name.decode("ascii"), UUID(bytes=raw)
    except (ValueError, binascii.Error):
        found, row_id = "", UUID(int=0)
    if found not in KINDS or (kind is not None and found != kind):
        raise InvalidInputError("ID_INVALID", f"{text[:60]!r} is not the id of {_with_article(kind)}", [field])
    return found, row_id


def _with_article(kind: str | None) -> str:
    return "a node" if kind is None else f"{'an' if kind[0] in 'AI' else 'a'} {kind}"


def decode_optional(text: str | None, kind: str, field: str) -> UUID | None:
    """The row id behind an opaque id that need not be given.

    Raises:
        InvalidInputError: not an id of this kind.
    """
    return None if text is None else decode_id(text, kind, field)[1]


async def node(info: Info, id: NodeId) -> Any:
    """A visible row, or None."""
    return await of_kind(info, id)


async def of_kind(info: Info, id: str, kind: str | None = None) -> Any:
    """A visible row, or None; an id of another kind is refused where one is named."""
    return await visible(info, *decode_id(id, kind))


async def visible(info: Info, kind: str, row_id: UUID) -> Any:
    """A row if the caller may see it, else None; those asked for at one moment are read together."""
    return await info.context.loaders.rows.load(RowKey(info.context.viewer, kind, row_id))


async def nodes(info: Info, ids: NodeIds) -> list[Any]:
    """Visible rows in the order of their ids."""
    keys = [RowKey(info.context.viewer, kind, row_id) for kind, row_id in _decoded(ids)]
    return await info.context.loaders.rows.load_many(keys)


def _decoded(ids: Sequence[str]) -> list[tuple[str, UUID]]:
    if len(ids) > NODES_MAX:
        raise InvalidInputError("LIST_TOO_LONG", f"Ask for at most {NODES_MAX} nodes, not {len(ids)}", ["ids"])
    return [decode_id(one, field="ids") for one in ids]


async def total_count(root: Any) -> int | None:
    """The number of rows on all pages."""
    return await root.count()  # type: ignore[no-any-return]  # a Page
