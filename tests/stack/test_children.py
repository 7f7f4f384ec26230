"""Child processes: they restart, they stop with all they started, and their logs stay small."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from titan_graphql.errors import UnavailableError
from titan_graphql.stack import children
from titan_graphql.stack.children import Child, Program, rotate, wait_for_start

# Forks a grandchild, says both ids, and then neither of them listens to SIGTERM.
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child: print(os.getpid(), child, flush=True)
time.sleep(60)
"""


def child(folder: Path, code: str, said: list[str] | None = None) -> Child:
    program = Program(
        name="example", command=[sys.executable, "-c", code], log=folder / "example.log", environment=dict(os.environ)
    )
    return Child(program, (said if said is not None else []).append)


async def until(happened: Callable[[], bool]) -> None:
    """Other processes change: there is no event to wait for."""
    async with asyncio.timeout(30):
        while not happened():
            await asyncio.sleep(0.01)


async def lines(log: Path, count: int) -> list[str]:
    await until(lambda: log.exists() and log.read_text().count("\n") >= count)
    return log.read_text().splitlines()


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_a_stubborn_child_is_killed_with_what_it_forked(tmp_path: Path):
    stubborn = child(tmp_path, STUBBORN)
    await stubborn.start()
    pids = [int(word) for word in (await lines(tmp_path / "example.log", 1))[0].split()]
    assert [is_running(pid) for pid in pids] == [True, True]

    await stubborn.stop(0.1)

    await until(lambda: not any(is_running(pid) for pid in pids))


async def test_what_a_dead_child_forked_is_killed(tmp_path: Path):
    stubborn = child(tmp_path, STUBBORN)
    await stubborn.start()
    parent, grandchild = map(int, (await lines(tmp_path / "example.log", 1))[0].split())
    os.kill(parent, signal.SIGKILL)

    assert await stubborn.ended() == -signal.SIGKILL

    await until(lambda: not is_running(grandchild))


async def test_a_child_that_ends_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(children, "RESTART_SECONDS", (0.0, 0.0))
    said: list[str] = []
    mortal = child(tmp_path, "print('alive', flush=True); raise SystemExit(3)", said)
    await mortal.start()
    running = asyncio.create_task(mortal.keep_running())

    assert (await lines(tmp_path / "example.log", 3))[:3] == ["alive"] * 3
    assert set(said) == {"the example ended (exit code 3); starting it again"}
    running.cancel()
    await asyncio.wait([running])
    await mortal.stop(1)


async def test_a_start_that_fails_tells_the_last_words(tmp_path: Path):
    mortal = child(tmp_path, "print('no such file'); raise SystemExit(1)")
    await mortal.start()

    with pytest.raises(UnavailableError) as refusal:
        await wait_for_start([mortal], asyncio.Event().wait(), 30)

    assert refusal.value.message == f"the example did not start\n--- {tmp_path}/example.log\nno such file"


async def test_a_start_that_takes_too_long_says_what_to_do_and_which_logs_to_read(tmp_path: Path):
    slow = child(tmp_path, "import time; print('loading', flush=True); time.sleep(60)")
    silent = Child(replace(slow.program, name="silent", command=["sleep", "60"], log=tmp_path / "silent.log"), slow.say)
    await asyncio.gather(slow.start(), silent.start())
    await lines(tmp_path / "example.log", 1)

    with pytest.raises(UnavailableError) as refusal:
        await wait_for_start([slow, silent], asyncio.Event().wait(), 0)
    await asyncio.gather(slow.stop(1), silent.stop(1))

    assert refusal.value.message.splitlines() == [
        "not ready after 0 s, so everything was stopped; nothing is lost",
        "If this machine is busy, start it again when it is less so; otherwise these logs say what it waited for",
        f"--- {tmp_path}/example.log",
        "loading",
        f"--- {tmp_path}/silent.log",
        "(nothing was logged)",
    ]


async def test_stopping_what_never_started_does_nothing(tmp_path: Path):
    await child(tmp_path, "").stop(1)

    assert list(tmp_path.iterdir()) == []


def test_a_large_log_is_moved_aside_and_stays_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(children, "LOG_BYTES_MAX", 3)
    log = tmp_path / "x.log"
    log.write_text("four")
    before = log.stat().st_ino

    rotate(log)

    assert (tmp_path / "x.log.1").read_text() == "four"
    assert (log.read_text(), log.stat().st_ino) == ("", before)


def test_a_small_log_is_left_alone(tmp_path: Path):
    log = tmp_path / "x.log"
    log.write_text("four")

    rotate(log)
    rotate(tmp_path / "absent.log")

    assert [path.name for path in tmp_path.iterdir()] == ["x.log"]
