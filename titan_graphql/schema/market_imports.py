"""Imports of uploaded files: starting them, and what came of them."""

from datetime import datetime
from typing import Annotated

import strawberry

from titan_graphql.models import market_imports as models
from titan_graphql.resolvers import market_datasets as resolve_datasets
from titan_graphql.resolvers import market_imports as resolve
from titan_graphql.resolvers import relations
from titan_graphql.schema.descriptions import described
from titan_graphql.schema.jobs import Job
from titan_graphql.schema.markets import Dataset, Instrument
from titan_graphql.schema.mutations import mutation
from titan_graphql.schema.nodes import Connection, Node, accepts
from titan_graphql.schema.permissions import Researcher, SignedIn
from titan_graphql.schema.pricing import priced
from titan_graphql.schema.problems import ConflictProblem, InvalidInputProblem, NotFoundProblem
from titan_graphql.services.market_imports import Layout

described(
    Layout,
    "FileLayout",
    "How a file is laid out.",
    {
        "LONG": "One row per symbol and time.",
        "WIDE": "One row per time, one column per symbol.",
        "SINGLE": "One row per time of one symbol that the file does not name.",
    },
)


@strawberry.type(description="A column and what it was taken for.")
class ColumnMeaning:
    """A column and what it was taken for."""

    role: Annotated[str, strawberry.field(description="time, symbol, open, high, low, close or volume.")]
    name: Annotated[str, strawberry.field(description="Its name in the file.")]


@strawberry.type(description="How a file would be read.")
class ImportPreview:
    """How a file would be read."""

    format: Annotated[str, strawberry.field(description="CSV or PARQUET.")]
    layout: Annotated[str, strawberry.field(description="LONG, WIDE or SINGLE.")]
    columns: Annotated[
        list[ColumnMeaning],
        strawberry.field(resolver=resolve.columns, description="What columns are taken for."),
    ]
    ignored: Annotated[list[str], strawberry.field(description="The first columns that are left out.")]
    symbols: Annotated[list[str], strawberry.field(description="The first symbols of a wide file.")]
    header: Annotated[list[str], strawberry.field(description="The first columns as the file names them.")]
    rows: Annotated[list[list[str]], strawberry.field(description="The first rows as they are.")]


@strawberry.type(description="How a file was read.")
class FileUnderstanding:
    """How a file was read."""

    format: Annotated[str, strawberry.field(description="CSV or PARQUET.")]
    layout: Annotated[str, strawberry.field(description="LONG, WIDE or SINGLE.")]
    timeframe: Annotated[str, strawberry.field(description="The length of its bars.")]
    columns: Annotated[
        list[ColumnMeaning],
        strawberry.field(resolver=resolve.columns, description="What columns were taken for."),
    ]
    ignored: Annotated[list[str], strawberry.field(description="The columns that were left out.")]
    rows: Annotated[int, strawberry.field(description="Rows of the file, without the header.")]
    symbols: Annotated[int, strawberry.field(description="Symbols in the file.")]
    duplicates: Annotated[int, strawberry.field(description="Rows that occurred twice and were left out.")]


@strawberry.type(description="A cell that is wrong.")
class RowError:
    """A cell that is wrong."""

    row: Annotated[int, strawberry.field(description="The line of the file; the header is line 1.")]
    column: Annotated[str, strawberry.field(description="The column's name; empty when the whole row is wrong.")]
    code: Annotated[str, strawberry.field(description="What is wrong, for programs.")]
    value: Annotated[str, strawberry.field(description="What stands there.")]
    message: Annotated[str, strawberry.field(description="What is wrong, for people.")]


@strawberry.type(description="Why nothing of a file was imported.")
class FileRefusal:
    """Why nothing of a file was imported."""

    total: Annotated[int, strawberry.field(description="How many rows are wrong.")]
    rows: Annotated[list[RowError], strawberry.field(description="The first ten of them.")]


@strawberry.type(description="What an import changed.")
class ImportOutcome:
    """What an import changed."""

    series: Annotated[int, strawberry.field(description="Series in the file.")]
    unchanged: Annotated[int, strawberry.field(description="Series of which everything was known already.")]
    bars_added: Annotated[int, strawberry.field(description="Bars that were new.")]
    bars_restated: Annotated[int, strawberry.field(description="Bars that say something else than before.")]


@strawberry.type(
    description="One import of an uploaded file: all of it or nothing. Watch its job through `jobChanged`."
)
class BarImport(Node):
    """One import of an uploaded file."""

    file_name: Annotated[str, strawberry.field(description="What the file was called.")]
    job: Annotated[Job, strawberry.field(resolver=relations.job, description="The run.")]
    understanding: Annotated[
        FileUnderstanding | None,
        strawberry.field(resolver=resolve.understanding, description="How the file was read; null until it was."),
    ]
    refusal: Annotated[
        FileRefusal | None,
        strawberry.field(resolver=resolve.refusal, description="Which rows were wrong; null when none were."),
    ]
    outcome: Annotated[
        ImportOutcome | None,
        strawberry.field(resolver=resolve.outcome, description="What changed; null until the job succeeds."),
    ]
    datasets: Annotated[
        list[Dataset],
        strawberry.field(resolver=resolve.datasets, description="The datasets that were made, the first 100."),
    ]
    created_at: Annotated[datetime, strawberry.field(description="When it was started.")]
    is_type_of = accepts(models.BarImport)


ImportBarsPayload = Annotated[
    BarImport | NotFoundProblem | InvalidInputProblem | ConflictProblem,
    strawberry.union("ImportBarsPayload", description="The new import, or why it cannot be started."),
]
ImportActionsPayload = Annotated[
    Instrument | NotFoundProblem | InvalidInputProblem | ConflictProblem,
    strawberry.union("ImportCorporateActionsPayload", description="The instrument, or why nothing was changed."),
]


@strawberry.type
class ImportQuery:
    """Imports."""

    imports: Annotated[
        Connection[BarImport],
        strawberry.field(
            resolver=resolve.page, permission_classes=[SignedIn], description="Your imports, newest first."
        ),
    ]
    import_preview: Annotated[
        ImportPreview,
        strawberry.field(
            metadata=priced(500.0),
            resolver=resolve.preview,
            permission_classes=[Researcher],
            description="How an uploaded file would be read.",
        ),
    ]


@strawberry.type
class ImportMutation:
    """What can be imported."""

    import_bars: Annotated[
        ImportBarsPayload,
        mutation(resolve.start, "Start the import of an uploaded file; follow its job through `jobChanged`."),
    ]
    import_corporate_actions: Annotated[
        ImportActionsPayload,
        mutation(
            resolve_datasets.import_actions,
            "Make splits and dividends of an instrument known; its data get a revision that knows them.",
        ),
    ]
