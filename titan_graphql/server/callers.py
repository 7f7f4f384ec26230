"""Who sends a request, remembered for a moment, so that not every request asks the database."""

import time
from typing import Any

from starlette.requests import HTTPConnection

from titan_graphql.server.sign_in import connection_secret, params_secret, viewer_of_secret
from titan_graphql.services.users import Viewer

REMEMBER_SECONDS = 1.0
REMEMBERED_MAX = 10_000


class Callers:
    """The callers of the last second by their secrets; a revoked secret opens nothing after that second."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Viewer, float]] = {}
        self._forgotten = 0

    async def viewer(self, connection: HTTPConnection) -> Viewer | None:
        """The viewer behind a request's access token or session cookie."""
        secret = connection_secret(connection)
        return None if secret is None else await self.of_secret(secret)

    async def of_params(self, params: dict[str, Any]) -> Viewer | None:
        """The viewer behind the access token in a socket's `connection_init` payload."""
        secret = params_secret(params)
        return None if secret is None else await self.of_secret(secret)

    async def of_secret(self, secret: str) -> Viewer | None:
        """The viewer behind a secret, asked for at most once a second."""
        known = self._known.get(secret)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        forgotten = self._forgotten
        viewer = await viewer_of_secret(secret)
        if viewer is None:
            self._known.pop(secret, None)
        elif forgotten == self._forgotten:
            self._remember(secret, viewer)
        return viewer

    def forget(self) -> None:
        """Ask the database again for everybody, since a secret was revoked."""
        self._known.clear()
        self._forgotten += 1

    def _remember(self, secret: str, viewer: Viewer) -> None:
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        self._known[secret] = (viewer, time.monotonic() + REMEMBER_SECONDS)
