"""A subscription that lives long keeps nothing of the events it has seen."""

import gc
import sys
from collections.abc import AsyncGenerator

import psutil
import strawberry

from titan_graphql.schema.execution import TitanExecutor

EVENTS = 100_000
WARM_UP = 2000


@strawberry.type
class Leg:
    symbol: str


@strawberry.type
class Tick:
    seq: int
    leg: Leg


@strawberry.type
class Query:
    nothing: str = ""


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self, count: int) -> AsyncGenerator[Tick, None]:
        leg = Leg(symbol="KO")
        for number in range(count):
            yield Tick(seq=number, leg=leg)


async def growth(schema: strawberry.Schema, events: int) -> tuple[int, int]:
    """How many more memory blocks, and bytes of resident memory, the subscription holds after so many events."""
    results = await schema.subscribe(f"subscription {{ ticks(count: {WARM_UP + events}) {{ seq leg {{ symbol }} }} }}")
    process, before = psutil.Process(), (0, 0)
    seen = 0
    async for result in results:
        assert result.errors is None
        seen += 1
        if seen == WARM_UP:
            gc.collect()
            before = sys.getallocatedblocks(), process.memory_info().rss
        if seen == WARM_UP + events:
            gc.collect()
            return sys.getallocatedblocks() - before[0], process.memory_info().rss - before[1]
    raise AssertionError("the stream ended early")


async def test_a_hundred_thousand_events_leave_nothing_behind():
    schema = strawberry.Schema(Query, subscription=Subscription, execution_context_class=TitanExecutor)
    blocks, resident = await growth(schema, EVENTS)

    assert blocks < EVENTS / 1000  # not one block in a thousand events
    assert resident / EVENTS < 8  # less than a pointer per event


async def test_the_measurement_sees_the_leak_of_the_stock_executor():
    blocks, _ = await growth(strawberry.Schema(Query, subscription=Subscription), 5000)

    assert blocks > 5000
