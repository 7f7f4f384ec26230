"""The data directory: private, and held by one supervisor at a time."""

import stat
from pathlib import Path

import pytest

from titan_graphql.errors import ConflictError, InvalidInputError
from titan_graphql.stack.directory import announced, claimed, make, running_at


def test_it_is_made_for_its_owner_alone(tmp_path: Path):
    make(tmp_path / "a" / "data")

    assert stat.S_IMODE((tmp_path / "a" / "data").stat().st_mode) == 0o700
    assert sorted(path.name for path in (tmp_path / "a" / "data").iterdir()) == ["logs", "titan.lock"]


def test_a_second_claim_is_refused_until_the_first_ends(tmp_path: Path):
    with claimed(tmp_path):
        with pytest.raises(ConflictError) as refusal, claimed(tmp_path):
            pass
        assert refusal.value.code == "DATA_DIR_IN_USE"
    with claimed(tmp_path):
        pass


def test_a_file_in_its_place_is_refused(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(InvalidInputError) as refusal:
        make(tmp_path / "file")

    assert refusal.value.message == f"cannot write to the data directory {tmp_path / 'file'}: File exists"


def test_the_address_of_a_running_installation_is_known_until_it_ends(tmp_path: Path):
    assert running_at(tmp_path) is None
    with announced(tmp_path, "http://127.0.0.1:8123"):
        assert running_at(tmp_path) == "http://127.0.0.1:8123"
    assert running_at(tmp_path) is None


@pytest.mark.parametrize(
    "content", ["", "no number http://127.0.0.1:1", "4194304 http://127.0.0.1:1", "9" * 40 + " x", "1"]
)
def test_the_address_of_one_that_was_killed_is_not_believed(tmp_path: Path, content: str):
    (tmp_path / "address").write_text(content, encoding="utf-8")  # no process has a higher number than 4194304

    assert running_at(tmp_path) is None
