"""The life of jobs against a model: any order of claims, deaths, lost messages, jumping clocks, cancels and retries."""

import asyncio
import contextvars
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext

from tests import make
from titan_graphql import db as database
from titan_graphql import queue
from titan_graphql.errors import ConflictError
from titan_graphql.events import bus
from titan_graphql.models.jobs import TERMINAL_STATES, Job, JobState
from titan_graphql.models.users import Role
from titan_graphql.queue import JobName, Lane, QueueError
from titan_graphql.services import job_recovery, job_runs, jobs, users
from titan_graphql.services.job_reports import JobStoppedError, Report, Stop
from titan_graphql.services.jobs import LEASE, NewJob
from titan_graphql.services.users import Viewer
from titan_graphql.settings import read_settings

ORDER = [JobState.QUEUED, JobState.RUNNING, JobState.CANCELLING]
KEYS = ["monday", "tuesday"]


class World:
    """A database of its own, a clock that tests turn, and a queue that may lose or repeat messages."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        # Empty: in a copy, Tortoise would turn the database of the other tests into this one.
        self.context = contextvars.Context()
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)
        self.messages: list[UUID] = []
        self.queue_is_away = False

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(self.loop.create_task(work, context=self.context))

    async def now(self) -> datetime:
        return self.moment

    async def enqueue(self, name: JobName, job_id: UUID) -> None:
        if self.queue_is_away:
            raise QueueError("away")
        self.messages.append(job_id)

    async def backlog(self, lane: Lane) -> int:
        if self.queue_is_away:
            raise QueueError("away")
        return len(self.messages) if lane is queue.lane_of(JobName.BACKTEST) else 0


@contextmanager
def world(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    EXECUTOR_CACHE.clear()  # it remembers SQL by model only, and the two databases differ
    made = World()
    configuration = database.configuration(database_url)
    opened = TortoiseContext()

    async def open_it() -> None:
        await opened.__aenter__()
        await opened.init(config=configuration)

    async def silent(*_channels: str, message: str = "") -> None:
        pass

    async def migrated() -> None:
        await database.migrate(read_settings({"TITAN_DATABASE_URL": database_url}))

    made.run(migrated())
    made.run(open_it())
    monkeypatch.setattr(database, "now", made.now)
    monkeypatch.setattr(queue, "enqueue", made.enqueue)
    monkeypatch.setattr(queue, "backlog", made.backlog)
    monkeypatch.setattr(bus, "ping", silent)
    try:
        yield made
    finally:
        made.run(opened.__aexit__(None, None, None))
        made.loop.close()
        EXECUTOR_CACHE.clear()


class JobLife(RuleBasedStateMachine):
    """Workers are claims that this machine holds; a killed one is simply forgotten."""

    claims = Bundle("claims")

    def __init__(self, around: World) -> None:
        super().__init__()
        self.world = around
        self.world.messages.clear()
        self.world.queue_is_away = False
        self.saved: dict[UUID, int] = {}
        self.last: dict[UUID, Job] = {}
        self.retried: set[UUID] = set()
        self.second_messages = 0

    @initialize()
    def sign_in(self) -> None:
        async def sign_in() -> Viewer:
            user = await users.create(uuid4().hex, Role.RESEARCHER)
            viewer = await users.authenticate(await make.secret_of(user, "script"))
            assert viewer is not None
            return viewer

        self.viewer: Viewer = self.world.run(sign_in())

    @rule(key=st.none() | st.sampled_from(KEYS), number=st.integers(1, 2))
    def submit(self, key: str | None, number: int) -> None:
        new = NewJob(JobName.BACKTEST, "Backtest", uuid4(), {"number": number}, key)

        async def submit() -> None:
            if await jobs.earlier(self.viewer, new) is None:
                await jobs.dispatch(await jobs.create(self.viewer, new))

        before = {job.idempotency_key: job for job in self.rows()}.get(key) if key else None
        if before is not None and before.input_hash != new.input_hash:
            with pytest.raises(ConflictError):
                self.world.run(submit())
        else:
            self.world.run(submit())

    @rule(target=claims, data=st.data())
    def deliver(self, data: st.DataObject) -> Any:
        if not self.world.messages:
            return multiple()
        job_id = self.world.messages.pop(data.draw(st.integers(0, len(self.world.messages) - 1)))
        claimed = self.world.run(job_runs.claim(job_id, "worker"))
        return multiple() if claimed is None else claimed

    @rule()
    def redeliver(self) -> None:
        self.second_messages += len(self.world.messages[:1])
        self.world.messages.extend(self.world.messages[:1])

    @rule()
    def lose_all_messages(self) -> None:
        self.world.messages.clear()

    @rule(away=st.booleans())
    def queue_goes_or_comes(self, away: bool) -> None:
        self.world.queue_is_away = away

    @rule(claim=claims)
    def advance(self, claim: Job) -> None:
        report = Report()
        report(1, 2, "half")
        assert self.world.run(job_runs.advance(claim, report)) == self.holds(claim)

    @rule(claim=claims)
    def finish(self, claim: Job) -> None:
        async def save(job: Job, _result: None) -> None:
            self.saved[job.id] = self.saved.get(job.id, 0) + 1

        held = self.holds(claim)
        if held:
            self.world.run(job_runs.succeed(claim, Report(), None, save))
        else:
            with pytest.raises(JobStoppedError):
                self.world.run(job_runs.succeed(claim, Report(), None, save))

    @rule(claim=claims, reason=st.sampled_from(Stop))
    def stop(self, claim: Job, reason: Stop) -> None:
        if reason is Stop.HANDED_BACK and self.holds(claim):
            self.second_messages += self.is_told(claim)  # its lease had run out, and the reconciler was faster
        report = Report()
        report.stop(reason)
        self.world.run(job_runs.stop_as_told(claim, report))

    @rule(claim=claims)
    def fail_unexpectedly(self, claim: Job) -> None:
        self.world.run(job_runs.strike(claim))

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        job = self.pick(data)
        if job is None:
            return
        if job.state in TERMINAL_STATES:
            with pytest.raises(ConflictError):
                self.world.run(jobs.cancel(self.viewer, job.id))
        else:
            after = self.world.run(jobs.cancel(self.viewer, job.id))
            assert after.state in {JobState.CANCELLED, JobState.CANCELLING}

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        job = self.pick(data)
        if job is None:
            return
        if job.state in {JobState.FAILED, JobState.CANCELLED}:
            self.retried.add(job.id)
            self.second_messages += self.is_told(job)  # it was cancelled before a worker took its message
            assert self.world.run(jobs.retry(self.viewer, job.id)).state is JobState.QUEUED
        else:
            with pytest.raises(ConflictError):
                self.world.run(jobs.retry(self.viewer, job.id))

    @rule(seconds=st.sampled_from([0.5, 5, 12, 3600, -3600]))
    def turn_the_clock(self, seconds: float) -> None:
        self.world.moment += timedelta(seconds=seconds)

    @rule()
    def reconcile(self) -> None:
        if self.world.queue_is_away:
            return
        self.world.run(job_recovery.reconcile())

    @invariant()
    def rows_only_move_forward(self) -> None:
        for job in self.rows():
            before = self.last.get(job.id)
            if before is not None and job.id not in self.retried:
                assert job.attempt >= before.attempt
                if before.state in TERMINAL_STATES:
                    assert (job.state, job.attempt) == (before.state, before.attempt)
                elif job.state not in TERMINAL_STATES:
                    assert ORDER.index(job.state) >= ORDER.index(before.state)
            assert 0 <= job.strikes <= job_runs.STRIKES_MAX
            assert self.saved.get(job.id, 0) == (job.state is JobState.SUCCEEDED)
            assert (job.finished_at is not None) == (job.state in TERMINAL_STATES)
            self.last[job.id] = job
        self.retried.clear()

    @invariant()
    def the_queue_stays_bounded(self) -> None:
        """A row is told from its dispatch until a claim takes a message for it: messages and told rows go up together.

        Only three things make more messages than told rows: a queue that repeats one; a retry or a hand-back of a
        row that is still told; and the reconciler, which sends told rows again only while fewer messages than told
        rows wait, each once: at most one message less than there are rows.
        """
        rows = self.rows()
        told = sum(job.dispatched_at is not None for job in rows)
        sent_again = max(0, len(rows) - 1)
        assert len(self.world.messages) <= told + sent_again + self.second_messages

    def teardown(self) -> None:
        """Whatever happened: a queue that answers and one healthy worker bring every job to its end."""
        self.world.queue_is_away = False

        async def work_off() -> None:
            for _ in range(2 * job_runs.STRIKES_MAX):
                self.world.moment += LEASE + timedelta(seconds=1)
                await job_recovery.reconcile()
                while self.world.messages:
                    await job_runs.run(self.world.messages.pop(0), compute, save)

        async def compute(_job: Job, _report: Report) -> None:
            return None

        async def save(job: Job, _result: None) -> None:
            self.saved[job.id] = self.saved.get(job.id, 0) + 1

        if hasattr(self, "viewer"):
            self.world.run(work_off())
            rows = self.rows()
            assert [job.state for job in rows if job.state not in TERMINAL_STATES] == []
            assert [job.number for job in rows] == sorted(job.number for job in rows)
            self.rows_only_move_forward()

    def rows(self) -> list[Job]:
        async def read() -> list[Job]:
            return await Job.filter(owner_id=self.viewer.user_id).order_by("created_at")

        return [] if not hasattr(self, "viewer") else self.world.run(read())

    def pick(self, data: st.DataObject) -> Job | None:
        rows = self.rows()
        return rows[data.draw(st.integers(0, len(rows) - 1))] if rows else None

    def row(self, job: Job) -> Job:
        return next(row for row in self.rows() if row.id == job.id)

    def is_told(self, job: Job) -> bool:
        return self.row(job).dispatched_at is not None

    def holds(self, claim: Job) -> bool:
        row = self.row(claim)
        return row.state is JobState.RUNNING and (row.attempt, row.worker) == (claim.attempt, claim.worker)


def live(around: World, examples: int) -> None:
    run_state_machine_as_test(
        lambda: JobLife(around),
        settings=settings(
            max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_life_of_jobs_on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with world(f"sqlite://{tmp_path / 'titan.sqlite3'}", monkeypatch) as around:
        live(around, 15)


def test_the_life_of_jobs_on_postgres(postgres_url: str, monkeypatch: pytest.MonkeyPatch):
    with world(postgres_url, monkeypatch) as around:
        live(around, 5)


def test_the_reconciler_sends_at_most_one_message_less_than_there_are_rows_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with world(f"sqlite://{tmp_path / 'titan.sqlite3'}", monkeypatch) as around:
        life = JobLife(around)
        life.sign_in()
        for _ in range(3):
            life.submit(None, 1)
        around.messages.pop()
        life.turn_the_clock(12)
        for _ in range(2):
            life.reconcile()
            assert len(around.messages) == 5 == 3 + (3 - 1)
            life.the_queue_stays_bounded()
        life.teardown()


def test_each_hand_back_of_a_job_that_was_told_again_leaves_one_message_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with world(f"sqlite://{tmp_path / 'titan.sqlite3'}", monkeypatch) as around:
        life = JobLife(around)
        life.sign_in()
        life.submit(None, 1)
        for turn in range(4):
            claim = around.run(job_runs.claim(around.messages.pop(), "worker"))
            assert len(around.messages) == turn
            life.turn_the_clock(12)
            life.reconcile()
            life.stop(claim, Stop.HANDED_BACK)
            life.the_queue_stays_bounded()
            assert life.second_messages == turn + 1
        life.teardown()
