"""Live feeds: which there are, whether they run, and how far each has come."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from titan_graphql import db
from titan_graphql.errors import ConflictError
from titan_graphql.feeds.bars import to_datetime
from titan_graphql.models.market_live import Feed

ALIVE_FOR = timedelta(seconds=15)


@dataclass(slots=True)
class FeedRun:
    """One run of a feed, held by the process that runs it; `step` counts the batches that are known to be stored."""

    name: str
    provider: str
    replay: bool
    run_id: UUID
    step: int
    last_bar: int | None


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed as it is shown."""

    name: str
    label: str
    provider: str
    replay: bool
    running: bool
    last_bar_at: datetime | None
    last_received_at: datetime | None
    started_at: datetime


async def begin(name: str, provider: str, label: str, *, replay: bool) -> FeedRun:
    """Start a run of a feed, which ends every earlier one of the same name; it knows how far the last one came."""
    moment, run_id = await db.now(), uuid4()
    row, _ = await Feed.update_or_create(
        {
            "provider": provider, "label": label, "replay": replay, "run_id": run_id,
            "started_at": moment, "seen_at": moment, "ended_at": None,
        },
        name=name,
    )  # fmt: skip
    return FeedRun(name, provider, replay, run_id, row.step, row.last_bar)


async def advance(run: FeedRun, last_bar: int) -> bool:
    """Write down that a feed has brought its next batch; False when exactly this batch was written before.

    Called in the transaction that stores the batch, so that a batch whose outcome was never learnt can be tried again.

    Raises:
        ConflictError: FEED_REPLACED, another process runs this feed now.
    """
    moment = await db.now()
    own = Feed.filter(name=run.name, run_id=run.run_id)
    changes = {"step": run.step + 1, "last_bar": last_bar, "last_received": moment, "seen_at": moment}
    if await own.filter(step=run.step).update(**changes):
        return True
    if await own.filter(step=run.step + 1).exists():
        return False
    raise ConflictError("FEED_REPLACED", f"Another process runs the feed {run.name} now")


async def sign_of_life(run: FeedRun) -> None:
    """Say that a feed is there although nothing comes."""
    await Feed.filter(name=run.name, run_id=run.run_id).update(seen_at=await db.now())


async def end(run: FeedRun) -> None:
    """Say that a feed has stopped."""
    await Feed.filter(name=run.name, run_id=run.run_id).update(ended_at=await db.now())


async def states() -> list[FeedState]:
    """Every feed that was ever started, by name."""
    moment = await db.now()
    return [_state(row, moment) for row in await Feed.all().order_by("name")]


def _state(row: Feed, moment: datetime) -> FeedState:
    return FeedState(
        name=row.name,
        label=row.label,
        provider=row.provider,
        replay=row.replay,
        running=row.ended_at is None and abs(moment - row.seen_at.astimezone(UTC)) < ALIVE_FOR,
        last_bar_at=None if row.last_bar is None else to_datetime(row.last_bar),
        last_received_at=row.last_received,
        started_at=row.started_at,
    )
