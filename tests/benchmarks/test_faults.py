"""The short profile of the fault suite: real faults, done to a real installation."""

from pathlib import Path

import pytest

from benchmarks.faults import __main__ as suite
from benchmarks.faults.suite import FAULTS, run_all

ALL = {"KILL", *(f"F{number}" for number in range(1, 23))}
SHORT = ["F1", "F5", "F10"]


def test_every_fault_has_a_scenario():
    assert set(FAULTS) == ALL
    assert suite.main.__doc__


@pytest.mark.parametrize("seed", [1])
def test_the_short_profile_passes(tmp_path: Path, seed: int):
    assert run_all(SHORT, seed, short=True, directory=tmp_path) == dict.fromkeys(SHORT, True)
