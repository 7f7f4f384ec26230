"""Importing a file: all of it or nothing, whatever happens, and exactly one of two at once."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from tortoise import connections

from tests import make, real_prices
from tests.bad_files import closes, text
from titan_graphql.errors import ConflictError, InvalidInputError, NotFoundError, TitanError
from titan_graphql.feeds.files import ParsedFile
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.refusals import FileRefusedError
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.models.market_imports import BarImport, Upload
from titan_graphql.models.markets import Adjustment, BarBlock, Dataset, Instrument, InstrumentKind, Market, Series
from titan_graphql.services import jobs, market_datasets, market_imports, market_uploads, market_writing
from titan_graphql.services.market_bars import read_bars
from titan_graphql.services.market_imports import ImportSpec
from titan_graphql.services.market_writing import Outcome
from titan_graphql.services.users import Viewer
from titan_graphql.settings import Settings

pytestmark = pytest.mark.usefixtures("db", "dispatching", "folder")
# Imports a file and kills itself once a row has gone into the given table.
KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from titan_graphql import db
from titan_graphql.models import markets
from titan_graphql.services import market_imports, market_writing
from titan_graphql.settings import read_settings

def silent(*progress): pass

async def main():
    path, table = Path(sys.argv[1]), sys.argv[2]
    model = next(kind for kind in vars(markets).values() if getattr(getattr(kind, "_meta", 0), "db_table", 0) == table)
    create = model.bulk_create

    async def deadly(*arguments, **options):
        await create(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    async with db.opened(read_settings()):
        spec = market_imports.ImportSpec(market="US")
        prepared = (await market_imports.prepare_file(path, path.name, spec, silent))[1]
        model.bulk_create = deadly
        await market_writing.write(prepared)

asyncio.run(main())
"""
KO = text("Symbol,Date,Close", "KO,2024-01-02,59", "KO,2024-01-03,60", "KO,2024-01-04,61")
US = ImportSpec(market="US")


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[Path]:
    async with market_uploads.opened(tmp_path) as directory:
        yield directory


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def sent(owner: Viewer, content: bytes, name: str = "prices.csv") -> Upload:
    return await market_uploads.receive(owner, name, chunks(content))


def ignore(*_progress: object) -> None:
    """Nobody looks."""


async def prepared(folder: Path, content: bytes, spec: ImportSpec = US, name: str = "prices.csv"):
    path = folder / "file"
    path.write_bytes(content)
    return (await market_imports.prepare_file(path, name, spec, ignore))[1]


async def imported(folder: Path, content: bytes, spec: ImportSpec = US, name: str = "prices.csv") -> Outcome:
    return await market_writing.write(await prepared(folder, content, spec, name))


async def ko_closes() -> list[float]:
    series = await Series.get(instrument__symbol="KO")
    return (await read_bars(series, ["close"])).close.tolist()


async def counts() -> list[int]:
    return [await table.all().count() for table in (Market, Instrument, Series, Dataset, BarBlock)]


async def test_an_upload_becomes_a_dataset_with_its_provenance():
    owner = await make.viewer()
    upload = await sent(owner, KO)
    row = await market_imports.start(owner, upload.id, US)
    await market_imports.run(row.job_id)

    job, row = await Job.get(id=row.job_id), await BarImport.get(id=row.id)
    dataset = await Dataset.get()
    assert (job.state, row.file_name, row.outcome["bars_added"]) == (JobState.SUCCEEDED, "prices.csv", 3)
    assert market_imports.understanding(row).columns == {"symbol": "Symbol", "time": "Date", "close": "Close"}
    assert (dataset.provider, dataset.source, dataset.revision, dataset.bar_count) == ("csv", "prices.csv", 1, 3)
    assert (dataset.options["market"], dataset.adjustment, dataset.synthetic) == ("US", Adjustment.RAW, False)
    assert (await Market.get()).calendar == "XNYS"
    assert (await ko_closes(), await Upload.all().count()) == ([59.0, 60.0, 61.0], 0)


async def test_the_same_file_again_is_no_revision_and_a_restated_bar_is_one(folder: Path):
    first = await imported(folder, KO)
    again = await imported(folder, KO)
    restated = await imported(folder, KO.replace(b"04,61", b"04,62") + b"KO,2024-01-05,63\n")

    assert (again.unchanged, again.bars_added, again.dataset_ids) == (1, 0, ())
    assert (restated.bars_added, restated.bars_restated) == (1, 1)
    before = await Dataset.get(id=first.dataset_ids[0])
    found = await market_datasets.diff(before, restated.dataset_ids[0])
    changes = [(str(one.time.date()), one.before and one.before.close, one.after.close) for one in found.bars]
    assert changes == [("2024-01-04", 61.0, 62.0), ("2024-01-05", None, 63.0)]
    assert (found.added, found.removed, found.changed) == (1, 0, 1)


