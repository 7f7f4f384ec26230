"""titan import as a user runs it: summary, refusals, a kill in the middle of writing, and a disk that fills up."""

import resource
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.bad_files import text
from tests.commands.conftest import TITAN, Installation

MEBIBYTE = 1024 * 1024
SYMBOLS, DAYS = 60, 2500


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """150,000 bars: writing them takes long enough to be interrupted."""
    path = tmp_path_factory.mktemp("long") / "long.csv"
    days = [f"{2000 + k // 336}-{k // 28 % 12 + 1:02}-{k % 28 + 1:02}" for k in range(DAYS)]
    rows = [f"S{n:03},{day},{n}.5,{n}.75,{n}.25,{n}.5,7" for n in range(SYMBOLS) for day in days]
    path.write_bytes(text("Symbol,Date,Open,High,Low,Close,Volume", *rows))
    return path


def stored(installation: Installation) -> tuple[int, int, int]:
    """Instruments, datasets and bars; the database must be intact."""
    with sqlite3.connect(installation.data_dir / "titan.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        bars = database.execute("SELECT COALESCE(SUM(bar_count), 0) FROM dataset").fetchone()[0]
        blocks = database.execute("SELECT COALESCE(SUM(LENGTH(time)), 0) / 8 FROM bar_block").fetchone()[0]
        assert bars == blocks
        counts = [
            database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in ("instrument", "dataset")
        ]
    return counts[0], counts[1], bars


def test_a_summary_says_what_was_understood_and_what_changed(migrated: Installation, tmp_path: Path):
    path = tmp_path / "prices.csv"
    path.write_bytes(text("Symbol,Date,Close,Adj Close", "KO,2024-01-02,59,58", "KO,2024-01-03,60,59"))

    first = migrated.run("import", str(path), "--market", "US")
    again = migrated.run("import", str(path), "--market", "US")

    understood = (
        "titan: prices.csv: long CSV, 2 rows, D1 (symbol = Symbol, time = Date, close = Close; ignored: Adj Close)\n"
    )
    assert first == (
        0, f"{understood}titan: 1 series, 0 of them unchanged: 2 bars added, 0 restated\ntitan: quality GOOD\n", "",
    )  # fmt: skip
    assert again == (0, f"{understood}titan: 1 series, 1 of them unchanged: 0 bars added, 0 restated\n", "")


def test_a_refused_file_is_explained_row_by_row(migrated: Installation, tmp_path: Path):
    path = tmp_path / "prices.csv"
    path.write_bytes(text("Symbol,Date,Close", "KO,2024-01-02,59", "KO,2024-02-30,60"))

    assert migrated.run("import", str(path)) == (
        1,
        "",
        (
            "titan: DATE_INVALID: nothing was imported\n"
            "  row 3, column Date: There is no such date or time of day; found '2024-02-30'\n"
        ),
    )
    assert stored(migrated) == (0, 0, 0)


@pytest.mark.parametrize("mebibytes", [0.05, 3])
def test_a_kill_in_the_middle_of_writing_leaves_nothing_or_all(migrated: Installation, long_file, mebibytes):
    journal = migrated.data_dir / "titan.sqlite3-wal"
    process = migrated.start("import", str(long_file), "--market", "US")
    while process.poll() is None and not (journal.exists() and journal.stat().st_size > mebibytes * MEBIBYTE):
        time.sleep(0.001)  # another process: no event
    process.kill()
    process.communicate()

    assert stored(migrated) in [(0, 0, 0), (SYMBOLS, SYMBOLS, SYMBOLS * DAYS)]
    assert migrated.run("import", str(long_file), "--market", "US")[0] == 0
    assert stored(migrated) == (SYMBOLS, SYMBOLS, SYMBOLS * DAYS)


def test_a_full_disk_is_said_and_leaves_the_database_intact(migrated: Installation, long_file: Path):
    def no_file_grows() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4 * MEBIBYTE, 4 * MEBIBYTE))

    process = subprocess.run(
        [*TITAN, "import", str(long_file), "--market", "US"], env=migrated.environment, cwd="/",
        text=True, capture_output=True, preexec_fn=no_file_grows, timeout=60,
    )  # fmt: skip

    assert (process.returncode, process.stdout, process.stderr) == (
        1, "", "titan: STORAGE_FULL: The disk of the database is full; nothing was imported\n",
    )  # fmt: skip
    assert stored(migrated) == (0, 0, 0)
    assert migrated.run("import", str(long_file), "--market", "US")[0] == 0
    assert stored(migrated) == (SYMBOLS, SYMBOLS, SYMBOLS * DAYS)
