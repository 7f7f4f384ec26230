"""How a run ends when its end cannot be written: subjects that are gone, full disks, servers that are overloaded."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from tests import make
from titan_graphql.feeds.files import ParsedFile, Understanding
from titan_graphql.feeds.options import Layout
from titan_graphql.feeds.refusals import FileRefusedError
from titan_graphql.models.backtests import Backtest
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.models.market_imports import BarImport
from titan_graphql.services import job_runs, jobs, market_imports
from titan_graphql.services.job_runs import Report, claim
from titan_graphql.services.market_imports import ImportSpec

pytestmark = pytest.mark.usefixtures("db", "dispatching")
HERE = Path(__file__)
UNDERSTOOD = Understanding("CSV", Layout.SINGLE, "1d", {}, (), 1, 1, 0)
FULL = [sqlite3.OperationalError("database or disk is full"), asyncpg.DiskFullError("could not extend file")]


async def give(_job: Job, _report: Report) -> str:
    return "result"


async def row(job: Job) -> tuple[JobState, str | None, int]:
    found = await Job.get(id=job.id)
    return found.state, found.worker, found.strikes


async def test_a_subject_that_is_gone_is_no_absence_of_the_database():
    job = await make.job(await make.viewer())

    async def save(_job: Job, _result: str) -> None:
        await Backtest.get(id=uuid4())

    await job_runs.run(job.id, give, save)

    assert await row(job) == (JobState.RUNNING, None, 1), "handed back at once, for an attempt that finds out"


@pytest.mark.parametrize("full", FULL)
async def test_a_job_whose_result_finds_no_room_waits_and_is_not_charged(
    full: Exception, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(job_runs, "WRITE_AGAIN_SECONDS", (0.0, 0.0))
    job, saved = await make.job(await make.viewer()), []

    async def no_room(_job: Job, _result: str) -> None:
        raise full

    async def save(_job: Job, result: str) -> None:
        saved.append(result)

    for _ in range(2 * job_runs.STRIKES_MAX):
        await job_runs.run(job.id, give, no_room)
        assert await row(job) == (JobState.RUNNING, None, 0)
        assert await claim(job.id) is None, "not before there may be room"
        await Job.filter(id=job.id).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
    await job_runs.run(job.id, give, save)

    assert ((await row(job))[0], saved) == (JobState.SUCCEEDED, ["result"])


async def test_a_run_outlives_a_server_with_too_many_connections(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(job_runs, "BEAT_SECONDS", 0.01)
    job, advance, refused, beaten = await make.job(await make.viewer()), job_runs.advance, [], asyncio.Event()

    async def refused_once(held: Job, report: Report) -> bool:
        if not refused:
            refused.append(True)
            raise asyncpg.TooManyConnectionsError("sorry, too many clients already")
        beaten.set()
        return await advance(held, report)

    async def work(_job: Job, _report: Report) -> str:
        async with asyncio.timeout(10):
            await beaten.wait()
        return "result"

    async def save(_job: Job, _result: str) -> None:
        pass

    monkeypatch.setattr(job_runs, "advance", refused_once)
    await job_runs.run(job.id, work, save)

    assert (await row(job))[0] is JobState.SUCCEEDED


async def test_a_new_attempt_has_no_time_left_to_tell_before_it_has_said_how_far_it_is():
    half_a_minute_ago = datetime.now(UTC) - timedelta(seconds=30)
    said = {"progress_done": 9.0, "progress_total": 10.0, "progress_at": half_a_minute_ago}
    job = await make.job(await make.viewer(), **said)

    claimed = await claim(job.id, "slot.1")

    assert claimed is not None
    assert (jobs.progress(claimed).fraction, jobs.progress(claimed).eta_seconds) == (0.9, None)


@pytest.mark.parametrize("refused", [True, False])
async def test_an_import_that_was_overtaken_writes_nothing_down(refused: bool, monkeypatch: pytest.MonkeyPatch):
    viewer = await make.viewer()
    job = await make.job(viewer)
    spec = ImportSpec().to_json()
    imported = await BarImport.create(
        id=job.subject_id, owner_id=viewer.user_id, job=job, upload_id=uuid4(), file_name="a.csv", spec=spec
    )

    async def overtaken(*_arguments: object) -> object:
        await Job.filter(id=job.id).update(lease_until=None)
        assert await claim(job.id, "other.1") is not None
        if refused:
            raise FileRefusedError("FILE_TOO_DEMANDING", "Reading the file takes more memory or time than allowed")
        return ParsedFile(UNDERSTOOD, {}), None

    monkeypatch.setattr(market_imports, "prepare_file", overtaken)
    monkeypatch.setattr(market_imports.market_uploads, "path_of", lambda _upload: HERE)
    await market_imports.run(job.id)

    after = await BarImport.get(id=imported.id)
    assert (after.refusal, after.understanding, after.outcome) == (None, None, None)
    assert await row(job) == (JobState.RUNNING, "other.1", 2)
