"""What a worker process runs: the broker of the settings and every actor."""

from titan_graphql import queue
from titan_graphql.settings import read_settings
from workers.middleware import Runtime

broker = queue.connect(read_settings(), [Runtime(read_settings())])

from workers import backtests, markets, scans  # noqa: E402, F401 (actors register with the broker, so it comes first)
