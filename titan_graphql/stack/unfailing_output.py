"""Output that is lost rather than an error: a full disk below a log must not turn answers into failures."""

import sys
from typing import Any, TextIO


class UnfailingOutput:
    """A text stream whose writes never raise."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write if there is room."""
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Flush if there is room."""
        try:
            self._stream.flush()
        except OSError:
            return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def install() -> None:
    """Use it for everything this process prints."""
    sys.stdout, sys.stderr = UnfailingOutput(sys.stdout), UnfailingOutput(sys.stderr)
