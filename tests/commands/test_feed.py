"""titan feed: what it refuses, that it runs once, resumes, and ends at once; and that up runs it."""

import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import PATIENCE_SECONDS, Installation

REPLAY = ("feed", "replay", "--speed", "6000")


def rows(installation: Installation, query: str, *values: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(installation.data_dir / "titan.sqlite3", timeout=PATIENCE_SECONDS) as database:
        return database.execute(query, values).fetchall()


def until(happened: Callable[[], bool]) -> None:
    """Other processes change: there is no event to wait for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def steps(installation: Installation) -> int:
    return next(iter(rows(installation, "SELECT step FROM feed")), (0,))[0]


@pytest.fixture
def oil(migrated: Installation, tmp_path: Path) -> Installation:
    """Two instruments with three daily bars each, of which one day is not shared; no Redis answers."""
    migrated.environment |= {"TITAN_REDIS_URL": "unix:///nowhere/valkey.sock", "TITAN_LOG_LEVEL": "ERROR"}
    days = [("BRENT", day) for day in (2, 3, 4)] + [("WTI", day) for day in (2, 3, 5)]
    table = "\n".join(["time,symbol,close", *(f"2024-01-0{day},{symbol},{day}.5" for symbol, day in days)])
    (tmp_path / "oil.csv").write_text(table, encoding="utf-8")
    assert migrated.run("import", str(tmp_path / "oil.csv"))[0] == 0
    return migrated


def days_played(installation: Installation, symbol: str) -> list[int]:
    query = """SELECT json_extract(CAST(data AS TEXT), '$.time') / 86400000 - 19722 FROM stream_event
    WHERE stream = (SELECT 'bars:' || s.id FROM series s JOIN instrument i ON i.id = s.instrument_id
    WHERE i.symbol = ?) ORDER BY seq"""
    return [day for (day,) in rows(installation, query, symbol)]


def test_a_replay_plays_every_moment_once_and_ends(oil: Installation):
    label = "Replay of the other data: stored daily bars of 2 instruments since 2024-01-02, not the market"

    assert oil.run(*REPLAY, "--market", "OTHER") == (
        0,
        f"titan: {label}; one bar every 0.01 s\ntitan: stopped\n",
        "",
    )
    assert rows(oil, "SELECT name, label, step, replay, ended_at IS NOT NULL FROM feed") == [("replay", label, 4, 1, 1)]
    assert (days_played(oil, "BRENT"), days_played(oil, "WTI")) == ([2, 3, 4], [2, 3, 5])
    events = rows(oil, "SELECT seq, data FROM stream_event ORDER BY stream, seq")
    assert [seq for seq, _ in events] == [1, 2, 3] * 2
    assert all(b'"replay":true' in data for _, data in events)


def test_a_killed_replay_goes_on_where_it_was_and_begins_again_at_the_end(oil: Installation):
    words = ("feed", "replay", "--speed", "600", "--market", "OTHER", "--loop")
    first = oil.start(*words)
    until(lambda: steps(oil) >= 6)
    code, out, err = oil.run(*words)
    assert (code, out) == (1, "")
    assert err == f"titan: the feed replay already runs on {oil.data_dir}; stop it first\n"

    first.kill()
    first.wait(PATIENCE_SECONDS)
    before = steps(oil)
    second = oil.start(*words)
    until(lambda: steps(oil) >= before + 6)
    second.send_signal(signal.SIGTERM)

    assert (second.communicate(timeout=PATIENCE_SECONDS)[1], second.returncode) == ("", 0)
    for symbol, round_ in {"BRENT": [2, 3, 4], "WTI": [2, 3, 5]}.items():
        played = days_played(oil, symbol)
        assert len(played) > 6
        assert played == (round_ * len(played))[: len(played)]


def test_without_sample_data_there_is_nothing_to_play(migrated: Installation):
    assert migrated.run(*REPLAY) == (0, "titan: no sample data was imported; there is nothing to play\n", "")


def test_what_cannot_be_played_is_one_line(migrated: Installation):
    assert migrated.run(*REPLAY, "--symbols", "WTI") == (1, "", "titan: There are no D1 bars of WTI\n")
    assert rows(migrated, "SELECT * FROM feed") == []
