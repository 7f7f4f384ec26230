"""Who holds which socket: bounds per user and address, and an end to sockets whose secret was revoked or expired."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import structlog

from titan_graphql.errors import LimitExceededError
from titan_graphql.events.channels import revocations_channel
from titan_graphql.events.hub import Hub
from titan_graphql.server.callers import Callers
from titan_graphql.services import users
from titan_graphql.services.users import Viewer

log = structlog.get_logger(__name__)
SOCKETS_PER_USER = 10
UNAUTHENTICATED_PER_ADDRESS = 20
CHECK_SECONDS = 1.0
CLOSE_UNAUTHORIZED = 4401
CLOSE_TOO_MANY = 4429

Key = TypeVar("Key")
Close = Callable[[int, str], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Seat:
    """The place of one socket; `viewer` is unknown until somebody has signed in on it."""

    address: str
    viewer: Viewer | None = None
    closer: Close | None = None

    async def close(self, code: int, reason: str) -> None:
        """Close the socket."""
        if self.closer is not None:
            await self.closer(code, reason)


class Seats:
    """All sockets of this process."""

    def __init__(self, per_user: int = SOCKETS_PER_USER, per_address: int = UNAUTHENTICATED_PER_ADDRESS) -> None:
        self._per_user = per_user
        self._per_address = per_address
        self._seats: set[Seat] = set()
        self._of_user: Counter[object] = Counter()
        self._of_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._seats)

    @contextmanager
    def taken(self, address: str, viewer: Viewer | None) -> Iterator[Seat]:
        """Hold a seat for the life of a socket.

        Raises:
            LimitExceededError: this user, or this address without signing in, has too many sockets.
        """
        seat = Seat(address)
        if viewer is not None:
            self.identify(seat, viewer)
        else:
            if self._of_address[address] >= self._per_address:
                message = f"At most {self._per_address} sockets of one address may wait for a sign-in"
                raise LimitExceededError("SOCKETS_TOO_MANY", message)
            self._of_address[address] += 1
        self._seats.add(seat)
        try:
            yield seat
        finally:
            self._leave(seat)

    def identify(self, seat: Seat, viewer: Viewer) -> None:
        """Say who sits there.

        Raises:
            LimitExceededError: this user has too many sockets.
        """
        if seat.viewer is not None:
            return
        if self._of_user[viewer.user_id] >= self._per_user:
            raise LimitExceededError("SOCKETS_TOO_MANY", f"At most {self._per_user} sockets per user")
        if seat in self._seats:
            _decrease(self._of_address, seat.address)
        self._of_user[viewer.user_id] += 1
        seat.viewer = viewer

    async def watch(self, hub: Hub, callers: Callers) -> None:
        """Close sockets within a second of their secret's end, or of a change of role, until cancelled."""
        async with hub.listening(revocations_channel()) as rung:
            while True:
                if await rung.woken(timeout=CHECK_SECONDS):
                    callers.forget()
                try:
                    await self._close_ended(callers)
                except Exception:  # the next second may succeed; the watch must live
                    log.exception("sockets could not be checked")

    async def _close_ended(self, callers: Callers) -> None:
        held = [(seat, seat.viewer) for seat in self._seats if seat.viewer is not None]
        if not held:
            return
        alive = await users.viewers(list({viewer.credential_id for _, viewer in held}))
        ended = [seat for seat, viewer in held if alive.get(viewer.credential_id) != viewer]
        if ended:
            callers.forget()  # whoever sees a socket close must not get in with the same secret
        await asyncio.gather(*(seat.close(CLOSE_UNAUTHORIZED, "Signed out") for seat in ended))

    def _leave(self, seat: Seat) -> None:
        self._seats.discard(seat)
        if seat.viewer is None:
            _decrease(self._of_address, seat.address)
        else:
            _decrease(self._of_user, seat.viewer.user_id)


def _decrease(counts: Counter[Key], key: Key) -> None:
    counts[key] -= 1
    if counts[key] <= 0:
        del counts[key]
