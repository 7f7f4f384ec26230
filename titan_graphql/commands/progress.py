"""How far an import is: a bar that fills up where somebody looks, and what was found wrong at the end."""

import sys

BAR_WIDTH = 30


class ProgressBar:
    """One line of stderr that fills up; silent where nobody looks."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._shown = sys.stderr.isatty()

    def __call__(self, done: float, total: float, message: str) -> None:
        """Draw it anew."""
        if self._shown:
            filled = round(BAR_WIDTH * done / total) if total else 0
            bar = "█" * filled + "·" * (BAR_WIDTH - filled)
            sys.stderr.write(f"\r\x1b[K{self._name} {bar} {message}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line to what comes next."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def print_quality(report: dict[str, object], findings_too: bool) -> None:  # noqa: FBT001 (a word of its own)
    """One line with the grade of a dataset and how often what was found."""
    counts = report.get("counts")
    if not findings_too or not isinstance(counts, dict):
        return
    listed = ", ".join(f"{name.lower().replace('_', ' ')}: {count}" for name, count in counts.items())
    print(f"titan: quality {report['grade']}{'; ' + listed if listed else ''}")
