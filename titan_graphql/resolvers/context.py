"""What every resolver may know of a request: who asks, what to listen on, and loaders that batch by id."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from titan_graphql.errors import UnauthenticatedError
from titan_graphql.events.hub import Hub
from titan_graphql.services import backtests, jobs, markets, pairs, scans, users
from titan_graphql.services.users import Viewer

V = TypeVar("V")


def _loader(by_ids: Callable[[list[UUID]], Awaitable[dict[UUID, V]]]) -> DataLoader[UUID, V | None]:
    async def load(ids: list[UUID]) -> list[V | None]:
        found = await by_ids(ids)
        return [found.get(one) for one in ids]

    # No cache: a socket's context lives long, and its rows must be fresh for every event.
    return DataLoader(load, cache=False)


class Loaders:
    """One loader per relation; each turns the lookups of one moment into one query."""

    def __init__(self) -> None:
        self.users = _loader(users.by_ids)
        self.jobs = _loader(jobs.by_ids)
        self.markets = _loader(markets.by_ids)
        self.instruments = _loader(markets.instruments_by_ids)
        self.series = _loader(markets.series_by_instruments)
        self.pairs = _loader(pairs.by_ids)
        self.scans = _loader(scans.by_ids)
        self.backtests = _loader(backtests.by_ids)


@dataclass(slots=True)
class Context:
    """The state of one request or socket."""

    request_id: str
    hub: Hub
    signed_in: Viewer | None = None
    loaders: Loaders = field(default_factory=Loaders)
    connection_params: dict[str, Any] = field(default_factory=dict)

    @property
    def viewer(self) -> Viewer:
        """The caller.

        Raises:
            UnauthenticatedError: nobody is signed in.
        """
        if self.signed_in is None:
            raise UnauthenticatedError("UNAUTHENTICATED", "Sign in, or send an access token")
        return self.signed_in


Info = strawberry.Info[Context, None]
