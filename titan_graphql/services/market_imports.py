"""Importing an uploaded file as a job: checked, read in a capped process, compared, written whole or not at all."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import available_timezones

from titan_graphql.errors import InvalidInputError, NotFoundError
from titan_graphql.feeds.bars import TIMEFRAME_MS
from titan_graphql.feeds.capped import preview_capped, read_capped
from titan_graphql.feeds.files import ParsedFile, Understanding, symbol_of
from titan_graphql.feeds.headers import NAMES, SYMBOL
from titan_graphql.feeds.options import ACCEPTABLE, DECIMALS, THOUSANDS, TIME_UNITS
from titan_graphql.feeds.options import Layout as Layout
from titan_graphql.feeds.options import ReadOptions as ReadOptions
from titan_graphql.feeds.preview import Preview
from titan_graphql.feeds.refusals import FileRefusedError, RowError
from titan_graphql.models.jobs import Job
from titan_graphql.models.market_imports import BarImport
from titan_graphql.models.markets import Adjustment as Adjustment
from titan_graphql.models.markets import InstrumentKind as InstrumentKind
from titan_graphql.models.markets import Timeframe
from titan_graphql.queue import JobName
from titan_graphql.services import job_runs, jobs, market_uploads, market_venues, market_writing
from titan_graphql.services.jobs import NewJob
from titan_graphql.services.market_revisions import Provenance
from titan_graphql.services.market_writing import OnProgress, Outcome, Prepared, Target
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page
from titan_graphql.services.users import Viewer, owned_by

STEPS = 10.0
READING, COMPARING = 5.0, 4.0
CURRENCY_MAX, TIME_FORMAT_MAX = 10, 100
DATASETS_KEPT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSpec:
    """What a caller says about a file and where its bars go; None means that it is to be guessed."""

    market: str = market_venues.NO_VENUE
    kind: InstrumentKind | None = None
    currency: str | None = None
    adjustment: Adjustment = Adjustment.RAW
    synthetic: bool = False
    read: ReadOptions = field(default_factory=ReadOptions)

    def to_json(self) -> dict[str, Any]:
        """The specification as JSON values."""
        return {**asdict(self), "read": self.read.to_json()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ImportSpec":
        """The specification behind `to_json`."""
        kind = values["kind"] and InstrumentKind(values["kind"])
        adjustment, read = Adjustment(values["adjustment"]), ReadOptions.from_json(values["read"])
        return cls(**{**values, "kind": kind, "adjustment": adjustment, "read": read})


async def start(viewer: Viewer, upload_id: UUID, spec: ImportSpec, idempotency_key: str | None = None) -> BarImport:
    """Write an import down with its job and send it to the workers.

    Raises:
        NotFoundError: UPLOAD_NOT_FOUND.
        InvalidInputError: an option that makes no sense.
        ConflictError: the idempotency key was used with other input.
    """
    identity = {"upload": str(upload_id), "spec": spec.to_json()}
    new = NewJob(JobName.IMPORT, "BarImport", uuid4(), identity, idempotency_key)
    if (known := await jobs.submitted(viewer, new, BarImport)) is not None:
        return known
    await check(spec)
    upload = await market_uploads.find(viewer, upload_id)
    return await jobs.submit(
        viewer, new, BarImport, upload_id=upload_id, file_name=upload.file_name, spec=spec.to_json()
    )


async def check(spec: ImportSpec) -> None:
    """Refuse options that make no sense before anything is read.

    Raises:
        InvalidInputError: MARKET_UNKNOWN, TIMEFRAME_UNKNOWN, TIMEZONE_UNKNOWN, OPTION_INVALID or SYMBOL_INVALID.
    """
    await market_venues.find_or_draft(spec.market)
    check_reading(spec.read)
    _check_length(spec.currency, CURRENCY_MAX, "currency")
    _check_length(spec.read.time_format, TIME_FORMAT_MAX, "timeFormat")


def _check_length(word: str | None, longest: int, field: str) -> None:
    if word is not None and not 1 <= len(word) <= longest:
        raise InvalidInputError("OPTION_INVALID", f"{field} has 1 to {longest} characters, not {len(word)}", [field])


def check_reading(read: ReadOptions) -> None:
    """Refuse ways of reading a file that make no sense, whatever the file.

    Raises:
        InvalidInputError: TIMEFRAME_UNKNOWN, TIMEZONE_UNKNOWN, OPTION_INVALID or SYMBOL_INVALID.
    """
    if read.timeframe is not None and read.timeframe not in TIMEFRAME_MS:
        message = f"A timeframe is one of {', '.join(TIMEFRAME_MS)}"
        raise InvalidInputError("TIMEFRAME_UNKNOWN", message, ["timeframe"])
    if read.timezone is not None and read.timezone not in available_timezones():
        message = f"{read.timezone[:40]!r} is not a time zone; write for example America/New_York"
        raise InvalidInputError("TIMEZONE_UNKNOWN", message, ["timezone"])
    if unknown := read.accept - ACCEPTABLE:
        message = f"{min(unknown)[:40]!r} cannot be confirmed; these can: {', '.join(sorted(ACCEPTABLE))}"
        raise InvalidInputError("OPTION_INVALID", message, ["accept"])
    if read.symbol is not None and not SYMBOL.fullmatch(read.symbol):
        raise InvalidInputError("SYMBOL_INVALID", f"{read.symbol[:40]!r} is not a symbol", ["symbol"])
    if unknown_roles := read.columns.keys() - NAMES.keys():
        message = f"{min(unknown_roles)[:40]!r} is not one of {', '.join(NAMES)}"
        raise InvalidInputError("OPTION_INVALID", message, ["columns"])
    if len(read.delimiter) != 1 or read.delimiter in '"\r\n' or not read.delimiter.isascii():
        raise InvalidInputError("OPTION_INVALID", "A delimiter is one ASCII character", ["delimiter"])
    if read.time_unit not in (None, *TIME_UNITS):
        raise InvalidInputError("OPTION_INVALID", f"A unit of time is one of {', '.join(TIME_UNITS)}", ["timeUnit"])
    if read.decimal not in DECIMALS or read.thousands not in (None, *THOUSANDS) or read.decimal == read.thousands:
        message = "decimal is . or , and thousands is another one of , . ' and the space"
        raise InvalidInputError("OPTION_INVALID", message, ["thousands" if read.decimal in DECIMALS else "decimal"])


async def preview(viewer: Viewer, upload_id: UUID, read: ReadOptions) -> Preview:
    """How an upload would be read.

    Raises:
        NotFoundError: UPLOAD_NOT_FOUND.
        InvalidInputError: an option that makes no sense.
        FileRefusedError: the file is of no known kind, or its header says too little.
    """
    check_reading(read)
    upload = await market_uploads.find(viewer, upload_id)
    return await preview_capped(market_uploads.path_of(upload.id), read)


async def run(job_id: UUID) -> None:
    """Run the import of a job; the upload is forgotten once its bars are stored."""
    await job_runs.run(job_id, _compute, _save)
    row = await BarImport.get_or_none(job_id=job_id)
    if row is not None and row.outcome is not None:
        await market_uploads.remove(row.upload_id)


async def prepare_file(
    path: Path, file_name: str, spec: ImportSpec, on_progress: OnProgress
) -> tuple[ParsedFile, Prepared]:
    """Read a file and work out what it would change.

    Raises:
        FileRefusedError: something in it is no bar.
        ConflictError: it does not go together with what is stored.
    """
    market = await market_venues.find_or_draft(spec.market, spec.currency)
    options = replace(spec.read, market_timezone=market.timezone, file_symbol=symbol_of(file_name))
    if spec.kind in (InstrumentKind.COMMODITY, InstrumentKind.FUTURE):
        options = replace(options, non_positive=True)
    parsed = await read_capped(
        path, options, lambda done, total, text: on_progress(READING * done / total, STEPS, text)
    )
    understanding = parsed.understanding
    nameless = parsed.series.keys() <= {options.symbol, options.file_symbol}
    lone = nameless and understanding.layout == Layout.SINGLE and set(understanding.columns) == {"time", "close"}
    target = Target(
        market=market,
        timeframe=Timeframe(understanding.timeframe),
        kind=spec.kind or (InstrumentKind.COMMODITY if lone else InstrumentKind.EQUITY),
        currency=spec.currency or market.currency,
        duplicates=understanding.duplicates,
    )
    provider = understanding.format.lower()
    provenance = Provenance(provider, file_name, spec.synthetic, spec.adjustment, spec.to_json())
    prepared = await market_writing.prepare(
        parsed.series,
        target,
        provenance,
        lambda done, total, text: on_progress(READING + COMPARING * done / max(total, 1), STEPS, text),
        spec.read.accept,
    )
    return parsed, prepared


async def by_ids(ids: list[UUID]) -> dict[UUID, BarImport]:
    """Imports by id; absent ids are left out."""
    return {row.id: row for row in await BarImport.filter(id__in=ids)}


async def page(viewer: Viewer, request: PageRequest) -> Page[BarImport]:
    """The viewer's imports, newest first."""
    rows = BarImport.filter(owned_by(viewer))
    return await fetch_page(rows, request, Order("created_at", descending=True))


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first wrong rows of `total`."""

    total: int
    rows: list[RowError]


def refusal(row: BarImport) -> Refusal | None:
    """Which rows of an import were wrong; None when none were."""
    if not row.refusal or not row.refusal["total"]:
        return None
    return Refusal(row.refusal["total"], [RowError(**wrong) for wrong in row.refusal["rows"]])


def understanding(row: BarImport) -> Understanding | None:
    """How the file of an import was read; None until it was."""
    return Understanding(**row.understanding) if row.understanding else None


def outcome(row: BarImport) -> Outcome | None:
    """What an import changed; None until it has."""
    return Outcome(**row.outcome) if row.outcome else None


def dataset_ids(row: BarImport) -> list[UUID]:
    """The first of the datasets that an import made."""
    return [UUID(one) for one in row.outcome["dataset_ids"]] if row.outcome else []


async def _compute(job: Job, report: OnProgress) -> Prepared:
    row = await BarImport.get(id=job.subject_id)
    path = market_uploads.path_of(row.upload_id)
    if not path.is_file():
        raise NotFoundError("UPLOAD_NOT_FOUND", "The upload is no longer there; send the file again", ["uploadId"])
    try:
        parsed, prepared = await prepare_file(path, row.file_name, ImportSpec.from_json(row.spec), report)
    except FileRefusedError as error:
        refusal = {"total": error.total, "rows": [asdict(wrong) for wrong in error.rows]}
        async with job_runs.holding(job):
            await BarImport.filter(id=row.id).update(refusal=refusal)
        raise
    async with job_runs.holding(job):
        await BarImport.filter(id=row.id).update(understanding=asdict(parsed.understanding), refusal=None)
    report(STEPS - 1, STEPS, "Writing")
    return prepared


async def _save(job: Job, prepared: Prepared) -> None:
    outcome = await market_writing.write(prepared)
    await BarImport.filter(id=job.subject_id).update(outcome=as_json(outcome))


def as_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON values."""
    return {**asdict(outcome), "dataset_ids": [str(one) for one in outcome.dataset_ids[:DATASETS_KEPT]]}
