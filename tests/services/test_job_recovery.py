"""Jobs found again: what the queue lost is sent once more, what waits is not; runs that do not end are ended."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests import make
from titan_graphql import db as database
from titan_graphql import queue
from titan_graphql.models.jobs import Job, JobState
from titan_graphql.queue import JobName, Lane, QueueError
from titan_graphql.services import job_recovery, job_runs, jobs
from titan_graphql.services.job_recovery import Overseer, worker_name
from titan_graphql.services.job_reports import Report
from titan_graphql.services.jobs import NewJob
from titan_graphql.services.users import Viewer


class Messages:
    """A queue in memory, and a clock that the test turns."""

    def __init__(self) -> None:
        self.sent: list[UUID] = []
        self.away = False
        self.ahead = timedelta()

    async def enqueue(self, name: JobName, job_id: UUID) -> None:
        if self.away:
            raise QueueError("away")
        self.sent.append(job_id)

    async def backlog(self, lane: Lane) -> int:
        return len(self.sent) if lane is queue.lane_of(JobName.BACKTEST) else 0


@pytest.fixture
async def messages(db: object, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Messages]:
    made, now = Messages(), database.now

    async def later() -> object:
        return await now() + made.ahead

    monkeypatch.setattr(queue, "enqueue", made.enqueue)
    monkeypatch.setattr(queue, "backlog", made.backlog)
    monkeypatch.setattr(database, "now", later)
    yield made
    job_runs.work_as("")


async def submit(viewer: Viewer) -> Job:
    job = await jobs.create(viewer, NewJob(JobName.BACKTEST, "Backtest", uuid4(), {}))
    await jobs.dispatch(job)
    return job


async def claimed(viewer: Viewer, worker: str = "slot.1") -> Job:
    job = await job_runs.claim((await submit(viewer)).id, worker)
    assert job is not None
    return job


async def state(job: Job) -> JobState:
    return (await Job.get(id=job.id)).state


async def test_jobs_that_wait_in_a_long_queue_are_not_sent_again(messages: Messages):
    viewer = await make.viewer()
    submitted = [await submit(viewer) for _ in range(5)]
    messages.ahead = timedelta(hours=1)

    assert [await job_recovery.reconcile() for _ in range(10)] == [0] * 10

    assert messages.sent == [job.id for job in submitted]


async def test_an_emptied_queue_is_filled_once_in_the_order_of_submission(messages: Messages):
    viewer = await make.viewer()
    submitted = [await submit(viewer) for _ in range(5)]
    messages.sent.clear()
    messages.ahead = timedelta(seconds=6)

    assert [await job_recovery.reconcile() for _ in range(3)] == [5, 0, 0]

    assert messages.sent == [job.id for job in submitted]


async def test_a_queue_that_was_away_is_told_later(messages: Messages):
    viewer = await make.viewer()
    messages.away = True
    job = await submit(viewer)
    assert (await Job.get(id=job.id)).dispatched_at is None
    messages.away = False

    assert [await job_recovery.reconcile() for _ in range(2)] == [1, 0]

    assert messages.sent == [job.id]


async def test_a_silent_worker_loses_its_job_after_the_lease(messages: Messages):
    job = await claimed(await make.viewer())
    messages.sent.clear()
    messages.ahead = timedelta(seconds=9)
    assert await job_recovery.reconcile() == 0
    messages.ahead = timedelta(seconds=11)

    assert await job_recovery.reconcile() == 1

    again = await job_runs.claim(messages.sent.pop(), "slot.2")
    assert again is not None
    assert (again.attempt, again.strikes) == (2, 2)
    assert await job_runs.advance(job, Report()) is False


async def test_a_job_cancelled_while_its_worker_is_dead_ends_cancelled(messages: Messages):
    viewer = await make.viewer()
    job = await claimed(viewer)
    assert (await jobs.cancel(viewer, job.id)).state is JobState.CANCELLING
    messages.ahead = timedelta(seconds=11)

    await job_recovery.reconcile()

    assert await state(job) is JobState.CANCELLED


async def test_the_overseer_ends_what_does_not_heed_a_cancellation(messages: Messages):
    viewer = await make.viewer()
    job, clock = await claimed(viewer), [100.0]
    await jobs.cancel(viewer, job.id)
    overseer = Overseer(lambda: clock[0])

    async def look() -> set[str]:
        return await overseer.overdue({"slot"}, lambda: {"slot.1"})

    assert await look() == set()
    clock[0] += 1.0
    assert (await look(), await state(job)) == (set(), JobState.CANCELLING)
    clock[0] += 0.5
    assert (await look(), await state(job)) == ({"slot.1"}, JobState.CANCELLED)
    assert await look() == set()


async def test_the_overseer_holds_a_run_to_its_time_limit_whatever_the_wall_clock_says(messages: Messages):
    job, clock = await claimed(await make.viewer()), [0.0]
    await Job.filter(id=job.id).update(time_limit_seconds=60, lease_until=await database.now() + timedelta(days=1))
    overseer = Overseer(lambda: clock[0])

    assert await overseer.overdue({"slot"}, lambda: {"slot.1"}) == set()
    messages.ahead = timedelta(hours=1)
    assert await overseer.overdue({"slot"}, lambda: {"slot.1"}) == set()
    clock[0] = 66.0
    assert await overseer.overdue({"slot"}, lambda: {"slot.1"}) == {"slot.1"}

    ended = await Job.get(id=job.id)
    assert (ended.state, ended.error_code, ended.error_message) == (
        JobState.FAILED, "TIME_LIMIT", "Took longer than 60 s",
    )  # fmt: skip


async def test_a_worker_that_stays_silent_is_replaced_and_its_job_passed_on(messages: Messages):
    job, clock = await claimed(await make.viewer()), [0.0]
    messages.sent.clear()
    messages.ahead = timedelta(seconds=11)
    overseer = Overseer(lambda: clock[0])

    assert await overseer.overdue({"slot"}, lambda: {"slot.1"}) == set()
    clock[0] = 2.0
    assert await overseer.overdue({"slot"}, lambda: {"slot.1"}) == {"slot.1"}

    row = await Job.get(id=job.id)
    assert (row.state, row.worker, row.strikes) == (JobState.RUNNING, None, 1)
    assert await job_recovery.reconcile() == 1
    assert messages.sent == [job.id]


async def test_a_machine_that_slept_does_not_cost_a_job_its_worker(messages: Messages):
    job, clock = await claimed(await make.viewer()), [0.0]
    overseer = Overseer(lambda: clock[0])

    for _ in range(4):
        messages.ahead += timedelta(hours=1)
        assert await overseer.overdue({"slot"}, lambda: {"slot.1"}) == set()
        clock[0] += 0.5
        assert await job_runs.advance(job, Report()) is True
        assert await overseer.overdue({"slot"}, lambda: {"slot.1"}) == set()
        clock[0] += 60.0

    row = await Job.get(id=job.id)
    assert (row.state, row.worker, row.attempt, row.strikes) == (JobState.RUNNING, "slot.1", 1, 1)


async def test_a_worker_that_saves_for_longer_than_its_lease_is_let_finish(messages: Messages):
    job, clock = await claimed(await make.viewer()), [0.0]
    overseer, saving, let_go = Overseer(lambda: clock[0]), asyncio.Event(), asyncio.Event()

    async def save(_job: Job, _result: None) -> None:
        saving.set()
        await let_go.wait()

    finishing = asyncio.create_task(job_runs.succeed(job, Report(), None, save))
    await saving.wait()
    messages.ahead = timedelta(seconds=11)

    async def look_twice() -> set[str]:
        found = await overseer.overdue({"slot"}, lambda: {"slot.1"})
        clock[0] += 2.0
        return found | await overseer.overdue({"slot"}, lambda: {"slot.1"})

    looking = asyncio.create_task(look_twice())
    await asyncio.wait([looking], timeout=0.2)
    let_go.set()
    await finishing

    assert (await looking, await state(job)) == (set(), JobState.SUCCEEDED)


async def test_a_run_that_was_stopped_before_it_began_does_not_begin(messages: Messages):
    job = await submit(await make.viewer())
    reached, now = [], database.now

    async def closes_meanwhile() -> object:
        job_runs.hand_back_all()
        return await now()

    async def compute(_job: Job, _report: Report) -> None:
        await asyncio.sleep(0)
        reached.append(True)

    async def save(_job: Job, _result: None) -> None:
        raise AssertionError

    job_runs.work_as("slot.1")
    messages.sent.clear()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "now", closes_meanwhile)
        await job_runs.run(job.id, compute, save)

    row = await Job.get(id=job.id)
    assert (row.state, row.attempt, row.strikes, row.worker, reached) == (JobState.RUNNING, 1, 0, None, [])
    assert messages.sent == [job.id]


async def test_what_a_dead_process_held_is_passed_on_at_once(messages: Messages):
    job = await claimed(await make.viewer(), worker_name("slot", 1))
    messages.sent.clear()

    assert await Overseer().overdue({"slot"}, lambda: {worker_name("slot", 2)}) == set()

    assert messages.sent == [job.id]
    row = await Job.get(id=job.id)
    assert (row.state, row.worker, row.strikes) == (JobState.RUNNING, None, 1)


async def test_a_worker_of_another_machine_is_left_alone(messages: Messages):
    job = await claimed(await make.viewer(), "elsewhere.7")

    assert await Overseer().overdue({"slot"}, lambda: {"slot.1"}) == set()

    assert (await Job.get(id=job.id)).worker == "elsewhere.7"


async def test_a_process_that_ends_hands_its_job_back_uncharged(messages: Messages):
    viewer = await make.viewer()
    job = await submit(viewer)
    begun, saved = asyncio.Event(), []

    async def compute(_job: Job, _report: Report) -> int:
        begun.set()
        return await asyncio.Event().wait()

    async def save(_job: Job, result: int) -> None:
        saved.append(result)

    job_runs.work_as("slot.1")
    messages.sent.clear()
    running = asyncio.create_task(job_runs.run(job.id, compute, save))
    await begun.wait()
    job_runs.hand_back_all()
    await running

    row = await Job.get(id=job.id)
    assert (row.state, row.attempt, row.strikes, row.worker, saved) == (JobState.RUNNING, 1, 0, None, [])
    assert messages.sent == [job.id]
    await job_runs.run(job.id, compute, save)
    assert (await Job.get(id=job.id)).attempt == 1, "a closing process claims nothing"


async def test_an_unexpected_error_waits_before_the_next_attempt(messages: Messages):
    job = await submit(await make.viewer())

    async def breaks(_job: Job, _report: Report) -> None:
        raise ZeroDivisionError

    async def save(_job: Job, _result: None) -> None:
        raise AssertionError

    waits = []
    for _ in range(3):
        await job_runs.run(job.id, breaks, save)
        row = await Job.get(id=job.id)
        if row.lease_until is not None:
            waits.append(round((row.lease_until - await database.now()).total_seconds()))
            await job_runs.run(job.id, breaks, save)
            assert (await Job.get(id=job.id)).attempt == row.attempt, "not before its time"
            messages.ahead += timedelta(seconds=6)

    row = await Job.get(id=job.id)
    assert (row.state, row.error_code, row.attempt, waits) == (JobState.FAILED, "INTERNAL", 3, [1, 5])
