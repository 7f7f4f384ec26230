"""Who sends a request, remembered for a moment, so that not every request asks the database."""

import asyncio
import time
from typing import Any
from uuid import UUID

import structlog
from starlette.requests import HTTPConnection

from titan_graphql.server.sign_in import connection_secret, params_secret, viewer_of_secret
from titan_graphql.services import user_tokens
from titan_graphql.services.users import Viewer

log = structlog.get_logger(__name__)
REMEMBER_SECONDS = 1.0
REMEMBERED_MAX = 10_000
USES_SECONDS = 30.0


class Callers:
    """The callers of the last second by their secrets; a revoked secret opens nothing after that second."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Viewer, float]] = {}
        self._forgotten = 0
        self._used: set[UUID] = set()

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
        viewer = await self._of_secret(secret)
        if viewer is not None and viewer.scope is not None:
            self._used.add(viewer.credential_id)
        return viewer

    async def _of_secret(self, secret: str) -> Viewer | None:
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

    async def keep_noting_uses(self) -> None:
        """Write down every half minute which access tokens were used, until cancelled."""
        while True:
            await asyncio.sleep(USES_SECONDS)
            try:
                await self.note_uses()
            except Exception:  # a database that is away or full must not end this, nor delay any request
                log.exception("the use of access tokens could not be written down")

    async def note_uses(self) -> None:
        """Write down which access tokens were used since the last time."""
        used, self._used = self._used, set()
        if used:
            await user_tokens.note_use(used)

    def _remember(self, secret: str, viewer: Viewer) -> None:
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        self._known[secret] = (viewer, time.monotonic() + REMEMBER_SECONDS)
