"""Nodes and connections: what every row and every list of rows has."""

from typing import Annotated, Any, Generic, TypeVar

import strawberry

from titan_graphql.resolvers import nodes as resolve
from titan_graphql.schema.permissions import SignedIn
from titan_graphql.schema.pricing import priced

T = TypeVar("T")


@strawberry.interface(description="Anything with a global id, which finds it again through `node`.")
class Node:
    """Anything with a global id."""

    id: Annotated[strawberry.ID, strawberry.field(resolver=resolve.global_id, description="The opaque global id.")]


@strawberry.type(description="What lies beyond a page.")
class PageInfo:
    """What lies beyond a page."""

    has_next_page: Annotated[bool, strawberry.field(description="Whether rows follow this page.")]
    has_previous_page: Annotated[bool, strawberry.field(description="Whether rows precede this page.")]
    start_cursor: Annotated[str | None, strawberry.field(description="The cursor of the first row.")]
    end_cursor: Annotated[str | None, strawberry.field(description="The cursor of the last row.")]


@strawberry.type(description="A row and the cursor that points at it.")
class Edge(Generic[T]):
    """A row and its cursor."""

    cursor: Annotated[str, strawberry.field(description="Points at this row; valid for the same query only.")]
    node: Annotated[T, strawberry.field(description="The row.")]


@strawberry.type(description="A page of rows (Relay connection).")
class Connection(Generic[T]):
    """A page of rows."""

    edges: Annotated[list[Edge[T]], strawberry.field(description="The rows with their cursors.")]
    nodes: Annotated[list[T], strawberry.field(description="The rows without their cursors.")]
    page_info: Annotated[PageInfo, strawberry.field(description="What lies beyond this page.")]
    total_count: Annotated[
        int | None,
        strawberry.field(
            metadata=priced(1.0),
            resolver=resolve.total_count,
            description="The number of rows on all pages; costs a query.",
        ),
    ]


@strawberry.type
class NodeQuery:
    """Finding rows by global id."""

    node: Annotated[
        Node | None,
        strawberry.field(
            resolver=resolve.node, permission_classes=[SignedIn], description="The row with this id, if you may see it."
        ),
    ]
    nodes: Annotated[
        list[Node | None],
        strawberry.field(
            resolver=resolve.nodes,
            permission_classes=[SignedIn],
            description="Rows in the order of their ids; null for one that is not there, or not yours.",
        ),
    ]


def accepts(row_type: type) -> Any:
    """The short `is_type_of`: rows of this table answer for the type."""

    def is_type_of(_cls: object, row: object, _info: object) -> bool:
        return isinstance(row, row_type)

    return classmethod(is_type_of)