@pytest.mark.parametrize("known", [True, False], ids=["known series", "new series"])
async def test_of_two_imports_at_once_one_wins_and_one_meets_a_conflict(folder: Path, known):
    if known:
        await imported(folder, KO)
    both = [await prepared(folder, KO + f"KO,2024-01-05,{close}\n".encode()) for close in (63, 64)]

    ends = await asyncio.gather(*map(market_writing.write, both), return_exceptions=True)

    (refused,) = [end for end in ends if isinstance(end, TitanError)]
    (won,) = [end for end in ends if isinstance(end, Outcome)]
    assert (type(refused), refused.code) == (ConflictError, "IMPORT_CONFLICT")
    assert await ko_closes() == [59.0, 60.0, 61.0, 63.0 if ends.index(won) == 0 else 64.0]
    assert await Dataset.all().count() == (2 if known else 1)


async def test_a_failure_in_the_middle_of_writing_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch):
    await imported(folder, KO)
    before = await counts()
    change = await prepared(folder, KO + b"KO,2024-01-05,63\nPEP,2024-01-05,9\nPEP,2024-01-08,9\n")

    async def fail(_rows: Sequence[object]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Dataset, "bulk_create", fail)
    with pytest.raises(TitanError) as refused:
        await market_writing.write(change)

    assert (refused.value.code, await counts(), await ko_closes()) == ("STORAGE_FULL", before, [59.0, 60.0, 61.0])


async def test_a_disk_that_is_full_leaves_the_database_as_it_was(folder: Path):
    """The server's own refusal (PostgreSQL's class 53) or SQLite's, while blocks are being written."""
    await imported(folder, KO)
    before = await counts()
    long = [f"PEP,{date(2020, 1, 1) + timedelta(days=k)},{100 + k % 7}" for k in range(1_500)]
    change = await prepared(folder, KO + text("KO,2024-01-05,63", *long))
    async with full_disk():
        with pytest.raises(TitanError) as refused:
            await market_writing.write(change)
    assert (refused.value.code, await counts(), await ko_closes()) == ("STORAGE_FULL", before, [59.0, 60.0, 61.0])

    change = await prepared(folder, KO + b"KO,2024-01-05,63\n")
    assert (await market_writing.write(change)).bars_added == 1


@asynccontextmanager
async def full_disk() -> AsyncIterator[None]:
    """Let the database run out of room: SQLite by a limit of pages, PostgreSQL by the error that it would raise."""
    connection = connections.get("default")
    if connection.capabilities.dialect == "sqlite":
        await connection.execute_script("VACUUM")
        pages = (await connection.execute_query_dict("PRAGMA page_count"))[0]["page_count"]
        await connection.execute_script(f"PRAGMA max_page_count = {pages}")
        undo = "PRAGMA max_page_count = 1073741823"
    else:
        await connection.execute_script(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END$$; "
            "CREATE TRIGGER no_room BEFORE INSERT ON bar_block FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
        undo = "DROP TRIGGER no_room ON bar_block; DROP FUNCTION no_room()"
    try:
        yield
    finally:
        await connection.execute_script(undo)


@pytest.mark.parametrize("statement", ["bar_block", "dataset"])
async def test_a_writer_that_is_killed_leaves_nothing_or_all(folder: Path, settings: Settings, statement: str):
    """SIGKILL to another process in the middle of its transaction, right after it wrote to this table."""
    await imported(folder, KO)
    before = await counts()
    (folder / "more.csv").write_bytes(KO + b"KO,2024-01-05,63\nPEP,2024-01-05,9\nPEP,2024-01-08,9\n")
    words = [sys.executable, "-P", "-c", KILLED, str(folder / "more.csv"), statement]
    environment = {**os.environ, **settings.environment(), "PYTHONPATH": str(Path(__file__).parents[2])}
    killed = await asyncio.create_subprocess_exec(*words, env=environment)

    assert await killed.wait() == -signal.SIGKILL
    assert (await counts(), await ko_closes()) == (before, [59.0, 60.0, 61.0])
    outcome = await imported(folder, (folder / "more.csv").read_bytes())
    assert outcome.bars_added == 3


def readers() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [child for child in children if "titan_graphql.feeds.child" in child.cmdline()]


async def test_a_cancelled_import_ends_its_reader_and_keeps_nothing(hub, monkeypatch: pytest.MonkeyPatch):
    read = market_imports.read_capped

    async def halted(path: Path, options: ReadOptions, on_progress: Callable[[float, float, str], None]) -> ParsedFile:
        def halt(*news: Any) -> None:
            for reader in readers():
                reader.suspend()  # so that it cannot be done before it is cancelled
            on_progress(*news)

        return await read(path, options, halt)

    monkeypatch.setattr(market_imports, "read_capped", halted)
    owner = await make.viewer()
    days = [f"{2000 + k // 336}-{k // 28 % 12 + 1:02}-{k % 28 + 1:02}" for k in range(8000)]
    long = [f"S{symbol:03},{day},10" for symbol in range(150) for day in days]
    upload = await sent(owner, text("Symbol,Date,Close", *long))
    row = await market_imports.start(owner, upload.id, US)
    work = asyncio.create_task(market_imports.run(row.job_id))
    states = []
    async for job in jobs.watch(owner, row.job_id, hub):
        states.append(job.state)
        if job.progress_message.startswith("Reading") and job.state is JobState.RUNNING:
            await jobs.cancel(owner, row.job_id)
    await work

    assert states[-1] is JobState.CANCELLED
    assert await counts() == [0, 0, 0, 0, 0]
    assert (readers(), (await BarImport.get()).outcome) == ([], None)


async def test_somebody_elses_upload_is_not_there():
    upload = await sent(await make.viewer(), KO)
    with pytest.raises(NotFoundError) as refused:
        await market_imports.start(await make.viewer(), upload.id, US)

    assert (refused.value.code, await Job.all().count()) == ("UPLOAD_NOT_FOUND", 0)


async def test_the_same_key_answers_with_the_same_import():
    owner = await make.viewer()
    upload = await sent(owner, KO)
    first = await market_imports.start(owner, upload.id, US, "once")
    again = await market_imports.start(owner, upload.id, US, "once")
    with pytest.raises(ConflictError):
        await market_imports.start(owner, upload.id, ImportSpec(market="UK"), "once")

    assert (first.id, await Job.all().count()) == (again.id, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"market": "NOPE"}, "MARKET_UNKNOWN"), ({"market": "X" * 500}, "MARKET_UNKNOWN"),
     ({"currency": "X" * 11}, "OPTION_INVALID"), ({"read": ReadOptions(timeframe="M7")}, "TIMEFRAME_UNKNOWN"),
     ({"read": ReadOptions(timezone="Mars/Base")}, "TIMEZONE_UNKNOWN"),
     ({"read": ReadOptions(symbol="")}, "SYMBOL_INVALID"),
     ({"read": ReadOptions(accept=frozenset({"FILE_EMPTY"}))}, "OPTION_INVALID"),
     ({"read": ReadOptions(columns={"price": "x"})}, "OPTION_INVALID"),
     ({"read": ReadOptions(delimiter='"')}, "OPTION_INVALID")],
)  # fmt: skip
async def test_options_that_make_no_sense_are_refused_before_anything_is_read(change, code):
    owner = await make.viewer()
    upload = await sent(owner, KO)
    with pytest.raises(InvalidInputError) as refused:
        await market_imports.start(owner, upload.id, replace(US, **change))

    assert (refused.value.code, await Job.all().count()) == (code, 0)


