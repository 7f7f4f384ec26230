"""Every bad file through the upload route and the job: the cell is named, nothing is kept, work goes on."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
import pytest
from starlette.applications import Starlette

from tests import make
from tests.bad_files import BAD_FILES, Bad, bars, small_parquet, text
from titan_graphql.errors import InvalidInputError
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.refusals import FileRefusedError
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.models.market_imports import BarImport, Upload
from titan_graphql.models.markets import BarBlock, Dataset, Instrument, Market, Series
from titan_graphql.server.callers import Callers
from titan_graphql.server.edge import Edge
from titan_graphql.server.uploads import UPLOAD_ROUTE
from titan_graphql.services import market_bars, market_imports, market_uploads, users
from titan_graphql.services.market_imports import ImportSpec
from titan_graphql.services.users import Viewer

MEBIBYTE = bytes(1024 * 1024)
pytestmark = pytest.mark.usefixtures("db", "dispatching", "folder", "reading_once")
Reader = Callable[..., Awaitable[Any]]
# What the reader's process has said of a file, for when the same file comes on the other database.
_said: dict[tuple[str, bytes, bytes], Any] = {}


@pytest.fixture
async def folder(tmp_path) -> AsyncIterator[Any]:
    async with market_uploads.opened(tmp_path) as directory:
        yield directory


def remembering(name: str, read: Reader) -> Reader:
    async def reread(path: Path, options: ReadOptions, *progress: Any) -> Any:
        key = (name, blake2b(path.read_bytes()).digest(), orjson.dumps(options.to_json()))
        if key not in _said:
            try:
                _said[key] = await read(path, options, *progress)
            except FileRefusedError as refused:
                _said[key] = refused
        said = _said[key]
        if isinstance(said, FileRefusedError):
            raise FileRefusedError(said.code, said.message, said.rows, said.total)
        return said

    return reread


@pytest.fixture
def reading_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is read in a process of its own, but once for both databases: it is judged before they are asked."""
    for name in ("read_capped", "preview_capped"):
        monkeypatch.setattr(market_imports, name, remembering(name, getattr(market_imports, name)))


def chunks_of(bad: Bad) -> Iterator[bytes]:
    if bad.name == "65 MiB":
        yield from [MEBIBYTE] * 65
    else:
        yield from (bad.content[:20], bad.content[20:])


async def upload(secret: str, file_name: str, chunks: Iterator[bytes], *, cut: bool = False) -> tuple[int, Any]:
    """Drive the route as a server does: headers first, then the body piece by piece."""
    bodies = list(chunks)
    messages = [{"type": "http.request", "body": body, "more_body": True} for body in bodies]
    messages.append({"type": "http.disconnect"} if cut else {"type": "http.request", "body": b"", "more_body": False})
    messages.reverse()
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"authorization", f"Bearer {secret}".encode()), (b"content-type", b"text/csv"), (b"host", b"titan")]
    query = urlencode({"name": file_name}).encode()
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": "/uploads", "raw_path": b"/uploads",
        "query_string": query, "headers": headers, "scheme": "http", "server": ("titan", 80), "root_path": "",
    }  # fmt: skip
    app = Starlette(routes=[UPLOAD_ROUTE])
    app.state.callers = Callers()
    await Edge(app)(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], orjson.loads(body)


