"""A scan in parts gives the same to the last bit, from the data it began with, and repeats nothing that is done."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from tests import make, make_scans
from titan_graphql import db as database
from titan_graphql.errors import NotFoundError
from titan_graphql.models.jobs import Job, JobShard, ShardState
from titan_graphql.models.markets import Series
from titan_graphql.models.scans import Scan, ScanMatrix, ScanResult
from titan_graphql.quant.errors import ParameterError
from titan_graphql.services import job_runs, job_shards, market_panels, scan_runs, scan_shards, scans
from titan_graphql.services.job_reports import Report
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.services.scan_shards import Part

pytestmark = pytest.mark.usefixtures("db", "dispatching")


class KilledError(Exception):
    """What a worker's end looks like from inside."""


@pytest.fixture
def finely_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles of four instruments, and a shard for each."""
    monkeypatch.setattr(scan_runs, "TILE", 4)
    monkeypatch.setattr(scan_runs, "SHARD_SECONDS", 1e-9)


def ragged(count: int = 10) -> np.ndarray:
    closes = make_scans.walks(count)
    closes[np.arange(count) % 7 + 50, np.arange(count)] = np.nan
    return closes


async def listed(closes: np.ndarray) -> None:
    for number, column in enumerate(closes.T):
        made = await make.instrument(f"W{number:02d}")
        bars = make.bars(column)
        kept = ~np.isnan(column)
        bars = type(bars)(bars.time[kept], {"close": column[kept]})
        await write_revision(await make.series(made), bars, Provenance("test", "synthetic", synthetic=True))


async def figures(scan: Scan) -> tuple:
    columns = ("rank", "y__symbol", "x__symbol", "p_value", "q_value", "statistic", "beta", "half_life", "distance")
    rows = await ScanResult.filter(scan_id=scan.id).order_by("rank").values_list(*columns)
    matrix = await ScanMatrix.get(scan_id=scan.id)
    found = await Scan.get(id=scan.id)
    return rows, bytes(matrix.p_values), found.result_hash, found.summary, found.dataset_hashes


async def test_many_shards_give_what_one_gives(monkeypatch: pytest.MonkeyPatch):
    await listed(ragged())
    viewer = await make.viewer()
    whole = await make_scans.scanned(viewer, make_scans.spec(keep=30))
    monkeypatch.setattr(scan_runs, "TILE", 4)
    monkeypatch.setattr(scan_runs, "SHARD_SECONDS", 1e-9)
    cut = await make_scans.scanned(viewer, make_scans.spec(keep=30))

    assert await JobShard.filter(job_id=cut.job.id, state=ShardState.DONE).count() == 6
    assert await JobShard.filter(job_id=whole.job.id).count() == 0
    assert await figures(cut) == await figures(whole)


@pytest.mark.usefixtures("finely_cut")
async def test_a_second_attempt_repeats_nothing_and_reads_the_data_of_the_first(monkeypatch: pytest.MonkeyPatch):
    closes = ragged()
    await listed(closes)
    viewer = await make.viewer()
    expected = await make_scans.scanned(viewer, make_scans.spec())
    scan = await scans.start(viewer, make_scans.spec())
    dying = await dies_after(scan, 2)
    await restate("W00", closes[:, 0] * np.linspace(1.0, 2.0, 120))
    screened: list[int] = []
    monkeypatch.setattr(scan_shards, "screen_range", counted(screened))

    await scan_runs.run(dying)

    job = await Job.get(id=dying)
    assert (job.state, job.attempt) == ("SUCCEEDED", 2)
    assert screened == [2, 3, 4, 5]
    assert await JobShard.filter(job_id=dying).order_by("number").values_list("attempt", flat=True) == [
        1,
        1,
        2,
        1,
        1,
        1,
    ]
    assert await figures(scan) == await figures(expected)
    fresh = await make_scans.scanned(viewer, make_scans.spec())
    assert fresh.result_hash != expected.result_hash
    assert [old == new for old, new in zip(expected.dataset_hashes, fresh.dataset_hashes, strict=True)] == [False] + [
        True
    ] * 9


def counted(screened: list[int]):
    original = scan_shards.screen_range

    def screen_range(spec, ready, first, *rest):
        screened.append(first)
        return original(spec, ready, first, *rest)

    return screen_range


async def dies_after(scan: Scan, shards: int) -> UUID:
    """The state that a worker leaves which was killed after so many shards."""
    job_id = scan.job_id  # type: ignore[attr-defined]
    job = await job_runs.claim(job_id, "dying")
    assert job is not None
    done = 0

    async def compute(payload, step):
        nonlocal done
        if done == shards:
            raise KilledError
        done += 1
        return await scan_runs.Shards(job_id)(payload, step)

    with pytest.raises(KilledError):
        await interrupted(job, compute)
    past = await database.now() - timedelta(seconds=1)
    await Job.filter(id=job_id).update(lease_until=past)
    return job_id


async def interrupted(job: Job, compute) -> None:
    _, ready = await scan_runs.Shards(job.id).read()
    ranges = scan_shards.divide(ready, scan_runs.SHARD_SECONDS, scan_runs.TILE)
    payloads = [{"first": first, "stop": stop, "size": scan_runs.TILE} for first, stop in ranges]
    await job_shards.plan(job, payloads)
    await job_shards.run_all(job, Report(), compute)


async def restate(symbol: str, close: np.ndarray) -> None:
    series = await Series.get(instrument__symbol=symbol)
    await write_revision(series, make.bars(close), Provenance("test", "restated", synthetic=True))


async def test_a_helper_takes_shards_of_a_job_that_another_worker_holds():
    await listed(ragged())
    scan = await scans.start(await make.viewer(), make_scans.spec())
    job_id = scan.job_id  # type: ignore[attr-defined]
    job = await job_runs.claim(job_id, "leader")
    await job_shards.plan(job, [{"first": n, "stop": n + 1, "size": 4} for n in range(6)])

    await scan_runs.run(job_id)

    assert await job_shards.count(job_id) == (6, 6)
    assert (await Job.get(id=job_id)).attempt == 1


async def test_a_panel_is_read_again_as_it_was():
    first = make_scans.walks(1)[:, 0]
    instrument = await make.listed("A", first)
    series = await Series.get(instrument=instrument)
    formation = make_scans.WHOLE
    before = await market_panels.read_panel([instrument], formation.start, formation.end)
    for factor in (2.0, 3.0):
        await write_revision(series, make.bars(first * factor), Provenance("test", "x", synthetic=True))
    now = await market_panels.read_panel([instrument], formation.start, formation.end)
    again = await market_panels.read_panel([instrument], formation.start, formation.end, before.dataset_hashes)

    assert np.array_equal(now.closes[:, 0], first * 3.0)
    assert np.array_equal(again.closes, before.closes)
    assert again.dataset_hashes == before.dataset_hashes != now.dataset_hashes
    with pytest.raises(NotFoundError, match="no longer stored"):
        await market_panels.read_panel([instrument], formation.start, formation.end, ["0" * 64])


async def test_a_remembered_history_follows_a_restatement():
    first = make_scans.walks(1)[:, 0]
    instrument = await make.listed("A", first)
    formation = make.period("2020-02-01", "2020-03-01")
    before = await market_panels.read_remembered([instrument], formation.start, formation.end)
    same = await market_panels.read_panel([instrument], formation.start, formation.end)
    await restate("A", first * 2.0)
    after = await market_panels.read_remembered([instrument], formation.start, formation.end)

    assert np.array_equal(before.closes, same.closes) and np.array_equal(before.time, same.time)
    assert len(before.time) == 29
    assert np.array_equal(after.closes, before.closes * 2.0)


async def test_the_bytes_of_a_part_are_read_back_and_others_refused():
    await listed(ragged(3))
    scan = await make_scans.scanned(await make.viewer(), make_scans.spec())
    spec, ready = await scan_runs.Shards(scan.job.id).read()
    part = scan_shards.screen_range(spec, ready, 0, 1, lambda _: None, 64)
    again = Part.from_bytes(part.to_bytes())

    assert again.to_bytes() == part.to_bytes()
    assert part.reducer.digest() == scan.result_hash
    with pytest.raises((ParameterError, ValueError)):
        Part.from_bytes(part.to_bytes()[:-8])
