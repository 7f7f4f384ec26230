"""The short profile of the fault suite: real faults, done to a real installation."""

from pathlib import Path

from benchmarks.faults import __main__ as suite
from benchmarks.faults.suite import FAULTS, End, run_all, table

ALL = {"KILL", *(f"F{number}" for number in range(1, 23))}
# Without limits on seconds that a busy machine could break; each takes some seconds.
SHORT = ["F3", "F10"]


def test_every_fault_has_a_scenario():
    assert set(FAULTS) == ALL
    assert suite.main.__doc__


def test_the_short_profile_passes(tmp_path: Path):
    ends = run_all(SHORT, 1, short=True, directory=tmp_path)

    assert {end.fault: end.passed for end in ends} == dict.fromkeys(SHORT, True), table(ends)


def test_the_table_shows_every_seed():
    ends = [End("F1", 1, True, 2.0, "fine"), End("F1", 2, False, 3.0, "late"), End("F2", 2, True, 1.0, "all back")]

    lines = table(ends).splitlines()

    assert lines[1:4] == [
        "fault    seed 1   seed 2  figures of the last seed",
        "F1         PASS     FAIL  late",
        "F2            -     PASS  all back",
    ]
    assert lines[-1].startswith("2 of 3 passed; load ")
