"""A feed that never gives up: `python -m benchmarks.faults.feeder EVENTS PER_SECOND SERIES…` records numbered bars.

The number of an event is its bar's volume, the moment of its recording its close; a refused recording is tried again,
as the project's own feeds do.
"""

import asyncio
import sys
import time
from uuid import UUID

from redis.exceptions import RedisError

from titan_graphql import db
from titan_graphql.events import bus
from titan_graphql.services import market_feeds, market_live
from titan_graphql.services.market_live import ClosedBar, Values
from titan_graphql.settings import read_settings

FIRST_DAY_MS = 1_893_456_000_000  # 2030-01-01, after everything that is stored
DAY_MS = 86_400_000
AGAIN_SECONDS = 0.1


async def main(events: int, per_second: float, series: list[UUID]) -> None:
    """Record bars of these series in turn, then say how many recordings had to be tried again."""
    settings = read_settings()
    refusals = 0
    async with db.opened(settings), bus.opened(settings.redis_url):
        run = await market_feeds.begin("faults", "FAULTS", "Numbered bars of the fault suite", replay=False)
        began = time.monotonic()
        for number in range(1, events + 1):
            one, turn = series[number % len(series)], number // len(series)
            while True:
                values = Values(None, None, None, time.time(), float(number))
                try:
                    await market_live.record([ClosedBar(one, FIRST_DAY_MS + turn * DAY_MS, values)], run)
                    break
                except (*db.AWAY, RedisError):
                    refusals += 1
                    await asyncio.sleep(AGAIN_SECONDS)
            await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
    print(refusals)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), [UUID(one) for one in sys.argv[3:]]))
