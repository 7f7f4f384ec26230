"""What a worker process runs: the broker of the settings and every actor."""

from titan_graphql import queue
from titan_graphql.settings import read_settings
from workers.middleware import Runtime

broker = queue.connect(read_settings(), [Runtime(read_settings())])

from workers import (  # noqa: E402 (actors register with the broker, so it comes first)
    backtests,  # noqa: F401 (imported for its actors, as are all below)
    markets,  # noqa: F401
    portfolios,  # noqa: F401
    scans,  # noqa: F401
    sweeps,  # noqa: F401
    walk_forwards,  # noqa: F401
)
