"""What a running job says about itself, and how it learns that it must stop."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class JobStoppedError(Exception):
    """The run must end now; its report knows why."""


class Stop(Enum):
    """Why a run must end."""

    NOT_OURS = auto()
    TIME_LIMIT = auto()
    HANDED_BACK = auto()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    done: float = 0.0
    total: float = 0.0
    message: str = ""


class Report:
    """How far a run is; called from any thread, sampled into the row, and the way a run learns that it must stop."""

    def __init__(self) -> None:
        self._now = self._saved = self._announced = Progress()
        self._on_stop: Callable[[], object] | None = None
        self.reason: Stop | None = None

    def __call__(self, done: float, total: float, message: str) -> None:
        """Say how far the work is; progress never goes back while the total stays the same.

        Raises:
            JobStoppedError: the run must end.
        """
        if self.reason is not None:
            raise JobStoppedError
        least = self._now.done if total == self._now.total else 0.0
        self._now = Progress(max(done, least), total, message[:200])

    @property
    def total(self) -> float:
        """How much there is to do."""
        return self._now.total

    @property
    def stopped(self) -> bool:
        """Whether the run must end."""
        return self.reason is not None

    def on_stop(self, act: Callable[[], object]) -> None:
        """What to do once when the run must end, which may be already."""
        self._on_stop = act
        if self.reason is not None:
            act()

    def stop(self, reason: Stop) -> None:
        """End the run; the first reason stays."""
        if self.reason is None:
            self.reason = reason
            if self._on_stop is not None:
                self._on_stop()

    def take_news(self) -> Progress | None:
        """What was reported since the last call, if anything."""
        news = self._now if self._now != self._saved else None
        self._saved = self._now
        return news

    def take_unannounced(self) -> bool:
        """Whether anything was saved since the last announcement."""
        changed = self._saved != self._announced
        self._announced = self._saved
        return changed
