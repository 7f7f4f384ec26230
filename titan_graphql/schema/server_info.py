"""What this installation is."""

from typing import Annotated

import strawberry

from titan_graphql.resolvers import server_info as resolve
from titan_graphql.schema.permissions import SignedIn


@strawberry.type(description="What this installation is.")
class ServerInfo:
    """What this installation is."""

    version: Annotated[str, strawberry.field(description="The version of TITAN.")]
    database: Annotated[str, strawberry.field(description="The kind of database: sqlite or postgres.")]
    python: Annotated[str, strawberry.field(description="The version of Python.")]


@strawberry.type
class ServerInfoQuery:
    """What this installation is."""

    server_info: Annotated[
        ServerInfo,
        strawberry.field(
            resolver=resolve.server_info, permission_classes=[SignedIn], description="What this installation is."
        ),
    ]
