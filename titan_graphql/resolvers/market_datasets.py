"""Datasets, their quality, and corporate actions."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import paged
from titan_graphql.services import market_actions, market_datasets, markets
from titan_graphql.services.market_actions import ActionKind, NewAction
from titan_graphql.services.pages import PageRequest

if TYPE_CHECKING:
    from titan_graphql.models.markets import Dataset, Instrument

OtherId = Annotated[strawberry.ID, strawberry.argument(description="Another revision of the same series.")]


@strawberry.input(description="A split or a dividend.")
class CorporateActionInput:
    """A split or a dividend."""

    kind: ActionKind = strawberry.field(description="Which of the two.")
    ex_date: date = strawberry.field(description="The first day on which the shares trade with it.")
    value: float = strawberry.field(description="SPLIT: new shares for one old; DIVIDEND: money per share.")

    def to_action(self) -> NewAction:
        """The action as services take it."""
        return NewAction(self.kind, self.ex_date, self.value)


@strawberry.input(
    description="Corporate actions of one instrument; one of the same kind and day replaces the known one."
)
class ImportCorporateActionsInput:
    """Corporate actions of one instrument."""

    instrument_id: strawberry.ID = strawberry.field(description="The instrument's global id.")
    source: str = strawberry.field(description="Where they were read.")
    actions: list[CorporateActionInput] = strawberry.field(description="The actions, at most 250.")


ActionsInput = Annotated[ImportCorporateActionsInput, strawberry.argument(description="The actions.")]


@paged
async def of_instrument(root: "Instrument", *, request: PageRequest) -> Any:
    """The datasets of an instrument, newest first."""
    return await market_datasets.of_instrument(root, request)


async def quality_of_instrument(root: "Instrument", info: Info) -> Any:
    """The quality of an instrument's newest dataset."""
    return await market_datasets.quality(await info.context.loaders.newest_datasets.load(root.id))


async def instrument(root: "Dataset", info: Info) -> Any:
    """The instrument whose bars a dataset holds."""
    return await info.context.loaders.series_instruments.load(root.series_id)  # type: ignore[attr-defined]


async def quality(root: "Dataset") -> Any:
    """The quality of a dataset."""
    return await market_datasets.quality(root)


async def diff(root: "Dataset", other: OtherId) -> Any:
    """What another revision says otherwise."""
    return await market_datasets.diff(root, nodes.decode_id(other, "Dataset", "other")[1])


async def actions(root: "Instrument") -> Any:
    """What is known of an instrument's splits and dividends."""
    return await market_actions.of_instrument(root)


async def import_actions(input: ActionsInput) -> Any:
    """Make corporate actions known."""
    instrument_id = nodes.decode_id(input.instrument_id, "Instrument", "instrumentId")[1]
    instrument = await markets.instrument_by_id(instrument_id)
    await market_actions.add(instrument, [action.to_action() for action in input.actions], input.source)
    return instrument
