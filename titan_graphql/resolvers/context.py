"""What every resolver may know of a request: who asks, what to listen on, and loaders that batch by id."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from titan_graphql.errors import UnauthenticatedError
from titan_graphql.events.hub import Hub
from titan_graphql.services import (
    alert_rules,
    backtests,
    campaigns,
    jobs,
    market_datasets,
    market_imports,
    markets,
    pair_watches,
    pairs,
    scans,
    users,
    visible_rows,
)
from titan_graphql.services.users import Viewer

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def _loader(by_keys: Callable[[list[K]], Awaitable[dict[K, V]]]) -> DataLoader[K, V | None]:
    async def load(keys: list[K]) -> list[V | None]:
        found = await by_keys(keys)
        return [found.get(key) for key in keys]

    # No cache: a socket's context lives long, and its rows must be fresh for every event.
    return DataLoader(load, cache=False)


class Relation(Generic[K, V]):
    """Makes a loader when it is first asked for; most requests follow few relations."""

    def __init__(self, by_keys: Callable[[list[K]], Awaitable[dict[K, V]]]) -> None:
        self._by_keys = by_keys

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, loaders: "Loaders", owner: type) -> DataLoader[K, V | None]:
        loader = _loader(self._by_keys)
        loaders.__dict__[self._name] = loader
        return loader


class Loaders:
    """One loader per relation; each turns the lookups of one moment into one query."""

    rows = Relation(visible_rows.by_keys)
    users = Relation(users.by_ids)
    jobs = Relation(jobs.by_ids)
    instruments = Relation(markets.instruments_by_ids)
    series_instruments = Relation(markets.instruments_by_series)
    series = Relation(markets.series_by_instruments)
    markets = Relation(markets.by_ids)  # after its siblings, which need the module of that name
    datasets = Relation(market_datasets.by_ids)
    newest_datasets = Relation(market_datasets.newest_by_instruments)
    imports = Relation(market_imports.by_ids)
    pairs = Relation(pairs.by_ids)
    scans = Relation(scans.by_ids)
    trial_counts = Relation(campaigns.counts)
    campaigns = Relation(campaigns.by_ids)
    backtests = Relation(backtests.by_ids)
    watches = Relation(pair_watches.by_pairs)
    alert_rules = Relation(alert_rules.by_ids)


@dataclass(slots=True)
class Context:
    """The state of one request, socket or shared execution; `position` is how far the stream it executes has come."""

    request_id: str
    hub: Hub
    signed_in: Viewer | None = None
    loaders: Loaders = field(default_factory=Loaders)
    connection_params: dict[str, Any] = field(default_factory=dict)
    position: str | None = None

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
