"""The worker process: `dramatiq workers.main`. Opens connections, declares the broker and every actor."""

from titan_graphql import queue
from titan_graphql.settings import read_settings
from workers.middleware import DEFAULT_MIDDLEWARE, Connections

settings = read_settings()
broker = queue.connect(settings, [*DEFAULT_MIDDLEWARE(), Connections(settings)])

from workers import backtests, scans  # noqa: E402, F401 (actors register with the broker, so it comes first)
