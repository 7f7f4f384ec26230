"""Universes and their members."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import paged
from titan_graphql.services import market_universes
from titan_graphql.services.market_universes import Stay
from titan_graphql.services.pages import PageRequest

if TYPE_CHECKING:
    from titan_graphql.models.market_universes import Universe


@strawberry.input(description="An instrument's membership; without dates it holds always.")
class UniverseMemberInput:
    """An instrument's membership."""

    instrument_id: strawberry.ID = strawberry.field(description="The instrument's global id.")
    since: date | None = strawberry.field(default=None, description="The first day it belongs.")
    until: date | None = strawberry.field(default=None, description="The first day it no longer belongs.")

    def to_stay(self) -> Stay:
        """The membership as services take it."""
        return Stay(nodes.decode_id(self.instrument_id, "Instrument", "members")[1], self.since, self.until)


@strawberry.input(description="A universe to make.")
class CreateUniverseInput:
    """A universe to make."""

    name: str = strawberry.field(description="Its name, unique among yours.")
    note: str | None = strawberry.field(default=None, description="What it is for.")
    members: list[UniverseMemberInput] = strawberry.field(default_factory=list, description="At most 250 at once.")


@strawberry.input(description="Instruments that join a universe.")
class AddUniverseMembersInput:
    """Instruments that join a universe."""

    universe_id: strawberry.ID = strawberry.field(description="The universe's global id.")
    members: list[UniverseMemberInput] = strawberry.field(description="At most 250 at once.")


@strawberry.input(description="Which universe to forget.")
class RemoveUniverseInput:
    """Which universe to forget."""

    id: strawberry.ID = strawberry.field(description="The universe's global id.")


CreateInput = Annotated[CreateUniverseInput, strawberry.argument(description="The universe to make.")]
AddInput = Annotated[AddUniverseMembersInput, strawberry.argument(description="Who joins.")]
RemoveInput = Annotated[RemoveUniverseInput, strawberry.argument(description="The universe to forget.")]
UniverseId = Annotated[strawberry.ID, strawberry.argument(description="The universe's global id.")]
Day = Annotated[date | None, strawberry.argument(description="Who belongs on this day; without it, who ever did.")]


@paged
async def page(info: Info, *, request: PageRequest) -> Any:
    """The viewer's universes by name."""
    return await market_universes.page(info.context.viewer, request)


async def universe(info: Info, id: UniverseId) -> Any:
    """One universe, or None."""
    return await nodes.of_kind(info, id, "Universe")


async def members(root: "Universe", as_of: Day = None) -> Any:
    """Who belongs on a day."""
    return await market_universes.members(root, as_of)


async def stays(root: "Universe") -> Any:
    """Every membership."""
    return await market_universes.stays(root)


async def create(info: Info, input: CreateInput) -> Any:
    """Make a universe."""
    stays = [member.to_stay() for member in input.members]
    return await market_universes.create(info.context.viewer, input.name, input.note, stays)


async def add(info: Info, input: AddInput) -> Any:
    """Let instruments join."""
    universe_id = nodes.decode_id(input.universe_id, "Universe", "universeId")[1]
    stays = [member.to_stay() for member in input.members]
    return await market_universes.add_members(info.context.viewer, universe_id, stays)


async def remove(info: Info, input: RemoveInput) -> Any:
    """Forget a universe."""
    return await market_universes.remove(info.context.viewer, nodes.decode_id(input.id, "Universe")[1])
