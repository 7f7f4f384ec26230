"""The statements that a piece of code sends to the database."""

import contextlib
import logging
from collections.abc import Iterator

SELECT = "SELECT"


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.statements: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.statements.append(str(record.args[0]) if record.args else str(record.msg))


@contextlib.contextmanager
def recorded_sql() -> Iterator[list[str]]:
    """Every statement of this process, as Tortoise logs it, in order."""
    log, recorder = logging.getLogger("tortoise.db_client"), _Recorder()
    level, propagate = log.level, log.propagate
    log.addHandler(recorder)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    try:
        yield recorder.statements
    finally:
        log.removeHandler(recorder)
        log.setLevel(level)
        log.propagate = propagate