async def one(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def import_(viewer: Viewer, answer: Any, spec: ImportSpec) -> tuple[Job, BarImport]:
    row = await market_imports.start(viewer, UUID(answer["uploadId"]), spec)
    await market_imports.run(row.job_id)
    return await Job.get(id=row.job_id), await BarImport.get(id=row.id)


async def stored() -> dict[str, int]:
    return {table.__name__: await table.all().count() for table in (Market, Instrument, Series, Dataset, BarBlock)}


@pytest.mark.parametrize("bad", BAD_FILES, ids=lambda bad: bad.name)
async def test_a_bad_file_is_refused_by_its_cell_and_the_next_good_one_is_imported(bad: Bad, folder):
    secret = await make.token()
    viewer = await users.authenticate(secret)
    before = await stored()

    status, answer = await upload(secret, bad.file_name, chunks_of(bad), cut=bad.cut)
    if status == 201:
        job, row = await import_(viewer, answer, ImportSpec(read=bad.options))
        assert (job.state, job.error_code) == (JobState.FAILED, bad.code)
        first = row.refusal["rows"][0] if row.refusal["rows"] else None
        assert (first and (first["row"], first["column"], first["value"])) == bad.where
        assert row.refusal["total"] == (bad.total if bad.where else 0)
        assert row.outcome is None
    else:
        assert (answer["errors"][0]["extensions"]["code"], await Upload.all().count()) == (bad.code, 0)
        assert list(folder.iterdir()) == []
    assert await stored() == before

    good = await market_uploads.receive(viewer, "good.csv", one(bars()))
    job, row = await import_(viewer, {"uploadId": str(good.id)}, ImportSpec())
    assert (job.state, row.outcome["bars_added"]) == (JobState.SUCCEEDED, 3)


GOOD = {
    "byte order mark": (b"\xef\xbb\xbf" + bars(), "good.csv"),
    "carriage returns": (bars().replace(b"\n", b"\r\n"), "good.csv"),
    "no last line end": (bars().rstrip(b"\n"), "good.csv"),
    "blank lines": (bars("", ""), "good.csv"),
    "newest first": (text("Date,Close", "2024-01-04,3", "2024-01-03,2", "2024-01-02,1"), "good.csv"),
    "wide": (text("Date,KO", "2024-01-02,1", "2024-01-03,2", "2024-01-04,3"), "good.csv"),
    "wide with holes": (text("Date,KO,PEP", "2024-01-02,1,", "2024-01-03,2,", "2024-01-04,,4"), "good.csv"),
    "Parquet": (small_parquet(), "good.parquet"),
    "milliseconds": (text("timestamp,close", *(f"{1704067200000 + k * 86400000},{k + 1}" for k in range(3))), "x.csv"),
    "date and time apart": (
        text("<TICKER>,<PER>,<DATE>,<TIME>,<CLOSE>", *(f"KO.US,D,2024010{k},000000,{k}" for k in (2, 3, 4))), "x.txt",
    ),
}  # fmt: skip

OFFSETS = text("Time,Close", *(f"{day} 09:30:00{zone},{k}" for k, (day, zone) in enumerate(
    [("2024-03-08", "-05:00"), ("2024-03-11", "-0400"), ("2024-03-12", "-04:00")], start=1,
)))  # fmt: skip
# Midnights of Berlin around a change of its clocks, as they are written by who keeps daily bars so.
MIDNIGHTS = ("2024-03-29 00:00:00+01:00", "2024-04-01 00:00:00+02:00", "2024-04-02 00:00:00+02:00")
EASTER = [1711670400000, 1711929600000, 1712016000000]
NEW_YEAR = [1704153600000 + day * 86400000 for day in range(3)]
# What options make of a file, as the closes at their times.
SAID = {
    "decimal comma": (
        text("Date;Close", "2024-01-02;1,5", "2024-01-03;12,25", "2024-01-04;,5e1"),
        ReadOptions(delimiter=";", decimal=","), NEW_YEAR, [1.5, 12.25, 5.0],
    ),
    "thousands": (
        text("Date,Close", '2024-01-02,"1,234.5"', "2024-01-03,1234.25", '2024-01-04,"+12,345"'),
        ReadOptions(thousands=","), NEW_YEAR, [1234.5, 1234.25, 12345.0],
    ),
    "both as in a German spreadsheet": (
        text("Date;Close", "02.01.2024;1.234,5", "03.01.2024;999", "04.01.2024;10.000,25"),
        ReadOptions(delimiter=";", decimal=",", thousands=".", time_format="%d.%m.%Y"),
        NEW_YEAR, [1234.5, 999.0, 10000.25],
    ),
    "blanks that do not break": (
        text("Date;Close", "2024-01-02;1 234,5", "2024-01-03;1\u00a0234,5", "2024-01-04;1\u202f234,5"),
        ReadOptions(delimiter=";", decimal=",", thousands=" "), NEW_YEAR, [1234.5] * 3,
    ),
    "midnights of any zone are dates": (
        text("Time,Close", *(f"{at},{k}" for k, at in enumerate(MIDNIGHTS, start=1))),
        ReadOptions(), EASTER, [1.0, 2.0, 3.0],
    ),
    "a format that reads the zone": (
        OFFSETS, ReadOptions(time_format="%Y-%m-%d %H:%M:%S%z", timezone="Asia/Tokyo", timeframe="H1"),
        [1709908200000, 1710163800000, 1710250200000], [1.0, 2.0, 3.0],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "read", "times", "closes"), SAID.values(), ids=SAID)
async def test_numbers_and_times_are_read_as_the_options_say(content: bytes, read: ReadOptions, times, closes):
    secret = await make.token()
    _, answer = await upload(secret, "x.csv", iter([content]))
    job, _ = await import_(await users.authenticate(secret), answer, ImportSpec(read=read))
    assert (job.state, job.error_message) == (JobState.SUCCEEDED, None)
    series = await Series.get()
    bars = await market_bars.read_bars(series, ["close"])
    assert (bars.time.tolist(), bars.close.tolist()) == (times, closes)


@pytest.mark.parametrize("cells", [
    ["2024-01-02T00:00Z", "2024-01-03T00:00Z", "2024-01-04T00:00Z"],
    [str(one) for one in NEW_YEAR],
    ["2024-01-02T00:00-05:00", "2024-01-03T00:00-05:00", "2024-01-04T00:00-05:00"],
    ["2024-01-02T21:00Z", "2024-01-03T21:00Z", "2024-01-05T00:30Z"],
    ["2024-01-02T23:00+09:00", "2024-01-03T23:30+09:00", "2024-01-05T00:00+09:00"],
])  # fmt: skip
async def test_a_daily_bar_with_a_zone_falls_on_the_date_it_shows_or_on_the_markets(cells: list[str]):
    secret = await make.token()
    _, answer = await upload(secret, "x.csv", iter([text("Time,Close", *(f"{cell},1" for cell in cells))]))
    job, _ = await import_(
        await users.authenticate(secret), answer, ImportSpec(market="US", read=ReadOptions(timeframe="D1"))
    )
    assert (job.state, job.error_message) == (JobState.SUCCEEDED, None)
    assert (await market_bars.read_bars(await Series.get(), [])).time.tolist() == NEW_YEAR


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
async def test_what_is_merely_written_differently_is_imported(content: tuple[bytes, str]):
    secret = await make.token()
    status, answer = await upload(secret, content[1], iter([content[0]]))
    job, row = await import_(await users.authenticate(secret), answer, ImportSpec())

    assert (status, answer["problem"], job.state, row.outcome and row.outcome["bars_added"]) == (
        201, None, JobState.SUCCEEDED, 3,
    )  # fmt: skip
    assert await Upload.all().count() == 0


CONFIRMED = [
    "one row",
    "exact duplicate rows",
    "unsorted",
    "zero",
    "negative",
    "gap too large",
    "a hundred times the price",
]


@pytest.mark.parametrize("bad", [bad for bad in BAD_FILES if bad.name in CONFIRMED], ids=lambda bad: bad.name)
async def test_what_may_be_true_is_imported_once_it_is_confirmed(bad: Bad):
    secret = await make.token()
    _, answer = await upload(secret, bad.file_name, chunks_of(bad))
    read = replace(bad.options, accept=frozenset({bad.code}))
    job, _ = await import_(await users.authenticate(secret), answer, ImportSpec(read=read))

    assert job.state is JobState.SUCCEEDED


SENSELESS = [
    {"delimiter": ""}, {"delimiter": ";;"}, {"delimiter": '"'}, {"delimiter": "é"}, {"decimal": ";"},
    {"decimal": ",", "thousands": ","}, {"thousands": "x"}, {"time_unit": "days"}, {"columns": {"price": "Close"}},
]  # fmt: skip


@pytest.mark.parametrize("options", SENSELESS, ids=str)
async def test_a_way_of_reading_that_makes_no_sense_is_refused_before_the_file_is_looked_at(options):
    secret = await make.token()
    viewer = await users.authenticate(secret)
    _, answer = await upload(secret, "prices.csv", iter([bars()]))
    read, upload_id = replace(ReadOptions(), **options), UUID(answer["uploadId"])

    for ask in (
        lambda: market_imports.preview(viewer, upload_id, read),
        lambda: market_imports.start(viewer, upload_id, ImportSpec(read=read)),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await ask()
        assert refused.value.code == "OPTION_INVALID"
    assert await BarImport.all().count() == 0


async def test_a_refused_file_can_be_imported_again_with_better_options():
    secret = await make.token()
    viewer = await users.authenticate(secret)
    _, answer = await upload(secret, "prices.csv", iter([bars().replace(b",", b";")]))
    first, _ = await import_(viewer, answer, ImportSpec())
    again, row = await import_(viewer, answer, ImportSpec(read=replace(ImportSpec().read, delimiter=";")))

    assert (first.error_code, again.state, row.outcome["bars_added"]) == ("DELIMITER_WRONG", JobState.SUCCEEDED, 3)
    assert answer["problem"]["code"] == "DELIMITER_WRONG"
