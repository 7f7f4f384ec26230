"""`python -m benchmarks.faults [--seeds 1,2,3] [--only F1,F5] [--short]`: hurt installations, see what they lose."""

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks.faults import (  # noqa: F401 (they register their faults)
    on_clients,
    on_redis,
    on_schema,
    on_stack,
    on_storage,
    on_workers,
)
from benchmarks.faults.suite import FAULTS, End, run_all, table


def main() -> int:
    """Run the faults asked for; the exit code is 0 when all passed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--seeds", metavar="1,2,3", default="1", help="one round of all faults for each of these")
    parser.add_argument("--only", metavar="F1,F5", help="these faults instead of all")
    parser.add_argument("--short", action="store_true", help="fewer repetitions and clients")
    parser.add_argument("--keep", action="store_true", help="keep the data directories and logs")
    arguments = parser.parse_args()
    ordered = sorted(FAULTS, key=lambda name: (len(name), name))
    names = arguments.only.split(",") if arguments.only else ordered
    if unknown := sorted(set(names) - set(FAULTS)):
        parser.error(f"no such fault: {', '.join(unknown)}; there are {', '.join(ordered)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # so that nothing is left running
    try:
        seeds = [int(seed) for seed in arguments.seeds.split(",")]
    except ValueError:
        parser.error("--seeds takes whole numbers with commas between them")
    directory = Path(tempfile.mkdtemp(prefix="titan-faults-"))
    ends: list[End] = []
    try:
        for seed in seeds:
            ends += run_all(names, seed, short=arguments.short, directory=directory / str(seed))
    finally:
        print(table(ends), flush=True)
        if not arguments.keep:
            shutil.rmtree(directory, ignore_errors=True)
    return 0 if all(end.passed for end in ends) else 1


if __name__ == "__main__":
    sys.exit(main())
