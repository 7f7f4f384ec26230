"""What `./titan test` runs: each step with a heading and its time, and a summary of all at the end."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CLIENT = ROOT / "client"
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Step:
    """One command that passes or fails as a whole."""

    name: str
    command: list[str]
    folder: Path = ROOT


@dataclass(frozen=True)
class Outcome:
    """How a step ended; the last line it printed tells most."""

    step: Step
    passed: bool
    seconds: float
    last_line: str


def python(name: str, *command: str) -> Step:
    return Step(name, [sys.executable, *command])


def tool(name: str, program: str, *arguments: str) -> Step:
    return Step(name, [str(BIN / program), *arguments])


def npm(name: str, script: str) -> Step:
    return Step(name, ["npm", "run", "--silent", script], CLIENT)


def yielding(step: Step) -> Step:
    """The same step, on what time the others leave."""
    return Step(step.name, ["nice", "-n", "19", *step.command], step.folder)


# Two lanes for two cores.
SERVER_LANE = [
    tool("formatting", "ruff", "format", "--check", "."),
    tool("lint", "ruff", "check", "."),
    tool("import contracts", "lint-imports"),
    python("committed schema", "-m", "titan_graphql", "schema", "--check"),
    python("migrations", "-m", "titan_graphql", "migrate", "--check"),
    # Each of the two processes has servers and data directories of its own; who is done first takes from the other.
    python("tests", "-m", "pytest", "--numprocesses", "2", "--dist", "worksteal"),
]
CLIENT_LANE = [
    npm("client lint", "lint"),
    npm("client tests", "test"),
]
# The browser mostly waits, and people's patience is measured with it: what runs beside it gets what it leaves.
BROWSER_LANE = [python("browser", "-m", "tests.browser")]
TYPES_LANE = [yielding(tool("types", "mypy", "--strict")), yielding(npm("client types", "check"))]


def run(step: Step) -> Outcome:
    """Run one step; its output is passed on in whole lines, since another may run beside it."""
    print(f"\n=== {step.name}: {' '.join(step.command)}", flush=True)
    began = time.monotonic()
    last_line = ""
    with started(step) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            last_line = line.strip() or last_line
    return Outcome(step, process.returncode == 0, time.monotonic() - began, last_line)


def side_by_side(*lanes: list[Step]) -> list[Outcome]:
    """Run the steps of each lane one after another, and the lanes at the same time."""
    with ThreadPoolExecutor(len(lanes)) as threads:
        ended = threads.map(lambda lane: [run(step) for step in lane], lanes)
        return [outcome for lane in ended for outcome in lane]


def started(step: Step) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        step.command, cwd=step.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


def main() -> int:
    """Run every step, also after a failure; the closing lines are the summary."""
    outcomes = [*side_by_side(CLIENT_LANE, SERVER_LANE), *side_by_side(TYPES_LANE, BROWSER_LANE)]
    failed = sum(not outcome.passed for outcome in outcomes)
    print("\n=== summary")
    for outcome in outcomes:
        word = "passed" if outcome.passed else "FAILED"
        print(f"{word}  {outcome.seconds:6.1f} s  {outcome.step.name}: {outcome.last_line}")
    print(next(outcome.last_line for outcome in outcomes if outcome.step.name == "tests"))
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
