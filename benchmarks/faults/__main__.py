"""`python -m benchmarks.faults --seed 1 [--only F1,F5] [--short]`: hurt an installation and see what it loses."""

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
    on_storage,
    on_workers,
)
from benchmarks.faults.suite import FAULTS, run_all


def main() -> int:
    """Run the faults asked for; the exit code is 0 when all passed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="F1,F5", help="these faults instead of all")
    parser.add_argument("--short", action="store_true", help="fewer repetitions and clients")
    parser.add_argument("--keep", action="store_true", help="keep the data directories and logs")
    arguments = parser.parse_args()
    ordered = sorted(FAULTS, key=lambda name: (len(name), name))
    names = arguments.only.split(",") if arguments.only else ordered
    if unknown := sorted(set(names) - set(FAULTS)):
        parser.error(f"no such fault: {', '.join(unknown)}; there are {', '.join(ordered)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # so that nothing is left running
    directory = Path(tempfile.mkdtemp(prefix="titan-faults-"))
    try:
        ends = run_all(names, arguments.seed, short=arguments.short, directory=directory)
    finally:
        if not arguments.keep:
            shutil.rmtree(directory, ignore_errors=True)
    failed = [name for name, passed in ends.items() if not passed]
    print(f"\n{len(ends) - len(failed)} of {len(ends)} passed" + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
