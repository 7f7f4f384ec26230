"""Imports of uploaded files."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from titan_graphql.errors import InvalidInputError
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import paged
from titan_graphql.services import market_imports
from titan_graphql.services.market_imports import Adjustment, ImportSpec, InstrumentKind, Layout, ReadOptions
from titan_graphql.services.markets import Timeframe
from titan_graphql.services.pages import PageRequest

if TYPE_CHECKING:
    from titan_graphql.models.market_imports import BarImport


TEXTS = ("symbol", "timezone", "delimiter", "decimal", "thousands", "time_format", "time_unit")


@strawberry.input(description="The name of a column and what it holds.")
class ColumnInput:
    """The name of a column and what it holds."""

    role: str = strawberry.field(description="time, symbol, open, high, low, close or volume.")
    name: str = strawberry.field(description="The column's name in the file.")


@strawberry.input(description="How to read an uploaded file and where its bars go; what is not said is guessed.")
class ImportBarsInput:
    """How to read an uploaded file and where its bars go."""

    upload_id: strawberry.ID = strawberry.field(description="What the upload route answered with.")
    market: str = strawberry.field(default="OTHER", description="The market's code, such as US or XPAR.")
    symbol: str | None = strawberry.field(default=None, description="The symbol of a file that names none.")
    kind: InstrumentKind | None = strawberry.field(default=None, description="What is traded.")
    currency: str | None = strawberry.field(default=None, description="The currency of the prices.")
    adjustment: Adjustment = strawberry.field(
        default=Adjustment.RAW, description="What the source has corrected the prices for."
    )
    synthetic: bool = strawberry.field(default=False, description="The prices were generated, not observed.")
    timeframe: Timeframe | None = strawberry.field(default=None, description="The length of a bar.")
    timezone: str | None = strawberry.field(default=None, description="The zone of times that carry none.")
    columns: list[ColumnInput] = strawberry.field(default_factory=list, description="What columns hold.")
    layout: Layout | None = strawberry.field(default=None, description="How the file is laid out.")
    delimiter: str = strawberry.field(default=",", description="What separates columns.")
    decimal: str = strawberry.field(default=".", description="What decimals begin with: . or a comma.")
    thousands: str | None = strawberry.field(
        default=None, description="What separates thousands: a comma, a point, a blank or an apostrophe."
    )
    time_format: str | None = strawberry.field(default=None, description="How times are written: %d/%m/%Y.")
    time_unit: str | None = strawberry.field(
        default=None, description="What counts of time since 1970 count: s, ms, us or ns; by default their size tells."
    )
    accept: list[str] = strawberry.field(
        default_factory=list,
        description="Codes of refusals to import in spite of, such as PRICE_JUMP where the price did jump.",
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input answers with the same import."
    )

    def to_spec(self) -> ImportSpec:
        """The specification as services take it."""
        plain = {name: getattr(self, name) for name in TEXTS}
        read = ReadOptions(
            timeframe=self.timeframe and self.timeframe.value,
            layout=self.layout,
            columns={column.role: column.name for column in self.columns},
            accept=frozenset(self.accept),
            **plain,
        )
        own = {name: getattr(self, name) for name in ("market", "kind", "currency", "adjustment", "synthetic")}
        return ImportSpec(read=read, **own)


Input = Annotated[ImportBarsInput, strawberry.argument(description="What to import.")]


async def start(info: Info, input: Input) -> Any:
    """Start an import."""
    spec = input.to_spec()
    return await market_imports.start(info.context.viewer, _uuid(input.upload_id), spec, input.idempotency_key)


async def preview(info: Info, input: Input) -> Any:
    """How an uploaded file would be read."""
    return await market_imports.preview(info.context.viewer, _uuid(input.upload_id), input.to_spec().read)


@paged
async def page(info: Info, *, request: PageRequest) -> Any:
    """The viewer's imports, newest first."""
    return await market_imports.page(info.context.viewer, request)


def refusal(root: "BarImport") -> Any:
    """Which rows were wrong."""
    return market_imports.refusal(root)


def understanding(root: "BarImport") -> Any:
    """How the file was read."""
    return market_imports.understanding(root)


def outcome(root: "BarImport") -> Any:
    """What changed."""
    return market_imports.outcome(root)


async def datasets(root: "BarImport", info: Info) -> list[Any]:
    """The first of the datasets that were made."""
    ids = market_imports.dataset_ids(root)
    return [row for row in await info.context.loaders.datasets.load_many(ids) if row is not None]


def columns(root: Any) -> list[ColumnInput]:
    """Which column was taken for what."""
    return [ColumnInput(role=role, name=name) for role, name in root.columns.items()]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInputError("ID_INVALID", f"{text[:60]!r} is not the id of an upload", ["uploadId"]) from error