async def test_prices_of_different_kinds_are_never_mixed(folder: Path):
    await imported(folder, KO)
    before = await counts()
    for change, code in (
        ({"adjustment": Adjustment.TOTAL_RETURN}, "ADJUSTMENT_MIXED"),
        ({"synthetic": True}, "SYNTHETIC_MIXED"),
    ):
        with pytest.raises(ConflictError) as refused:
            await imported(folder, KO, replace(US, **change))
        assert (refused.value.code, await counts()) == (code, before)


async def test_a_lone_price_may_be_negative_and_is_reported(folder: Path):
    oil = text("Date,Price", "2020-04-17,18.31", "2020-04-20,-36.98", "2020-04-21,8.91")
    await imported(folder, oil, ImportSpec(), "wti-daily.csv")
    instrument = await Instrument.get()
    quality = await market_datasets.quality(await Dataset.get())

    assert (instrument.symbol, instrument.kind) == ("WTI-DAILY", InstrumentKind.COMMODITY)
    assert [(one.kind.value, str(one.start.date()), one.value) for one in quality.findings] == [
        ("NON_POSITIVE_PRICE", "2020-04-20", -36.98)
    ]


async def test_a_lone_price_below_a_ticker_is_a_share_of_that_symbol(folder: Path):
    lines = ("Price,Close", "Ticker,PEP", "Date,", "2024-01-02,59", "2024-01-03,60")
    await imported(folder, text(*lines), US)
    instrument = await Instrument.get()

    assert (instrument.symbol, instrument.kind) == ("PEP", InstrumentKind.EQUITY)
    with pytest.raises(FileRefusedError) as refused:
        await imported(folder, text(*lines, "2024-01-04,-61"), US)
    assert [(one.row, one.column, one.code) for one in refused.value.rows] == [(6, "Close", "PRICE_NOT_POSITIVE")]


async def test_a_commodity_by_name_may_be_negative_too(folder: Path):
    outcome = await imported(folder, closes("1", "-36.98"), replace(US, kind=InstrumentKind.COMMODITY))

    assert outcome.bars_added == 2


async def test_real_prices_go_in_and_come_out_bit_for_bit(folder: Path):
    await imported(folder, real_prices.as_csv("MSFT"), US, "stocks.csv")
    series = await Series.get(instrument__symbol="MSFT")
    expected = real_prices.raw_bars("MSFT")
    read = await read_bars(series, list(expected.columns))

    assert read.content_hash() == expected.content_hash()
