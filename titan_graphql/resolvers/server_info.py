"""What this installation is."""

from typing import Any

from titan_graphql.services import installation


def server_info() -> Any:
    """Version and services."""
    return installation.describe()
