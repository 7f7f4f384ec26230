"""titan import as a user runs it: summary, refusals, options, a kill in the middle of writing, a disk that fills up."""

import resource
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.bad_files import text
from tests.commands.conftest import TITAN, Installation
from titan_graphql.stack.directory import announced

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


def test_files_may_be_named_as_options_of_their_provider(migrated: Installation, tmp_path: Path):
    path = tmp_path / "prices.csv"
    path.write_bytes(text("Date,Close", "2024-01-02,59", "2024-01-03,60"))
    csv = ("import", "--provider", "csv")

    named = migrated.run(*csv, "--option", f"files={path}", "--option", "symbol=KO", "--option", "timeframe=1d")
    twice = migrated.run(*csv, "--option", f"files={path}", str(path))
    unknown = migrated.run(*csv, "--option", "file=x")

    assert (named[0], named[1].splitlines()[1], stored(migrated)) == (
        0, "titan: 1 series, 0 of them unchanged: 2 bars added, 0 restated", (1, 1, 2),
    )  # fmt: skip
    assert twice == (1, "", "titan: name the files once, with --option files=… or without\n")
    assert unknown == (
        1, "", "titan: The provider csv has no option file; its options: files, symbol, timeframe, timezone\n",
    )  # fmt: skip


OVERLOOKED = {
    ("prices.csv", "--since", "2024-01-01"): "--since goes with a provider that is asked; files are imported whole",
    ("prices.csv", "--option", "a=b"): "--option goes with a --provider",
    ("--provider", "sample", "--time-unit", "ms"): "--time-unit goes with files, not with the provider sample",
}


def test_options_that_would_be_overlooked_are_refused(migrated: Installation):
    for words, message in OVERLOOKED.items():
        assert migrated.run("import", *words) == (1, "", f"titan: {message}\n")


def test_a_file_that_lacks_stored_columns_needs_a_word(migrated: Installation, tmp_path: Path):
    whole, closes = tmp_path / "KO.csv", tmp_path / "later.csv"
    whole.write_bytes(text("Date,Open,High,Low,Close", "2024-01-02,1,3,1,2", "2024-01-03,2,3,2,3"))
    closes.write_bytes(text("Date,Close", "2024-01-03,3", "2024-01-04,4"))
    assert migrated.run("import", str(whole))[0] == 0
    later = ("import", str(closes), "--symbol", "KO")

    assert migrated.run(*later) == (
        1,
        "",
        (
            "titan: COLUMNS_DROPPED: 1 stored bars of KO have open, high, low, and come again without; "
            "confirm it to drop these, or import them with all their columns\n"
        ),
    )
    assert stored(migrated) == (1, 1, 2)
    assert migrated.run(*later, "--accept", "COLUMNS_DROPPED")[0] == 0
    assert stored(migrated)[1] == 2


def test_a_sign_in_link_leads_to_where_the_installation_runs(migrated: Installation):
    migrated.run("user", "add", "ada")
    with announced(migrated.data_dir, "http://127.0.0.1:8123"):
        assert migrated.run("user", "link", "ada")[1].startswith("http://127.0.0.1:8123/sign-in?token=titan_")
    assert migrated.run("user", "link", "ada")[1].startswith("http://127.0.0.1:8000/sign-in?token=titan_")
