"""How fast a small universe is screened within a request: python -m benchmarks.screen_query.

A synthetic market of 100 instruments is made in a temporary folder, on SQLite; the window moves by a bar from call to
call, as it does under a user's hand. Seconds are those of the clock, so that a busy machine shows: take the least.
"""

import asyncio
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from titan_graphql import db
from titan_graphql.models.users import Role
from titan_graphql.services import kernels, market_synthetic, scan_queries
from titan_graphql.services.market_synthetic import Recipe
from titan_graphql.services.pairs import Period
from titan_graphql.services.scan_specs import ScanSpec
from titan_graphql.services.users import Viewer
from titan_graphql.settings import read_settings

NOBODY = Viewer(UUID(int=0), "benchmark", Role.VIEWER, UUID(int=0))
INSTRUMENTS, HISTORY, CALLS = 100, 2_520, 25
START, END = datetime(2021, 3, 4, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def spec(shift: int) -> ScanSpec:
    """1,260 bars, moved to the left by so many days."""
    formation = Period(START - timedelta(days=shift), END - timedelta(days=shift))
    return ScanSpec(
        market="SYNTH", symbols=None, formation=formation, prices="LOG", trend="C", criterion="AIC", max_lag=None,
        correction="BY", level=0.05, keep=1_000,
    )  # fmt: skip


async def measure() -> None:
    with tempfile.TemporaryDirectory(prefix="titan-bench-") as folder:
        settings = read_settings({"TITAN_DATA_DIR": folder})
        await db.migrate(settings)
        async with db.opened(settings):
            await market_synthetic.create(Recipe(INSTRUMENTS, HISTORY, 0))
            start = time.perf_counter()
            kernels.warm()
            print(f"kernels ready in {time.perf_counter() - start:.2f} s")
            cold = await timed(0)
            print(f"first call, prices read: {cold:.0f} ms")
            calls = [await timed(shift) for shift in range(1, CALLS + 1)]
    least, middle, most = min(calls), statistics.median(calls), max(calls)
    print(f"{INSTRUMENTS} instruments, window moved {CALLS} times, all of the server but GraphQL:")
    print(f"least {least:.0f} ms, median {middle:.0f} ms, most {most:.0f} ms")


async def timed(shift: int) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    found = await scan_queries.screen(NOBODY, spec(shift))
    assert found.summary.pairs_tested == INSTRUMENTS * (INSTRUMENTS - 1)
    assert 1_255 <= found.bars <= 1_265, found.bars
    return 1e3 * (time.perf_counter() - start)


if __name__ == "__main__":
    asyncio.run(measure())
