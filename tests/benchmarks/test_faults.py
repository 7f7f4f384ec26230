"""The short profile of the fault suite: real faults, done to a real installation."""

from pathlib import Path

import pytest

from benchmarks.faults import __main__ as suite
from benchmarks.faults.suite import FAULTS, End, run_all, table

ALL = {"KILL", *(f"F{number}" for number in range(1, 23))}
# Each takes some seconds, and none has a limit below a minute, which a busy machine could break.
SHORT = [["F1", "F10"], ["F3", "F5"]]


def test_every_fault_has_a_scenario():
    assert set(FAULTS) == ALL
    assert suite.main.__doc__


@pytest.mark.parametrize("faults", SHORT, ids="-".join)
def test_the_short_profile_passes(tmp_path: Path, faults: list[str]):
    ends = run_all(faults, 1, short=True, directory=tmp_path)

    assert {end.fault: end.passed for end in ends} == dict.fromkeys(faults, True), table(ends)


def test_the_table_shows_every_seed():
    ends = [End("F1", 1, True, 2.0, "fine"), End("F1", 2, False, 3.0, "late"), End("F2", 2, True, 1.0, "all back")]

    lines = table(ends).splitlines()

    assert lines[1:4] == [
        "fault    seed 1   seed 2  figures of the last seed",
        "F1         PASS     FAIL  late",
        "F2            -     PASS  all back",
    ]
    assert lines[-1].startswith("2 of 3 passed; load ")
