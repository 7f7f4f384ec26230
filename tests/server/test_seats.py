"""Seats: sockets whose secret has ended are closed, and nobody else's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from titan_graphql.server.callers import Callers
from titan_graphql.server.seats import CLOSE_UNAUTHORIZED, Seat, Seats
from titan_graphql.services import users
from titan_graphql.services.users import Role, Viewer

EARLY, LATE = (Viewer(UUID(int=number), f"user {number}", Role.RESEARCHER, UUID(int=10 + number)) for number in (1, 2))


class Bell:
    """Rings when the test says so."""

    def __init__(self) -> None:
        self.rung = asyncio.Semaphore(0)

    async def woken(self, timeout: float) -> bool:
        await self.rung.acquire()
        return True

    @asynccontextmanager
    async def listening(self, *_channels: str) -> AsyncIterator["Bell"]:
        yield self


class Secrets:
    """Those that still open something; a look at them lasts until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *alive: Viewer) -> None:
        self.alive = {viewer.credential_id: viewer for viewer in alive}
        self.asked, self.let_go = asyncio.Event(), asyncio.Event()
        monkeypatch.setattr(users, "viewers", self._viewers)

    async def _viewers(self, ids: list[UUID]) -> dict[UUID, Viewer]:
        self.asked.set()
        await self.let_go.wait()
        return {one: self.alive[one] for one in ids if one in self.alive}


@asynccontextmanager
async def watched(seats: Seats) -> AsyncIterator[Bell]:
    bell: Any = Bell()
    watching = asyncio.create_task(seats.watch(bell, Callers()))
    yield bell
    watching.cancel()


def noted(seat: Seat, closed: list[tuple[Seat, int]]) -> None:
    async def close(code: int, _reason: str) -> None:
        closed.append((seat, code))

    seat.closer = close


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_sits_down_while_secrets_are_looked_at_stays(monkeypatch: pytest.MonkeyPatch):
    seats, secrets, closed = Seats(), Secrets(monkeypatch, EARLY, LATE), []
    async with watched(seats) as bell:
        with seats.taken("127.0.0.1", EARLY) as early:
            noted(early, closed)
            bell.rung.release()
            await secrets.asked.wait()
            with seats.taken("127.0.0.1", LATE) as late:
                noted(late, closed)
                secrets.let_go.set()
                await turns()

    assert closed == []


async def test_only_the_sockets_of_an_ended_secret_are_closed(monkeypatch: pytest.MonkeyPatch):
    seats, secrets, closed = Seats(), Secrets(monkeypatch, LATE), []
    secrets.let_go.set()
    async with watched(seats) as bell:
        with seats.taken("127.0.0.1", EARLY) as early, seats.taken("127.0.0.1", LATE) as late:
            noted(early, closed)
            noted(late, closed)
            bell.rung.release()
            await turns()

    assert closed == [(early, CLOSE_UNAUTHORIZED)]
